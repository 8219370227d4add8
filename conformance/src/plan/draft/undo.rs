//! What a case makes is removed again, however the case ends.

use std::sync::Arc;

use indexmap::IndexMap;
use spec::model::{Operation, RuntimeExpression};
use spec::resources::Remover;

use super::provide::told;
use super::{DEPTH, Draft, Path};
use crate::case::{Cleanup, Credentials, Lenience, Request, Step, Template, Text, TextPart};
use crate::expression::Expression;
use crate::sample::Extent;

impl<'p> Draft<'p> {
    /// Sees to it that what a step made is removed, even if it shouldn't have been made.
    pub(super) fn undo(&mut self, maker: &Operation, step: &str, remover: &'p Remover) {
        let Ok(operation) = self.planner.operation(&remover.operation_id) else { return };
        // Whoever excludes it has it called for nothing.
        if self.planner.unselected(operation).is_some() {
            return;
        }
        let id = format!("made_{}", remover.parameter);
        self.output(step, &id, &told(operation, &remover.parameter, &remover.maker));
        let made = self.step(step).map(|step| step.request.clone());
        let Some(made) = made.filter(|made| made.method == maker.method) else { return };
        let credentials = self.credentials(operation);
        if credentials == Credentials::None && !operation.is_public() {
            return;
        }
        let mut path_parameters = IndexMap::new();
        for name in operation.path.parameters() {
            let theirs = remover.maker.shared.get(name);
            let text = match theirs.and_then(|theirs| made.path_parameters.get(theirs)) {
                // Written in the very same way, however odd that is.
                _ if name == remover.parameter => match &remover.maker.id {
                    RuntimeExpression::RequestPath(own) => match made.path_parameters.get(own) {
                        Some(text) => text.clone(),
                        None => return,
                    },
                    _ => Text::expression(Expression::output(step, &id)),
                },
                Some(text) => text.clone(),
                None => match self.provide(operation, name, DEPTH) {
                    Ok(provided) => Text::expression(provided.expression),
                    Err(_) => return,
                },
            };
            path_parameters.insert(name.to_owned(), text);
        }
        // What the document asks for besides, and what the profile says that it takes to remove it.
        let asked = self.request(operation, &Path::new(), Extent::Minimal);
        let (query, headers, body) = match asked {
            Ok(asked) => (asked.query, asked.headers, asked.body),
            Err(_) => (Vec::new(), Vec::new(), None),
        };
        let request = Request {
            method: operation.method,
            path: operation.path.text.clone(),
            path_parameters,
            query,
            headers,
            body,
            credentials,
        };
        // What was made last goes first: it may lie within what was made before.
        let depends_on_state = !self.planner.refusing_states(operation).is_empty();
        let undo = undoing(step, operation, request);
        self.cleanup.insert(0, Cleanup { depends_on_state, ..undo });
    }

    /// Sees to it that what a step puts into something that each caller has one of is taken out of it again: by the same request,
    /// with none of it.
    pub(super) fn empty(&mut self, operation: &Operation, step: &str) {
        if !self.planner.is_of_one_each(&operation.id) {
            return;
        }
        let member = self.planner.resources.emptied_by(operation);
        let Some(made) = self.step(step).map(|step| step.request.clone()) else { return };
        let none = Template::Value(0.into());
        let request = member.and_then(|member| made.with_member(&member, none));
        if let Some(request) = request.filter(|one| one.method == operation.method) {
            self.cleanup.insert(0, undoing(step, operation, request));
        }
    }

    /// A step that itself removes what an earlier one made.
    pub(super) fn note_removal(&mut self, operation: &Operation, id: &str, request: &Request) {
        let steps = &self.parts.steps;
        let same_text = |(name, text): (&String, &Text)| {
            let other = request.path_parameters.get(name);
            other.is_some_and(|other| origins(steps, text) == origins(steps, other))
        };
        for cleanup in &mut self.parts.cleanup {
            let same = cleanup.step.operation_id == operation.id
                && cleanup.step.request.method == request.method
                && cleanup.step.request.body == request.body
                && cleanup.step.request.path_parameters.iter().all(same_text);
            if same && cleanup.unless.is_none() {
                cleanup.unless = Some(id.to_owned());
            }
        }
    }
}

/// The step that undoes another one.
pub(super) fn undoing(after: &str, operation: &Operation, request: Request) -> Cleanup {
    let step = Arc::new(Step {
        id: format!("undo_{after}"),
        operation_id: operation.id.clone(),
        request,
        criteria: Vec::new(),
        outputs: IndexMap::new(),
        lenience: Lenience::None,
        premises: Vec::new(),
        concurrent: false,
        flow: None,
        timeout: None,
        pause: None,
        follows: None,
        envelope: None,
        repeat: None,
    });
    let (depends_on_state, puts_back) = (false, false);
    Cleanup { step, after: after.to_owned(), unless: None, depends_on_state, puts_back }
}

/// A text with each output replaced by the step and what it takes from its answer: outputs of several names may be one.
fn origins(steps: &[Arc<Step>], text: &Text) -> Vec<String> {
    let origin = |part: &TextPart| match part {
        TextPart::Literal(text) | TextPart::Raw(text) => text.clone(),
        TextPart::Expression(Expression::Output { step, name, pointer }) => {
            let outputs = steps.iter().find(|one| one.id == *step).map(|one| &one.outputs);
            match outputs.and_then(|outputs| outputs.get(name)) {
                Some(expression) => format!("{step} {expression} {pointer}"),
                None => format!("{step} {name} {pointer}"),
            }
        }
        TextPart::Expression(hole) | TextPart::Capitals(hole) | TextPart::Inner(hole) => {
            hole.to_string()
        }
    };
    text.0.iter().map(origin).collect()
}
