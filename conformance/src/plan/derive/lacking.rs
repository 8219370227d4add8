//! What has to be there elsewhere isn't: a session at a site that has no tariff, an invoice of a driver without sessions.

use spec::model::{Operation, Status};
use spec::resources::NeededThing;

use super::{CALL, told};
use crate::case::{Case, Criterion, Expected};
use crate::plan::Planner;
use crate::plan::draft::{Draft, Needed, Path};
use crate::promise;
use crate::sample::Extent;

const CODE: &str = "needed-is-asked-for";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let Some(needed) = planner.needed_things(operation).first() else { return Vec::new() };
    let as_made = needed.state.as_ref().filter(|(reader, state)| {
        let life = planner.resources.lifecycle(reader);
        life.is_some_and(|life| life.initial.as_ref().is_some_and(|initial| initial != state))
    });
    let as_made = as_made.and_then(|_| case(planner, operation, (needed, Needed::AsMade)));
    case(planner, operation, (needed, Needed::Lacking)).into_iter().chain(as_made).collect()
}

/// Refused, as what is needed isn't there or isn't as it is needed.
fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    (needed, how): (&NeededThing<'_>, Needed),
) -> Option<Case> {
    planner.may_make(needed.maker).then_some(())?;
    let status = Status::Code(needed.status);
    let mut draft = Draft::for_call(planner, operation);
    draft.needs(how);
    let path = draft.path(operation, &Path::new()).ok()?;
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    // What the request names itself is there.
    let is_there = how == Needed::Lacking
        && draft.steps.iter().any(|step| step.operation_id == needed.maker.id);
    (!is_there).then_some(())?;
    // What it names is the run's own, which nothing else has been done to.
    let in_path = needed.is_of_path && path.values().any(|one| one.expression.step().is_some());
    let is_own = in_path || request.steps_named().next().is_some();
    (is_own && !draft.has_made_up(operation)).then_some(())?;
    let expected = Expected { any_of: vec![status], code: CODE, level: promise::level(CODE) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    let (detail, summary) = match (how, &needed.state) {
        (Needed::AsMade, Some((_, state))) => (
            format!("{CODE}:{}:{state}", needed.maker.id),
            format!("what `{}` makes has to be `{state}`", needed.maker.id),
        ),
        _ => (
            format!("{CODE}:{}", needed.maker.id),
            format!("what `{}` makes has to be there", needed.maker.id),
        ),
    };
    Some(told(draft, operation, status, (&detail, &summary)))
}
