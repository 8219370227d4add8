//! Valid values at the limits, and valid but unusual ones.

use std::collections::HashSet;
use std::rc::Rc;

use serde_json::Value;
use spec::model::{JsonType, SchemaId};

use super::valid::{Extent, kind, number_value};
use super::violation::repeated;
use super::{Choice, Fixed, Location, Merged, Sample, Sampler, StandIn, Variant, text};
use crate::fresh::Alphabet;

/// As for violations.
const MOST: usize = 200;

impl Sampler<'_> {
    /// Values that the schema just admits, or that are odd in another way; each differs from a complete value at one
    /// place.
    #[must_use]
    pub fn boundaries(&self, id: SchemaId, fixed: &Fixed) -> Vec<Variant> {
        let made = self.valid(id, Extent::Complete, fixed);
        let Some((base, choice)) = made.or_else(|| self.valid(id, Extent::Minimal, fixed)) else {
            return Vec::new();
        };
        let base = Rc::new(base);
        let mut variants = self.edges_of(id, (&base, choice), fixed, &HashSet::new());
        let others = self.others(id, &base, fixed);
        let mut tried: HashSet<Location> = self.places(id, &base, choice).into_keys().collect();
        for (sample, choice) in &others {
            // What only this branch has; the rest was tried with the first one.
            let more = self.edges_of(id, (sample, *choice), fixed, &tried);
            variants.extend(more);
            tried.extend(self.places(id, sample, *choice).into_keys());
        }
        variants.truncate(MOST);
        let branches = others.into_iter().enumerate().map(|(n, (sample, _))| {
            let (keyword, location, detail) = ("branch", Location::default(), n.to_string());
            let (base, violated) = (Rc::clone(&sample), Vec::new());
            let sample = (*sample).clone();
            Variant { keyword, detail, location, schema: id, sample, base, violated }
        });
        variants.extend(branches);
        variants
    }

    /// The edges of one value, but for places that were tried.
    fn edges_of(
        &self,
        id: SchemaId,
        (base, choice): (&Rc<Sample>, Choice),
        fixed: &Fixed,
        tried: &HashSet<Location>,
    ) -> Vec<Variant> {
        let mut variants: Vec<Variant> = Vec::new();
        let mut stand_in = StandIn::of(base);
        for (location, ids) in self.places(id, base, choice) {
            let is_known = fixed.contains_key(&location) || tried.contains(&location);
            if is_known || variants.len() >= MOST {
                continue;
            }
            let merged = self.merged(&ids, choice);
            let Some(schema) = merged.first() else { continue };
            let edges = self.edges(&merged, base.at(&location)).into_iter();
            let edges = edges.filter_map(|(keyword, detail, put)| {
                let (sample, location) = (base.with(&location, put)?, location.clone());
                let (base, violated) = (Rc::clone(base), Vec::new());
                Some(Variant { keyword, detail, location, schema, sample, base, violated })
            });
            let absences = self.absences(&merged, base, &location, fixed);
            let admitted = edges.chain(absences).filter(|one| {
                let there = one.sample.at(&one.location);
                let admits = |value: &Value| self.validators.is_valid(id, value);
                stand_in.with(&one.location, there, admits) == Some(true)
            });
            variants.extend(admitted);
        }
        variants
    }

    /// Complete values of the other branches of alternatives.
    fn others(&self, id: SchemaId, base: &Sample, fixed: &Fixed) -> Vec<(Rc<Sample>, Choice)> {
        let mut others: Vec<(Rc<Sample>, Choice)> = Vec::new();
        for (sample, choice) in self.branches(id, Extent::Complete, fixed) {
            if sample != *base && others.iter().all(|(other, _)| **other != sample) {
                others.push((Rc::new(sample), choice));
            }
        }
        others
    }

    /// Values at the limits of a schema by itself, as for a parameter.
    pub(super) fn edges(
        &self,
        merged: &Merged<'_>,
        valid: Option<&Sample>,
    ) -> Vec<(&'static str, String, Sample)> {
        let mut edges = Vec::new();
        let mut push = |keyword, detail: String, sample| edges.push((keyword, detail, sample));
        if merged.types().contains(JsonType::Null) && !merged.types().is_all() {
            push("null", String::new(), Sample::Value(Value::Null));
        }
        if let Some(values) = merged.enumeration() {
            for (n, value) in values.into_iter().enumerate().take(40) {
                let detail = value.as_str().map_or(n.to_string(), str::to_owned);
                push("enum", detail, Sample::Value(value.clone()));
            }
            return edges;
        }
        match kind(merged) {
            Some(JsonType::String) => text_edges(merged, &mut push),
            Some(JsonType::Integer) => number_edges(merged, true, &mut push),
            Some(JsonType::Number) => number_edges(merged, false, &mut push),
            Some(JsonType::Boolean) => {
                push("boolean", "true".to_owned(), Sample::Value(true.into()));
                push("boolean", "false".to_owned(), Sample::Value(false.into()));
            }
            Some(JsonType::Array) => array_edges(merged, valid, &mut push),
            Some(JsonType::Object) => {
                if let Some(members) = valid.and_then(Sample::members)
                    && merged.additional().is_some_and(|schemas| schemas.is_empty())
                {
                    let mut members = members.clone();
                    members.insert("conformance-unknown".to_owned(), Sample::Value("x".into()));
                    push("unknown-member", String::new(), Sample::Object(members));
                }
            }
            Some(JsonType::Null) | None => {}
        }
        edges
    }

    /// The whole without each of its optional members.
    fn absences(
        &self,
        merged: &Merged<'_>,
        base: &Rc<Sample>,
        location: &Location,
        fixed: &Fixed,
    ) -> Vec<Variant> {
        let Some(members) = base.at(location).and_then(Sample::members) else { return Vec::new() };
        let required = merged.required();
        let optional = members.keys().filter(|name| !required.contains(name.as_str()));
        optional
            .filter_map(|name| {
                let location = location.member(name);
                let sample = base.without(&location)?;
                let schema = merged.first()?;
                let known = fixed.contains_key(&location);
                (!known).then(|| Variant {
                    keyword: "absent",
                    detail: String::new(),
                    location,
                    schema,
                    sample,
                    base: Rc::clone(base),
                    violated: Vec::new(),
                })
            })
            .collect()
    }
}

