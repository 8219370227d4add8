//! Logs of what has happened: entries that say what was done and when.
//!
//! | log | of |
//! | --- | --- |
//! | `/audit-events?entityType=opening&entityId=17`: a list that nothing is posted to | things of some kinds, each asked for by its id |
//! | `/issues/{key}/activity` | the thing that the path names |
//! | a member `history` of a thing: an array of its states | the thing itself |
//!
//! Which entry an operation leaves, the names of actions tell: `openingCreated` is what `createOpening` does, `transitioned` what is
//! done by `transitionIssue`; or the states that it brings a thing into.

mod done;
mod entry;
mod history;
mod list;

use done::Done;

use super::{Resources, is_creation};
use crate::model::{Method, Operation, Parameter};
use crate::names::{fold, singulars};
use crate::only::only;

/// A log.
#[derive(Debug, Clone)]
pub struct Log<'a> {
    /// The operation that shows it, or the thing that has it.
    pub reader: &'a Operation,
    /// The member of its answer with the entries; `None`: the answer is the list.
    pub entries: Option<String>,
    /// The member of an entry that says what was done.
    pub action: String,
    /// The member of an entry that says when it was done: a moment.
    pub at: String,
    /// The member of an entry that says who did it.
    pub actor: Option<String>,
    /// The members of an entry, each with the actions of which alone it is said to tell something: "for `approved`; otherwise null".
    members: Vec<(String, Vec<String>)>,
    /// The query parameter that asks for the entries about the thing of an id; `None`: it is the log of one thing, which the path
    /// names.
    pub by_id: Option<&'a Parameter>,
    /// The one that asks for the entries about things of a kind, with the kinds.
    pub by_kind: Option<(&'a Parameter, Vec<String>)>,
    /// Whether the newest entry comes first, as far as that is told.
    pub newest_first: Option<bool>,
    /// Whether it is said what leaves an entry, or what leaves none.
    pub is_told: bool,
    /// Whether it is said that each of that leaves exactly one.
    pub has_one_each: bool,
    /// The shape of the path of the thing that it is of; `None`: it is of many things.
    of_one: Option<String>,
    /// Whether it is a member of the thing itself, with the states that it has been in.
    is_history: bool,
    /// Whether one request may leave several, as is said: "one entry for each member".
    pub has_several: bool,
    /// The actions.
    actions: Vec<String>,
    /// The words of what is said to leave no entry.
    unlogged: Vec<String>,
}

/// What an operation leaves in a log.
#[derive(Debug, Clone)]
pub struct Trace<'a> {
    /// The log.
    pub log: &'a Log<'a>,
    /// The entry that it leaves.
    pub entry: Entry,
    /// The thing that the entry is about.
    pub about: About<'a>,
    /// Of which kind that is, where the log is of several.
    pub kind: Option<String>,
}

/// What entry is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// One that says this was done.
    Of(String),
    /// One that is called like the state that the thing is brought into: `approved`.
    OfState,
    /// None, as is said.
    None,
}

/// The thing that an entry is about.
#[derive(Debug, Clone, Copy)]
pub enum About<'a> {
    /// The one that the path of the operation names last, or the path of the log.
    OfPath,
    /// The one that the operation makes; the path of this one names it.
    Made(&'a Operation),
}

/// All logs of a contract.
pub(super) fn all<'a>(resources: &Resources<'a>) -> Vec<Log<'a>> {
    let operations = resources.contract.operations.iter();
    let gets = operations.filter(|one| one.method == Method::Get);
    let logs = gets.flat_map(|one| [list::of(resources, one), history::of(resources, one)]);
    logs.flatten().collect()
}

impl<'a> Resources<'a> {
    /// What an operation leaves in the logs, or is said to leave none in.
    #[must_use]
    pub fn traces(&self, operation: &Operation) -> Vec<Trace<'_>> {
        if operation.method == Method::Get {
            return Vec::new();
        }
        self.logs.iter().filter_map(|log| trace(log, self, operation)).collect()
    }
}

fn trace<'l>(
    log: &'l Log<'l>,
    resources: &'l Resources<'_>,
    operation: &Operation,
) -> Option<Trace<'l>> {
    let done = Done::of(operation);
    let (about, kind) = log.about(resources, operation)?;
    let of_path = matches!(about, About::OfPath);
    if done.verb.iter().chain(&done.things).any(|word| log.unlogged.contains(word)) {
        return of_path.then_some(Trace { log, entry: Entry::None, about, kind });
    }
    if log.is_history {
        return of_path.then_some(Trace { log, entry: Entry::OfState, about, kind });
    }
    // Of what is gone, its own log is, too.
    if operation.method == Method::Delete && log.of_one == Some(operation.path.shape()) {
        return None;
    }
    let fitting = log.actions.iter().filter_map(|action| Some((done.is(log, action)?, action)));
    let Some(most) = fitting.clone().map(|(count, _)| count).max() else {
        return of_path.then_some(Trace { log, entry: Entry::OfState, about, kind });
    };
    let (_, action) = only(fitting.filter(|(count, _)| *count == most))?;
    Some(Trace { log, entry: Entry::Of(action.clone()), about, kind })
}

