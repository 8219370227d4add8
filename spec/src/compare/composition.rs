//! `anyOf`, `oneOf`, `not` and `discriminator`.
//!
//! Alternatives have no names of their own, so the first question is which old one a new one stands for: the one of
//! the same component, else the one that says the same, else the only one left of the same types, else the object
//! with mostly the same members. What is left over was added or removed.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::engine::{At, Engine, Here, Step};
use super::table::Fact;
use crate::model::{Discriminator, JsonType, SchemaId, TypeSet};
use crate::normal::{Conjunction, Group, Normalizer, Sourced};

const NOWHERE: (At, At) = (At(None, ""), At(None, ""));

/// Alternatives that stand for each other, by their places, and those that stand alone.
struct Matching {
    pairs: Vec<(usize, usize)>,
    removed: Vec<usize>,
    added: Vec<usize>,
}

impl<'a> Engine<'a> {
    /// Where only one side has alternatives and nothing beside them, the other side is one of them, perhaps.
    /// Returns whether that settles the pair.
    pub(super) fn compare_with_group(&mut self, here: &Here<'_, 'a>) -> bool {
        let pair = &self.pairs[here.id.0];
        let (whole_old, whole_new) = (pair.old, pair.new);
        let (old, new): (Vec<_>, Vec<_>) = match (&*here.old.groups, &*here.new.groups) {
            ([], [group]) if here.new.is_anything_but_groups() => {
                (vec![whole_old], alternatives(group))
            }
            ([group], []) if here.old.is_anything_but_groups() => {
                (alternatives(group), vec![whole_new])
            }
            _ => return false,
        };
        if whole_old == Conjunction::Anything || whole_new == Conjunction::Anything {
            return false;
        }
        let matching = self.match_alternatives(&old, &new);
        if matching.pairs.is_empty() {
            let what = "what it may be is composed in another way";
            self.state(here, Fact::CompositionChanged, NOWHERE, what);
        } else {
            self.compare_alternatives(here, &old, &new, &matching, (None, None));
        }
        true
    }

    pub(super) fn compare_groups(&mut self, here: &Here<'_, 'a>) {
        let (old, new) = (&here.old.groups, &here.new.groups);
        if old.len() != new.len() {
            let by = |groups: &[Group<'_>]| At(groups.first().map(|group| group.by), "");
            let what = "what it may be is composed in another way";
            self.state(here, Fact::CompositionChanged, (by(old), by(new)), what);
            return;
        }
        if let ([old], [new]) = (&**old, &**new) {
            return self.compare_group(here, old, new);
        }
        // Several stand in several branches of an `allOf`, whose order says nothing.
        let before: Vec<_> = old.iter().map(|group| self.old_set(group)).collect();
        let after: Vec<_> = new.iter().map(|group| self.new_set(group)).collect();
        let mut matching = Matching::none(old.len(), new.len());
        matching.join(&before, &after, |_| true);
        let rest = matching.removed.iter().zip(&matching.added);
        let pairs: Vec<_> =
            matching.pairs.iter().copied().chain(rest.map(|(a, b)| (*a, *b))).collect();
        for (a, b) in pairs {
            self.compare_group(here, &old[a], &new[b]);
        }
    }

    /// What alternatives say, in any order.
    fn old_set(&mut self, group: &Group<'_>) -> BTreeSet<u64> {
        alternatives(group).into_iter().map(|schema| self.old_signature(schema)).collect()
    }

    fn new_set(&mut self, group: &Group<'_>) -> BTreeSet<u64> {
        alternatives(group).into_iter().map(|schema| self.new_signature(schema)).collect()
    }

    fn compare_group(&mut self, here: &Here<'_, 'a>, old: &Group<'_>, new: &Group<'_>) {
        let at = (At(Some(old.by), old.keyword()), At(Some(new.by), new.keyword()));
        let by = (Some(old), Some(new));
        let (before, after) = (alternatives(old), alternatives(new));
        let matching = self.match_alternatives(&before, &after);
        self.compare_alternatives(here, &before, &after, &matching, by);
        if old.exclusive != new.exclusive && !self.are_disjoint(&after) {
            let fact = if new.exclusive { Fact::AnyOfBecameOneOf } else { Fact::OneOfBecameAnyOf };
            let what = format!("`{}` became `{}`", old.keyword(), new.keyword());
            self.state(here, fact, at, &what);
        }
    }

    fn compare_alternatives(
        &mut self,
        here: &Here<'_, 'a>,
        old: &[Conjunction],
        new: &[Conjunction],
        matching: &Matching,
        (old_group, new_group): (Option<&Group<'_>>, Option<&Group<'_>>),
    ) {
        let at = |group: Option<&Group<'_>>| {
            At(group.map(|group| group.by), group.map_or("", Group::keyword))
        };
        let alone = |schema: Conjunction| match schema {
            Conjunction::One(id) => At(Some(id), ""),
            Conjunction::Anything | Conjunction::Several(_) => At(None, ""),
        };
        for &(a, b) in &matching.pairs {
            self.part(here, (old[a], new[b]), Step::Alternative(here.id, b));
        }
        for &place in &matching.removed {
            let what = format!("it may no longer be {}", self.describe_old(old[place], place));
            let at = (alone(old[place]), at(new_group));
            self.state(here, Fact::AlternativeRemoved, at, &what);
        }
        for &place in &matching.added {
            let what = format!("it may be {} now", self.describe_new(new[place], place));
            let at = (at(old_group), alone(new[place]));
            self.state(here, Fact::AlternativeAdded, at, &what);
        }
    }

