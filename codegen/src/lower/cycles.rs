//! Types that contain themselves, or much: boxes where Rust needs them, and types of their own where an alias can't be.

use spec::Finding;

use super::size;
use crate::ir::TypeId;
use crate::ir::types::{Holds, Item, Kind, Slot, Type, UnionVariant};

/// How many bytes a field may take by itself.
const LARGE: usize = 1024;

/// Puts a `Box` around each use by which a type would contain itself, and tells what has no values at all.
pub(super) fn break_up(types: &mut [Item]) -> Vec<Finding> {
    let findings = open_endless_aliases(types);
    name_recursive_aliases(types);
    let edges: Vec<Vec<usize>> = types.iter().map(contained).collect();
    let component = components(&edges);
    let loops: Vec<bool> = (0..types.len())
        .map(|at| edges[at].iter().any(|to| component[*to] == component[at]))
        .collect();
    for (at, item) in types.iter_mut().enumerate() {
        if !loops[at] {
            continue;
        }
        let in_loop = |id: TypeId| component.get(id.0 as usize) == Some(&component[at]);
        for slot in slots_mut(&mut item.kind) {
            box_up(&mut slot.ty, &in_loop);
        }
    }
    box_large(types);
    findings
}

/// Puts a `Box` around what would make a struct large: objects within objects add up to hundreds of kilobytes in some
/// contracts, and each is moved over the stack more than once.
fn box_large(types: &mut [Item]) {
    let edges: Vec<Vec<usize>> = types.iter().map(contained).collect();
    let mut sizes = vec![0; types.len()];
    for at in innermost_first(&edges) {
        if let Kind::Struct(object) = &mut types[at].kind {
            for field in &mut object.fields {
                if size::of(&field.slot.ty, &sizes) > LARGE {
                    box_up(&mut field.slot.ty, &|_| true);
                }
            }
        }
        sizes[at] = size::of_item(&types[at], &sizes);
    }
}

/// Every node behind those that its edges lead to; there are no loops.
pub(super) fn innermost_first(edges: &[Vec<usize>]) -> Vec<usize> {
    let mut order = Vec::new();
    let mut is_known = vec![false; edges.len()];
    for root in 0..edges.len() {
        let mut work = vec![(root, 0)];
        while let Some((node, edge)) = work.pop() {
            if edge == 0 && std::mem::replace(&mut is_known[node], true) {
                continue;
            }
            match edges[node].get(edge) {
                Some(&to) => {
                    work.push((node, edge + 1));
                    if !is_known[to] {
                        work.push((to, 0));
                    }
                }
                None => order.push(node),
            }
        }
    }
    order
}

/// An alias that is itself, over aliases alone, says nothing: it becomes any value.
fn open_endless_aliases(types: &mut [Item]) -> Vec<Finding> {
    let is_alias = |at: &usize| matches!(types[*at].kind, Kind::Alias(_));
    let edges: Vec<Vec<usize>> = (0..types.len())
        .map(|at| if is_alias(&at) { contained(&types[at]) } else { Vec::new() })
        .map(|held| held.into_iter().filter(is_alias).collect())
        .collect();
    let component = components(&edges);
    let mut findings = Vec::new();
    for (at, item) in types.iter_mut().enumerate() {
        if edges[at].iter().any(|to| component[*to] == component[at]) {
            item.kind = Kind::Alias(Slot::plain(Type::Any));
            let message = "this schema is nothing but itself, so it becomes any value";
            findings.push(Finding::warning("endless-schema", item.origin.clone(), message));
        }
    }
    findings
}

fn box_up(ty: &mut Type, in_loop: &impl Fn(TypeId) -> bool) {
    match ty {
        Type::Named(id) if in_loop(*id) => *ty = Type::Boxed(Box::new(ty.clone())),
        Type::Nullable(inner) => box_up(&mut inner.ty, in_loop),
        _ => {}
    }
}

/// An alias that comes back to itself over aliases alone, even through `Vec`, can't be written in Rust.
fn name_recursive_aliases(types: &mut [Item]) {
    let edges: Vec<Vec<usize>> = types
        .iter()
        .map(|item| match &item.kind {
            Kind::Alias(slot) => {
                let mut found = Vec::new();
                mentioned(&slot.ty, &mut found);
                found.retain(|to| matches!(types[*to].kind, Kind::Alias(_)));
                found
            }
            _ => Vec::new(),
        })
        .collect();
    let component = components(&edges);
    for at in 0..types.len() {
        if edges[at].iter().any(|to| component[*to] == component[at])
            && let Kind::Alias(slot) = &types[at].kind
        {
            types[at].kind = Kind::Newtype(slot.clone());
        }
    }
}

