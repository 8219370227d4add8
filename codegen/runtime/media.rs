//! Media types, parameters aside.

/// A media type in lower case and without its parameters: `text/html` of `Text/HTML; charset=utf-8`.
#[must_use]
pub fn essence(value: &str) -> Option<String> {
    let essence = value.split(';').next().unwrap_or_default().trim();
    (!essence.is_empty()).then(|| essence.to_ascii_lowercase())
}

/// Which of the documented media types this is; one in so many words is preferred to a range such as `image/*`.
#[must_use]
pub fn position(essence: &str, documented: &[&str]) -> Option<usize> {
    let exact = documented.iter().position(|media_type| *media_type == essence);
    exact.or_else(|| documented.iter().position(|range| is_in_range(essence, range)))
}

fn is_in_range(essence: &str, range: &str) -> bool {
    match range.strip_suffix('*') {
        Some("*/") => true,
        Some(prefix) => essence.starts_with(prefix),
        None => false,
    }
}

/// Content whose media type the contract leaves open: a range (`image/*`), or a multipart type with its boundary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// The media type with its parameters: `multipart/form-data; boundary=…`.
    pub media_type: String,
    /// The content.
    pub bytes: bytes::Bytes,
}
