//! One schema as its readers see it: `allOf` folded in, alternatives of one unwrapped.
//!
//! Two schemas that say the same in different words have the same [`Flat`], as far as that can be decided:
//! - `allOf` is the sum of its branches and of what stands beside it, at any depth; so are `anyOf` and `oneOf`
//!   with a single alternative;
//! - "null or X", as 3.1 writes it (`anyOf` of X and `{type: null}`), is X with null;
//! - an `enum` decides by itself which types are admitted; values of other types in it don't count;
//! - what only says what is so anyway (`minLength: 0`, `pattern: .*`) is absent.

use indexmap::{IndexMap, IndexSet};
use serde_json::{Number, Value};

use super::conjunction::{Conjunction, Conjunctions};
use super::limits::{Edge, Limit};
use super::values::{same_value, type_of};
use crate::Contract;
use crate::model::{Additional, Applicators, Discriminator, JsonType, Schema, SchemaId, TypeSet};

/// How deep "null or X" may nest before it is taken as it stands.
const DEEPEST_NULL: usize = 8;

/// One of the two contracts, with the conjunctions that were met in it.
#[derive(Debug)]
pub(super) struct Side<'a> {
    pub(super) contract: &'a Contract,
    conjunctions: Conjunctions,
}

/// What a keyword says, and the schema that says it.
#[derive(Debug, Clone)]
pub(super) struct Said<T> {
    pub(super) value: T,
    pub(super) by: SchemaId,
}

/// What members that aren't declared may be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Others {
    /// They must match this.
    Match(Conjunction),
    /// There must be none.
    Forbidden(SchemaId),
}

/// `anyOf` or `oneOf`, of two alternatives at least.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) exclusive: bool,
    pub(super) alternatives: Vec<SchemaId>,
    pub(super) by: SchemaId,
}

/// A conjunction of schemas as one.
#[derive(Debug, Clone)]
pub(super) struct Flat<'a> {
    pub(super) types: TypeSet,
    pub(super) types_by: Option<SchemaId>,
    pub(super) values: Option<Said<Vec<&'a Value>>>,
    pub(super) formats: Vec<Said<&'a str>>,
    pub(super) limits: [Option<Said<Edge>>; 8],
    pub(super) multiple_of: Vec<Said<&'a Number>>,
    pub(super) patterns: Vec<Said<&'a str>>,
    pub(super) encodings: Vec<Said<&'a str>>,
    pub(super) unique_items: Option<SchemaId>,
    pub(super) items: Conjunction,
    pub(super) prefix_items: Vec<Conjunction>,
    pub(super) properties: IndexMap<&'a str, Conjunction>,
    pub(super) required: IndexMap<&'a str, SchemaId>,
    pub(super) others: Others,
    pub(super) pattern_properties: IndexMap<&'a str, Conjunction>,
    pub(super) groups: Vec<Group>,
    pub(super) not: Vec<SchemaId>,
    pub(super) discriminator: Option<Said<&'a Discriminator>>,
    pub(super) applicators: Vec<Said<&'a Applicators>>,
    pub(super) default: Option<Said<&'a Value>>,
    pub(super) marks: Marks,
}

/// The annotations that say who may send a value.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Marks {
    pub(super) read_only: Option<SchemaId>,
    pub(super) write_only: Option<SchemaId>,
    pub(super) deprecated: Option<SchemaId>,
}

impl<'a> Side<'a> {
    pub(super) fn new(contract: &'a Contract) -> Self {
        Self { contract, conjunctions: Conjunctions::default() }
    }

