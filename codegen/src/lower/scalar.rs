//! Strings, numbers, booleans and arrays.

use serde_json::Number;
use spec::Finding;
use spec::model::{Bound, JsonType, Schema};

use super::{Hint, Lowerer};
use crate::ir::types::{Integer, Slot, Type};
use crate::names::singular;
use crate::settings::TextType;

impl Lowerer<'_> {
    pub(super) fn scalar(&mut self, schema: &Schema, ty: JsonType) -> Slot {
        match ty {
            JsonType::Null => Slot::plain(Type::Null),
            JsonType::Boolean => Slot::plain(Type::Boolean),
            JsonType::Integer => self.integer(schema),
            JsonType::Number if is_of_integers(schema) => self.integer_of_format(schema),
            JsonType::Number => Slot { ty: Type::Number, rules: self.number_rules(schema) },
            JsonType::String => {
                let ty = schema.format.as_deref().map_or(Type::String, |format| self.text(format));
                Slot { ty, rules: self.text_rules(schema) }
            }
            JsonType::Array => self.array(schema, Hint { owner: "Array", role: "item" }),
            JsonType::Object => Slot::plain(Type::Object),
        }
    }

    /// Numbers whose format is one of integers, which OAS has for any number (3.1.1, Data Type Format).
    fn integer_of_format(&mut self, schema: &Schema) -> Slot {
        self.note(Finding::note(
            "numbers-are-integers",
            schema.origin.clone(),
            "the format of these numbers is one of integers, so a fraction is refused (OAS 3.1.1, Data Type Format)",
        ));
        self.integer(schema)
    }

    /// The type of strings of a format: as the user has it, else by its own name.
    pub(super) fn text(&self, format: &str) -> Type {
        let wanted = self.settings.formats.get(format).copied();
        match wanted.or_else(|| TextType::parse(format)) {
            Some(TextType::Uuid) => Type::Uuid,
            Some(TextType::DateTime) => Type::DateTime,
            Some(TextType::Date) => Type::Date,
            Some(TextType::Uri) => Type::Uri,
            Some(TextType::String) | None => Type::String,
        }
    }

    /// The integers of a schema. What its format says beside its own bounds is a rule where the type is wider.
    fn integer(&mut self, schema: &Schema) -> Slot {
        let integer = integer(schema);
        let mut rules = self.number_rules(schema);
        let range = schema.format.as_deref().and_then(spec::integer_range);
        if let Some((least, most)) = range.filter(|range| *range != integer.range()) {
            let number = |end: i128| Number::from_i128(end).map(|end| (end, false));
            rules.minimum = rules.minimum.or_else(|| number(least));
            rules.maximum = rules.maximum.or_else(|| number(most));
        }
        // What the type says already is no rule.
        let (least, most) = integer.range();
        rules.minimum = rules.minimum.filter(|(bound, is_exclusive)| {
            *is_exclusive || whole(bound).is_none_or(|bound| bound > least)
        });
        rules.maximum = rules.maximum.filter(|(bound, is_exclusive)| {
            *is_exclusive || whole(bound).is_none_or(|bound| bound < most)
        });
        if let Some(format) = schema.format.as_deref().filter(|_| range.is_none()) {
            self.unknown_format(schema, format, integer);
        }
        if is_beyond(integer, schema) {
            self.note(Finding::warning(
                "integer-beyond-64-bits",
                schema.origin.clone(),
                format!("integers that `{}` doesn't hold are refused", integer.as_str()),
            ));
        }
        Slot { ty: Type::Integer(integer), rules }
    }

    /// A format that says nothing known of integers is an annotation (OAS 3.1.1, Data Type Format); one that says that they
    /// are wider than any type here is lost.
    fn unknown_format(&mut self, schema: &Schema, format: &str, integer: Integer) {
        let (at, ty) = (schema.origin.clone(), integer.as_str());
        self.note(match is_wide(format) {
            true => Finding::warning(
                "integer-beyond-64-bits",
                at,
                format!("`{format}` is wider than 64 bits: integers that `{ty}` doesn't hold are refused"),
            ),
            false => Finding::note(
                "unknown-integer-format",
                at,
                format!("`{format}` is no known format of integers, so these are `{ty}`"),
            ),
        });
    }

    pub(super) fn array(&mut self, schema: &Schema, hint: Hint<'_>) -> Slot {
        if !schema.prefix_items.is_empty() {
            self.note(Finding::warning(
                "tuple",
                schema.origin.clone(),
                "`prefixItems` can't be said in Rust types: items are any value, and checked",
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

/// Whether the format of numbers is one of integers.
pub(super) fn is_of_integers(schema: &Schema) -> bool {
    schema.format.as_deref().is_some_and(|format| spec::integer_range(format).is_some())
}

/// A bound of a schema as a double.
fn bound(bound: &Option<Bound>) -> Option<f64> {
    bound.as_ref().and_then(|bound| bound.value.as_f64())
}

/// A number as an integer, if it is one.
#[expect(clippy::cast_possible_truncation, reason = "a float without fraction, or saturated")]
fn whole(number: &Number) -> Option<i128> {
    let integer = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    let float = || number.as_f64().filter(|value| value.fract() == 0.0).map(|value| value as i128);
    integer.or_else(float)
}

/// The integer that a format names, if its bounds fit; else the one of `i64` and `u64` that holds more of them.
fn integer(schema: &Schema) -> Integer {
    let (least, most) = (bound(&schema.minimum), bound(&schema.maximum));
    let of_format = schema.format.as_deref().and_then(|format| match format {
        "int8" => Some(Integer::I8),
        "int16" => Some(Integer::I16),
        "int32" => Some(Integer::I32),
        "uint8" => Some(Integer::U8),
        "uint16" => Some(Integer::U16),
        "uint32" => Some(Integer::U32),
        "uint64" | "uint" => Some(Integer::U64),
        _ => None,
    });
    match of_format.filter(|integer| !is_beyond(*integer, schema)) {
        Some(integer) => integer,
        None if least.is_none() && schema.format.as_deref().is_some_and(is_unsigned) => {
            Integer::U64
        }
        None if least.is_some_and(|least| least >= 0.0)
            && most.is_some_and(|most| most >= 9.3e18) =>
        {
            Integer::U64
        }
        None => Integer::I64,
    }
}

/// Whether a format is of integers of more than 64 bits: `uint128`, `bigint`.
fn is_wide(format: &str) -> bool {
    let digits = format.trim_start_matches('u').strip_prefix("int").and_then(|it| it.parse().ok());
    digits.is_some_and(|width: u32| width > 64) || format.to_ascii_lowercase().starts_with("bigint")
}

/// Whether a format is of integers that aren't negative, of more bits than there is a type for.
fn is_unsigned(format: &str) -> bool {
    format.starts_with('u') && is_wide(format)
}

/// Whether a schema's bounds admit integers that the type doesn't hold.
#[expect(
    clippy::cast_precision_loss,
    reason = "bounds that differ in the last digits of 64 bits are one bound"
)]
fn is_beyond(integer: Integer, schema: &Schema) -> bool {
    let (min, max) = integer.range();
    bound(&schema.minimum).is_some_and(|least| least < min as f64)
        || bound(&schema.maximum).is_some_and(|most| most > max as f64)
}
