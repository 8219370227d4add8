//! From a draft to a case.

use std::sync::Arc;

use indexmap::IndexSet;
use spec::Origin;

use super::{About, Draft};
use crate::case::{Case, Cell, Derivation, Isolation, Place, Step};
use crate::expression::Expression;

impl Draft<'_> {
    /// The case.
    pub(in crate::plan) fn finish(self, about: About<'_>) -> Case {
        let (operation, status) = about.cell;
        let mut id = format!("{}:{status}:{}", operation.id, about.source);
        if !about.detail.is_empty() {
            id.push(':');
            id.push_str(&about.detail);
        }
        let cell = Cell { operation_id: operation.id.clone(), status };
        let mut case = self.into_case(id, cell, about.source);
        case.summary = about.summary;
        case.origin = Place::Contract(about.origin);
        case
    }

    /// The case, but for what it says to people.
    pub(in crate::plan) fn into_case(mut self, id: String, cell: Cell, source: Derivation) -> Case {
        self.drop_unused_inputs();
        let (planner, parts) = (self.planner, self.parts);
        let writes = parts.steps.iter().any(|step| !step.request.method.is_safe());
        let is_of_one_each = |step: &Arc<Step>| planner.is_of_one_each(&step.operation_id);
        let isolation = match writes {
            true if parts.steps.iter().any(is_of_one_each) => Isolation::Alone,
            true => Isolation::Writes,
            false => Isolation::Reads,
        };
        Case {
            id,
            cell,
            also: Vec::new(),
            source,
            summary: String::new(),
            origin: Place::Contract(Origin::root("")),
            inputs: parts.inputs,
            steps: parts.steps,
            cleanup: parts.cleanup,
            isolation,
            undisturbed: Vec::new(),
        }
    }

    /// Takes out inputs of parts that were replaced while drafting.
    fn drop_unused_inputs(&mut self) {
        let parts = &mut self.parts;
        let undone = parts.cleanup.iter().map(|cleanup| &cleanup.step);
        let steps = parts.steps.iter().chain(undone);
        let inputs = steps.flat_map(|step| step.expressions()).filter_map(|one| match one.root() {
            Expression::Input { name, .. } => Some(name.clone()),
            _ => None,
        });
        let used: IndexSet<String> = inputs.collect();
        parts.inputs.retain(|name, _| used.contains(&**name));
    }
}
