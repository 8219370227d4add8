//! Where the entries of a profile stand.

use std::path::PathBuf;

use indexmap::IndexMap;

use super::Place;

/// Places by the keys that lead there: `inputs`, `org_id`.
#[derive(Debug, Clone, Default)]
pub struct Places(IndexMap<String, Place>);

impl Places {
    pub(super) fn note(&mut self, keys: &[&str], place: Place) {
        self.0.insert(Self::key(keys), place);
    }

    /// The place of an entry; that of nothing in particular where it wasn't read from a file.
    pub(super) fn of(&self, keys: &[&str]) -> Place {
        let place = self.0.get(&Self::key(keys)).cloned();
        place.unwrap_or_else(|| Place::file(PathBuf::from("profile")))
    }

    /// Keys as one: no name contains a line's end.
    pub(super) fn key(keys: &[&str]) -> String {
        keys.join("\n")
    }
}
