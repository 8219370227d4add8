//! What only shows when several ask at the same time: what each of them looked at before it acted may be over by then.
//!
//! | sent at once | where | what must hold |
//! | --- | --- | --- |
//! | one POST, several times | sent twice, the second one is refused with 409 | one succeeds at most |
//! | one PUT with `If-None-Match: *` | it documents 412 | one succeeds at most |
//! | one PUT of what isn't there | it documents 201 and another success | one is told 201 at most |
//! | writes with the tag of what is there | sent one after the other, the second one is refused with 412 | one succeeds at most |
//! | one action, several times | it is said to be refused in the state that it leads to, or where nothing is left | one succeeds at most |
//! | one action, or one request that uses up what it names | the second time it is refused | one succeeds at most |
//! | one POST with one key of idempotency, several times | it takes such keys | all tell of one thing |
//! | POSTs of several things | they tell their ids | no two ids are the same |
//! | patches of different members | all succeed, and one after the other they are kept | all are kept |
//!
//! A sound target never fails here, however fast or slow it is; a faulty one may pass, as its window may be short.

mod action;
mod again;
mod apart;
mod create;
mod update;
mod write;

use spec::model::{Operation, Status};

use crate::case::{Case, Criterion, Expected, Operand, Relation, RelationKind, Request, Template};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{Draft, STATUS};
use crate::promise::Level;

/// How many are sent at the same time.
pub(super) const RACERS: usize = 4;
/// What their ids begin with.
const RACER: &str = "at_once";
/// A refusal that says that somebody else was first.
const CONFLICT: Status = Status::Code(409);
/// A refusal that says that it isn't any more as it was seen.
const CHANGED: Status = Status::Code(412);

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let actions = [action::by_state(planner, operation), action::by_number(planner, operation)];
    let again = actions.iter().all(Option::is_none).then(|| again::case(planner, operation));
    let others = [
        again.flatten(),
        apart::case(planner, operation),
        create::by_post(planner, operation),
        create::by_condition(planner, operation),
        create::by_put(planner, operation),
        write::of_one_version(planner, operation),
        update::of_different_members(planner, operation),
    ];
    actions.into_iter().chain(others).flatten().collect()
}

/// Pushes requests that are sent at the same time, each to be answered with one of these; their ids.
pub(super) fn race(
    draft: &mut Draft<'_>,
    operation: &Operation,
    requests: impl IntoIterator<Item = Request>,
    expected: &Expected,
) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for request in requests {
        let id = format!("{RACER}_{}", ids.len() + 1);
        draft.push(operation, &id, request, vec![Criterion::Status(expected.clone())]);
        draft.status_of(&id);
        if let Some(step) = draft.last_step() {
            step.concurrent = !ids.is_empty();
        }
        ids.push(id);
    }
    ids
}

/// The ids that several steps were answered with, as an array.
pub(super) fn ids_of(draft: &mut Draft<'_>, racers: &[String], id: &Expression) -> Operand {
    outputs_of(draft, racers, ("id", id))
}

/// The same of something else that they are answered with, under a name of its own.
pub(super) fn outputs_of(
    draft: &mut Draft<'_>,
    racers: &[String],
    (name, told): (&str, &Expression),
) -> Operand {
    let outputs = racers.iter().map(|step| {
        draft.output(step, name, told);
        Template::Expression(Expression::output(step, name))
    });
    Operand::Template(Template::array(outputs.collect()))
}

/// That the latest step, and those that were sent with it, have at most one answer of a status; as firmly as they are asked
/// for their own.
pub(super) fn at_most_one(
    draft: &mut Draft<'_>,
    racers: &[String],
    status: Status,
    expected: &Expected,
    message: &str,
) {
    let kind = RelationKind::StatusAtMost { statuses: statuses(racers), status, most: 1 };
    let law = Relation::new(expected.code, message, kind).at(expected.level);
    if let Some(last) = draft.last_step() {
        last.criteria.push(Criterion::Relation(law));
    }
}

/// The statuses that steps were answered with.
pub(super) fn statuses(steps: &[String]) -> Vec<Operand> {
    steps.iter().map(|step| Operand::expression(Expression::output(step, STATUS))).collect()
}

/// A success, or one of these refusals where it is documented: as firmly as the law is.
pub(super) fn success_or(
    planner: &Planner<'_>,
    operation: &Operation,
    refusals: &[Status],
    code: &'static str,
    level: Level,
) -> Option<Expected> {
    let (_, success) = planner.success(operation)?;
    let refusals = refusals.iter().filter(|one| operation.responses.contains_key(*one));
    Some(Expected { any_of: success.into_iter().chain(refusals.copied()).collect(), code, level })
}
