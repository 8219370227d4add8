//! Steps: what they call, with what, and what must come of it.

use indexmap::IndexMap;
use serde_json::Value;
use spec::Origin;
use spec::model::{Location as In, Operation, Status};

use super::read::Reader;
use super::{StepBody, StepParameter, Workflow, WorkflowStep, value};
use crate::case::{Criterion, Template};
use crate::expression::{Comparison, Condition, Expression, Literal, RuntimeExpression, Side};

impl<'r> Reader<'r> {
    pub(super) fn step(
        &mut self,
        value: &'r Value,
        at: &Origin,
        shared: &[StepParameter],
    ) -> Option<WorkflowStep> {
        let id = self.string(value, at, "stepId")?.to_owned();
        self.refuse(value, at, "workflowId");
        let operation = self.operation(value, at)?;
        let mut parameters = self.parameters(value, at);
        let own = parameters.clone();
        let overridden = |shared: &StepParameter| {
            own.iter().any(|one| one.name == shared.name && one.location == shared.location)
        };
        let applies = |shared: &&StepParameter| {
            operation.parameter(shared.location, &shared.name).is_some() && !overridden(shared)
        };
        parameters.extend(shared.iter().filter(applies).cloned());
        self.check_path(operation, &parameters, at);
        let criteria = self.criteria(value, at);
        self.check_statuses(operation, &criteria, at);
        self.actions(value, at);
        Some(WorkflowStep {
            id,
            operation_id: operation.id.clone(),
            parameters,
            body: self.body(value, at),
            as_another: self.as_another(value, at),
            criteria,
            outputs: self.outputs(value, at),
            origin: at.clone(),
        })
    }

