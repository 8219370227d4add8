//! `enum`: listed values.

use serde_json::Value;
use spec::Finding;
use spec::model::{JsonType, Schema};

use super::Lowerer;
use super::names::{Scope, pascal};
use crate::ir::types::{Enum, EnumBase, EnumVariant, Kind, Slot, Type};

impl Lowerer<'_> {
    /// The type of listed values that no Rust enum says; `None` where one does.
    pub(super) fn listed_without_enum(&mut self, schema: &Schema) -> Option<Slot> {
        let values = listed(schema);
        if base(&values).is_some() {
            return None;
        }
        let (code, message, ty) = if values.is_empty() {
            let ty =
                schema.types.single().map_or(Slot::plain(Type::Any), |ty| self.scalar(schema, ty));
            (
                "enum-of-other-type",
                "none of the listed values is of the schema's type, so any value of the type is taken",
                ty,
            )
        } else if values.iter().all(|value| value.is_boolean()) {
            if values.len() > 1 {
                return Some(Slot::plain(Type::Boolean));
            }
            (
                "enum-of-a-boolean",
                "a list of one boolean becomes `bool`, so the other is taken too",
                Slot::plain(Type::Boolean),
            )
        } else if values.iter().all(|value| value.is_number()) {
            (
                "enum-of-fractions",
                "listed fractions become `f64`, so any number is taken",
                Slot::plain(Type::Number),
            )
        } else {
            (
                "enum-of-mixed-values",
                "listed values of several types become any value",
                Slot::plain(Type::Any),
            )
        };
        self.note(Finding::warning(code, schema.origin.child("enum"), message));
        Some(ty)
    }

    /// An enum; the values must be such that [`Self::listed_without_enum`] gives nothing.
    pub(super) fn enumeration(&mut self, schema: &Schema, _rust: &str) -> Kind {
        let values = listed(schema);
        let base = base(&values).unwrap_or(EnumBase::String);
        let names = written_names(schema, values.len());
        let mut scope = Scope::with(&["Self"]);
        let variants: Vec<EnumVariant> = values
            .iter()
            .enumerate()
            .map(|(at, value)| {
                let name = names.get(at).map_or_else(|| name(value), |name| pascal(name, "Value"));
                EnumVariant { rust: scope.take(name), value: (*value).clone() }
            })
            .collect();
        let unknown =
            ["Unknown", "Unlisted", "NotListed"].into_iter().find(|name| scope.is_free(name));
        let unknown = unknown.map_or_else(|| scope.take("Unknown".to_owned()), str::to_owned);
        let default = schema.default.as_ref();
        let default = default.and_then(|default| values.iter().position(|value| *value == default));
        Kind::Enum(Enum { variants, base, unknown: Some(unknown), default })
    }
}

/// The listed values of the schema's type, but for null, each once.
pub(super) fn listed(schema: &Schema) -> Vec<&Value> {
    let mut seen = std::collections::HashSet::new();
    let values = schema.enumeration.iter().flatten();
    values
        .filter(|value| !value.is_null() && is_of(schema, value))
        .filter(|value| seen.insert(value.to_string()))
        .collect()
}

fn is_of(schema: &Schema, value: &Value) -> bool {
    let types: &[JsonType] = match value {
        Value::Null => &[JsonType::Null],
        Value::Bool(_) => &[JsonType::Boolean],
        Value::Number(number) if number.is_f64() => &[JsonType::Number],
        Value::Number(_) => &[JsonType::Integer, JsonType::Number],
        Value::String(_) => &[JsonType::String],
        Value::Array(_) => &[JsonType::Array],
        Value::Object(_) => &[JsonType::Object],
    };
    types.iter().any(|ty| schema.types.contains(*ty))
}

fn base(values: &[&Value]) -> Option<EnumBase> {
    if values.is_empty() {
        None
    } else if values.iter().all(|value| value.is_string()) {
        Some(EnumBase::String)
    } else if values.iter().all(|value| value.as_i64().is_some()) {
        Some(EnumBase::Integer)
    } else {
        None
    }
}

fn name(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "Empty".to_owned(),
        Value::String(text) => pascal(text, "Value"),
        Value::Number(number) => match number.to_string().strip_prefix('-') {
            Some(digits) => format!("Minus{digits}"),
            None => format!("Value{number}"),
        },
        _ => "Value".to_owned(),
    }
}

/// `x-enum-varnames`, which several generators read.
fn written_names(schema: &Schema, count: usize) -> Vec<&str> {
    let names = schema.extensions.get("x-enum-varnames").and_then(Value::as_array);
    let names: Vec<&str> = names.into_iter().flatten().filter_map(Value::as_str).collect();
    if names.len() == count { names } else { Vec::new() }
}
