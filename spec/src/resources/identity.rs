//! What identifies a thing: where its maker tells the id, and where bodies repeat what paths call it.

use indexmap::{IndexMap, IndexSet};

use super::prose;
use crate::Direction;
use crate::model::{
    Contract, JsonType, Location, Method, Operation, Parameter, PathPart, RuntimeExpression,
    SchemaId, Status, without_slash,
};
use crate::names::{fold, singulars};
use crate::only::only;
use crate::outline::Outline;
use crate::pointer::{escape, keys};

/// The property that says which thing is meant.
pub(super) struct IdProperty<'a> {
    contract: &'a Contract,
    /// The likeliest first.
    names: Vec<String>,
    /// The path parameter that it is the value of, and what its thing is called.
    parameter: Option<(&'a Parameter, Vec<String>)>,
}

impl<'a> IdProperty<'a> {
    /// As one of these names, as far as anybody knows.
    pub(super) fn one_of(contract: &'a Contract, names: Vec<String>) -> Self {
        Self { contract, names, parameter: None }
    }

    /// As a parameter of an operation behind the path of a collection says.
    pub(super) fn of_parameter(
        contract: &'a Contract,
        operation: &'a Operation,
        parameter: &str,
        collection: &[Vec<PathPart>],
    ) -> Self {
        let names = id_names(parameter, collection);
        let written = operation.parameter(Location::Path, parameter);
        Self { contract, names, parameter: written.map(|one| (one, things(collection))) }
    }

    /// The member of a thing that it is. Where none is called like the parameter itself, it is what the parameter shares a
    /// schema with, then what its description names, and then `id`, if that could be its value: a `{project}` may be a slug.
    pub(super) fn member<'o>(&self, thing: &Outline<'o>) -> Option<&'o str> {
        let members = thing.members();
        let named = |wanted: &String| members.keys().find(|name| fold(name) == *wanted).copied();
        let Some((parameter, things)) = &self.parameter else {
            return self.names.iter().find_map(named);
        };
        let (own, others) = self.names.split_first()?;
        let could_be = |name: &&str| !self.contradicts(parameter, &members[*name]);
        named(own)
            .or_else(|| sharing(self.contract, parameter, &members))
            .or_else(|| said(self.contract, (parameter, things), &members))
            .or_else(|| others.iter().filter_map(named).find(could_be))
    }

    /// Whether no value of a member is one of the parameter: numbers are no texts, dates no UUIDs.
    fn contradicts(&self, parameter: &Parameter, member: &[SchemaId]) -> bool {
        let Some(schema) = parameter.schema() else { return false };
        let ours = Outline::of(self.contract, &[schema]);
        let theirs = Outline::of(self.contract, member);
        let differs = |ty: JsonType, other: JsonType| {
            ours.is(ty) && !ours.is(other) && theirs.is(other) && !theirs.is(ty)
        };
        let format = |id: &SchemaId| self.contract.schema(*id).format.as_deref();
        let theirs = member.iter().find_map(format);
        let is_of_another =
            matches!((format(&schema), theirs), (Some(ours), Some(theirs)) if ours != theirs);
        differs(JsonType::Integer, JsonType::String)
            || differs(JsonType::String, JsonType::Integer)
            || is_of_another
    }
}

/// The only member that must match just what the parameter must, by the name of a schema.
fn sharing<'o>(
    contract: &Contract,
    parameter: &Parameter,
    members: &IndexMap<&'o str, Vec<SchemaId>>,
) -> Option<&'o str> {
    let schema =
        parameter.schema().filter(|one| contract.components.values().any(|id| id == one))?;
    only(members.iter().filter(|(_, schemas)| schemas.contains(&schema))).map(|(name, _)| *name)
}

/// The only member that the parameter's description says it is: "The slug of the project", "Project key".
fn said<'o>(
    contract: &Contract,
    (parameter, things): (&Parameter, &[String]),
    members: &IndexMap<&'o str, Vec<SchemaId>>,
) -> Option<&'o str> {
    let text = parameter.description.as_deref()?;
    let first = prose::sentences(text).next()?;
    let scalar = |schemas: &[SchemaId]| Outline::of(contract, schemas).is_scalar();
    let is_it = |(name, schemas): &(&&str, &Vec<SchemaId>)| {
        scalar(schemas) && prose::says_member_of(first, name, things)
    };
    only(members.iter().filter(is_it)).map(|(name, _)| *name)
}

/// What one thing of a collection is called.
fn things(collection: &[Vec<PathPart>]) -> Vec<String> {
    match without_slash(collection).last().map(Vec::as_slice) {
        Some([PathPart::Literal(plural)]) => singulars(plural),
        _ => Vec::new(),
    }
}

/// Where a maker tells the id of what it made: in its answer, or in what was sent.
pub(super) fn id_of_made(
    contract: &Contract,
    maker: &Operation,
    property: &IdProperty<'_>,
) -> Option<RuntimeExpression> {
    id_in_answer(contract, maker, property).map(RuntimeExpression::ResponseBody).or_else(|| {
        id_in_body(contract, maker, &property.names).map(RuntimeExpression::RequestBody)
    })
}

