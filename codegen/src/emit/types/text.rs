//! Types and literals as text.

use serde_json::Value;

use super::imports::Imports;
use crate::emit::usage::{Naming as _, ty_by as ty};
use crate::ir::Type;
use crate::ir::types::{Kind, Presence, Slot};

/// A type by what it is: the same for all names of one type.
pub(super) fn canonical(ty: &Type, imports: &Imports<'_>, depth: usize) -> String {
    let inner = |slot: &Slot| canonical(&slot.ty, imports, depth + 1);
    match ty {
        Type::Named(id) => {
            let item = imports.item(*id);
            match &item.kind {
                Kind::Alias(slot) if depth < 32 => inner(slot),
                _ => item.rust.clone(),
            }
        }
        Type::Boxed(boxed) => format!("Box<{}>", canonical(boxed, imports, depth + 1)),
        Type::Deep(deep) => format!("Deep<{}>", canonical(deep, imports, depth + 1)),
        Type::Nullable(slot) => format!("Option<{}>", inner(slot)),
        Type::Array(slot) => format!("Vec<{}>", inner(slot)),
        Type::Map(slot) => format!("BTreeMap<{}>", inner(slot)),
        other => format!("{other:?}"),
    }
}

/// The type of a field.
pub(super) fn field_ty(slot: &Slot, presence: Presence, imports: &mut Imports<'_>) -> String {
    let inner = ty(&slot.ty, imports);
    match presence {
        Presence::Required => inner,
        Presence::RequiredNullable | Presence::Optional => format!("Option<{inner}>"),
        Presence::OptionalNullable => {
            format!("{}<{inner}>", imports.foreign("crate::runtime", "Field"))
        }
    }
}

/// A string literal: raw where that reads better.
pub(in crate::emit) fn string(text: &str) -> String {
    let is_plain = text.chars().all(|c| !c.is_control() && c != '\u{feff}');
    if is_plain && text.contains('\\') && !text.contains("\"#") {
        let hash = if text.contains('"') { "#" } else { "" };
        return format!("r{hash}\"{text}\"{hash}");
    }
    format!("{text:?}")
}

/// The literal of a constant.
pub(super) fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => string(text),
        other => other.to_string(),
    }
}