    pub(super) fn schema(&self, id: SchemaId) -> &'a Schema {
        self.contract.schema(id)
    }

    /// The schemas of a conjunction.
    pub(super) fn schemas(&self, conjunction: Conjunction) -> Vec<SchemaId> {
        self.conjunctions.schemas(conjunction)
    }

    /// The component that a conjunction is, where it is one.
    pub(super) fn name(&self, conjunction: Conjunction) -> Option<&'a str> {
        match conjunction {
            Conjunction::One(id) => self.schema(id).name.as_deref(),
            Conjunction::Anything | Conjunction::Several(_) => None,
        }
    }

    /// What it says in all.
    pub(super) fn flatten(&mut self, conjunction: Conjunction) -> Flat<'a> {
        self.flatten_to(conjunction, DEEPEST_NULL)
    }

    fn flatten_to(&mut self, conjunction: Conjunction, depth: usize) -> Flat<'a> {
        let branches = self.branches(conjunction);
        let mut flat = Flat::anything();
        for &id in &branches {
            flat.absorb(id, self.schema(id), &mut self.conjunctions);
        }
        self.close(&branches, &mut flat);
        if branches.len() > 1 {
            self.settle_members(&branches, &mut flat);
        }
        self.fold_null(&mut flat, depth);
        flat.settle();
        flat
    }

    /// Who may send it, without looking at the rest.
    pub(super) fn marks(&self, conjunction: Conjunction) -> Marks {
        let mut marks = Marks::default();
        for id in self.branches(conjunction) {
            marks.absorb(id, self.schema(id));
        }
        marks
    }

    /// The schemas themselves, and what `allOf` and lone alternatives add to them.
    fn branches(&self, conjunction: Conjunction) -> Vec<SchemaId> {
        let mut open = self.schemas(conjunction);
        let simple = |id: &SchemaId| {
            let schema = self.schema(*id);
            schema.all_of.is_empty() && schema.any_of.len() != 1 && schema.one_of.len() != 1
        };
        if open.iter().all(simple) {
            return open;
        }
        open.reverse();
        let mut seen = IndexSet::new();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let schema = self.schema(id);
            for group in [&schema.one_of, &schema.any_of] {
                if let [only] = group.as_slice() {
                    open.push(*only);
                }
            }
            open.extend(schema.all_of.iter().rev());
        }
        seen.into_iter().collect()
    }

    /// What `additionalProperties` of one branch says of the members that only another declares.
    fn settle_members(&mut self, branches: &[SchemaId], flat: &mut Flat<'a>) {
        for &id in branches {
            let schema = self.schema(id);
            match schema.additional {
                Additional::Allowed => {}
                Additional::Forbidden => {
                    flat.properties.retain(|name, _| schema.properties.contains_key(*name));
                }
                Additional::Schema(others) => {
                    for (name, conjunction) in &mut flat.properties {
                        if !schema.properties.contains_key(*name) {
                            *conjunction = self.conjunctions.and(*conjunction, others);
                        }
                    }
                }
            }
        }
    }

    /// Where nothing else speaks of members that aren't declared, `unevaluatedProperties: false` forbids them.
    fn close(&self, branches: &[SchemaId], flat: &mut Flat<'a>) {
        let closes = |id: &&SchemaId| {
            let applicators = &self.schema(**id).applicators;
            applicators.unevaluated_properties.is_some_and(|others| self.schema(others).never)
        };
        let is_open = matches!(flat.others, Others::Match(Conjunction::Anything));
        let admits = |id: &SchemaId| self.schema(*id).applicators.additional_properties_written;
        if let Some(id) = branches.iter().find(closes).filter(|_| is_open)
            && !branches.iter().any(admits)
        {
            flat.others = Others::Forbidden(*id);
        }
    }

    /// Takes "null or X" for X with null.
    fn fold_null(&mut self, flat: &mut Flat<'a>, depth: usize) {
        let [group] = flat.groups.as_slice() else { return };
        let is_null = |id: &&SchemaId| {
            let schema = self.schema(**id);
            schema.types == TypeSet::only(JsonType::Null) && !schema.is_composed()
        };
        let others: Vec<_> = group.alternatives.iter().filter(|id| !is_null(id)).collect();
        let &[&other] = others.as_slice() else { return };
        if depth == 0 || !flat.is_anything_but_groups() {
            return;
        }
        let mut inner = self.flatten_to(Conjunction::One(other), depth - 1);
        if inner.groups.is_empty() && inner.not.is_empty() && inner.applicators.is_empty() {
            inner.types = inner.types.with(JsonType::Null);
            if let Some(values) = &mut inner.values {
                values.value.push(&Value::Null);
            }
            inner.default = flat.default.take().or(inner.default);
            inner.marks = flat.marks.or(inner.marks);
            *flat = inner;
        }
    }
}

impl<'a> Flat<'a> {
    fn anything() -> Self {
        Self {
            types: TypeSet::ALL,
            types_by: None,
            values: None,
            formats: Vec::new(),
            limits: [const { None }; 8],
            multiple_of: Vec::new(),
            patterns: Vec::new(),
            encodings: Vec::new(),
            unique_items: None,
            items: Conjunction::Anything,
            prefix_items: Vec::new(),
            properties: IndexMap::new(),
            required: IndexMap::new(),
            others: Others::Match(Conjunction::Anything),
            pattern_properties: IndexMap::new(),
            groups: Vec::new(),
            not: Vec::new(),
            discriminator: None,
            applicators: Vec::new(),
            default: None,
            marks: Marks::default(),
        }
    }

    /// Whether it says nothing, `anyOf` and `oneOf` aside.
    pub(super) fn is_anything_but_groups(&self) -> bool {
        self.types.is_all()
            && self.values.is_none()
            && self.formats.is_empty()
            && self.limits.iter().all(Option::is_none)
            && self.multiple_of.is_empty()
            && self.patterns.is_empty()
            && self.encodings.is_empty()
            && self.unique_items.is_none()
            && self.items == Conjunction::Anything
            && self.prefix_items.is_empty()
            && self.properties.is_empty()
            && self.required.is_empty()
            && matches!(self.others, Others::Match(Conjunction::Anything))
            && self.pattern_properties.is_empty()
            && self.not.is_empty()
            && self.applicators.is_empty()
    }

    /// The end that a keyword sets.
    pub(super) fn limit(&self, limit: Limit) -> Option<&Said<Edge>> {
        self.limits[limit as usize].as_ref()
    }

