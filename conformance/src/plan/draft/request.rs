//! Valid requests.

use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};
use serde_json::Value;
use spec::model::{
    Encoding, JsonType, Location as In, MediaType, Method, Operation, Parameter, PatchKind,
    RuntimeExpression, Style,
};

use super::multipart::multipart;
use super::{Draft, Path, Provided, Reason};
use crate::case::{
    Body, Content, Credentials, Input, Inputs, Pair, Request, Template, Text, TextPart,
};
use crate::expression::Expression;
use crate::fresh::Fresh;
use crate::plan::{Planner, is_multipart, serialize};
use crate::sample::{Choice, Extent, Fixed, Location, Merged, Sample};
use spec::pointer::escape;
use spec::resources::names_another;

/// Why there is no request as anybody.
pub(in crate::plan) const NOBODY_MAY: &str = "no credential of the profile may call it";

impl Draft<'_> {
    /// A valid request.
    pub(in crate::plan) fn request(
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
    pub(in crate::plan) fn bare_request(
        &mut self,
        operation: &Operation,
        path: &Path,
    ) -> Result<Request, Reason> {
        let credentials = self.credentials(operation);
        if credentials == Credentials::None && !operation.is_public() {
            return Err(NOBODY_MAY.to_owned());
        }
        let mut request = Request {
            method: operation.method,
            path: operation.path.text.clone(),
            path_parameters: IndexMap::new(),
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            credentials,
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
        for parameter in operation.parameters.iter().filter(|one| one.location != In::Path) {
            let Some(sample) = self.needed_parameter(operation, parameter)? else { continue };
            self.set(&mut request, parameter, &sample)?;
        }
        Ok(request)
    }

    pub(super) fn made_up_parameter(
        &mut self,
        operation: &Operation,
        parameter: &Parameter,
    ) -> Result<Sample, Reason> {
        let is_key = operation.idempotency_key().is_some_and(|key| std::ptr::eq(key, parameter));
        let key = self.planner.idempotency_key(parameter).filter(|_| is_key);
        let known = key.or_else(|| self.planner.checksum(operation, parameter));
        let sample = match known {
            Some(known) => known,
            None => {
                let sample = self.planner.parameter_sample(parameter)?;
                self.planner.with_near_end(operation, &parameter.name, sample)
            }
        };
        let names_another = names_another(operation, &parameter.name);
        if names_another && matches!(sample, Sample::Fresh(_)) {
            self.makes_up(operation);
        }
        Ok(sample)
    }

    /// Gives a parameter (but of the path) a value in a request.
    pub(in crate::plan) fn set(
        &mut self,
        request: &mut Request,
        parameter: &Parameter,
        sample: &Sample,
    ) -> Result<(), Reason> {
        let unwritten = || {
            format!("the {} parameter `{}` can't be written", parameter.location, parameter.name)
        };
        match parameter.location {
            In::Path | In::Query | In::QueryString => {
                let pairs = serialize::pairs(parameter, sample, &mut self.inputs);
                request.query.extend(pairs.ok_or_else(unwritten)?);
            }
            In::Header => {
                let value = serialize::text(parameter, sample, &mut self.inputs);
                let value = value.ok_or_else(unwritten)?;
                request.headers.push(Pair { name: parameter.name.clone(), value });
            }
            In::Cookie => {
                let pairs = serialize::cookies(parameter, sample, &mut self.inputs);
                for pair in pairs.ok_or_else(unwritten)? {
                    add_cookie(request, pair);
                }
            }
        }
        Ok(())
    }

    /// A valid body, if the operation has one.
    pub(in crate::plan) fn body(
        &mut self,
        operation: &Operation,
        path: &Path,
        extent: Extent,
    ) -> Result<Option<Body>, Reason> {
        let Some(body) = &operation.body else { return Ok(None) };
        let Some(content) = self.planner.media_type(operation) else {
            if let Some(rows) = self.body_of_rows(operation) {
                return Ok(Some(rows));
            }
            if let Some(file) = super::file(self.planner, operation) {
                if super::file::names_something(&file) {
                    self.makes_up(operation);
                }
                return Ok(Some(file));
            }
            let offered: Vec<_> = body.content.keys().map(String::as_str).collect();
            return match body.required {
                true => Err(format!("bodies of {} are not made", offered.join(", "))),
                false => Ok(None),
            };
        };
        let is_optional = !body.required && extent == Extent::Minimal;
        if is_optional && !self.planner.gives_body(operation) {
            return Ok(None);
        }
        if let Some(patch) = self.json_patch(operation, content, extent) {
            return self.written(content, patch).map(Some);
        }
        let fitting = match content.schema.filter(|_| !self.in_progress.is_empty()) {
            Some(schema) => self.fitting(schema, &fixed(self.planner, operation, path)),
            None => Fixed::new(),
        };
        let sample = self.planner.body_sample_with(operation, content, path, extent, fitting)?;
        let sample = self.as_decided(operation, path, sample);
        let sample = self.without_sometimes_absent(operation, content, sample);
        self.content(operation, content, sample).map(Some)
    }

    /// The body without what is said to be sent in some cases only: which those are, nothing tells.
    fn without_sometimes_absent(
        &self,
        operation: &Operation,
        media_type: &MediaType,
        sample: Sample,
    ) -> Sample {
        let absent = self.planner.sometimes_absent(operation).iter();
        absent.chain(self.planner.of_unknown(operation)).fold(sample, |sample, name| {
            let less = sample.without(&Location::default().member(name));
            let fits = |less: &Sample| {
                media_type.schema.is_none_or(|schema| self.planner.sampler.admits(schema, less))
            };
            less.filter(fits).unwrap_or(sample)
        })
    }

    /// The body of a PUT with those of few values as the server has decided them, where who makes the thing can't say them: the
    /// state of a thing that is replaced, which not every other one may come after.
    fn as_decided(&mut self, operation: &Operation, path: &Path, mut sample: Sample) -> Sample {
        if operation.method != Method::Put {
            return sample;
        }
        let Some((step, names)) = self.decided(operation, path, &sample) else { return sample };
        for (name, stand_in) in names {
            let expression = Expression::response_body(format!("/{}", escape(&name)));
            let output = self.output_named_like(&step, &name, &expression);
            let known = Sample::Known(Expression::output(&step, &output), stand_in);
            let place = Location::default().member(&name);
            sample = sample.with(&place, known).unwrap_or(sample);
        }
        sample
    }

    /// The step that made what the path of an operation names, and the members of its body that this step's answer decides, each
    /// with what stands there so far.
    fn decided(
        &self,
        operation: &Operation,
        path: &Path,
        sample: &Sample,
    ) -> Option<(String, Vec<(String, Value)>)> {
        let planner = self.planner;
        let step = self.step(path.get(operation.path.item_parameter()?)?.expression.step()?)?;
        let made = planner.operation(&step.operation_id).ok()?;
        let by_answer = |id: &RuntimeExpression| matches!(id, RuntimeExpression::ResponseBody(_));
        let mut shown =
            planner.resources.made_by(&made.id).filter(|(one, ..)| one.id == operation.id);
        shown.find(|(.., maker)| made.id != operation.id && by_answer(&maker.id))?;
        let members =
            |schema| Merged::of(planner.contract, &[schema], Choice::default()).declared();
        let (said, shown) = (members(made.body_schema()?), members(made.answer_schema()?));
        let is_decided = |(name, value): (&String, &Sample)| {
            let ids = shown.get(name.as_str()).filter(|_| !said.contains_key(name.as_str()))?;
            let few = Merged::of(planner.contract, ids, Choice::default()).enumeration()?;
            (few.len() > 1).then(|| (name.clone(), value.stand_in()))
        };
        let names = sample.members()?.iter().filter_map(is_decided).collect();
        Some((step.id.clone(), names))
    }

    /// A sample as the body of a media type, with what it names made.
    pub(in crate::plan) fn content(
        &mut self,
        operation: &Operation,
        media_type: &MediaType,
        sample: Sample,
    ) -> Result<Body, Reason> {
        let sample = match media_type.schema {
            Some(schema) => self.refer(operation, schema, sample, None).sample,
            None => sample,
        };
        self.written(media_type, sample)
    }

    /// A sample as the body of a media type, as it is.
    pub(in crate::plan) fn written(
        &mut self,
        media_type: &MediaType,
        sample: Sample,
    ) -> Result<Body, Reason> {
        let template = sample.template("body", &mut self.inputs);
        if media_type.name.starts_with("multipart/") {
            return multipart(self.planner, media_type, template)
                .ok_or_else(|| "a body of parts is an object".to_owned());
        }
        let content_type = Some(media_type.name.clone());
        let content = if media_type.is_json() {
            Content::Json(template)
        } else {
            form(Some(media_type), template)
                .ok_or("a form of nested values, or with a style of its own, is not made")?
        };
        Ok(Body { content_type, content })
    }

    /// A valid body of a media type that isn't the one that most cases have.
    pub(in crate::plan) fn body_as(
        &mut self,
        operation: &Operation,
        media_type: &MediaType,
        path: &Path,
    ) -> Option<Body> {
        if let Some(file) = super::file::file_as(self.planner, media_type) {
            return Some(file);
        }
        if let Some(patch) = self.json_patch(operation, media_type, Extent::Complete) {
            return self.written(media_type, patch).ok();
        }
        let is_made =
            media_type.is_json() || media_type.is_form() || is_multipart(self.planner, media_type);
        // No schema says what a patch does, and without one nothing says what is valid.
        if !is_made || media_type.patch() == Some(PatchKind::Json) || media_type.schema.is_none() {
            return None;
        }
        let sample =
            self.planner.body_sample(operation, media_type, path, Extent::Complete).ok()?;
        self.content(operation, media_type, sample).ok()
    }

    /// A fresh value that is well-formed for a path parameter, under the input `unknown_…`.
    pub(in crate::plan) fn unknown(&mut self, name: &str, fresh: Fresh) -> Provided {
        let input = format!("unknown_{name}");
        let stand_in = fresh.stand_in();
        self.inputs.insert(input.as_str().into(), Input::Fresh(fresh).into());
        Provided { expression: Expression::input(input), stand_in }
    }

    /// A valid request of several like it: its fresh values are its own, under inputs of this prefix.
    pub(in crate::plan) fn request_of_its_own(
        &mut self,
        operation: &Operation,
        path: &Path,
        extent: Extent,
        prefix: &str,
    ) -> Result<Request, Reason> {
        let before = self.inputs.clone();
        let request = self.request(operation, path, extent)?;
        Ok(self.rename_inputs(request, &before, prefix))
    }

    /// Gives the inputs that came with a request names of their own: each of several like it has its own fresh values.
    pub(in crate::plan) fn rename_inputs(
        &mut self,
        mut request: Request,
        before: &Inputs,
        prefix: &str,
    ) -> Request {
        let fresh = |input: &Input| matches!(input, Input::Fresh(_));
        let names: Vec<Arc<str>> = self
            .inputs
            .iter()
            .filter(|(_, input)| fresh(input))
            .map(|(name, _)| Arc::clone(name))
            .collect();
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
                self.inputs.insert(renamed.into(), input);
            }
        }
        request
    }
}

