//! Workflows with a part of their own in a run.

use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

/// The workflows with a part of their own, as the profile names them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Roles {
    /// Those before the first case, in order.
    pub setup: Vec<String>,
    /// Those after the last case, in order.
    pub teardown: Vec<String>,
    /// Those that give tokens and the values of header fields.
    pub sources: Vec<SourceRole>,
    /// The credentials whose token such a one gives.
    pub credentials: IndexSet<String>,
    /// The inputs that have only a stand-in yet.
    pub foreseen: IndexSet<String>,
}

/// A workflow that gives something, with inputs for this alone.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceRole {
    /// Its `workflowId`.
    pub workflow: String,
    /// Its inputs that differ from those of other uses.
    pub inputs: IndexMap<String, Value>,
    /// Whether it gives the token of a credential, so that it can't need one itself.
    pub is_token: bool,
}

impl Roles {
    /// Whether a workflow has a part of its own, and so is no case.
    #[must_use]
    pub fn name(&self, workflow: &str) -> bool {
        let sources = self.sources.iter().map(|source| &source.workflow);
        let mut all = self.setup.iter().chain(&self.teardown).chain(sources);
        all.any(|one| one == workflow)
    }
}
