//! Media types, parameters aside.

/// A media type without its parameters: `Text/HTML` of `Text/HTML; charset=utf-8`.
#[must_use]
pub fn essence(value: &str) -> Option<&str> {
    let essence = value.split(';').next().unwrap_or_default().trim();
    (!essence.is_empty()).then_some(essence)
}

/// Which of the documented media types this is, in any letter case; one in so many words is preferred to a range such as
/// `image/*`.
#[must_use]
pub fn position(essence: &str, documented: &[&str]) -> Option<usize> {
    let is = |media_type: &&str| essence.eq_ignore_ascii_case(media_type);
    let exact = documented.iter().position(is);
    exact.or_else(|| documented.iter().position(|range| is_in_range(essence, range)))
}

fn is_in_range(essence: &str, range: &str) -> bool {
    match range.strip_suffix('*') {
        Some("*/") => true,
        Some(prefix) => {
            essence.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        }
        None => false,
    }
}

/// Content whose media type the contract leaves open: a range (`image/*`), or a multipart type with its boundary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media<B = bytes::Bytes> {
    /// The media type with its parameters: `multipart/form-data; boundary=…`.
    pub media_type: String,
    /// The content.
    pub bytes: B,
}
