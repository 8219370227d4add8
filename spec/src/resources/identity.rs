//! What identifies a thing: where its maker tells the id, and where bodies repeat what paths call it.

use indexmap::{IndexMap, IndexSet};

use crate::Direction;
use crate::model::{
    Contract, Location, Method, Operation, PathPart, RuntimeExpression, Status, without_slash,
};
use crate::names::{fold, singulars};
use crate::outline::Outline;
use crate::pointer::escape;

/// Where a maker tells the id of what it made: in its answer, or in what was sent.
pub(super) fn id_of_made(
    contract: &Contract,
    maker: &Operation,
    parameter: &str,
    collection: &[Vec<PathPart>],
) -> Option<RuntimeExpression> {
    let names = id_names(parameter, collection);
    id_in_answer(contract, maker, &names)
        .map(RuntimeExpression::ResponseBody)
        .or_else(|| id_in_body(contract, maker, &names).map(RuntimeExpression::RequestBody))
}

/// `Location`, where what makes something documents it: its last segment is what paths call the thing (RFC 9110 §10.2.2).
pub(super) fn location_of_made(maker: &Operation) -> Option<RuntimeExpression> {
    let created = maker.responses.get(&Status::Code(201))?;
    let name = created.headers.keys().find(|name| name.eq_ignore_ascii_case("location"))?;
    Some(RuntimeExpression::ResponseHeader(name.clone()))
}

/// What the property that identifies a thing may be called, the likeliest first: as the parameter, `id`, and where the
/// parameter begins with the name of the thing, the rest of it (`pool_name` below `/pools` is the `name` of a pool).
pub(super) fn id_names(parameter: &str, collection: &[Vec<PathPart>]) -> Vec<String> {
    let whole = fold(parameter);
    let mut names = vec![whole.clone(), "id".to_owned()];
    let collection = without_slash(collection).last().map(Vec::as_slice);
    if let Some([PathPart::Literal(plural)]) = collection {
        names.extend(
            singulars(plural)
                .into_iter()
                .filter_map(|thing| whole.strip_prefix(thing.as_str()).map(str::to_owned))
                .filter(|rest| rest.len() > 1),
        );
    }
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
fn id_in_answer(contract: &Contract, maker: &Operation, names: &[String]) -> Option<String> {
    let root = Outline::of(contract, &[maker.answer_schema()?]);
    let found = id_member(&root, names).map(|name| format!("/{}", escape(name)));
    found.or_else(|| {
        let members = root.members().into_iter();
        let inner = members.map(|(name, ids)| (name, Outline::of(contract, &ids)));
        let mut objects = inner.filter(|(_, inner)| inner.has_members());
        let (wrapper, inner) = objects.next().filter(|_| objects.next().is_none())?;
        id_member(&inner, names).map(|name| format!("/{}/{}", escape(wrapper), escape(name)))
    })
}

pub(super) fn id_member<'a>(outline: &Outline<'a>, names: &[String]) -> Option<&'a str> {
    let members = outline.members();
    names.iter().find_map(|wanted| members.keys().find(|name| fold(name) == *wanted).copied())
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