fn add_cookie(request: &mut Request, Pair { name, value }: Pair) {
    let mut parts = vec![TextPart::Raw(format!("{name}="))];
    parts.extend(value.0);
    match request.headers.iter_mut().find(|pair| pair.name == "Cookie") {
        Some(pair) => {
            pair.value.0.push(TextPart::Raw("; ".to_owned()));
            pair.value.0.extend(parts);
        }
        None => request.headers.push(Pair { name: "Cookie".to_owned(), value: Text(parts) }),
    }
}

/// An object as a form; arrays repeat their name. Objects within it aren't made, nor what `encoding` has otherwise.
pub(in crate::plan) fn form(media_type: Option<&MediaType>, template: Template) -> Option<Content> {
    let Template::Object(members) = template else { return None };
    let mut pairs = Vec::new();
    for (name, member) in Arc::unwrap_or_clone(members) {
        let encoding = media_type.and_then(|media_type| media_type.encoding.get(&*name));
        if encoding.is_some_and(|encoding| is_otherwise(encoding, &member)) {
            return None;
        }
        let values = match member {
            Template::Array(items) => Arc::unwrap_or_clone(items),
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

/// Whether a member of a form is written otherwise than by its text, or by that of each item (OAS 3.1.1 §4.8.15).
fn is_otherwise(encoding: &Encoding, member: &Template) -> bool {
    if encoding.style.is_none() && encoding.explode.is_none() {
        return encoding.content_type.as_deref().is_some_and(spec::is_json);
    }
    let style = encoding.style.unwrap_or(Style::Form);
    let explode = encoding.explode.unwrap_or(style == Style::Form);
    matches!(member, Template::Array(_)) && (style != Style::Form || !explode)
}

/// The properties of a body that repeat a path parameter, fixed to its value, and those whose value is given.
pub(in crate::plan) fn fixed(planner: &Planner<'_>, operation: &Operation, path: &Path) -> Fixed {
    let property =
        |(name, value): (String, Value)| (Location::default().member(&name), Sample::Value(value));
    let (shared, own) = planner.given_properties(operation);
    let mirrors = planner.mirrors.get(operation.id.as_str()).into_iter().flatten();
    let mirrors = mirrors.filter_map(|(location, parameter)| {
        let provided = path.get(parameter)?;
        let known = Sample::Known(provided.expression.clone(), provided.stand_in.clone());
        Some((location.clone(), known))
    });
    // What is said of this operation is meant before what follows from its structure, and that before what is called alike.
    let shared = shared.into_iter().map(property);
    let ids = ids_of_own(planner, operation, true);
    ids.into_iter().chain(shared).chain(mirrors).chain(own.into_iter().map(property)).collect()
}

/// The same for a body with everything.
pub(in crate::plan) fn fixed_in_all(
    planner: &Planner<'_>,
    operation: &Operation,
    path: &Path,
) -> Fixed {
    let mut all = ids_of_own(planner, operation, false);
    all.extend(fixed(planner, operation, path));
    all
}

/// The ids of what an operation makes where the body has room for one: a number of the run's own, as a small one may be
/// that of somebody else's thing, or of another case's.
fn ids_of_own(planner: &Planner<'_>, operation: &Operation, only_required: bool) -> Fixed {
    const IDS: Fresh = Fresh::Integer { minimum: 1_000_000_000, maximum: 2_000_000_000 };
    // Each reader of what is made tells the same place.
    let made = planner.resources.made_by(&operation.id).filter_map(|(.., maker)| match &maker.id {
        RuntimeExpression::ResponseBody(pointer) => pointer.strip_prefix('/'),
        _ => None,
    });
    let names: IndexSet<&str> = made.filter(|name| !name.contains(['/', '~'])).collect();
    let media_type = planner.media_type(operation).filter(|_| !names.is_empty());
    let Some(schema) = media_type.and_then(|media_type| media_type.schema) else {
        return Fixed::new();
    };
    let body = Merged::of(planner.contract, &[schema], Choice::default());
    let (properties, required) = (body.properties(), body.required());
    let is_number = |name: &str| {
        let ids = properties.get(name);
        let types = ids.map(|ids| Merged::of(planner.contract, ids, Choice::default()).types());
        types.is_some_and(|types| types.contains(JsonType::Integer))
    };
    let places = names
        .into_iter()
        .filter(|name| (required.contains(*name) || !only_required) && is_number(name))
        .map(|name| Fixed::from([(Location::default().member(name), Sample::Fresh(IDS))]));
    let fits = |place: &Fixed| planner.sampler.valid(schema, Extent::Complete, place).is_some();
    places.filter(fits).flatten().collect()
}
