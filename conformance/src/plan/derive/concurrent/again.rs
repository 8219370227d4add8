//! What is refused once it was done, several times at once: one does it. That it is refused then, the target tells of
//! another thing.

use spec::model::{Method, Operation};

use super::super::{told, valid_call, was_answered};
use super::{CONFLICT, RACERS, at_most_one, race, success_or};
use crate::case::{Case, Criterion, Request};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};
use crate::promise;
use crate::sample::Extent;

const CODE: &str = "one-action-wins";

/// An action on a thing, or a request that names one which can be named once.
pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let conflicts = operation.responses.contains_key(&CONFLICT);
    (operation.method == Method::Post && conflicts).then_some(())?;
    let (mut draft, request, path) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let used = used(planner, operation, &draft, (&request, &path))?;
    draft.push(operation, "first", request.clone(), planner.succeeds(operation));
    let expected = success_or(planner, operation, &[CONFLICT], CODE, promise::level(CODE))?;
    draft.push(operation, "again", request, vec![Criterion::Status(expected.clone())]);
    draft.status_of("again");
    used.iter().for_each(|step| draft.let_go_with_all_of(step));
    let path = draft.ready_for(operation)?;
    let own = draft.request_of_its_own(operation, &path, Extent::Minimal, "racer").ok()?;
    let before = draft.steps.len();
    let racers = race(&mut draft, operation, vec![own; RACERS], &expected);
    let message = "what was done is refused with 409";
    draft.step_at(before)?.premises.push(was_answered(CODE, "again", 409, message));
    let (success, _) = planner.success(operation)?;
    at_most_one(&mut draft, &racers, success, &expected, "one of several at once succeeds");
    let summary = "what is done once is done by one of several";
    Some(told(draft, operation, CONFLICT, (CODE, summary)))
}

/// The steps that made what is used up by it: the thing that an action is done to, or what a body names that can be named once.
fn used(
    planner: &Planner<'_>,
    operation: &Operation,
    draft: &Draft<'_>,
    (request, path): (&Request, &Path),
) -> Option<Vec<String>> {
    let is_made = |step: &String| draft.step(step).is_some_and(|one| !one.request.method.is_safe());
    let mut used = match planner.resources.says_used_before(operation) {
        true => request.steps_named().map(str::to_owned).collect(),
        false => draft.taken(operation, request),
    };
    used.retain(is_made);
    if used.is_empty() && !planner.resources.makes(operation) {
        let last = path.get(operation.path.parameters().last()?)?;
        let Expression::Output { step, .. } = &last.expression else { return None };
        used.extend(Some(step.clone()).filter(is_made));
    }
    (!used.is_empty()).then_some(used)
}
