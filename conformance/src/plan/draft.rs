//! A case while it is being put together: what its requests need is made first, and undone at the end.

use std::ops::{Deref, DerefMut};

use indexmap::{IndexMap, IndexSet};
use serde_json::Value;
use spec::Origin;
use spec::model::{Location as In, MediaType, Method, Operation, Parameter, Status};

use super::structure::Remover;
use super::{Planner, serialize};
use crate::case::{
    Body, Case, Cell, Cleanup, Content, Criterion, Derivation, Fresh, Input, Isolation, Pair,
    Place, Request, Step, Template, Text, TextPart,
};
use crate::expression::Expression;
use crate::sample::{Extent, Fixed, Sample};

/// Why a request can't be made: a fragment that fits behind "no request: ".
pub(super) type Reason = String;

/// All of a step's answer, as its output.
pub(super) const ANSWER: &str = "answer";

/// Deeper chains of things that need each other don't come about by intent.
const DEPTH: usize = 6;

/// A case while it is being put together.
#[derive(Debug, Clone)]
pub(crate) struct Draft<'p> {
    planner: &'p Planner<'p>,
    parts: Parts,
}

/// What a draft has so far.
#[derive(Debug, Clone)]
pub(crate) struct Parts {
    pub(crate) inputs: IndexMap<String, Input>,
    pub(super) steps: Vec<Step>,
    pub(super) cleanup: Vec<Cleanup>,
    /// Steps by the operation that made something.
    made: IndexMap<String, String>,
    /// With how much of what it may have a thing is made.
    making: Extent,
}

