//! What a file of types has to `use`; a name that the contract takes for itself is written with its path instead.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::emit::usage::Naming;
use crate::emit::uses;
use crate::ir::types::Item;
use crate::ir::{Api, TypeId};

/// The names that the contract's types take.
pub(super) struct Taken<'a>(HashSet<&'a str>);

impl<'a> Taken<'a> {
    pub(super) fn of(api: &'a Api) -> Self {
        Self(api.types.iter().map(|item| item.rust.as_str()).collect())
    }
}

/// The names that a file uses so far.
pub(super) struct Imports<'a> {
    api: &'a Api,
    taken: &'a Taken<'a>,
    own: HashSet<&'a str>,
    types: BTreeSet<&'a str>,
    foreign: BTreeMap<&'static str, BTreeSet<&'static str>>,
}

impl<'a> Imports<'a> {
    pub(super) fn new(
        api: &'a Api,
        taken: &'a Taken<'a>,
        items: impl Iterator<Item = &'a Item>,
    ) -> Self {
        let own = items.map(|item| item.rust.as_str()).collect();
        Self { api, taken, own, types: BTreeSet::new(), foreign: BTreeMap::new() }
    }

    pub(super) fn item(&self, id: TypeId) -> &'a Item {
        self.api.item(id)
    }

    /// The `use` declarations.
    pub(super) fn render(&self) -> String {
        let own = (!self.types.is_empty()).then(|| ("super", self.types.iter().copied().collect()));
        let foreign =
            self.foreign.iter().map(|(module, names)| (*module, names.iter().copied().collect()));
        uses::render(foreign.chain(own))
    }
}

impl Naming for Imports<'_> {
    fn api(&self) -> &Api {
        self.api
    }

    fn named(&mut self, id: TypeId) -> String {
        let name = self.api.item(id).rust.as_str();
        if !self.own.contains(name) {
            self.types.insert(name);
        }
        name.to_owned()
    }

    /// With its path where the contract has a type of this name.
    fn foreign(&mut self, module: &'static str, name: &'static str) -> String {
        if self.taken.0.contains(name) {
            return format!("{module}::{name}");
        }
        self.foreign.entry(module).or_default().insert(name);
        name.to_owned()
    }
}
