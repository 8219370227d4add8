//! Who makes what a path parameter names, and who removes it again.

use indexmap::{IndexMap, IndexSet};

use super::identity::{IdProperty, id_of_made, location_of_made, may_be_null};
use super::{Maker, Remover, Resources, catalogue, is_soft_delete, may_create};
use crate::model::{
    Contract, JsonType, LinkTarget, Location, Method, Operation, PathPart, RuntimeExpression,
    SchemaId, shape, without_slash,
};
use crate::names::{fold, singulars};
use crate::outline::Outline;
use crate::pointer::escape;

/// What a link's expression is of what an answer is about; `None`: it is of what wraps that.
fn within_envelope(operation: &Operation, id: RuntimeExpression) -> Option<RuntimeExpression> {
    let (Some(envelope), RuntimeExpression::ResponseBody(pointer)) = (&operation.envelope, &id)
    else {
        return Some(id);
    };
    let inner = pointer.strip_prefix(&format!("/{}", escape(&envelope.member)))?;
    Some(RuntimeExpression::ResponseBody(inner.to_owned()))
}

impl<'a> Resources<'a> {
    /// Who can make what a path parameter names, the best first.
    #[must_use]
    pub fn makers(&self, operation: &Operation, parameter: &str) -> &[Maker] {
        self.makers.get(&(operation.id.clone(), parameter.to_owned())).map_or(&[], Vec::as_slice)
    }

    /// Who makes a thing with a part that a path parameter names, where nobody makes what it names by itself.
    #[must_use]
    pub fn maker_of_whole(&self, operation: &Operation, parameter: &str) -> Option<&Maker> {
        self.wholes.get(&(operation.id.clone(), parameter.to_owned()))
    }

    /// Whether something is known to be made by an operation: others are fed by it.
    #[must_use]
    pub fn is_maker(&self, operation_id: &str) -> bool {
        self.remover(operation_id).is_some() || self.made_by(operation_id).next().is_some()
    }

    /// Whether an operation makes something, as far as the document shows: others are fed by it, it documents a 201, or
    /// its answer has a `Location`.
    #[must_use]
    pub fn makes(&self, operation: &Operation) -> bool {
        let is_post = operation.method == Method::Post;
        let creates = operation.documents(201);
        let has_location = operation.successes().any(|response| {
            response.headers.keys().any(|name| name.eq_ignore_ascii_case("location"))
        });
        (self.is_maker(&operation.id) && !self.is_consequence(operation))
            || (is_post && (creates || has_location))
    }

    /// Whether what an operation is known to make only comes of what it does to something else: an invoice of a completed visit.
    #[must_use]
    pub fn is_consequence(&self, operation: &Operation) -> bool {
        self.consequences.contains(&operation.id)
    }

    /// Whether an operation makes what its path names, under an id of the client's choosing.
    #[must_use]
    pub fn chooses(&self, operation: &Operation) -> bool {
        self.choosing.contains(&operation.id)
    }

    /// Who removes what an operation made.
    #[must_use]
    pub fn remover(&self, operation_id: &str) -> Option<&Remover> {
        self.removers.get(operation_id)
    }

    /// The operations that are fed by what another one makes, each with the parameter.
    pub fn made_by(&self, maker: &str) -> impl Iterator<Item = (&'a Operation, &str, &Maker)> {
        self.fed.get(maker).into_iter().flatten().filter_map(move |key| {
            let maker = self.makers.get(key)?.iter().find(|one| one.operation_id == maker)?;
            Some((self.operation(&key.0)?, key.1.as_str(), maker))
        })
    }