impl Log<'_> {
    /// Whether an entry of an action has a member, and it isn't of other actions alone.
    #[must_use]
    pub fn tells(&self, action: &str, member: &str) -> bool {
        let mut members = self.members.iter().filter(|(name, _)| name == member);
        members.any(|(_, of)| of.is_empty() || of.iter().any(|one| one == action))
    }

    /// Whether an entry may say that this was done.
    #[must_use]
    pub fn knows(&self, action: &str) -> bool {
        self.actions.iter().any(|one| one == action)
    }

    /// What an entry about an operation is about, and of which kind that is.
    fn about<'l>(
        &self,
        resources: &'l Resources<'_>,
        operation: &Operation,
    ) -> Option<(About<'l>, Option<String>)> {
        let parameter = operation.path.parameters().last();
        if let Some(item) = &self.of_one {
            let path = operation.path.shape();
            if path == *item || path.starts_with(&format!("{item}/")) {
                return Some((About::OfPath, None));
            }
            let reader = resources.operation(&self.reader.id)?;
            let name = reader.path.parameters().last()?;
            let mut makers = resources.makers(reader, name).iter();
            return makers
                .any(|maker| maker.operation_id == operation.id)
                .then_some((About::Made(reader), None));
        }
        let (_, kinds) = self.by_kind.as_ref()?;
        let kind_of = |plural: &str| {
            let called = singulars(plural);
            kinds.iter().find(|kind| called.contains(&fold(kind))).cloned()
        };
        let made = operation.path.last_segment().filter(|_| is_creation(operation));
        if let Some(kind) = made.and_then(kind_of) {
            let mut named = resources.made_by(&operation.id);
            let (named_by, ..) =
                named.find(|(one, name, _)| one.path.parameters().last() == Some(*name))?;
            return Some((About::Made(named_by), Some(kind)));
        }
        let shape = operation.path.shape_to(parameter?)?;
        let things = shape.rsplit('/').nth(1)?;
        Some((About::OfPath, Some(kind_of(things)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Contract;

    const DOCUMENT: &str = "
openapi: 3.1.0
info:
  title: a
  version: '1'
  description: |
    Each successful request that changes a hive or a swarm writes exactly one event. Feedings, visits and inspections of guests
    are not logged.
paths:
  /events:
    get:
      operationId: listEvents
      description: Newest first.
      parameters:
        - { name: entityType, in: query, schema: { type: string, enum: [hive, swarm] } }
        - { name: entityId, in: query, schema: { type: integer } }
      responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: {
        type: object, required: [at, actorId, action, entityType, entityId], properties: {
          at: { type: string, format: date-time }, actorId: { type: integer }, entityType: { type: string }, entityId: { type: integer },
          action: { type: string, enum: [hiveCreated, hiveUpdated, swarmCaught, honeyTaken] } } } } } } } }
  /hives:
    post: { operationId: createHive, responses: { '201': { $ref: '#/components/responses/Thing' } } }
  /hives/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get: { operationId: hive, responses: { '200': { $ref: '#/components/responses/Thing' } } }
    patch: { operationId: changeHive, responses: { '200': { $ref: '#/components/responses/Thing' } } }
  /hives/{id}/honey:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post: { operationId: harvest, summary: Take honey, responses: { '200': { description: Done. } } }
  /hives/{id}/feedings:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post: { operationId: feed, responses: { '201': { $ref: '#/components/responses/Thing' } } }
  /hives/{id}/inspections:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post: { operationId: inspect, responses: { '201': { $ref: '#/components/responses/Thing' } } }
components:
  parameters: { id: { name: id, in: path, required: true, schema: { type: integer } } }
  responses: { Thing: { description: It., content: { application/json: { schema: { type: object, required: [id], properties: { id: { type: integer } } } } } } }
";

    fn contract() -> Contract {
        let source = crate::Memory::one("a.yaml", DOCUMENT);
        let read = crate::read(std::path::Path::new("a.yaml"), &source);
        read.contract.expect("it is read")
    }

    #[test]
    fn what_is_done_leaves_the_entry_that_is_called_so() {
        let contract = contract();
        let resources = Resources::of(&contract);
        let told = contract.operations.iter().flat_map(|one| {
            let traces = resources.traces(one).into_iter();
            traces.map(|trace| {
                let about = match trace.about {
                    About::OfPath => "path",
                    About::Made(named_by) => named_by.id.as_str(),
                };
                let action = match trace.entry {
                    Entry::Of(action) => action,
                    other => format!("{other:?}"),
                };
                format!("{}: {action} of {about}", one.id)
            })
        });
        let told: Vec<String> = told.collect();
        assert_eq!(
            told,
            [
                "createHive: hiveCreated of hive",
                "changeHive: hiveUpdated of path",
                "harvest: honeyTaken of path",
                "feed: None of path",
                // Of those of guests alone it is said that they aren't logged.
                "inspect: OfState of path",
            ]
        );
        let log = resources.logs.first().expect("there is one");
        assert!(log.is_told && log.newest_first == Some(true));
        assert_eq!(log.actor.as_deref(), Some("actorId"));
    }
}
