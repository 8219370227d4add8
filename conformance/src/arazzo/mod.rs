//! Arazzo 1.0.1 documents: read, checked against the contract, and turned into cases.

use spec::Findings;

/// A document of workflows, as read.
#[derive(Debug, Clone, Default)]
pub struct Workflows {
    /// The workflows, in the order of the document.
    pub list: Vec<Workflow>,
}

/// One workflow.
#[derive(Debug, Clone)]
pub struct Workflow {
    /// Its `workflowId`.
    pub id: String,
}

/// What came of reading a document of workflows.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The workflows; `None` where the document could not be read at all.
    pub workflows: Option<Workflows>,
    /// Everything that is wrong with it or not supported.
    pub findings: Findings,
}

impl Workflows {
    pub(crate) fn mirrors(
        &self,
        _operation: &spec::model::Operation,
    ) -> indexmap::IndexMap<crate::sample::Location, String> {
        indexmap::IndexMap::new()
    }

    pub(crate) fn cases(&self, _planner: &crate::plan::Planner<'_>) -> Vec<crate::case::Case> {
        Vec::new()
    }
}
