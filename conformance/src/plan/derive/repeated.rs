//! What a body has to repeat of the thing that it is about is asked for: an order isn't paid with another amount.

use spec::model::{Operation, Status};
use spec::pointer::escape;
use spec::resources::Repeated;

use super::{CALL, told, valid_call};
use crate::case::{Case, Criterion, Expected, Operand, Relation, RelationKind};
use crate::plan::Planner;
use crate::promise;
use crate::sample::{Extent, Location, Sample, Segment};

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
    let (within, other, changed) = numbers_at(&body, &place).into_iter().find_map(|within| {
        OTHERS.into_iter().find_map(|other| {
            let changed = body.with(&within, Sample::Value(other.into()))?;
            let admits = planner.sampler.admits(schema, &changed);
            admits.then(|| (within.clone(), other, changed))
        })
    })?;
    let changed = changed.at(&place)?.clone().template("body", &mut draft.inputs);
    let request = request.with_member(&repeated.member, changed)?;
    let shown = match within.0.strip_prefix(place.0.as_slice()) {
        Some([Segment::Member(name)]) => shown.at(&format!("/{}", escape(name))),
        _ => shown,
    };
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

/// Where a number stands at a place of a body: right there, or in the members of what stands there.
fn numbers_at(body: &Sample, place: &Location) -> Vec<Location> {
    let members = body.at(place).and_then(Sample::members).into_iter().flatten();
    let is_number = |sample: &Sample| sample.stand_in().is_number();
    let within = members.filter(|(_, one)| is_number(one)).map(|(name, _)| place.member(name));
    std::iter::once(place.clone()).chain(within).collect()
}
