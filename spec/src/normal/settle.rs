//! What keywords say of each other: types and `enum` decide what is admitted, and only that can be limited.

use super::{Conjunction, Edge, Limit, Normal, Others, steps, type_of};
use crate::model::JsonType;

impl Normal<'_> {
    pub(super) fn settle(&mut self) {
        if let Some(mut values) = self.values.take() {
            values.value.retain(|value| {
                let ty = type_of(value);
                let types = self.types;
                types.contains(ty) || (ty == JsonType::Integer && types.contains(JsonType::Number))
            });
            if !values.value.iter().any(|value| value.is_null()) {
                self.types = self.types.without(JsonType::Null);
            }
            self.values = Some(values);
        }
        self.settle_limits();
        self.settle_text();
        if !self.admits(JsonType::Array) {
            self.unique_items = None;
            self.items = Conjunction::Anything;
            self.prefix_items.clear();
        }
        if !self.admits(JsonType::Object) {
            self.properties.clear();
            self.required.clear();
            self.others = Others::Match(Conjunction::Anything);
            self.pattern_properties.clear();
        }
    }

    fn settle_limits(&mut self) {
        let is_whole =
            self.types.contains(JsonType::Integer) && !self.types.contains(JsonType::Number);
        for limit in Limit::ALL {
            let admits = self.admits(limit.limits());
            let slot = &mut self.limits[limit as usize];
            *slot = slot.take().filter(|_| admits);
            if let (true, Some(known)) = (is_whole, slot) {
                known.value = limit.among_integers(&known.value);
            }
        }
        if self.admits(JsonType::Number) {
            self.multiple_of = steps::fold(std::mem::take(&mut self.multiple_of));
        } else {
            self.multiple_of.clear();
        }
    }

    /// Formats of numbers say something of numbers alone, but which do isn't for this place to know.
    fn settle_text(&mut self) {
        let is_text = self.admits(JsonType::String);
        if !is_text && !self.admits(JsonType::Number) {
            self.formats.clear();
        }
        if !is_text {
            self.patterns.clear();
            self.content_encodings.clear();
            self.content_media_types.clear();
        }
    }
}

impl Limit {
    /// Among integers, `exclusiveMinimum: 0` is `minimum: 1`.
    fn among_integers(self, edge: &Edge) -> Edge {
        let inward = if self == Self::Minimum { 1 } else { -1 };
        let whole = edge.value.as_i64().and_then(|value| value.checked_add(inward));
        match whole.filter(|_| edge.exclusive) {
            Some(value) => Edge { value: value.into(), exclusive: false },
            None => edge.clone(),
        }
    }
}
