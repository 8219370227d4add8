//! The keywords that few schemas have, for values: `contains`, `dependentRequired`, `propertyNames`, `not`; and what
//! `oneOf` rules out.
//!
//! `if` and `dependentSchemas` are branches like those of `anyOf`: see [`Merged`].

use std::collections::HashSet;

use indexmap::IndexMap;
use serde_json::Value;
use spec::model::{Contains, SchemaId};

use super::valid::{At, Building, Extent};
use super::violation::{Wrong, repeated};
use super::{Choice, Merged, Sample, Sampler};
use crate::fresh::FreshSource;

/// Values that are tried to find one that isn't counted by `contains`.
const TRIES: usize = 4;

/// What one item after another has to match for `contains` to be met.
pub(super) struct Counted {
    /// One for each item that is counted, in order.
    pub(super) schemas: Vec<SchemaId>,
    /// Whether no other item may be counted.
    pub(super) is_limited: bool,
}

impl Merged<'_> {
    /// Every `contains`, with the schema that says it.
    pub(super) fn contains(&self) -> impl Iterator<Item = (SchemaId, Contains)> {
        self.parts.iter().filter_map(|(id, schema)| Some((*id, schema.applicators.contains?)))
    }

    /// The items that `contains` asks for, at most so many.
    pub(super) fn counted(&self, most: usize) -> Counted {
        let schemas = self.contains().flat_map(|(_, contains)| {
            let count = usize::try_from(contains.min.unwrap_or(1)).unwrap_or(usize::MAX);
            std::iter::repeat_n(contains.schema, count.min(most))
        });
        let is_limited = self.contains().any(|(_, contains)| contains.max.is_some());
        Counted { schemas: schemas.take(most).collect(), is_limited }
    }

    /// What `dependentRequired` asks for, name by name: by the schema that says it, where the first is there the
    /// second must be.
    fn dependents(&self) -> impl Iterator<Item = (SchemaId, &str, &str)> {
        self.parts.iter().flat_map(|(id, schema)| {
            let all = schema.applicators.dependent_required.iter();
            all.flat_map(|(name, others)| {
                others.iter().map(|other| (*id, name.as_str(), other.as_str()))
            })
        })
    }
}

