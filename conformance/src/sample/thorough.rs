//! Every kind of value of one schema, valid and not: for judging whoever reads and writes such values.
//!
//! Where plans for a server want few requests, this wants every constraint of every node once, in values as small as
//! they can be: the required members, and the one that it is about. Schemas that are drawn from by themselves
//! (`apart`) are entered no further than that, so that all that is drawn from a contract grows with its size.

use std::collections::HashSet;
use std::rc::Rc;

use indexmap::{IndexMap, IndexSet};
use serde_json::{Value, json};
use spec::model::{JsonType, SchemaId};

use super::valid::{Extent, kind};
use super::violation::wrong_types;
use super::{Choice, Location, Merged, Sample, Sampler, Segment, StandIn, format};
use crate::fresh::FreshSource;

/// Values of one schema, at most.
const MOST: usize = 2_000;
/// Branches of alternatives that are taken, at most.
const BRANCHES: usize = 64;

/// A value, and what the schema says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// What it tries, or violates: `max-length`, `complete`.
    pub keyword: &'static str,
    /// Tells values that try one keyword apart; may be empty.
    pub detail: String,
    /// Where in the value.
    pub location: Location,
    /// Every schema that speaks of the place or of what is around it.
    pub schemas: Vec<SchemaId>,
    /// The branches of alternatives that it was made for.
    pub choice: Choice,
    /// The value.
    pub value: Value,
    /// Whether the schema admits it.
    pub is_valid: bool,
    /// The value without the members that the schema doesn't speak of, where there are some.
    pub spoken: Option<Value>,
}

/// The places of a value with the schemas there, parents before children.
type Places = IndexMap<Location, Vec<SchemaId>>;

impl Sampler<'_> {
    /// Values of a schema: valid ones of every kind, and for each constraint one that breaks it and no other.
    #[must_use]
    pub fn thorough(&self, id: SchemaId, apart: &HashSet<SchemaId>) -> Vec<Drawn> {
        let fresh = FreshSource::new(0);
        let mut drawing =
            Drawing { sampler: self, id, apart, fresh, seen: IndexSet::new(), all: vec![] };
        drawing.draw();
        drawing.all
    }
}

/// A value without holes of the same shape.
fn settled(sample: Sample, fresh: &FreshSource) -> Sample {
    match sample {
        Sample::Array(items) => {
            Sample::Array(items.into_iter().map(|item| settled(item, fresh)).collect())
        }
        Sample::Object(members) => Sample::Object(
            members.into_iter().map(|(name, member)| (name, settled(member, fresh))).collect(),
        ),
        other => Sample::Value(other.concrete(fresh)),
    }
}

struct Drawing<'s, 'a> {
    sampler: &'s Sampler<'a>,
    /// What is fresh in one value differs from what is in another.
    fresh: FreshSource,
    id: SchemaId,
    apart: &'s HashSet<SchemaId>,
    /// Values as text.
    seen: IndexSet<String>,
    all: Vec<Drawn>,
}

/// A place of a valid value that is to be tried.
struct Spot<'s> {
    location: &'s Location,
    ids: &'s [SchemaId],
    schemas: Vec<SchemaId>,
    choice: Choice,
    /// The value, as little as there must be around the place.
    base: &'s Rc<Sample>,
}

impl Drawing<'_, '_> {
    fn draw(&mut self) {
        let branches = self.branches();
        let mut chosen = None;
        for choice in (0..branches).map(Choice) {
            let complete = self.valid("complete", Extent::Complete, choice);
            let minimal = self.valid("minimal", Extent::Minimal, choice);
            if chosen.is_none() {
                let pair = (complete.clone().or_else(|| minimal.clone()), minimal.or(complete));
                chosen = if let (Some(complete), Some(minimal)) = pair {
                    Some((choice, complete, minimal))
                } else {
                    None
                };
            }
        }
        let Some((choice, complete, minimal)) = chosen else { return };
        let places = self.own_places(&complete, choice);
        for (location, ids) in &places {
            let Some(base) = self.base(location, &complete, &minimal) else { continue };
            let schemas = self.schemas(location, &places, choice);
            let base = Rc::new(base);
            let spot = Spot { location, ids, schemas, choice, base: &base };
            self.alone(&spot);
            self.edges(&spot);
            self.wrongs(&spot);
            if self.all.len() > MOST {
                return;
            }
        }
    }

