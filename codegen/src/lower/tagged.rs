//! Structs that unions tell by the value of a member: whoever makes one needn't say which value that is.

use std::collections::HashMap;

use serde_json::Value;

use crate::ir::TypeId;
use crate::ir::types::{Holds, Item, Kind, Presence, Tag, Type, Union};

/// Gives each member that is a tag its value, where all unions that tell by it have the same one for the type.
pub(super) fn settle(types: &mut [Item]) {
    let mut known: HashMap<(TypeId, String), Option<Value>> = HashMap::new();
    let unions = types.iter().filter_map(|item| match &item.kind {
        Kind::Union(union) => Some(union),
        _ => None,
    });
    for (id, name, value) in unions.flat_map(told) {
        known
            .entry((id, name))
            .and_modify(|known| {
                if *known != value {
                    *known = None;
                }
            })
            .or_insert(value);
    }
    for ((TypeId(id), name), value) in known {
        let Kind::Struct(object) = &mut types[id as usize].kind else { continue };
        let fields = object.fields.iter_mut();
        let mut tags =
            fields.filter(|field| field.wire == name && field.presence == Presence::Required);
        if let Some(field) = tags.next().filter(|field| field.default.is_none()) {
            field.default = value;
        }
    }
}

/// The types that a union tells by a member, with the one value that it has for each; none where it has several.
fn told(union: &Union) -> Vec<(TypeId, String, Option<Value>)> {
    let Tag::Property { name, values, .. } = &union.tag else { return Vec::new() };
    let variants = union.variants.iter().enumerate();
    let types = variants.filter_map(|(at, variant)| {
        let Holds::Value(slot) = &variant.holds else { return None };
        let Type::Named(id) = &slot.ty else { return None };
        let mut own = values.iter().filter(|(_, variant)| *variant == at).map(|(value, _)| value);
        let value = own.next().filter(|_| own.next().is_none());
        Some((*id, name.clone(), value.cloned()))
    });
    types.collect()
}
