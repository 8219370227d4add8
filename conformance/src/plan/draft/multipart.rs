//! Bodies of parts: a part a property, a file where the schema says that one is (OAS 3.1 §4.8.14.3).

use std::sync::Arc;

use spec::model::{Encoding, MediaType, SchemaId};

use super::file::smallest;
use crate::case::{BOUNDARY, Body, Content, Part, PartContent, Template};
use crate::plan::Planner;
use crate::sample::{Choice, Location, Merged, Segment};

/// What a file is where nothing says.
const BYTES: (&str, &[u8]) = ("application/octet-stream", b"conformance");

/// An object as a body of parts; an array is a part an item.
pub(super) fn multipart(
    planner: &Planner<'_>,
    media_type: &MediaType,
    template: Template,
) -> Option<Body> {
    let Template::Object(members) = template else { return None };
    let mut parts = Vec::new();
    for (name, member) in Arc::unwrap_or_clone(members) {
        let values = match member {
            Template::Array(items) => Arc::unwrap_or_clone(items),
            single => vec![single],
        };
        let encoding = media_type.encoding.get(&name);
        let file = file_type(planner, media_type, &name);
        parts.extend(values.into_iter().map(|value| match &file {
            Some(file) => file_part(name.clone(), file.as_deref()),
            None => value_part(name.clone(), value, encoding),
        }));
    }
    let content_type = Some(format!("multipart/form-data; boundary={BOUNDARY}"));
    Some(Body { content_type, content: Content::Multipart(parts) })
}

/// Whether a place of a body is in a part that is a file, of which no schema can say much.
pub(in crate::plan) fn is_file_at(
    planner: &Planner<'_>,
    media_type: &MediaType,
    place: &Location,
) -> bool {
    let is_multipart = media_type.name.starts_with("multipart/");
    match place.0.first() {
        Some(Segment::Member(name)) => {
            is_multipart && file_type(planner, media_type, name).is_some()
        }
        _ => false,
    }
}

/// Whether a part is a file, and of which media type as far as anything says.
fn file_type(planner: &Planner<'_>, media_type: &MediaType, name: &str) -> Option<Option<String>> {
    let body = Merged::of(planner.contract, &[media_type.schema?], Choice::default());
    let ids = body.properties().get(name)?.clone();
    let encoding = media_type.encoding.get(name);
    let items = Merged::of(planner.contract, &ids, Choice::default()).item(0);
    let of = |id: &SchemaId| {
        let schema = planner.contract.schema(*id);
        let told = encoding.and_then(|one| one.content_type.as_ref());
        schema.is_file(encoding).then(|| schema.content_media_type.as_ref().or(told).cloned())
    };
    ids.iter().chain(&items).find_map(of)
}

/// A file of the first of some media types that one can be made of.
fn file_part(name: String, told: Option<&str>) -> Part {
    let (content_type, bytes) =
        told.into_iter().flat_map(|told| told.split(',')).find_map(smallest).unwrap_or(BYTES);
    let suffix = content_type
        .rsplit('/')
        .next()
        .filter(|it| content_type.starts_with("image/") && !it.is_empty());
    Part {
        name,
        file_name: Some(format!("conformance.{}", suffix.unwrap_or("txt"))),
        content_type: Some(content_type.to_owned()),
        content: PartContent::File(bytes.to_vec()),
    }
}

fn value_part(name: String, value: Template, encoding: Option<&Encoding>) -> Part {
    let told = encoding.and_then(|encoding| encoding.content_type.clone());
    let told = told.filter(|told| !told.contains([',', '*']));
    let (content_type, content) = match value {
        Template::Text(text) => (None, PartContent::Text(text)),
        Template::Object(_) | Template::Array(_) => {
            (Some("application/json".to_owned()), PartContent::Json(value))
        }
        Template::Value(ref known) if known.is_object() || known.is_array() => {
            (Some("application/json".to_owned()), PartContent::Json(value))
        }
        Template::Value(_) | Template::Expression(_) => (None, PartContent::Json(value)),
    };
    Part { name, file_name: None, content_type: told.or(content_type), content }
}
