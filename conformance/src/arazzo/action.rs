//! What is done behind a step.

use std::time::Duration;

use indexmap::IndexMap;
use serde_json::Value;
use spec::Origin;

use super::read::Reader;
use super::written::Transfer;
use crate::case::{Action, Flow, Template, Then};

/// What an action that goes to a workflow calls it.
const TRANSFER: &str = "to workflow ";

impl<'r> Reader<'r> {
    /// What follows a step: its own actions, then those of its workflow that it doesn't override by their names.
    pub(super) fn flow(
        &mut self,
        value: &'r Value,
        at: &Origin,
        shared: &Flow,
        transfers: &mut IndexMap<String, Transfer>,
    ) -> Flow {
        let mut on_success = self.actions((value, at), "onSuccess", "successActions", transfers);
        let mut on_failure = self.actions((value, at), "onFailure", "failureActions", transfers);
        for (own, shared) in
            [(&mut on_success, &shared.on_success), (&mut on_failure, &shared.on_failure)]
        {
            let is_own = |one: &&Action| own.iter().all(|other| other.name != one.name);
            let others: Vec<_> = shared.iter().filter(is_own).cloned().collect();
            own.extend(others);
        }
        Flow { on_success, on_failure }
    }

    /// The actions that a workflow has for all of its steps.
    pub(super) fn shared_flow(
        &mut self,
        value: &'r Value,
        at: &Origin,
        transfers: &mut IndexMap<String, Transfer>,
    ) -> Flow {
        let component = "successActions";
        let on_success = self.actions((value, at), component, component, transfers);
        let component = "failureActions";
        let on_failure = self.actions((value, at), component, component, transfers);
        Flow { on_success, on_failure }
    }

    fn actions(
        &mut self,
        (value, at): (&'r Value, &Origin),
        keyword: &str,
        component: &str,
        transfers: &mut IndexMap<String, Transfer>,
    ) -> Vec<Action> {
        let list = self.array(value, keyword);
        let at = at.child(keyword);
        let mut actions = Vec::new();
        for (n, one) in list.iter().enumerate() {
            let at = at.child(n);
            let Some(one) = self.resolved(one, &at, component) else { continue };
            actions.extend(self.action(one, &at, transfers));
        }
        actions
    }

    fn action(
        &mut self,
        action: &'r Value,
        at: &Origin,
        transfers: &mut IndexMap<String, Transfer>,
    ) -> Option<Action> {
        let name = action.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let criteria = self.criteria(action, at, "criteria");
        let to_step = action.get("stepId").and_then(Value::as_str).map(str::to_owned);
        let to_workflow = action.get("workflowId").and_then(Value::as_str);
        let then = match action.get("type").and_then(Value::as_str)? {
            "end" => Then::End,
            "goto" => match (to_step, to_workflow) {
                (Some(step), _) => Then::GoTo(step),
                (None, Some(workflow)) => {
                    let workflow = self.workflow_id(workflow, &at.child("workflowId"))?;
                    let label = format!("{TRANSFER}{workflow} by {name}");
                    let arguments = self.arguments(action, at);
                    let transfer = Transfer { workflow, arguments, origin: at.clone() };
                    transfers.insert(label.clone(), transfer);
                    Then::GoTo(label)
                }
                (None, None) => return None,
            },
            "retry" if to_workflow.is_some() => {
                let message = "a workflow that is run before each try is not supported".to_owned();
                self.unsupported(&at.child("workflowId"), message);
                return None;
            }
            "retry" => {
                let seconds = action.get("retryAfter").and_then(Value::as_f64).unwrap_or(0.0);
                let after = Duration::try_from_secs_f64(seconds).unwrap_or_default();
                Then::Retry {
                    after_ms: u64::try_from(after.as_millis()).unwrap_or(u64::MAX),
                    limit: action.get("retryLimit").and_then(Value::as_u64).unwrap_or(1),
                    first: to_step,
                }
            }
            _ => return None,
        };
        Some(Action { name, criteria, then })
    }

    /// What the inputs of a workflow that is called are.
    pub(super) fn arguments(
        &mut self,
        value: &'r Value,
        at: &Origin,
    ) -> IndexMap<String, Template> {
        let parameters = self.parameters(value, at);
        parameters.into_iter().map(|one| (one.name, one.value)).collect()
    }
}
