//! The parts that a thing shows within itself come in the order that it says: those that are made one after the other in that
//! of their making, or by a member of theirs.

use spec::model::Operation;
use spec::pointer::escape;
use spec::resources::{Arranged, Arrangement};

use super::super::CALL;
use super::ordered::value_out_of_order;
use crate::case::{
    Case, Collected, Criterion, Derivation, Operand, Relation, RelationKind, Request,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{About, Draft, Path};
use crate::sample::{Choice, Extent, Fixed, Location, Merged};

const CODE: &str = "order-is-kept";
/// The steps that make a part, each with the one that looks behind it.
const PARTS: [[&str; 2]; 3] =
    [["first", "look_first"], ["second", "look_second"], ["third", "look_third"]];
/// The array, as the output of a step that looks.
const SHOWN: &str = "shown";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let arranged = planner.arranged(operation).iter().filter(|_| operation.method.is_safe());
    arranged.filter_map(|arranged| case(planner, operation, arranged)).collect()
}

fn case(planner: &Planner<'_>, reader: &Operation, arranged: &Arranged<'_>) -> Option<Case> {
    let (status, _) = planner.success(reader)?;
    let parts = arranged.parts.as_ref().filter(|parts| planner.may_make(parts.maker))?;
    let mut draft = Draft::new(planner);
    for (number, [part, look]) in PARTS.into_iter().enumerate() {
        let request = request(&mut draft, planner, arranged, parts.maker, number)?;
        draft.push(parts.maker, part, request, planner.succeeds(parts.maker));
        show(&mut draft, planner, reader, look)?;
        let array = Expression::response_body(format!("/{}", escape(&arranged.member)));
        draft.output(look, SHOWN, &array);
    }
    show(&mut draft, planner, reader, CALL)?;
    let step = draft.last_step()?;
    for pair in PARTS.windows(2) {
        let [[_, before], [_, behind]] = pair else { continue };
        let [got, these] = [behind, before].map(|look| then(look, parts.id.as_deref()));
        // An array may show some of the parts only.
        let kind = RelationKind::Includes { got: got.clone(), all: these.clone() };
        step.premises.push(Relation::new(CODE, "what was shown is shown again", kind));
        step.criteria.extend(stands_behind(arranged, got, these));
    }
    Some(draft.finish(About {
        cell: (reader, status),
        source: Derivation::Law,
        detail: format!("{CODE}:{}", arranged.member),
        summary: format!("`{}` comes in the order that it says", arranged.member),
        origin: reader.origin.clone(),
    }))
}

/// A request for the next part. What they are shown in the order of, they aren't made in the order of.
fn request(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    arranged: &Arranged<'_>,
    maker: &Operation,
    number: usize,
) -> Option<Request> {
    let within = draft.ready_for(maker)?;
    let before = draft.inputs.clone();
    let mut request = draft.request(maker, &within, Extent::Minimal).ok()?;
    if let Arrangement::Keys(keys) = &arranged.by {
        let key = keys.first()?;
        let media_type = planner.media_type(maker)?;
        let body = Merged::of(planner.contract, &[media_type.schema?], Choice::default());
        let member = body.declared().get(key.member.as_str())?.clone();
        let member = Merged::of(planner.contract, &member, Choice::default());
        let value = value_out_of_order(planner, maker, (key, &member), number)?;
        let fixed = Fixed::from([(Location::default().member(&key.member), value)]);
        let (minimal, known) = (Extent::Minimal, fixed.clone());
        let sample = planner.body_sample_with(maker, media_type, &within, minimal, known).ok()?;
        let is_kept = fixed.iter().all(|(place, value)| sample.at(place) == Some(value));
        is_kept.then_some(())?;
        request.body = Some(draft.content(maker, media_type, sample).ok()?);
    }
    let [part, _] = PARTS.get(number)?;
    Some(draft.rename_inputs(request, &before, part))
}

/// Looks at a thing that is the run's own: of others, others may write.
fn show(draft: &mut Draft<'_>, planner: &Planner<'_>, reader: &Operation, id: &str) -> Option<()> {
    let path = draft.path(reader, &Path::new()).ok()?;
    draft.maker_of(reader)?;
    let request = draft.bare_request(reader, &path).ok()?;
    draft.push(reader, id, request, planner.succeeds(reader));
    Some(())
}

/// That a new part stands behind what was there, or before it where the newest comes first. By what else parts are in the order
/// of, each answer tells.
fn stands_behind(arranged: &Arranged<'_>, got: Operand, these: Operand) -> Option<Criterion> {
    let Arrangement::Making { descending } = arranged.by else { return None };
    let kind = match descending {
        true => RelationKind::EndsWith { got, these },
        false => RelationKind::BeginsWith { got, these },
    };
    let message = format!("`{}` is in the order of making", arranged.member);
    Some(Criterion::Relation(Relation::new(CODE, message, kind)))
}

/// That an array of an answer is in the order of members of its items; `None` where it is in that of their making, which no
/// answer shows.
pub(in crate::plan) fn is_sorted(arranged: &Arranged<'_>) -> Option<Criterion> {
    let Arrangement::Keys(keys) = &arranged.by else { return None };
    let by = keys.first().map_or("", |key| key.member.as_str());
    let message = match by {
        "" => format!("`{}` is sorted", arranged.member),
        by => format!("`{}` is in the order of `{by}`", arranged.member),
    };
    let path = vec![Some(arranged.member.clone()), None];
    let items = Operand::Collected(Collected { from: Expression::response_body(""), path });
    let kind = RelationKind::Sorted { items, keys: keys.clone() };
    Some(Criterion::Relation(Relation::new(CODE, message, kind)))
}

/// The items of the array, or a member of each, as a step saw it.
fn then(step: &str, member: Option<&str>) -> Operand {
    let path = std::iter::once(None).chain(member.map(|member| Some(member.to_owned()))).collect();
    Operand::Collected(Collected { from: Expression::output(step, SHOWN), path })
}
