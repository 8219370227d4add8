//! Bodies that name what isn't there: an order of a customer that nobody has made.
//!
//! That a member names something is read from names, so that it has to be refused is no promise unless the description or a
//! profile says so.

use spec::model::{Method, Operation, SchemaId};

use super::refused::Refused;
use super::{law, valid_call};
use crate::case::{Case, Derivation};
use crate::fresh::Fresh;
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};
use crate::sample::{Choice, Extent, Fixed, Location, Merged, Sample, Segment};

const CODE: &str = "unknown-reference-refused";
/// An id that nothing comes to have while a run lasts, of each kind.
pub(super) const UNKNOWN: [Fresh; 3] = [
    Fresh::Integer { minimum: 1_000_000_000, maximum: 2_000_000_000 },
    Fresh::Integer { minimum: 20_000, maximum: 32_000 },
    Fresh::Uuid,
];

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let takes = matches!(operation.method, Method::Post | Method::Put | Method::Patch);
    // What of several isn't there, the answer tells in its place.
    if !takes || planner.resources.tells_of_each(operation) {
        return Vec::new();
    }
    let Some(mut naming) = naming(planner, operation) else { return Vec::new() };
    let outcomes = || planner.resources.outcomes(operation, planner.media_type(operation)?.schema?);
    if let Some(outcomes) = outcomes() {
        let told_of = Location::default().member(&outcomes.items);
        naming.retain(|one| one.place != told_of);
    }
    let cases = naming.into_iter().flat_map(|naming| {
        let among = naming.several.then(|| among_others(planner, operation, &naming)).flatten();
        [case(planner, operation, &naming), among]
    });
    cases.flatten().collect()
}

/// An array of names that has one which is there, and behind it one that isn't.
fn among_others(
    planner: &Planner<'_>,
    operation: &Operation,
    Naming { sample, place, .. }: &Naming,
) -> Option<Case> {
    let about = ("second-unknown", format!("the second of `{place}` names nothing"));
    sent(planner, operation, place, about, |draft, schema| {
        let known = draft.refer(operation, schema, sample.clone(), None).sample;
        let Sample::Array(items) = known.at(place)? else { return None };
        let first = items.first().filter(|one| one.known_by().is_some())?.clone();
        UNKNOWN.into_iter().find_map(|fresh| {
            let both = Sample::Array(vec![first.clone(), Sample::Fresh(fresh)]);
            known.with(place, both).filter(|changed| planner.sampler.admits(schema, changed))
        })
    })
}

/// A body that names what isn't there at a place.
fn sent(
    planner: &Planner<'_>,
    operation: &Operation,
    place: &Location,
    (detail, summary): (&str, String),
    sample: impl FnOnce(&mut Draft<'_>, SchemaId) -> Option<Sample>,
) -> Option<Case> {
    let media_type = planner.media_type(operation)?;
    let refused = refused(planner, operation, place)?;
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    let sample = sample(&mut draft, media_type.schema?)?;
    let mut request = draft.bare_request(operation, &path).ok()?;
    request.body = Some(draft.written(media_type, sample).ok()?);
    let detail = format!("body.{place}:{detail}");
    let about = (detail, summary, media_type.origin.clone());
    Some(law::refused_untouched(&refused, draft, (operation, &path), request, about))
}

/// A place of a body that names what an operation makes.
struct Naming {
    sample: Sample,
    place: Location,
    /// Whether it is an array of names.
    several: bool,
}

/// All such places: of a body with everything, and of one with each of those members that exclude others.
fn naming(planner: &Planner<'_>, operation: &Operation) -> Option<Vec<Naming>> {
    let media_type = planner.media_type(operation).filter(|one| one.is_json())?;
    let schema = media_type.schema?;
    let (draft, _, path) = valid_call(planner, operation, Extent::Complete).ok()?;
    let whole = planner.body_sample(operation, media_type, &path, Extent::Complete).ok()?;
    let declared = Merged::of(planner.contract, &[schema], Choice::default()).declared();
    let absent = declared
        .iter()
        .filter(|(name, _)| !whole.members().is_some_and(|own| own.contains_key(**name)));
    let others = absent.filter_map(|(name, ids)| {
        let (value, _) = planner.sampler.valid(*ids.first()?, Extent::Minimal, &Fixed::new())?;
        in_place_of_another(planner, schema, &whole, (name, value))
    });
    let mut all: Vec<Naming> = Vec::new();
    for sample in [whole.clone()].into_iter().chain(others) {
        for (place, several) in draft.references_in(operation, schema, &sample) {
            if all.iter().all(|known| known.place != place) {
                all.push(Naming { sample: sample.clone(), place, several });
            }
        }
    }
    Some(all)
}

/// A body with a member more, and without one that it may not stand beside.
fn in_place_of_another(
    planner: &Planner<'_>,
    schema: SchemaId,
    whole: &Sample,
    (name, value): (&str, Sample),
) -> Option<Sample> {
    let with = whole.with(&Location::default().member(name), value)?;
    let others = whole.members()?.keys();
    let without = others.filter_map(|other| with.without(&Location::default().member(other)));
    without.into_iter().find(|one| planner.sampler.admits(schema, one))
}

/// The refusal that the description names, else any that fits.
fn refused<'o>(
    planner: &Planner<'_>,
    operation: &'o Operation,
    place: &Location,
) -> Option<Refused<'o>> {
    let member = place.0.iter().rev().find_map(|segment| match segment {
        Segment::Member(name) => Some(name.as_str()),
        Segment::Item(_) => None,
    });
    let mut told = planner.resources.unknown_is(operation, member.unwrap_or_default());
    // What stands further within may be looked for later, or by somebody else.
    if told.is_empty() && place.0.len() == 1 {
        told = planner.resources.unknown_anywhere_is(operation);
    }
    let is_documented = |code: &u16| operation.documents(*code);
    if told.iter().any(is_documented) {
        let refused = Refused::by(planner, operation, Derivation::Violation, &[&told])?;
        // What is named in the path may be in a state for which nothing is looked for in the body.
        let depends_on_state =
            operation.path.item_parameter().is_none() && operation.documents(409) && {
                let acts = operation.path.parameters().next().is_some();
                acts && !planner.resources.makes(operation)
            };
        return Some(match depends_on_state {
            true => refused.or_any(CODE).weighing(Some(CODE)),
            false => refused.promised(CODE),
        });
    }
    let likely: &[&[u16]] = &[&[422, 400], &[404, 409]];
    let refused = Refused::by(planner, operation, Derivation::Violation, likely)?;
    Some(refused.or_any(CODE).weighing(Some(CODE)))
}

fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    Naming { sample, place, several }: &Naming,
) -> Option<Case> {
    let about = ("unknown", format!("`{place}` names nothing"));
    sent(planner, operation, place, about, |draft, schema| {
        let unknown = UNKNOWN.into_iter().find_map(|fresh| {
            let unknown = Sample::Fresh(fresh);
            let unknown = if *several { Sample::Array(vec![unknown]) } else { unknown };
            let changed = sample.with(place, unknown)?;
            planner.sampler.admits(schema, &changed).then_some(changed)
        });
        // An id of a form of its own: one that was made up just now.
        let is_fresh = || match sample.at(place) {
            Some(Sample::Array(items)) => items.iter().all(|item| matches!(item, Sample::Fresh(_))),
            one => matches!(one, Some(Sample::Fresh(_))),
        };
        let unknown = unknown.or_else(|| is_fresh().then(|| sample.clone()))?;
        Some(draft.refer(operation, schema, unknown, Some(place)).sample)
    })
}
