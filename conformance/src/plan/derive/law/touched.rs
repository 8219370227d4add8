//! The time of the last change moves with a change, and with nothing else.
//!
//! Which member it is, its name and format say: so it is no promise unless a profile says so. That it has moved shows
//! where it is told to the millisecond; two changes within one second are told alike by many a service.

use std::time::Duration;

use serde_json::Value;
use spec::Direction;
use spec::model::{JsonType, Method, Operation, SchemaId};
use spec::names::fold;
use spec::pointer::escape;
use spec::resources::says_left_by_nothing;

use super::super::CALL;
use super::super::replace::varied;
use crate::case::{
    Case, Criterion, Derivation, Operand, Relation, RelationKind, Request, Template,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, About, Draft, Path};
use crate::sample::{Choice, Extent, Merged};

const CODE: &str = "modified-with-a-change";
/// What lies between a look and a change at least, so that moments that are told to the millisecond differ.
pub(super) const PAUSE: Duration = Duration::from_millis(30);
/// The step that puts something there.
const OWN: &str = "own";
/// The steps that look before.
const LOOK: &str = "look";
const LOOK_AGAIN: &str = "look_again";

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    if !matches!(operation.method, Method::Put | Method::Patch) {
        return None;
    }
    let (status, _) = planner.success(operation)?;
    let reader = planner.on_path(operation, Method::Get)?;
    let answer = reader.answer_schema()?;
    let times = modification_times(planner, answer);
    let (mut draft, path, update) = changing(planner, operation).filter(|_| !times.is_empty())?;
    let read = draft.bare_request(reader, &path).ok()?;
    draft.push(reader, LOOK, read.clone(), planner.succeeds(reader));
    draft.answer_of(LOOK);
    let stood = times.iter().map(|name| {
        let (got, expected) = (answered(name), seen(LOOK, name));
        relation(format!("`{name}` stays when it is looked at"), same(got, expected))
    });
    let criteria = planner.succeeds(reader).into_iter().chain(stood).collect();
    draft.push(reader, LOOK_AGAIN, read.clone(), criteria);
    draft.push(operation, CALL, update, planner.succeeds(operation));
    draft.last_step()?.pause = Some(PAUSE);
    draft.answer_of(CALL);
    let moved = times.iter().map(|name| moved_on(name, LOOK));
    let is_answered = operation.answer_schema() == Some(answer);
    let told = times.iter().filter(|_| is_answered).map(|name| {
        let (got, expected) = (answered(name), seen(CALL, name));
        relation(format!("`{name}` is what the change was answered with"), same(got, expected))
    });
    let criteria = planner.succeeds(reader).into_iter().chain(moved).chain(told).collect();
    draft.push(reader, "read", read, criteria);
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: CODE.to_owned(),
        summary: "the time of the last change moves with a change, and not with a look".to_owned(),
        origin: operation.origin.clone(),
    }))
}

/// The same update once more, which changes nothing, leaves what is said to stay then: the time, the entity tag.
pub(super) fn untouched(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    /// The output with the entity tag.
    const TAG: &str = "tag";
    const ETAG: &str = "ETag";
    let takes = matches!(operation.method, Method::Put | Method::Patch);
    let said = operation.told.as_deref().filter(|_| takes)?;
    let (status, _) = planner.success(operation)?;
    let reader = planner.on_path(operation, Method::Get)?;
    let mut times = modification_times(planner, reader.answer_schema()?);
    times.retain(|name| says_left_by_nothing(said, &[name]));
    let has_tag = says_left_by_nothing(said, &["entity tag", ETAG]);
    (!times.is_empty() || has_tag).then_some(())?;
    let (mut draft, path) = own(planner, operation)?;
    let update = draft.request_of_its_own(operation, &path, Extent::Complete, "update").ok()?;
    let read = draft.bare_request(reader, &path).ok()?;
    draft.push(operation, "first", update.clone(), planner.succeeds(operation));
    draft.push(reader, LOOK, read.clone(), planner.succeeds(reader));
    draft.answer_of(LOOK);
    draft.output(LOOK, TAG, &Expression::response_header(ETAG));
    draft.push(operation, CALL, update, planner.succeeds(operation));
    draft.last_step()?.pause = Some(PAUSE);
    let stays = times.iter().map(|name| {
        let (got, expected) = (answered(name), seen(LOOK, name));
        relation(format!("`{name}` stays where nothing changes"), same(got, expected))
    });
    let tag = has_tag.then(|| {
        let got = Operand::expression(Expression::response_header(ETAG));
        let expected = Operand::expression(Expression::output(LOOK, TAG));
        relation("the tag stays".to_owned(), RelationKind::Equal { got, expected })
    });
    let criteria = planner.succeeds(reader).into_iter().chain(stays).chain(tag).collect();
    draft.push(reader, "read", read, criteria);
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: format!("{CODE}:nothing"),
        summary: "what is said to stay where nothing changes stays".to_owned(),
        origin: operation.origin.clone(),
    }))
}

