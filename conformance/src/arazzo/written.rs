//! Workflows as they are written, before what they call takes its place in them.

use indexmap::IndexMap;
use spec::Origin;

use super::{WorkflowInput, WorkflowStep};
use crate::case::{Criterion, Flow, Template};
use crate::expression::Expression;

/// A workflow as it is written.
pub(super) struct Written {
    /// Unique among the workflows of all documents.
    pub(super) id: String,
    /// What stands before the ids of its document.
    pub(super) prefix: String,
    pub(super) summary: Option<String>,
    pub(super) inputs: IndexMap<String, WorkflowInput>,
    /// The workflows that have to be run before it.
    pub(super) depends_on: Vec<String>,
    pub(super) steps: Vec<WrittenStep>,
    /// What actions go to beyond its own steps, by the names that they call it.
    pub(super) transfers: IndexMap<String, Transfer>,
    pub(super) outputs: IndexMap<String, Expression>,
    pub(super) exclusive: bool,
    pub(super) origin: Origin,
}

impl Written {
    /// The workflows that it names itself.
    fn names(&self) -> impl Iterator<Item = &String> {
        let calls = self.steps.iter().filter_map(|step| match step {
            WrittenStep::Call(call) => Some(&call.workflow),
            WrittenStep::Operation(_) => None,
        });
        let transfers = self.transfers.values().map(|transfer| &transfer.workflow);
        self.depends_on.iter().chain(calls).chain(transfers)
    }
}

/// A workflow and all that it leads to.
pub(super) fn with_what_it_uses<'w>(
    all: &'w IndexMap<String, Written>,
    written: &'w Written,
) -> Vec<&'w Written> {
    let mut used = IndexMap::from([(written.id.as_str(), written)]);
    let mut next = 0;
    while let Some((_, one)) = used.get_index(next) {
        used.extend(one.names().filter_map(|id| all.get(id)).map(|one| (one.id.as_str(), one)));
        next += 1;
    }
    used.into_values().collect()
}

/// A step as it is written.
pub(super) enum WrittenStep {
    /// It calls an operation.
    Operation(Box<WorkflowStep>),
    /// It calls a workflow.
    Call(Box<Call>),
}

impl WrittenStep {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Operation(step) => &step.id,
            Self::Call(call) => &call.id,
        }
    }
}

/// A step that calls a workflow.
pub(super) struct Call {
    pub(super) id: String,
    pub(super) workflow: String,
    /// What its inputs are.
    pub(super) arguments: IndexMap<String, Template>,
    pub(super) criteria: Vec<Criterion>,
    pub(super) outputs: IndexMap<String, Expression>,
    pub(super) flow: Flow,
    pub(super) origin: Origin,
}

/// A workflow that is gone on with, for good.
#[derive(Clone)]
pub(super) struct Transfer {
    pub(super) workflow: String,
    pub(super) arguments: IndexMap<String, Template>,
    pub(super) origin: Origin,
}
