//! A case while it is being put together: what its requests need is made first, and undone at the end.

mod existing;
mod file;
mod finish;
mod kin;
mod multipart;
mod open;
mod patch;
mod request;
mod side;
mod undo;

use std::collections::BTreeSet;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;
use spec::Origin;
use spec::model::{Location as In, Method, Operation, Status};
use spec::resources::Maker;

use super::sender::Side;
use super::{Given, Planner};
use crate::arazzo::WorkflowStep;
use crate::case::{Cleanup, Criterion, Derivation, Input, Inputs, Lenience, Request, Step};
use crate::expression::{Expression, Language, RuntimeExpression, Selection};
use crate::sample::{Extent, Sample};
pub(super) use existing::is_existing;
pub(super) use file::{file, larger};
pub(super) use multipart::is_file_at;
pub(super) use patch::patch;
pub(super) use request::form;
pub(super) use request::{NOBODY_MAY, fixed, fixed_in_all};

/// Why a request can't be made: a fragment that fits behind "no request: ".
pub(super) type Reason = String;

/// All of a step's answer, as its output.
pub(super) const ANSWER: &str = "answer";
/// The status that a step was answered with, as its output.
pub(super) const STATUS: &str = "status";

/// Deeper chains of things that need each other don't come about by intent.
const DEPTH: usize = 6;

/// A case while it is being put together.
#[derive(Debug, Clone)]
pub(super) struct Draft<'p> {
    planner: &'p Planner<'p>,
    parts: Parts,
}

/// What a draft has so far.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    pub(super) inputs: Inputs,
    pub(super) steps: Vec<Arc<Step>>,
    pub(super) cleanup: Vec<Cleanup>,
    /// Steps by the operation that made something.
    made: IndexMap<String, String>,
    /// With how much of what it may have a thing is made.
    making: Extent,
    /// What is being made right now, by its maker: the latest last.
    in_progress: Vec<String>,
    /// Operations of which a request has an id that nothing in the contract makes.
    made_up: BTreeSet<String>,
    /// Operations that may be refused for the state of what they act on.
    by_state: BTreeSet<String>,
    /// For whom its requests are sent.
    side: Side,
    /// Names of steps that are still to come.
    to_come: Vec<String>,
}

/// A valid request with the draft that leads to it.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) parts: Parts,
    pub(super) request: Request,
    pub(super) path: Path,
}

/// The value of a path parameter.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Provided {
    pub(super) expression: Expression,
    /// A value of its kind, to validate what repeats it.
    pub(super) stand_in: Value,
}

/// Path parameters by name.
pub(super) type Path = IndexMap<String, Provided>;

/// What a finished case is about.
pub(super) struct About<'o> {
    pub(super) cell: (&'o Operation, Status),
    pub(super) source: Derivation,
    /// What tells it from others of the same cell and source, for its id; may be empty.
    pub(super) detail: String,
    pub(super) summary: String,
    pub(super) origin: Origin,
}

impl Parts {
    fn new(making: Extent, side: Side) -> Self {
        Self {
            inputs: Inputs::new(),
            steps: Vec::new(),
            cleanup: Vec::new(),
            made: IndexMap::new(),
            making,
            in_progress: Vec::new(),
            made_up: BTreeSet::new(),
            by_state: BTreeSet::new(),
            side,
            to_come: Vec::new(),
        }
    }
}

impl Parts {
    /// The step of this id.
    pub(super) fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id).map(|step| &**step)
    }
}

impl Deref for Draft<'_> {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}

impl DerefMut for Draft<'_> {
    fn deref_mut(&mut self) -> &mut Parts {
        &mut self.parts
    }
}

impl<'p> Draft<'p> {
    pub(super) fn new(planner: &'p Planner<'p>) -> Self {
        Self { planner, parts: Parts::new(Extent::Minimal, Side::Home) }
    }

    /// A draft that goes on from where another one was.
    pub(super) fn from_parts(planner: &'p Planner<'p>, parts: Parts) -> Self {
        Self { planner, parts }
    }

    pub(super) fn planner(&self) -> &'p Planner<'p> {
        self.planner
    }

    /// Whether what an operation makes is being made right now.
    pub(super) fn is_making(&self, maker: &str) -> bool {
        self.in_progress.iter().any(|one| one == maker)
    }

    /// Remembers that a request of an operation has an id that nothing makes: no success is promised of it.
    pub(super) fn makes_up(&mut self, operation: &Operation) {
        self.made_up.insert(operation.id.clone());
    }

    /// Remembers that an operation may be refused for the state of what it acts on, of which nothing is told.
    pub(super) fn depends_on_state(&mut self, operation: &Operation) {
        self.by_state.insert(operation.id.clone());
    }

    /// Whether a request of an operation has an id that nothing makes.
    pub(super) fn has_made_up(&self, operation: &Operation) -> bool {
        self.made_up.contains(&operation.id)
    }

    /// What it has so far.
    pub(super) fn into_parts(self) -> Parts {
        self.parts
    }

