//! A number that schemas of the same meaning share: how alternatives find their counterparts.
//!
//! It looks a few levels deep and at no component's name, so a renamed or inlined alternative has the signature it
//! had. Whatever is paired by it is then compared in full, so a collision can hide nothing.

use crate::normal::{Conjunction, Limit, Normal, Normalizer, Others, hash_value};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// How many levels a signature looks into.
const DEPTH: u8 = 4;

/// Signatures that were computed before, of one contract.
#[derive(Debug, Default)]
pub(super) struct Signatures(HashMap<(Conjunction, u8), u64>);

impl Signatures {
    /// The signature of a conjunction.
    pub(super) fn of(&mut self, side: &mut Normalizer<'_>, conjunction: Conjunction) -> u64 {
        self.at_depth(side, conjunction, DEPTH)
    }

    fn at_depth(&mut self, side: &mut Normalizer<'_>, conjunction: Conjunction, depth: u8) -> u64 {
        if depth == 0 {
            return 0;
        }
        if let Some(&known) = self.0.get(&(conjunction, depth)) {
            return known;
        }
        let flat = side.normalize(conjunction);
        let mut state = DefaultHasher::new();
        hash_keywords(&flat, &mut state);
        self.hash_children(side, &flat, depth - 1, &mut state);
        let signature = state.finish();
        self.0.insert((conjunction, depth), signature);
        signature
    }

    fn hash_children(
        &mut self,
        side: &mut Normalizer<'_>,
        flat: &Normal<'_>,
        depth: u8,
        state: &mut DefaultHasher,
    ) {
        for members in [&flat.properties, &flat.pattern_properties] {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| **name);
            for (name, &member) in members {
                name.hash(state);
                self.at_depth(side, member, depth).hash(state);
            }
        }
        match flat.others {
            Others::Match(others) => self.at_depth(side, others, depth).hash(state),
            Others::Forbidden(_) => 1.hash(state),
        }
        self.at_depth(side, flat.items, depth).hash(state);
        for &item in &flat.prefix_items {
            self.at_depth(side, item, depth).hash(state);
        }
        for group in &flat.groups {
            group.exclusive.hash(state);
            self.hash_set(side, &group.alternatives, depth, state);
        }
        self.hash_set(side, &flat.not, depth, state);
    }

    fn hash_set(
        &mut self,
        side: &mut Normalizer<'_>,
        schemas: &[crate::model::SchemaId],
        depth: u8,
        state: &mut DefaultHasher,
    ) {
        let mut all: Vec<_> =
            schemas.iter().map(|id| self.at_depth(side, Conjunction::One(*id), depth)).collect();
        all.sort_unstable();
        all.hash(state);
    }
}

fn hash_keywords(flat: &Normal<'_>, state: &mut DefaultHasher) {
    flat.types.hash(state);
    if let Some(said) = &flat.values {
        let mut values: Vec<_> = said
            .value
            .iter()
            .map(|value| {
                let mut own = DefaultHasher::new();
                hash_value(value, &mut own);
                own.finish()
            })
            .collect();
        values.sort_unstable();
        values.hash(state);
    }
    for texts in [&flat.formats, &flat.patterns, &flat.content_encodings, &flat.content_media_types]
    {
        texts.len().hash(state);
        texts.iter().for_each(|said| said.value.hash(state));
    }
    for limit in Limit::ALL {
        let edge = flat.limit(limit).map(|said| &said.value);
        edge.map(|edge| edge.exclusive).hash(state);
        let value = edge.and_then(|edge| edge.value.as_f64()).unwrap_or_default();
        (value + 0.0).to_bits().hash(state);
    }
    flat.multiple_of.len().hash(state);
    flat.unique_items.is_some().hash(state);
    let mut required: Vec<_> = flat.required.keys().collect();
    required.sort_unstable();
    required.hash(state);
    for said in &flat.applicators {
        said.value.keywords().for_each(|keyword| keyword.hash(state));
    }
    flat.discriminators.first().map(|said| &said.value.property).hash(state);
}
