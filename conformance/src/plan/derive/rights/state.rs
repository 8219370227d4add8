//! Who may not call an operation may not in any state of what it acts on.
//!
//! What was just made need not be there for strangers: a draft, say. Then a 404 is as right as the 403, and whether the right
//! is asked for at all shows only once the thing is in a state in which they see it. Which one that is, nothing may tell:
//! each that the thing can be brought into is tried.

use spec::model::{Operation, Status};
use spec::resources::Lifecycle;

use super::super::refused::Refused;
use super::{FORBIDDEN, MISSING};
use crate::case::{Case, Credentials, Derivation};
use crate::plan::Planner;
use crate::plan::draft::Draft;
use crate::sample::Extent;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation, name: &str) -> Vec<Case> {
    let documents = |status: &Status| operation.responses.contains_key(status);
    if ![FORBIDDEN, MISSING].iter().all(documents)
        || planner.resources.says_absent_to_all(operation)
    {
        return Vec::new();
    }
    let lives = planner.resources.lifecycles(operation).into_iter();
    let states = lives.flat_map(|life| life.states.iter().map(move |state| (life, state)));
    states.filter_map(|(life, state)| refused(planner, operation, life, state, name)).collect()
}

fn refused(
    planner: &Planner<'_>,
    operation: &Operation,
    life: &Lifecycle<'_>,
    state: &str,
    name: &str,
) -> Option<Case> {
    let is_moved = life.way_to(state).is_some_and(|way| !way.is_empty());
    let (mut draft, path) =
        is_moved.then(|| Draft::brought_with_needs(planner, operation, life, state))??;
    let mut request = draft.request(operation, &path, Extent::Minimal).ok()?;
    request.credentials = Credentials::As(name.to_owned());
    let refused = Refused::by(planner, operation, Derivation::Rights, &[&[403]])?;
    let refused =
        refused.or_not_seen(&draft, &request).or_in_conflict().unless_oneself(planner, name);
    let summary = format!("`{name}` may not call it where the thing is `{state}`");
    let detail = format!("{name}:{state}");
    Some(refused.case(draft, request, detail, summary, operation.origin.clone()))
}