impl Sampler<'_> {
    /// Adds what the members that are there ask for.
    pub(super) fn add_dependents(
        &self,
        merged: &Merged<'_>,
        members: &mut IndexMap<String, Sample>,
        at: &At<'_>,
        building: &Building<'_>,
    ) -> Option<()> {
        let properties = merged.properties();
        // Each round adds a member, or is the last.
        loop {
            let missing = merged.dependents().find(|(_, name, other)| {
                members.contains_key(*name) && !members.contains_key(*other)
            });
            let Some((_, _, other)) = missing else { return Some(()) };
            let ids = properties.get(other).cloned().or_else(|| merged.undeclared())?;
            let at = At { location: at.location.member(other), depth: at.depth + 1, ..*at };
            members.insert(other.to_owned(), self.build(&ids, &at, building)?);
        }
    }

    /// A name for a member that the contract doesn't name, the nth of its object.
    pub(super) fn made_name(&self, merged: &Merged<'_>, n: usize) -> Option<String> {
        let names = merged.parts.iter().filter_map(|(_, schema)| schema.applicators.property_names);
        let ids: Vec<_> = names.collect();
        let plain = format!("conformance{n}");
        let fits = |id: &SchemaId| self.admits_value(*id, &plain.as_str().into());
        if ids.iter().all(fits) {
            return Some(plain);
        }
        // Each of several is another one.
        match self.small(&ids, n)?.concrete(&FreshSource::new(n as u64)) {
            Value::String(name) => Some(name),
            _ => None,
        }
    }

    /// Arrays with too few items, or too many, that `contains` counts.
    pub(super) fn wrong_contains(&self, merged: &Merged<'_>, valid: Option<&Sample>) -> Vec<Wrong> {
        let items = match valid {
            Some(Sample::Array(items)) => items.as_slice(),
            _ => &[],
        };
        let mut wrongs = Vec::new();
        for (n, (owner, contains)) in merged.contains().enumerate() {
            let is_counted = |item: &Sample| self.admits(contains.schema, item);
            let mut push = |detail: &str, items: Option<Vec<Sample>>| {
                let put = items.map(Sample::Array);
                // There may be several in an `allOf`.
                let detail = if n == 0 { detail.to_owned() } else { format!("{detail}{}", n + 1) };
                let keyword = "contains";
                wrongs.extend(put.map(|put| Wrong {
                    keyword,
                    detail,
                    schema: Some(owner),
                    put: Some(put),
                }));
            };
            if contains.min != Some(0) {
                let others = self.uncounted(merged, items, contains);
                push("", repeated(&others, merged.min_items().max(others.len() as u64)));
            }
            if let Some(max) = contains.max.filter(|max| *max < 1_000) {
                let counted: Vec<_> =
                    items.iter().filter(|item| is_counted(item)).cloned().collect();
                push("max", repeated(&counted, max + 1));
            }
        }
        wrongs
    }

    /// The items that `contains` doesn't count; where there are none, and there must be items, one that is made.
    fn uncounted(&self, merged: &Merged<'_>, items: &[Sample], contains: Contains) -> Vec<Sample> {
        let is_counted = |item: &Sample| self.admits(contains.schema, item);
        let others: Vec<_> = items.iter().filter(|item| !is_counted(item)).cloned().collect();
        if !others.is_empty() || merged.min_items() == 0 {
            return others;
        }
        let ids = merged.item(merged.prefix());
        let made = (0..TRIES).filter_map(|ordinal| self.small(&ids, ordinal));
        made.filter(|item| !is_counted(item)).take(1).collect()
    }

    /// Values that the schema of a `not` admits, the first of those that it lists or one that is made.
    pub(super) fn wrong_nots(&self, merged: &Merged<'_>) -> Vec<Wrong> {
        let nots = merged.parts.iter().filter_map(|(id, schema)| Some((*id, schema.not?)));
        let wrong = nots.enumerate().filter_map(|(n, (owner, not))| {
            let listed = self.contract.schema(not).enumeration.as_ref();
            let listed = listed.and_then(|values| values.first()).cloned().map(Sample::Value);
            let together =
                || merged.parts.iter().map(|(id, _)| *id).chain([not]).collect::<Vec<_>>();
            let put = listed.or_else(|| self.small(&together(), 0))?;
            let detail = if n == 0 { String::new() } else { (n + 1).to_string() };
            Some(Wrong { keyword: "not", detail, schema: Some(owner), put: Some(put) })
        });
        wrong.collect()
    }

    /// The members of two alternatives in one object, which neither of them admits: each is closed to the other's.
    pub(super) fn wrong_alternatives(
        &self,
        ids: &[SchemaId],
        choice: Choice,
        valid: Option<&Sample>,
    ) -> Option<Wrong> {
        let merged = self.merged(ids, choice);
        let (owner, branches) = merged.owner(|schema| match schema.one_of.as_slice() {
            branches @ [_, _, ..] => Some(branches),
            _ => None,
        })?;
        let own = valid?.members()?;
        let other = Choice(choice.0 + 1);
        let other = self.draft(ids, Extent::Complete, other, &HashSet::new())?;
        let mut members = other.members()?.clone();
        members.extend(own.clone());
        let both = Sample::Object(members);
        let is_neither = branches.iter().all(|branch| !self.admits(*branch, &both));
        let (keyword, detail) = ("one-of", "both".to_owned());
        is_neither.then(|| Wrong { keyword, detail, schema: Some(owner), put: Some(both) })
    }

    /// Objects without a member that another member asks for.
    pub(super) fn wrong_dependents(
        &self,
        merged: &Merged<'_>,
        members: &IndexMap<String, Sample>,
    ) -> Vec<Wrong> {
        let required = merged.required();
        let is_there = |name: &str| members.contains_key(name);
        let dependents = merged.dependents().filter(|(_, name, other)| {
            is_there(name) && is_there(other) && !required.contains(other)
        });
        let wrong = dependents.map(|(owner, name, other)| {
            let mut fewer = members.clone();
            fewer.shift_remove(other);
            Wrong {
                keyword: "dependent-required",
                detail: format!("{name}.{other}"),
                schema: Some(owner),
                put: Some(Sample::Object(fewer)),
            }
        });
        wrong.collect()
    }
}

/// Whether what a validator refuses is what a violation is of: another value at a place may make `else` apply, which
/// asks for something elsewhere.
pub(super) fn is_meant(keyword: &str, violated: &str, is_here: bool) -> bool {
    match keyword {
        "contains" => matches!(violated, "contains" | "minContains" | "maxContains"),
        "dependent-required" => violated == "dependentRequired",
        // What is wrong below alternatives is told where these are.
        _ => is_here || matches!(violated, "oneOf" | "anyOf" | "not"),
    }
}
