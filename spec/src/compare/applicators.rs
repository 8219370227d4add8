//! The keywords that few schemas have: `contains`, `if`, `dependentRequired` and their like.
//!
//! What they say together with the rest of a schema can't be decided by looking at one of them, so each is compared as
//! a whole: it is there, it is gone, or it says something else, to any depth.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::engine::{At, Engine, Here};
use super::keywords::admits;
use super::table::Fact;
use crate::json_schema::json_schema;
use crate::model::{Applicators, JsonType, SchemaId};
use crate::normal::{Normal, Normalizer, Sourced};
use crate::{Contract, Direction};

/// A keyword, with those that belong to it, and the type that it speaks of.
const FAMILIES: [(&str, Option<JsonType>); 7] = [
    ("contains", Some(JsonType::Array)),
    ("unevaluatedItems", Some(JsonType::Array)),
    ("dependentRequired", Some(JsonType::Object)),
    ("dependentSchemas", Some(JsonType::Object)),
    ("propertyNames", Some(JsonType::Object)),
    ("unevaluatedProperties", Some(JsonType::Object)),
    ("if", None),
];

impl<'a> Engine<'a> {
    pub(super) fn compare_applicators(&mut self, here: &Here<'_, 'a>) {
        self.compare_residue(here);
        if here.old.applicators.is_empty() && here.new.applicators.is_empty() {
            return;
        }
        for (keyword, ty) in FAMILIES {
            if ty.is_none_or(|ty| admits(here, ty)) {
                self.compare_applicator(here, keyword);
            }
        }
    }

    /// Where a pattern decides which members `additionalProperties` of a branch looks at, the branches are compared.
    fn compare_residue(&mut self, here: &Here<'_, 'a>) {
        let keyword = "additionalProperties";
        let branches = |side: &Normalizer<'_>, normal: &Normal<'_>| -> BTreeMap<String, SchemaId> {
            let mine = normal.residue.iter().filter(|residue| residue.keyword == keyword);
            mine.map(|residue| (canonical(side.contract, residue.by).to_string(), residue.by))
                .collect()
        };
        let (old, new) = (branches(&self.old, here.old), branches(&self.new, here.new));
        if !old.keys().eq(new.keys()) {
            let at =
                |branches: &BTreeMap<_, SchemaId>| At(branches.values().next().copied(), keyword);
            let what = "members that other branches declare are refused or described otherwise";
            self.state(here, Fact::ConstraintChanged, (at(&old), at(&new)), what);
        }
    }

    fn compare_applicator(&mut self, here: &Here<'_, 'a>, keyword: &'static str) {
        let (old, new) =
            (spoken(&self.old, here.old, keyword), spoken(&self.new, here.new, keyword));
        let only = |these: &BTreeMap<String, SchemaId>, those: &BTreeMap<String, SchemaId>| {
            these.iter().find(|(text, _)| !those.contains_key(*text)).map(|(_, by)| *by)
        };
        let (removed, added) = (only(&old, &new), only(&new, &old));
        let place = |by: Option<SchemaId>| At(by, keyword);
        let at = (place(removed), place(added));
        let (fact, what) = match (removed, added) {
            (None, None) => return,
            (None, Some(_)) => (Fact::ConstraintAdded, "excludes values now"),
            (Some(_), None) => (Fact::ConstraintRemoved, "no longer excludes values"),
            (Some(_), Some(_)) => (Fact::ConstraintChanged, "excludes other values"),
        };
        self.state(here, fact, at, &format!("`{keyword}` {what}"));
    }
}

/// What the parts of a schema say by a keyword, each as text that is the same wherever the same is said.
fn spoken(side: &Normalizer<'_>, flat: &Normal<'_>, keyword: &str) -> BTreeMap<String, SchemaId> {
    let texts = flat.applicators.iter().filter_map(|Sourced { value, by }| {
        // What is said of unevaluated properties may have become what is said of other members.
        let is_folded = keyword == "unevaluatedProperties" && !is_residue(flat, *by, keyword);
        let said = say(side.contract, value, keyword).filter(|_| !is_folded)?;
        Some((said.to_string(), *by))
    });
    texts.collect()
}

