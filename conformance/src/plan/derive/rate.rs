//! More calls than an operation says that it takes within a time: 429 (RFC 6585 §4).
//!
//! Where times are counted by the clock, some of the calls may fall into the next one: so twice as many are sent, at once, and one
//! more. For a while the caller is refused then. So these cases come last, one by one.

use spec::model::{Operation, Status};

use super::CALL;
use super::concurrent::{race, statuses};
use crate::case::{Case, Criterion, Derivation, Expected, Isolation, Relation, RelationKind};
use crate::plan::Planner;
use crate::plan::draft::{About, Draft, Path};
use crate::promise;
use crate::sample::Extent;

const CODE: &str = "rate-is-kept";
const TOO_MANY: Status = Status::Code(429);

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let rate = planner.resources.rate(operation)?;
    let response = operation.responses.get(&TOO_MANY)?;
    let may_be_sent = operation.method.is_safe()
        || planner.resources.makes(operation) && planner.may_leave(operation);
    // Where much else is limited as well, requests wait for their turn.
    (may_be_sent && planner.contract.is_limited_by_itself(operation)).then_some(())?;
    let (status, success) = planner.success(operation)?;
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    let any_of = success.into_iter().chain([TOO_MANY]).collect();
    let expected = Expected { any_of, code: CODE, level: promise::level(CODE) };
    let most = rate.calls * 2;
    let requests = (0..most).map(|n| {
        let id = format!("call_{n}");
        draft.request_of_its_own(operation, &path, Extent::Minimal, &id).ok()
    });
    let requests = requests.collect::<Option<Vec<_>>>()?;
    let mut steps = race(&mut draft, operation, requests, &expected);
    let last = draft.request_of_its_own(operation, &path, Extent::Minimal, CALL).ok()?;
    draft.push(operation, CALL, last, vec![Criterion::Status(expected)]);
    draft.status_of(CALL);
    steps.push(CALL.to_owned());
    let message =
        format!("of more than {} within {} seconds, one is refused", rate.calls, rate.seconds);
    let most = usize::try_from(most).ok()?;
    let kind = RelationKind::StatusAtMost { statuses: statuses(&steps), status, most };
    draft.last_step()?.criteria.push(Criterion::Relation(Relation::new(
        CODE,
        message.clone(),
        kind,
    )));
    let mut case = draft.finish(About {
        cell: (operation, TOO_MANY),
        source: Derivation::Law,
        detail: CODE.to_owned(),
        summary: message,
        origin: response.origin.clone(),
    });
    case.isolation = Isolation::Last;
    Some(case)
}
