//! What the contract's structure says about how its operations belong together.
//!
//! - Who makes what a path parameter names: the operation whose response has a link that feeds the parameter
//!   (`pet_id: $response.body#/id`); where no link does, the POST on the path before the parameter
//!   (`POST /pets` or `POST /pets/` for `/pets/{petId}`), when its answer, or else its body, has a property that is the
//!   id by name; else a PUT on the very path that may create, or a POST there that documents a 201.
//! - Who removes it again: the DELETE among the operations that are fed so.
//! - Which members of a body repeat a path parameter: those whose example is the parameter's example, and those that
//!   every workflow that succeeds gives the value of the parameter.

use indexmap::{IndexMap, IndexSet};
use serde_json::Value;
use spec::Contract;
use spec::model::{
    LinkTarget, Location as In, Method, Operation, PathPart, PathTemplate, Response, SchemaId,
    Status,
};
use spec::pointer::escape;

use super::reference::References;
use crate::arazzo::Workflows;
use crate::expression::Expression;
use crate::sample::{Choice, Location, Merged};

/// How operations belong together.
#[derive(Debug, Default)]
pub(super) struct Structure {
    /// By operation and path parameter: who can make what it names, the best first.
    makers: IndexMap<(String, String), Vec<Maker>>,
    /// By maker: the keys of `makers` that it is one of.
    fed: IndexMap<String, Vec<(String, String)>>,
    /// By maker: who removes what it made.
    removers: IndexMap<String, Remover>,
    /// By operation: which members of its body repeat which path parameter.
    mirrors: IndexMap<String, IndexMap<Location, String>>,
    /// By operation: the member of its body that is what its path calls the thing, so that another value renames it.
    names: IndexMap<String, Location>,
    /// The PUTs and POSTs that make what their path names, under an id of the client's choosing.
    choosing: IndexSet<String>,
    /// What members of bodies may name.
    references: References,
}

/// An operation that makes what a path parameter names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Maker {
    /// The operation.
    pub(super) operation_id: String,
    /// Where in its answer the id stands.
    pub(super) id: Expression,
    /// Parameters of the other operation that repeat a path parameter of this one: theirs to ours.
    pub(super) shared: IndexMap<String, String>,
}

/// An operation that removes what was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Remover {
    /// The operation.
    pub(super) operation_id: String,
    /// Its path parameter that names what was made.
    pub(super) parameter: String,
    /// How the maker tells.
    pub(super) maker: Maker,
}

impl Structure {
    pub(super) fn of(contract: &Contract, workflows: Option<&Workflows>) -> Self {
        let mut structure = Self::default();
        for operation in &contract.operations {
            structure.follow_links(contract, operation);
        }
        let of = |method: Method| -> IndexMap<String, &Operation> {
            let those = contract.operations.iter().filter(|one| one.method == method);
            those.map(|operation| (shape(&operation.path.segments), operation)).collect()
        };
        let (posts, puts) = (of(Method::Post), of(Method::Put));
        for operation in &contract.operations {
            structure.follow_path(contract, operation, &posts);
        }
        let found = |method| of(method).into_keys().collect::<IndexSet<_>>();
        let (read, removed) = (found(Method::Get), found(Method::Delete));
        let mut makers: IndexMap<String, Vec<&Operation>> = IndexMap::new();
        for (path, put) in &puts {
            if is_made_by_put(put, &posts) {
                makers.entry(path.clone()).or_default().push(put);
            }
        }
        for (path, post) in &posts {
            if may_create(post) && (read.contains(path) || removed.contains(path)) {
                makers.entry(path.clone()).or_default().push(post);
            }
        }
        structure.choosing.extend(makers.values().flatten().map(|maker| maker.id.clone()));
        for operation in &contract.operations {
            structure.follow_choice(operation, &makers);
        }
        structure.find_removers(contract);
        structure.references = References::of(contract, &structure);
        for operation in &contract.operations {
            let mut mirrors = mirrors_by_example(operation);
            mirrors.extend(workflows.map(|w| w.mirrors(operation)).unwrap_or_default());
            if let Some((name, parameter)) = name_in_body(contract, operation) {
                mirrors.insert(name.clone(), parameter.to_owned());
                structure.names.insert(operation.id.clone(), name);
            }
            structure.mirrors.insert(operation.id.clone(), mirrors);
        }
        structure
    }

