//! What a user may want otherwise: a TOML file beside the document, read and checked against the contract.
//!
//! ```toml
//! package = "pets"             # the name of the package; else from `info.title`
//! runtime = {path = "../rt"}   # depend on the runtime there; else carry a copy ("vendored")
//! enums = "closed"             # refuse values that the contract doesn't list, in answers too; else "open"
//!
//! [only]                       # leave out what isn't named; else everything is written
//! tags = ["pets"]
//! operations = ["getHealth"]
//!
//! [formats]                    # the type of strings of a format: string, uuid, date-time, date or uri
//! uuid = "string"
//! x-moment = "date-time"
//! byte = "string"              # whatever it is: a format that stands here isn't checked but by its type
//!
//! [names.schemas]              # component → type
//! pet_v2 = "Pet"
//!
//! [names.operations]           # operation id → method
//! listAllPets = "list_pets"
//!
//! [paging]                     # operation id → how its pages follow each other (see [`PagingRule`])
//! listAllPets = {cursor = "starting_after", last = "id", more = "has_more"}
//! "*" = {cursor = "after", next = "last_id", more = "has_more"}  # all others that it fits
//! ```
//!
//! Where the runtime is, is said as in the `Cargo.toml` of the generated crate: a version (`runtime = "0.1"`), a `git` with
//! a `branch`, `tag` or `rev`, or a `path`, which is relative to that crate.
//!
//! Promises: a key that means nothing, and a name that the contract doesn't have, is an error with its place; nothing
//! is passed over. How pages follow each other is better said in the document (`x-paging`), where other readers of the
//! contract see it too; what stands here goes before that.

mod read;
mod runtime;
mod select;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use spec::paging::PagingRule;

pub use read::read;
pub use runtime::Runtime;
pub(crate) use select::select;

/// What a user wants otherwise; by default, nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The package's name.
    pub package: Option<String>,
    /// Where its runtime is from.
    pub runtime: Runtime,
    /// What clients make of values that an enum doesn't list.
    pub enums: Enums,
    /// What is written; `None`: everything.
    pub only: Option<Only>,
    /// The type of strings, by format.
    pub formats: BTreeMap<String, TextType>,
    /// The names of types, by component.
    pub schemas: BTreeMap<String, String>,
    /// The names of methods, by operation id.
    pub operations: BTreeMap<String, String>,
    /// How pages follow each other, by operation id.
    pub paging: BTreeMap<String, PagingRule>,
    /// How they do in all other operations that this fits.
    pub paging_of_others: Option<PagingRule>,
}

/// What clients make of values that an enum doesn't list. Servers refuse them anyhow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Enums {
    /// They are kept, readable, since a later version of the server may send them.
    #[default]
    Open,
    /// They are an error, and a `match` needs no arm for them.
    Closed,
}

/// The operations that are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Only {
    /// Those that have one of these tags.
    pub tags: BTreeSet<String>,
    /// Those of these ids.
    pub operations: BTreeSet<String>,
}

/// A type for strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextType {
    /// `String`
    String,
    /// `uuid::Uuid`
    Uuid,
    /// `time::OffsetDateTime`
    DateTime,
    /// `time::Date`
    Date,
    /// The runtime's `Uri`
    Uri,
}

impl TextType {
    /// As settings and formats name it.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "string" => Some(Self::String),
            "uuid" => Some(Self::Uuid),
            "date-time" => Some(Self::DateTime),
            "date" => Some(Self::Date),
            "uri" => Some(Self::Uri),
            _ => None,
        }
    }
}
