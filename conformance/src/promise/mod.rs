//! What a check tests: a code, a level and the clause that makes it a promise.
//!
//! Only what somebody promised fails a run: the document, an RFC, a workflow or the profile. What only names suggest,
//! or what one merely hopes of a server, is told all the same, at a lower [`Level`]. A profile may raise or lower any
//! code (`[levels]`), for all operations or for one.

mod table;

pub use table::{is_of_any_answer, promises};

use std::fmt;
use std::str::FromStr;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much a broken promise weighs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It is not checked: only a profile says so.
    Off,
    /// Worth knowing; nobody promised it.
    Note,
    /// Names, conventions or an RFC's SHOULD suggest it.
    Should,
    /// The document or an RFC says so: it fails the run.
    Must,
}

impl Level {
    /// As in profiles and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Note => "note",
            Self::Should => "should",
            Self::Must => "must",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Off, Self::Note, Self::Should, Self::Must]
            .into_iter()
            .find(|level| level.as_str() == text)
            .ok_or_else(|| format!("`{text}` is no level: expected must, should, note or off"))
    }
}

/// A row of the table of promises.
#[derive(Debug)]
pub struct Promise {
    /// Stable, kebab-case, never reused: the `id` of its checks.
    pub code: &'static str,
    /// How much it weighs unless a case, by what it knows, or the profile says otherwise.
    pub level: Level,
    /// What is promised, in a line.
    pub title: &'static str,
    /// Who promises it: the section of OpenAPI, an RFC, or the convention.
    pub clause: &'static str,
    /// What breaks it, why it matters, and what to do.
    pub about: &'static str,
}

/// The promise of a code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Promise> {
    promises().find(|promise| promise.code == code)
}

/// The level of a code by itself; codes that aren't in the table are taken seriously.
#[must_use]
pub fn level(code: &str) -> Level {
    find(code).map_or(Level::Must, |promise| promise.level)
}

/// What a profile says of levels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels {
    /// By code, for every operation.
    pub all: IndexMap<String, Level>,
    /// By operation id and code.
    pub operations: IndexMap<String, IndexMap<String, Level>>,
}

impl Levels {
    /// The level of a check of an operation: the profile's, for this operation before all, else its own.
    #[must_use]
    pub fn of(&self, operation_id: &str, code: &str, own: Level) -> Level {
        let here = self.operations.get(operation_id).and_then(|codes| codes.get(code));
        here.or_else(|| self.all.get(code)).copied().unwrap_or(own)
    }
}
