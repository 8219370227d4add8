//! Bodies that differ from another one in one place: what that one names is made once, for all of them.
//!
//! ```text
//! valid body ──settle──▶ the same, as it may be sent ──put──▶ with one thing in it at its limit, or wrong
//! ```
//!
//! A body of some hundred members is sent in hundreds of ways, and to look at each whole takes most of a plan's time. Where
//! something else depends on the place that differs, each is looked at by itself all the same.

use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value;
use spec::model::SchemaId;
use spec::resources::{names_begin, names_end};

use super::Subject;
use super::narrowed::Narrowed;
use crate::case::Request;
use crate::plan::derive::valid_call;
use crate::plan::draft::{self, Draft};
use crate::plan::moment::is_moment;
use crate::plan::reference::{Named, Referred, bounds, named, overlap};
use crate::sample::{Extent, Fixed, Location, Sample, StandIn, Variant};

/// A body that may be sent, with the draft in which what it names has been made.
struct Settled<'s> {
    draft: Draft<'s>,
    request: Request,
    sample: Sample,
    stand_in: StandIn,
}

/// A valid body, and what differs from it.
struct Family<'s> {
    base: Rc<Sample>,
    whole: Settled<'s>,
    /// The places that name something, and those with what depends on the rest of the body.
    naming: Vec<Location>,
    /// The places whose values tell what others have to be.
    telling: Vec<Location>,
    /// The body where nothing is made for what differs, by the place of that.
    apart: HashMap<Location, Settled<'s>>,
}

/// A request whose body differs from a valid one in one place, and the draft in which what it names has been made.
pub(super) struct Differing<'s> {
    pub(super) draft: Draft<'s>,
    pub(super) request: Request,
    /// Whether the place that differs names something that could be made and was not.
    pub(super) is_open: bool,
}

/// Makes the bodies of a subject.
pub(super) struct Bodies<'s> {
    subject: &'s Subject<'s>,
    pub(super) schema: SchemaId,
    pub(super) fixed: Fixed,
    narrowed: Narrowed<'s>,
    families: Vec<Family<'s>>,
}

impl<'s> Bodies<'s> {
    /// `None` where the body has no schema, or there is no valid request.
    pub(super) fn of(subject: &'s Subject<'s>) -> Option<Self> {
        let Subject { planner, operation, media_type } = *subject;
        let (_, _, path) = valid_call(planner, operation, Extent::Minimal).ok()?;
        let fixed = draft::fixed_in_all(planner, operation, &path);
        let schema = media_type.schema?;
        let smallest = planner.body_sample(operation, media_type, &path, Extent::Minimal).ok()?;
        let narrowed = Narrowed::new(planner, (operation, schema), &smallest);
        Some(Self { subject, schema, fixed, narrowed, families: Vec::new() })
    }

