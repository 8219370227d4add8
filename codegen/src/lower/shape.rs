//! What one schema says by itself, without those that it refers to.

use spec::model::{Additional, JsonType, Schema};

/// What a schema says values are, null aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// No value at all, or only null.
    Nothing,
    /// Any value.
    Any,
    /// One of listed values.
    Listed,
    /// One of several schemas.
    Alternatives,
    /// One of several types.
    Mixed,
    /// Of this type.
    Of(JsonType),
}

/// The type that a schema without one must mean, as its keywords speak of that type alone.
pub(super) fn implied(schema: &Schema) -> Option<JsonType> {
    let is_object = !schema.properties.is_empty()
        || !schema.required.is_empty()
        || !schema.pattern_properties.is_empty()
        || schema.additional != Additional::Allowed;
    let is_text = schema.pattern.is_some()
        || schema.min_length.is_some()
        || schema.max_length.is_some()
        || matches!(
            schema.format.as_deref(),
            Some("uuid" | "date-time" | "date" | "uri" | "email" | "byte" | "binary")
        );
    let is_number =
        schema.minimum.is_some() || schema.maximum.is_some() || schema.multiple_of.is_some();
    if is_object {
        Some(JsonType::Object)
    } else if schema.items.is_some() || !schema.prefix_items.is_empty() {
        Some(JsonType::Array)
    } else if is_text {
        Some(JsonType::String)
    } else if is_number {
        Some(JsonType::Number)
    } else {
        None
    }
}

/// Whether members of other names are refused.
pub(super) fn is_closed(schema: &Schema) -> bool {
    schema.additional == Additional::Forbidden && schema.pattern_properties.is_empty()
}

/// The same, but for which alternatives there are.
pub(super) fn without_alternatives(schema: &Schema) -> Schema {
    let mut base = schema.clone();
    base.one_of.clear();
    base.any_of.clear();
    base.discriminator = None;
    base
}
