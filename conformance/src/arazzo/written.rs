//! Workflows as they are written, before what they call takes its place in them.

use indexmap::IndexMap;
use spec::Origin;

use super::{WorkflowInput, WorkflowStep};
use crate::case::{Criterion, Flow, Template};
use crate::expression::Expression;

/// A workflow as it is written.
pub(super) struct Written {
    pub(super) id: String,
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
