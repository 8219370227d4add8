//! Which file a type stands in.
//!
//! Types that only one group of operations carries stand together in the file of the group, those of several in
//! `shared`. Where that would be more than one reads, a file is divided by what its types are called:
//!
//! - Types whose names begin with the same word go to a file of that word: `PetOwner` and `PetFood` to `pet`. The words
//!   that all types of a file begin with count as one: `SupportBundleMetadata` and `SupportBundleUuid` are in
//!   `support_bundle`.
//! - Such a file is divided in the same way if it is too long itself: `pet_food`, `pet_owner`.
//! - Words that would give a small file only stay where they are: in `shared`, or in `pet`. If that is too much still,
//!   letters that the next word begins with give files in the same way: `shared_a`.
//! - Inline types are always in the file of the type that they are part of.
//! - A file that two groups would have has the group's name in front: `shops_pet`.
//!
//! So what a file is called hangs on the types in it alone, and there are neither files of one small type nor of
//! thousands of lines, unless one type has them.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use spec::FileId;

use super::cycles::mentioned;
use super::usage::{all_slots, mentioned_by};
use crate::ir::operation::{Group, Operation};
use crate::ir::types::{Item, Kind};
use crate::names::{Scope, raw, snake};

/// How many lines a file of types may have, roughly.
const MOST: usize = 1000;

/// How many lines are worth a file of their own, where a file is divided.
const LEAST: usize = 150;

/// How often a file is divided by the next word. No name of a file is longer than one reads.
const DEPTH: usize = 4;

/// What can't be the name of a file everywhere.
const DEVICES: [&str; 4] = ["aux", "con", "nul", "prn"];

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
    let mut files = Vec::new();
    for (group, members) in members {
        let group = group.map_or("shared", |group| groups[group].module.trim_start_matches("r#"));
        let own = File { group, name: group.to_owned(), bunches: bunches(types, &members) };
        own.divide(0, &mut files);
    }
    name(types, files);
}

/// Gives each file a name of its own, and its types the name.
fn name(types: &mut [Item], files: Vec<File<'_>>) {
    let files = united(files);
    let mut wanted: HashMap<String, usize> = HashMap::new();
    for file in &files {
        *wanted.entry(file.name.clone()).or_default() += 1;
    }
    let mut scope = Scope::with(&["mod", "types"]);
    // First those that are called as they want, so that no other is in their way.
    let (alone, contested): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|file| file.name == file.group || wanted[&file.name] == 1);
    for mut file in alone.into_iter().chain(contested) {
        if file.name != file.group && wanted[&file.name] > 1 {
            file.name = format!("{}_{}", file.group, file.name);
        }
        let name = scope.take(legal(file.name));
        for at in file.bunches.iter().flat_map(|bunch| &bunch.types) {
            types[*at].file.clone_from(&name);
        }
    }
}

/// One file of each name for a group: a type of a group may be called like it.
fn united(files: Vec<File<'_>>) -> Vec<File<'_>> {
    let mut united: Vec<File<'_>> = Vec::new();
    let mut known: HashMap<(&str, String), usize> = HashMap::new();
    for file in files.into_iter().filter(|file| !file.bunches.is_empty()) {
        match known.entry((file.group, file.name.clone())) {
            Entry::Occupied(at) => united[*at.get()].bunches.extend(file.bunches),
            Entry::Vacant(free) => {
                free.insert(united.len());
                united.push(file);
            }
        }
    }
    united
}

fn legal(name: String) -> String {
    if raw(name.clone()) != name || DEVICES.contains(&name.as_str()) {
        return format!("{name}_types");
    }
    name
}

/// A type and the inline types that it is made of.
struct Bunch {
    /// The words of its name, as far as files can be called so.
    words: Vec<String>,
    /// Indices of the types.
    types: Vec<usize>,
    lines: usize,
}

/// What goes to one file, if it isn't too much.
struct File<'g> {
    /// The name of the group that all of it belongs to.
    group: &'g str,
    name: String,
    bunches: Vec<Bunch>,
}

impl File<'_> {
    fn lines(&self) -> usize {
        self.bunches.iter().map(|bunch| bunch.lines).sum()
    }

    /// Divides by the words behind those that all names begin with, until each part is short enough.
    fn divide(self, depth: usize, files: &mut Vec<Self>) {
        if self.lines() <= MOST || self.bunches.len() == 1 || depth == DEPTH {
            files.push(self);
            return;
        }
        let Self { group, name, bunches } = self;
        let at = common(&bunches);
        let mut rest = Self { group, name, bunches: Vec::new() };
        for part in split(bunches, |bunch| bunch.words.get(at).cloned()) {
            let mut part = Self { group, name: String::new(), bunches: part };
            let is_named = part.bunches.iter().all(|bunch| bunch.words.len() > at);
            if is_named && part.lines() >= LEAST {
                let words = &part.bunches[0].words;
                part.name = words[..common(&part.bunches).min(words.len())].join("_");
                part.divide(depth + 1, files);
            } else {
                rest.bunches.extend(part.bunches);
            }
        }
        rest.divide_by_letter(at, files);
    }

    /// What no word has enough of.
    fn divide_by_letter(self, at: usize, files: &mut Vec<Self>) {
        if self.lines() <= MOST {
            files.push(self);
            return;
        }
        let Self { group, name, bunches } = self;
        let letter = |bunch: &Bunch| bunch.words.get(at).and_then(|word| word.chars().next());
        let mut rest = Self { group, name, bunches: Vec::new() };
        for part in split(bunches, letter) {
            let mut part = Self { group, name: String::new(), bunches: part };
            match letter(&part.bunches[0]) {
                Some(letter) if part.lines() >= LEAST => {
                    part.name = format!("{}_{letter}", rest.name);
                    files.push(part);
                }
                _ => rest.bunches.extend(part.bunches),
            }
        }
        files.push(rest);
    }
}

