//! Values of a contract as tables have them, and which values are equal (JSON Schema core, §4.2.2).

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use serde_json::Value;

use crate::rules::Number;

/// A value of a contract.
#[derive(Debug, Clone, Copy)]
pub enum Literal {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number without fraction.
    Integer(i128),
    /// Any other.
    Float(f64),
    /// A string.
    Text(&'static str),
    /// An array.
    Array(&'static [Literal]),
    /// An object, each name once.
    Object(&'static [(&'static str, Literal)]),
}

impl Literal {
    /// Whether a value equals it: 1.0 is 1, and members have no order.
    #[must_use]
    pub fn is(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Null, Value::Null) => true,
            (Self::Boolean(this), Value::Bool(other)) => this == other,
            (Self::Integer(this), Value::Number(other)) => {
                canonical(Number::Integer(*this)) == canonical(number(other))
            }
            (Self::Float(this), Value::Number(other)) => {
                canonical(Number::Float(*this)) == canonical(number(other))
            }
            (Self::Text(this), Value::String(other)) => this == other,
            (Self::Array(this), Value::Array(other)) => {
                this.len() == other.len() && this.iter().zip(other).all(|(one, it)| one.is(it))
            }
            (Self::Object(this), Value::Object(other)) => {
                this.len() == other.len()
                    && this.iter().all(|(name, it)| other.get(*name).is_some_and(|o| it.is(o)))
            }
            _ => false,
        }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::Array(items) => {
                f.write_str("[")?;
                for (at, item) in items.iter().enumerate() {
                    let comma = if at > 0 { ", " } else { "" };
                    write!(f, "{comma}{item}")?;
                }
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (at, (name, value)) in members.iter().enumerate() {
                    let comma = if at > 0 { ", " } else { "" };
                    write!(f, "{comma}{name}: {value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

/// Whether two items are equal. Each is written in one form, as comparing each with each would take a server's time.
pub(super) fn has_equal(items: &[Value]) -> bool {
    let mut seen = HashSet::new();
    !items.iter().all(|item| seen.insert(text(item)))
}

fn text(value: &Value) -> String {
    match value {
        Value::Number(it) => canonical(number(it)),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(text).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(members) => {
            let members: BTreeMap<&String, String> =
                members.iter().map(|(name, value)| (name, text(value))).collect();
            format!("{members:?}")
        }
        Value::Null | Value::Bool(_) | Value::String(_) => value.to_string(),
    }
}

/// A number as the runtime has it.
pub(super) fn number(number: &serde_json::Number) -> Number {
    let whole = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    match whole {
        Some(whole) => Number::Integer(whole),
        None => Number::Float(number.as_f64().unwrap_or(f64::NAN)),
    }
}

/// The digits of a number, the same however it is written: `1` of 1.0, `0` of -0.0.
fn canonical(number: Number) -> String {
    match number {
        Number::Integer(value) => value.to_string(),
        Number::Float(value) => (value + 0.0).to_string(),
    }
}
