//! Values as text: parameters, header fields and forms, in the styles of OpenAPI (OAS 3.0.3 §4.7.12).
//!
//! [`Form`] says how a value becomes text. [`read`] takes text apart into [`Raw`] and deserialises from it,
//! [`write`](mod@write) goes the other way; what one writes the other reads.

pub mod cookie;
mod deep;
pub mod query;
pub mod read;
pub mod set_cookie;
pub mod split;
pub mod write;

pub use read::{Fault, Raw};
pub use write::header;

/// How a value becomes text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A single value.
    Text(Style),
    /// An array; the flag is `explode`.
    List(Style, bool),
    /// An object; the flag is `explode`.
    Object(Style, bool),
    /// An object whose members are pairs of a query, of a form or of cookies.
    Spread(&'static Spread),
    /// JSON as text.
    Json,
    /// An array in parts of a body or pairs of a form, each item JSON as text.
    JsonItems,
    /// A single value, or JSON as text where it is an object or an array.
    TextOrJson,
}

impl Form {
    /// Whether the text is JSON, or that of each item is.
    #[must_use]
    pub fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::JsonItems)
    }
}

/// Members that are pairs of their own, beside those of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// The names that are the object's; `None`: all that nobody else has.
    pub own: Option<&'static [&'static str]>,
    /// The members that are neither a single value nor a list with a pair for each item.
    pub members: &'static [(&'static str, Form)],
}

/// What stands between the items of a value, and in front of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `a,b` in a path or a header field.
    Simple,
    /// `.a.b` in a path.
    Label,
    /// `;name=a` in a path.
    Matrix,
    /// `name=a&name=b` in a query or a cookie.
    Form,
    /// `name=a%20b` in a query.
    SpaceDelimited,
    /// `name=a|b` in a query.
    PipeDelimited,
    /// `name[member]=a` in a query.
    DeepObject,
    /// `name=a; name=b` in cookies, as it is.
    Cookie,
}