    /// The GETs that show what an operation makes, at paths of its own: what is only read within it is about that one.
    pub fn shown_by(&self, maker: &Operation) -> impl Iterator<Item = &'a Operation> {
        let shows = self.made_by(&maker.id).filter(|(reader, parameter, _)| {
            reader.method == Method::Get && reader.path.item_parameter() == Some(*parameter)
        });
        shows.map(|(reader, ..)| reader)
    }

    /// Where the answer of what makes something has the id of that, whether or not a path names it.
    #[must_use]
    pub fn id_told(&self, maker: &Operation) -> Option<RuntimeExpression> {
        let removed = self.remover(&maker.id).map(|remover| &remover.maker.id).into_iter();
        let made = removed.chain(self.made_by(&maker.id).map(|(_, _, maker)| &maker.id));
        let mut told = made.filter(|id| matches!(id, RuntimeExpression::ResponseBody(_)));
        let is_always = |id: &&RuntimeExpression| !may_be_null(self.contract, maker, id);
        told.find(is_always).cloned().or_else(|| catalogue::id_of(self, maker))
    }

    /// Whether an id that others go by may be null in the answer of what makes a thing: a link to what is shared only at times.
    #[must_use]
    pub fn may_tell_null(&self, maker: &Operation) -> bool {
        self.made_by(&maker.id).any(|(_, _, made)| may_be_null(self.contract, maker, &made.id))
    }
}

impl<'a> Resources<'a> {
    pub(super) fn find_makers(&mut self) {
        let contract = self.contract;
        for operation in &contract.operations {
            self.follow_links(operation);
        }
        let of = |method: Method| -> IndexMap<String, &Operation> {
            let those = contract.operations.iter().filter(|one| one.method == method);
            those.map(|operation| (open_shape(&operation.path.segments), operation)).collect()
        };
        let (posts, puts) = (of(Method::Post), of(Method::Put));
        for operation in &contract.operations {
            self.follow_path(operation, &posts);
        }
        let found = |method| of(method).into_keys().collect::<IndexSet<_>>();
        let (read, removed) = (found(Method::Get), found(Method::Delete));
        let mut makers: IndexMap<String, Vec<&Operation>> = IndexMap::new();
        for (path, put) in &puts {
            if is_made_by_put(put, &posts) || is_membership(contract, put, &posts) {
                makers.entry(path.clone()).or_default().push(put);
            }
        }
        for (path, post) in &posts {
            if may_create(post) && (read.contains(path) || removed.contains(path)) {
                makers.entry(path.clone()).or_default().push(post);
            }
        }
        self.choosing.extend(makers.values().flatten().map(|maker| maker.id.clone()));
        for operation in &contract.operations {
            self.follow_choice(operation, &makers);
        }
        for operation in &contract.operations {
            self.follow_thing(operation);
        }
        for operation in &contract.operations {
            self.follow_nesting(operation);
        }
        for operation in &contract.operations {
            self.follow_consequence(operation);
        }
        self.follow_parts();
    }

    /// Links of a POST's successful responses. Those of other methods lead on from what is there already.
    fn follow_links(&mut self, operation: &Operation) {
        if operation.method != Method::Post {
            return;
        }
        for link in operation.successes().flat_map(|response| response.links.values()) {
            let LinkTarget::Operation(target) = &link.target else { continue };
            let Some(target) = self.operation(target) else { continue };
            let shared: IndexMap<String, String> = link
                .expressions()
                .filter_map(|(name, expression)| match expression {
                    RuntimeExpression::RequestPath(ours) => Some((name.to_owned(), ours)),
                    _ => None,
                })
                .collect();
            for (name, id) in link.expressions() {
                let is_path = target.parameter(Location::Path, name).is_some();
                let Some(id) = within_envelope(operation, id) else { continue };
                if is_path && matches!(id, RuntimeExpression::ResponseBody(_)) {
                    let operation_id = operation.id.clone();
                    self.add(target, name, Maker { operation_id, id, shared: shared.clone() });
                }
            }
        }
    }

