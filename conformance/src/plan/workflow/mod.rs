//! Workflows as cases, and as what a run performs for itself.

mod bracket;
mod routine;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;
use spec::model::{Location as In, Operation, Status};

use super::draft::{Draft, form};
use super::{LeftOut, Planner, serialize};
use crate::arazzo::{StepParameter, Workflow, WorkflowStep, Workflows};
use crate::case::{
    Body, Case, Cell, Content, Credentials, Derivation, Input, Inputs, Isolation, Pair, Place,
    Request, Step, Template, Text,
};
use crate::expression::Expression;
use crate::sample::{Extent, Fixed, Location, Sample, Sampler};

impl Workflows {
    /// Members of an operation's body that have the value of a path parameter in every step that has to succeed.
    pub(in crate::plan) fn mirrors(&self, operation: &Operation) -> IndexMap<Location, String> {
        let steps = self.list.iter().flat_map(|workflow| &workflow.steps);
        let succeeding: Vec<_> =
            steps.filter(|step| step.operation_id == operation.id && step.must_succeed()).collect();
        let mut mirrors = IndexMap::new();
        for step in &succeeding {
            let Some(Template::Object(members)) = step.body.as_ref().map(|body| &body.payload)
            else {
                continue;
            };
            for (name, value) in &**members {
                let all = |path: &StepParameter| {
                    succeeding.iter().all(|step| step.repeats(name, &path.name))
                };
                let path = step.parameters.iter().find(|one| {
                    one.location == In::Path
                        && matches!(one.value, Template::Expression(_))
                        && one.value == *value
                        && all(one)
                });
                if let Some(path) = path {
                    mirrors.insert(Location::default().member(name), path.name.clone());
                }
            }
        }
        mirrors
    }

    /// One case a workflow that has no other part in the run, or why there is none. `provoked` are the cells that have cases already.
    pub(in crate::plan) fn cases(
        &self,
        planner: &Planner<'_>,
        provoked: &[Cell],
    ) -> Vec<Result<Case, LeftOut>> {
        let sampler = Sampler::new(&self.schemas);
        let roles = &planner.context.roles;
        let those = self.list.iter().filter(|workflow| !roles.name(&workflow.id));
        let cases = those.map(|workflow| {
            workflow
                .case(planner, &sampler, provoked)
                .map_err(|reason| LeftOut { id: workflow.id.clone(), reason })
        });
        cases.collect()
    }
}

impl Workflow {
    fn case(
        &self,
        planner: &Planner<'_>,
        sampler: &Sampler<'_>,
        provoked: &[Cell],
    ) -> Result<Case, String> {
        let mut draft = Draft::new(planner);
        let in_profile = |name: &str| planner.context.inputs.contains_key(name);
        self.give_inputs(&mut draft, sampler, &in_profile)?;
        let sender = self.credentials(planner, &|_| true)?;
        draft.keep_for(&self.steps);
        for step in &self.steps {
            step.add(&mut draft, planner, &sender)?;
        }
        let finished = self.finish(draft, planner, provoked);
        let mut case =
            finished.ok_or_else(|| "no step of it says which status it wants".to_owned())?;
        self.check_set_up(planner, &case)?;
        if self.exclusive {
            case.isolation = Isolation::Alone;
            bracket::bracket(&mut case);
        }
        Ok(case)
    }

    /// Gives the draft a value for each input that has none there yet.
    pub(super) fn give_inputs(
        &self,
        draft: &mut Draft<'_>,
        sampler: &Sampler<'_>,
        in_profile: &dyn Fn(&str) -> bool,
    ) -> Result<(), String> {
        for (name, input) in &self.inputs {
            if draft.inputs.contains_key(name.as_str()) {
                continue;
            }
            let given = if in_profile(name) {
                Input::Profile(name.clone())
            } else if let Some(default) = &input.default {
                Input::Value(default.clone())
            } else if self.has_to_exist(name) {
                return Err(format!(
                    "its input `{name}` has to name something that is there; give it under `[inputs]` of the profile"
                ));
            } else {
                let made = sampler.valid(input.schema, Extent::Minimal, &Fixed::new());
                match made.ok_or_else(|| format!("no value of its input `{name}` could be made"))?.0
                {
                    Sample::Fresh(fresh) => Input::Fresh(fresh),
                    other => Input::Value(other.stand_in()),
                }
            };
            draft.inputs.insert(name.as_str().into(), given.into());
        }
        Ok(())
    }

