//! `allOf`: several schemas made one.
//!
//! The result says what all parts say: types intersect, bounds tighten, members add up. Where two parts speak of one
//! member the one that says more is kept; where each says something, the later, as authors use it to narrow an inherited
//! member.

use std::collections::HashSet;

use spec::model::{Additional, Bound, JsonType, Schema, SchemaId, TypeSet};
use spec::{Finding, Origin};

use super::Lowerer;

/// How deep `allOf` may nest: deeper, and each level is taken as it stands.
const DEPTH: usize = 64;

impl Lowerer<'_> {
    /// The schema and all that its `allOf` names, as one schema without `allOf`.
    pub(super) fn merge_all(&mut self, id: SchemaId) -> Schema {
        self.merged(id, &mut Vec::new())
    }

    fn merged(&mut self, id: SchemaId, chain: &mut Vec<SchemaId>) -> Schema {
        let schema = self.contract.schema(id);
        if schema.all_of.is_empty() || chain.len() >= DEPTH {
            return schema.clone();
        }
        if chain.contains(&id) {
            self.note(Finding::warning(
                "all-of-cycle",
                schema.origin.clone(),
                "this schema is part of itself by `allOf`, which says nothing",
            ));
            return Schema::any(schema.origin.clone());
        }
        if let Some(known) = self.merged.get(&id) {
            return known.clone();
        }
        chain.push(id);
        let mut result = Schema::any(schema.origin.clone());
        for part in &schema.all_of {
            let part = self.merged(*part, chain);
            self.merge(&mut result, &part);
        }
        chain.pop();
        let mut own = schema.clone();
        own.all_of.clear();
        self.merge(&mut result, &own);
        annotate(&mut result, &own);
        self.merged.insert(id, result.clone());
        result
    }

    /// Adds to a schema what another says.
    pub(super) fn merge(&mut self, into: &mut Schema, from: &Schema) {
        into.types = into.types.intersection(from.types);
        into.never |= from.never;
        merge_values(into, from);
        merge_bounds(into, from);
        self.merge_text(into, from);
        into.items = from.items.or(into.items);
        if !from.prefix_items.is_empty() {
            into.prefix_items.clone_from(&from.prefix_items);
        }
        self.merge_members(into, from);
        self.merge_alternatives(into, from);
        into.not = from.not.or(into.not);
        into.description = from.description.clone().or_else(|| into.description.take());
        into.default = from.default.clone().or_else(|| into.default.take());
        into.deprecated |= from.deprecated;
        into.read_only |= from.read_only;
        into.write_only |= from.write_only;
    }

    fn merge_text(&mut self, into: &mut Schema, from: &Schema) {
        into.format = from.format.clone().or_else(|| into.format.take());
        if let (Some(one), Some(other)) = (&into.pattern, &from.pattern)
            && one != other
        {
            self.lost(&from.origin, "pattern", &into.origin);
        }
        into.pattern = from.pattern.clone().or_else(|| into.pattern.take());
    }

    fn merge_members(&mut self, into: &mut Schema, from: &Schema) {
        for (name, id) in &from.properties {
            let id = match into.properties.get(name) {
                Some(known) => self.telling(name, *known, *id),
                None => *id,
            };
            into.properties.insert(name.clone(), id);
        }
        into.required.extend(from.required.iter().cloned());
        into.pattern_properties.extend(from.pattern_properties.clone());
        match from.additional {
            Additional::Allowed => {}
            // A part that forbids others would forbid what its siblings add, which no author means.
            Additional::Forbidden if from.origin != into.origin => self.note(Finding::note(
                "ignored-closing",
                from.origin.child("additionalProperties"),
                "a part of an `allOf` forbids the members that its siblings add, so it forbids none here",
            )),
            Additional::Forbidden | Additional::Schema(_) => into.additional = from.additional,
        }
    }

    /// Which of two schemas of one member tells more of it: the later, unless it says nothing that the earlier doesn't.
    fn telling(&mut self, name: &str, known: SchemaId, id: SchemaId) -> SchemaId {
        let (earlier, later) = (self.contract.schema(known), self.contract.schema(id));
        let types = earlier.types.intersection(later.types);
        let says_nothing = is_bare(later) && !later.is_composed();
        let repeats = types == earlier.types && is_type_alone(later);
        if says_nothing || repeats || self.extends(known, id) {
            return known;
        }
        let is_narrower = types == later.types && is_type_alone(earlier);
        if !is_narrower && !self.extends(id, known) {
            let finding = Finding::note(
                "narrowed-member",
                later.origin.clone(),
                format!(
                    "parts of an `allOf` each tell of the member `{name}`; only the last is kept"
                ),
            );
            self.note(finding.also(earlier.origin.clone()));
        }
        id
    }

    /// Whether a schema says what another does by having it as a part.
    fn extends(&self, id: SchemaId, other: SchemaId) -> bool {
        let mut seen = HashSet::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if id == other {
                return true;
            }
            if seen.insert(id) {
                open.extend(&self.contract.schema(id).all_of);
            }
        }
        false
    }

    fn merge_alternatives(&mut self, into: &mut Schema, from: &Schema) {
        if from.one_of.is_empty() && from.any_of.is_empty() {
            return;
        }
        if !into.one_of.is_empty() || !into.any_of.is_empty() {
            self.lost(&from.origin, "oneOf or anyOf", &into.origin);
            return;
        }
        into.one_of.clone_from(&from.one_of);
        into.any_of.clone_from(&from.any_of);
        into.discriminator.clone_from(&from.discriminator);
    }

    fn lost(&mut self, at: &Origin, keyword: &str, also: &Origin) {
        self.note(
            Finding::warning(
                "conflicting-parts",
                at.clone(),
                format!(
                    "parts of an `allOf` each have their own {keyword}; only one of them is kept"
                ),
            )
            .also(also.clone()),
        );
    }
}

