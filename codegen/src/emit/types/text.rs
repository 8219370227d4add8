//! Types and literals as text.

use serde_json::Value;

use super::imports::Imports;
use crate::ir::Type;
use crate::ir::types::{Kind, Presence, Slot};

/// A type as it is written in a file with these imports.
pub(super) fn ty(ty: &Type, imports: &mut Imports<'_>) -> String {
    match ty {
        Type::Named(id) => imports.named(*id).to_owned(),
        Type::Boxed(inner) => format!("Box<{}>", self::ty(inner, imports)),
        Type::Nullable(slot) => format!("Option<{}>", self::ty(&slot.ty, imports)),
        Type::Array(slot) => format!("Vec<{}>", self::ty(&slot.ty, imports)),
        Type::Map(slot) => {
            let map = imports.foreign("std::collections", "BTreeMap");
            format!("{map}<String, {}>", self::ty(&slot.ty, imports))
        }
        Type::Boolean => "bool".to_owned(),
        Type::Integer(integer) => integer.as_str().to_owned(),
        Type::Number => "f64".to_owned(),
        Type::String => "String".to_owned(),
        Type::Uuid => imports.foreign("uuid", "Uuid"),
        Type::DateTime => imports.foreign("time", "OffsetDateTime"),
        Type::Date => imports.foreign("time", "Date"),
        Type::Uri => imports.foreign("crate::runtime", "Uri"),
        Type::Object => {
            let map = imports.foreign("serde_json", "Map");
            format!("{map}<String, {}>", imports.foreign("serde_json", "Value"))
        }
        Type::Any => imports.foreign("serde_json", "Value"),
        Type::Null => "()".to_owned(),
    }
}

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