    /// Whether a step that has to succeed has this input in its path.
    fn has_to_exist(&self, input: &str) -> bool {
        let succeeding = self.steps.iter().filter(|step| step.must_succeed());
        let mut parameters = succeeding.flat_map(|step| &step.parameters);
        let value = Template::Expression(Expression::input(input));
        parameters.any(|parameter| parameter.location == In::Path && parameter.value == value)
    }

    /// The first credential, of those that are asked for by name, that may call each operation that asks for any.
    pub(super) fn credentials(
        &self,
        planner: &Planner<'_>,
        is_meant: &dyn Fn(&str) -> bool,
    ) -> Result<Credentials, String> {
        let operations =
            self.steps.iter().filter_map(|step| planner.contract.operation(&step.operation_id));
        let secured: Vec<_> = operations.filter(|operation| !operation.is_public()).collect();
        if secured.is_empty() {
            return Ok(Credentials::None);
        }
        let mut those = planner.context.credentials.iter().filter(|(name, _)| is_meant(name));
        let found = those.find(|(_, one)| secured.iter().all(|op| one.calls(op)));
        found.map(|(name, _)| Credentials::As(name.clone())).ok_or_else(|| {
            "no credential of the profile may call each of its operations".to_owned()
        })
    }

    /// Steps that it doesn't have are the suite's own choice, for what its steps leave open: they may do no harm.
    pub(super) fn check_set_up(&self, planner: &Planner<'_>, case: &Case) -> Result<(), String> {
        let is_own = |step: &&Arc<Step>| self.steps.iter().any(|own| own.id == step.id);
        for step in case.steps.iter().filter(|step| !is_own(step)) {
            let operation = planner.operation(&step.operation_id)?;
            if let Some(reason) = planner.harm(case, step, operation) {
                return Err(format!(
                    "what its steps leave open would need `{}`: {reason}",
                    operation.id
                ));
            }
        }
        Ok(())
    }

    pub(super) fn finish(
        &self,
        draft: Draft<'_>,
        planner: &Planner<'_>,
        provoked: &[Cell],
    ) -> Option<Case> {
        let mut cells: Vec<Cell> = Vec::new();
        for step in &self.steps {
            let operation = planner.contract.operation(&step.operation_id)?;
            let cell = step.status().and_then(|status| documented(operation, status));
            let cell = cell.map(|status| Cell { operation_id: operation.id.clone(), status });
            cells.extend(cell.filter(|cell| !cells.contains(cell)));
        }
        // Its own cell is one that nothing else provokes; else a failure that it is about; else a success.
        let alone = cells.iter().position(|cell| !provoked.contains(cell));
        let failure = || cells.iter().position(|cell| !cell.status.is_success());
        let first = alone.or_else(failure).unwrap_or(0);
        if cells.is_empty() {
            return None;
        }
        let cell = cells.remove(first);
        let id = format!("{cell}:{}:{}", Derivation::Workflow, self.id);
        let mut case = draft.into_case(id, cell, Derivation::Workflow);
        case.also = cells;
        case.summary = self.summary.clone().unwrap_or_else(|| self.id.clone());
        case.origin = Place::Workflows(self.origin.clone());
        Some(case)
    }
}

/// The key of the operation's responses that a status falls under.
fn documented(operation: &Operation, status: Status) -> Option<Status> {
    match status {
        Status::Code(code) => operation.response_for(code).map(|response| response.status),
        other => Some(other),
    }
}

impl WorkflowStep {
    fn must_succeed(&self) -> bool {
        self.status().is_some_and(Status::is_success)
    }

    /// Whether a member of the body has the value of a path parameter.
    fn repeats(&self, member: &str, parameter: &str) -> bool {
        let path = self
            .parameters
            .iter()
            .find(|one| one.location == In::Path && one.name == parameter)
            .map(|one| &one.value);
        let body = self.body.as_ref().and_then(|body| body.payload.member(member));
        path.is_some() && path == body
    }

