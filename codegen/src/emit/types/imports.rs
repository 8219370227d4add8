//! What a file of types has to `use`; a name that the contract takes for itself is written with its path instead.

use std::collections::{BTreeMap, BTreeSet, HashSet};

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
    pub(super) fn new(api: &'a Api, taken: &'a Taken<'a>, items: &[&'a Item]) -> Self {
        let own = items.iter().map(|item| item.rust.as_str()).collect();
        Self { api, taken, own, types: BTreeSet::new(), foreign: BTreeMap::new() }
    }

    pub(super) fn item(&self, id: TypeId) -> &'a Item {
        self.api.item(id)
    }

    /// A type of the contract.
    pub(super) fn named(&mut self, id: TypeId) -> &'a str {
        let name = self.api.item(id).rust.as_str();
        if !self.own.contains(name) {
            self.types.insert(name);
        }
        name
    }

    /// A type of a module that the contract doesn't have.
    pub(super) fn foreign(&mut self, module: &'static str, name: &'static str) -> String {
        if self.taken.0.contains(name) {
            return format!("{module}::{name}");
        }
        self.foreign.entry(module).or_default().insert(name);
        name.to_owned()
    }

    /// The `use` declarations: the standard library, other crates, this crate.
    pub(super) fn render(&self) -> String {
        let mut groups = [String::new(), String::new(), String::new()];
        for (module, names) in &self.foreign {
            let group = match module.split("::").next() {
                Some("std") => 0,
                Some("crate") => 2,
                _ => 1,
            };
            let names: Vec<&str> = names.iter().copied().collect();
            groups[group].push_str(&import(module, &names));
        }
        if !self.types.is_empty() {
            let names: Vec<&str> = self.types.iter().copied().collect();
            groups[2].push_str(&import("super", &names));
        }
        groups.iter().filter(|group| !group.is_empty()).fold(String::new(), |text, group| {
            if text.is_empty() { group.clone() } else { format!("{text}\n{group}") }
        })
    }
}

fn import(module: &str, names: &[&str]) -> String {
    if let [name] = names {
        return format!("use {module}::{name};\n");
    }
    let line = format!("use {module}::{{{}}};\n", names.join(", "));
    if line.len() <= 101 {
        return line;
    }
    let mut text = format!("use {module}::{{\n");
    let mut width = 0;
    for name in names {
        if width > 0 && width + name.len() + 2 > 100 {
            text.push('\n');
            width = 0;
        }
        text.push_str(if width == 0 { "    " } else { " " });
        width += name.len() + if width == 0 { 5 } else { 2 };
        text.push_str(name);
        text.push(',');
    }
    text + "\n};\n"
}
