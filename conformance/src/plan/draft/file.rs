//! Bodies that are files: the smallest of each type that is whole.

use spec::model::{JsonType, MediaType, Operation};

use crate::case::{Body, Content};
use crate::plan::Planner;

/// One pixel.
const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00, 0x1f, 0x15, 0xc4,
    0x89, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x64, 0x60, 0xf8, 0x5f,
    0x0f, 0x00, 0x02, 0x87, 0x01, 0x80, 0xeb, 0x47, 0xba, 0x92, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45,
    0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

/// The same.
const GIF: &[u8] = &[
    0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x01, 0x00, 0x01, 0x00, 0x80, 0x00, 0x00, 0xff, 0xff, 0xff,
    0x00, 0x00, 0x00, 0x2c, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x02, 0x02, 0x44,
    0x01, 0x00, 0x3b,
];

/// By range of the contract, what is sent as what.
const FILES: [(&str, &str, &[u8]); 7] = [
    ("image/png", "image/png", PNG),
    ("image/gif", "image/gif", GIF),
    ("image/*", "image/png", PNG),
    ("text/plain", "text/plain", b"conformance"),
    ("text/*", "text/plain", b"conformance"),
    ("application/octet-stream", "application/octet-stream", b"conformance"),
    ("*/*", "application/octet-stream", b"conformance"),
];

/// The body of an operation that takes a file and nothing else that can be made.
pub(in crate::plan) fn file(planner: &Planner<'_>, operation: &Operation) -> Option<Body> {
    let content = &operation.body.as_ref()?.content;
    content.values().find_map(|media_type| file_as(planner, media_type))
}

/// A file of a media type, if it is one of those that are known.
pub(in crate::plan) fn file_as(planner: &Planner<'_>, media_type: &MediaType) -> Option<Body> {
    let (name, bytes) = of_type(&media_type.name)?;
    let content = Content::Bytes(bytes.to_vec());
    is_plain(planner, media_type).then(|| Body { content_type: Some(name.to_owned()), content })
}

/// What is sent as a media type, or for a range of them.
pub(super) fn of_type(range: &str) -> Option<(&'static str, &'static [u8])> {
    let range = range.split(';').next().unwrap_or_default().trim();
    let known = FILES.into_iter().find(|(known, _, _)| range.eq_ignore_ascii_case(known))?;
    Some((known.1, known.2))
}

/// Whether the schema, if there is one, says no more than that the file is text or bytes.
fn is_plain(planner: &Planner<'_>, media_type: &MediaType) -> bool {
    let Some(schema) = media_type.schema else { return true };
    let described = planner.contract.schema(schema);
    described.types.contains(JsonType::String)
        && planner.sampler.admits_value(schema, &"conformance".into())
}
