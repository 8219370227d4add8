//! Valid values.

use std::cell::Cell;
use std::collections::HashSet;

use indexmap::IndexMap;
use serde_json::{Number, Value};
use spec::model::{JsonType, SchemaId};
use spec::names::fold;

use super::{Choice, Fixed, Location, Merged, Sample, Sampler, Segment, checked, text};

/// How much a value has of what it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Extent {
    /// Only what is required.
    Minimal,
    /// Everything, down to a sensible depth.
    Complete,
}

/// Optional members lie no deeper.
const OPTIONAL_DEPTH: usize = 4;
/// Required ones neither: a schema that wants more is recursive without an end.
const DEPTH: usize = 24;
/// Nodes of a value, at most.
const NODES: usize = 300;
/// Branches of alternatives that are tried.
const TRIES: usize = 6;

/// A value with as much as may be there at once.
pub(super) struct Fullest {
    pub(super) sample: Sample,
    /// The branches of alternatives that it took.
    pub(super) choice: Choice,
    /// Whether no member of it was left out for another one.
    pub(super) is_whole: bool,
}

pub(super) struct Building<'f> {
    extent: Extent,
    choice: Choice,
    fixed: &'f Fixed,
    /// Schemas below which only what is required is made, as they are looked at by themselves.
    apart: Option<&'f HashSet<SchemaId>>,
    nodes: Cell<usize>,
}

impl Building<'_> {
    /// Whether optional parts are left out of a value of these schemas.
    fn is_brief(&self, at: &At<'_>, merged: &Merged<'_>) -> bool {
        let is_apart = |apart: &HashSet<SchemaId>| {
            at.depth > 0 && merged.parts.iter().any(|(id, _)| apart.contains(id))
        };
        self.extent == Extent::Minimal || self.apart.is_some_and(is_apart)
    }
}

/// One place on the way down.
pub(super) struct At<'s> {
    pub(super) location: Location,
    pub(super) depth: usize,
    /// Which of several like it: so that items differ.
    pub(super) ordinal: usize,
    /// The schemas above.
    pub(super) above: &'s [SchemaId],
}

impl At<'_> {
    /// Whether the member that stands here is called so.
    fn is_called(&self, names: &[&str]) -> bool {
        match self.location.0.last() {
            Some(Segment::Member(name)) => names.contains(&fold(name).as_str()),
            _ => false,
        }
    }

    /// Whether what stands here is as a rule the same in all parts of a thing: its prices are in one currency.
    fn is_alike_in_all(&self) -> bool {
        self.is_called(&["currency", "currencycode", "unit", "units"])
    }

    /// How far a number is from the least one: none of something is often the same as nothing, and by one of it nobody sees
    /// whether it was counted as one.
    fn steps(&self) -> usize {
        match self.location.0.last() {
            Some(Segment::Member(name)) if is_quantity(name) => self.ordinal.max(2),
            _ => self.ordinal,
        }
    }
}

impl At<'static> {
    pub(super) const ROOT: Self =
        Self { location: Location(Vec::new()), depth: 0, ordinal: 0, above: &[] };
}

