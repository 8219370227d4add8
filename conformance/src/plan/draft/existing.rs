//! Things that are there already: what a list shows first, for requests that only look at it.

use spec::model::Operation;

use super::{Draft, Path, Provided};
use crate::expression::Expression;
use crate::sample::Extent;

/// What steps are called that look for something which is there.
const EXISTING: &str = "existing";

/// Whether a step looks for something which is there: what it gives is somebody else's.
pub(in crate::plan) fn is_existing(step: &str) -> bool {
    step.strip_prefix(EXISTING).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}

impl Draft<'_> {
    /// What a path parameter names, out of the list that shows such things. Whether it may be seen, and whether it stays,
    /// is up to others, so that no success is promised.
    pub(super) fn existing(
        &mut self,
        operation: &Operation,
        name: &str,
        depth: usize,
    ) -> Option<Provided> {
        let shown = self.planner.shown(operation, name)?;
        let step = match self.made.get(&shown.list.id) {
            Some(step) => step.clone(),
            None => self.list_existing(shown.list, depth)?,
        };
        let output = self.output_named_like(&step, name, &shown.first.into());
        self.makes_up(operation);
        let stand_in = self.planner.stand_in(operation, name);
        Some(Provided { expression: Expression::output(&step, &output), stand_in })
    }

    fn list_existing(&mut self, list: &Operation, depth: usize) -> Option<String> {
        let before = self.clone();
        let request = self
            .path_at(list, &Path::new(), depth + 1)
            .and_then(|path| self.request(list, &path, Extent::Minimal));
        let Ok(request) = request else {
            *self = before;
            return None;
        };
        let id = self.free_step_id(EXISTING);
        self.push(list, &id, request, self.planner.succeeds(list));
        self.made.insert(list.id.clone(), id.clone());
        Some(id)
    }
}
