//! What a step of a workflow leaves open, with values of the suite's own.

use spec::model::{Location as In, Operation, Parameter, Status};

use super::{Draft, Path, Provided, Reason};
use crate::arazzo::WorkflowStep;
use crate::case::{Request, Template};
use crate::plan::serialize;
use crate::sample::{Extent, Sample};

impl Draft<'_> {
    /// Gives a request of a workflow what its step leaves open: what its path names, made first where nothing gives it;
    /// required parameters, and a required body. A step that wants to be told that its request is wrong is sent as it
    /// is written.
    pub(in crate::plan) fn fill_open(
        &mut self,
        step: &WorkflowStep,
        operation: &Operation,
        request: &mut Request,
    ) -> Result<(), Reason> {
        let wanted = step.status();
        let path = self.open_path(step, operation, request)?;
        if wanted.is_some_and(tells_of_a_wrong_request) {
            return Ok(());
        }
        for parameter in operation.parameters.iter().filter(|one| one.location != In::Path) {
            if parameter.required
                && !gives(step, parameter.location, &parameter.name)
                && let Some(sample) = self.needed_parameter(operation, parameter)?
            {
                self.set(request, parameter, &sample)?;
            }
        }
        let needs_body = operation.body.as_ref().is_some_and(|body| body.required);
        if needs_body && request.body.is_none() {
            request.body = self.body(operation, &path, Extent::Minimal)?;
        }
        Ok(())
    }

    /// Every parameter of the path that has one value: those that the step gives, and those that it leaves open.
    fn open_path(
        &mut self,
        step: &WorkflowStep,
        operation: &Operation,
        request: &mut Request,
    ) -> Result<Path, Reason> {
        let mut path = Path::new();
        for name in operation.path.parameters() {
            if let Some(provided) = self.given_by(step, operation, name) {
                path.insert(name.to_owned(), provided);
                continue;
            }
            if gives(step, In::Path, name) {
                continue;
            }
            if step.status().is_some_and(is_of_what_is_not_there) {
                return Err(format!(
                    "step `{}` wants that something is not there, and leaves open what: give `{name}` a value",
                    step.id
                ));
            }
            let provided = self.provide(operation, name, 0)?;
            let text = operation.parameter(In::Path, name).and_then(|parameter| {
                let (expression, stand_in) = (&provided.expression, &provided.stand_in);
                let known = Sample::Known(expression.clone(), stand_in.clone());
                serialize::text(parameter, &known, &mut self.inputs)
            });
            let text =
                text.ok_or_else(|| format!("the path parameter `{name}` can't be written"))?;
            request.path_parameters.insert(name.to_owned(), text);
            path.insert(name.to_owned(), provided);
        }
        Ok(path)
    }

    /// What the step gives for a parameter of the path, if that is the value of one expression: a body may repeat it.
    fn given_by(&self, step: &WorkflowStep, operation: &Operation, name: &str) -> Option<Provided> {
        let mut own = step.parameters.iter();
        let own = own.find(|one| one.location == In::Path && one.name == name)?;
        let Template::Expression(expression) = &own.value else { return None };
        let stand_in = self.planner.stand_in(operation, name);
        Some(Provided { expression: expression.clone(), stand_in })
    }

    /// The value of a parameter that a request can't do without, if it has to have one.
    pub(super) fn needed_parameter(
        &mut self,
        operation: &Operation,
        parameter: &Parameter,
    ) -> Result<Option<Sample>, Reason> {
        if let Some(given) = self.planner.given_parameter(operation, parameter) {
            return Ok(Some(Sample::Value(given.clone())));
        }
        if self.planner.needs_condition(operation, parameter) {
            return Ok(Some(Sample::Value("*".into())));
        }
        match parameter.required {
            true => self.made_up_parameter(operation, parameter).map(Some),
            false => Ok(None),
        }
    }
}

/// Whether a step gives a parameter a value. Names of header fields are read in either case (RFC 9110 §5.1).
fn gives(step: &WorkflowStep, location: In, name: &str) -> bool {
    step.parameters.iter().any(|one| {
        one.location == location
            && match location {
                In::Header => one.name.eq_ignore_ascii_case(name),
                _ => one.name == name,
            }
    })
}

/// Whether a status says that a request is not as it has to be, so that what it lacks may be meant.
fn tells_of_a_wrong_request(status: Status) -> bool {
    matches!(status, Status::Code(400 | 411 | 413 | 414 | 415 | 422 | 428 | 431) | Status::Range(4))
        || status == Status::Default
}

/// Whether a status says that what the path names is not there.
fn is_of_what_is_not_there(status: Status) -> bool {
    matches!(status, Status::Code(404 | 410))
}