    /// A draft for calls of an operation. What it updates is made with all that it can have, so that it shows when an
    /// update loses something; and so is what it acts on, so that there is something of all that an action may use up.
    pub(super) fn for_call(planner: &'p Planner<'p>, operation: &Operation) -> Self {
        Self::for_call_of(planner, operation, planner.side_of(operation))
    }

    /// The same for one side.
    pub(super) fn for_call_of(planner: &'p Planner<'p>, operation: &Operation, side: Side) -> Self {
        let updates = matches!(operation.method, Method::Put | Method::Patch);
        let acts = operation.method == Method::Post
            && operation.responses.contains_key(&Status::Code(409))
            && !planner.resources.makes(operation);
        let making = if updates || acts { Extent::Complete } else { Extent::Minimal };
        Self { planner, parts: Parts::new(making, side) }
    }

    /// Values for an operation's path parameters, but for those that are given: from the profile, else made by an
    /// earlier step.
    pub(super) fn path(&mut self, operation: &Operation, given: &Path) -> Result<Path, Reason> {
        self.path_at(operation, given, 0)
    }

    fn path_at(
        &mut self,
        operation: &Operation,
        given: &Path,
        depth: usize,
    ) -> Result<Path, Reason> {
        let mut path = Path::new();
        for name in operation.path.parameters() {
            let provided = match given.get(name) {
                Some(given) => given.clone(),
                None => self.provide(operation, name, depth)?,
            };
            path.insert(name.to_owned(), provided);
        }
        Ok(path)
    }

