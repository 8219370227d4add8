//! What each schema of a conjunction adds to the form.

use super::{Conjunction, Limit, Marks, Normal, Normalizer, Sourced, same_value};
use crate::model::{Schema, SchemaId, TypeSet};

impl<'a> Normal<'a> {
    pub(super) fn absorb(&mut self, id: SchemaId, schema: &'a Schema) {
        self.absorb_values(id, schema);
        self.absorb_limits(id, schema);
        self.absorb_text(id, schema);
        if schema.unique_items {
            self.unique_items.get_or_insert(id);
        }
        for name in &schema.required {
            self.required.entry(name).or_insert(id);
        }
        self.not.extend(schema.not.filter(|not| !self.not.contains(not)));
        if !schema.applicators.is_empty() {
            self.applicators.push(Sourced { value: &schema.applicators, by: id });
        }
        let discriminator = schema.discriminator.as_ref();
        self.discriminators.extend(discriminator.map(|value| Sourced { value, by: id }));
        if let (None, Some(default)) = (&self.default, &schema.default) {
            self.default = Some(Sourced { value: default, by: id });
        }
        self.marks.absorb(id, schema);
    }

    fn absorb_values(&mut self, id: SchemaId, schema: &'a Schema) {
        let types = if schema.never { TypeSet::NONE } else { schema.types };
        if !types.is_all() {
            self.types = self.types.intersection(types);
            self.types_by.get_or_insert(id);
        }
        let Some(listed) = &schema.enumeration else { return };
        match &mut self.values {
            None => self.values = Some(Sourced { value: listed.iter().collect(), by: id }),
            Some(values) => {
                values.value.retain(|a| listed.iter().any(|b| same_value(a, b)));
            }
        }
    }

    fn absorb_limits(&mut self, id: SchemaId, schema: &'a Schema) {
        for limit in Limit::ALL {
            let Some(edge) = limit.of(schema) else { continue };
            let slot = &mut self.limits[limit as usize];
            if slot.as_ref().is_none_or(|known| limit.is_tighter(&edge, &known.value)) {
                *slot = Some(Sourced { value: edge, by: id });
            }
        }
        let step = schema.multiple_of.clone();
        self.multiple_of.extend(step.map(|value| Sourced { value, by: id }));
    }

    fn absorb_text(&mut self, id: SchemaId, schema: &'a Schema) {
        let pattern = schema.pattern.as_deref().filter(|text| !admits_all(text));
        add_text(&mut self.patterns, pattern, id);
        add_text(&mut self.formats, schema.format.as_deref(), id);
        add_text(&mut self.content_encodings, schema.content_encoding.as_deref(), id);
        add_text(&mut self.content_media_types, schema.content_media_type.as_deref(), id);
    }
}

impl<'a> Normalizer<'a> {
    /// `prefixItems` and `items` of each schema look at items by the place that they have there (core §10.3.1).
    pub(super) fn fold_items(&mut self, normal: &mut Normal<'a>) {
        let parts: Vec<_> = normal.parts.iter().map(|id| self.schema(*id)).collect();
        let places = parts.iter().map(|schema| schema.prefix_items.len()).max().unwrap_or(0);
        let mut all = |item: &dyn Fn(&Schema) -> Option<SchemaId>| {
            let items = parts.iter().filter_map(|schema| item(schema));
            items.fold(Conjunction::Anything, |all, item| self.conjunctions.and(all, item))
        };
        normal.items = all(&|schema| schema.items);
        let place =
            |place: usize| all(&|schema| schema.prefix_items.get(place).copied().or(schema.items));
        normal.prefix_items = (0..places).map(place).collect();
    }
}

impl Marks {
    /// What a schema says itself comes before what it is made of says: both marks together, which OAS 3.0.3 §4.7.24.1
    /// forbids, would mean that nobody sends the value.
    pub(super) fn absorb(&mut self, id: SchemaId, schema: &Schema) {
        let is_open = self.read_only.is_none() && self.write_only.is_none();
        for (mark, is_set) in [
            (&mut self.read_only, schema.read_only && is_open),
            (&mut self.write_only, schema.write_only && is_open),
            (&mut self.deprecated, schema.deprecated),
        ] {
            if is_set {
                mark.get_or_insert(id);
            }
        }
    }
}

fn add_text<'a>(known: &mut Vec<Sourced<&'a str>>, text: Option<&'a str>, by: SchemaId) {
    if let Some(value) = text.filter(|text| known.iter().all(|known| known.value != *text)) {
        known.push(Sourced { value, by });
    }
}

/// Patterns that people write where they mean none. Strictly, `^.*$` refuses line feeds: it stays.
pub(super) fn admits_all(pattern: &str) -> bool {
    matches!(pattern, "" | ".*" | "^.*" | ".*$")
}
