use std::fmt;
use std::str::FromStr;

/// A part of a message, as links name it: a runtime expression (OAS 3.0.3 §4.7.20.4, in Arazzo 1.0.1 §4.7).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RuntimeExpression {
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
}

/// Why a text is no expression.
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

impl FromStr for RuntimeExpression {
    type Err = ExpressionError;

    fn from_str(text: &str) -> Result<Self, ExpressionError> {
        parse(text).map_err(|reason| ExpressionError { text: text.to_owned(), reason })
    }
}

fn parse(text: &str) -> Result<RuntimeExpression, &'static str> {
    const UNKNOWN: &str = "this is no runtime expression";
    let inner = text.strip_prefix('$').ok_or("an expression begins with `$`")?;
    match inner {
        "url" => return Ok(RuntimeExpression::Url),
        "method" => return Ok(RuntimeExpression::Method),
        "statusCode" => return Ok(RuntimeExpression::StatusCode),
        _ => {}
    }
    match inner.split_once('.').ok_or(UNKNOWN)? {
        ("request", rest) => parse_request(rest),
        ("response", rest) => parse_response(rest),
        _ => Err(UNKNOWN),
    }
}

fn parse_request(rest: &str) -> Result<RuntimeExpression, &'static str> {
    if let Some(pointer) = parse_body(rest)? {
        return Ok(RuntimeExpression::RequestBody(pointer));
    }
    match rest.split_once('.').filter(|(_, name)| !name.is_empty()) {
        Some(("header", name)) => Ok(RuntimeExpression::RequestHeader(name.to_owned())),
        Some(("query", name)) => Ok(RuntimeExpression::RequestQuery(name.to_owned())),
        Some(("path", name)) => Ok(RuntimeExpression::RequestPath(name.to_owned())),
        _ => Err("a request has `header.…`, `query.…`, `path.…` and `body`"),
    }
}

fn parse_response(rest: &str) -> Result<RuntimeExpression, &'static str> {
    if let Some(pointer) = parse_body(rest)? {
        return Ok(RuntimeExpression::ResponseBody(pointer));
    }
    match rest.split_once('.').filter(|(_, name)| !name.is_empty()) {
        Some(("header", name)) => Ok(RuntimeExpression::ResponseHeader(name.to_owned())),
        _ => Err("a response has `header.…` and `body`"),
    }
}

fn parse_body(rest: &str) -> Result<Option<String>, &'static str> {
    match rest.strip_prefix("body") {
        Some("") => Ok(Some(String::new())),
        Some(behind) => match behind.strip_prefix('#') {
            Some(pointer) if pointer.is_empty() || pointer.starts_with('/') => {
                Ok(Some(pointer.to_owned()))
            }
            Some(_) => Err("a JSON pointer is empty or begins with `/`"),
            None => Ok(None),
        },
        None => Ok(None),
    }
}

impl fmt::Display for RuntimeExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (text, pointer) = match self {
            Self::Url => return f.write_str("$url"),
            Self::Method => return f.write_str("$method"),
            Self::StatusCode => return f.write_str("$statusCode"),
            Self::RequestHeader(name) => return write!(f, "$request.header.{name}"),
            Self::RequestQuery(name) => return write!(f, "$request.query.{name}"),
            Self::RequestPath(name) => return write!(f, "$request.path.{name}"),
            Self::ResponseHeader(name) => return write!(f, "$response.header.{name}"),
            Self::RequestBody(pointer) => ("$request.body", pointer),
            Self::ResponseBody(pointer) => ("$response.body", pointer),
        };
        f.write_str(text)?;
        if pointer.is_empty() { Ok(()) } else { write!(f, "#{pointer}") }
    }
}
