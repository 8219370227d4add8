use std::fmt;
use std::str::FromStr;

use indexmap::IndexMap;
use serde_json::Value;

use super::{Example, Extensions, MediaType, ParameterShape, RuntimeExpression, SchemaId};
use crate::Origin;

/// A key of `responses`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// `404`
    Code(u16),
    /// `4XX`, as its first digit
    Range(u8),
    /// `default`
    Default,
}

impl Status {
    /// Whether a response of this HTTP status falls under this key by itself (`default` admits all).
    #[must_use]
    pub fn admits(self, status: u16) -> bool {
        match self {
            Self::Code(code) => code == status,
            Self::Range(digit) => u16::from(digit) == status / 100,
            Self::Default => true,
        }
    }

    /// Whether it can only be a 2xx.
    #[must_use]
    pub fn is_success(self) -> bool {
        matches!(self, Self::Code(200..=299) | Self::Range(2))
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "{code}"),
            Self::Range(digit) => write!(f, "{digit}XX"),
            Self::Default => f.write_str("default"),
        }
    }
}

impl FromStr for Status {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text == "default" {
            return Ok(Self::Default);
        }
        let bytes = text.as_bytes();
        if let [digit @ b'1'..=b'5', b'X' | b'x', b'X' | b'x'] = bytes {
            return Ok(Self::Range(digit - b'0'));
        }
        match text.parse() {
            Ok(code @ 100..=599) if bytes.len() == 3 => Ok(Self::Code(code)),
            _ => Err(()),
        }
    }
}

/// OAS 3.0.3 §4.7.17.
#[derive(Debug, Clone)]
pub struct Response {
    /// The key it stands under.
    pub status: Status,
    /// The component it is a reference to.
    pub component: Option<String>,
    /// One line on it (from OAS 3.2).
    pub summary: Option<String>,
    /// What it means; empty where the document doesn't say (from OAS 3.2 it need not).
    pub description: String,
    /// Its headers, by name as written. `Content-Type` never gets here: OpenAPI ignores it.
    pub headers: IndexMap<String, Header>,
    /// By media type (or range) as written; empty: no body.
    pub content: IndexMap<String, MediaType>,
    /// Its links, by name.
    pub links: IndexMap<String, Link>,
    /// Its extensions.
    pub extensions: Extensions,
    /// The response object (behind its `$ref`).
    pub origin: Origin,
}

/// OAS 3.0.3 §4.7.21.
#[derive(Debug, Clone)]
pub struct Header {
    /// What it says.
    pub description: Option<String>,
    /// Whether a response without it violates the contract.
    pub required: bool,
    /// Whether it is on its way out.
    pub deprecated: bool,
    /// What it may be; the style is always `simple`.
    pub shape: ParameterShape,
    /// Its examples.
    pub examples: Vec<Example>,
    /// The header object.
    pub origin: Origin,
}

impl Header {
    /// What the value must match, however it is written.
    #[must_use]
    pub fn schema(&self) -> Option<SchemaId> {
        match &self.shape {
            ParameterShape::Schema { schema, .. } => Some(*schema),
            ParameterShape::Content(media_type) => media_type.schema,
        }
    }
}

/// OAS 3.0.3 §4.7.20: how a value of this response is an input of another operation.
#[derive(Debug, Clone)]
pub struct Link {
    /// Where it leads.
    pub target: LinkTarget,
    /// Parameter (`name` or `path.name`) to a constant or a runtime expression (`$response.body#/id`).
    pub parameters: IndexMap<String, Value>,
    /// A constant or a runtime expression for the body.
    pub body: Option<Value>,
    /// What it is for.
    pub description: Option<String>,
    /// The link object.
    pub origin: Origin,
}

impl Link {
    /// The parameters that take a part of a message, by name without the location.
    pub fn expressions(&self) -> impl Iterator<Item = (&str, RuntimeExpression)> {
        self.parameters.iter().filter_map(|(name, value)| {
            let expression = value.as_str()?.parse().ok()?;
            let locations = ["path.", "query.", "header.", "cookie."];
            let bare = locations.iter().find_map(|location| name.strip_prefix(location));
            Some((bare.unwrap_or(name), expression))
        })
    }
}

/// What a link names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTarget {
    /// An operation of this contract, by [`Operation::id`](super::Operation::id).
    Operation(String),
    /// An `operationRef` that leads out of this contract, or an operation it doesn't have.
    Unknown(String),
}