    fn describe_old(&mut self, schema: Conjunction, place: usize) -> String {
        let types = self.old.normalize(schema).types;
        describe(self.old.name(schema), types, place)
    }

    fn describe_new(&mut self, schema: Conjunction, place: usize) -> String {
        let types = self.new.normalize(schema).types;
        describe(self.new.name(schema), types, place)
    }

    fn match_alternatives(&mut self, old: &[Conjunction], new: &[Conjunction]) -> Matching {
        let mut matching = Matching::none(old.len(), new.len());
        let names = |side: &Normalizer<'a>, all: &[Conjunction]| -> Vec<_> {
            all.iter().map(|schema| side.name(*schema)).collect()
        };
        matching.join(&names(&self.old, old), &names(&self.new, new), Option::is_some);
        if matching.is_done() {
            return matching;
        }
        let before: Vec<_> = old.iter().map(|schema| self.old_signature(*schema)).collect();
        let after: Vec<_> = new.iter().map(|schema| self.new_signature(*schema)).collect();
        matching.join(&before, &after, |_| true);
        if matching.is_done() {
            return matching;
        }
        let before: Vec<_> =
            old.iter().map(|schema| kind(self.old.normalize(*schema).types)).collect();
        let after: Vec<_> =
            new.iter().map(|schema| kind(self.new.normalize(*schema).types)).collect();
        matching.join_unique(&before, &after);
        if matching.is_done() {
            return matching;
        }
        let before: Vec<_> = old.iter().map(|schema| members(&mut self.old, *schema)).collect();
        let after: Vec<_> = new.iter().map(|schema| members(&mut self.new, *schema)).collect();
        matching.join_similar(&before, &after);
        matching
    }

    /// Whether no value can match two of the alternatives, as far as their types tell.
    fn are_disjoint(&mut self, alternatives: &[Conjunction]) -> bool {
        let types: Vec<_> =
            alternatives.iter().map(|schema| self.new.normalize(*schema).types).collect();
        types
            .iter()
            .enumerate()
            .all(|(place, a)| types[..place].iter().all(|b| a.intersection(*b) == TypeSet::NONE))
    }

    pub(super) fn compare_exclusions(&mut self, here: &Here<'_, 'a>) {
        let old: Vec<_> =
            here.old.not.iter().map(|id| self.old_signature(Conjunction::One(*id))).collect();
        let new: Vec<_> =
            here.new.not.iter().map(|id| self.new_signature(Conjunction::One(*id))).collect();
        let removed = old.iter().filter(|signature| !new.contains(signature)).count();
        let added = new.iter().filter(|signature| !old.contains(signature)).count();
        let at = |not: &[SchemaId]| At(not.first().copied(), "");
        let at = (at(&here.old.not), at(&here.new.not));
        match (removed, added) {
            (0, 0) => {}
            (0, _) => self.state(here, Fact::NotAdded, at, "`not` excludes values now"),
            (_, 0) => self.state(here, Fact::NotRemoved, at, "`not` no longer excludes values"),
            _ => self.state(here, Fact::NotChanged, at, "`not` excludes other values"),
        }
    }

    pub(super) fn compare_discriminators(&mut self, here: &Here<'_, 'a>) {
        let (old, new) = (here.old.discriminators.first(), here.new.discriminators.first());
        let place = |said: Option<&Sourced<_>>| At(said.map(|said| said.by), "discriminator");
        let at = (place(old), place(new));
        match (old, new) {
            (None, None) => {}
            (None, Some(new)) => {
                let what = format!("`{}` tells the alternatives apart now", new.value.property);
                self.state(here, Fact::DiscriminatorAdded, at, &what);
            }
            (Some(old), None) => {
                let what =
                    format!("`{}` no longer tells the alternatives apart", old.value.property);
                self.state(here, Fact::DiscriminatorRemoved, at, &what);
            }
            (Some(old), Some(new)) if old.value.property != new.value.property => {
                let what = format!(
                    "`{}` tells the alternatives apart in place of `{}`",
                    new.value.property, old.value.property
                );
                self.state(here, Fact::DiscriminatorChanged, at, &what);
            }
            (Some(old), Some(new)) => self.compare_mappings(here, at, old.value, new.value),
        }
    }

    fn compare_mappings(
        &mut self,
        here: &Here<'_, 'a>,
        at: (At, At),
        old: &'a Discriminator,
        new: &'a Discriminator,
    ) {
        let before = spoken(old, |id| self.old.schema(id).name.as_deref());
        let after = spoken(new, |id| self.new.schema(id).name.as_deref());
        for value in before.keys().filter(|value| !new.mapping.contains_key(**value)) {
            let what = format!("`{}` may no longer be `{value}`", old.property);
            self.state(here, Fact::DiscriminatorValueRemoved, at, &what);
        }
        for value in after.keys().filter(|value| !old.mapping.contains_key(**value)) {
            let what = format!("`{}` may be `{value}` now", new.property);
            self.state(here, Fact::DiscriminatorValueAdded, at, &what);
        }
        // What a value stands for is compared as such, wherever the alternatives were matched.
        for (place, (value, &was)) in before.iter().enumerate() {
            if let Some(&is) = new.mapping.get(*value) {
                let pair = (Conjunction::One(was), Conjunction::One(is));
                self.part(here, pair, Step::Alternative(here.id, place));
            }
        }
    }
}