    /// A value for a path parameter: what this case made already; for a request that may change what its path names,
    /// something of the run's own before anything given; else what is given before anything made.
    fn provide(
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
            return self.chosen(operation, name);
        }
        let makers = self.planner.resources.makers(operation, name);
        let has_made = |maker: &&Maker| self.made.contains_key(&maker.operation_id);
        if let Some(maker) = makers.iter().find(has_made).cloned() {
            return self.provide_made(operation, name, &maker, depth);
        }
        let given = self.planner.given(operation, name);
        if let Some((input, value)) = &given
            && !self.planner.is_changed(operation, name)
        {
            return Ok(self.provide_given(input, value));
        }
        let mut reasons = Vec::new();
        for maker in makers {
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
        if let Some(value) = self.planner.one_of_few(operation, name) {
            let input = Given::Value(format!("{}_{name}", operation.id));
            return Ok(self.provide_given(&input, &value));
        }
        if operation.method.is_safe()
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
    pub(super) fn made_path(self, operation: &Operation) -> Option<(Self, Provided)> {
        let last = operation.path.parameters().last()?;
        let makers = self.planner.resources.makers(operation, last);
        makers.iter().find_map(|maker| {
            let mut draft = self.clone();
            let provided = draft.provide_made(operation, last, maker, 0).ok()?;
            Some((draft, provided))
        })
    }

    pub(super) fn provide_made(
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
    pub(super) fn provide_listed(
        &mut self,
        list: &Maker,
        stand_in: Value,
    ) -> Result<Provided, Reason> {
        let step = self.make(&list.operation_id, 0)?;
        let output = self.output_named_like(&step, "listed", &list.id.clone().into());
        Ok(Provided { expression: Expression::output(step, &output), stand_in })
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
    pub(super) fn path_to(&mut self, operation: &Operation, step: &str) -> Option<Path> {
        operation.path.item_parameter()?;
        self.path_of(operation, step)
    }

    /// The same, or the path of an operation within what this step has made.
    pub(super) fn path_of(&mut self, operation: &Operation, step: &str) -> Option<Path> {
        let name = operation.path.parameters().last()?;
        let made_by = &self.step(step)?.operation_id;
        let makers = self.planner.resources.makers(operation, name);
        let maker = makers.iter().find(|maker| maker.operation_id == *made_by)?;
        let provided = self.provided_by(step, operation, name, maker);
        let mut path = self.path(operation, &Path::new()).ok()?;
        path.insert(name.to_owned(), provided);
        Some(path)
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
            return Err(format!("no fresh value of the path parameter `{name}` could be made"));
        };
        // A thing and what it is part of may be named by parameters of one name.
        let input = numbered(&format!("new_{name}"), |input| !self.inputs.contains_key(input));
        let stand_in = fresh.stand_in();
        self.inputs.insert(input.as_str().into(), Input::Fresh(fresh).into());
        Ok(Provided { expression: Expression::input(input), stand_in })
    }

    /// Makes something, unless that was done in this case already; the step that did.
    fn make(&mut self, maker: &str, depth: usize) -> Result<String, Reason> {
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

    fn make_anew(&mut self, maker: &str, depth: usize) -> Result<String, Reason> {
        let operation = self.planner.operation(maker)?;
        let path = self.path_at(operation, &Path::new(), depth + 1)?;
        let before = self.inputs.clone();
        let request = self.request(operation, &path, self.making)?;
        let id = self.free_step_id(if operation.method.is_safe() { "look_up" } else { "make" });
        let request = self.rename_inputs(request, &before, &id);
        self.push(operation, &id, request, self.planner.succeeds(operation));
        self.made.entry(maker.to_owned()).or_insert_with(|| id.clone());
        Ok(id)
    }

    /// Lets go of what a step made, so that the next request which needs such a thing has another one made.
    pub(super) fn let_go(&mut self, step: &str) {
        self.made.retain(|_, made| made != step);
    }

    /// Gives a step an output.
    pub(super) fn output(&mut self, step: &str, name: &str, expression: &Expression) {
        if let Some(step) = self.steps.iter_mut().find(|one| one.id == step) {
            Arc::make_mut(step).outputs.insert(name.to_owned(), expression.clone());
        }
    }

    /// Gives a step an output under a name of its own where this one is taken for something else: the `id` of a book and
    /// the `id` of its author may come from one answer.
    fn output_named_like(&mut self, step: &str, name: &str, expression: &Expression) -> String {
        let outputs = self.step(step).map(|one| &one.outputs);
        let free = numbered(name, |name| {
            outputs.and_then(|outputs| outputs.get(name)).is_none_or(|there| there == expression)
        });
        self.output(step, &free, expression);
        free
    }

    /// The step that was added last, to be changed.
    pub(super) fn last_step(&mut self) -> Option<&mut Step> {
        self.steps.last_mut().map(Arc::make_mut)
    }

    /// A step by its place, to be changed.
    pub(super) fn step_at(&mut self, index: usize) -> Option<&mut Step> {
        self.steps.get_mut(index).map(Arc::make_mut)
    }

    /// Lets later steps look at all of a step's answer, as its output `answer`.
    pub(super) fn answer_of(&mut self, step: &str) {
        self.output(step, ANSWER, &Expression::response_body(""));
    }

    /// Lets later steps look at the status that a step was answered with, as its output `status`.
    pub(super) fn status_of(&mut self, step: &str) {
        self.output(step, STATUS, &Expression::Exchange(RuntimeExpression::StatusCode));
    }

    /// `make`, else `make_2`.
    pub(super) fn free_step_id(&self, wanted: &str) -> String {
        let is_taken = |id: &str| self.to_come.iter().any(|one| one == id);
        numbered(wanted, |id| !is_taken(id) && self.steps.iter().all(|step| step.id != id))
    }

    /// Keeps the names of a workflow's steps for them.
    pub(super) fn keep_for(&mut self, steps: &[WorkflowStep]) {
        self.to_come = steps.iter().map(|step| step.id.clone()).collect();
    }

    /// Adds a step; what it may make is undone at the end.
    pub(super) fn push(
        &mut self,
        operation: &Operation,
        id: &str,
        request: Request,
        mut criteria: Vec<Criterion>,
    ) {
        if self.made_up.contains(&operation.id) {
            criteria.iter_mut().for_each(Criterion::hope);
        }
        if self.by_state.contains(&operation.id) || self.planner.may_conflict(operation) {
            criteria = criteria.into_iter().flat_map(Criterion::or_conflict).collect();
        }
        self.note_removal(operation, id, &request);
        let step = Step {
            id: id.to_owned(),
            operation_id: operation.id.clone(),
            request,
            criteria,
            outputs: IndexMap::new(),
            lenience: Lenience::None,
            premises: Vec::new(),
            concurrent: false,
            flow: None,
            timeout: None,
            follows: None,
            repeat: None,
        };
        self.steps.push(step.into());
        if let Some(remover) = self.planner.resources.remover(&operation.id) {
            self.made.entry(operation.id.clone()).or_insert_with(|| id.to_owned());
            self.undo(operation, id, remover);
        } else if self.planner.resources.made_by(&operation.id).next().is_some() {
            self.made.entry(operation.id.clone()).or_insert_with(|| id.to_owned());
        }
    }

    /// Adds a step of a workflow, which has its own names for its outputs.
    pub(super) fn push_workflow_step(
        &mut self,
        operation: &Operation,
        id: &str,
        request: Request,
        criteria: Vec<Criterion>,
        outputs: &IndexMap<String, Expression>,
    ) {
        self.push(operation, id, request, criteria);
        for (name, expression) in outputs {
            self.output(id, name, expression);
        }
    }
}

/// How a maker tells what a path parameter of an operation is to be: as it is, or as the end of a URL of its path.
fn told(operation: &Operation, name: &str, maker: &Maker) -> Expression {
    let context = maker.id.clone().into();
    match (&maker.id, operation.path.shape_to(name)) {
        (RuntimeExpression::ResponseHeader(_), Some(selector)) => {
            let language = Language::PathShape;
            Expression::Selected(Box::new(Selection { context, selector, language }))
        }
        _ => context,
    }
}

/// The first of `make`, `make_2`, `make_3` and so on that is free.
fn numbered(wanted: &str, is_free: impl Fn(&str) -> bool) -> String {
    let others = (2..).map(|n| format!("{wanted}_{n}"));
    let mut names = std::iter::once(wanted.to_owned()).chain(others);
    names.find(|name| is_free(name)).unwrap_or_default()
}
