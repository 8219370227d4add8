//! Documents of Arazzo 1.0 and 1.1: read, and checked against the contract. What is planned of them is [`crate::plan`]'s.
//!
//! ```text
//! document ──structure──▶ findings
//!     └────read──▶ workflows as written ──inline──▶ Workflows ──plan──▶ the same cases as from the contract
//! ```
//!
//! What this suite makes of a document:
//! - an input that neither the profile gives nor a default is made fresh for each run, valid by its schema;
//! - what a step leaves open is the suite's own: what its path names is made first, and required parameters and a
//!   required body are valid ones, unless the step wants to be told that its request is wrong;
//! - all steps of a workflow are sent as one credential, the first that may call each of its operations; but for a
//!   step that says `x-credentials: another`, which is sent as another one that may (without one, the workflow is
//!   left out);
//! - what a step makes is removed at the end, however the workflow ends, unless a step of its own did;
//! - `x-exclusive: true` keeps other writes away while it runs;
//! - a workflow that the profile names for a part of its own (set-up, tear-down, a token) is no case: what it gives are
//!   the outputs of its steps and, over those, its own `outputs` that are expressions on `$steps` or `$inputs`.
//!
//! - a step that calls a workflow, of this document or of another one, becomes the steps of that one, and `dependsOn`
//!   puts those of others before; what another document has besides is not run;
//! - `onSuccess` and `onFailure` are followed; a failure that an action takes up (`goto`, `retry`) is none of the case; a
//!   step that has made something is not sent again, as a second thing of its name could not be removed.
//!
//! What is not supported is a finding, and the workflow that has it is left out and said so: XPath (no crate of today
//! reads 3.1 and is kept up) and JSONPath before RFC 9535; messages of channels (AsyncAPI); replacements at other places
//! than JSON pointers; `onFailure` and a body of a step that calls a workflow; a workflow that is run before each retry;
//! expressions on `$workflows.….inputs`, `$message` and `$components` elsewhere than where the specification wants them.

mod action;
mod documents;
mod inline;
mod inputs;
mod read;
mod references;
mod step;
mod structure;
mod value;
mod written;

pub use read::read;

use std::time::Duration;

use indexmap::IndexMap;
use serde_json::Value;
use spec::model::{SchemaId, Status};
use spec::{Contract, Findings, Origin};

use crate::case::{Criterion, Flow, Template};
use crate::expression::Expression;

/// What came of reading a document of workflows.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The workflows; `None` where the document could not be read at all.
    pub workflows: Option<Workflows>,
    /// Everything that is wrong with it or not supported.
    pub findings: Findings,
}

/// A document of workflows, as read. Whatever is in it can be run.
#[derive(Debug, Clone)]
pub struct Workflows {
    /// The workflows, in the order of the document.
    pub list: Vec<Workflow>,
    /// The ids of those that are left out, since something in them is not supported.
    pub left_out: Vec<String>,
    /// The schemas of their inputs.
    pub(crate) schemas: Contract,
}

impl Workflows {
    /// The workflow of this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Workflow> {
        self.list.iter().find(|workflow| workflow.id == id)
    }
}

/// One workflow.
#[derive(Debug, Clone)]
pub struct Workflow {
    /// Its `workflowId`.
    pub id: String,
    /// One line on it.
    pub summary: Option<String>,
    /// Its inputs by name.
    pub inputs: IndexMap<String, WorkflowInput>,
    /// Its steps, in order.
    pub steps: Vec<WorkflowStep>,
    /// Its own outputs, over those of its steps.
    pub outputs: IndexMap<String, Expression>,
    /// Whether nothing else may write while it runs.
    pub exclusive: bool,
    /// Where it stands.
    pub origin: Origin,
}

impl Workflow {
    /// What it gives, by name: the outputs of its steps, those of later ones over those of earlier ones, and its own over
    /// all.
    #[must_use]
    pub fn gives(&self) -> IndexMap<String, Expression> {
        let mut gives = IndexMap::new();
        for step in &self.steps {
            let of_step = |name: &String| (name.clone(), Expression::output(&step.id, name));
            gives.extend(step.outputs.keys().map(of_step));
        }
        gives.extend(self.outputs.clone());
        gives
    }
}

/// An input of a workflow.
#[derive(Debug, Clone)]
pub struct WorkflowInput {
    /// The value where nobody gives one.
    pub default: Option<Value>,
    /// What it may be, in the schemas of the [`Workflows`].
    pub(crate) schema: SchemaId,
}

/// One step of a workflow.
#[derive(Debug, Clone)]
pub struct WorkflowStep {
    /// Its `stepId`.
    pub id: String,
    /// The operation that it calls.
    pub operation_id: String,
    /// Its parameters, those of the workflow included.
    pub parameters: Vec<StepParameter>,
    /// Its body.
    pub body: Option<StepBody>,
    /// Whether it is sent as somebody else than the other steps.
    pub as_another: bool,
    /// What its answer has to meet.
    pub criteria: Vec<Criterion>,
    /// What later steps may use.
    pub outputs: IndexMap<String, Expression>,
    /// What follows it, where that isn't just the next one.
    pub flow: Flow,
    /// How long its answer may take.
    pub timeout: Option<Duration>,
    /// Where it stands.
    pub origin: Origin,
}

impl WorkflowStep {
    /// The status that it wants, if it wants one.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        self.criteria.iter().find_map(|criterion| match criterion {
            Criterion::Status(expected) => expected.any_of.first().copied(),
            Criterion::Condition(_) | Criterion::Relation(_) => None,
        })
    }
}

/// A parameter of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct StepParameter {
    /// Its name.
    pub name: String,
    /// Its location.
    pub location: spec::model::Location,
    /// Its value.
    pub value: Template,
}

/// The body of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct StepBody {
    /// Its media type; `None`: the operation's first.
    pub content_type: Option<String>,
    /// Its value.
    pub payload: Template,
}

#[cfg(test)]
pub(crate) mod tests;
