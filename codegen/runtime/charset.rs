//! Text in the character encodings that a `charset` parameter names (RFC 9110 §8.3.2).
//!
//! UTF-8 goes without saying (RFC 6838 §4.2.1). The others are those that the standard library reads, and with the feature
//! `charsets` all that browsers do (WHATWG Encoding Standard §4.2); what else there is is told apart from text that is
//! broken.

use std::fmt::{Display, Formatter, Result as Written};

use crate::media::parameters;

/// What is read, in words.
#[cfg(not(feature = "charsets"))]
const READ: &str = "none of UTF-8, US-ASCII, ISO-8859-1 and UTF-16";
/// What is read, in words.
#[cfg(feature = "charsets")]
const READ: &str = "none of the Encoding Standard (such as UTF-8, ISO-8859-1 or windows-1252)";

/// Why bytes are no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnreadableText {
    /// It is written in a charset that isn't read here.
    Charset(String),
    /// It is not what its charset says.
    Broken(&'static str),
}

impl Display for UnreadableText {
    fn fmt(&self, f: &mut Formatter<'_>) -> Written {
        match self {
            Self::Charset(name) => write!(f, "has the charset `{name}`, which is {READ}"),
            Self::Broken(name) => write!(f, "is not {name}"),
        }
    }
}

/// The text of a body of this media type. Names of charsets are told in any letter case (RFC 2978 §2.3).
///
/// # Errors
/// Where the charset is unknown, or the bytes aren't of it.
pub fn decode(media_type: &str, bytes: &[u8]) -> Result<String, UnreadableText> {
    let named = parameters(media_type).find(|(name, _)| name.eq_ignore_ascii_case("charset"));
    let charset = named.map(|(_, value)| value.to_ascii_lowercase());
    let broken = UnreadableText::Broken;
    match charset.as_deref().unwrap_or("utf-8") {
        "utf-8" | "utf8" => utf_8(unmarked(bytes)).ok_or(broken("UTF-8")),
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
        other => decode_other(other, bytes),
    }
}

/// UTF-8 without the mark that some write before it, which is no part of the text (RFC 3629 §6); of JSON it may be ignored
/// (RFC 8259 §8.1).
#[must_use]
pub fn unmarked(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)
}

#[cfg(not(feature = "charsets"))]
fn decode_other(charset: &str, _: &[u8]) -> Result<String, UnreadableText> {
    Err(UnreadableText::Charset(charset.to_owned()))
}

#[cfg(feature = "charsets")]
fn decode_other(charset: &str, bytes: &[u8]) -> Result<String, UnreadableText> {
    let known = encoding_rs::Encoding::for_label_no_replacement(charset.as_bytes());
    let known = known.ok_or_else(|| UnreadableText::Charset(charset.to_owned()))?;
    let text = known.decode_without_bom_handling_and_without_replacement(bytes);
    text.map(std::borrow::Cow::into_owned).ok_or(UnreadableText::Broken(known.name()))
}

fn utf_8(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

fn utf_16(bytes: &[u8], is_little: bool) -> Option<String> {
    let (pairs, []) = bytes.as_chunks::<2>() else { return None };
    let read = if is_little { u16::from_le_bytes } else { u16::from_be_bytes };
    char::decode_utf16(pairs.iter().copied().map(read)).collect::<Result<_, _>>().ok()
}
