//! What a body has to repeat of the thing that it is about is asked for: an order isn't paid with another amount.

use std::sync::Arc;

use serde_json::Value;
use spec::model::{Operation, Status};
use spec::pointer::escape;
use spec::resources::Repeated;

use super::{CALL, told, valid_call};
use crate::case::{Case, Criterion, Expected, Operand, Relation, RelationKind, Template};
use crate::plan::Planner;
use crate::promise;
use crate::sample::{Choice, Extent, Location, Merged, Sample, Segment};

const CODE: &str = "other-value-refused";
/// Numbers that hardly anything amounts to by chance.
const OTHERS: [u64; 3] = [7_654_321, 54_321, 77];
/// Of a few words, so many are tried: each takes a thing of its own.
const FEW: usize = 2;
/// A number that is less than most.
const LEAST: u64 = 1;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let all = planner.repeated_of(operation).iter();
    all.flat_map(|repeated| of(planner, operation, repeated).unwrap_or_default()).collect()
}

/// With a number that is too high, with one that is too low, and with the others of a few words, as another currency.
fn of(planner: &Planner<'_>, operation: &Operation, repeated: &Repeated) -> Option<Vec<Case>> {
    let media_type = planner.media_type(operation)?;
    let body = planner.body_sample(operation, media_type, &Default::default(), Extent::Minimal);
    let subject = Subject { planner, operation, repeated, body: body.ok()? };
    let place = Location::default().member(&repeated.member);
    let mut cases = Vec::new();
    for within in places(&subject.body, &place) {
        let there = subject.body.at(&within)?.stand_in();
        if there.is_number() {
            let mut high = OTHERS.into_iter();
            cases.extend(high.find_map(|other| subject.refused(&within, other.into(), "")));
            cases.extend(subject.refused(&within, LEAST.into(), ":less"));
        } else {
            let ids = planner.places.schemas(operation.body_schema()?, &within.0);
            let values = Merged::of(planner.contract, &ids, Choice::default()).enumeration();
            let values =
                values.into_iter().flatten().filter_map(|value| Some((value, value.as_str()?)));
            let others = values.filter_map(|(value, text)| {
                subject.refused(&within, value.clone(), &format!(":{text}"))
            });
            cases.extend(others.take(FEW));
        }
    }
    Some(cases)
}

struct Subject<'s> {
    planner: &'s Planner<'s>,
    operation: &'s Operation,
    repeated: &'s Repeated,
    body: Sample,
}

impl Subject<'_> {
    /// With another value at a place, where the thing doesn't show just that.
    fn refused(&self, within: &Location, other: Value, detail: &str) -> Option<Case> {
        let Self { planner, operation, repeated, body } = self;
        let refusals = [400, 422, 409].map(Status::Code).into_iter();
        let any_of: Vec<Status> =
            refusals.filter(|one| operation.responses.contains_key(one)).collect();
        let cell = *any_of.first()?;
        let (mut draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
        let place = Location::default().member(&repeated.member);
        let changed = body.with(within, Sample::Value(other.clone()))?;
        planner.sampler.admits(operation.body_schema()?, &changed).then_some(())?;
        let shown = draft.shown_by_maker(operation, &repeated.of)?;
        let (member, shown) = match within.0.strip_prefix(place.0.as_slice()) {
            Some([Segment::Member(name)]) => {
                let at = |name: &String| shown.clone().at(&format!("/{}", escape(name)));
                let members = body.at(&place)?.members()?.keys();
                let members = members.map(|one| match one == name {
                    true => (one.clone(), Template::Value(other.clone())),
                    false => (one.clone(), Template::Expression(at(one))),
                });
                (Template::Object(Arc::new(members.collect())), at(name))
            }
            _ => (Template::Value(other.clone()), shown),
        };
        let request = request.with_member(&repeated.member, member)?;
        let expected = Expected { any_of, code: CODE, level: promise::level(CODE) };
        draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
        let message = format!("`{}` isn't {other}", repeated.of);
        let kind = RelationKind::Differ {
            got: Operand::constant(other),
            from: Operand::expression(shown),
        };
        draft.last_step()?.premises.push(Relation::new(CODE, message, kind));
        let summary = format!("`{}` has to be the thing's `{}`", repeated.member, repeated.of);
        let detail = format!("{CODE}:body.{}{detail}", repeated.member);
        Some(told(draft, operation, cell, (&detail, &summary)))
    }
}

/// A place of a body, and those of the members of what stands there.
fn places(body: &Sample, place: &Location) -> Vec<Location> {
    let members = body.at(place).and_then(Sample::members).into_iter().flatten();
    let within = members.map(|(name, _)| place.member(name));
    std::iter::once(place.clone()).chain(within).collect()
}
