//! What is for those alone whose it is isn't there for anybody else, where an operation says so.
//!
//! Two credentials may be those of one person: that they aren't shows where a thing tells whose it is.

use spec::model::{Operation, Status};
use spec::resources::OwnersAlone;

use super::super::law::another;
use super::super::{CALL, told, valid_call};
use super::author::{OTHER, differ};
use super::pairs;
use crate::case::{Case, Credentials, Criterion, Expected};
use crate::context::Rights;
use crate::expression::Expression;
use crate::plan::Planner;
use crate::promise;
use crate::sample::Extent;

const CODE: &str = "owners-alone";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let last = operation.path.parameters().last();
    let makers = last.map(|name| planner.resources.makers(operation, name)).unwrap_or_default();
    let maker = makers.first().and_then(|one| planner.operation(&one.operation_id).ok());
    let Some(maker) = maker else { return Vec::new() };
    let Some(alone) = planner.resources.owners_alone(operation, maker) else { return Vec::new() };
    let mut asked: Vec<(&str, bool)> = Vec::new();
    let mut cases = Vec::new();
    for (author, other) in pairs(planner, operation, maker) {
        if alone.has_others && may_all(planner, other) {
            continue;
        }
        let case = case(planner, operation, maker, &alone, (author, other));
        let Some((case, is_involved)) = case else { continue };
        // With whom of the others it is tried makes no difference, but for whose it is what the thing lies in.
        if !asked.contains(&(other, is_involved)) {
            asked.push((other, is_involved));
            cases.push(case);
        }
    }
    cases
}

/// Whether a credential may do everything, and may well be one of those to whom it is all the same.
fn may_all(planner: &Planner<'_>, name: &str) -> bool {
    let caller = planner.context.credentials.get(name);
    caller.is_none_or(|caller| caller.rights == Rights::All)
}

/// The case, and whether the other one has made something that the thing lies in.
fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    maker: &Operation,
    alone: &OwnersAlone,
    (author, other): (&str, &str),
) -> Option<(Case, bool)> {
    let (mut draft, mut request, path) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let item = path.get(operation.path.parameters().last()?)?;
    let Expression::Output { step: own, .. } = &item.expression else { return None };
    let own = own.clone();
    if let Some((member, value)) = &alone.only_with {
        draft.set_member(&own, (member, value))?;
    }
    draft.made_by_member(author, maker);
    let theirs = Credentials::As(other.to_owned());
    let is_involved = draft.steps.iter().any(|step| step.request.credentials == theirs);
    // Who has made what it lies in may be one of those to whom it is all the same.
    let is_stranger = draft.strangers(&[operation]).contains(&other);
    (!alone.has_others || is_stranger).then_some(())?;
    let reader = planner.resources.shown_by(maker).next()?;
    let there = draft.path_to(reader, &own)?;
    another(&mut draft, planner, (reader, &there), (OTHER, Extent::Minimal))?;
    (draft.last_step()?.operation_id == maker.id).then_some(())?;
    draft.last_step()?.request.credentials = theirs.clone();
    [own.as_str(), OTHER].iter().for_each(|step| draft.answer_of(step));
    for name in [author, other] {
        draft.may_be_refused(name);
    }
    request.credentials = theirs;
    let refusal = Status::Code(alone.refusal);
    let expected = Expected { any_of: vec![refusal], code: CODE, level: promise::level(CODE) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    draft.last_step()?.premises.push(differ(&alone.owner, [&own, OTHER]));
    let summary = "what is somebody's alone isn't there for anybody else";
    let detail = format!("{CODE}:{author}:{other}");
    Some((told(draft, operation, refusal, (&detail, summary)), is_involved))
}
