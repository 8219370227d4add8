//! What only shows when several ask at the same time: what each of them looked at before it acted may be over by then.
//!
//! | sent at once | where | what must hold |
//! | --- | --- | --- |
//! | one POST, several times | sent twice, the second one is refused with 409 | one succeeds at most |
//! | one PUT with `If-None-Match: *` | it documents 412 | one succeeds at most |
//! | one PUT of what isn't there | it documents 201 and another success | one is told 201 at most |
//! | writes with the tag of what is there | sent one after the other, the second one is refused with 412 | one succeeds at most |
//! | patches of different members | all succeed, and one after the other they are kept | all are kept |
//!
//! A sound target never fails here, however fast or slow it is; a faulty one may pass, as its window may be short.

mod create;
mod update;
mod write;

use spec::Origin;
use spec::model::{Operation, RuntimeExpression, Status};

use crate::case::{
    Case, Criterion, Derivation, Expected, Operand, Relation, RelationKind, Request,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{About, Draft};
use crate::promise::{self, Level};

/// How many are sent at the same time.
const RACERS: usize = 4;
/// What their ids begin with.
const RACER: &str = "at_once";
/// The status of an answer, as an output.
const STATUS: &str = "status";
/// A refusal that says that somebody else was first.
const CONFLICT: Status = Status::Code(409);
/// A refusal that says that it isn't any more as it was seen.
const CHANGED: Status = Status::Code(412);

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let cases = [
        create::by_post(planner, operation),
        create::by_condition(planner, operation),
        create::by_put(planner, operation),
        write::of_one_version(planner, operation),
        update::of_different_members(planner, operation),
    ];
    cases.into_iter().flatten().collect()
}

/// Pushes requests that are sent at the same time, each to be answered with one of these; their ids.
fn race(
    draft: &mut Draft<'_>,
    operation: &Operation,
    requests: impl IntoIterator<Item = Request>,
    expected: &Expected,
) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for request in requests {
        let id = format!("{RACER}_{}", ids.len() + 1);
        draft.push(operation, &id, request, vec![Criterion::Status(expected.clone())]);
        status_of(draft, &id);
        let is_first = ids.is_empty();
        draft.last_step().into_iter().for_each(|step| step.concurrent = !is_first);
        ids.push(id);
    }
    ids
}

/// Lets later steps look at the status that a step was answered with.
fn status_of(draft: &mut Draft<'_>, step: &str) {
    draft.output(step, STATUS, &Expression::Exchange(RuntimeExpression::StatusCode));
}

/// That the latest step, and those that were sent with it, have at most one answer of a status.
fn at_most_one(draft: &mut Draft<'_>, racers: &[String], status: Status, law: Relation) {
    let kind = RelationKind::StatusAtMost { statuses: statuses(racers), status, most: 1 };
    let criterion = Criterion::Relation(Relation { kind, ..law });
    draft.last_step().into_iter().for_each(|step| step.criteria.push(criterion.clone()));
}

fn statuses(steps: &[String]) -> Vec<Operand> {
    steps.iter().map(|step| Operand::expression(Expression::output(step, STATUS))).collect()
}

/// That a step was answered with this, or what comes next says nothing.
fn was_refused(step: &str, status: u16, message: &str) -> Relation {
    let kind = RelationKind::Equal {
        got: Operand::expression(Expression::output(step, STATUS)),
        expected: Operand::constant(status),
    };
    Relation::new("status-expected", message, kind)
}

/// A success, or one of these refusals where it is documented: as firmly as the law is.
fn success_or(
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

fn law(code: &'static str, message: &str) -> Relation {
    let nothing =
        RelationKind::StatusAtMost { statuses: Vec::new(), status: Status::Default, most: 0 };
    Relation { law: code, level: promise::level(code), message: message.to_owned(), kind: nothing }
}

fn finish(
    draft: Draft<'_>,
    operation: &Operation,
    status: Status,
    (detail, summary): (&str, &str),
) -> Case {
    let response = operation.responses.get(&status);
    let origin: &Origin = response.map_or(&operation.origin, |response| &response.origin);
    draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: detail.to_owned(),
        summary: summary.to_owned(),
        origin: origin.clone(),
    })
}
