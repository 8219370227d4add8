//! Types behind types behind types: where there are so many that the compiler gives up, a box that it doesn't look into.
//!
//! Whether a value may go to another thread is found out through all types that it is made of, and the compiler follows
//! 128 of them (`recursion_limit`), those of the futures around the value included. A crate can raise the limit for itself,
//! but not for those who use it.

use std::collections::{BTreeMap, BTreeSet};

use super::cycles::components;
use super::usage::all_slots;
use crate::ir::types::{Item, Kind, Presence, Slot, Type};

/// How many types one may have behind it: what is left is for the futures and collections of whoever uses it.
const DEEPEST: usize = 80;

/// What a box costs that isn't looked into.
const DEEP: usize = 4;

/// Cuts each chain of types that is too long, and tells whether there was one.
pub(super) fn cut(types: &mut [Item]) -> bool {
    let mut graph = Graph::of(types);
    if !graph.is_deep() {
        return false;
    }
    let mut cuts = BTreeSet::new();
    graph.cut_loops(&mut cuts);
    graph.cut_chains(&mut cuts);
    for (from, to) in cuts {
        each_slot(&mut types[from].kind, &mut |slot| hide(&mut slot.ty, to));
    }
    true
}

/// Which type holds which, and how many types of Rust lie between.
struct Graph {
    edges: Vec<BTreeMap<usize, usize>>,
}

/// An edge that leads out of a loop.
struct Exit {
    from: usize,
    to: usize,
    levels: usize,
}

impl Graph {
    fn of(types: &[Item]) -> Self {
        let edges = types.iter().map(|item| {
            let mut held = BTreeMap::new();
            let own = if matches!(item.kind, Kind::Alias(_)) { 0 } else { 1 };
            // What may be absent is an enum around it.
            let fields = match &item.kind {
                Kind::Struct(object) => object.fields.iter().map(|one| one.presence).collect(),
                _ => Vec::new(),
            };
            for (at, slot) in all_slots(&item.kind).into_iter().enumerate() {
                let around = match (&item.kind, fields.get(at)) {
                    (Kind::Struct(_), None) => 3,
                    (_, None | Some(Presence::Required)) => 0,
                    _ => 1,
                };
                levels(&slot.ty, own + around, &mut held);
            }
            held
        });
        Self { edges: edges.collect() }
    }

    /// Whether the compiler, which looks at each type once, comes too deep from any of them.
    fn is_deep(&self) -> bool {
        if self.bounds(&self.blobs()).into_iter().max() <= Some(DEEPEST) {
            return false;
        }
        let mut seen = vec![usize::MAX; self.edges.len()];
        (0..self.edges.len()).any(|root| self.is_deep_from(root, &mut seen))
    }

    fn is_deep_from(&self, root: usize, seen: &mut [usize]) -> bool {
        let mut open = vec![(self.edges[root].iter(), 0)];
        seen[root] = root;
        while let Some((held, depth)) = open.last_mut() {
            let depth = *depth;
            match held.next() {
                None => {
                    open.pop();
                }
                Some((_, levels)) if depth + levels > DEEPEST => return true,
                Some((to, levels)) if std::mem::replace(&mut seen[*to], root) != root => {
                    open.push((self.edges[*to].iter(), depth + levels));
                }
                Some(_) => {}
            }
        }
        false
    }

    /// The loop that each type is in, by one of its types.
    fn blobs(&self) -> Vec<usize> {
        let edges: Vec<Vec<usize>> =
            self.edges.iter().map(|held| held.keys().copied().collect()).collect();
        components(&edges)
    }

    /// How many levels each loop has at most, if all of its types lie behind one another; by the type that names it.
    fn weights(&self, blobs: &[usize]) -> Vec<usize> {
        let mut weights = vec![0; blobs.len()];
        for (from, held) in self.edges.iter().enumerate() {
            let within = held.iter().filter(|(to, _)| blobs[**to] == blobs[from]);
            weights[blobs[from]] += within.map(|(_, levels)| *levels).max().unwrap_or_default();
        }
        weights
    }

    /// How deep each loop is at most; by the type that names it.
    fn bounds(&self, blobs: &[usize]) -> Vec<usize> {
        let mut bounds = self.weights(blobs);
        let weights = bounds.clone();
        for (blob, exits) in self.innermost_first(blobs) {
            let below = exits.iter().map(|exit| exit.levels + bounds[blobs[exit.to]]);
            bounds[blob] = weights[blob] + below.max().unwrap_or_default();
        }
        bounds
    }

    /// Every loop with the edges out of it, behind those that they lead to.
    fn innermost_first(&self, blobs: &[usize]) -> Vec<(usize, Vec<Exit>)> {
        let mut exits: BTreeMap<usize, Vec<Exit>> = BTreeMap::new();
        for (from, held) in self.edges.iter().enumerate() {
            let own = exits.entry(blobs[from]).or_default();
            let out = held.iter().filter(|(to, _)| blobs[**to] != blobs[from]);
            own.extend(out.map(|(to, levels)| Exit { from, to: *to, levels: *levels }));
        }
        let edges: Vec<Vec<usize>> = (0..blobs.len())
            .map(|blob| exits.get(&blob).into_iter().flatten().map(|exit| blobs[exit.to]).collect())
            .collect();
        let order = super::cycles::innermost_first(&edges);
        order.into_iter().filter_map(|blob| Some((blob, exits.remove(&blob)?))).collect()
    }

