//! Arazzo runtime expressions and simple conditions: parsed once, evaluated over what a run has seen.
//!
//! Supported: `$url`, `$method`, `$statusCode`, `$request.{header,query,path}.…`, `$request.body#/…`,
//! `$response.header.…`, `$response.body#/…`, `$inputs.…` and `$steps.….outputs.…`, the latter two with a JSON
//! pointer behind `#` where part of the value is meant. Anything else is a parse error that names itself, never a
//! silent `null`.

mod condition;
mod context;
mod evaluate;
#[cfg(test)]
mod tests;

pub use condition::{Comparison, Condition, ConditionError, Literal, Side};
pub use context::{Context, Seen, Unresolved};
pub(crate) use evaluate::order;
pub use evaluate::{json_equal, moment, value_text};

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
pub use spec::model::{ExpressionError, RuntimeExpression};

/// A runtime expression (Arazzo 1.0.1 §4.7).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Expression {
    /// A part of an exchange, as in links of OpenAPI.
    Exchange(RuntimeExpression),
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

    /// `$request.body#pointer`
    #[must_use]
    pub fn request_body(pointer: impl Into<String>) -> Self {
        Self::Exchange(RuntimeExpression::RequestBody(pointer.into()))
    }

    /// `$response.body#pointer`
    #[must_use]
    pub fn response_body(pointer: impl Into<String>) -> Self {
        Self::Exchange(RuntimeExpression::ResponseBody(pointer.into()))
    }

    /// `$response.header.name`
    #[must_use]
    pub fn response_header(name: impl Into<String>) -> Self {
        Self::Exchange(RuntimeExpression::ResponseHeader(name.into()))
    }
}

impl From<RuntimeExpression> for Expression {
    fn from(expression: RuntimeExpression) -> Self {
        Self::Exchange(expression)
    }
}

impl FromStr for Expression {
    type Err = ExpressionError;

    fn from_str(text: &str) -> Result<Self, ExpressionError> {
        let own = parse(text).transpose();
        let own = own.map_err(|reason| ExpressionError { text: text.to_owned(), reason })?;
        own.map_or_else(|| text.parse().map(Self::Exchange), Ok)
    }
}

/// What only workflows have; `None`: it isn't for them to say what this is.
fn parse(text: &str) -> Option<Result<Expression, &'static str>> {
    let (head, rest) = text.strip_prefix('$')?.split_once('.')?;
    match head {
        "inputs" => {
            Some(parse_name(rest).map(|(name, pointer)| Expression::Input { name, pointer }))
        }
        "steps" => Some(parse_output(rest)),
        "workflows" | "sourceDescriptions" | "components" | "outputs" | "message" => {
            Some(Err("this kind of expression is not supported"))
        }
        _ => None,
    }
}

fn parse_output(rest: &str) -> Result<Expression, &'static str> {
    let (step, rest) = rest.split_once(".outputs.").ok_or("a step has only `.outputs.…`")?;
    let (name, pointer) = parse_name(rest)?;
    Ok(Expression::Output { step: step.to_owned(), name, pointer })
}

/// `name` or `name#/pointer`.
fn parse_name(text: &str) -> Result<(String, String), &'static str> {
    let (name, pointer) = text.split_once('#').unwrap_or((text, ""));
    if name.is_empty() {
        return Err("the name is missing");
    }
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return Err("a JSON pointer is empty or begins with `/`");
    }
    Ok((name.to_owned(), pointer.to_owned()))
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = match self {
            Self::Exchange(expression) => return expression.fmt(f),
            Self::Input { name, pointer } => {
                write!(f, "$inputs.{name}")?;
                pointer
            }
            Self::Output { step, name, pointer } => {
                write!(f, "$steps.{step}.outputs.{name}")?;
                pointer
            }
        };
        if pointer.is_empty() { Ok(()) } else { write!(f, "#{pointer}") }
    }
}

impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}