impl Sampler<'_> {
    /// A value that the schema admits, and the branches of alternatives that it took.
    #[must_use]
    pub fn valid(&self, id: SchemaId, extent: Extent, fixed: &Fixed) -> Option<(Sample, Choice)> {
        self.branches(id, extent, fixed).next()
    }

    /// The fullest value that the schema admits.
    pub(super) fn fullest(&self, id: SchemaId, fixed: &Fixed) -> Option<Fullest> {
        let of = |is_whole| move |(sample, choice)| Fullest { sample, choice, is_whole };
        let whole = self.valid(id, Extent::Complete, fixed).map(of(true));
        let reduced = |choice| Some((self.fullest_of(id, choice, fixed)?, choice));
        let reduced = || (0..TRIES).map(Choice).find_map(reduced).map(of(false));
        whole.or_else(reduced).or_else(|| self.valid(id, Extent::Minimal, fixed).map(of(true)))
    }

    /// The same of one branch of alternatives.
    pub(super) fn fullest_of(&self, id: SchemaId, choice: Choice, fixed: &Fixed) -> Option<Sample> {
        let sample = self.built(id, Extent::Complete, choice, fixed)?;
        if self.admits(id, &sample) {
            return Some(sample);
        }
        self.reduced(id, &sample, choice, &|place| fixed.contains_key(place))
    }

    /// What the schema admits by one branch of alternatives after the other.
    pub(super) fn branches(
        &self,
        id: SchemaId,
        extent: Extent,
        fixed: &Fixed,
    ) -> impl Iterator<Item = (Sample, Choice)> {
        let choices = (0..TRIES).map(Choice);
        choices.filter_map(move |choice| Some((self.chosen(id, extent, choice, fixed)?, choice)))
    }

    /// What the schema admits by one branch of alternatives.
    pub(crate) fn chosen(
        &self,
        id: SchemaId,
        extent: Extent,
        choice: Choice,
        fixed: &Fixed,
    ) -> Option<Sample> {
        let sample = self.built(id, extent, choice, fixed)?;
        self.admits(id, &sample).then_some(sample)
    }

    /// A value of one branch of alternatives. Nobody has judged it yet.
    fn built(&self, id: SchemaId, extent: Extent, choice: Choice, fixed: &Fixed) -> Option<Sample> {
        let building = Building { extent, choice, fixed, apart: None, nodes: Cell::new(0) };
        self.build(&[id], &At::ROOT, &building)
    }

    /// A value of these schemas with these branches of alternatives, brief where a schema is looked at apart. Nobody
    /// has judged it yet.
    pub(super) fn draft(
        &self,
        ids: &[SchemaId],
        extent: Extent,
        choice: Choice,
        apart: &HashSet<SchemaId>,
    ) -> Option<Sample> {
        let fixed = &Fixed::new();
        let building = Building { extent, choice, fixed, apart: Some(apart), nodes: Cell::new(0) };
        self.build(ids, &At::ROOT, &building)
    }

    /// A value of these schemas by itself, as little as there must be. Nobody has judged it yet.
    pub(super) fn small(&self, ids: &[SchemaId], ordinal: usize) -> Option<Sample> {
        let (extent, choice, fixed) = (Extent::Minimal, Choice(0), &Fixed::new());
        let building = Building { extent, choice, fixed, apart: None, nodes: Cell::new(0) };
        self.build(ids, &At { ordinal, ..At::ROOT }, &building)
    }

    pub(super) fn build(
        &self,
        ids: &[SchemaId],
        at: &At<'_>,
        building: &Building<'_>,
    ) -> Option<Sample> {
        if let Some(fixed) = building.fixed.get(&at.location) {
            return Some(fixed.clone());
        }
        building.nodes.set(building.nodes.get() + 1);
        if at.depth > DEPTH || building.nodes.get() > NODES {
            return None;
        }
        let merged = self.merged(ids, building.choice);
        if merged.never() {
            return None;
        }
        if let Some(values) = merged.enumeration() {
            let values: Vec<_> = values.into_iter().filter(|value| !value.is_null()).collect();
            let ordinal = if at.is_alike_in_all() { 0 } else { at.ordinal };
            let chosen = values.get(ordinal % values.len().max(1));
            return Some(Sample::Value(chosen.map_or(Value::Null, |value| (*value).clone())));
        }
        match kind(&merged)? {
            JsonType::Null => Some(Sample::Value(Value::Null)),
            JsonType::Boolean => Some(Sample::Value((at.ordinal.is_multiple_of(2)).into())),
            JsonType::Integer => number(&merged, true, at.steps()).map(Sample::Value),
            JsonType::Number => number(&merged, false, at.steps()).map(Sample::Value),
            JsonType::String => checked::valid(self.contract, ids, &at.location, &merged)
                .or_else(|| text::valid(&merged)),
            JsonType::Array => self.build_array(&merged, at, building),
            JsonType::Object => self.build_object(&merged, at, building),
        }
    }

    fn build_array(
        &self,
        merged: &Merged<'_>,
        at: &At<'_>,
        building: &Building<'_>,
    ) -> Option<Sample> {
        let wanted = match building.is_brief(at, merged) {
            true => 0,
            false => 2.min(merged.max_items().unwrap_or(u64::MAX)),
        };
        let counted = merged.counted(NODES);
        let wanted = if counted.is_limited { 0 } else { wanted };
        // Behind the items with schemas of their own are those that `contains` asks for.
        let first = merged.prefix();
        let least = match counted.schemas.len() {
            0 => merged.min_items(),
            counted => merged.min_items().max((first + counted) as u64),
        };
        let count = wanted.max(least).max(first as u64);
        let above = self.above(at, merged);
        let mut items = Vec::new();
        for index in 0..usize::try_from(count).ok()?.min(NODES) {
            let mut ids = merged.item(index);
            ids.extend(index.checked_sub(first).and_then(|n| counted.schemas.get(n)));
            let optional = (index as u64) >= least;
            if optional && (at.depth >= OPTIONAL_DEPTH || recurs(&ids, &above)) {
                break;
            }
            let location = at.location.item(index);
            let at = At { location, depth: at.depth + 1, ordinal: index, above: &above };
            match self.build(&ids, &at, building) {
                Some(item) => items.push(item),
                None if optional => break,
                None => return None,
            }
        }
        Some(Sample::Array(items))
    }

    fn build_object(
        &self,
        merged: &Merged<'_>,
        at: &At<'_>,
        building: &Building<'_>,
    ) -> Option<Sample> {
        let required = merged.required();
        let mut properties = merged.properties();
        for name in &required {
            // What one branch requires and another forbids, no object has.
            if !properties.contains_key(name) {
                properties.insert(name, merged.undeclared()?);
            }
        }
        let above = self.above(at, merged);
        let is_brief = building.is_brief(at, merged);
        let mut members = IndexMap::new();
        for (n, (name, ids)) in properties.iter().enumerate() {
            let optional = !required.contains(name);
            let left_out = is_brief || at.depth >= OPTIONAL_DEPTH || recurs(ids, &above);
            let is_fixed = building.fixed.contains_key(&at.location.member(name));
            if optional && left_out && !is_fixed {
                continue;
            }
            match self.build_member(merged, (n, name, ids), at, &above, building) {
                Some(member) => {
                    members.insert((*name).to_owned(), member);
                }
                None if optional => {}
                None => return None,
            }
        }
        // What was left out makes up the number before members of other names do.
        for (n, (name, ids)) in properties.iter().enumerate() {
            let is_enough = members.len() as u64 >= merged.min_properties();
            if is_enough || members.contains_key(*name) || recurs(ids, &above) {
                continue;
            }
            let member = self.build_member(merged, (n, name, ids), at, &above, building);
            members.extend(member.map(|member| ((*name).to_owned(), member)));
        }
        self.add_dependents(merged, &mut members, at, building)?;
        self.fill_up(merged, &mut members, at, building)?;
        Some(Sample::Object(members))
    }

    /// A member that the contract names, the so-manieth of its object.
    fn build_member(
        &self,
        merged: &Merged<'_>,
        (n, name, ids): (usize, &str, &[SchemaId]),
        at: &At<'_>,
        above: &[SchemaId],
        building: &Building<'_>,
    ) -> Option<Sample> {
        let location = at.location.member(name);
        let is_fixed = building.fixed.contains_key(&location);
        let at = At { location, depth: at.depth + 1, ordinal: at.ordinal + n, above };
        let tag = merged.tag(name).map(|text| Sample::Value(text.into())).filter(|_| !is_fixed);
        tag.or_else(|| self.build(ids, &at, building))
    }

    /// Adds members of other names until there are enough.
    fn fill_up(
        &self,
        merged: &Merged<'_>,
        members: &mut IndexMap<String, Sample>,
        at: &At<'_>,
        building: &Building<'_>,
    ) -> Option<()> {
        let mut n = 0;
        while (members.len() as u64) < merged.min_properties() && n < NODES {
            n += 1;
            let name = self.made_name(merged, n)?;
            let location = at.location.member(&name);
            let at = At { location, depth: at.depth + 1, ordinal: n, above: at.above };
            members.insert(name, self.build(&merged.additional()?, &at, building)?);
        }
        Some(())
    }

    fn above(&self, at: &At<'_>, merged: &Merged<'_>) -> Vec<SchemaId> {
        at.above.iter().copied().chain(merged.parts.iter().map(|(id, _)| *id)).collect()
    }
}

