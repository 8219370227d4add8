//! Values with one thing wrong.
//!
//! Candidates come from a table of keywords; the validator has the last word: a candidate stays when it breaks the
//! schema, and at one place only.

use std::collections::HashSet;
use std::rc::Rc;

use indexmap::IndexMap;
use serde_json::{Value, json};
use spec::model::{JsonType, SchemaId, TypeSet};
use spec::normal::Limit as Keyword;

use super::merged::Limit;
use super::valid::{Fullest, kind, number_value};
use super::{
    Choice, Fixed, Location, Merged, Sample, Sampler, StandIn, Variant, applicators, format, text,
};
use crate::fresh::Alphabet;

/// More violations of one schema than anybody would read; documents with bodies of a thousand members exist.
const MOST: usize = 400;

/// A wrong value for a place: keyword, detail, the schema that says so, the value (`None`: the member is missing).
pub(super) struct Wrong {
    pub(super) keyword: &'static str,
    pub(super) detail: String,
    pub(super) schema: Option<SchemaId>,
    pub(super) put: Option<Sample>,
}

/// The branches of alternatives whose values are broken, at most.
const BRANCHES: usize = 6;

/// Breaks one schema, place by place.
struct Breaking<'s, 'a> {
    sampler: &'s Sampler<'a>,
    id: SchemaId,
    /// Places with what was tried there.
    tried: HashSet<(Location, &'static str, String)>,
    found: Vec<Variant>,
}

impl Breaking<'_, '_> {
    /// Breaks a valid value in every way that wasn't tried yet; how many branches its alternatives have.
    fn all_of(&mut self, base: &Rc<Sample>, choice: Choice) -> usize {
        let mut stand_in = StandIn::of(base);
        let mut branches = 1;
        for (location, ids) in self.sampler.places(self.id, base, choice) {
            let merged = self.sampler.merged(&ids, choice);
            branches = branches.max(merged.alternatives());
            let mut wrongs = self.sampler.wrongs(&merged, base.at(&location));
            wrongs.retain(|wrong| !self.sampler.is_filled_in(&merged, wrong, choice));
            wrongs.extend(self.sampler.wrong_nots(&merged));
            wrongs.extend(self.sampler.wrong_alternatives(&ids, choice, base.at(&location)));
            for wrong in wrongs {
                let tried = (location.clone(), wrong.keyword, wrong.detail.clone());
                if self.found.len() >= MOST || !self.tried.insert(tried) {
                    continue;
                }
                let found = self.sampler.violation(
                    self.id,
                    (base, &mut stand_in),
                    &location,
                    &merged,
                    wrong,
                );
                self.found.extend(found);
            }
        }
        branches.min(BRANCHES)
    }
}

impl Sampler<'_> {
    /// Whether what is missing is a member that has a default. One schema for what is sent and what is answered calls
    /// required what every answer has, and says what it is where it wasn't sent.
    fn is_filled_in(&self, merged: &Merged<'_>, wrong: &Wrong, choice: Choice) -> bool {
        let properties = merged.properties();
        let missing = properties.get(wrong.detail.as_str()).filter(|_| wrong.keyword == "required");
        missing.is_some_and(|ids| self.merged(ids, choice).default().is_some())
    }

    /// Every way to break the schema at one place, as far as one can be made; at most `MOST` of them.
    #[must_use]
    pub fn violations(&self, id: SchemaId, fixed: &Fixed) -> Vec<Variant> {
        let Some(Fullest { sample: base, choice, is_whole }) = self.fullest(id, fixed) else {
            return Vec::new();
        };
        let mut breaking = Breaking { sampler: self, id, tried: HashSet::new(), found: Vec::new() };
        let branches = breaking.all_of(&Rc::new(base), choice);
        // Of two that exclude each other, the next choice has the other one.
        let branches = if is_whole { branches } else { branches.max(2) };
        // What one branch of alternatives shares with another one is broken once.
        for choice in (0..branches).map(Choice).filter(|other| *other != choice) {
            if let Some(other) = self.fullest_of(id, choice, fixed) {
                breaking.all_of(&Rc::new(other), choice);
            }
        }
        breaking.found
    }

