//! Conditions on the present tag of a thing, where whatever is there is no condition.

use std::sync::Arc;

use spec::model::{Method, Operation};

use super::Draft;
use crate::case::{Criterion, Pair, Request, Step, Text};
use crate::expression::Expression;

/// The step that reads a tag, and the output that it is.
const TAG: &str = "tag";

impl Draft<'_> {
    /// Where `If-Match: *` is said to be refused, the condition is the tag that the thing was last told to have; it is read where
    /// nothing has told it.
    pub(super) fn with_current_tag(&mut self, operation: &Operation, request: &mut Request) {
        let is_any = |pair: &&mut Pair| {
            pair.name.eq_ignore_ascii_case("If-Match") && pair.value == Text::literal("*")
        };
        if !self.planner.resources.refuses_any_tag(operation) {
            return;
        }
        let Some(step) = self.tagged(request).or_else(|| self.read_tag(operation, request)) else {
            return;
        };
        if let Some(condition) = request.headers.iter_mut().find(is_any) {
            self.output(&step, TAG, &Expression::response_header("ETag"));
            condition.value = Text::expression(Expression::output(&step, TAG));
        }
    }

    /// The last step that told the tag of what a request names.
    fn tagged(&self, request: &Request) -> Option<String> {
        let named = request.path_parameters.last().map(|(_, text)| text)?;
        let made = named.expressions().next()?.step()?;
        let tells = |step: &&Arc<Step>| {
            // What is to be refused tells none.
            let is_it = step.request.path_parameters.last().map(|(_, text)| text) == Some(named)
                && step.criteria.iter().any(Criterion::may_succeed);
            let operation = self.planner.operation(&step.operation_id);
            (step.id == made || is_it) && operation.is_ok_and(has_tag)
        };
        self.steps.iter().rev().find(tells).map(|step| step.id.clone())
    }

    fn read_tag(&mut self, operation: &Operation, request: &Request) -> Option<String> {
        let planner = self.planner;
        // What nothing has made need not be there.
        request.path_parameters.last()?.1.expressions().next()?.step()?;
        let reader = planner.on_path(operation, Method::Get).filter(|reader| has_tag(reader))?;
        let read = Request {
            method: Method::Get,
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            credentials: self.credentials(reader),
            ..request.clone()
        };
        let step = self.free_step_id(TAG);
        self.push(reader, &step, read, planner.succeeds(reader));
        Some(step)
    }
}

/// Whether the answer of an operation documents the tag that a condition takes.
pub(in crate::plan) fn has_tag(operation: &Operation) -> bool {
    let mut names = operation.successes().flat_map(|response| response.headers.keys());
    names.any(|name| name.eq_ignore_ascii_case("etag"))
}
