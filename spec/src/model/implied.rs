//! The type of values of which no `type` is given: what their keywords speak of.
//!
//! JSON Schema has a keyword say nothing of values of other types (2020-12, core §7.6.1). Who writes `properties` without
//! a `type` means an object all the same, so whatever makes types, values or resources of schemas asks here.

use super::{Additional, JsonType, Schema};

/// What is spoken of first is meant: a `pattern` beside `properties` is a slip.
const SPOKEN_OF: [JsonType; 4] =
    [JsonType::Object, JsonType::Array, JsonType::String, JsonType::Number];

/// Formats that no value but a text has. Others are free to be anything's.
const OF_TEXT: [&str; 7] = ["uuid", "date-time", "date", "uri", "email", "byte", "binary"];

/// The type that schemas imply that must all match, as their keywords speak of it.
pub fn implied_type<'s>(schemas: impl IntoIterator<Item = &'s Schema>) -> Option<JsonType> {
    let spoken = schemas.into_iter().filter_map(Schema::implied_type);
    spoken.min_by_key(|ty| SPOKEN_OF.iter().position(|one| one == ty))
}

impl Schema {
    /// The type that it implies.
    #[must_use]
    pub fn implied_type(&self) -> Option<JsonType> {
        SPOKEN_OF.into_iter().find(|ty| self.speaks_of(*ty))
    }

    /// Whether it says something of values of a type alone, `type` itself and what only JSON Schema has aside.
    #[must_use]
    pub fn speaks_of(&self, ty: JsonType) -> bool {
        match ty {
            JsonType::Object => {
                !self.properties.is_empty()
                    || !self.required.is_empty()
                    || !self.pattern_properties.is_empty()
                    || self.additional != Additional::Allowed
            }
            JsonType::Array => self.items.is_some() || !self.prefix_items.is_empty(),
            JsonType::String => {
                self.pattern.is_some()
                    || self.min_length.is_some()
                    || self.max_length.is_some()
                    || self.format.as_deref().is_some_and(|format| OF_TEXT.contains(&format))
            }
            JsonType::Number => {
                self.minimum.is_some() || self.maximum.is_some() || self.multiple_of.is_some()
            }
            JsonType::Null | JsonType::Boolean | JsonType::Integer => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Origin;

    #[test]
    fn what_is_spoken_of_first_is_meant() {
        let any = Schema::any(Origin::root(""));
        let text = Schema { pattern: Some("a".to_owned()), ..any.clone() };
        let object = Schema { required: ["a".to_owned()].into(), ..any.clone() };
        let phone = Schema { format: Some("phone".to_owned()), ..any.clone() };
        assert_eq!(implied_type([&any, &text]), Some(JsonType::String));
        assert_eq!(implied_type([&text, &object]), Some(JsonType::Object));
        assert_eq!(implied_type([&any, &phone]), None);
    }
}
