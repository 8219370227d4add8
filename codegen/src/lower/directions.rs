//! Types that requests and answers carry, but not in the same form: two of each.
//!
//! What only servers send (`readOnly`) is required of answers alone, what only clients send (`writeOnly`) of requests alone
//! (OAS 3.0.3 §4.7.24.2). Where that makes a difference a type is what answers carry, and has a second one beside it, for
//! requests; and so has every type that holds it. Others are one.

use std::collections::BTreeMap;

use super::cycles::mentioned;
use super::depth::each_slot;
use super::docs;
use super::usage::{all_slots, mark};
use crate::ir::TypeId;
use crate::ir::operation::{ContentKind, Direction, Operation, PartKind};
use crate::ir::types::{Item, Kind, Presence, Sender, Slot, Type};
use crate::names::Scope;

/// Makes the types of requests, and lets requests carry them.
pub(super) fn split(types: &mut Vec<Item>, operations: &mut [Operation], scope: &mut Scope) {
    mark(types, operations);
    let differing = differing(types);
    let mut of_requests = BTreeMap::new();
    for at in (0..types.len()).filter(|at| differing[*at]) {
        of_requests.insert(at, TypeId(u32::try_from(types.len()).unwrap_or(u32::MAX)));
        let answered = &types[at];
        let rust = scope.take(format!("{}Request", answered.rust));
        let note = format!(
            "As requests carry it; answers carry [`{0}`](crate::types::{0}).",
            answered.rust
        );
        let docs = docs::with_note(answered.docs.clone(), note);
        let answered_by = Some(TypeId(u32::try_from(at).unwrap_or(u32::MAX)));
        types.push(Item { rust, docs, answered_by, ..answered.clone() });
    }
    for made in of_requests.values() {
        each_slot(&mut types[made.0 as usize].kind, &mut |slot| rename(&mut slot.ty, &of_requests));
    }
    for operation in operations {
        each_slot_sent(operation, &mut |slot| rename(&mut slot.ty, &of_requests));
    }
}

/// Whether each type is another in requests than in answers, and both carry it.
fn differing(types: &[Item]) -> Vec<bool> {
    let is_of_both = |item: &Item| item.used.request && item.used.response;
    let mut holders: Vec<Vec<usize>> = vec![Vec::new(); types.len()];
    let mut found = Vec::new();
    for (at, item) in types.iter().enumerate().filter(|(_, item)| is_of_both(item)) {
        if has_sides(&item.kind) {
            found.push(at);
        }
        let mut held = Vec::new();
        all_slots(&item.kind).iter().for_each(|slot| mentioned(&slot.ty, &mut held));
        held.into_iter().for_each(|held| holders[held].push(at));
    }
    let mut differing = vec![false; types.len()];
    while let Some(at) = found.pop() {
        if !std::mem::replace(&mut differing[at], true) {
            found.extend(&holders[at]);
        }
    }
    differing
}

/// Whether something is required of one side alone.
fn has_sides(kind: &Kind) -> bool {
    let Kind::Struct(object) = kind else { return false };
    object.fields.iter().any(|field| {
        field.sender != Sender::Both
            && matches!(field.presence, Presence::Required | Presence::RequiredNullable)
    })
}

fn rename(ty: &mut Type, names: &BTreeMap<usize, TypeId>) {
    match ty {
        Type::Named(id) => *id = names.get(&(id.0 as usize)).copied().unwrap_or(*id),
        Type::Boxed(inner) | Type::Deep(inner) => rename(inner, names),
        Type::Nullable(slot) | Type::Array(slot) | Type::Map(slot) => rename(&mut slot.ty, names),
        _ => {}
    }
}

/// The uses of types in what goes to the API.
fn each_slot_sent(operation: &mut Operation, change: &mut impl FnMut(&mut Slot)) {
    match operation.direction() {
        Direction::ToApi => {
            let parameters = operation.parameters.iter_mut();
            parameters
                .flat_map(|parameters| &mut parameters.fields)
                .for_each(|parameter| change(&mut parameter.slot));
            let contents = operation.body.iter_mut().flat_map(|body| &mut body.contents);
            contents.for_each(|content| each_slot_of(&mut content.kind, change));
        }
        Direction::FromApi => {
            for variant in &mut operation.responses.variants {
                variant.headers.iter_mut().for_each(|header| change(&mut header.slot));
                let contents = variant.contents.iter_mut();
                contents.for_each(|content| each_slot_of(&mut content.kind, change));
            }
        }
    }
}

fn each_slot_of(kind: &mut ContentKind, change: &mut impl FnMut(&mut Slot)) {
    match kind {
        ContentKind::Json(slot)
        | ContentKind::Form(slot, _)
        | ContentKind::Value(slot)
        | ContentKind::Items(_, slot) => {
            change(slot);
        }
        ContentKind::Multipart(parts) => {
            for part in parts.iter_mut().flat_map(|parts| &mut parts.parts) {
                if let PartKind::Value { slot, .. } = &mut part.kind {
                    change(slot);
                }
                part.headers.iter_mut().for_each(|header| change(&mut header.slot));
            }
        }
        ContentKind::Text | ContentKind::Bytes | ContentKind::Stream => {}
    }
}
