//! Which way values of each type travel, and what follows from it.

use super::cycles::{mentioned, slots};
use crate::ir::operation::{Content, ContentKind, Direction, Operation, PartKind};
use crate::ir::types::{Item, Kind, Presence, Sender, Slot, Type, UnionVariant, Usage};
use crate::settings::Enums;

/// Marks the types that go to the API and those that come from it, and those that can be plain text.
///
/// What the API sends by itself comes from it as a response does: whoever writes such a value is the same.
pub(super) fn mark(types: &mut [Item], operations: &[Operation]) {
    types.iter_mut().for_each(|item| item.used = Usage::default());
    let (mut to_api, mut from_api) = (Vec::new(), Vec::new());
    for operation in operations {
        let (asked, told) = match operation.direction() {
            Direction::ToApi => (&mut to_api, &mut from_api),
            Direction::FromApi => (&mut from_api, &mut to_api),
        };
        for parameter in operation.parameters.iter().flat_map(|parameters| &parameters.fields) {
            mentioned(&parameter.slot.ty, asked);
        }
        for content in operation.body.iter().flat_map(|body| &body.contents) {
            mentioned_by(content, asked);
        }
        for variant in &operation.responses.variants {
            for header in &variant.headers {
                mentioned(&header.slot.ty, told);
            }
            for content in &variant.contents {
                mentioned_by(content, told);
            }
        }
    }
    spread(types, to_api, |usage| &mut usage.request);
    spread(types, from_api, |usage| &mut usage.response);
    for at in 0..types.len() {
        types[at].textual = is_textual(types, &types[at].kind, 0);
    }
}

/// An enum that no response carries needs no variant for values that aren't listed.
pub(super) fn close_enums(types: &mut [Item], enums: Enums) {
    for item in types {
        if let Kind::Enum(listed) = &mut item.kind
            && (enums == Enums::Closed || item.used.request && !item.used.response)
        {
            listed.unknown = None;
        }
    }
}

/// OAS 3.0.3 §4.7.24.1: a member that only servers send is required of responses only, and the other way round.
pub(super) fn relax(types: &mut [Item]) {
    for item in types {
        let Kind::Struct(object) = &mut item.kind else { continue };
        for field in &mut object.fields {
            let is_missed = match field.sender {
                Sender::Both => false,
                Sender::Server => item.used.request,
                Sender::Client => item.used.response,
            };
            field.presence = match field.presence {
                Presence::Required if is_missed => Presence::Optional,
                Presence::RequiredNullable if is_missed => Presence::OptionalNullable,
                presence => presence,
            };
        }
    }
}

pub(super) fn mentioned_by(content: &Content, found: &mut Vec<usize>) {
    match &content.kind {
        ContentKind::Json(slot)
        | ContentKind::Form(slot, _)
        | ContentKind::Value(slot)
        | ContentKind::Items(_, slot) => {
            mentioned(&slot.ty, found);
        }
        ContentKind::Multipart(Some(parts)) => {
            for part in &parts.parts {
                if let PartKind::Value { slot, .. } = &part.kind {
                    mentioned(&slot.ty, found);
                }
                part.headers.iter().for_each(|header| mentioned(&header.slot.ty, found));
            }
        }
        ContentKind::Multipart(None)
        | ContentKind::Text
        | ContentKind::Bytes
        | ContentKind::Stream => {}
    }
}

fn spread(types: &mut [Item], mut from: Vec<usize>, flag: fn(&mut Usage) -> &mut bool) {
    while let Some(at) = from.pop() {
        let is_used = flag(&mut types[at].used);
        if std::mem::replace(is_used, true) {
            continue;
        }
        for slot in all_slots(&types[at].kind) {
            mentioned(&slot.ty, &mut from);
        }
    }
}

/// The uses of types in a declaration.
pub(super) fn all_slots(kind: &Kind) -> Vec<&Slot> {
    let mut all = slots(kind);
    if let Kind::Struct(object) = kind {
        all.extend(object.additional.iter().map(|additional| &additional.slot));
    }
    all
}

fn is_textual(types: &[Item], kind: &Kind, depth: usize) -> bool {
    match kind {
        Kind::Enum(_) => true,
        Kind::Newtype(slot) | Kind::Alias(slot) => is_text(types, &slot.ty, depth + 1),
        Kind::Union(union) => {
            let mut slots = union.variants.iter().map(UnionVariant::slot);
            slots.all(|slot| slot.is_some_and(|slot| is_text(types, &slot.ty, depth + 1)))
        }
        Kind::Struct(_) => false,
    }
}

/// Whether a type can be written as plain text.
pub(super) fn is_text(types: &[Item], ty: &Type, depth: usize) -> bool {
    match ty {
        Type::Named(id) if depth < 16 => is_textual(types, &types[id.0 as usize].kind, depth + 1),
        Type::Boxed(inner) | Type::Deep(inner) => is_text(types, inner, depth + 1),
        Type::Boolean | Type::Integer(_) | Type::Number | Type::String => true,
        Type::Uuid | Type::DateTime | Type::Date | Type::Uri => true,
        Type::Named(_) | Type::Nullable(_) | Type::Array(_) | Type::Map(_) => false,
        Type::Object | Type::Any | Type::Null => false,
    }
}