    /// How many branches the alternatives of a value have, at most.
    fn branches(&self) -> usize {
        let draft = self.sampler.draft(&[self.id], Extent::Complete, Choice(0), self.apart);
        let root = self.sampler.merged(&[self.id], Choice(0)).alternatives();
        let Some(draft) = draft else { return root.min(BRANCHES) };
        let places = self.own_places(&draft, Choice(0));
        let inner = places.values().map(|ids| self.sampler.merged(ids, Choice(0)).alternatives());
        inner.max().unwrap_or(1).max(root).min(BRANCHES)
    }

    fn valid(&mut self, keyword: &'static str, extent: Extent, choice: Choice) -> Option<Sample> {
        let draft = self.sampler.draft(&[self.id], extent, choice, self.apart)?;
        let sample = Rc::new(settled(draft, &self.fresh));
        if !self.sampler.admits(self.id, &sample) {
            return None;
        }
        let root = Location::default();
        let places = Places::from([(root.clone(), vec![self.id])]);
        let schemas = self.schemas(&root, &places, choice);
        let spot = Spot { location: &root, ids: &[], schemas, choice, base: &sample };
        self.push(&spot, keyword, format!("{}", choice.0), root.clone(), &sample, true);
        Some(Rc::unwrap_or_clone(sample))
    }

    /// The places of a value that no schema apart has within.
    fn own_places(&self, sample: &Sample, choice: Choice) -> Places {
        let mut cut: Vec<Location> = Vec::new();
        let mut places = self.sampler.places(self.id, sample, choice);
        places.retain(|location, ids| {
            if cut.iter().any(|above| location.0.starts_with(&above.0)) {
                return false;
            }
            if !location.0.is_empty() && self.is_apart(ids) {
                cut.push(location.clone());
            }
            true
        });
        places
    }

    fn is_apart(&self, ids: &[SchemaId]) -> bool {
        let merged = self.sampler.merged(ids, Choice(0));
        merged.parts.iter().any(|(id, _)| self.apart.contains(id))
    }

    /// The least value that has the place: what is required, and the member that leads there.
    fn base(&self, location: &Location, complete: &Sample, minimal: &Sample) -> Option<Sample> {
        let Some(Segment::Member(first)) = location.0.first() else {
            return Some(complete.clone());
        };
        let member = Location::default().member(first);
        let small = minimal.with(&member, complete.at(&member)?.clone());
        let fits = |sample: &Sample| self.sampler.admits(self.id, sample);
        small.filter(fits).or_else(|| Some(complete.clone()))
    }

    /// Every schema from the top down to a place, with all that they are composed of.
    fn schemas(&self, location: &Location, places: &Places, choice: Choice) -> Vec<SchemaId> {
        let contract = self.sampler.contract;
        let mut found: IndexSet<SchemaId> = IndexSet::new();
        let mut open: Vec<SchemaId> = Vec::new();
        for depth in 0..=location.0.len() {
            let above = Location(location.0[..depth].to_vec());
            let parent = depth.checked_sub(1).map(|up| Location(location.0[..up].to_vec()));
            match (places.get(&above), location.0.get(depth.wrapping_sub(1)), parent) {
                (Some(ids), ..) => open.extend(ids),
                (None, Some(Segment::Member(name)), Some(parent)) => {
                    let ids = places.get(&parent).map(Vec::as_slice).unwrap_or_default();
                    let merged = self.sampler.merged(ids, choice);
                    open.extend(
                        merged.properties().swap_remove(name.as_str()).into_iter().flatten(),
                    );
                }
                _ => {}
            }
        }
        while let Some(id) = open.pop() {
            if found.insert(id) {
                let schema = contract.schema(id);
                open.extend(schema.all_of.iter().chain(&schema.one_of).chain(&schema.any_of));
                open.extend(schema.not);
            }
        }
        found.into_iter().collect()
    }

    fn alone(&mut self, spot: &Spot<'_>) {
        if let [Segment::Member(_)] = spot.location.0.as_slice() {
            self.push(spot, "alone", String::new(), spot.location.clone(), spot.base, true);
        }
    }

    /// Valid values that are special at the place.
    fn edges(&mut self, spot: &Spot<'_>) {
        let merged = self.sampler.merged(spot.ids, spot.choice);
        let at = spot.base.at(spot.location);
        if self.is_tag(spot) {
            return;
        }
        let mut edges = self.sampler.edges(&merged, at);
        if self.is_apart(spot.ids) && !spot.location.0.is_empty() {
            edges.retain(|(keyword, ..)| *keyword == "null");
        } else {
            // Items of any type; those of the item's schema are tried instead.
            edges.retain(|(keyword, ..)| !matches!(*keyword, "order-of-items" | "equal-items"));
            edges.extend(equal_items(&merged, at));
            edges.extend(spellings(&merged));
            edges.extend(self.additional(&merged, at));
        }
        for (keyword, detail, put) in edges {
            let put = settled(put, &self.fresh);
            if let Some(sample) = spot.base.with(spot.location, put) {
                self.push(spot, keyword, detail, spot.location.clone(), &sample, true);
            }
        }
    }

