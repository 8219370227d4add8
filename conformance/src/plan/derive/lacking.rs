//! What has to be there elsewhere isn't: a session at a site that has no tariff, an invoice of a driver without sessions.

use spec::model::{Operation, Status};

use super::{CALL, told};
use crate::case::{Case, Criterion, Expected};
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};
use crate::promise;
use crate::sample::Extent;

const CODE: &str = "needed-is-asked-for";
const CONFLICT: Status = Status::Code(409);

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let needed = planner.needed_things(operation).first()?;
    planner.may_make(needed.maker).then_some(())?;
    let mut draft = Draft::for_call(planner, operation);
    draft.lack_needed();
    let path = draft.path(operation, &Path::new()).ok()?;
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    // What it names is the run's own, which nothing else has been done to.
    let is_own = request.steps_named().any(|step| !step.is_empty());
    (is_own && !draft.has_made_up(operation)).then_some(())?;
    let expected = Expected { any_of: vec![CONFLICT], code: CODE, level: promise::level(CODE) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    let detail = format!("{CODE}:{}", needed.maker.id);
    let summary = format!("what `{}` makes has to be there", needed.maker.id);
    Some(told(draft, operation, CONFLICT, (&detail, &summary)))
}
