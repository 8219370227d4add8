//! The same thing made several times at once: one is made.

use spec::model::{Method, Operation, Status};
use spec::resources::{may_create, says_unlike_others};

use super::super::condition::{conditional, with};
use super::super::{told, valid_call, was_answered};
use super::{CHANGED, CONFLICT, RACERS, at_most_one, race, success_or};
use crate::case::{Case, Criterion, Expected, Relation, Request, Text};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::Draft;
use crate::promise::{self, Level};
use crate::sample::Extent;

const CODE: &str = "one-creation-wins";
const SUCCESS: Status = Status::Range(2);
const MADE: Status = Status::Code(201);

/// Where a second one is refused when the first one is there, it is when they come together.
pub(super) fn by_post(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let conflicts = operation.responses.contains_key(&CONFLICT);
    if operation.method != Method::Post || !conflicts || !planner.resources.makes(operation) {
        return None;
    }
    let (mut draft, request, path) = valid_call(planner, operation, Extent::Minimal).ok()?;
    // What says nothing of its own may well be said several times.
    let is_own = |one: &&Expression| matches!(one, Expression::Input { .. });
    request.expressions().into_iter().find(is_own)?;
    let own = draft.request_of_its_own(operation, &path, Extent::Minimal, "racer").ok()?;
    draft.push(operation, "first", request.clone(), planner.succeeds(operation));
    let is_told = operation.told.as_deref().is_some_and(says_unlike_others);
    let level = if is_told { Level::Must } else { promise::level(CODE) };
    let expected = success_or(planner, operation, &[CONFLICT], CODE, level)?;
    draft.push(operation, "again", request, vec![Criterion::Status(expected.clone())]);
    draft.status_of("again");
    let message = "what is there already is refused with 409";
    let premise = was_answered("status-expected", "again", 409, message);
    push(&mut draft, operation, own, (&expected, Some(premise)), SUCCESS);
    let summary = "of several that make one thing at the same time, one succeeds";
    Some(told(draft, operation, CONFLICT, (CODE, summary)))
}

/// `If-None-Match: *` only makes, also when several do at once: RFC 9110 §13.1.2.
pub(super) fn by_condition(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (parameter, _) = conditional(operation, "If-None-Match", 412)?;
    let (mut draft, request) = chosen(planner, operation)?;
    let request = with(request, parameter, Text::literal("*"));
    let expected = success_or(planner, operation, &[CHANGED, CONFLICT], CODE, Level::Must)?;
    push(&mut draft, operation, request, (&expected, None), SUCCESS);
    let summary = "of several that only make, at the same time, one succeeds";
    Some(told(draft, operation, CHANGED, (CODE, summary)))
}

/// RFC 9110 §9.3.4: 201 tells that it was this request which made it.
pub(super) fn by_put(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (_, success) = planner.success(operation)?;
    let is_told = success.contains(&MADE) && success.len() > 1;
    if !is_told || !may_create(operation) {
        return None;
    }
    let (mut draft, request) = chosen(planner, operation)?;
    // Who comes later replaces, which may take a condition.
    let refusals = [CONFLICT, Status::Code(412), Status::Code(428)];
    let expected = success_or(planner, operation, &refusals, CODE, promise::level(CODE))?;
    push(&mut draft, operation, request, (&expected, None), MADE);
    let summary = "of several PUTs of what isn't there, at the same time, one makes it";
    Some(told(draft, operation, MADE, (CODE, summary)))
}

/// A PUT of what isn't there, at a path of the run's own.
fn chosen<'p>(planner: &'p Planner<'p>, operation: &Operation) -> Option<(Draft<'p>, Request)> {
    if operation.method != Method::Put || !planner.resources.chooses(operation) {
        return None;
    }
    let (draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    Some((draft, request))
}

/// The same request several times at once, of which at most one has this status.
fn push(
    draft: &mut Draft<'_>,
    operation: &Operation,
    request: Request,
    (expected, premise): (&Expected, Option<Relation>),
    status: Status,
) {
    let before = draft.steps.len();
    let racers = race(draft, operation, std::iter::repeat_n(request, RACERS), expected);
    if let (Some(premise), Some(first)) = (premise, draft.step_at(before)) {
        first.premises.push(premise);
    }
    let message = "of several that make one thing at the same time, one does";
    at_most_one(draft, &racers, status, expected, message);
}