/// Whether a member says how many of something there are, by its name.
pub(crate) fn is_quantity(name: &str) -> bool {
    matches!(fold(name).as_str(), "quantity" | "qty")
}

fn recurs(ids: &[SchemaId], above: &[SchemaId]) -> bool {
    ids.iter().any(|id| above.contains(id))
}

/// The type to make: what the keywords speak of, where several are admitted.
pub(super) fn kind(merged: &Merged<'_>) -> Option<JsonType> {
    let types = merged.types();
    if let Some(single) = types.single() {
        // The formats of integers are formats of numbers (OAS 3.1.1, Data Type Format): what has one has no fraction.
        let is_whole = merged.format().is_some_and(|format| spec::integer_range(format).is_some());
        let is_number = single == JsonType::Number;
        return Some(if is_number && is_whole { JsonType::Integer } else { single });
    }
    let speaks_of = |ty: &JsonType| {
        types.contains(*ty)
            && merged.parts.iter().any(|(_, schema)| {
                let also = match ty {
                    JsonType::Object => {
                        !schema.applicators.dependent_required.is_empty()
                            || !schema.applicators.dependent_schemas.is_empty()
                            || schema.applicators.property_names.is_some()
                    }
                    JsonType::Array => schema.applicators.contains.is_some(),
                    // Whose format it is doesn't matter: it is made as it is asked.
                    JsonType::String => schema.format.is_some(),
                    _ => false,
                };
                also || schema.speaks_of(*ty)
            })
    };
    const PREFERRED: [JsonType; 7] = [
        JsonType::Object,
        JsonType::Array,
        JsonType::String,
        JsonType::Number,
        JsonType::Integer,
        JsonType::Boolean,
        JsonType::Null,
    ];
    const PLAIN: [JsonType; 7] = [
        JsonType::String,
        JsonType::Integer,
        JsonType::Number,
        JsonType::Boolean,
        JsonType::Object,
        JsonType::Array,
        JsonType::Null,
    ];
    let spoken = PREFERRED.into_iter().find(speaks_of);
    spoken.or_else(|| PLAIN.into_iter().find(|ty| types.contains(*ty)))
}