    /// Who can make what a path parameter names.
    pub(super) fn makers(&self, operation: &Operation, parameter: &str) -> &[Maker] {
        self.makers.get(&(operation.id.clone(), parameter.to_owned())).map_or(&[], Vec::as_slice)
    }

    /// Whether an operation makes what its path names, under an id of the client's choosing.
    pub(super) fn chooses(&self, operation: &Operation) -> bool {
        self.choosing.contains(&operation.id)
    }

    /// What members of bodies may name.
    pub(super) fn references(&self) -> &References {
        &self.references
    }

    /// Who removes what an operation made.
    pub(super) fn remover(&self, operation_id: &str) -> Option<&Remover> {
        self.removers.get(operation_id)
    }

    /// The operations that are fed by what another one makes, with the parameter.
    pub(super) fn made_by<'s>(
        &'s self,
        maker: &str,
    ) -> impl Iterator<Item = (&'s str, &'s str, &'s Maker)> {
        self.fed.get(maker).into_iter().flatten().filter_map(move |key| {
            let maker = self.makers.get(key)?.iter().find(|one| one.operation_id == maker)?;
            Some((key.0.as_str(), key.1.as_str(), maker))
        })
    }

    /// Which members of an operation's body repeat which path parameter.
    pub(super) fn mirrors(&self, operation: &Operation) -> impl Iterator<Item = (&Location, &str)> {
        self.mirrors
            .get(&operation.id)
            .into_iter()
            .flatten()
            .map(|(location, parameter)| (location, parameter.as_str()))
    }

    /// The member of an update's body that renames what its path names.
    pub(super) fn name(&self, operation: &Operation) -> Option<&Location> {
        self.names.get(&operation.id)
    }

    /// Links of a POST's successful responses. Those of other methods lead on from what is there already.
    fn follow_links(&mut self, contract: &Contract, operation: &Operation) {
        if operation.method != Method::Post {
            return;
        }
        for response in successes(operation) {
            for link in response.links.values() {
                let LinkTarget::Operation(target) = &link.target else { continue };
                let Some(target) = contract.operation(target) else { continue };
                let parameters = link_parameters(&link.parameters);
                let shared: IndexMap<String, String> = parameters
                    .iter()
                    .filter_map(|(name, expression)| match expression {
                        Expression::RequestPath(ours) => Some((name.clone(), ours.clone())),
                        _ => None,
                    })
                    .collect();
                for (name, expression) in parameters {
                    let is_path = target.parameter(In::Path, &name).is_some();
                    if is_path && matches!(expression, Expression::ResponseBody(_)) {
                        let operation_id = operation.id.clone();
                        let maker = Maker { operation_id, id: expression, shared: shared.clone() };
                        self.add(target, name, maker);
                    }
                }
            }
        }
    }

    fn follow_path(
        &mut self,
        contract: &Contract,
        operation: &Operation,
        posts: &IndexMap<String, &Operation>,
    ) {
        for (n, segment) in operation.path.segments.iter().enumerate() {
            let [PathPart::Parameter(name)] = segment.as_slice() else { continue };
            if !self.makers(operation, name).is_empty() {
                continue;
            }
            let collection = &operation.path.segments[..n];
            let Some(maker) = posts.get(&shape(collection)) else { continue };
            let Some(id) = id_of_made(contract, maker, name, collection) else { continue };
            let shared = shared_parameters(collection, &maker.path.segments);
            let operation_id = maker.id.clone();
            self.add(operation, name.clone(), Maker { operation_id, id, shared });
        }
    }

    /// Where no POST of a collection makes it, a PUT or POST under an id of the client's choosing may.
    fn follow_choice(
        &mut self,
        operation: &Operation,
        choosing: &IndexMap<String, Vec<&Operation>>,
    ) {
        for (n, segment) in operation.path.segments.iter().enumerate() {
            let [PathPart::Parameter(name)] = segment.as_slice() else { continue };
            let item = &operation.path.segments[..=n];
            if !self.makers(operation, name).is_empty() {
                continue;
            }
            for maker in choosing.get(&shape(item)).into_iter().flatten() {
                let Some(theirs) = item_parameter(maker) else { continue };
                // One of two that make the same is not fed by the other.
                if self.chooses(operation) && operation.path.text == maker.path.text {
                    continue;
                }
                if !self.makers(maker, theirs).is_empty() {
                    continue;
                }
                let mut shared = shared_parameters(item, &maker.path.segments);
                shared.shift_remove(name);
                let id = Expression::RequestPath(theirs.to_owned());
                let operation_id = maker.id.clone();
                self.add(operation, name.clone(), Maker { operation_id, id, shared });
            }
        }
    }

    fn add(&mut self, target: &Operation, parameter: String, maker: Maker) {
        if target.id == maker.operation_id {
            return;
        }
        let key = (target.id.clone(), parameter);
        let fed = self.fed.entry(maker.operation_id.clone()).or_default();
        if !fed.contains(&key) {
            fed.push(key.clone());
        }
        let makers = self.makers.entry(key).or_default();
        if !makers.contains(&maker) {
            makers.push(maker);
        }
    }

    fn find_removers(&mut self, contract: &Contract) {
        let mut removers = IndexMap::new();
        for ((operation_id, parameter), makers) in &self.makers {
            let Some(operation) = contract.operation(operation_id) else { continue };
            // Its last parameter: `DELETE /orgs/{org}/members/{user}` doesn't remove the organization.
            let names_it = item_parameter(operation) == Some(parameter);
            if operation.method != Method::Delete || !names_it {
                continue;
            }
            for maker in makers {
                removers.entry(maker.operation_id.clone()).or_insert_with(|| Remover {
                    operation_id: operation_id.clone(),
                    parameter: parameter.clone(),
                    maker: maker.clone(),
                });
            }
        }
        self.removers = removers;
    }
}

