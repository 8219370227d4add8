//! Absolute URIs, whose text stays as it came.

use std::fmt;
use std::str::FromStr;

/// An absolute URI (RFC 3986): one with a scheme. Nothing is normalised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uri(String);

/// A text is not an absolute URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidUri;

impl fmt::Display for InvalidUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an absolute URI")
    }
}

impl std::error::Error for InvalidUri {}

impl Uri {
    /// Takes a text for a URI.
    ///
    /// # Errors
    /// Where it isn't one.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidUri> {
        let text = text.into();
        if is_uri(&text) { Ok(Self(text)) } else { Err(InvalidUri) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, to keep.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// RFC 3986 §3: scheme, then characters that may stand in each part, percent signs only before two hex digits.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let mut letters = scheme.chars();
    let is_scheme = letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let (before, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (hierarchy, query) = before.split_once('?').unwrap_or((before, ""));
    is_scheme
        && is_hierarchy(hierarchy)
        && all_allowed(query, |c| matches!(c, b'/' | b'?' | b':' | b'@'))
        && all_allowed(fragment, |c| matches!(c, b'/' | b'?' | b':' | b'@'))
}

fn is_hierarchy(text: &str) -> bool {
    let is_path = |path: &str| all_allowed(path, |c| matches!(c, b'/' | b':' | b'@'));
    let Some(rest) = text.strip_prefix("//") else { return is_path(text) };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    is_authority(authority) && is_path(path)
}

fn is_authority(text: &str) -> bool {
    let (user, host_port) = text.rsplit_once('@').unwrap_or(("", text));
    let (host, port) = match host_port.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, port)) => (address, port.strip_prefix(':').unwrap_or(port)),
            None => return false,
        },
        None => host_port.rsplit_once(':').unwrap_or((host_port, "")),
    };
    let is_literal = host_port.starts_with('[');
    all_allowed(user, |c| c == b':')
        && all_allowed(host, |c| is_literal && c == b':')
        && port.bytes().all(|c| c.is_ascii_digit())
}

/// Whether all is unreserved, a sub-delimiter, percent-encoded, or one of the others.
fn all_allowed(text: &str, others: impl Fn(u8) -> bool) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let is_good = match byte {
            b'%' => {
                bytes.next().is_some_and(|b| b.is_ascii_hexdigit())
                    && bytes.next().is_some_and(|b| b.is_ascii_hexdigit())
            }
            b'-' | b'.' | b'_' | b'~' => true,
            b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' => true,
            _ => byte.is_ascii_alphanumeric() || others(byte),
        };
        if !is_good {
            return false;
        }
    }
    true
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Uri {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for Uri {
    type Err = InvalidUri;

    fn from_str(text: &str) -> Result<Self, InvalidUri> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Uri {
    type Error = InvalidUri;

    fn try_from(text: String) -> Result<Self, InvalidUri> {
        Self::parse(text)
    }
}

impl From<Uri> for String {
    fn from(uri: Uri) -> Self {
        uri.0
    }
}
