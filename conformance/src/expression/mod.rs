//! Arazzo runtime expressions and simple conditions: parsed once, evaluated over what a run has seen.
//!
//! Supported: `$url`, `$method`, `$statusCode`, `$request.{header,query,path}.…`, `$request.body#/…`,
//! `$response.header.…`, `$response.body#/…`, `$inputs.…`, `$steps.….outputs.…`, `$workflows.….outputs.…` and
//! `$outputs.…`, the latter four with a JSON pointer behind `#` where part of the value is meant; and members of bodies
//! behind dots and brackets (`$response.body.pets[0].name`). Anything else is a parse error that names itself, never a
//! silent `null`.

mod condition;
mod context;
mod evaluate;
mod query;
#[cfg(test)]
mod tests;

pub use condition::{Comparison, Condition, ConditionError, Literal, Side};
pub use context::{Context, Seen, Unresolved};
pub(crate) use evaluate::{header, order};
pub use evaluate::{json_equal, moment, value_text};
pub use query::{Language, Pattern, Piece, Query, Selection};
pub(crate) use query::{moment_at, seconds_later};

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
pub use spec::model::{ExpressionError, RuntimeExpression};
use spec::pointer::escape;

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
    /// `$workflows.workflow.outputs.name`, or `$outputs.name` of the workflow that a step calls. What a workflow gives is
    /// given by its steps: only documents have such an expression, and cases those that it stands for.
    WorkflowOutput {
        /// The workflow; `None`: the one that the step calls.
        workflow: Option<String>,
        /// The output.
        name: String,
        /// The JSON pointer into it (empty: all of it).
        pointer: String,
    },
    /// A value that is picked out of that of another expression.
    Selected(Box<Selection>),
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

    /// The step whose output it is, if it is one.
    #[must_use]
    pub fn step(&self) -> Option<&str> {
        match self {
            Self::Output { step, .. } => Some(step),
            _ => None,
        }
    }

    /// The expression that its value is picked out of; itself where it isn't picked out of another's.
    #[must_use]
    pub fn root(&self) -> &Self {
        match self {
            Self::Selected(selection) => selection.context.root(),
            other => other,
        }
    }

    /// The part of its value at a JSON pointer.
    #[must_use]
    pub fn at(self, pointer: &str) -> Self {
        let join = |own: String| own + pointer;
        match self {
            one if pointer.is_empty() => one,
            Self::Input { name, pointer } => Self::Input { name, pointer: join(pointer) },
            Self::Output { step, name, pointer } => {
                Self::Output { step, name, pointer: join(pointer) }
            }
            Self::WorkflowOutput { workflow, name, pointer } => {
                Self::WorkflowOutput { workflow, name, pointer: join(pointer) }
            }
            Self::Exchange(RuntimeExpression::ResponseBody(own)) => Self::response_body(join(own)),
            Self::Exchange(RuntimeExpression::RequestBody(own)) => Self::request_body(join(own)),
            context => Self::Selected(Box::new(Selection {
                context,
                selector: pointer.to_owned(),
                language: Language::JsonPointer,
            })),
        }
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
        "outputs" => Some(parse_name(rest).map(|(name, pointer)| Expression::WorkflowOutput {
            workflow: None,
            name,
            pointer,
        })),
        "workflows" => Some(parse_workflow(rest)),
        "request" | "response" => parse_member(text),
        "sourceDescriptions" | "components" | "message" => {
            Some(Err("this kind of expression is not supported here"))
        }
        _ => None,
    }
}

fn parse_workflow(rest: &str) -> Result<Expression, &'static str> {
    let (workflow, rest) =
        rest.split_once(".outputs.").ok_or("only the `.outputs.…` of a workflow are supported")?;
    let (name, pointer) = parse_name(rest)?;
    Ok(Expression::WorkflowOutput { workflow: Some(workflow.to_owned()), name, pointer })
}

/// `$response.body.pets[0].name`: members behind dots, items in brackets. `None`: there are none behind the body.
fn parse_member(text: &str) -> Option<Result<Expression, &'static str>> {
    let (of, members) = ["$response.body", "$request.body"]
        .into_iter()
        .find_map(|body| Some((body, text.strip_prefix(body)?)))?;
    if !members.starts_with(['.', '[']) {
        return None;
    }
    let mut pointer = String::new();
    for member in members.split(['.', '[']).skip(1) {
        let token = member.strip_suffix(']').unwrap_or(member);
        // `a.[0]` has nothing between the dot and the bracket.
        if token.is_empty() {
            continue;
        }
        pointer.push('/');
        pointer.push_str(&escape(token));
    }
    Some(Ok(match of {
        "$response.body" => Expression::response_body(pointer),
        _ => Expression::request_body(pointer),
    }))
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
            Self::Selected(selection) => return selection.fmt(f),
            Self::WorkflowOutput { workflow: None, name, pointer } => {
                write!(f, "$outputs.{name}")?;
                pointer
            }
            Self::WorkflowOutput { workflow: Some(workflow), name, pointer } => {
                write!(f, "$workflows.{workflow}.outputs.{name}")?;
                pointer
            }
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
