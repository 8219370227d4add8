//! How large values are in memory, about: padding and niches are the compiler's business.

use crate::ir::types::{Item, Kind, Presence, Type, UnionVariant};

/// The size of a word, and what a tag takes with its padding.
const WORD: usize = 8;

/// The bytes of a type, given those of each named type.
pub(super) fn of(ty: &Type, named: &[usize]) -> usize {
    match ty {
        Type::Named(id) => named.get(id.0 as usize).copied().unwrap_or_default(),
        Type::Nullable(slot) => of(&slot.ty, named) + WORD,
        Type::Boxed(_) => WORD,
        Type::Deep(_) => 2 * WORD,
        Type::Boolean | Type::Null => 1,
        Type::Integer(_) | Type::Number => WORD,
        Type::Uuid | Type::DateTime | Type::Date => 2 * WORD,
        Type::String | Type::Uri | Type::Array(_) | Type::Map(_) | Type::Object => 3 * WORD,
        Type::Any => 4 * WORD,
    }
}

/// The bytes of a declared type, given those of the others.
pub(super) fn of_item(item: &Item, named: &[usize]) -> usize {
    match &item.kind {
        Kind::Struct(object) => {
            let fields = object.fields.iter().map(|field| {
                let tag = if field.presence == Presence::Required { 0 } else { WORD };
                of(&field.slot.ty, named) + tag
            });
            fields.sum::<usize>() + if object.additional.is_some() { 3 * WORD } else { 0 }
        }
        Kind::Union(union) => {
            let slots = union.variants.iter().filter_map(UnionVariant::slot);
            let variants = slots.map(|slot| of(&slot.ty, named));
            variants.max().unwrap_or_default() + WORD
        }
        Kind::Enum(listed) if listed.unknown.is_none() => 1,
        Kind::Enum(_) => 3 * WORD,
        Kind::Newtype(slot) | Kind::Alias(slot) => of(&slot.ty, named),
    }
}