/// Bunches of the same key together, in the order of keys.
fn split<K: Ord>(bunches: Vec<Bunch>, key: impl Fn(&Bunch) -> K) -> Vec<Vec<Bunch>> {
    let mut parts: BTreeMap<K, Vec<Bunch>> = BTreeMap::new();
    for bunch in bunches {
        parts.entry(key(&bunch)).or_default().push(bunch);
    }
    parts.into_values().collect()
}

/// How many words all names begin with.
fn common(bunches: &[Bunch]) -> usize {
    let Some((first, others)) = bunches.split_first() else { return 0 };
    others.iter().fold(first.words.len(), |common, bunch| {
        let pairs = first.words.iter().zip(&bunch.words);
        pairs.take(common).take_while(|(a, b)| a == b).count()
    })
}

/// A bunch for each type that no other was declared inside of.
fn bunches(types: &[Item], members: &[usize]) -> Vec<Bunch> {
    let mut bunches: Vec<Bunch> = Vec::new();
    let mut known: HashMap<(FileId, &str), usize> = HashMap::new();
    for &at in members {
        let origin = &types[at].origin;
        let owner =
            ancestors(&origin.pointer).find_map(|pointer| known.get(&(origin.file, pointer)));
        let bunch = owner.copied().unwrap_or_else(|| {
            let words = words(&types[at].rust);
            bunches.push(Bunch { words, types: Vec::new(), lines: 0 });
            bunches.len() - 1
        });
        known.entry((origin.file, &origin.pointer)).or_insert(bunch);
        bunches[bunch].types.push(at);
        bunches[bunch].lines += lines(&types[at].kind);
    }
    bunches
}

/// Rust finds no file by a name that isn't ASCII.
fn words(name: &str) -> Vec<String> {
    let name = snake(name, "types");
    let words = name.trim_start_matches("r#").split('_').filter(|word| !word.is_empty());
    words.take_while(|word| word.is_ascii()).map(str::to_owned).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn divided(types: &[(&str, usize)]) -> Vec<(String, usize)> {
        let bunches = types.iter().enumerate().map(|(at, (name, lines))| Bunch {
            words: words(name),
            types: vec![at],
            lines: *lines,
        });
        let own = File { group: "shared", name: "shared".to_owned(), bunches: bunches.collect() };
        let mut files = Vec::new();
        own.divide(0, &mut files);
        let mut files: Vec<_> =
            united(files).into_iter().map(|file| (legal(file.name), file.bunches.len())).collect();
        files.sort();
        files
    }

    fn names(files: &[(String, usize)]) -> Vec<(&str, usize)> {
        files.iter().map(|(name, types)| (name.as_str(), *types)).collect()
    }

    #[test]
    fn what_is_short_stays_together() {
        let files = divided(&[("PetOwner", 400), ("Shop", 400)]);
        assert_eq!(names(&files), [("shared", 2)]);
    }

    #[test]
    fn what_is_long_is_divided_by_words() {
        let files = divided(&[
            ("PetFoodDry", 600),
            ("PetFoodWet", 300),
            ("PetOwner", 500),
            ("PetTag", 20),
            ("ShopHours", 200),
            ("ShopHoursOnSunday", 10),
            ("Move", 160),
            ("Address", 20),
        ]);
        let expected = [
            ("move_types", 1),
            ("pet", 1),
            ("pet_food", 2),
            ("pet_owner", 1),
            ("shared", 1),
            ("shop_hours", 2),
        ];
        assert_eq!(names(&files), expected);
    }

    #[test]
    fn what_no_word_has_enough_of_is_divided_by_letters() {
        let many: Vec<String> = (0..12).map(|at| format!("A{}", char::from(b'a' + at))).collect();
        let mut types: Vec<_> = many.iter().map(|name| (name.as_str(), 100)).collect();
        types.push(("Zebra", 30));
        types.push(("\u{65e5}\u{672c}", 30));
        assert_eq!(names(&divided(&types)), [("shared", 2), ("shared_a", 12)]);
    }

    #[test]
    fn one_type_is_never_divided() {
        assert_eq!(names(&divided(&[("Pet", 5000)])), [("shared", 1)]);
        assert_eq!(names(&divided(&[("Pet", 5000), ("A", 1)])), [("pet", 1), ("shared", 1)]);
    }
}
