//! Normal forms as JSON Schema 2020-12: what validators and other tools are asked with.

use indexmap::IndexSet;
use serde_json::{Map, Value, json};

use super::{Conjunction, Limit, Normal, Normalizer, Others, Sourced};
use crate::Direction;
use crate::json_schema::{applicators, integer_format, json_schema, name, put};
use crate::model::{Applicators, SchemaId, TypeSet};

type Keywords = Map<String, Value>;

impl Normalizer<'_> {
    /// The normal form, and the forms that it leads to, as a document of its own: for values that `direction` sends, it
    /// admits what the schemas do.
    #[must_use]
    pub fn json_schema(&mut self, conjunction: Conjunction, direction: Direction) -> Value {
        let contract = self.contract;
        let (met, residue) = (IndexSet::from([conjunction]), IndexSet::new());
        let mut emitter = Emitter { normalizer: self, direction, met, residue };
        let mut definitions = Map::new();
        let mut next = 0;
        while let Some(&conjunction) = emitter.met.get_index(next) {
            let normal = emitter.normalizer.normalize(conjunction);
            definitions.insert(format!("n{next}"), emitter.definition(&normal));
            next += 1;
        }
        for id in &emitter.residue {
            // As they stand, under names that no form has.
            if let Value::Object(mut document) = json_schema(contract, *id, direction).document
                && let Some(Value::Object(own)) = document.remove("$defs")
            {
                definitions.extend(own);
            }
        }
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": "#/$defs/n0",
            "$defs": definitions,
        })
    }
}

struct Emitter<'n, 'a> {
    normalizer: &'n mut Normalizer<'a>,
    direction: Direction,
    /// What is referred to, each by its place.
    met: IndexSet<Conjunction>,
    residue: IndexSet<SchemaId>,
}

impl<'a> Emitter<'_, 'a> {
    fn definition(&mut self, normal: &Normal<'a>) -> Value {
        if normal.types == TypeSet::NONE {
            return Value::Bool(false);
        }
        let mut all = All::default();
        values(normal, &mut all);
        text(normal, &mut all);
        self.numbers(normal, &mut all);
        self.items(normal, &mut all.own);
        self.members(normal, &mut all.own);
        self.alternatives(normal, &mut all);
        for Sourced { value, .. } in &normal.applicators {
            let mut keywords = Map::new();
            // These are folded, or a residue.
            let rest = Applicators {
                unevaluated_items: None,
                unevaluated_properties: None,
                ..(*value).clone()
            };
            applicators(&rest, &mut |id| self.one(id), &mut keywords);
            all.add(keywords);
        }
        for residue in &normal.residue {
            self.residue.insert(residue.by);
            let reference = json!(format!("#/$defs/{}", name(residue.by)));
            all.add(Map::from_iter([("$ref".to_owned(), reference)]));
        }
        all.into_value()
    }

    fn reference(&mut self, conjunction: Conjunction) -> Value {
        let place = self.met.insert_full(conjunction).0;
        json!({ "$ref": format!("#/$defs/n{place}") })
    }

    fn one(&mut self, id: SchemaId) -> Value {
        self.reference(Conjunction::One(id))
    }

    /// With what the formats of integers say, as [`json_schema`] has it.
    fn numbers(&mut self, normal: &Normal<'a>, all: &mut All) {
        for limit in Limit::ALL {
            let Some(Sourced { value: edge, .. }) = normal.limit(limit) else { continue };
            let keyword = match (limit, edge.exclusive) {
                (Limit::Minimum, true) => "exclusiveMinimum",
                (Limit::Maximum, true) => "exclusiveMaximum",
                _ => limit.keyword(),
            };
            all.own.insert(keyword.to_owned(), edge.value.clone().into());
        }
        all.each("multipleOf", normal.multiple_of.iter().map(|said| said.value.clone().into()));
        for &id in &normal.parts {
            let schema = self.normalizer.schema(id);
            let Some((least, greatest)) = integer_format(schema) else { continue };
            let mut range = Map::new();
            put(&mut range, "minimum", schema.minimum.is_none().then_some(least));
            put(&mut range, "maximum", schema.maximum.is_none().then_some(greatest));
            all.add(range);
        }
    }

    fn items(&mut self, normal: &Normal<'a>, keywords: &mut Keywords) {
        let prefix: Vec<_> = normal.prefix_items.iter().map(|item| self.reference(*item)).collect();
        put(keywords, "prefixItems", (!prefix.is_empty()).then_some(prefix));
        if normal.items != Conjunction::Anything {
            keywords.insert("items".to_owned(), self.reference(normal.items));
        }
        put(keywords, "uniqueItems", normal.unique_items.map(|_| true));
    }

    fn members(&mut self, normal: &Normal<'a>, keywords: &mut Keywords) {
        for (keyword, members) in
            [("properties", &normal.properties), ("patternProperties", &normal.pattern_properties)]
        {
            let named = members.iter();
            let named: Map<_, _> =
                named.map(|(name, of)| ((*name).to_owned(), self.reference(*of))).collect();
            put(keywords, keyword, (!named.is_empty()).then_some(named));
        }
        let names = normal.required.keys();
        let is_required =
            |name: &&&str| self.normalizer.requires(normal, name, self.direction).is_some();
        let required: Vec<Value> = names.filter(is_required).map(|name| (*name).into()).collect();
        put(keywords, "required", (!required.is_empty()).then_some(required));
        match normal.others {
            Others::Match(Conjunction::Anything) => {}
            Others::Match(others) => {
                keywords.insert("additionalProperties".to_owned(), self.reference(others));
            }
            Others::Forbidden(_) => put(keywords, "additionalProperties", Some(false)),
        }
    }

    fn alternatives(&mut self, normal: &Normal<'a>, all: &mut All) {
        for group in &normal.groups {
            let alternatives: Value = group.alternatives.iter().map(|id| self.one(*id)).collect();
            all.each(group.keyword(), [alternatives]);
        }
        let excluded: Vec<_> = normal.not.iter().map(|id| self.one(*id)).collect();
        all.each("not", excluded);
    }
}

fn values(normal: &Normal<'_>, all: &mut All) {
    if !normal.types.is_all() {
        let names: Vec<Value> = normal.types.iter().map(|ty| ty.as_str().into()).collect();
        put(&mut all.own, "type", Some(names));
    }
    let listed = normal.values.as_ref();
    let listed = listed.map(|said| said.value.iter().copied().cloned().collect::<Vec<Value>>());
    put(&mut all.own, "enum", listed);
}

fn text(normal: &Normal<'_>, all: &mut All) {
    for (keyword, texts) in [
        ("format", &normal.formats),
        ("pattern", &normal.patterns),
        ("contentEncoding", &normal.content_encodings),
        ("contentMediaType", &normal.content_media_types),
    ] {
        all.each(keyword, texts.iter().map(|said| said.value.into()));
    }
}

/// One schema object, and those that must match as well where it can say a keyword only once.
#[derive(Default)]
struct All {
    own: Keywords,
    beside: Vec<Value>,
}

impl All {
    fn each(&mut self, keyword: &str, values: impl IntoIterator<Item = Value>) {
        for value in values {
            self.add(Map::from_iter([(keyword.to_owned(), value)]));
        }
    }

    fn add(&mut self, keywords: Keywords) {
        if keywords.keys().any(|keyword| self.own.contains_key(keyword)) {
            self.beside.push(keywords.into());
        } else {
            self.own.extend(keywords);
        }
    }

    fn into_value(mut self) -> Value {
        put(&mut self.own, "allOf", (!self.beside.is_empty()).then_some(self.beside));
        self.own.into()
    }
}