/// Something of the run's own that the operation changes.
pub(super) fn own<'p>(
    planner: &'p Planner<'p>,
    operation: &Operation,
) -> Option<(Draft<'p>, Path)> {
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    if planner.resources.chooses(operation) {
        let own = draft.request_of_its_own(operation, &path, Extent::Complete, OWN).ok()?;
        draft.push(operation, OWN, own, planner.succeeds(operation));
    }
    draft.steps.last()?;
    Some((draft, path))
}

/// The same with a request that changes it.
pub(super) fn changing<'p>(
    planner: &'p Planner<'p>,
    operation: &Operation,
) -> Option<(Draft<'p>, Path, Request)> {
    let (mut draft, path) = own(planner, operation)?;
    let update = draft.request_of_its_own(operation, &path, Extent::Complete, "update").ok()?;
    if changes(&update) {
        return Some((draft, path, update));
    }
    // Nothing of it is made anew: what was put there by the same operation has other values.
    let there = draft.step(OWN)?.request.body.clone();
    let before = update.clone();
    let update = varied(planner, operation, update);
    // A word or a truth may be a state, which not every other one may come after.
    let is_number = |name: &String, value: &Template| {
        let is_same = before.members().any(|(one, other)| one == name && other == value);
        is_same || matches!(value, Template::Value(Value::Number(_)))
    };
    let are_numbers = update.members().all(|(name, value)| is_number(name, value));
    (are_numbers && update.body != there).then_some((draft, path, update))
}

/// Whether an update says something that the thing doesn't have yet: a value that is made anew.
fn changes(update: &Request) -> bool {
    let Some(body) = update.body.as_ref().and_then(|body| body.content.members()) else {
        return false;
    };
    body.expressions().iter().any(|one| matches!(one, Expression::Input { .. }))
}

/// That a time has moved on since a step has seen the thing.
pub(super) fn moved_on(name: &str, look: &str) -> Criterion {
    let kind = RelationKind::MovedOn { got: answered(name), from: seen(look, name) };
    relation(format!("`{name}` has moved on with a change"), kind)
}

/// A member of the answer that a step was given.
pub(super) fn seen(step: &str, name: &str) -> Operand {
    let (step, pointer) = (step.to_owned(), format!("/{}", escape(name)));
    Operand::expression(Expression::Output { step, name: ANSWER.to_owned(), pointer })
}

/// A member of the answer that is judged.
pub(super) fn answered(name: &str) -> Operand {
    Operand::expression(Expression::response_body(format!("/{}", escape(name))))
}

fn same(got: Operand, expected: Operand) -> RelationKind {
    RelationKind::SameTime { got, expected }
}

fn relation(message: String, kind: RelationKind) -> Criterion {
    Criterion::Relation(Relation::new(CODE, message, kind))
}

/// Required members that by their name and format are the moment of the last change.
pub(super) fn modification_times(planner: &Planner<'_>, answer: SchemaId) -> Vec<String> {
    /// What APIs call it, without regard to how words are joined.
    const NAMES: [&str; 14] = [
        "updatedat",
        "updated",
        "updatedon",
        "updatetime",
        "updatedtime",
        "dateupdated",
        "modifiedat",
        "modified",
        "modifiedon",
        "modifiedtime",
        "datemodified",
        "lastmodified",
        "lastmodifiedat",
        "lastupdated",
    ];
    let (choice, direction) = (Choice::default(), Direction::Response);
    let merged = Merged::toward(planner.contract, &[answer], choice, direction);
    let required = merged.required();
    let is_time = |ids: &[SchemaId]| {
        let member = Merged::of(planner.contract, ids, Choice::default());
        let may_be_null = member.types().contains(JsonType::Null);
        member.format() == Some("date-time") && !may_be_null
    };
    let declared = merged.declared().into_iter();
    declared
        .filter(|(name, ids)| {
            NAMES.contains(&fold(name).as_str()) && required.contains(name) && is_time(ids)
        })
        .map(|(name, _)| name.to_owned())
        .collect()
}
