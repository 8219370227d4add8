//! What an expression is evaluated over.

use std::fmt;

use indexmap::IndexMap;
use serde_json::Value;

/// What a case has seen so far. The runner fills it anew for each evaluation; everything is borrowed.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The inputs of the case, as resolved when it started.
    pub inputs: &'a IndexMap<String, Value>,
    /// Outputs by step and name.
    pub outputs: &'a IndexMap<String, IndexMap<String, Value>>,
    /// The exchange that `$request`, `$response` and `$statusCode` speak of; `None` while a request is being filled.
    pub exchange: Option<Seen<'a>>,
}

/// One exchange as expressions see it.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The URL that was asked for.
    pub url: &'a str,
    /// The method.
    pub method: &'a str,
    /// The path parameters as filled, not encoded.
    pub path: &'a IndexMap<String, String>,
    /// The query as filled, not encoded.
    pub query: &'a [(String, String)],
    /// The header fields that were sent.
    pub request_headers: &'a [(String, String)],
    /// The JSON that was sent; `None` where the request had none.
    pub request_body: Option<&'a Value>,
    /// The status.
    pub status: u16,
    /// The header fields that came back.
    pub response_headers: &'a [(String, String)],
    /// The JSON that came back; `None` where it was none.
    pub response_body: Option<&'a Value>,
    /// The bytes that came back.
    pub response_content: &'a [u8],
}

/// An expression that has no value here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unresolved {
    /// The expression.
    pub expression: String,
    /// What is missing.
    pub reason: &'static str,
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` has no value: {}", self.expression, self.reason)
    }
}

impl std::error::Error for Unresolved {}
