//! Steps, their parameters and bodies.

use serde_json::{Map, Value};
use spec::Origin;

use super::Checker;

/// What a step may call, of which it has one.
const TARGETS: [&str; 4] = ["operationId", "operationPath", "workflowId", "channelPath"];

impl Checker {
    pub(super) fn step(&mut self, step: &Value, at: &Origin) {
        const KNOWN: [&str; 11] = [
            "stepId",
            "description",
            "operationId",
            "operationPath",
            "workflowId",
            "parameters",
            "requestBody",
            "successCriteria",
            "onSuccess",
            "onFailure",
            "outputs",
        ];
        const LATER: [&str; 5] = ["channelPath", "timeout", "correlationId", "action", "dependsOn"];
        let Some(members) = self.object(step, at, "a step", &KNOWN, &LATER) else { return };
        self.text(members, at, "stepId");
        self.target(members, at);
        self.channel(members, at);
        let calls_workflow = members.contains_key("workflowId");
        self.parameters(members, at, calls_workflow);
        if let Some(body) = members.get("requestBody") {
            self.body(body, &at.child("requestBody"));
        }
        self.each(members, at, "successCriteria", true, Self::criterion);
        self.actions(members, at, ["onSuccess", "onFailure"]);
        self.outputs(members, at);
        self.names(members, at, "dependsOn", is_step);
        if let Some(timeout) = members.get("timeout") {
            let is_right = timeout.as_u64().is_some();
            self.that(is_right, &at.child("timeout"), "`timeout` is a number of milliseconds");
        }
    }

    fn target(&mut self, members: &Map<String, Value>, at: &Origin) {
        let given: Vec<_> =
            TARGETS.into_iter().filter(|name| members.contains_key(*name)).collect();
        match given.as_slice() {
            [] => {
                self.error(at, "a step has an `operationId`, an `operationPath` or a `workflowId`")
            }
            [only] => self.text(members, at, only),
            [first, second, ..] => {
                let message = format!("a step has a `{first}` or a `{second}`, not both");
                self.error(&at.child(second), &message);
            }
        }
    }

    /// Messages of channels (AsyncAPI).
    fn channel(&mut self, members: &Map<String, Value>, at: &Origin) {
        let action = members.get("action");
        if action.is_some() {
            self.one_of(members, at, "action", &["send", "receive"]);
        }
        if members.contains_key("channelPath") {
            let message = "a step with a `channelPath` says its `action`";
            self.that(action.is_some(), at, message);
            let message = "no source description is of the type `asyncapi`";
            self.that(self.has_channels, &at.child("channelPath"), message);
        }
        if members.contains_key("workflowId") && action.is_some() {
            self.error(&at.child("action"), "a step that calls a workflow has no `action`");
        }
        if members.contains_key("correlationId") {
            let receives = action.and_then(Value::as_str) == Some("receive");
            let message = "only a step that receives has a `correlationId`";
            self.that(receives, &at.child("correlationId"), message);
        }
    }

    /// Parameters: each once by its name and place, which those of an operation have and those of a workflow need not.
    pub(super) fn parameters(
        &mut self,
        members: &Map<String, Value>,
        at: &Origin,
        calls_workflow: bool,
    ) {
        self.each(members, at, "parameters", false, |checker, one, at| {
            checker.parameter(one, at, calls_workflow);
        });
        self.distinct(members, at, "parameters", |one| {
            let place = one.get("in").and_then(Value::as_str).unwrap_or_default();
            let name =
                one.get("name").and_then(Value::as_str).map(|name| format!("{name} {place}"));
            name.or_else(|| one.get("reference")?.as_str().map(str::to_owned))
        });
    }

    /// A parameter, or a reference to one.
    pub(super) fn parameter(&mut self, one: &Value, at: &Origin, calls_workflow: bool) {
        if one.get("reference").is_some() {
            let known = ["reference", "value"];
            let Some(members) = self.object(one, at, "a reference", &known, &[]) else { return };
            return self.text(members, at, "reference");
        }
        let known = ["name", "in", "value"];
        let Some(members) = self.object(one, at, "a parameter", &known, &[]) else { return };
        self.text(members, at, "name");
        if !calls_workflow || members.contains_key("in") {
            let places: &[&str] = match self.minor {
                0 => &["path", "query", "header", "cookie"],
                _ => &["path", "query", "querystring", "header", "cookie"],
            };
            self.one_of(members, at, "in", places);
        }
        match members.get("value") {
            None => self.error(at, "`value` is missing"),
            Some(value) => self.value(value, &at.child("value")),
        }
    }

    fn body(&mut self, body: &Value, at: &Origin) {
        let known = ["contentType", "payload", "replacements"];
        let Some(members) = self.object(body, at, "`requestBody`", &known, &[]) else { return };
        self.each(members, at, "replacements", false, Self::replacement);
    }

    fn replacement(&mut self, one: &Value, at: &Origin) {
        let (known, later) = (["target", "value"], ["targetSelectorType"]);
        let Some(members) = self.object(one, at, "a replacement", &known, &later) else { return };
        self.text(members, at, "target");
        if let Some(kind) = members.get("targetSelectorType") {
            self.kind(kind, &at.child("targetSelectorType"), &["jsonpath", "xpath", "jsonpointer"]);
        }
        match members.get("value") {
            None => self.error(at, "`value` is missing"),
            Some(value) => self.value(value, &at.child("value")),
        }
    }

    /// A value, which from 1.1 on may be a selector.
    fn value(&mut self, value: &Value, at: &Origin) {
        if let Value::Object(members) = value
            && self.minor > 0
            && members.contains_key("selector")
            && members.contains_key("context")
        {
            self.selector(members, at);
        }
    }
}

/// `stepId`, `$workflows.….steps.…` or `$sourceDescriptions.….….steps.…`.
fn is_step(reference: &str) -> bool {
    let Some(expression) = reference.strip_prefix('$') else { return !reference.is_empty() };
    let (kind, rest) = expression.split_once('.').unwrap_or_default();
    matches!(kind, "workflows" | "sourceDescriptions") && rest.contains(".steps.")
}