    /// Whether the place is the member that says which alternative is meant.
    fn is_tag(&self, spot: &Spot<'_>) -> bool {
        let Some((Segment::Member(name), above)) = spot.location.0.split_last() else {
            return false;
        };
        let places = self.sampler.places(self.id, spot.base, spot.choice);
        let above = places.get(&Location(above.to_vec())).map(Vec::as_slice).unwrap_or_default();
        self.sampler.merged(above, spot.choice).tag(name).is_some()
    }

    /// The object with a member of another name, of which the schema speaks.
    fn additional(
        &self,
        merged: &Merged<'_>,
        at: Option<&Sample>,
    ) -> Option<(&'static str, String, Sample)> {
        let ids = merged.additional().filter(|ids| !ids.is_empty())?;
        let mut members = at?.members()?.clone();
        let value = self.sampler.draft(&ids, Extent::Minimal, Choice(0), self.apart)?;
        members.insert("conformance-additional".to_owned(), value);
        Some(("additional-properties", String::new(), Sample::Object(members)))
    }

    /// Values with one thing wrong at the place.
    fn wrongs(&mut self, spot: &Spot<'_>) {
        let merged = self.sampler.merged(spot.ids, spot.choice);
        let at = spot.base.at(spot.location);
        let is_apart = self.is_apart(spot.ids) && !spot.location.0.is_empty();
        let wrongs = match is_apart {
            true => wrong_types(&merged).into_iter().take(2).collect(),
            false => self.sampler.wrongs(&merged, at),
        };
        let mut stand_in = StandIn::of(spot.base);
        for wrong in wrongs {
            let found = self.sampler.violation(
                self.id,
                (spot.base, &mut stand_in),
                spot.location,
                &merged,
                wrong,
            );
            if let Some(variant) = found {
                let sample = settled(variant.sample, &self.fresh);
                let (keyword, detail) = (variant.keyword, variant.detail);
                self.push(spot, keyword, detail, variant.location, &sample, false);
            }
        }
    }

    /// Keeps a value that is what it should be, and new.
    fn push(
        &mut self,
        spot: &Spot<'_>,
        keyword: &'static str,
        detail: String,
        location: Location,
        sample: &Sample,
        is_valid: bool,
    ) {
        let value = sample.stand_in();
        let is_what_it_should_be = self.sampler.validators.is_valid(self.id, &value) == is_valid;
        if !is_what_it_should_be || !self.seen.insert(value.to_string()) {
            return;
        }
        let spoken = (keyword == "unknown-member" && is_valid).then(|| spot.base.stand_in());
        let schemas = spot.schemas.clone();
        let choice = spot.choice;
        self.all.push(Drawn {
            keyword,
            detail,
            location,
            schemas,
            choice,
            value,
            is_valid,
            spoken,
        });
    }
}

/// The first item of an array twice, where that is valid.
fn equal_items(merged: &Merged<'_>, at: Option<&Sample>) -> Option<(&'static str, String, Sample)> {
    let Sample::Array(items) = at? else { return None };
    let twice = vec![items.first()?.clone(); 2];
    let is_free = !merged.unique_items() && merged.prefix() == 0;
    is_free.then(|| ("equal-items", String::new(), Sample::Array(twice)))
}

/// Other ways to write a value.
fn spellings(merged: &Merged<'_>) -> Vec<(&'static str, String, Sample)> {
    let of = |detail: &str, value: Value| ("spelling", detail.to_owned(), Sample::Value(value));
    if merged.enumeration().is_some() {
        return Vec::new();
    }
    match kind(merged) {
        Some(JsonType::String) => {
            let texts = merged.format().map(format::spellings).unwrap_or_default();
            texts.iter().map(|(detail, text)| of(detail, (*text).into())).collect()
        }
        Some(JsonType::Integer) => vec![
            of("zero", json!(0)),
            of("without-fraction", json!(1.0)),
            of("least", json!(i64::MIN)),
            of("greatest", json!(i64::MAX)),
        ],
        Some(JsonType::Number) => vec![
            of("zero", json!(0)),
            of("whole", json!(1.0)),
            of("fraction", json!(0.1)),
            of("negative", json!(-2.5)),
            of("small", json!(5e-324)),
            of("large", json!(1.797e308)),
            of("long", json!(9_007_199_254_740_991_i64)),
        ],
        _ => Vec::new(),
    }
}