/// A number within the limits; `ordinal` moves it where there is room.
fn number(merged: &Merged<'_>, integer: bool, ordinal: usize) -> Option<Value> {
    let step = merged.multiple_of().map_or(1.0, |(_, step)| step);
    let low = merged.minimum();
    let high = merged.maximum();
    let start = match (low, high) {
        // Where a sign means something, as in what comes in and goes out, the usual number has none.
        (Some(low), high) if low.value < 0.0 && high.is_none_or(|high| high.value >= step) => step,
        (Some(low), _) => {
            let first = (low.value / step).ceil() * step;
            if low.exclusive && first <= low.value { first + step } else { first }
        }
        (None, Some(high)) => {
            let last = (high.value / step).floor() * step;
            if high.exclusive && last >= high.value { last - step } else { last }
        }
        (None, None) => step,
    };
    let inside = |value: f64| {
        high.is_none_or(
            |high| if high.exclusive { value < high.value } else { value <= high.value },
        )
    };
    let moved = start + step * ordinal as f64;
    let value = if low.is_some() || high.is_none() {
        Some(moved).filter(|value| inside(*value)).unwrap_or(start)
    } else {
        start
    };
    if inside(value) {
        return number_value(value, integer);
    }
    // Between two limits closer than a step, as between 0 and 1 exclusive, the middle is inside.
    let middle = (low?.value + high?.value) / 2.0;
    if integer { None } else { number_value(middle, false) }
}

/// A number as JSON; whole ones without a fraction.
pub(super) fn number_value(value: f64, integer: bool) -> Option<Value> {
    if value.fract() == 0.0 && value.abs() < 9.1e15 {
        return Some(Value::from(value as i64));
    }
    if integer {
        return None;
    }
    Number::from_f64(value).map(Value::Number)
}