    /// `operationId`, with or without its source description, or `operationPath`.
    fn operation(&mut self, value: &'r Value, at: &Origin) -> Option<&'r Operation> {
        let contract = self.contract;
        if let Some(path) = value.get("operationPath").and_then(Value::as_str) {
            let found = path.split_once('#').and_then(|(_, pointer)| {
                contract.operations.iter().find(|operation| operation.origin.pointer == pointer)
            });
            let left_out =
                |(_, pointer)| contract.left_out.iter().any(|one| one.origin.pointer == pointer);
            if path.split_once('#').is_some_and(left_out) {
                let message = format!("`{path}` is left out, since it has an error");
                self.unsupported(&at.child("operationPath"), message);
            } else if found.is_none() {
                let message = format!("`{path}` leads to no operation of the contract");
                self.error("unknown-operation", &at.child("operationPath"), message);
            }
            return found;
        }
        if value.get("workflowId").is_some() {
            return None;
        }
        let written = self.string(value, at, "operationId")?;
        let id = match written.strip_prefix("$sourceDescriptions.") {
            Some(qualified) => qualified.split_once('.').map_or(qualified, |(_, id)| id),
            None => written,
        };
        let found = contract.operation(id);
        if found.is_none() && contract.declares(id) {
            let message =
                format!("`{id}` is left out, since its part of the contract has an error");
            self.unsupported(&at.child("operationId"), message);
        } else if found.is_none() {
            let message = format!("the contract has no operation `{id}`");
            self.error("unknown-operation", &at.child("operationId"), message);
        }
        found
    }

    fn as_another(&mut self, value: &Value, at: &Origin) -> bool {
        let Some(written) = value.get("x-credentials") else { return false };
        let known = written == "another";
        if !known {
            let message = format!("`x-credentials` is `another`, not {written}");
            self.error("unknown-credentials", &at.child("x-credentials"), message);
        }
        known
    }

    pub(super) fn parameters(&mut self, value: &'r Value, at: &Origin) -> Vec<StepParameter> {
        let at = at.child("parameters");
        let list = self.array(value, &at, "parameters");
        let parameters = list.iter().enumerate().map(|(n, one)| self.parameter(one, &at.child(n)));
        parameters.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    fn parameter(&mut self, value: &'r Value, at: &Origin) -> Option<StepParameter> {
        let given = value.get("value");
        let value = match value.get("reference").and_then(Value::as_str) {
            Some(reference) => {
                let name = reference.strip_prefix("$components.parameters.");
                let found = name.and_then(|name| self.component("parameters", name));
                if found.is_none() {
                    let message = format!("`{reference}` leads to no component");
                    self.error("dangling-reference", &at.child("reference"), message);
                }
                found?
            }
            None => value,
        };
        let name = self.string(value, at, "name")?.to_owned();
        let location = match value.get("in").and_then(Value::as_str) {
            Some("path") => In::Path,
            Some("query") => In::Query,
            Some("header") => In::Header,
            Some("cookie") => In::Cookie,
            _ => {
                let message = format!("`in` of `{name}` is none of path, query, header and cookie");
                self.error("unknown-location", at, message);
                return None;
            }
        };
        let Some(written) = given.or_else(|| value.get("value")) else {
            self.error("missing-member", at, format!("`value` of `{name}` is missing"));
            return None;
        };
        let value = self.template(written, &at.child("value"))?;
        Some(StepParameter { name, location, value })
    }

    fn template(&mut self, value: &Value, at: &Origin) -> Option<Template> {
        value::template(value)
            .map_err(|error| self.error("invalid-expression", at, error.to_string()))
            .ok()
    }

    fn body(&mut self, value: &'r Value, at: &Origin) -> Option<StepBody> {
        let at = at.child("requestBody");
        let body = value.get("requestBody")?;
        let content_type = body.get("contentType").and_then(Value::as_str).map(str::to_owned);
        let written = body.get("payload").unwrap_or(&Value::Null);
        let mut payload = self.template(written, &at.child("payload"))?;
        let replacements_at = at.child("replacements");
        for (n, one) in self.array(body, &at, "replacements").iter().enumerate() {
            let at = replacements_at.child(n);
            let target = self.string(one, &at, "target")?;
            let put =
                self.template(one.get("value").unwrap_or(&Value::Null), &at.child("value"))?;
            if value::replace(&mut payload, target, put).is_none() {
                let message = format!("`{target}` leads nowhere in the payload");
                self.error("dangling-target", &at.child("target"), message);
            }
        }
        Some(StepBody { content_type, payload })
    }

    fn criteria(&mut self, value: &'r Value, at: &Origin) -> Vec<Criterion> {
        let at = at.child("successCriteria");
        let list = self.array(value, &at, "successCriteria");
        let criteria = list.iter().enumerate().map(|(n, one)| self.criterion(one, &at.child(n)));
        criteria.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    fn criterion(&mut self, value: &'r Value, at: &Origin) -> Option<Criterion> {
        let kind = value.get("type").map(|kind| kind.get("type").unwrap_or(kind));
        let kind = kind.and_then(Value::as_str).unwrap_or("simple");
        if kind != "simple" {
            let message = format!("criteria of the kind `{kind}` are not supported");
            self.unsupported(&at.child("type"), message);
            return None;
        }
        let text = self.string(value, at, "condition")?;
        match text.parse::<Condition>() {
            Ok(condition) => Some(match statuses(&condition) {
                Some(statuses) => Criterion::Status(statuses.into()),
                None => Criterion::Condition(condition),
            }),
            Err(error) => {
                let message = format!("the condition {error}");
                self.error("invalid-condition", &at.child("condition"), message);
                None
            }
        }
    }

    fn outputs(&mut self, value: &'r Value, at: &Origin) -> IndexMap<String, Expression> {
        let at = at.child("outputs");
        let Some(Value::Object(members)) = value.get("outputs") else { return IndexMap::new() };
        let mut outputs = IndexMap::new();
        for (name, written) in members {
            let parsed = written.as_str().unwrap_or_default().parse::<Expression>();
            match parsed {
                Ok(expression) => {
                    outputs.insert(name.clone(), expression);
                }
                Err(error) => self.error("invalid-expression", &at.child(name), error.to_string()),
            }
        }
        outputs
    }

    /// `end` without conditions on a failure, and `end` at all on success of the last step, is what happens anyway.
    fn actions(&mut self, value: &'r Value, at: &Origin) {
        for keyword in ["onSuccess", "onFailure"] {
            let actions_at = at.child(keyword);
            for (n, action) in self.array(value, at, keyword).iter().enumerate() {
                let plain_end = keyword == "onFailure"
                    && action.get("type").and_then(Value::as_str) == Some("end")
                    && action.get("criteria").is_none();
                if !plain_end {
                    let message = format!("this action of `{keyword}` is not supported");
                    self.unsupported(&actions_at.child(n), message);
                }
            }
        }
    }

    fn check_path(&mut self, operation: &Operation, parameters: &[StepParameter], at: &Origin) {
        for name in operation.path.parameters() {
            let given = |one: &StepParameter| one.location == In::Path && one.name == name;
            if !parameters.iter().any(given) {
                let message =
                    format!("the path parameter `{name}` of `{}` is missing", operation.id);
                self.error("missing-parameter", at, message);
            }
        }
    }

    /// A step can't want a status that its operation doesn't document: the answer would be judged as undocumented.
    fn check_statuses(&mut self, operation: &Operation, criteria: &[Criterion], at: &Origin) {
        for criterion in criteria {
            let Criterion::Status(expected) = criterion else { continue };
            let statuses = &expected.any_of;
            for status in statuses {
                let Status::Code(code) = status else { continue };
                if operation.response_for(*code).is_none() {
                    let message = format!("`{}` doesn't document the status {code}", operation.id);
                    self.error("undocumented-status", &at.child("successCriteria"), message);
                }
            }
        }
    }

    /// Expressions lead to inputs that are declared and to outputs of earlier steps.
    pub(super) fn check_references(&mut self, workflow: &Workflow) {
        let mut outputs: IndexMap<&str, Vec<&str>> = IndexMap::new();
        for step in &workflow.steps {
            let parameters = step.parameters.iter().flat_map(|one| one.value.expressions());
            let body = step.body.iter().flat_map(|body| body.payload.expressions());
            let criteria = step.criteria.iter().flat_map(criterion_expressions);
            for expression in parameters.chain(body).chain(criteria) {
                self.check_reference(expression, workflow, &outputs, &step.origin);
            }
            outputs.insert(&step.id, step.outputs.keys().map(String::as_str).collect());
        }
        for expression in workflow.outputs.values() {
            self.check_reference(expression, workflow, &outputs, &workflow.origin.child("outputs"));
        }
    }

    fn check_reference(
        &mut self,
        expression: &Expression,
        workflow: &Workflow,
        outputs: &IndexMap<&str, Vec<&str>>,
        at: &Origin,
    ) {
        let message = match expression {
            Expression::Input { name, .. } if !workflow.inputs.contains_key(name) => {
                format!("`{expression}` is no input of the workflow")
            }
            Expression::Output { step, name, .. } => match outputs.get(step.as_str()) {
                None => format!("`{expression}`: no earlier step is called `{step}`"),
                Some(names) if !names.contains(&name.as_str()) => {
                    format!("`{expression}`: the step has no such output")
                }
                Some(_) => return,
            },
            _ => return,
        };
        self.error("dangling-expression", at, message);
    }
}

/// The statuses that a condition on nothing but `$statusCode` admits.
fn statuses(condition: &Condition) -> Option<Vec<Status>> {
    match condition {
        Condition::Compare {
            left: Side::Expression(Expression::Exchange(RuntimeExpression::StatusCode)),
            comparison: Comparison::Equal,
            right: Side::Literal(Literal(value)),
        } => Some(vec![Status::Code(u16::try_from(value.as_u64()?).ok()?)]),
        Condition::Or(left, right) => {
            let mut both = statuses(left)?;
            both.extend(statuses(right)?);
            Some(both)
        }
        _ => None,
    }
}

fn criterion_expressions(criterion: &Criterion) -> Vec<&Expression> {
    match criterion {
        Criterion::Condition(condition) => condition.expressions(),
        Criterion::Status(_) | Criterion::Relation(_) => Vec::new(),
    }
}