/// Every type that a type names, at any depth.
pub(super) fn mentioned(ty: &Type, found: &mut Vec<usize>) {
    match ty {
        Type::Named(id) => found.push(id.0 as usize),
        Type::Boxed(inner) | Type::Deep(inner) => mentioned(inner, found),
        Type::Nullable(slot) | Type::Array(slot) | Type::Map(slot) => mentioned(&slot.ty, found),
        _ => {}
    }
}

/// The types that a type holds by value.
fn contained(item: &Item) -> Vec<usize> {
    fn walk(ty: &Type, found: &mut Vec<usize>) {
        match ty {
            Type::Named(id) => found.push(id.0 as usize),
            Type::Nullable(slot) => walk(&slot.ty, found),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for slot in slots(&item.kind) {
        walk(&slot.ty, &mut found);
    }
    found
}

/// The uses of types in a declaration, but for those behind `additional`, which a map holds.
pub(super) fn slots(kind: &Kind) -> Vec<&Slot> {
    match kind {
        Kind::Struct(object) => object.fields.iter().map(|field| &field.slot).collect(),
        Kind::Union(union) => union.variants.iter().filter_map(UnionVariant::slot).collect(),
        Kind::Newtype(slot) | Kind::Alias(slot) => vec![slot],
        Kind::Enum(_) => Vec::new(),
    }
}

pub(super) fn slots_mut(kind: &mut Kind) -> Vec<&mut Slot> {
    match kind {
        Kind::Struct(object) => object.fields.iter_mut().map(|field| &mut field.slot).collect(),
        Kind::Union(union) => union
            .variants
            .iter_mut()
            .filter_map(|variant| match &mut variant.holds {
                Holds::Value(slot) => Some(&mut **slot),
                Holds::Constants { .. } => None,
            })
            .collect(),
        Kind::Newtype(slot) | Kind::Alias(slot) => vec![slot],
        Kind::Enum(_) => Vec::new(),
    }
}

/// The strongly connected component of each node (Tarjan's algorithm, without recursion).
pub(super) fn components(edges: &[Vec<usize>]) -> Vec<usize> {
    const NEW: usize = usize::MAX;
    let count = edges.len();
    let (mut index, mut low) = (vec![NEW; count], vec![0; count]);
    let mut component = vec![NEW; count];
    let mut stack = Vec::new();
    let mut next = 0;
    for root in 0..count {
        if index[root] != NEW {
            continue;
        }
        let mut work = vec![(root, 0)];
        while let Some((node, edge)) = work.pop() {
            if edge == 0 {
                (index[node], low[node]) = (next, next);
                next += 1;
                stack.push(node);
            }
            if let Some(&to) = edges[node].get(edge) {
                work.push((node, edge + 1));
                if index[to] == NEW {
                    work.push((to, 0));
                } else if component[to] == NEW {
                    low[node] = low[node].min(index[to]);
                }
                continue;
            }
            if low[node] == index[node] {
                while let Some(member) = stack.pop() {
                    component[member] = node;
                    if member == node {
                        break;
                    }
                }
            }
            if let Some(&(parent, _)) = work.last() {
                low[parent] = low[parent].min(low[node]);
            }
        }
    }
    component
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_of_a_loop_share_a_component() {
        let edges = vec![vec![1], vec![2], vec![0, 3], vec![3], vec![0]];
        let found = components(&edges);
        assert_eq!(found[0], found[1]);
        assert_eq!(found[1], found[2]);
        assert_ne!(found[2], found[3]);
        assert_ne!(found[0], found[4]);
    }

    #[test]
    fn what_is_held_comes_before_what_holds_it() {
        let edges = vec![vec![1, 2], vec![2], vec![], vec![0, 0]];
        assert_eq!(innermost_first(&edges), [2, 1, 0, 3]);
        let chain: Vec<Vec<usize>> =
            (1..=200_000).map(|at| if at < 200_000 { vec![at] } else { Vec::new() }).collect();
        assert_eq!(innermost_first(&chain).len(), 200_000);
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let edges: Vec<Vec<usize>> = (0..200_000).map(|at| vec![(at + 1) % 200_000]).collect();
        let found = components(&edges);
        assert!(found.iter().all(|component| *component == found[0]));
    }
}