/// `Location`, where what makes something documents it: its last segment is what paths call the thing (RFC 9110 §10.2.2).
pub(super) fn location_of_made(maker: &Operation) -> Option<RuntimeExpression> {
    let made = [201, 202].map(|code| maker.responses.get(&Status::Code(code)));
    let mut names = made.into_iter().flatten().flat_map(|response| response.headers.keys());
    let name = names.find(|name| name.eq_ignore_ascii_case("location"))?;
    Some(RuntimeExpression::ResponseHeader(name.clone()))
}

/// What the property that identifies a thing may be called, the likeliest first: as the parameter, `id`, and where the
/// parameter begins with the name of the thing, the rest of it (`pool_name` below `/pools` is the `name` of a pool).
fn id_names(parameter: &str, collection: &[Vec<PathPart>]) -> Vec<String> {
    let whole = fold(parameter);
    let mut names = vec![whole.clone(), "id".to_owned()];
    let rests = things(collection)
        .into_iter()
        .filter_map(|thing| whole.strip_prefix(thing.as_str()).map(str::to_owned))
        .filter(|rest| rest.len() > 1);
    names.extend(rests);
    names.dedup();
    names
}

/// A required property of the maker's body that is the id: the client chose it.
fn id_in_body(contract: &Contract, maker: &Operation, names: &[String]) -> Option<String> {
    let body = json_body(contract, maker)?;
    let required: IndexSet<&str> = body.required(Direction::Request).collect();
    // `id` would be any of several things; here only the parameter's own name counts.
    let names = names.iter().filter(|name| *name != "id");
    names.into_iter().find_map(|name| {
        let found = required.iter().find(|member| fold(member) == *name)?;
        Some(format!("/{}", escape(found)))
    })
}

/// The member of a maker's answer that is the id, in the object itself or in its only member that is an object.
fn id_in_answer(
    contract: &Contract,
    maker: &Operation,
    property: &IdProperty<'_>,
) -> Option<String> {
    let root = Outline::of(contract, &[maker.answer_schema()?]);
    let found = property.member(&root).map(|name| format!("/{}", escape(name)));
    found.or_else(|| {
        let members = root.members().into_iter();
        let inner = members.map(|(name, ids)| (name, Outline::of(contract, &ids)));
        let (wrapper, inner) = only(inner.filter(|(_, inner)| inner.has_members()))?;
        property.member(&inner).map(|name| format!("/{}/{}", escape(wrapper), escape(name)))
    })
}

/// What the JSON that an operation takes must be.
fn json_body<'a>(contract: &'a Contract, operation: &Operation) -> Option<Outline<'a>> {
    Some(Outline::of(contract, &[operation.body_schema()?]))
}

/// Where an update's body repeats what its path calls the thing: `name` or `pool_name` at `/pools/{pool_name}`.
pub(super) fn name_in_body<'o>(
    contract: &Contract,
    operation: &'o Operation,
) -> Option<(String, &'o str)> {
    if !matches!(operation.method, Method::Put | Method::Patch) {
        return None;
    }
    let parameter = operation.path.item_parameter()?;
    let (_, collection) = operation.path.without_slash().split_last()?;
    let body = json_body(contract, operation)?;
    let properties: IndexSet<&str> = body.sent(Direction::Request).collect();
    let names = id_names(parameter, collection).into_iter().filter(|name| name != "id");
    names.into_iter().find_map(|name| {
        let member = properties.iter().find(|member| fold(member) == name)?;
        Some(((*member).to_owned(), parameter))
    })
}

/// Members of the body whose example is the example of a path parameter, and long enough to be no coincidence.
pub(super) fn mirrors(operation: &Operation) -> IndexMap<String, String> {
    let mut mirrors = IndexMap::new();
    let Some(body) = &operation.body else { return mirrors };
    let examples = body.content.values().flat_map(|content| &content.examples);
    for example in examples {
        let Some(members) = example.value.as_object() else { continue };
        for (member, value) in members {
            let telling = value.as_str().is_some_and(|text| text.len() >= 8);
            let parameter = operation.parameters.iter().find(|parameter| {
                parameter.location == Location::Path
                    && telling
                    && parameter.examples.iter().any(|example| example.value == *value)
            });
            if let Some(parameter) = parameter {
                mirrors.insert(member.clone(), parameter.name.clone());
            }
        }
    }
    mirrors
}
/// Whether the answer of what makes something may have null where an id stands: what is shared by a token at times has none else.
pub(super) fn may_be_null(contract: &Contract, maker: &Operation, id: &RuntimeExpression) -> bool {
    let RuntimeExpression::ResponseBody(pointer) = id else { return false };
    let way: Vec<String> = keys(pointer).collect();
    let answer = maker.answer_schema().map(|id| Outline::of(contract, &[id]));
    let member = answer.and_then(|answer| answer.at(&way));
    member.is_some_and(|member| member.admits_null())
}