/// The shape of a path, whether or not it ends with a slash.
pub(super) fn shape(segments: &[Vec<PathPart>]) -> String {
    let segments = without_slash(segments).to_vec();
    PathTemplate { text: String::new(), segments }.shape()
}

pub(super) fn without_slash(segments: &[Vec<PathPart>]) -> &[Vec<PathPart>] {
    match segments.split_last() {
        Some((last, rest)) if last.is_empty() => rest,
        _ => segments,
    }
}

/// The parameter that the path of one thing ends with: `id` of `/pets/{id}` and `/pets/{id}/`.
pub(super) fn item_parameter(operation: &Operation) -> Option<&str> {
    match without_slash(&operation.path.segments).last()?.as_slice() {
        [PathPart::Parameter(name)] => Some(name),
        _ => None,
    }
}

/// Whether a PUT is the way to make what its path names: it documents a 201; or it doesn't document that nothing may be
/// there, and no POST before the last parameter makes it.
fn is_made_by_put(operation: &Operation, posts: &IndexMap<String, &Operation>) -> bool {
    let segments = without_slash(&operation.path.segments);
    let collection = segments.split_last().map(|(_, rest)| shape(rest));
    let has_post = collection.is_some_and(|collection| posts.contains_key(&collection));
    let documents_it = operation.responses.contains_key(&Status::Code(201));
    may_create(operation) && (documents_it || !has_post)
}

