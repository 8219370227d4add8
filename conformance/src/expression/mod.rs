//! Arazzo runtime expressions and simple conditions: parsed once, evaluated over what a run has seen.
//!
//! Supported: `$url`, `$method`, `$statusCode`, `$request.{header,query,path}.…`, `$request.body#/…`,
//! `$response.header.…`, `$response.body#/…`, `$inputs.…` and `$steps.….outputs.…`, the latter two with a JSON
//! pointer behind `#` where part of the value is meant. Anything else is a parse error that names itself, never a
//! silent `null`.

mod condition;
mod context;
mod evaluate;
mod judge;
#[cfg(test)]
mod tests;

pub use condition::{Comparison, Condition, ConditionError, Literal, Side};
pub use context::{Context, Seen, Unresolved};
pub use evaluate::{json_equal, moment, value_text};

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// A runtime expression (Arazzo 1.0.1 §4.7).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Expression {
    /// `$url`
    Url,
    /// `$method`
    Method,
    /// `$statusCode`
    StatusCode,
    /// `$request.header.name`
    RequestHeader(String),
    /// `$request.query.name`
    RequestQuery(String),
    /// `$request.path.name`
    RequestPath(String),
    /// `$request.body`, with the JSON pointer behind `#` (empty: all of it)
    RequestBody(String),
    /// `$response.header.name`
    ResponseHeader(String),
    /// `$response.body`, with the JSON pointer behind `#` (empty: all of it)
    ResponseBody(String),
    /// `$inputs.name`
    Input {
        /// The input.
        name: String,
        /// The JSON pointer into it (empty: all of it).
        pointer: String,
    },
    /// `$steps.step.outputs.name`
    Output {
        /// The step.
        step: String,
        /// The output.
        name: String,
        /// The JSON pointer into it (empty: all of it).
        pointer: String,
    },
}

/// Why a text is no expression that this suite knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionError {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.text, self.reason)
    }
}

impl std::error::Error for ExpressionError {}

impl Expression {
    /// `$inputs.name`
    #[must_use]
    pub fn input(name: impl Into<String>) -> Self {
        Self::Input { name: name.into(), pointer: String::new() }
    }

    /// `$steps.step.outputs.name`
    #[must_use]
    pub fn output(step: impl Into<String>, name: impl Into<String>) -> Self {
        Self::Output { step: step.into(), name: name.into(), pointer: String::new() }
    }

    /// `$response.body#pointer`
    #[must_use]
    pub fn response_body(pointer: impl Into<String>) -> Self {
        Self::ResponseBody(pointer.into())
    }
}

impl FromStr for Expression {
    type Err = ExpressionError;

    fn from_str(text: &str) -> Result<Self, ExpressionError> {
        parse(text).map_err(|reason| ExpressionError { text: text.to_owned(), reason })
    }
}

fn parse(text: &str) -> Result<Expression, &'static str> {
    let inner = text.strip_prefix('$').ok_or("an expression begins with `$`")?;
    match inner {
        "url" => return Ok(Expression::Url),
        "method" => return Ok(Expression::Method),
        "statusCode" => return Ok(Expression::StatusCode),
        _ => {}
    }
    let (head, rest) = inner.split_once('.').ok_or("this is no expression of Arazzo")?;
    match head {
        "request" => parse_request(rest),
        "response" => parse_response(rest),
        "inputs" => {
            let (name, pointer) = parse_name(rest)?;
            Ok(Expression::Input { name, pointer })
        }
        "steps" => {
            let (step, rest) =
                rest.split_once(".outputs.").ok_or("a step has only `.outputs.…`")?;
            let (name, pointer) = parse_name(rest)?;
            Ok(Expression::Output { step: step.to_owned(), name, pointer })
        }
        "workflows" | "sourceDescriptions" | "components" | "outputs" | "message" => {
            Err("this kind of expression is not supported")
        }
        _ => Err("this is no expression of Arazzo"),
    }
}

fn parse_request(rest: &str) -> Result<Expression, &'static str> {
    if let Some(pointer) = parse_body(rest)? {
        return Ok(Expression::RequestBody(pointer));
    }
    match rest.split_once('.') {
        Some(("header", name)) if !name.is_empty() => {
            Ok(Expression::RequestHeader(name.to_owned()))
        }
        Some(("query", name)) if !name.is_empty() => Ok(Expression::RequestQuery(name.to_owned())),
        Some(("path", name)) if !name.is_empty() => Ok(Expression::RequestPath(name.to_owned())),
        _ => Err("a request has `header.…`, `query.…`, `path.…` and `body`"),
    }
}

fn parse_response(rest: &str) -> Result<Expression, &'static str> {
    if let Some(pointer) = parse_body(rest)? {
        return Ok(Expression::ResponseBody(pointer));
    }
    match rest.split_once('.') {
        Some(("header", name)) if !name.is_empty() => {
            Ok(Expression::ResponseHeader(name.to_owned()))
        }
        _ => Err("a response has `header.…` and `body`"),
    }
}

fn parse_body(rest: &str) -> Result<Option<String>, &'static str> {
    match rest.strip_prefix("body") {
        Some("") => Ok(Some(String::new())),
        Some(behind) if behind.starts_with('#') => check_pointer(&behind[1..]).map(Some),
        _ => Ok(None),
    }
}

/// `name` or `name#/pointer`.
fn parse_name(text: &str) -> Result<(String, String), &'static str> {
    let (name, pointer) = text.split_once('#').unwrap_or((text, ""));
    if name.is_empty() {
        return Err("the name is missing");
    }
    Ok((name.to_owned(), check_pointer(pointer)?))
}

fn check_pointer(pointer: &str) -> Result<String, &'static str> {
    if pointer.is_empty() || pointer.starts_with('/') {
        Ok(pointer.to_owned())
    } else {
        Err("a JSON pointer is empty or begins with `/`")
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (text, pointer) = match self {
            Self::Url => return f.write_str("$url"),
            Self::Method => return f.write_str("$method"),
            Self::StatusCode => return f.write_str("$statusCode"),
            Self::RequestHeader(name) => return write!(f, "$request.header.{name}"),
            Self::RequestQuery(name) => return write!(f, "$request.query.{name}"),
            Self::RequestPath(name) => return write!(f, "$request.path.{name}"),
            Self::ResponseHeader(name) => return write!(f, "$response.header.{name}"),
            Self::RequestBody(pointer) => ("$request.body".to_owned(), pointer),
            Self::ResponseBody(pointer) => ("$response.body".to_owned(), pointer),
            Self::Input { name, pointer } => (format!("$inputs.{name}"), pointer),
            Self::Output { step, name, pointer } => {
                (format!("$steps.{step}.outputs.{name}"), pointer)
            }
        };
        f.write_str(&text)?;
        if pointer.is_empty() { Ok(()) } else { write!(f, "#{pointer}") }
    }
}

impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}
