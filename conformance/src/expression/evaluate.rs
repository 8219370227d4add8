//! Expressions and conditions, evaluated.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{
    Comparison, Condition, Context, Expression, Literal, RuntimeExpression, Seen, Side, Unresolved,
};

impl Expression {
    /// Its value.
    ///
    /// # Errors
    /// When what it speaks of isn't there.
    pub fn value(&self, context: &Context<'_>) -> Result<Value, Unresolved> {
        if let Self::Selected(selection) = self {
            return selection.value(context);
        }
        self.find(context).map_err(|reason| Unresolved { expression: self.to_string(), reason })
    }

    /// Its value as text: strings as they are, numbers and booleans as JSON writes them.
    ///
    /// # Errors
    /// When what it speaks of isn't there, or has no text form.
    pub fn text(&self, context: &Context<'_>) -> Result<String, Unresolved> {
        let value = self.value(context)?;
        value_text(&value).ok_or_else(|| Unresolved {
            expression: self.to_string(),
            reason: "its value has no form as text",
        })
    }

    fn find(&self, context: &Context<'_>) -> Result<Value, &'static str> {
        match self {
            Self::Input { name, pointer } => {
                let value = context.inputs.get(name).ok_or("there is no such input")?;
                at(value, pointer)
            }
            Self::Output { step, name, pointer } => {
                let outputs = context.outputs.get(step).ok_or("the step has not run")?;
                at(outputs.get(name).ok_or("the step has no such output")?, pointer)
            }
            Self::WorkflowOutput { .. } => Err("the workflow has no such output"),
            Self::Selected(_) => Err("it is picked out of another value"),
            Self::Exchange(part) => {
                find(part, context.exchange.as_ref().ok_or("nothing has been exchanged yet")?)
            }
        }
    }
}

fn find(part: &RuntimeExpression, seen: &Seen<'_>) -> Result<Value, &'static str> {
    use RuntimeExpression as Part;
    let text = |text: Option<&str>, reason| text.map(Value::from).ok_or(reason);
    match part {
        Part::Url => Ok(seen.url.into()),
        Part::Method => Ok(seen.method.into()),
        Part::StatusCode => Ok(seen.status.into()),
        Part::RequestHeader(name) => {
            text(header(seen.request_headers, name), "the request has no such header")
        }
        Part::ResponseHeader(name) => {
            text(header(seen.response_headers, name), "the response has no such header")
        }
        Part::RequestQuery(name) => {
            let pair = seen.query.iter().find(|(key, _)| key == name);
            text(pair.map(|(_, value)| value.as_str()), "the request has no such parameter")
        }
        Part::RequestPath(name) => {
            let value = seen.path.get(name).map(String::as_str);
            text(value, "the request has no such parameter")
        }
        Part::RequestBody(pointer) => {
            at(seen.request_body.ok_or("the request has no JSON body")?, pointer)
        }
        Part::ResponseBody(pointer) => {
            at(seen.response_body.ok_or("the response has no JSON body")?, pointer)
        }
    }
}

fn at(value: &Value, pointer: &str) -> Result<Value, &'static str> {
    value.pointer(pointer).cloned().ok_or("the pointer leads nowhere")
}

/// The first header field of this name.
pub(crate) fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let field = headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    field.map(|(_, value)| value.as_str())
}

/// A scalar as text; `None` for null, arrays and objects.
#[must_use]
pub fn value_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The moment that a date-time (RFC 3339) names.
#[must_use]
pub fn moment(value: &Value) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(value.as_str()?, &Rfc3339).ok()
}

/// Whether two values are equal as JSON: numbers by value, members in any order.
#[must_use]
pub fn json_equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            left == right || left.as_f64().is_some_and(|left| right.as_f64() == Some(left))
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| json_equal(l, r))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, value)| {
                    right.get(name).is_some_and(|other| json_equal(value, other))
                })
        }
        _ => left == right,
    }
}

impl Condition {
    /// Whether it holds.
    ///
    /// # Errors
    /// The first expression met that has no value here.
    pub fn holds(&self, context: &Context<'_>) -> Result<bool, Unresolved> {
        Ok(match self {
            Self::Compare { left, comparison, right } => {
                comparison.holds(&left.value(context)?, &right.value(context)?)
            }
            Self::Truth(side) => side.value(context)? == Value::Bool(true),
            Self::Query(query) => query.holds(context)?,
            Self::Not(inner) => !inner.holds(context)?,
            Self::And(left, right) => left.holds(context)? && right.holds(context)?,
            Self::Or(left, right) => left.holds(context)? || right.holds(context)?,
        })
    }
}

impl Side {
    /// Its value.
    ///
    /// # Errors
    /// When it is an expression that has no value here.
    pub fn value(&self, context: &Context<'_>) -> Result<Value, Unresolved> {
        match self {
            Self::Expression(expression) => expression.value(context),
            Self::Literal(Literal(value)) => Ok(value.clone()),
        }
    }
}

impl Comparison {
    /// Arazzo 1.0.1 §4.6.11: strings compare without regard to case; but two date-times (RFC 3339) compare as the
    /// moments that they are, however spelled. Values of different types are unequal, and neither is less, but that a text
    /// which is a number has the order of numbers (Arazzo 1.1 §4.6.11).
    fn holds(self, left: &Value, right: &Value) -> bool {
        let order = || order(&coerced(left, right), &coerced(right, left));
        match self {
            Self::Equal => loosely_equal(left, right),
            Self::NotEqual => !loosely_equal(left, right),
            Self::Less => order() == Some(Ordering::Less),
            Self::LessOrEqual => matches!(order(), Some(Ordering::Less | Ordering::Equal)),
            Self::Greater => order() == Some(Ordering::Greater),
            Self::GreaterOrEqual => matches!(order(), Some(Ordering::Greater | Ordering::Equal)),
        }
    }
}

/// A text that is a number as that, where it is compared with a number.
fn coerced<'v>(value: &'v Value, with: &Value) -> Cow<'v, Value> {
    let number = value.as_str().filter(|_| with.is_number());
    let number = number.and_then(|text| text.parse::<serde_json::Number>().ok());
    number.map_or(Cow::Borrowed(value), |number| Cow::Owned(Value::Number(number)))
}

fn loosely_equal(left: &Value, right: &Value) -> bool {
    if let Some((left, right)) = moment(left).zip(moment(right)) {
        return left == right;
    }
    match (left, right) {
        (Value::String(left), Value::String(right)) => left.to_lowercase() == right.to_lowercase(),
        _ => json_equal(left, right),
    }
}

/// Which of two values is less, where they have an order.
pub(crate) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    if let Some((left, right)) = moment(left).zip(moment(right)) {
        return Some(left.cmp(&right));
    }
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
        },
        (Value::String(left), Value::String(right)) => {
            Some(left.to_lowercase().cmp(&right.to_lowercase()))
        }
        _ => None,
    }
}