/// Whether a PUT or POST may make what its path names: it documents a 201; or it is a PUT that doesn't document that
/// nothing may be there.
pub(super) fn may_create(operation: &Operation) -> bool {
    let documents = |code| operation.responses.contains_key(&Status::Code(code));
    let may = match operation.method {
        Method::Put => documents(201) || !documents(404),
        Method::Post => documents(201),
        _ => false,
    };
    may && item_parameter(operation).is_some()
}

/// The responses that are documented for success, in order.
pub(super) fn successes(operation: &Operation) -> impl Iterator<Item = &Response> {
    operation.responses.values().filter(|response| response.status.is_success())
}

/// The schema of the JSON of the first successful response.
pub(super) fn answer_schema(operation: &Operation) -> Option<SchemaId> {
    successes(operation).find_map(|response| {
        response
            .content
            .values()
            .find(|content| content.is_json())
            .and_then(|content| content.schema)
    })
}

/// The parameters of a link that are runtime expressions, by name without location.
pub(super) fn link_parameters(
    parameters: &IndexMap<String, Value>,
) -> IndexMap<String, Expression> {
    parameters
        .iter()
        .filter_map(|(name, value)| {
            let expression = value.as_str()?.parse().ok()?;
            let bare = ["path.", "query.", "header.", "cookie."]
                .iter()
                .find_map(|location| name.strip_prefix(location));
            Some((bare.unwrap_or(name).to_owned(), expression))
        })
        .collect()
}

/// Parameters that stand at the same place of both paths: ours to theirs.
fn shared_parameters(ours: &[Vec<PathPart>], theirs: &[Vec<PathPart>]) -> IndexMap<String, String> {
    let pairs = ours.iter().flatten().zip(theirs.iter().flatten());
    pairs
        .filter_map(|pair| match pair {
            (PathPart::Parameter(ours), PathPart::Parameter(theirs)) => {
                Some((ours.clone(), theirs.clone()))
            }
            _ => None,
        })
        .collect()
}

/// Where a maker tells the id of what it made: in its answer, or in what was sent.
fn id_of_made(
    contract: &Contract,
    maker: &Operation,
    parameter: &str,
    collection: &[Vec<PathPart>],
) -> Option<Expression> {
    let names = id_names(parameter, collection);
    id_in_answer(contract, maker, &names)
        .map(Expression::response_body)
        .or_else(|| id_in_body(contract, maker, &names).map(Expression::RequestBody))
}

/// What the property that identifies a thing may be called, the likeliest first: as the parameter, `id`, and where the
/// parameter begins with the name of the thing, the rest of it (`pool_name` below `/pools` is the `name` of a pool).
fn id_names(parameter: &str, collection: &[Vec<PathPart>]) -> Vec<String> {
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

/// What one of several things may be called, folded: `category` of `categories`.
pub(super) fn singulars(plural: &str) -> Vec<String> {
    let plural = fold(plural);
    let singulars = [plural.strip_suffix("ies").map(|stem| format!("{stem}y"))]
        .into_iter()
        .flatten()
        .chain(plural.strip_suffix("es").map(str::to_owned))
        .chain(plural.strip_suffix('s').map(str::to_owned));
    singulars.chain([plural.clone()]).collect()
}

/// A required property of the maker's body that is the id: the client chose it.
fn id_in_body(contract: &Contract, maker: &Operation, names: &[String]) -> Option<String> {
    let required = json_body(contract, maker)?.required();
    // `id` would be any of several things; here only the parameter's own name counts.
    let names = names.iter().filter(|name| *name != "id");
    names.into_iter().find_map(|name| {
        let found = required.iter().find(|member| fold(member) == *name)?;
        Some(format!("/{}", escape(found)))
    })
}

/// The member of a maker's answer that is the id, in the object itself or in its only member that is an object.
fn id_in_answer(contract: &Contract, maker: &Operation, names: &[String]) -> Option<String> {
    let root = Merged::of(contract, &[answer_schema(maker)?], Choice::default());
    let members = answer_members(&root);
    let found = id_member(&members, names).map(|name| format!("/{}", escape(&name)));
    found.or_else(|| {
        let mut objects = members.iter().filter_map(|(name, ids)| {
            let inner = answer_members(&Merged::of(contract, ids, Choice::default()));
            (!inner.is_empty()).then_some((name, inner))
        });
        let (wrapper, inner) = objects.next()?;
        if objects.next().is_some() {
            return None;
        }
        id_member(&inner, names).map(|name| format!("/{}/{}", escape(wrapper), escape(&name)))
    })
}

/// The members of an answer with what each must match; those that only servers send included.
pub(super) fn answer_members<'a>(merged: &Merged<'a>) -> IndexMap<&'a str, Vec<SchemaId>> {
    let mut members: IndexMap<&str, Vec<SchemaId>> = IndexMap::new();
    for (_, schema) in &merged.parts {
        for (name, id) in &schema.properties {
            members.entry(name).or_default().push(*id);
        }
    }
    members
}

