//! A total is the sum over what a body names, where a description says so ([`spec::resources::Sum`]).

use spec::model::Operation;
use spec::pointer::escape;
use spec::resources::Sum;

use super::super::CALL;
use crate::case::{Case, Criterion, Derivation, Operand, Relation, RelationKind};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, About, Draft, Path, Provided};
use crate::sample::{Extent, Location, Sample};

const CODE: &str = "total-is-the-sum";
/// The step that makes the second thing.
const SECOND: &str = "second";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let totals = planner.resources.sums(operation);
    totals.iter().filter_map(|total| case(planner, operation, total)).collect()
}

fn case(planner: &Planner<'_>, operation: &Operation, total: &Sum<'_>) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let media_type = planner.media_type(operation).filter(|one| one.is_json())?;
    let maker = planner.operation(&total.named.maker.operation_id).ok()?;
    let (naming, parameter) = total.named.named_by.as_ref()?;
    let naming = planner.operation(naming).ok()?;
    if !planner.can_remove(maker) || !planner.can_remove(operation) {
        return None;
    }
    let mut draft = Draft::new(planner);
    let path = draft.path(operation, &Path::new()).ok()?;
    let first = draft.provide_made(naming, parameter, &total.named.maker, 0).ok()?;
    let made = draft.steps.iter().rev().find(|step| step.operation_id == maker.id)?.id.clone();
    let around = draft.path(maker, &Path::new()).ok()?;
    let second = draft.request_of_its_own(maker, &around, Extent::Minimal, SECOND).ok()?;
    draft.push(maker, SECOND, second, planner.succeeds(maker));
    let others = draft.path_to(naming, SECOND)?;
    let second = others.get(parameter)?.clone();
    let known = |one: Provided| Sample::Known(one.expression, one.stand_in);
    let both = Sample::Array(vec![known(first), known(second)]);
    let place = Location::default().member(&total.list);
    let sample = planner.body_sample(operation, media_type, &path, Extent::Minimal).ok()?;
    let sample = sample.with(&place, both)?;
    let sample = draft.refer(operation, media_type.schema?, sample, Some(&place)).sample;
    let mut request = draft.bare_request(operation, &path).ok()?;
    request.body = Some(draft.written(media_type, sample).ok()?);
    for step in [made.as_str(), SECOND] {
        draft.answer_of(step);
    }
    let number = |step: &str| {
        let (step, pointer) = (step.to_owned(), format!("/{}", escape(&total.number)));
        Operand::expression(Expression::Output { step, name: ANSWER.to_owned(), pointer })
    };
    let got = Expression::response_body(format!("/{}", escape(&total.member)));
    let kind = RelationKind::More {
        got: Operand::expression(got),
        than: number(&made),
        by: number(SECOND),
    };
    let message = format!("`{}` is the sum of `{}` of both", total.member, total.number);
    let mut criteria = planner.succeeds(operation);
    criteria.push(Criterion::Relation(Relation::new(CODE, message, kind)));
    draft.push(operation, CALL, request, criteria);
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: format!("{CODE}:{}", total.member),
        summary: format!("`{}` is the sum over what `{}` names", total.member, total.list),
        origin: operation.origin.clone(),
    }))
}