    /// Wrong values for a schema by itself.
    pub(super) fn wrongs(&self, merged: &Merged<'_>, valid: Option<&Sample>) -> Vec<Wrong> {
        let mut wrongs = wrong_types(merged);
        wrongs.extend(wrong_values(merged));
        match kind(merged) {
            Some(JsonType::String) => wrongs.extend(self.wrong_texts(merged, valid)),
            Some(JsonType::Integer | JsonType::Number) => wrongs.extend(wrong_numbers(merged)),
            Some(JsonType::Array) => {
                wrongs.extend(wrong_arrays(merged, valid));
                wrongs.extend(self.wrong_contains(merged, valid));
            }
            Some(JsonType::Object) => wrongs.extend(self.wrong_objects(merged, valid)),
            Some(JsonType::Null | JsonType::Boolean) | None => {}
        }
        wrongs
    }

    pub(super) fn violation(
        &self,
        id: SchemaId,
        (base, stand_in): (&Rc<Sample>, &mut StandIn),
        location: &Location,
        merged: &Merged<'_>,
        wrong: Wrong,
    ) -> Option<Variant> {
        let here = location.pointer();
        let location = match &wrong.put {
            Some(_) => location.clone(),
            None => location.member(&wrong.detail),
        };
        let violated = self.violated_with(id, stand_in, &location, wrong.put.as_ref())?;
        let (_, first) = violated.first()?.split_once('@')?;
        let is_as_it_says = |one: &String| {
            one.split_once('@').is_none_or(|(violated, place)| {
                place == first && applicators::is_meant(wrong.keyword, violated, place == here)
            })
        };
        if !violated.iter().all(is_as_it_says) {
            return None;
        }
        let sample = match wrong.put {
            Some(put) => base.with(&location, put)?,
            None => base.without(&location)?,
        };
        let (keyword, base) = (wrong.keyword, Rc::clone(base));
        let schema = wrong.schema.or_else(|| merged.first())?;
        let detail = if keyword == "required" { String::new() } else { wrong.detail };
        Some(Variant { keyword, detail, location, schema, sample, base, violated })
    }

    /// Every place of a value with the schemas that it must match, parents before children.
    pub(super) fn places(
        &self,
        id: SchemaId,
        sample: &Sample,
        choice: Choice,
    ) -> IndexMap<Location, Vec<SchemaId>> {
        let mut places = IndexMap::new();
        let mut open = vec![(Location::default(), vec![id], sample)];
        while let Some((location, ids, sample)) = open.pop() {
            let merged = self.merged(&ids, choice);
            let mut inner = Vec::new();
            match sample {
                Sample::Object(members) => {
                    let properties = merged.properties();
                    for (name, member) in members {
                        if let Some(ids) = properties.get(name.as_str()) {
                            inner.push((location.member(name), ids.clone(), member));
                        }
                    }
                }
                // The first item stands for all, but for those that have schemas of their own.
                Sample::Array(items) => {
                    for (index, item) in items.iter().enumerate().take(merged.prefix().max(1)) {
                        inner.push((location.item(index), merged.item(index), item));
                    }
                }
                Sample::Value(_) | Sample::Fresh(_) | Sample::Known(..) => {}
            }
            open.extend(inner.into_iter().rev().filter(|(_, ids, _)| !ids.is_empty()));
            places.insert(location, ids);
        }
        places
    }

    fn wrong_texts(&self, merged: &Merged<'_>, valid: Option<&Sample>) -> Vec<Wrong> {
        let mut wrongs = Vec::new();
        let mut push = |keyword, detail: &str, schema, put| {
            wrongs.push(Wrong { keyword, detail: detail.to_owned(), schema, put: Some(put) });
        };
        if let Some((owner, least)) = merged.count(Keyword::MinLength) {
            let short = text::of_length(merged, least.saturating_sub(1), Alphabet::Plain);
            let empty = Sample::Value("".into());
            push("min-length", "", Some(owner), short.unwrap_or(empty));
        }
        if let Some((owner, max)) = merged.count(Keyword::MaxLength) {
            for (detail, alphabet) in LENGTH_ALPHABETS {
                if let Some(long) = text::of_length(merged, max.saturating_add(1), *alphabet) {
                    push("max-length", detail, Some(owner), long);
                }
            }
        }
        if !merged.patterns().is_empty() {
            let valid = valid.map(|valid| valid.stand_in());
            let valid = valid.as_ref().and_then(Value::as_str).unwrap_or_default();
            for (detail, text) in text::mismatches(merged, valid) {
                let value = Value::from(text);
                let owner = self.mismatched(merged, &value);
                push("pattern", &detail, owner, Sample::Value(value));
            }
        }
        if let Some((owner, format)) = merged.owner(|schema| schema.format.as_deref()) {
            for (detail, text) in format::broken(format) {
                push("format", detail, Some(owner), Sample::Value((*text).into()));
            }
        }
        wrongs
    }

