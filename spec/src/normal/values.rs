//! JSON values by meaning: members in any order, numbers by value.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use serde_json::Value;

use super::compare_numbers;
use crate::model::JsonType;

/// Whether two values are the same to JSON Schema: `1` and `1.0` are, and members have no order.
#[must_use]
pub fn same_value(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => compare_numbers(a, b) == Ordering::Equal,
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_value(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same_value(a, b)))
        }
        _ => a == b,
    }
}

/// Hashes so that the same values (see [`same_value`]) hash alike.
pub fn hash_value(value: &Value, state: &mut impl Hasher) {
    match value {
        Value::Number(number) => (number.as_f64().unwrap_or_default() + 0.0).to_bits().hash(state),
        Value::Array(items) => {
            items.len().hash(state);
            items.iter().for_each(|item| hash_value(item, state));
        }
        Value::Object(members) => {
            let mut keys: Vec<_> = members.keys().collect();
            keys.sort_unstable();
            for key in keys {
                key.hash(state);
                hash_value(&members[key], state);
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => value.hash(state),
    }
}

/// The type of a value; a number without a fraction is an integer.
#[must_use]
pub fn type_of(value: &Value) -> JsonType {
    match value {
        Value::Null => JsonType::Null,
        Value::Bool(_) => JsonType::Boolean,
        Value::Number(number) => {
            let whole = number.as_f64().is_some_and(|float| float.fract() == 0.0);
            if whole { JsonType::Integer } else { JsonType::Number }
        }
        Value::String(_) => JsonType::String,
        Value::Array(_) => JsonType::Array,
        Value::Object(_) => JsonType::Object,
    }
}
