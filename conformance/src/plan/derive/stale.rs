//! A body that names another version of the thing than the present one is refused, where that is said.

use spec::model::{Operation, Status};

use super::{CALL, told, valid_call};
use crate::case::{Case, Criterion, Expected, Template};
use crate::plan::Planner;
use crate::promise;
use crate::sample::{Choice, Extent, Merged};

const CODE: &str = "stale-version-refused";
/// A version that nothing has within a run.
const NEVER: i64 = 987_654;

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (member, status) = planner.resources.told_version(operation)?;
    let body = Merged::of(planner.contract, &[operation.body_schema()?], Choice::default());
    let ids = body.declared().get(member.as_str())?.clone();
    let admits = ids.iter().all(|id| planner.sampler.admits_value(*id, &NEVER.into()));
    admits.then_some(())?;
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let request = request.with_member(&member, Template::Value(NEVER.into()))?;
    let status = Status::Code(status);
    let expected = Expected { any_of: vec![status], code: CODE, level: promise::level(CODE) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    let summary = format!("a `{member}` that isn't the present one is refused");
    Some(told(draft, operation, status, (&format!("{CODE}:body.{member}"), &summary)))
}