    /// The schema whose pattern a text doesn't match.
    fn mismatched(&self, merged: &Merged<'_>, text: &Value) -> Option<SchemaId> {
        match merged.patterns() {
            [only] => Some(only.by),
            several => several
                .iter()
                .map(|pattern| pattern.by)
                .find(|by| !self.admits_value(*by, text))
                .or_else(|| merged.first()),
        }
    }

    fn wrong_objects(&self, merged: &Merged<'_>, valid: Option<&Sample>) -> Vec<Wrong> {
        let mut wrongs = Vec::new();
        for name in merged.required() {
            let owner = merged.requires(name);
            wrongs.push(Wrong {
                keyword: "required",
                detail: name.to_owned(),
                schema: owner,
                put: None,
            });
        }
        let Some(members) = valid.and_then(Sample::members) else { return wrongs };
        wrongs.extend(self.wrong_dependents(merged, members));
        let mut with = |keyword: &'static str, schema, members: IndexMap<String, Sample>| {
            let put = Some(Sample::Object(members));
            wrongs.push(Wrong { keyword, detail: String::new(), schema, put });
        };
        let spare = |count: u64| {
            let added = (0..count).map(|n| (format!("conformance{n}"), Sample::Value("".into())));
            members.clone().into_iter().chain(added).collect::<IndexMap<_, _>>()
        };
        if let Some(owner) = merged.closed_by() {
            with("additional-properties", Some(owner), spare(1));
        }
        if let Some((owner, most)) = merged.count(Keyword::MaxProperties)
            && most < 1_000
        {
            let missing = (most + 1).saturating_sub(members.len() as u64);
            with("max-properties", Some(owner), spare(missing));
        }
        if let Some((owner, least)) = merged.count(Keyword::MinProperties) {
            let required = merged.required();
            let fewer: IndexMap<_, _> = members
                .iter()
                .filter(|(name, _)| required.contains(name.as_str()))
                .map(|(name, member)| (name.clone(), member.clone()))
                .collect();
            if (fewer.len() as u64) < least {
                with("min-properties", Some(owner), fewer);
            }
        }
        wrongs
    }
}

const LENGTH_ALPHABETS: &[(&str, Alphabet)] =
    &[("", Alphabet::Plain), ("supplementary", Alphabet::Supplementary)];

fn wrong(keyword: &'static str, detail: &str, schema: Option<SchemaId>, value: Value) -> Wrong {
    let put = Some(Sample::Value(value));
    Wrong { keyword, detail: detail.to_owned(), schema, put }
}

/// A value of each type that isn't admitted.
pub(super) fn wrong_types(merged: &Merged<'_>) -> Vec<Wrong> {
    let types = merged.types();
    if types.is_all() {
        return Vec::new();
    }
    let owner = merged.owner(|schema| (!schema.types.is_all()).then_some(())).map(|(id, ())| id);
    let candidates = [
        (JsonType::Null, "null", Value::Null),
        (JsonType::Boolean, "boolean", true.into()),
        (JsonType::Integer, "integer", 1.into()),
        (JsonType::Number, "fraction", json!(1.5)),
        (JsonType::String, "string", string_like(types).into()),
        (JsonType::Array, "array", json!([])),
        (JsonType::Object, "object", json!({})),
    ];
    let admitted =
        |ty| types.contains(ty) || (ty == JsonType::Integer && types.contains(JsonType::Number));
    candidates
        .into_iter()
        .filter(|(ty, ..)| !admitted(*ty))
        .map(|(_, detail, value)| wrong("type", detail, owner, value))
        .collect()
}

/// Text that a lenient reader would take for a value of the type.
fn string_like(types: TypeSet) -> &'static str {
    if types.contains(JsonType::Boolean) {
        "true"
    } else if types.contains(JsonType::Integer) || types.contains(JsonType::Number) {
        "1"
    } else {
        "conformance"
    }
}

