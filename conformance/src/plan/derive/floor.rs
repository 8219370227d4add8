//! A number that may not be below that of something else: one less is refused, and just as much accepted.

use serde_json::Value;
use spec::model::{Operation, Status};
use spec::resources::Floor;

use super::refused::Refused;
use super::{CALL, told, valid_call};
use crate::case::{Case, Content, Criterion, Derivation, Expected, Request, Step, Template};
use crate::plan::Planner;
use crate::plan::draft::Draft;
use crate::promise::{self, Level};
use crate::sample::Extent;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let Some(floor) = planner.resources.floor(operation) else { return Vec::new() };
    [below(planner, operation, &floor), at(planner, operation, &floor)]
        .into_iter()
        .flatten()
        .collect()
}

fn below(planner: &Planner<'_>, operation: &Operation, floor: &Floor) -> Option<Case> {
    let (draft, request, least) = call(planner, operation, floor)?;
    let less = least.checked_sub(1).filter(|less| admits(planner, operation, floor, *less))?;
    let request = request.with_member(&floor.member, Template::Value(less.into()))?;
    let refused = Refused::by(planner, operation, Derivation::Violation, &[&floor.statuses])?;
    let refused = refused.promised("told-limit-kept");
    let summary = format!("`{}` is below that of what it may not be below of", floor.member);
    let detail = format!("body.{}:below", floor.member);
    Some(refused.case(draft, request, detail, summary, operation.origin.clone()))
}

fn at(planner: &Planner<'_>, operation: &Operation, floor: &Floor) -> Option<Case> {
    const CODE: &str = "limit-accepted";
    let (status, mut any_of) = planner.success(operation)?;
    let (mut draft, request, least) = call(planner, operation, floor)?;
    admits(planner, operation, floor, least).then_some(())?;
    let request = request.with_member(&floor.member, Template::Value(least.into()))?;
    // Where it was sent again meanwhile, what that has made of it isn't known.
    let times = draft.steps.iter().filter(|step| sent(step, floor).is_some()).count();
    let level = if times == 1 { Level::Must } else { promise::level(CODE) };
    // What it acts on may be in a state that rules it out.
    any_of.extend(Some(Status::Code(409)).filter(|one| operation.responses.contains_key(one)));
    let criteria = vec![Criterion::Status(Expected { any_of, code: CODE, level })];
    draft.push(operation, CALL, request, criteria.clone());
    draft.last_step()?.criteria = criteria;
    let summary =
        format!("`{}` is just as much as that of what it may not be below of", floor.member);
    Some(told(draft, operation, status, (&format!("body.{}:just-as-much", floor.member), &summary)))
}

/// A valid request, and the number that was sent with what it may not be below of.
fn call<'p>(
    planner: &'p Planner<'p>,
    operation: &Operation,
    floor: &Floor,
) -> Option<(Draft<'p>, Request, i64)> {
    let (draft, request, _) = valid_call(planner, operation, Extent::Complete).ok()?;
    let is_it = |step: &Step| {
        planner.operation(&step.operation_id).is_ok_and(|maker| floor.may_be_of(maker))
    };
    let steps = || draft.steps.iter().map(|step| &**step);
    steps().find(|step| is_it(step) && sent(step, floor).is_some())?;
    // What was done to it meanwhile may have raised it.
    let least = steps().filter_map(|step| sent(step, floor)).max()?;
    Some((draft, request, least))
}

/// The number that a step has sent under the name.
fn sent(step: &Step, floor: &Floor) -> Option<i64> {
    let Content::Json(Template::Object(sent)) = &step.request.body.as_ref()?.content else {
        return None;
    };
    let Template::Value(Value::Number(number)) = sent.get(&floor.member)? else { return None };
    number.as_i64()
}

fn admits(planner: &Planner<'_>, operation: &Operation, floor: &Floor, number: i64) -> bool {
    planner.success(operation).is_some_and(|(status, _)| status != Status::Default)
        && planner.admits_member(operation, &floor.member, &number.into())
}