    fn follow_path(&mut self, operation: &Operation, posts: &IndexMap<String, &Operation>) {
        for (n, segment) in operation.path.segments.iter().enumerate() {
            let [PathPart::Parameter(name)] = segment.as_slice() else { continue };
            if !self.makers(operation, name).is_empty() {
                continue;
            }
            let collection = &operation.path.segments[..n];
            let Some(maker) = posts.get(&open_shape(collection)) else { continue };
            let property = IdProperty::of_parameter(self.contract, operation, name, collection);
            let Some(id) =
                id_of_made(self.contract, maker, &property).or_else(|| location_of_made(maker))
            else {
                continue;
            };
            let shared = shared_parameters(collection, &maker.path.segments);
            let operation_id = maker.id.clone();
            self.add(operation, name, Maker { operation_id, id, shared });
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
            for maker in choosing.get(&open_shape(item)).into_iter().flatten() {
                let Some(theirs) = maker.path.item_parameter() else { continue };
                // One of two that make the same is not fed by the other.
                if self.chooses(operation) && operation.path.text == maker.path.text {
                    continue;
                }
                if !self.makers(maker, theirs).is_empty() {
                    continue;
                }
                let mut shared = shared_parameters(item, &maker.path.segments);
                shared.shift_remove(name);
                let id = RuntimeExpression::RequestPath(theirs.to_owned());
                let operation_id = maker.id.clone();
                self.add(operation, name, Maker { operation_id, id, shared });
            }
        }
    }

    /// Where nothing on the way to a thing makes it, what makes one of that name within something else may:
    /// `POST /customers/{id}/orders` for `/orders/{order_id}`. It has to document that it makes something, or to answer with
    /// what is read there, since a POST may as well put there what is at home elsewhere.
    fn follow_nesting(&mut self, operation: &Operation) {
        let contract = self.contract;
        let segments = operation.path.without_slash();
        for (n, segment) in segments.iter().enumerate() {
            let [PathPart::Parameter(name)] = segment.as_slice() else { continue };
            let collection = segments.get(..n).unwrap_or_default();
            let Some([PathPart::Literal(things)]) = collection.last().map(Vec::as_slice) else {
                continue;
            };
            let is_last = operation.path.item_parameter() == Some(name);
            if !self.makers(operation, name).is_empty() || (is_last && self.chooses(operation)) {
                continue;
            }
            let property = IdProperty::of_parameter(contract, operation, name, collection);
            let shown = self.shown_at(segments.get(..=n).unwrap_or_default());
            let makes = |one: &&Operation| {
                let answers = || shown.is_some() && one.answer_schema() == shown;
                is_within(one, things)
                    && one.path.without_slash().len() > collection.len()
                    && (one.documents(201) || answers())
            };
            for maker in contract.operations.iter().filter(makes) {
                let shared = common_parameters(collection, &maker.path.segments);
                let is_all_shared = collection.iter().flatten().all(|part| match part {
                    PathPart::Parameter(ours) => shared.contains_key(ours),
                    PathPart::Literal(_) => true,
                });
                let id = id_of_made(contract, maker, &property)
                    .filter(|id| matches!(id, RuntimeExpression::ResponseBody(_)))
                    .or_else(|| location_of_made(maker));
                if let Some(id) = id.filter(|_| is_all_shared) {
                    self.add(operation, name, Maker { operation_id: maker.id.clone(), id, shared });
                }
            }
        }
    }

    /// What a GET of a path answers with, or else an update there.
    pub(super) fn shown_at(&self, segments: &[Vec<PathPart>]) -> Option<SchemaId> {
        let there = self.by_path.get(&shape(segments))?;
        let mut methods = [Method::Get, Method::Put, Method::Patch].into_iter();
        methods.find_map(|method| there.iter().find(|one| one.method == method)?.answer_schema())
    }

    pub(super) fn add(&mut self, target: &Operation, parameter: &str, maker: Maker) {
        if target.id == maker.operation_id {
            return;
        }
        let key = (target.id.clone(), parameter.to_owned());
        let fed = self.fed.entry(maker.operation_id.clone()).or_default();
        if !fed.contains(&key) {
            fed.push(key.clone());
        }
        let makers = self.makers.entry(key).or_default();
        if !makers.contains(&maker) {
            makers.push(maker);
        }
    }