fn is_residue(flat: &Normal<'_>, by: SchemaId, keyword: &str) -> bool {
    flat.residue.iter().any(|residue| residue.by == by && residue.keyword == keyword)
}

fn say(contract: &Contract, written: &Applicators, keyword: &str) -> Option<Value> {
    let whole = |id: SchemaId| canonical(contract, id);
    match keyword {
        "contains" => {
            let contains = written.contains?;
            let says_nothing = contains.min == Some(0) && contains.max.is_none();
            // Then it is but a mark for `unevaluatedItems`.
            (!says_nothing || written.unevaluated_items.is_some())
                .then(|| json!([whole(contains.schema), contains.min.unwrap_or(1), contains.max]))
        }
        "if" => {
            let condition = written.condition?;
            let then = condition.consequence.map(whole);
            let otherwise = condition.alternative.map(whole);
            Some(json!([whole(condition.condition), then, otherwise]))
        }
        "dependentRequired" => {
            let named = written.dependent_required.iter().filter(|(_, others)| !others.is_empty());
            let sorted = named.map(|(name, others)| {
                let mut others: Vec<_> = others.iter().collect();
                others.sort_unstable();
                (name, others)
            });
            let sorted: BTreeMap<_, _> = sorted.collect();
            (!sorted.is_empty()).then(|| json!(sorted))
        }
        "dependentSchemas" => {
            let schemas = written.dependent_schemas.iter().map(|(name, id)| (name, whole(*id)));
            let sorted: BTreeMap<_, _> = schemas.collect();
            (!sorted.is_empty()).then(|| json!(sorted))
        }
        "propertyNames" => written.property_names.map(whole),
        "unevaluatedItems" => written.unevaluated_items.map(whole),
        "unevaluatedProperties" => written.unevaluated_properties.map(whole),
        _ => None,
    }
}

/// A schema with all that it refers to, in one order: what it is called and how its members are sorted is left out.
fn canonical(contract: &Contract, id: SchemaId) -> Value {
    let document = json_schema(contract, id, Direction::Response).document;
    let mut numbers = BTreeMap::new();
    let mut open = vec![document["$ref"].as_str().unwrap_or_default().to_owned()];
    numbers.insert(open[0].clone(), 0);
    let mut schemas = Vec::new();
    let mut next = 0;
    while let Some(reference) = open.get(next).cloned() {
        let definition = document.pointer(reference.trim_start_matches('#'));
        let mut walk = Walk { numbers: &mut numbers, open: &mut open };
        schemas.push(definition.map_or(Value::Null, |definition| walk.sorted(definition, "")));
        next += 1;
    }
    schemas.into()
}

/// One way through the definitions of a document.
struct Walk<'w> {
    numbers: &'w mut BTreeMap<String, usize>,
    open: &'w mut Vec<String>,
}

impl Walk<'_> {
    fn sorted(&mut self, value: &Value, key: &str) -> Value {
        match value {
            // What these hold are values and not schemas.
            Value::Array(values) if matches!(key, "enum" | "required" | "type") => {
                let mut texts: Vec<_> = values.iter().map(ToString::to_string).collect();
                texts.sort_unstable();
                texts.into()
            }
            Value::Array(items) => items.iter().map(|item| self.sorted(item, "")).collect(),
            Value::Object(members) => {
                let sorted: BTreeMap<_, _> = members.iter().collect();
                let members = sorted.into_iter();
                members
                    .map(|(name, value)| (name.clone(), self.sorted(value, name)))
                    .collect::<Map<_, _>>()
                    .into()
            }
            Value::String(text) if key == "$ref" => self.number(text).into(),
            other => other.clone(),
        }
    }

    fn number(&mut self, reference: &str) -> usize {
        let next = self.open.len();
        if let Some(number) = self.numbers.get(reference) {
            return *number;
        }
        self.numbers.insert(reference.to_owned(), next);
        self.open.push(reference.to_owned());
        next
    }
}
