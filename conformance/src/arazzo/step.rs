//! Steps: what they call, with what, and what must come of it.

use std::time::Duration;

use indexmap::IndexMap;
use serde_json::Value;
use spec::Origin;
use spec::model::{Location as In, Operation, Status};

use super::read::Reader;
use super::written::{Call, Transfer, WrittenStep};
use super::{StepBody, StepParameter, WorkflowStep, value};
use crate::case::{Criterion, Flow, Template};
use crate::expression::{
    Comparison, Condition, Expression, Language, Literal, Pattern, Query, RuntimeExpression, Side,
};

impl<'r> Reader<'r> {
    pub(super) fn step(
        &mut self,
        value: &'r Value,
        at: &Origin,
        (shared, flow): (&[Parameter], &Flow),
        transfers: &mut IndexMap<String, Transfer>,
    ) -> Option<WrittenStep> {
        let id = value.get("stepId")?.as_str()?.to_owned();
        if let Some(workflow) = value.get("workflowId").and_then(Value::as_str) {
            let workflow = self.workflow_id(workflow, &at.child("workflowId"))?;
            let call = self.call(value, at, (id, workflow), transfers);
            return Some(WrittenStep::Call(Box::new(call)));
        }
        let operation = self.operation(value, at)?;
        let mut parameters = Vec::new();
        for one in self.parameters(value, at) {
            parameters.extend(one.placed());
        }
        let own = parameters.clone();
        let overridden = |shared: &StepParameter| {
            own.iter().any(|one| one.name == shared.name && one.location == shared.location)
        };
        let applies = |shared: &StepParameter| {
            operation.parameter(shared.location, &shared.name).is_some() && !overridden(shared)
        };
        parameters.extend(shared.iter().filter_map(Parameter::placed).filter(applies));
        let criteria = self.criteria(value, at, "successCriteria");
        self.check_statuses(operation, &criteria, at);
        Some(WrittenStep::Operation(Box::new(WorkflowStep {
            id,
            operation_id: operation.id.clone(),
            parameters,
            body: self.body(value, at),
            as_another: self.as_another(value, at),
            criteria,
            outputs: self.outputs(value, at),
            flow: self.flow(value, at, flow, transfers),
            timeout: value.get("timeout").and_then(Value::as_u64).map(Duration::from_millis),
            origin: at.clone(),
        })))
    }

