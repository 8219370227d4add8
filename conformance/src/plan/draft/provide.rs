//! What the path of a request names: given by the profile, made by an earlier step, chosen afresh, or shown by a list.

use serde_json::Value;
use spec::model::{Location as In, Method, Operation, RuntimeExpression};
use spec::resources::Maker;

use super::{DEPTH, Draft, LOOK_UP, Path, Provided, Reason, numbered};
use crate::case::{Criterion, Input};
use crate::expression::{Expression, Language, Selection};
use crate::plan::Given;
use crate::sample::{Extent, Sample};

impl Draft<'_> {
    /// Values for an operation's path parameters, but for those that are given: from the profile, else made by an
    /// earlier step.
    pub(in crate::plan) fn path(
        &mut self,
        operation: &Operation,
        given: &Path,
    ) -> Result<Path, Reason> {
        self.path_at(operation, given, 0)
    }

    pub(super) fn path_at(
        &mut self,
        operation: &Operation,
        given: &Path,
        depth: usize,
    ) -> Result<Path, Reason> {
        let mut path = Path::new();
        // The last first: what is made for it lies in something, and that is what the others name.
        for name in operation.path.parameters().rev() {
            let provided = match given.get(name) {
                Some(given) => given.clone(),
                None => self.provide(operation, name, depth)?,
            };
            path.shift_insert(0, name.to_owned(), provided);
        }
        Ok(path)
    }

    /// A value for a path parameter: what this case made already; for a request that may change what its path names,
    /// something of the run's own before anything given; else what is given before anything made.
    pub(super) fn provide(
        &mut self,
        operation: &Operation,
        name: &str,
        depth: usize,
    ) -> Result<Provided, Reason> {
        if depth > DEPTH {
            return Err(format!("what `{name}` names needs itself to be made"));
        }
        let is_item = operation.path.item_parameter() == Some(name);
        if is_item && self.planner.resources.chooses(operation) {
            let elsewhere = self.elsewhere(operation, name);
            return elsewhere.map_or_else(|| self.chosen(operation, name), Ok);
        }
        let makers = self.planner.resources.makers(operation, name);
        let has_made = |maker: &&Maker| self.made.contains_key(&maker.operation_id);
        if let Some(maker) = makers.iter().find(has_made).cloned() {
            return self.provide_made(operation, name, &maker, depth);
        }
        let given = self.planner.given(operation, name);
        if given.is_none() && self.planner.key_beside(operation) == Some(name) {
            return self.chosen(operation, name);
        }
        if let Some((input, value)) = &given
            && !self.planner.is_changed(operation, name)
        {
            return Ok(self.provide_given(input, value));
        }
        let mut reasons = Vec::new();
        let whole = self.planner.resources.maker_of_whole(operation, name);
        for maker in makers.iter().chain(whole) {
            let before = self.clone();
            match self.provide_made(operation, name, maker, depth) {
                Ok(provided) => return Ok(provided),
                Err(reason) => {
                    *self = before;
                    reasons.push(reason);
                }
            }
        }
        if let Some((input, value)) = given {
            return Ok(self.provide_given(&input, &value));
        }
        if let Some(provided) = self.beside_made(operation, name) {
            return Ok(provided);
        }
        if let Some(provided) = self.elsewhere(operation, name) {
            return Ok(provided);
        }
        if let Some(value) = self.planner.one_of_few(operation, name) {
            let input = Given::Value(format!("{}_{name}", operation.id));
            return Ok(self.provide_given(&input, &value));
        }
        // Where nothing is said to be missing, whatever it names is there, or comes into being.
        if !operation.method.is_safe()
            && !operation.documents(404)
            && reasons.is_empty()
            && depth == 0
            && let Ok(provided) = self.chosen(operation, name)
        {
            return Ok(provided);
        }
        // What may act on what the run didn't make, acts on what a list shows first. Which of them may be removed, no list tells.
        let is_allowed = operation.method != Method::Delete
            && self.planner.context.permissions.allow.matches(operation);
        if (operation.method.is_safe() || is_allowed)
            && let Some(provided) = self.existing(operation, name, depth)
        {
            return Ok(provided);
        }
        Err(reasons.into_iter().next().unwrap_or_else(|| {
            format!(
                "nothing tells what `{name}` names: no link or path leads to it from what an operation makes; \
                 give it under `[inputs]` of the profile, or as `[operations.{}.path] {name} = …`",
                operation.id
            )
        }))
    }

    /// The draft with something of its own made for the last path parameter of an operation.
    pub(in crate::plan) fn made_path(self, operation: &Operation) -> Option<(Self, Provided)> {
        let last = operation.path.parameters().last()?;
        let makers = self.planner.resources.makers(operation, last);
        makers.iter().find_map(|maker| {
            let mut draft = self.clone();
            let provided = draft.provide_made(operation, last, maker, 0).ok()?;
            Some((draft, provided))
        })
    }

    pub(in crate::plan) fn provide_made(
        &mut self,
        operation: &Operation,
        name: &str,
        maker: &Maker,
        depth: usize,
    ) -> Result<Provided, Reason> {
        let step = self.make(&maker.operation_id, depth)?;
        Ok(self.provided_by(&step, operation, name, maker))
    }

    /// The first of what a list shows.
    pub(in crate::plan) fn provide_listed(
        &mut self,
        list: &Maker,
        stand_in: Value,
    ) -> Result<Provided, Reason> {
        self.provide_selected(&list.operation_id, &list.id.clone().into(), stand_in)
    }

    /// What an expression finds in a list's answer.
    pub(in crate::plan) fn provide_selected(
        &mut self,
        list: &str,
        selected: &Expression,
        stand_in: Value,
    ) -> Result<Provided, Reason> {
        let step = self.make(list, 0)?;
        let output = self.output_named_like(&step, "listed", selected);
        Ok(Provided { expression: Expression::output(step, &output), stand_in })
    }

    /// The first of what a step has listed.
    pub(in crate::plan) fn provide_from(
        &mut self,
        step: &str,
        list: &Maker,
        stand_in: Value,
    ) -> Provided {
        let output = self.output_named_like(step, "listed", &list.id.clone().into());
        Provided { expression: Expression::output(step, &output), stand_in }
    }

    /// What a step of a maker has made, for a path parameter of an operation.
    fn provided_by(
        &mut self,
        step: &str,
        operation: &Operation,
        name: &str,
        maker: &Maker,
    ) -> Provided {
        let output = self.output_named_like(step, name, &told(operation, name, maker));
        let stand_in = self.planner.stand_in(operation, name);
        Provided { expression: Expression::output(step, &output), stand_in }
    }

    /// The path at which an operation finds what this step has made, which need not be the first of its kind.
    pub(in crate::plan) fn path_to(&mut self, operation: &Operation, step: &str) -> Option<Path> {
        operation.path.item_parameter()?;
        self.path_of(operation, step)
    }

    /// The same, or the path of an operation within what this step has made.
    pub(in crate::plan) fn path_of(&mut self, operation: &Operation, step: &str) -> Option<Path> {
        let name = operation.path.parameters().last()?;
        let made_by = &self.step(step)?.operation_id;
        let makers = self.planner.resources.makers(operation, name);
        let maker = makers.iter().find(|maker| maker.operation_id == *made_by)?;
        let provided = self.provided_by(step, operation, name, maker);
        let mut path = self.path(operation, &Path::new()).ok()?;
        path.insert(name.to_owned(), provided);
        Some(path)
    }

    /// Looks, in a step of this id, at what another step has made.
    pub(in crate::plan) fn look_at(
        &mut self,
        reader: &Operation,
        (made, id): (&str, &str),
        criteria: Vec<Criterion>,
    ) -> Option<()> {
        let path = self.path_to(reader, made)?;
        let request = self.bare_request(reader, &path).ok()?;
        let criteria = self.planner.succeeds(reader).into_iter().chain(criteria).collect();
        self.push(reader, id, request, criteria);
        Some(())
    }

    fn provide_given(&mut self, input: &Given, value: &Value) -> Provided {
        let (name, input) = match input {
            Given::Profile(name) => (name.clone(), Input::Profile(name.clone())),
            Given::Value(name) => (name.clone(), Input::Value(value.clone())),
        };
        self.inputs.insert(name.as_str().into(), input.into());
        Provided { expression: Expression::input(name), stand_in: value.clone() }
    }

    /// A fresh id of the client's choosing, for a PUT that makes what its path names.
    fn chosen(&mut self, operation: &Operation, name: &str) -> Result<Provided, Reason> {
        let parameter = operation.parameter(In::Path, name);
        let sample = match parameter {
            Some(parameter) => self.planner.fresh_id(parameter),
            None => None,
        };
        let Some(Sample::Fresh(fresh)) = sample else {
            let other = self.planner.key_beside(operation).filter(|other| *other != name);
            let other = other.and_then(|other| operation.parameter(In::Path, other));
            let is_fresh = other.is_some_and(|other| {
                matches!(self.planner.fresh_id(other), Some(Sample::Fresh(_)))
            });
            let value = parameter.and_then(|one| self.planner.parameter_sample(one).ok());
            return match value {
                // A day of a calendar that nobody else has may be any day.
                Some(Sample::Value(value)) if is_fresh => {
                    let input = Given::Value(format!("{}_{name}", operation.id));
                    Ok(self.provide_given(&input, &value))
                }
                _ => Err(format!("no fresh value of the path parameter `{name}` could be made")),
            };
        };
        // A thing and what it is part of may be named by parameters of one name.
        let input = numbered(&format!("new_{name}"), |input| !self.inputs.contains_key(input));
        let stand_in = fresh.stand_in();
        self.inputs.insert(input.as_str().into(), Input::Fresh(fresh).into());
        Ok(Provided { expression: Expression::input(input), stand_in })
    }

    /// Makes something, unless that was done in this case already; the step that did.
    pub(in crate::plan) fn make(&mut self, maker: &str, depth: usize) -> Result<String, Reason> {
        if let Some(step) = self.made.get(maker) {
            return Ok(step.clone());
        }
        // By paths and by bodies: a thing may lie in another one that names the first.
        if self.is_making(maker) {
            return Err(format!("what `{maker}` makes needs itself to be made"));
        }
        self.in_progress.push(maker.to_owned());
        let made = self.make_anew(maker, depth);
        self.in_progress.pop();
        made
    }

    /// With how much a thing is made. What is to be brought into a state has all that it can have, as it may need any of it, and so
    /// has what goes by a name that it has only at times.
    pub(super) fn extent(&self) -> Extent {
        let may_tell_null = |one: &String| {
            let maker = self.planner.operation(one);
            maker.is_ok_and(|one| self.planner.resources.may_tell_null(one))
        };
        if self.in_progress.last().is_some_and(may_tell_null) {
            return Extent::Complete;
        }
        let needs_state = |one: &String| {
            let maker = self.planner.operation(one);
            maker.is_ok_and(|one| !self.planner.needed_states(one).is_empty())
        };
        match self.in_progress.split_last() {
            Some((_, around)) if around.iter().any(needs_state) => Extent::Complete,
            _ => self.purpose.extent(),
        }
    }

    fn make_anew(&mut self, maker: &str, depth: usize) -> Result<String, Reason> {
        let operation = self.planner.operation(maker)?;
        let path = self.path_at(operation, &Path::new(), depth + 1)?;
        self.bring_around(operation, &path);
        self.make_needed_parts(operation);
        let before = self.inputs.clone();
        let mut request = self.request(operation, &path, self.extent())?;
        if self.planner.resources.may_tell_null(operation) {
            request.switch_on();
        }
        let id = self.free_step_id(if operation.method.is_safe() { LOOK_UP } else { "make" });
        let request = self.rename_inputs(request, &before, &id);
        self.push(operation, &id, request, self.planner.succeeds(operation));
        self.made.entry(maker.to_owned()).or_insert_with(|| id.clone());
        Ok(id)
    }
}

/// The path of one operation on a thing, for another one of the same thing.
pub(in crate::plan) fn same_path(
    to: &Operation,
    (from, path): (&Operation, &Path),
) -> Option<Path> {
    let pairs = to.path.parameters().zip(from.path.parameters());
    pairs.map(|(ours, theirs)| Some((ours.to_owned(), path.get(theirs)?.clone()))).collect()
}

/// How a maker tells what a path parameter of an operation is to be: as it is, or as the end of a URL of its path.
pub(super) fn told(operation: &Operation, name: &str, maker: &Maker) -> Expression {
    let context = maker.id.clone().into();
    match (&maker.id, operation.path.shape_to(name)) {
        (RuntimeExpression::ResponseHeader(_), Some(selector)) => {
            let language = Language::PathShape;
            Expression::Selected(Box::new(Selection { context, selector, language }))
        }
        _ => context,
    }
}
