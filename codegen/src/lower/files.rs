//! Which file a type stands in.
//!
//! Types that only one group of operations carries stand together, those of several in `shared`. A file that would grow
//! beyond what one reads becomes a file a type, with the types that only it contains.

use std::collections::{BTreeMap, HashMap};

use spec::FileId;

use super::cycles::mentioned;
use super::names::{Scope, snake};
use super::usage::{all_slots, mentioned_by};
use crate::ir::operation::{Group, Operation};
use crate::ir::types::{Item, Kind};

/// How many lines a file of types may have, roughly.
const LINES: usize = 700;

pub(super) fn assign(types: &mut [Item], operations: &[Operation], groups: &[Group]) {
    let carried: Vec<Vec<bool>> =
        groups.iter().map(|group| carried_by(types, operations, group)).collect();
    let home = |at: usize| {
        let mut homes = (0..groups.len()).filter(|group| carried[*group][at]);
        match (homes.next(), homes.next()) {
            (Some(group), None) => Some(group),
            _ => None,
        }
    };
    let mut members: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    for at in 0..types.len() {
        members.entry(home(at)).or_default().push(at);
    }
    let mut scope = Scope::with(&["mod", "types"]);
    for (group, members) in members {
        let lines: usize = members.iter().map(|at| lines(&types[*at].kind)).sum();
        let name = group.map_or("shared", |group| groups[group].module.as_str());
        if lines <= LINES {
            let file = scope.take(name.to_owned());
            for at in members {
                types[at].file.clone_from(&file);
            }
        } else {
            split(types, &members, &mut scope);
        }
    }
}

/// A file for each type that no other was declared inside of; inline types go with the type that they are part of.
fn split(types: &mut [Item], members: &[usize], scope: &mut Scope) {
    let mut files: HashMap<(FileId, String), String> = HashMap::new();
    for &at in members {
        let origin = &types[at].origin;
        let owner = ancestors(&origin.pointer)
            .find_map(|pointer| files.get(&(origin.file, pointer.to_owned())).cloned());
        let file = owner
            .unwrap_or_else(|| scope.take(snake(&types[at].rust, "types").replace("r#", "type_")));
        files.entry((origin.file, origin.pointer.clone())).or_insert_with(|| file.clone());
        types[at].file = file;
    }
}

/// The pointer itself, and those of the nodes around it.
fn ancestors(pointer: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(pointer), |pointer| pointer.rfind('/').map(|at| &pointer[..at]))
}

fn lines(kind: &Kind) -> usize {
    8 + match kind {
        Kind::Struct(object) => 4 * object.fields.len() + 3 * object.constants.len(),
        Kind::Enum(listed) => 3 * listed.variants.len(),
        Kind::Union(union) => 4 * union.variants.len(),
        Kind::Newtype(_) | Kind::Alias(_) => 2,
    }
}

fn carried_by(types: &[Item], operations: &[Operation], group: &Group) -> Vec<bool> {
    let mut from = Vec::new();
    for operation in group.operations.iter().map(|at| &operations[*at]) {
        let parameters = operation.parameters.iter().flat_map(|parameters| &parameters.fields);
        for parameter in parameters {
            mentioned(&parameter.slot.ty, &mut from);
        }
        let sent = operation.body.iter().flat_map(|body| &body.contents);
        let answered = operation.responses.variants.iter().flat_map(|variant| &variant.contents);
        for content in sent.chain(answered) {
            mentioned_by(content, &mut from);
        }
        for header in operation.responses.variants.iter().flat_map(|variant| &variant.headers) {
            mentioned(&header.slot.ty, &mut from);
        }
    }
    let mut carried = vec![false; types.len()];
    while let Some(at) = from.pop() {
        if !std::mem::replace(&mut carried[at], true) {
            for slot in all_slots(&types[at].kind) {
                mentioned(&slot.ty, &mut from);
            }
        }
    }
    carried
}