    /// A step that calls a workflow.
    fn call(
        &mut self,
        value: &'r Value,
        at: &Origin,
        (id, workflow): (String, String),
        transfers: &mut IndexMap<String, Transfer>,
    ) -> Call {
        for keyword in ["requestBody", "onFailure"] {
            if value.get(keyword).is_some() {
                let message =
                    format!("`{keyword}` of a step that calls a workflow is not supported");
                self.unsupported(&at.child(keyword), message);
            }
        }
        Call {
            id,
            workflow,
            arguments: self.arguments(value, at),
            criteria: self.criteria(value, at, "successCriteria"),
            outputs: self.outputs(value, at),
            flow: self.flow(value, at, &Flow::default(), transfers),
            origin: at.clone(),
        }
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
        if value.get("channelPath").is_some() {
            let message = "messages of channels (AsyncAPI) are not supported".to_owned();
            self.unsupported(&at.child("channelPath"), message);
            return None;
        }
        let written = value.get("operationId")?.as_str()?;
        let (source, id) = match written.strip_prefix("$sourceDescriptions.") {
            Some(qualified) => qualified.split_once('.').unwrap_or(("", qualified)),
            None => ("", written),
        };
        let kind = self.constant(&format!("$sourceDescriptions.{source}.type"));
        if kind == Some("asyncapi") || value.get("action").is_some() {
            let message = "messages of channels (AsyncAPI) are not supported".to_owned();
            self.unsupported(&at.child("operationId"), message);
            return None;
        }
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

    pub(super) fn parameters(&mut self, value: &'r Value, at: &Origin) -> Vec<Parameter> {
        let list = self.array(value, "parameters");
        let at = at.child("parameters");
        let parameters = list.iter().enumerate().map(|(n, one)| self.parameter(one, &at.child(n)));
        parameters.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    fn parameter(&mut self, value: &'r Value, at: &Origin) -> Option<Parameter> {
        let given = value.get("value");
        let value = self.resolved(value, at, "parameters")?;
        let location = match value.get("in").and_then(Value::as_str) {
            Some("path") => Some(In::Path),
            Some("query") => Some(In::Query),
            Some("querystring") => Some(In::QueryString),
            Some("header") => Some(In::Header),
            Some("cookie") => Some(In::Cookie),
            _ => None,
        };
        let written = given.or_else(|| value.get("value"))?;
        let name = value.get("name")?.as_str()?.to_owned();
        let value = self.template(written, &at.child("value"))?;
        Some(Parameter { name, location, value })
    }

    fn template(&mut self, value: &Value, at: &Origin) -> Option<Template> {
        let constant = |expression: &str| self.constant(expression).map(str::to_owned);
        value::template(value, &constant)
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
        for (n, one) in self.array(body, "replacements").iter().enumerate() {
            let at = replacements_at.child(n);
            let Some(target) = one.get("target").and_then(Value::as_str) else { continue };
            let kind = one.get("targetSelectorType");
            if kind.is_some_and(|kind| value::language(kind) != Some("jsonpointer")) {
                let message = "only JSON pointers are supported as targets".to_owned();
                self.unsupported(&at.child("targetSelectorType"), message);
                continue;
            }
            let put =
                self.template(one.get("value").unwrap_or(&Value::Null), &at.child("value"))?;
            if value::replace(&mut payload, target, put).is_none() {
                let message = format!("`{target}` leads nowhere in the payload");
                self.error("dangling-target", &at.child("target"), message);
            }
        }
        Some(StepBody { content_type, payload })
    }

    pub(super) fn criteria(
        &mut self,
        value: &'r Value,
        at: &Origin,
        keyword: &str,
    ) -> Vec<Criterion> {
        let list = self.array(value, keyword);
        let at = at.child(keyword);
        let criteria = list.iter().enumerate().map(|(n, one)| self.criterion(one, &at.child(n)));
        criteria.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    fn criterion(&mut self, value: &'r Value, at: &Origin) -> Option<Criterion> {
        let text = value.get("condition")?.as_str()?;
        let language = match value.get("type").and_then(value::language) {
            None | Some("simple") => None,
            Some(name) => match self.language(name, value.get("type"), at) {
                Some(language) => Some(language),
                None => return None,
            },
        };
        let parsed = match language {
            None => text.parse::<Condition>().map_err(|error| error.to_string()),
            Some(language) => query(value, text, language),
        };
        match parsed {
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

    /// The language of this name, where it and its version are supported.
    fn language(&mut self, name: &str, kind: Option<&Value>, at: &Origin) -> Option<Language> {
        let version = kind.and_then(|kind| kind.get("version")).and_then(Value::as_str);
        match (name, version) {
            ("regex", _) => Some(Language::Regex),
            ("jsonpath", None | Some("rfc9535")) => Some(Language::JsonPath),
            ("jsonpointer", _) => Some(Language::JsonPointer),
            _ => {
                let version = version.map(|version| format!(" ({version})")).unwrap_or_default();
                let message =
                    format!("expressions of the kind `{name}`{version} are not supported");
                self.unsupported(&at.child("type"), message);
                None
            }
        }
    }

    pub(super) fn outputs(
        &mut self,
        value: &'r Value,
        at: &Origin,
    ) -> IndexMap<String, Expression> {
        let at = at.child("outputs");
        let Some(Value::Object(members)) = value.get("outputs") else { return IndexMap::new() };
        let mut outputs = IndexMap::new();
        for (name, written) in members {
            let at = at.child(name);
            if let Some(name) = written.get("type").and_then(value::language)
                && self.language(name, written.get("type"), &at).is_none()
            {
                continue;
            }
            match value::output(written) {
                Ok(expression) => {
                    outputs.insert(name.clone(), expression);
                }
                Err(error) => self.error("invalid-expression", &at, error.to_string()),
            }
        }
        outputs
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
}

/// A parameter as it is written: that of an operation has a place, that of a workflow is one of its inputs.
pub(super) struct Parameter {
    pub(super) name: String,
    location: Option<In>,
    pub(super) value: Template,
}

impl Parameter {
    fn placed(&self) -> Option<StepParameter> {
        let (name, value) = (self.name.clone(), self.value.clone());
        Some(StepParameter { name, location: self.location?, value })
    }
}

/// A condition in another language.
fn query(value: &Value, text: &str, language: Language) -> Result<Condition, String> {
    let context = value.get("context").and_then(Value::as_str).unwrap_or_default();
    let context = context.parse().map_err(|error| format!("has a context: {error}"))?;
    let pattern: Pattern = text.parse().map_err(|error| format!("has {error}"))?;
    let wrong = pattern.literal().and_then(|text| language.wrong(text));
    match wrong {
        Some(wrong) => Err(format!("is no {language}: {wrong}")),
        None => Ok(Condition::Query(Box::new(Query { context, pattern, language }))),
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