fn id_member(members: &IndexMap<&str, Vec<SchemaId>>, names: &[String]) -> Option<String> {
    names.iter().find_map(|wanted| {
        members.keys().find(|name| fold(name) == *wanted).map(|name| (*name).to_owned())
    })
}

/// A name without regard to how its words are joined: `pet_id` is `petId`.
pub(super) fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What the JSON that an operation takes must be.
fn json_body<'c>(contract: &'c Contract, operation: &Operation) -> Option<Merged<'c>> {
    let content = &operation.body.as_ref()?.content;
    let schema = content.values().find(|content| content.is_json())?.schema?;
    Some(Merged::of(contract, &[schema], Choice::default()))
}

/// Where an update's body repeats what its path calls the thing: `name` or `pool_name` at `/pools/{pool_name}`.
fn name_in_body<'o>(contract: &Contract, operation: &'o Operation) -> Option<(Location, &'o str)> {
    if !matches!(operation.method, Method::Put | Method::Patch) {
        return None;
    }
    let parameter = item_parameter(operation)?;
    let (_, collection) = without_slash(&operation.path.segments).split_last()?;
    let properties = json_body(contract, operation)?.properties();
    let names = id_names(parameter, collection).into_iter().filter(|name| name != "id");
    names.into_iter().find_map(|name| {
        let member = properties.keys().find(|member| fold(member) == name)?;
        Some((Location::default().member(member), parameter))
    })
}

/// Members of the body whose example is the example of a path parameter, and long enough to be no coincidence.
fn mirrors_by_example(operation: &Operation) -> IndexMap<Location, String> {
    let mut mirrors = IndexMap::new();
    let Some(body) = &operation.body else { return mirrors };
    let examples = body.content.values().flat_map(|content| &content.examples);
    for example in examples {
        let Some(members) = example.value.as_object() else { continue };
        for (member, value) in members {
            let telling = value.as_str().is_some_and(|text| text.len() >= 8);
            let parameter = operation.parameters.iter().find(|parameter| {
                parameter.location == In::Path
                    && telling
                    && parameter.examples.iter().any(|example| example.value == *value)
            });
            if let Some(parameter) = parameter {
                mirrors.insert(Location::default().member(member), parameter.name.clone());
            }
        }
    }
    mirrors
}

/// Names of parameters that a response feeds back: cursors and the like, which can't be made up.
pub(super) fn opaque_parameters(contract: &Contract) -> IndexSet<(String, String)> {
    let mut opaque = IndexSet::new();
    for operation in &contract.operations {
        for link in successes(operation).flat_map(|response| response.links.values()) {
            let LinkTarget::Operation(target) = &link.target else { continue };
            for (name, expression) in link_parameters(&link.parameters) {
                if matches!(expression, Expression::ResponseBody(_) | Expression::ResponseHeader(_))
                {
                    opaque.insert((target.clone(), name));
                }
            }
        }
    }
    opaque
}
