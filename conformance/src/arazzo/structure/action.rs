//! What is done when a step has succeeded or failed.

use serde_json::{Map, Value};
use spec::Origin;

use super::Checker;

impl Checker {
    /// The actions on success and those on failure, by the names that they have there.
    pub(super) fn actions(&mut self, members: &Map<String, Value>, at: &Origin, names: [&str; 2]) {
        for (name, is_failure) in names.into_iter().zip([false, true]) {
            self.each(members, at, name, false, |checker, one, at| {
                if one.get("reference").is_none() {
                    return checker.action(one, at, is_failure);
                }
                let known = ["reference", "value"];
                if let Some(members) = checker.object(one, at, "a reference", &known, &[]) {
                    checker.text(members, at, "reference");
                }
            });
            self.distinct(members, at, name, |one| {
                one.get("name").or_else(|| one.get("reference"))?.as_str().map(str::to_owned)
            });
        }
    }

    pub(super) fn action(&mut self, action: &Value, at: &Origin, is_failure: bool) {
        let known: &[&str] = match is_failure {
            true => {
                &["name", "type", "workflowId", "stepId", "retryAfter", "retryLimit", "criteria"]
            }
            false => &["name", "type", "workflowId", "stepId", "criteria"],
        };
        let Some(members) = self.object(action, at, "an action", known, &["parameters"]) else {
            return;
        };
        self.text(members, at, "name");
        let types: &[&str] = if is_failure { &["end", "retry", "goto"] } else { &["end", "goto"] };
        self.one_of(members, at, "type", types);
        self.each(members, at, "criteria", false, Self::criterion);
        let targets = ["workflowId", "stepId"].map(|name| members.contains_key(name));
        match (members.get("type").and_then(Value::as_str), targets) {
            (_, [true, true]) => {
                self.error(
                    &at.child("stepId"),
                    "an action has a `workflowId` or a `stepId`, not both",
                );
            }
            (Some("goto"), [false, false]) => {
                self.error(at, "`goto` says where to, by a `workflowId` or a `stepId`");
            }
            _ => {}
        }
        if let Some(after) = members.get("retryAfter") {
            let is_right = after.as_f64().is_some_and(|after| after >= 0.0);
            self.that(is_right, &at.child("retryAfter"), "`retryAfter` is a number of seconds");
        }
        if let Some(limit) = members.get("retryLimit") {
            let is_right = limit.as_u64().is_some();
            self.that(is_right, &at.child("retryLimit"), "`retryLimit` says how often");
        }
        if members.contains_key("parameters") {
            let message = "only an action with a `workflowId` has `parameters`";
            self.that(targets[0], &at.child("parameters"), message);
        }
        self.parameters(members, at, true);
    }
}
