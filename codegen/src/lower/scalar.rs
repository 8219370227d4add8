//! Strings, numbers, booleans and arrays.

use spec::Finding;
use spec::model::{JsonType, Schema};

use super::names::singular;
use super::{Hint, Lowerer};
use crate::ir::types::{Integer, Slot, Type};

impl Lowerer<'_> {
    pub(super) fn scalar(&mut self, schema: &Schema, ty: JsonType) -> Slot {
        match ty {
            JsonType::Null => Slot::plain(Type::Null),
            JsonType::Boolean => Slot::plain(Type::Boolean),
            JsonType::Integer => {
                let ty = Type::Integer(integer(schema));
                Slot { ty, rules: self.number_rules(schema) }
            }
            JsonType::Number => Slot { ty: Type::Number, rules: self.number_rules(schema) },
            JsonType::String => {
                let ty = match schema.format.as_deref() {
                    Some("uuid") => Type::Uuid,
                    Some("date-time") => Type::DateTime,
                    Some("date") => Type::Date,
                    Some("uri") => Type::Uri,
                    _ => Type::String,
                };
                Slot { ty, rules: self.text_rules(schema) }
            }
            JsonType::Array => self.array(schema, Hint { owner: "Array", role: "item" }),
            JsonType::Object => Slot::plain(Type::Object),
        }
    }

    pub(super) fn array(&mut self, schema: &Schema, hint: Hint<'_>) -> Slot {
        if !schema.prefix_items.is_empty() {
            self.note(Finding::warning(
                "tuple",
                schema.origin.clone(),
                "`prefixItems` can't be said in Rust types, so items may be anything",
            ));
        }
        let item = match schema.items {
            Some(id) if schema.prefix_items.is_empty() => {
                let role = singular(hint.role);
                self.slot(id, Hint { owner: hint.owner, role: &role })
            }
            _ => Slot::plain(Type::Any),
        };
        Slot { ty: Type::Array(Box::new(item)), rules: self.array_rules(schema) }
    }
}

/// The integer that a format names, if its bounds fit; else the smallest of `i64` and `u64` that holds all of them.
fn integer(schema: &Schema) -> Integer {
    let bound =
        |bound: &Option<spec::model::Bound>| bound.as_ref().and_then(|bound| bound.value.as_f64());
    let (least, most) = (bound(&schema.minimum), bound(&schema.maximum));
    let fits = |min: f64, max: f64| {
        least.is_none_or(|least| least >= min) && most.is_none_or(|most| most <= max)
    };
    match schema.format.as_deref() {
        Some("int8") if fits(-128.0, 127.0) => Integer::I8,
        Some("int16") if fits(-32768.0, 32767.0) => Integer::I16,
        Some("int32") if fits(f64::from(i32::MIN), f64::from(i32::MAX)) => Integer::I32,
        Some("uint8") if fits(0.0, 255.0) => Integer::U8,
        Some("uint16") if fits(0.0, 65535.0) => Integer::U16,
        Some("uint32") if fits(0.0, f64::from(u32::MAX)) => Integer::U32,
        Some("uint64" | "uint") => Integer::U64,
        _ if least.is_some_and(|least| least >= 0.0) && most.is_some_and(|most| most >= 9.3e18) => {
            Integer::U64
        }
        _ => Integer::I64,
    }
}