    /// Opens loops of too many types: nothing is looked into that most of their chains lead through.
    fn cut_loops(&mut self, cuts: &mut BTreeSet<(usize, usize)>) {
        loop {
            let blobs = self.blobs();
            let weights = self.weights(&blobs);
            let is_large = |at: usize| weights[blobs[at]] > DEEPEST / 2;
            let mut hubs: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
            for at in (0..blobs.len()).filter(|at| is_large(*at)) {
                let through = self.passed_through(at, &blobs);
                let hub = hubs.entry(blobs[at]).or_insert((through, at));
                if through > hub.0 {
                    *hub = (through, at);
                }
            }
            if hubs.is_empty() {
                return;
            }
            for (_, hub) in hubs.into_values() {
                for from in (0..blobs.len()).filter(|from| blobs[*from] == blobs[hub]) {
                    if self.edges[from].remove(&hub).is_some() {
                        cuts.insert((from, hub));
                    }
                }
            }
        }
    }

    /// How many ways lead through a type within its loop.
    fn passed_through(&self, at: usize, blobs: &[usize]) -> usize {
        let out = self.edges[at].keys().filter(|to| blobs[**to] == blobs[at]).count();
        let is_in = |from: &usize| blobs[*from] == blobs[at] && self.edges[*from].contains_key(&at);
        out * (0..blobs.len()).filter(is_in).count()
    }

    /// Cuts between loops, each of which is small, where what lies behind is too deep.
    fn cut_chains(&mut self, cuts: &mut BTreeSet<(usize, usize)>) {
        let blobs = self.blobs();
        let weights = self.weights(&blobs);
        let mut bounds = weights.clone();
        for (blob, exits) in self.innermost_first(&blobs) {
            for Exit { from, to, levels } in exits {
                let depth = weights[blob] + levels + bounds[blobs[to]];
                if depth > DEEPEST {
                    self.edges[from].remove(&to);
                    cuts.insert((from, to));
                }
                let depth = if depth > DEEPEST { weights[blob] + DEEP } else { depth };
                bounds[blob] = bounds[blob].max(depth);
            }
        }
    }
}

/// Each type that a type names, with the levels to it.
fn levels(ty: &Type, above: usize, held: &mut BTreeMap<usize, usize>) {
    match ty {
        Type::Named(id) => {
            let most = held.entry(id.0 as usize).or_default();
            *most = above.max(*most);
        }
        Type::Boxed(inner) => levels(inner, above + 2, held),
        Type::Nullable(slot) => levels(&slot.ty, above + 1, held),
        Type::Array(slot) | Type::Map(slot) => levels(&slot.ty, above + 3, held),
        _ => {}
    }
}

/// Puts the box that isn't looked into around each use of a type.
fn hide(ty: &mut Type, hidden: usize) {
    let is_hidden = |ty: &Type| matches!(ty, Type::Named(id) if id.0 as usize == hidden);
    match ty {
        Type::Boxed(inner) if is_hidden(inner) => *ty = Type::Deep(inner.clone()),
        _ if is_hidden(ty) => *ty = Type::Deep(Box::new(ty.clone())),
        Type::Boxed(inner) => hide(inner, hidden),
        Type::Nullable(slot) | Type::Array(slot) | Type::Map(slot) => hide(&mut slot.ty, hidden),
        _ => {}
    }
}

/// Changes the uses of types in a declaration.
pub(super) fn each_slot(kind: &mut Kind, change: &mut impl FnMut(&mut Slot)) {
    super::cycles::slots_mut(kind).into_iter().for_each(&mut *change);
    if let Kind::Struct(object) = kind {
        object.additional.iter_mut().for_each(|additional| change(&mut additional.slot));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(usize, usize, usize)], count: usize) -> Graph {
        let mut graph = Graph { edges: vec![BTreeMap::new(); count] };
        for (from, to, levels) in edges {
            graph.edges[*from].insert(*to, *levels);
        }
        graph
    }

    /// What is cut, once it is known that nothing is too deep any more.
    fn cuts(mut graph: Graph) -> BTreeSet<(usize, usize)> {
        let mut cuts = BTreeSet::new();
        if graph.is_deep() {
            graph.cut_loops(&mut cuts);
            graph.cut_chains(&mut cuts);
        }
        assert!(!graph.is_deep());
        cuts
    }

    #[test]
    fn a_long_chain_is_cut_where_it_must_be() {
        let chain = |links: usize| -> Vec<_> { (1..links).map(|at| (at - 1, at, 4)).collect() };
        assert_eq!(cuts(graph(&chain(DEEPEST / 4), DEEPEST / 4)).len(), 0);
        assert_eq!(cuts(graph(&chain(100), 100)).len(), 4);
    }

    #[test]
    fn a_long_loop_is_opened() {
        let mut edges: Vec<_> = (1..100).map(|at| (at - 1, at, 4)).collect();
        edges.push((99, 0, 4));
        assert_eq!(cuts(graph(&edges, 100)).len(), 5);
    }

    #[test]
    fn what_all_refer_to_is_not_looked_into() {
        // A hub, and fifty others that know it and are known by it: whatever the way, it is short.
        let spokes = (1..51).flat_map(|at| [(0, at, 4), (at, 0, 4)]);
        let mut edges: Vec<_> = spokes.collect();
        assert_eq!(cuts(graph(&edges, 51)).len(), 0);
        // Each knows its neighbour, too: a way of fifty.
        edges.extend((2..51).map(|at| (at - 1, at, 4)));
        let cut = cuts(graph(&edges, 51));
        assert!(cut.contains(&(50, 0)), "{cut:?}");
    }

    #[test]
    fn everything_with_everything_comes_to_an_end() {
        let all = |from: usize| (0..60).map(move |to| (from, to, 3));
        let edges: Vec<_> = (0..60).flat_map(all).collect();
        assert!(!cuts(graph(&edges, 60)).is_empty());
    }
}
