//! What absence means: `limit_or_default` of a parameter or a member that has a default.

use serde_json::Value;

use super::code::{Code, Expr, call};
use super::literal::literal;
use super::types::string;
use super::usage::{Naming, composed, ty_by};
use crate::ir::types::Kind;
use crate::ir::{Api, Type};

/// A method of a struct with a field that may be absent.
pub(super) struct DefaultMethod {
    docs: String,
    method: String,
    ty: String,
    value: Expr,
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
        code.block(head, |code| code.put("", &self.value, ""));
    }
}

/// The type of what a field is by default, and the expression.
fn value_of(
    names: &mut impl Naming,
    ty: &Type,
    default: &Value,
    field: &str,
) -> Option<(String, Expr)> {
    let (ty, is_boxed) = &unboxed(names.api(), ty)?;
    if let (Type::String, Value::String(text)) = (ty, default) {
        let value = format!("{field}.as_deref().unwrap_or({})", string(text));
        return Some(("&str".to_owned(), value.into()));
    }
    let value = literal(names, ty, default)?;
    let copied = is_copied(names.api(), ty);
    let ty = ty_by(ty, names);
    let field = match (is_boxed, copied) {
        (true, _) => format!("{field}.as_deref().cloned()"),
        (false, true) => field.to_owned(),
        (false, false) => format!("{field}.clone()"),
    };
    let is_empty = matches!(&value, Expr::Text(text) if text.ends_with("::new()"));
    let value = match is_empty {
        true => format!("{field}.unwrap_or_default()").into(),
        false if takes_work(&value) => {
            Expr::from(field).then([call(".unwrap_or_else", [value.beginning("|| ")])])
        }
        false => Expr::from(field).then([call(".unwrap_or", [value])]),
    };
    Some((ty, value))
}

/// What a type stands for, out of its box where it is in one; none where it lies deeper.
fn unboxed(api: &Api, ty: &Type) -> Option<(Type, bool)> {
    match ty {
        Type::Boxed(inner) => {
            let (inner, is_boxed) = unboxed(api, inner)?;
            (!is_boxed).then_some((inner, true))
        }
        Type::Deep(_) => None,
        Type::Named(id) => match &api.item(*id).kind {
            Kind::Alias(slot) => unboxed(api, &slot.ty),
            _ => Some((ty.clone(), false)),
        },
        _ => Some((ty.clone(), false)),
    }
}

/// Whether a value is more than constants put together, so that it isn't made where it isn't wanted.
fn takes_work(value: &Expr) -> bool {
    let text = value.one_line();
    [".to_owned()", "vec![", "::new(", "::from(", " + "].iter().any(|work| text.contains(work))
}

/// Whether a type is `Copy`. An enum that keeps unknown values owns text.
fn is_copied(api: &Api, ty: &Type) -> bool {
    match ty {
        Type::Boolean | Type::Integer(_) | Type::Number => true,
        Type::Uuid | Type::DateTime | Type::Date => true,
        Type::Named(id) => {
            matches!(&api.item(*id).kind, Kind::Enum(listed) if listed.unknown.is_none())
        }
        _ => false,
    }
}