/// A valid request with the draft that leads to it.
#[derive(Debug, Clone)]
pub(crate) struct Call {
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
    fn new(making: Extent) -> Self {
        Self {
            inputs: IndexMap::new(),
            steps: Vec::new(),
            cleanup: Vec::new(),
            made: IndexMap::new(),
            making,
        }
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
    pub(crate) fn new(planner: &'p Planner<'p>) -> Self {
        Self { planner, parts: Parts::new(Extent::Minimal) }
    }

    /// A draft that goes on from where another one was.
    pub(super) fn from_parts(planner: &'p Planner<'p>, parts: Parts) -> Self {
        Self { planner, parts }
    }

    /// What it has so far.
    pub(super) fn into_parts(self) -> Parts {
        self.parts
    }

    /// A draft for calls of an operation. What it updates is made with all that it can have, so that it shows when an
    /// update loses something.
    pub(super) fn for_call(planner: &'p Planner<'p>, operation: &Operation) -> Self {
        let updates = matches!(operation.method, Method::Put | Method::Patch);
        let making = if updates { Extent::Complete } else { Extent::Minimal };
        Self { planner, parts: Parts::new(making) }
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

    fn provide(
        &mut self,
        operation: &Operation,
        name: &str,
        depth: usize,
    ) -> Result<Provided, Reason> {
        if let Some(value) = self.planner.context.inputs.get(name) {
            self.inputs.insert(name.to_owned(), Input::Profile(name.to_owned()));
            return Ok(Provided { expression: Expression::input(name), stand_in: value.clone() });
        }
        let makers = self.planner.structure.makers(operation, name);
        if depth > DEPTH {
            return Err(format!("what `{name}` names needs itself to be made"));
        }
        for maker in makers {
            let before = self.clone();
            match self.make(&maker.operation_id, depth) {
                Ok(step) => {
                    self.output(&step, name, &maker.id);
                    let stand_in = self.planner.stand_in(operation, name);
                    return Ok(Provided { expression: Expression::output(step, name), stand_in });
                }
                Err(_) => *self = before,
            }
        }
        Err(format!(
            "nothing tells what `{name}` names: no link or path leads to it from what an operation makes; \
             give it under `[inputs]` of the profile"
        ))
    }

    /// Makes something, unless that was done in this case already; the step that did.
    fn make(&mut self, maker: &str, depth: usize) -> Result<String, Reason> {
        if let Some(step) = self.made.get(maker) {
            return Ok(step.clone());
        }
        let operation = self.planner.operation(maker)?;
        let path = self.path_at(operation, &Path::new(), depth + 1)?;
        let before = self.inputs.clone();
        let request = self.request(operation, &path, self.making)?;
        let id = self.free_step_id("make");
        let request = self.rename_inputs(request, &before, &id);
        self.push(operation, &id, request, self.planner.succeeds(operation));
        Ok(id)
    }

    /// Gives a step an output.
    pub(super) fn output(&mut self, step: &str, name: &str, expression: &Expression) {
        if let Some(step) = self.steps.iter_mut().find(|one| one.id == step) {
            step.outputs.insert(name.to_owned(), expression.clone());
        }
    }

    /// Lets later steps look at all of a step's answer, as its output `answer`.
    pub(super) fn answer_of(&mut self, step: &str) {
        self.output(step, ANSWER, &Expression::response_body(""));
    }

    /// `make`, else `make_2`.
    pub(super) fn free_step_id(&self, wanted: &str) -> String {
        let taken = |id: &str| self.steps.iter().any(|step| step.id == id);
        if !taken(wanted) {
            return wanted.to_owned();
        }
        let numbered = (2..).map(|n| format!("{wanted}_{n}"));
        numbered.into_iter().find(|id| !taken(id)).unwrap_or_default()
    }

    /// Adds a step; what it may make is undone at the end.
    pub(super) fn push(
        &mut self,
        operation: &Operation,
        id: &str,
        request: Request,
        criteria: Vec<Criterion>,
    ) {
        self.note_removal(operation, id, &request);
        self.steps.push(Step {
            id: id.to_owned(),
            operation_id: operation.id.clone(),
            request,
            criteria,
            outputs: IndexMap::new(),
            repeat: None,
        });
        if let Some(remover) = self.planner.structure.remover(&operation.id) {
            self.made.entry(operation.id.clone()).or_insert_with(|| id.to_owned());
            self.undo(operation, id, remover);
        } else if self.planner.structure.made_by(&operation.id).next().is_some() {
            self.made.entry(operation.id.clone()).or_insert_with(|| id.to_owned());
        }
    }

    /// Sees to it that what a step made is removed, even if it shouldn't have been made.
    fn undo(&mut self, maker: &Operation, step: &str, remover: &'p Remover) {
        let Ok(operation) = self.planner.operation(&remover.operation_id) else { return };
        let id = format!("made_{}", remover.parameter);
        self.output(step, &id, &remover.maker.id);
        let made = self.steps.iter().find(|one| one.id == step).map(|step| step.request.clone());
        let Some(made) = made.filter(|made| made.method == maker.method) else { return };
        let mut path_parameters = IndexMap::new();
        for name in operation.path.parameters() {
            let theirs = remover.maker.shared.get(name);
            let text = match theirs.and_then(|theirs| made.path_parameters.get(theirs)) {
                _ if name == remover.parameter => Text::expression(Expression::output(step, &id)),
                Some(text) => text.clone(),
                None => match self.provide(operation, name, DEPTH) {
                    Ok(provided) => Text::expression(provided.expression),
                    Err(_) => return,
                },
            };
            path_parameters.insert(name.to_owned(), text);
        }
        let request = Request {
            method: operation.method,
            path: operation.path.text.clone(),
            path_parameters,
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            credentials: self.planner.credentials(operation),
        };
        let undo = Step {
            id: format!("undo_{step}"),
            operation_id: operation.id.clone(),
            request,
            criteria: Vec::new(),
            outputs: IndexMap::new(),
            repeat: None,
        };
        // What was made last goes first: it may lie within what was made before.
        self.cleanup.insert(0, Cleanup { step: undo, after: step.to_owned(), unless: None });
    }

    /// A step that itself removes what an earlier one made.
    fn note_removal(&mut self, operation: &Operation, id: &str, request: &Request) {
        let steps = &self.parts.steps;
        let same_text = |(name, text): (&String, &Text)| {
            let other = request.path_parameters.get(name);
            other.is_some_and(|other| origins(steps, text) == origins(steps, other))
        };
        for cleanup in &mut self.parts.cleanup {
            let same = cleanup.step.operation_id == operation.id
                && cleanup.step.request.method == request.method
                && cleanup.step.request.path_parameters.iter().all(same_text);
            if same && cleanup.unless.is_none() {
                cleanup.unless = Some(id.to_owned());
            }
        }
    }

    /// A valid request.
    pub(super) fn request(
        &mut self,
        operation: &Operation,
        path: &Path,
        extent: Extent,
    ) -> Result<Request, Reason> {
        let body = self.body(operation, path, extent)?;
        let mut request = self.bare_request(operation, path)?;
        request.body = body;
        Ok(request)
    }

    /// A request that is valid but for its body, which it has none of.
    pub(super) fn bare_request(
        &mut self,
        operation: &Operation,
        path: &Path,
    ) -> Result<Request, Reason> {
        let mut request = Request {
            method: operation.method,
            path: operation.path.text.clone(),
            path_parameters: IndexMap::new(),
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            credentials: self.planner.credentials(operation),
        };
        for (name, provided) in path {
            let text = match operation.parameter(In::Path, name) {
                Some(parameter) => {
                    let known =
                        Sample::Known(provided.expression.clone(), provided.stand_in.clone());
                    serialize::text(parameter, &known, &mut self.inputs)
                }
                None => None,
            };
            let text = text.unwrap_or_else(|| Text::expression(provided.expression.clone()));
            request.path_parameters.insert(name.clone(), text);
        }
        for parameter in operation.parameters.iter().filter(|parameter| parameter.required) {
            if parameter.location != In::Path {
                let sample = self.planner.parameter_sample(parameter)?;
                self.set(&mut request, parameter, &sample)?;
            }
        }
        Ok(request)
    }

    /// Gives a parameter (but of the path) a value in a request.
    pub(super) fn set(
        &mut self,
        request: &mut Request,
        parameter: &Parameter,
        sample: &Sample,
    ) -> Result<(), Reason> {
        let unwritten = || {
            format!("the {} parameter `{}` can't be written", parameter.location, parameter.name)
        };
        match parameter.location {
            In::Path | In::Query => {
                let pairs = serialize::pairs(parameter, sample, &mut self.inputs);
                request.query.extend(pairs.ok_or_else(unwritten)?);
            }
            In::Header => {
                let value = serialize::text(parameter, sample, &mut self.inputs);
                let value = value.ok_or_else(unwritten)?;
                request.headers.push(Pair { name: parameter.name.clone(), value });
            }
            In::Cookie => {
                let value = serialize::text(parameter, sample, &mut self.inputs);
                let mut parts = vec![TextPart::Raw(format!("{}=", parameter.name))];
                parts.extend(value.ok_or_else(unwritten)?.0);
                add_cookie(request, parts);
            }
        }
        Ok(())
    }

    /// A valid body, if the operation has one.
    pub(super) fn body(
        &mut self,
        operation: &Operation,
        path: &Path,
        extent: Extent,
    ) -> Result<Option<Body>, Reason> {
        let Some(body) = &operation.body else { return Ok(None) };
        let Some(content) = self.planner.media_type(operation) else {
            let offered: Vec<_> = body.content.keys().map(String::as_str).collect();
            return match body.required {
                true => Err(format!("bodies of {} are not made", offered.join(", "))),
                false => Ok(None),
            };
        };
        if !body.required && extent == Extent::Minimal {
            return Ok(None);
        }
        let sample = self.planner.body_sample(operation, content, path, extent)?;
        self.content(content, sample).map(Some)
    }

    /// A sample as the body of a media type.
    pub(super) fn content(
        &mut self,
        media_type: &MediaType,
        sample: Sample,
    ) -> Result<Body, Reason> {
        let content_type = Some(media_type.name.clone());
        let template = sample.template("body", &mut self.inputs);
        let content = if media_type.is_json() {
            Content::Json(template)
        } else {
            form(template).ok_or("a form of nested values is not made")?
        };
        Ok(Body { content_type, content })
    }

    /// A fresh value that is well-formed for a path parameter, under the input `unknown_…`.
    pub(super) fn unknown(&mut self, name: &str, fresh: Fresh) -> Provided {
        let input = format!("unknown_{name}");
        let stand_in = self.planner.stand_ins.make(&fresh);
        self.inputs.insert(input.clone(), Input::Fresh(fresh));
        Provided { expression: Expression::input(input), stand_in }
    }

    /// The case.
    pub(super) fn finish(self, about: About<'_>) -> Case {
        let (operation, status) = about.cell;
        let mut id = format!("{}:{status}:{}", operation.id, about.source);
        if !about.detail.is_empty() {
            id.push(':');
            id.push_str(&about.detail);
        }
        let cell = Cell { operation_id: operation.id.clone(), status };
        let mut case = self.into_case(id, cell, about.source);
        case.summary = about.summary;
        case.origin = Place::Contract(about.origin);
        case
    }

    /// The case, but for what it says to people.
    pub(crate) fn into_case(mut self, id: String, cell: Cell, source: Derivation) -> Case {
        self.drop_unused_inputs();
        let parts = self.parts;
        let writes = parts.steps.iter().any(|step| may_write(step.request.method));
        Case {
            id,
            cell,
            also: Vec::new(),
            source,
            summary: String::new(),
            origin: Place::Contract(Origin::root("")),
            inputs: parts.inputs,
            steps: parts.steps,
            cleanup: parts.cleanup,
            isolation: if writes { Isolation::Writes } else { Isolation::Reads },
            undisturbed: Vec::new(),
        }
    }

    /// Adds a step of a workflow, which has its own names for its outputs.
    pub(crate) fn push_workflow_step(
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

    /// Gives the inputs that came with a request names of their own: each of several like it has its own fresh values.
    pub(super) fn rename_inputs(
        &mut self,
        mut request: Request,
        before: &IndexMap<String, Input>,
        prefix: &str,
    ) -> Request {
        let fresh = |input: &Input| matches!(input, Input::Fresh(_));
        let names: Vec<String> =
            self.inputs.iter().filter(|(_, i)| fresh(i)).map(|(name, _)| name.clone()).collect();
        for name in names {
            let renamed = format!("{prefix}_{name}");
            if !request.renames_input(&name, &renamed) {
                continue;
            }
            let input = match before.contains_key(&name) {
                true => self.inputs.get(&name).cloned(),
                false => self.inputs.shift_remove(&name),
            };
            if let Some(input) = input {
                self.inputs.insert(renamed, input);
            }
        }
        request
    }

    /// Takes out inputs of parts that were replaced while drafting.
    fn drop_unused_inputs(&mut self) {
        let parts = &mut self.parts;
        let undone = parts.cleanup.iter().map(|cleanup| &cleanup.step);
        let requests = parts.steps.iter().chain(undone).map(|step| &step.request);
        let mut used: IndexSet<String> = IndexSet::new();
        for expression in requests.flat_map(Request::expressions) {
            if let Expression::Input { name, .. } = expression {
                used.insert(name.clone());
            }
        }
        for criterion in parts.steps.iter().flat_map(|step| &step.criteria) {
            if let Criterion::Condition(condition) = criterion {
                used.extend(condition.expressions().into_iter().filter_map(|one| match one {
                    Expression::Input { name, .. } => Some(name.clone()),
                    _ => None,
                }));
            }
        }
        parts.inputs.retain(|name, _| used.contains(name));
    }
}

/// Whether a method may change something (RFC 9110 §9.2.1).
pub(crate) fn may_write(method: Method) -> bool {
    match method {
        Method::Get | Method::Head | Method::Options | Method::Trace => false,
        Method::Put | Method::Post | Method::Delete | Method::Patch => true,
    }
}

/// A text with each output replaced by the step and what it takes from its answer: outputs of several names may be one.
fn origins(steps: &[Step], text: &Text) -> Vec<String> {
    let origin = |part: &TextPart| match part {
        TextPart::Literal(text) | TextPart::Raw(text) => text.clone(),
        TextPart::Expression(Expression::Output { step, name, pointer }) => {
            let outputs = steps.iter().find(|one| one.id == *step).map(|one| &one.outputs);
            match outputs.and_then(|outputs| outputs.get(name)) {
                Some(expression) => format!("{step} {expression} {pointer}"),
                None => format!("{step} {name} {pointer}"),
            }
        }
        TextPart::Expression(expression) => expression.to_string(),
    };
    text.0.iter().map(origin).collect()
}

fn add_cookie(request: &mut Request, parts: Vec<TextPart>) {
    match request.headers.iter_mut().find(|pair| pair.name == "Cookie") {
        Some(pair) => {
            pair.value.0.push(TextPart::Raw("; ".to_owned()));
            pair.value.0.extend(parts);
        }
        None => request.headers.push(Pair { name: "Cookie".to_owned(), value: Text(parts) }),
    }
}

/// An object as a form; arrays repeat their name. Objects within it have no agreed form.
pub(crate) fn form(template: Template) -> Option<Content> {
    let Template::Object(members) = template else { return None };
    let mut pairs = Vec::new();
    for (name, member) in members {
        let values = match member {
            Template::Array(items) => items,
            scalar => vec![scalar],
        };
        for value in values {
            let value = match value {
                Template::Value(value) => Text::literal(crate::expression::value_text(&value)?),
                Template::Expression(expression) => Text::expression(expression),
                Template::Text(text) => text,
                Template::Array(_) | Template::Object(_) => return None,
            };
            pairs.push(Pair { name: name.clone(), value });
        }
    }
    Some(Content::Form(pairs))
}

/// The members of a body that repeat a path parameter, fixed to its value.
pub(super) fn fixed(planner: &Planner<'_>, operation: &Operation, path: &Path) -> Fixed {
    planner
        .structure
        .mirrors(operation)
        .filter_map(|(location, parameter)| {
            let provided = path.get(parameter)?;
            let known = Sample::Known(provided.expression.clone(), provided.stand_in.clone());
            Some((location.clone(), known))
        })
        .collect()
}