    pub(super) fn add(
        &self,
        draft: &mut Draft<'_>,
        planner: &Planner<'_>,
        sender: &Credentials,
    ) -> Result<(), String> {
        let operation = planner.contract.operation(&self.operation_id);
        let operation = operation.ok_or("it calls an operation that the contract doesn't have")?;
        let sender = match self.as_another {
            _ if operation.is_public() => Credentials::None,
            true => another(planner, operation, sender).ok_or_else(|| {
                format!("no second credential of the profile may call `{}`", operation.id)
            })?,
            false => sender.clone(),
        };
        let mut request = Request {
            method: operation.method,
            path: operation.path.text.clone(),
            path_parameters: IndexMap::new(),
            query: Vec::new(),
            headers: Vec::new(),
            body: self.body(planner, operation),
            credentials: sender,
        };
        for parameter in &self.parameters {
            parameter.add(operation, &mut request);
        }
        draft.fill_open(self, operation, &mut request)?;
        draft.push_workflow_step(
            operation,
            &self.id,
            request,
            self.criteria.clone(),
            &self.outputs,
        );
        if let Some(step) = draft.last_step() {
            step.flow = (!self.flow.is_usual()).then(|| Box::new(self.flow.clone()));
            step.timeout = self.timeout;
        }
        Ok(())
    }

    fn body(&self, planner: &Planner<'_>, operation: &Operation) -> Option<Body> {
        let body = self.body.as_ref()?;
        let own = planner.media_type(operation).map(|media_type| media_type.name.clone());
        let content_type = body.content_type.clone().or(own);
        let is_form = content_type.as_deref().is_some_and(|name| name.contains("form-urlencoded"));
        let content = match &body.payload {
            payload if is_form => form(None, payload.clone())?,
            payload => Content::Json(payload.clone()),
        };
        Some(Body { content_type, content })
    }
}

/// Another credential that may call an operation.
fn another(
    planner: &Planner<'_>,
    operation: &Operation,
    than: &Credentials,
) -> Option<Credentials> {
    let all = &planner.context.credentials;
    let tenant = match than {
        Credentials::As(name) => all.get(name).and_then(|one| one.tenant.as_deref()),
        _ => None,
    };
    let may = all.iter().filter(|(_, one)| one.may_call(operation) && one.may_share(tenant));
    may.map(|(name, _)| Credentials::As(name.clone())).find(|one| one != than)
}

impl StepParameter {
    fn add(&self, operation: &Operation, request: &mut Request) {
        let text = match &self.value {
            Template::Expression(expression) => Text::expression(expression.clone()),
            Template::Text(text) => text.clone(),
            Template::Value(Value::String(text)) => Text::literal(text),
            other => {
                let sample = Sample::Value(constant(other));
                let declared = operation.parameter(self.location, &self.name);
                let pairs =
                    declared.and_then(|one| serialize::pairs(one, &sample, &mut Inputs::new()));
                if let (In::Query, Some(pairs)) = (self.location, pairs) {
                    request.query.extend(pairs);
                    return;
                }
                Text::literal(constant(other).to_string())
            }
        };
        let pair = Pair { name: self.name.clone(), value: text };
        match self.location {
            In::Path => {
                request.path_parameters.insert(pair.name, pair.value);
            }
            In::Query | In::QueryString => request.query.push(pair),
            In::Header => request.headers.push(pair),
            In::Cookie => {
                let mut value = Text::raw(format!("{}=", self.name));
                value.0.extend(pair.value.0);
                request.headers.push(Pair { name: "Cookie".to_owned(), value });
            }
        }
    }
}

/// The value of a template without holes; those of one with holes are null.
fn constant(template: &Template) -> Value {
    match template {
        Template::Value(value) => value.clone(),
        Template::Array(items) => items.iter().map(constant).collect(),
        Template::Object(members) => {
            members.iter().map(|(name, member)| (name.clone(), constant(member))).collect()
        }
        Template::Expression(_) | Template::Text(_) => Value::Null,
    }
}
