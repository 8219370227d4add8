//! More than there may be at a time, where a description says how many that is: 429 (RFC 6585 §4).
//!
//! While the case lasts, nobody else of the same account gets one. So a profile has to allow it, what is made is removed at
//! once, and no other case makes anything meanwhile.

use spec::model::{Operation, Status};

use super::CALL;
use crate::case::{Case, Criterion, Derivation, Expected, Isolation};
use crate::plan::Planner;
use crate::plan::draft::{About, Draft, Path};
use crate::promise;
use crate::sample::Extent;

const CODE: &str = "quota-is-kept";
const TOO_MANY: Status = Status::Code(429);

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let most = planner.resources.quota(operation)?;
    let is_allowed = planner.context.permissions.allow.matches(operation);
    if !is_allowed || !planner.can_remove(operation) {
        return None;
    }
    let (_, success) = planner.success(operation)?;
    let response = operation.responses.get(&TOO_MANY)?;
    let mut draft = Draft::new(planner);
    let path = draft.path(operation, &Path::new()).ok()?;
    // There may be some already: those that are there before count as well.
    let made: Vec<Status> = success.into_iter().chain([TOO_MANY]).collect();
    for _ in 0..most {
        let step = draft.free_step_id("make");
        let request = draft.request_of_its_own(operation, &path, Extent::Minimal, &step).ok()?;
        draft.push(operation, &step, request, vec![Criterion::Status(made.clone().into())]);
    }
    let request = draft.request_of_its_own(operation, &path, Extent::Minimal, CALL).ok()?;
    let any_of = vec![TOO_MANY];
    let expected = Expected { any_of, code: CODE, level: promise::level(CODE) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    let mut case = draft.finish(About {
        cell: (operation, TOO_MANY),
        source: Derivation::Law,
        detail: CODE.to_owned(),
        summary: format!("of more than {most} at a time, one is refused"),
        origin: response.origin.clone(),
    });
    case.isolation = Isolation::Apart;
    Some(case)
}
