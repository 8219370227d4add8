//! Text → value: a deserializer for values that have no JSON around them.
//!
//! Text says nothing of its type, so here all that is single is a string. With
//! [`Report::of_text`](crate::validation::Report::of_text) the type that is asked for decides what it means:
//! `5` is a number for an `i32` and stays text for a `String`.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode_str;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use crate::charset::UnreadableText;

/// A value as it stands in a request, percent-decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Raw<'a> {
    /// A single value.
    Text(Cow<'a, str>),
    /// The items of an array.
    List(Vec<Cow<'a, str>>),
    /// A value of any type as JSON.
    Json(Cow<'a, str>),
    /// The members of an object.
    Members(Vec<(Cow<'a, str>, Raw<'a>)>),
}

/// Why text is not the value that it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A parameter that may be given once is given several times.
    Repeated,
    /// A `%` without two hexadecimal digits, or bytes that are no UTF-8.
    Escape,
    /// Bytes that are no UTF-8, where nothing is percent-encoded.
    Bytes,
    /// It can't be read by its charset.
    Charset(UnreadableText),
    /// The text does not begin as its style has it: `.` or `;name=`.
    Style,
    /// The text can't be taken apart, for this reason.
    Other(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Repeated => f.write_str("is given more than once"),
            Self::Escape => f.write_str("is not percent-encoded UTF-8"),
            Self::Bytes => f.write_str("is not UTF-8"),
            Self::Charset(unreadable) => unreadable.fmt(f),
            Self::Style => f.write_str("is not written in its style"),
            Self::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Fault {}

impl serde::de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Other(message.to_string())
    }
}

/// Undoes percent-encoding, strictly: what is not an escape or not UTF-8 is a fault.
///
/// # Errors
/// [`Fault::Escape`]
pub fn decode(text: &str) -> Result<Cow<'_, str>, Fault> {
    let bytes = text.as_bytes();
    let mut rest = bytes;
    let mut escaped = false;
    while let Some(at) = rest.iter().position(|byte| *byte == b'%') {
        escaped = true;
        match rest.get(at + 1..at + 3) {
            Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => rest = &rest[at + 3..],
            _ => return Err(Fault::Escape),
        }
    }
    if !escaped {
        return Ok(Cow::Borrowed(text));
    }
    percent_decode_str(text).decode_utf8().map_err(|_| Fault::Escape)
}

/// Undoes the encoding of forms and queries, where `+` is a space.
///
/// # Errors
/// [`Fault::Escape`]
pub fn decode_form(text: &str) -> Result<Cow<'_, str>, Fault> {
    if text.contains('+') {
        return Ok(Cow::Owned(decode(&text.replace('+', " "))?.into_owned()));
    }
    decode(text)
}

impl<'a> Raw<'a> {
    /// Items that are JSON each, as an array; where one isn't, it alone.
    pub fn json_items(items: &[Cow<'a, str>]) -> Self {
        match items.iter().find(|item| !is_json(item)) {
            None => Self::Json(format!("[{}]", items.join(",")).into()),
            Some(broken) => Self::Json(broken.clone()),
        }
    }

    /// An object or an array, if that is what it is, else text.
    #[must_use]
    pub fn text_or_json(text: Cow<'a, str>) -> Self {
        if text.starts_with(['{', '[']) && is_json(&text) {
            Self::Json(text)
        } else {
            Self::Text(text)
        }
    }

    /// The first member that should be JSON, and isn't.
    #[must_use]
    pub fn broken_member(&self) -> Option<&str> {
        let Self::Members(members) = self else { return None };
        let is_broken = |raw: &Raw<'_>| matches!(raw, Raw::Json(text) if !is_json(text));
        members.iter().find(|(_, raw)| is_broken(raw)).map(|(name, _)| &**name)
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

impl From<serde_json::Error> for Fault {
    fn from(_: serde_json::Error) -> Self {
        Self::Other("is not JSON".to_owned())
    }
}

impl<'de> Deserializer<'de> for Raw<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Text(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Self::Text(Cow::Owned(text)) => visitor.visit_string(text),
            Self::List(items) => {
                visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(Raw::Text)))
            }
            Self::Json(text) => {
                let value: serde_json::Value = serde_json::from_str(&text)?;
                Ok(value.deserialize_any(visitor)?)
            }
            Self::Members(members) => visitor.visit_map(MapDeserializer::new(members.into_iter())),
        }
    }

    // One alone says nothing of being an item of a list: `tags=a` beside `tags=a&tags=b`.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Text(_) => visitor.visit_seq(SeqDeserializer::new(std::iter::once(self))),
            other => other.deserialize_any(visitor),
        }
    }

    // Text can't say null, so a value is always there; JSON can.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Json(text) if text.trim() == "null" => visitor.visit_none(),
            other => visitor.visit_some(other),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Fault> for Raw<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