    /// A request with a variant as its body. Where `is_whole`, no place in it is kept as it is: what it shows, it shows with
    /// what is there.
    pub(super) fn request(&mut self, variant: Variant, is_whole: bool) -> Option<Differing<'s>> {
        let variant = self.narrowed.variant(variant);
        let at_place = (!variant.location.0.is_empty() && !is_whole).then(|| self.put(&variant));
        at_place.flatten().or_else(|| self.by_itself(variant, is_whole))
    }

    /// The variant put into the body that it differs from. `None` where that would not say the same.
    fn put(&mut self, variant: &Variant) -> Option<Differing<'s>> {
        let Subject { planner, operation, media_type } = *self.subject;
        let Variant { location: place, .. } = variant;
        let schema = self.schema;
        let there = variant.sample.at(place);
        let Settled { draft, request, sample, stand_in } = self.around(variant)?;
        if planner.sampler.violated_with(schema, stand_in, place, there)? != variant.violated {
            return None;
        }
        let sample = match there {
            Some(there) => sample.with(place, there.clone())?,
            None => sample.without(place)?,
        };
        let (mut draft, mut request) = (draft.clone(), request.clone());
        let is_open = draft.leaves_open((operation, schema), &sample, place);
        request.body = Some(draft.written(media_type, sample).ok()?);
        Some(Differing { draft, request, is_open })
    }

    /// The body that a variant is put into. `None` where something else depends on what is at its place.
    fn around(&mut self, Variant { base, location, .. }: &Variant) -> Option<&mut Settled<'s>> {
        let known = self.known_family(base)?;
        let family = self.families.get(known)?;
        let overlaps = |others: &[Location]| others.iter().any(|other| overlap(other, location));
        if overlaps(&family.telling) {
            return None;
        }
        let is_apart = overlaps(&family.naming);
        if is_apart && !family.apart.contains_key(location) {
            let settled = self.settled_but_for(base, location)?;
            self.families.get_mut(known)?.apart.insert(location.clone(), settled);
        }
        let family = self.families.get_mut(known)?;
        if is_apart { family.apart.get_mut(location) } else { Some(&mut family.whole) }
    }

    /// Where the family of a body is.
    fn known_family(&mut self, base: &Rc<Sample>) -> Option<usize> {
        if let Some(known) = self.families.iter().position(|one| one.base == *base) {
            return Some(known);
        }
        let family = self.family(base)?;
        self.families.push(family);
        Some(self.families.len() - 1)
    }

    fn family(&self, base: &Rc<Sample>) -> Option<Family<'s>> {
        let Subject { planner, operation, .. } = *self.subject;
        let root = Location::default();
        let sample = self.told((**base).clone(), &self.fixed, &self.fixed);
        let whole = self.settled(sample, &root)?;
        let is_refused = operation.documents(409);
        let tells = |place: &&Named| {
            let is_moment = base.at(&place.location).is_some_and(is_any_moment);
            is_moment && (is_refused || names_begin(&place.name) || names_end(&place.name))
        };
        let names =
            |place: &&Named| whole.draft.names_at((operation, self.schema), base, &place.location);
        let places = named(base);
        let at = |place: &Named| place.location.clone();
        let mut naming: Vec<Location> = places.iter().filter(names).map(at).collect();
        differences(base, &whole.sample, &root, &mut naming);
        let mut telling: Vec<Location> = places.iter().filter(tells).map(at).collect();
        telling.extend(bounds(base).into_iter().flat_map(|(least, most)| [least, most]));
        telling.extend(planner.bound(operation).cloned());
        // What goes with one value need not go with another.
        let choices = planner.choices(operation).iter();
        telling.extend(choices.map(|one| Location::default().member(&one.member)));
        Some(Family { base: Rc::clone(base), whole, naming, telling, apart: HashMap::new() })
    }

    /// The body with all that it names made, but for what is at a place.
    fn settled_but_for(&self, base: &Sample, place: &Location) -> Option<Settled<'s>> {
        let mut given = self.fixed.clone();
        given.insert(place.clone(), Sample::Value(Value::Null));
        let nothing = base.with(place, Sample::Value(Value::Null))?;
        self.settled(self.told(nothing, &given, &given), place)
    }

    fn settled(&self, sample: Sample, but: &Location) -> Option<Settled<'s>> {
        let Subject { planner, operation, .. } = *self.subject;
        let (mut draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
        let Referred { sample, .. } = draft.refer(operation, self.schema, sample, Some(but));
        let stand_in = StandIn::of(&sample);
        Some(Settled { draft, request, sample, stand_in })
    }

    /// A variant of which all is looked at.
    fn by_itself(&self, variant: Variant, is_whole: bool) -> Option<Differing<'s>> {
        let Subject { planner, operation, .. } = *self.subject;
        let narrowed = self.narrowed.sample(&variant);
        let Variant { sample, location, .. } = variant;
        let sample = narrowed.unwrap_or(sample);
        let mut shown = self.fixed.clone();
        shown.insert(location.clone(), Sample::Value(Value::Null));
        // What the rest of the body says must not be what it is refused for.
        let kept = if location.0.is_empty() { &self.fixed } else { &shown };
        let sample = self.told(sample, &shown, kept);
        let (mut draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
        let place = (!is_whole).then_some(&location);
        let (body, is_open) = self.subject.body(&mut draft, sample, place)?;
        request.body = Some(body);
        Some(Differing { draft, request, is_open })
    }

    /// A sample with what names, descriptions and examples tell of it.
    fn told(&self, sample: Sample, given: &Fixed, kept: &Fixed) -> Sample {
        let Subject { planner, operation, media_type } = *self.subject;
        let schema = self.schema;
        let sample = planner.without_steering(operation, schema, sample, given);
        let sample = planner.unconditioned((operation, schema), sample, given);
        let sample = planner.as_chosen((operation, schema), sample, given);
        let sample = planner.with_all_moments(operation, schema, sample, given);
        let sample = planner.with_numbers(media_type, schema, sample, kept);
        planner.with_postal_codes(schema, sample, given)
    }
}

/// Whether something is a moment, or has some.
fn is_any_moment(sample: &Sample) -> bool {
    match sample {
        Sample::Array(items) => items.iter().any(is_any_moment),
        one => is_moment(one),
    }
}

/// The places where a settled body has something else than a plain value instead of what was drawn: where that is depends on
/// the rest of the body, or on what is made for it.
fn differences(base: &Sample, settled: &Sample, place: &Location, found: &mut Vec<Location>) {
    match (base, settled) {
        (Sample::Object(members), Sample::Object(others)) => {
            for (name, member) in members {
                let place = place.member(name);
                match others.get(name) {
                    Some(other) => differences(member, other, &place, found),
                    None => found.push(place),
                }
            }
        }
        (Sample::Array(items), Sample::Array(others)) if items.len() == others.len() => {
            for (n, (item, other)) in items.iter().zip(others).enumerate() {
                differences(item, other, &place.item(n), found);
            }
        }
        (_, Sample::Value(_)) => {}
        (one, other) if one == other => {}
        _ => found.push(place.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::expression::Expression;

    #[test]
    fn what_was_made_or_left_out_depends_on_more_than_itself() {
        let value = |value: Value| Sample::Value(value).opened();
        let base = value(json!({ "a": 1, "customer_id": "x", "note": "y", "of": "z" }));
        let known = Sample::Known(Expression::input("customer"), json!("x"));
        let root = Location::default();
        let settled = base.with(&root.member("customer_id"), known).unwrap();
        let settled = settled.with(&root.member("a"), Sample::Value(json!(2))).unwrap();
        let settled = settled.without(&root.member("note")).unwrap();
        let mut found = Vec::new();
        differences(&base, &settled, &root, &mut found);
        assert_eq!(found, [root.member("customer_id"), root.member("note")]);
    }
}