    pub(super) fn find_removers(&mut self) {
        let mut removers = IndexMap::new();
        for ((operation_id, parameter), makers) in &self.makers {
            let Some(operation) = self.operation(operation_id) else { continue };
            // Its last parameter: `DELETE /orgs/{org}/members/{user}` doesn't remove the organization.
            let names_it = operation.path.item_parameter() == Some(parameter);
            if operation.method != Method::Delete || !names_it || is_soft_delete(operation) {
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
fn open_shape(segments: &[Vec<PathPart>]) -> String {
    shape(without_slash(segments))
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

/// The parameters of the segments that both paths begin with: ours to theirs.
fn common_parameters(ours: &[Vec<PathPart>], theirs: &[Vec<PathPart>]) -> IndexMap<String, String> {
    let alike = |(ours, theirs): &(&Vec<PathPart>, &Vec<PathPart>)| {
        shape(std::slice::from_ref(*ours)) == shape(std::slice::from_ref(*theirs))
    };
    let length = ours.iter().zip(theirs).take_while(alike).count();
    let (ours, theirs) = (ours.get(..length), theirs.get(..length));
    shared_parameters(ours.unwrap_or_default(), theirs.unwrap_or_default())
}

/// Whether a POST is about things of this name within something else.
fn is_within(operation: &Operation, things: &str) -> bool {
    operation.method == Method::Post
        && operation.path.last_segment() == Some(things)
        && operation.path.parameters().next().is_some()
}

/// Whether a PUT is the way to make what its path names: it documents a 201; or it doesn't document that nothing may be
/// there, and no POST before the last parameter makes it.
fn is_made_by_put(operation: &Operation, posts: &IndexMap<String, &Operation>) -> bool {
    let segments = operation.path.without_slash();
    let collection = segments.split_last().map(|(_, rest)| open_shape(rest));
    let has_post = collection.is_some_and(|collection| posts.contains_key(&collection));
    let documents_it = operation.documents(201);
    may_create(operation) && (documents_it || !has_post)
}

/// Whether a PUT adds what its path names to a set, as `PUT /items/{id}/tags/{tag}` does: it takes no body, a DELETE of the
/// path takes that out again, and the name is a text of the client's choosing. What a POST makes isn't: `{user_id}` of a
/// group is somebody.
fn is_membership(
    contract: &Contract,
    put: &Operation,
    posts: &IndexMap<String, &Operation>,
) -> bool {
    let segments = put.path.without_slash();
    let (Some(name), Some((_, collection))) = (put.path.item_parameter(), segments.split_last())
    else {
        return false;
    };
    let path = open_shape(segments);
    let is_removed = contract
        .operations
        .iter()
        .any(|one| one.method == Method::Delete && open_shape(&one.path.segments) == path);
    let is_within = collection.iter().flatten().any(|part| matches!(part, PathPart::Parameter(_)));
    let is_text =
        put.parameter(Location::Path, name).and_then(|one| one.schema()).is_some_and(|id| {
            let schema = contract.schema(id);
            Outline::of(contract, &[id]).is(JsonType::String) && schema.format.is_none()
        });
    let is_of_others = posts.values().any(|post| {
        let things = post.path.last_segment().map(singulars).unwrap_or_default();
        things.iter().any(|thing| fold(name).starts_with(thing.as_str()))
    });
    // What has a path of its own elsewhere is a thing that is assigned, and has to be there.
    let (own, ends) = (segments.len(), segments.get(segments.len().saturating_sub(2)..));
    let is_thing = contract.operations.iter().any(|one| {
        let theirs = one.path.without_slash();
        theirs.len() < own
            && ends.is_some_and(|ends| open_shape(theirs).ends_with(&open_shape(ends)))
    });
    put.body.is_none() && is_within && is_removed && is_text && !is_of_others && !is_thing
}