/// Values that an enumeration doesn't have, among them one that differs in letter case only.
fn wrong_values(merged: &Merged<'_>) -> Vec<Wrong> {
    let Some(values) = merged.enumeration() else { return Vec::new() };
    let owner = merged.owner(|schema| schema.enumeration.as_ref()).map(|(id, _)| id);
    let mut wrongs = Vec::new();
    let mut push = |detail: &str, value: Value| {
        if !values.contains(&&value) {
            wrongs.push(wrong("enum", detail, owner, value));
        }
    };
    match values.iter().find(|value| !value.is_null()) {
        Some(Value::String(text)) => {
            push("other", "conformance".into());
            push("empty", "".into());
            push("letter-case", text::swap_case(text).into());
            push("blank", format!("{text} ").into());
        }
        Some(Value::Number(_)) => push("other", json!(987_654_321)),
        Some(Value::Bool(truth)) => push("other", (!truth).into()),
        Some(Value::Null | Value::Array(_) | Value::Object(_)) | None => {}
    }
    wrongs
}

fn wrong_numbers(merged: &Merged<'_>) -> Vec<Wrong> {
    let integer = kind(merged) == Some(JsonType::Integer);
    let step = merged.multiple_of().map_or(1.0, |(_, step)| step);
    let owner = |keyword| merged.limit(keyword).map(|said| said.by).or_else(|| merged.first());
    let mut wrongs = Vec::new();
    let mut push = |keyword, detail: &str, schema, value: f64| {
        if let Some(value) = number_value(value, integer) {
            wrongs.push(wrong(keyword, detail, schema, value));
        }
    };
    if let Some(low) = merged.minimum() {
        push("minimum", "", owner(Keyword::Minimum), below(low, merged));
        push("minimum", "far", owner(Keyword::Minimum), low.value - 1_000_000.0 * step);
    }
    if let Some(high) = merged.maximum() {
        // Mirrored, the least is the greatest.
        let mirrored = Limit { value: -high.value, exclusive: high.exclusive };
        push("maximum", "", owner(Keyword::Maximum), -below(mirrored, merged));
        push("maximum", "far", owner(Keyword::Maximum), high.value + 1_000_000.0 * step);
    }
    if let Some((owner, _)) = merged.multiple_of() {
        let base = merged.minimum().map_or(0.0, |low| (low.value / step).ceil() * step);
        push("multiple-of", "", Some(owner), base + step / 2.0);
        push("multiple-of", "whole", Some(owner), base + step + 1.0);
    }
    wrongs
}

/// A number just below the least: where there is a step, one that keeps to it.
fn below(low: Limit, merged: &Merged<'_>) -> f64 {
    match merged.multiple_of() {
        Some((_, step)) if low.exclusive => (low.value / step).floor() * step,
        Some((_, step)) => ((low.value / step).ceil() - 1.0) * step,
        None if low.exclusive => low.value,
        None => low.value - 1.0,
    }
}

fn wrong_arrays(merged: &Merged<'_>, valid: Option<&Sample>) -> Vec<Wrong> {
    let items = match valid {
        Some(Sample::Array(items)) => items.as_slice(),
        _ => &[],
    };
    let mut wrongs = Vec::new();
    let mut push = |keyword, schema, items: Vec<Sample>| {
        let put = Some(Sample::Array(items));
        wrongs.push(Wrong { keyword, detail: String::new(), schema, put });
    };
    if let Some((owner, least)) = merged.count(Keyword::MinItems) {
        let fewer = usize::try_from(least.saturating_sub(1)).unwrap_or(usize::MAX);
        push("min-items", Some(owner), items.iter().take(fewer).cloned().collect());
    }
    if let Some((owner, max)) = merged.count(Keyword::MaxItems)
        && max < 2_000
        && let Some(more) = repeated(items, max + 1)
    {
        push("max-items", Some(owner), more);
    }
    if merged.unique_items()
        && let Some(first) = items.first()
    {
        let owner = merged.owner(|schema| schema.unique_items.then_some(())).map(|(id, ())| id);
        // The very same value twice: a fresh one would differ from itself.
        let same = Sample::Value(first.stand_in());
        push("unique-items", owner, vec![same.clone(), same]);
    }
    wrongs
}

/// So many items, taken from those there are in turn.
pub(super) fn repeated(items: &[Sample], count: u64) -> Option<Vec<Sample>> {
    let count = usize::try_from(count).ok()?;
    if items.is_empty() && count > 0 {
        return None;
    }
    Some(items.iter().cycle().take(count).cloned().collect())
}
