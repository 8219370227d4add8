//! A number that may not be below that of something else: one less is refused, and just as much accepted.

use serde_json::Value;
use spec::model::{Operation, Status};
use spec::names::{singulars, words};
use spec::resources::{Floor, FloorOf};

use super::refused::Refused;
use super::{CALL, told, valid_call};
use crate::case::{Case, Content, Criterion, Derivation, Expected, Request, Step, Template};
use crate::plan::Planner;
use crate::plan::draft::Draft;
use crate::promise::Level;
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
    // What it acts on may be in a state that rules it out.
    any_of.extend(Some(Status::Code(409)).filter(|one| operation.responses.contains_key(one)));
    let criteria = vec![Criterion::Status(Expected { any_of, code: CODE, level: Level::Must })];
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
    let is_it = |step: &&Step| {
        let FloorOf::Thing(things) = &floor.of else { return true };
        let made = planner.operation(&step.operation_id).ok();
        let last = made.and_then(|made| made.path.last_literal());
        let spoken = last.map(words).unwrap_or_default();
        spoken.last().is_some_and(|last| singulars(last).iter().any(|one| things.contains(one)))
    };
    let sent = |step: &Step| {
        let body = &step.request.body.as_ref()?.content;
        let Content::Json(Template::Object(sent)) = body else { return None };
        let Template::Value(Value::Number(least)) = sent.get(&floor.member)? else { return None };
        least.as_i64()
    };
    let steps = draft.steps.iter().rev().map(|step| &**step);
    let least = steps.filter(is_it).find_map(sent)?;
    Some((draft, request, least))
}

fn admits(planner: &Planner<'_>, operation: &Operation, floor: &Floor, number: i64) -> bool {
    planner.success(operation).is_some_and(|(status, _)| status != Status::Default)
        && planner.admits_member(operation, &floor.member, &number.into())
}
