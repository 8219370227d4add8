//! Text in the character encodings that a `charset` parameter names (RFC 9110 §8.3.2).
//!
//! UTF-8 goes without saying (RFC 6838 §4.2.1). The others are those that the standard library reads; what else there is
//! is told apart from text that is broken.

use std::fmt::{Display, Formatter, Result as Written};

use crate::media::parameters;

/// Why bytes are no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// It is written in a charset that isn't read here.
    Charset(String),
    /// It is not what its charset says.
    Broken(&'static str),
}

impl Display for Unreadable {
    fn fmt(&self, f: &mut Formatter<'_>) -> Written {
        match self {
            Self::Charset(name) => write!(
                f,
                "has the charset `{name}`, which is none of UTF-8, US-ASCII, ISO-8859-1 and UTF-16"
            ),
            Self::Broken(name) => write!(f, "is not {name}"),
        }
    }
}

/// The text of a body of this media type. Names of charsets are told in any letter case (RFC 2978 §2.3).
///
/// # Errors
/// Where the charset is unknown, or the bytes aren't of it.
pub fn decode(media_type: &str, bytes: &[u8]) -> Result<String, Unreadable> {
    let named = parameters(media_type).find(|(name, _)| name.eq_ignore_ascii_case("charset"));
    let charset = named.map(|(_, value)| value.to_ascii_lowercase());
    let broken = Unreadable::Broken;
    match charset.as_deref().unwrap_or("utf-8") {
        "utf-8" | "utf8" => utf_8(bytes).ok_or(broken("UTF-8")),
        "us-ascii" | "ascii" => {
            let ascii = utf_8(bytes).filter(|_| bytes.is_ascii());
            ascii.ok_or(broken("US-ASCII"))
        }
        // The first 256 characters of Unicode are those of ISO 8859-1.
        "iso-8859-1" | "latin1" => Ok(bytes.iter().map(|byte| char::from(*byte)).collect()),
        "utf-16" => {
            // RFC 2781 §4.3: the byte order mark decides, and without one the more significant byte comes first.
            let (rest, is_little) = match bytes {
                [0xff, 0xfe, rest @ ..] => (rest, true),
                [0xfe, 0xff, rest @ ..] => (rest, false),
                rest => (rest, false),
            };
            utf_16(rest, is_little).ok_or(broken("UTF-16"))
        }
        "utf-16le" => utf_16(bytes, true).ok_or(broken("UTF-16")),
        "utf-16be" => utf_16(bytes, false).ok_or(broken("UTF-16")),
        other => Err(Unreadable::Charset(other.to_owned())),
    }
}

fn utf_8(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

fn utf_16(bytes: &[u8], is_little: bool) -> Option<String> {
    let (pairs, []) = bytes.as_chunks::<2>() else { return None };
    let read = if is_little { u16::from_le_bytes } else { u16::from_be_bytes };
    char::decode_utf16(pairs.iter().copied().map(read)).collect::<Result<_, _>>().ok()
}
