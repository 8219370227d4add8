//! What absence means: `limit_or_default` of a parameter or a member that has a default.

use serde_json::Value;

use super::code::Code;
use super::types::string;
use super::usage::{Naming, composed, ty_by};
use crate::ir::Type;
use crate::ir::types::{EnumBase, Kind};

/// A method of a struct with a field that may be absent.
pub(super) struct DefaultMethod {
    docs: String,
    method: String,
    ty: String,
    value: String,
}

impl DefaultMethod {
    /// That of a field of this name in Rust and on the wire. None where its default isn't of its type, or where a field is
    /// called so.
    pub(super) fn of(
        (rust, wire): (&str, &str),
        (ty, default): (&Type, &Value),
        is_taken: impl Fn(&str) -> bool,
        names: &mut impl Naming,
    ) -> Option<Self> {
        let method = composed(&[rust, "_or_default"]);
        if is_taken(&method) {
            return None;
        }
        let (ty, value) = value_of(names, ty, default, &format!("self.{rust}"))?;
        let docs = format!("`{wire}`, or its default `{default}`.");
        Some(Self { docs, method, ty, value })
    }

    pub(super) fn write(&self, code: &mut Code) {
        code.space();
        code.doc(&self.docs);
        code.line("#[must_use]");
        let head = format!("pub fn {}(&self) -> {}", self.method, self.ty);
        code.block(head, |code| code.line(&self.value));
    }
}

/// The type of what a field is by default, and the expression.
fn value_of(
    names: &mut impl Naming,
    ty: &Type,
    default: &Value,
    field: &str,
) -> Option<(String, String)> {
    let ty = &names.api().resolve(ty).clone();
    let copied = |names: &mut _, literal: &str| {
        Some((ty_by(ty, names), format!("{field}.unwrap_or({literal})")))
    };
    match (ty, default) {
        (Type::Boolean, Value::Bool(value)) => copied(names, &value.to_string()),
        (Type::Integer(integer), Value::Number(number)) => {
            copied(names, &integer.value(number)?.to_string())
        }
        (Type::Number, Value::Number(number)) => copied(names, &format!("{:?}", number.as_f64()?)),
        (Type::String, Value::String(text)) => {
            let value = format!("{field}.as_deref().unwrap_or({})", string(text));
            Some(("&str".to_owned(), value))
        }
        (Type::Named(id), Value::String(_)) => {
            let Kind::Enum(listed) = &names.api().item(*id).kind else { return None };
            if listed.base != EnumBase::String {
                return None;
            }
            let variant = listed.variant(default)?.rust.clone();
            // An enum that keeps unknown values owns text; one that doesn't is copied.
            let clone = if listed.unknown.is_some() { ".clone()" } else { "" };
            let named = ty_by(ty, names);
            let value = format!("{field}{clone}.unwrap_or({named}::{variant})");
            Some((named, value))
        }
        _ => None,
    }
}
