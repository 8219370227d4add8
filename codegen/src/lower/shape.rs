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