impl Matching {
    fn none(old: usize, new: usize) -> Self {
        Self { pairs: Vec::new(), removed: (0..old).collect(), added: (0..new).collect() }
    }

    fn is_done(&self) -> bool {
        self.removed.is_empty() || self.added.is_empty()
    }

    /// Joins what is equal by some key.
    fn join<K: PartialEq>(&mut self, old: &[K], new: &[K], counts: impl Fn(&K) -> bool) {
        let Self { pairs, removed, added } = self;
        removed.retain(|&a| {
            let counterpart = added.iter().position(|&b| counts(&old[a]) && old[a] == new[b]);
            let Some(place) = counterpart else { return true };
            pairs.push((a, added.remove(place)));
            false
        });
    }

    /// Joins objects that share more members than they don't, the most alike first.
    fn join_similar(&mut self, old: &[BTreeSet<&str>], new: &[BTreeSet<&str>]) {
        let mut candidates = Vec::new();
        for &a in &self.removed {
            for &b in &self.added {
                let shared = old[a].intersection(&new[b]).count();
                let likeness = shared * 1000 / old[a].union(&new[b]).count().max(1);
                if likeness > 500 {
                    candidates.push((Reverse(likeness), a, b));
                }
            }
        }
        candidates.sort_unstable();
        for (_, a, b) in candidates {
            if self.removed.contains(&a) && self.added.contains(&b) {
                self.removed.retain(|place| *place != a);
                self.added.retain(|place| *place != b);
                self.pairs.push((a, b));
            }
        }
    }

    /// Joins what is equal by a key that nothing else on its side has.
    fn join_unique<K: PartialEq>(&mut self, old: &[K], new: &[K]) {
        let Self { pairs, removed, added } = self;
        let once = |all: &[usize], keys: &[K], key: &K| {
            all.iter().filter(|place| keys[**place] == *key).count() == 1
        };
        let (all_removed, all_added) = (removed.clone(), added.clone());
        removed.retain(|&a| {
            let key = &old[a];
            if !once(&all_removed, old, key) || !once(&all_added, new, key) {
                return true;
            }
            let Some(place) = added.iter().position(|&b| new[b] == *key) else { return true };
            pairs.push((a, added.remove(place)));
            false
        });
    }
}

/// The types that tell alternatives apart: an integer is a number, and null may join any.
fn kind(types: TypeSet) -> TypeSet {
    let types = types.without(JsonType::Null);
    if types.contains(JsonType::Integer) {
        types.without(JsonType::Integer).with(JsonType::Number)
    } else {
        types
    }
}

/// The names of the members that a schema describes.
fn members<'a>(side: &mut Normalizer<'a>, schema: Conjunction) -> BTreeSet<&'a str> {
    side.normalize(schema).properties.into_keys().collect()
}

fn alternatives(group: &Group<'_>) -> Vec<Conjunction> {
    group.alternatives.iter().map(|id| Conjunction::One(*id)).collect()
}

fn describe(name: Option<&str>, types: TypeSet, place: usize) -> String {
    match (name, types.single()) {
        (Some(name), _) => format!("`{name}`"),
        (None, Some(ty)) => format!("alternative {} ({})", place + 1, ty.as_str()),
        (None, None) => format!("alternative {}", place + 1),
    }
}

/// The values that name a schema; its component's name is one only where no value was chosen for it.
fn spoken<'a>(
    discriminator: &'a Discriminator,
    name: impl Fn(SchemaId) -> Option<&'a str>,
) -> IndexMap<&'a str, SchemaId> {
    let mapping = &discriminator.mapping;
    let is_chosen = |value: &str, id: SchemaId| name(id) != Some(value);
    mapping
        .iter()
        .filter(|&(value, &id)| {
            is_chosen(value, id)
                || !mapping.iter().any(|(other, &to)| to == id && is_chosen(other, to))
        })
        .map(|(value, &id)| (value.as_str(), id))
        .collect()
}
