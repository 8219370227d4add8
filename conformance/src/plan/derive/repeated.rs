//! What a body has to repeat of the thing that it is about is asked for: an order isn't paid with another amount.

use spec::model::{Operation, Status};
use spec::resources::Repeated;

use super::{CALL, told, valid_call};
use crate::case::{Case, Criterion, Expected, Operand, Relation, RelationKind, Template};
use crate::plan::Planner;
use crate::promise;
use crate::sample::{Extent, Location, Sample};

const CODE: &str = "other-value-refused";
/// Numbers that hardly anything amounts to by chance.
const OTHERS: [u64; 3] = [7_654_321, 54_321, 77];

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let all = planner.repeated_of(operation).iter();
    all.filter_map(|repeated| refused(planner, operation, repeated)).collect()
}

fn refused(planner: &Planner<'_>, operation: &Operation, repeated: &Repeated) -> Option<Case> {
    let refusals = [400, 422, 409].map(Status::Code).into_iter();
    let any_of: Vec<Status> =
        refusals.filter(|one| operation.responses.contains_key(one)).collect();
    let cell = *any_of.first()?;
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let shown = draft.shown_by_maker(operation, &repeated.of)?;
    let schema = operation.body_schema()?;
    let media_type = planner.media_type(operation)?;
    let body = planner.body_sample(operation, media_type, &Default::default(), Extent::Minimal);
    let body = body.ok()?;
    let place = Location::default().member(&repeated.member);
    let other = OTHERS.into_iter().find(|other| {
        let changed = body.with(&place, Sample::Value((*other).into()));
        changed.is_some_and(|changed| planner.sampler.admits(schema, &changed))
    })?;
    let request = request.with_member(&repeated.member, Template::Value(other.into()))?;
    let expected = Expected { any_of, code: CODE, level: promise::level(CODE) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    let kind =
        RelationKind::Differ { got: Operand::constant(other), from: Operand::expression(shown) };
    let message = format!("`{}` isn't {other}", repeated.of);
    draft.last_step()?.premises.push(Relation::new(CODE, message, kind));
    let summary = format!("`{}` has to be the thing's `{}`", repeated.member, repeated.of);
    let detail = format!("{CODE}:body.{}", repeated.member);
    Some(told(draft, operation, cell, (&detail, &summary)))
}