type Push<'a> = dyn FnMut(&'static str, String, Sample) + 'a;

fn text_edges(merged: &Merged<'_>, push: &mut Push<'_>) {
    const ALPHABETS: [(&str, Alphabet); 3] = [
        ("", Alphabet::Plain),
        ("basic", Alphabet::Basic),
        ("supplementary", Alphabet::Supplementary),
    ];
    let least = merged.min_length();
    for (detail, alphabet) in ALPHABETS {
        // Of one letter there are too few to be fresh each time.
        let scarce = detail.is_empty() && (1..6).contains(&least) && merged.patterns().is_empty();
        let wanted = least > 0 || detail.is_empty();
        if let Some(sample) = text::of_length(merged, least, alphabet)
            && wanted
            && !scarce
        {
            push("min-length", detail.to_owned(), sample);
        }
        if let Some(sample) =
            merged.max_length().and_then(|max| text::of_length(merged, max, alphabet))
        {
            push("max-length", detail.to_owned(), sample);
        }
    }
    for (name, sample) in text::unusual(merged) {
        push("unusual", name.to_owned(), sample);
    }
}

fn number_edges(merged: &Merged<'_>, integer: bool, push: &mut Push<'_>) {
    for (keyword, limit) in [("minimum", merged.minimum()), ("maximum", merged.maximum())] {
        if let Some(limit) = limit
            && !limit.exclusive
            && let Some(value) = number_value(limit.value, integer)
        {
            push(keyword, String::new(), Sample::Value(value));
        }
    }
    // A whole number is kept by who cuts off the rest.
    if !integer && merged.multiple_of().is_none() {
        let whole = merged.minimum().map_or(0.0, |least| least.value.ceil());
        let fraction = number_value(whole + 1.25, false);
        fraction
            .into_iter()
            .for_each(|value| push("fraction", String::new(), Sample::Value(value)));
    }
}

fn array_edges(merged: &Merged<'_>, valid: Option<&Sample>, push: &mut Push<'_>) {
    let items = match valid {
        Some(Sample::Array(items)) => items.as_slice(),
        _ => &[],
    };
    let least = merged.min_items();
    if let Some(fewest) = repeated(items, least) {
        push("min-items", String::new(), Sample::Array(fewest));
    }
    if let Some(max) = merged.max_items().filter(|max| *max < 2_000)
        && let Some(most) = repeated(items, max)
    {
        push("max-items", String::new(), Sample::Array(most));
    }
    let room = merged.max_items().is_none_or(|max| max >= 3) && least <= 3;
    if room {
        let unsorted = ["m", "z", "a"].map(|text| Sample::Value(text.into()));
        push("order-of-items", String::new(), Sample::Array(unsorted.to_vec()));
    }
    // Nothing says that items differ, so equal ones are fine.
    if !merged.unique_items() && merged.max_items().is_none_or(|max| max >= 2) {
        let twice = Sample::Value("twice".into());
        push("equal-items", String::new(), Sample::Array(vec![twice.clone(), twice]));
    }
}
