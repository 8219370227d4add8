//! A part of a plan: who asks for one operation doesn't wait until the cases of hundreds are known.

use indexmap::IndexSet;
use spec::model::Operation;

use crate::arazzo::Workflows;

/// What of a plan is wanted, and who is told how far it is.
pub struct Part<'a> {
    /// The operations, by id, whose cells and cases are wanted; all of them where it is `None`.
    pub operations: Option<&'a IndexSet<String>>,
    /// Is told of how many operations the cases are known, and of how many they will be.
    pub tell: &'a dyn Fn(usize, usize),
}

impl Default for Part<'_> {
    fn default() -> Self {
        Self { operations: None, tell: &|_, _| {} }
    }
}

impl Part<'_> {
    /// Whether the cases of an operation have to be known. The cell of a workflow is one that nothing else provokes, so those
    /// of all that it calls are.
    pub(super) fn plans<'w>(
        &self,
        workflows: Option<&'w Workflows>,
    ) -> impl Fn(&Operation) -> bool + use<'_, 'w> {
        let wants = |id: &str| self.operations.is_none_or(|wanted| wanted.contains(id));
        let calls = workflows.iter().flat_map(|workflows| &workflows.list).filter_map(|workflow| {
            let called = workflow.steps.iter().map(|step| step.operation_id.as_str());
            called.clone().any(&wants).then_some(called)
        });
        let called: IndexSet<&str> = calls.flatten().collect();
        move |operation| wants(&operation.id) || called.contains(operation.id.as_str())
    }
}
