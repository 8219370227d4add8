//! The parts of a multipart body (OAS 3.0.3 §4.7.14.2, OAS 3.1 §4.8.15): a part a property.

use crate::model::{Encoding, JsonType, Schema, is_json};

/// Whether a part is a file: binary by its schema, or by its media type. What it is else stands in the schema.
#[must_use]
pub fn is_file(schema: &Schema, encoding: Option<&Encoding>) -> bool {
    let told = encoding.and_then(|encoding| encoding.content_type.as_deref());
    let is_open = schema.types.contains(JsonType::String);
    if !is_open || schema.enumeration.is_some() {
        return false;
    }
    if schema.format.as_deref() == Some("binary") {
        return true;
    }
    let media_type = schema.content_media_type.as_deref().or(told);
    schema.content_encoding.is_none()
        && media_type.is_some_and(|told| !is_json(told) && !told.trim().starts_with("text/"))
}
