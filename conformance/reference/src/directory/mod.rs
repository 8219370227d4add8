//! The directory: which organizations there are, who their users are and what tokens they have.
//!
//! It is read once, at the start, from a TOML file or from the demo directory that is built in.

mod file;

use indexmap::{IndexMap, IndexSet};
use uuid::Uuid;

pub use self::file::{DirectoryError, Problem};
use crate::authenticator::TokenTable;
use crate::workspace::User;

/// Everything that a directory file says.
#[derive(Debug, Clone)]
pub struct Directory {
    /// The organizations.
    pub orgs: Orgs,
    /// The users, by id.
    pub users: IndexMap<Uuid, User>,
    /// The tokens, each with its user, organization and role.
    pub tokens: TokenTable,
}

impl Directory {
    /// Reads a directory file.
    ///
    /// # Errors
    /// When the text isn't TOML of that form, or some of it doesn't fit together: with every such place.
    pub fn parse(text: &str) -> Result<Self, DirectoryError> {
        file::parse(text)
    }

    /// The directory to try things with, whose tokens are public knowledge.
    pub fn demo() -> Self {
        match Self::parse(include_str!("../../demo-directory.toml")) {
            Ok(directory) => directory,
            Err(error) => unreachable!("the demo directory is tested to be right: {error}"),
        }
    }
}

/// The organizations that exist.
#[derive(Debug, Clone, Default)]
pub struct Orgs {
    ids: IndexSet<Uuid>,
    /// As the directory spells them: under `/v1` letter case matters.
    spellings: IndexMap<String, Uuid>,
}

impl Orgs {
    /// Adds an organization spelled `spelling`, unless it is there in any spelling.
    fn insert(&mut self, id: Uuid, spelling: String) -> bool {
        let vacant = self.ids.insert(id);
        if vacant {
            self.spellings.insert(spelling, id);
        }
        vacant
    }

    /// The organization whose id is spelled exactly so.
    pub fn spelled(&self, id: &str) -> Option<Uuid> {
        self.spellings.get(id).copied()
    }

    /// Whether the organization exists.
    pub fn contains(&self, id: Uuid) -> bool {
        self.ids.contains(&id)
    }

    /// All of them, in the order of the directory.
    pub fn ids(&self) -> Vec<Uuid> {
        self.ids.iter().copied().collect()
    }
}

#[cfg(test)]
mod tests;
