//! Several writes at once, each of which has seen the same: RFC 9110 §13.1.1 calls it the lost update problem.

use spec::model::{Method, Operation, Status};

use super::super::condition::{
    self, LOOK, conditional, has_tag, if_strong, look, own, tag_of, with,
};
use super::super::{told, was_answered};
use super::{CHANGED, CONFLICT, RACERS, at_most_one, race, success_or};
use crate::case::{Case, Criterion, Request};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};
use crate::promise;
use crate::sample::Extent;

const CODE: &str = "one-write-a-version";
/// The step that reads the tag which all of them have.
const SEEN: &str = "seen";

/// One of those that have seen the same version changes it; the others have seen what is over.
pub(super) fn of_one_version(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    if !matches!(operation.method, Method::Put | Method::Patch) {
        return None;
    }
    conditional(operation, "If-Match", 412)?;
    let reader = planner.on_path(operation, Method::Get).filter(|reader| has_tag(reader))?;
    let (mut draft, path) = own(planner, operation)?;
    let read = draft.bare_request(reader, &path).ok()?;
    look(&mut draft, planner, reader, LOOK, read.clone());
    let first = conditioned(&mut draft, operation, &path, ("first", LOOK))?;
    draft.push(operation, "first", first, planner.succeeds(operation));
    if_strong(&mut draft, LOOK);
    // Where this is carried out, its condition isn't kept, which has a law of its own.
    let stale = conditioned(&mut draft, operation, &path, ("stale", LOOK))?;
    let expected =
        success_or(planner, operation, &[CHANGED, CONFLICT], CODE, promise::level(CODE))?;
    draft.push(operation, "stale", stale, vec![Criterion::Status(expected.clone())]);
    draft.status_of("stale");
    look(&mut draft, planner, reader, SEEN, read);
    let message = "a tag that is over is refused with 412";
    let premise = was_answered("status-expected", "stale", 412, message);
    draft.last_step()?.premises.push(premise);
    let mut requests = Vec::new();
    for number in 1..=RACERS {
        let prefix = format!("racer_{number}");
        requests.push(conditioned(&mut draft, operation, &path, (&prefix, SEEN))?);
    }
    let racers = race(&mut draft, operation, requests, &expected);
    let message = "of several writes of one version at the same time, one is carried out";
    at_most_one(&mut draft, &racers, Status::Range(2), &expected, message);
    Some(told(draft, operation, CHANGED, (CODE, message)))
}

/// A write of values of its own, which changes what is there, with the tag that a step has read.
fn conditioned(
    draft: &mut Draft<'_>,
    operation: &Operation,
    path: &Path,
    (prefix, seen): (&str, &str),
) -> Option<Request> {
    let parameter = condition::condition(operation, "If-Match")?;
    let request = draft.request_of_its_own(operation, path, Extent::Complete, prefix).ok()?;
    let is_own = |one: &&Expression| matches!(one, Expression::Input { name, .. } if name.starts_with(prefix));
    request.expressions().into_iter().find(is_own)?;
    Some(with(request, parameter, tag_of(seen)))
}