    fn absorb(&mut self, id: SchemaId, schema: &'a Schema, conjunctions: &mut Conjunctions) {
        self.absorb_values(id, schema);
        self.absorb_text(id, schema);
        self.absorb_items(id, schema, conjunctions);
        self.absorb_members(id, schema, conjunctions);
        for (exclusive, alternatives) in [(false, &schema.any_of), (true, &schema.one_of)] {
            if alternatives.len() > 1 {
                let alternatives = alternatives.clone();
                self.groups.push(Group { exclusive, alternatives, by: id });
            }
        }
        self.not.extend(schema.not);
        if !schema.applicators.is_empty() {
            self.applicators.push(Said { value: &schema.applicators, by: id });
        }
        if let (None, Some(discriminator)) = (&self.discriminator, &schema.discriminator) {
            self.discriminator = Some(Said { value: discriminator, by: id });
        }
        if let (None, Some(default)) = (&self.default, &schema.default) {
            self.default = Some(Said { value: default, by: id });
        }
        self.marks.absorb(id, schema);
    }

    fn absorb_values(&mut self, id: SchemaId, schema: &'a Schema) {
        let types = if schema.never { TypeSet::NONE } else { schema.types };
        if !types.is_all() {
            self.types = self.types.intersection(types);
            self.types_by.get_or_insert(id);
        }
        if let Some(listed) = &schema.enumeration {
            match &mut self.values {
                None => self.values = Some(Said { value: listed.iter().collect(), by: id }),
                Some(said) => {
                    said.value.retain(|a| listed.iter().any(|b| same_value(a, b)));
                }
            }
        }
        for limit in Limit::ALL {
            let Some(edge) = limit.of(schema) else { continue };
            let slot = &mut self.limits[limit as usize];
            if slot.as_ref().is_none_or(|said| limit.is_tighter(&edge, &said.value)) {
                *slot = Some(Said { value: edge, by: id });
            }
        }
        self.multiple_of.extend(schema.multiple_of.as_ref().map(|value| Said { value, by: id }));
    }

    fn absorb_text(&mut self, id: SchemaId, schema: &'a Schema) {
        add_text(&mut self.formats, schema.format.as_deref(), id);
        let pattern = schema.pattern.as_deref();
        add_text(&mut self.patterns, pattern.filter(|text| !admits_all(text)), id);
        add_text(&mut self.encodings, schema.content_encoding.as_deref(), id);
        add_text(&mut self.encodings, schema.content_media_type.as_deref(), id);
    }

    fn absorb_items(&mut self, id: SchemaId, schema: &'a Schema, all: &mut Conjunctions) {
        if schema.unique_items {
            self.unique_items.get_or_insert(id);
        }
        if let Some(items) = schema.items {
            self.items = all.and(self.items, items);
        }
        for (place, &item) in schema.prefix_items.iter().enumerate() {
            match self.prefix_items.get_mut(place) {
                Some(known) => *known = all.and(*known, item),
                None => self.prefix_items.push(Conjunction::One(item)),
            }
        }
    }

    fn absorb_members(&mut self, id: SchemaId, schema: &'a Schema, all: &mut Conjunctions) {
        for (known, declared) in [
            (&mut self.properties, &schema.properties),
            (&mut self.pattern_properties, &schema.pattern_properties),
        ] {
            for (name, &property) in declared {
                let slot = known.entry(name.as_str()).or_insert(Conjunction::Anything);
                *slot = all.and(*slot, property);
            }
        }
        for name in &schema.required {
            self.required.entry(name).or_insert(id);
        }
        match (schema.additional, self.others) {
            (Additional::Allowed, _) | (_, Others::Forbidden(_)) => {}
            (Additional::Forbidden, _) => self.others = Others::Forbidden(id),
            (Additional::Schema(others), Others::Match(known)) => {
                self.others = Others::Match(all.and(known, others));
            }
        }
    }

    /// Types and `enum` decide together what is admitted.
    fn settle(&mut self) {
        if let Some(said) = &mut self.values {
            let types = self.types;
            said.value.retain(|value| {
                let ty = type_of(value);
                types.contains(ty) || (ty == JsonType::Integer && types.contains(JsonType::Number))
            });
            if !said.value.iter().any(|value| value.is_null()) {
                self.types = self.types.without(JsonType::Null);
            }
        }
        self.encodings.sort_by_key(|said| said.value);
    }
}

impl Marks {
    fn absorb(&mut self, id: SchemaId, schema: &Schema) {
        for (mark, is_set) in [
            (&mut self.read_only, schema.read_only),
            (&mut self.write_only, schema.write_only),
            (&mut self.deprecated, schema.deprecated),
        ] {
            if is_set {
                mark.get_or_insert(id);
            }
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            read_only: self.read_only.or(other.read_only),
            write_only: self.write_only.or(other.write_only),
            deprecated: self.deprecated.or(other.deprecated),
        }
    }
}

fn add_text<'a>(said: &mut Vec<Said<&'a str>>, text: Option<&'a str>, by: SchemaId) {
    if let Some(value) = text.filter(|text| said.iter().all(|known| known.value != *text)) {
        said.push(Said { value, by });
    }
}

/// Patterns that people write where they mean none.
fn admits_all(pattern: &str) -> bool {
    matches!(pattern, "" | ".*" | "^.*" | ".*$" | "^.*$")
}