/// What people read is the schema's own.
fn annotate(result: &mut Schema, own: &Schema) {
    result.name.clone_from(&own.name);
    result.title.clone_from(&own.title);
    result.examples.clone_from(&own.examples);
    result.extensions.clone_from(&own.extensions);
    result.deprecated = own.deprecated;
}

fn merge_values(into: &mut Schema, from: &Schema) {
    into.enumeration = match (into.enumeration.take(), &from.enumeration) {
        (Some(values), Some(others)) => {
            Some(values.into_iter().filter(|value| others.contains(value)).collect())
        }
        (Some(values), None) => Some(values),
        (None, values) => values.clone(),
    };
}

fn merge_bounds(into: &mut Schema, from: &Schema) {
    tighten(&mut into.minimum, &from.minimum, |this, other| this > other);
    tighten(&mut into.maximum, &from.maximum, |this, other| this < other);
    into.multiple_of = from.multiple_of.clone().or_else(|| into.multiple_of.take());
    into.min_length = into.min_length.max(from.min_length);
    into.max_length = least(into.max_length, from.max_length);
    into.min_items = into.min_items.max(from.min_items);
    into.max_items = least(into.max_items, from.max_items);
    into.unique_items |= from.unique_items;
    into.min_properties = into.min_properties.max(from.min_properties);
    into.max_properties = least(into.max_properties, from.max_properties);
}

fn least(this: Option<u64>, other: Option<u64>) -> Option<u64> {
    match (this, other) {
        (Some(this), Some(other)) => Some(this.min(other)),
        (this, other) => this.or(other),
    }
}

fn tighten(into: &mut Option<Bound>, from: &Option<Bound>, tighter: fn(f64, f64) -> bool) {
    let Some(from) = from else { return };
    let keeps = into.as_ref().is_some_and(|into| {
        let (this, other) = (into.value.as_f64(), from.value.as_f64());
        match (this, other) {
            (Some(this), Some(other)) if this == other => into.exclusive || !from.exclusive,
            (Some(this), Some(other)) => tighter(this, other),
            _ => true,
        }
    });
    if !keeps {
        *into = Some(from.clone());
    }
}

/// Whether a schema demands nothing of its own: what is left is composition, and what people read.
pub(super) fn is_bare(schema: &Schema) -> bool {
    let any_object = TypeSet::only(JsonType::Object);
    let types_say_nothing = schema.types.without(JsonType::Null)
        == TypeSet::ALL.without(JsonType::Null)
        || schema.types.without(JsonType::Null) == any_object;
    types_say_nothing && only_types(schema)
}

/// Whether a schema says nothing but its types.
fn is_type_alone(schema: &Schema) -> bool {
    only_types(schema) && !schema.is_composed()
}

/// Whether what a schema demands by itself are types.
fn only_types(schema: &Schema) -> bool {
    !schema.never
        && schema.enumeration.is_none()
        && schema.format.is_none()
        && schema.minimum.is_none()
        && schema.maximum.is_none()
        && schema.multiple_of.is_none()
        && schema.min_length.is_none()
        && schema.max_length.is_none()
        && schema.pattern.is_none()
        && schema.items.is_none()
        && schema.prefix_items.is_empty()
        && schema.min_items.is_none()
        && schema.max_items.is_none()
        && !schema.unique_items
        && has_no_members(schema)
}

/// Whether a schema says nothing of members.
pub(super) fn has_no_members(schema: &Schema) -> bool {
    schema.properties.is_empty()
        && schema.required.is_empty()
        && schema.pattern_properties.is_empty()
        && !matches!(schema.additional, Additional::Schema(_))
        && schema.min_properties.is_none()
        && schema.max_properties.is_none()
}
