//! Conditional requests: what is unchanged isn't sent again, and what has changed isn't overwritten.
//!
//! Asked where the document has all that it takes: the header parameter, the status, and an `ETag` in the answer of a GET
//! of the same path.

use spec::model::{Location as In, Method, Operation, Parameter, Response, Status};

use super::{CALL, valid_call};
use crate::case::{Case, Criterion, Derivation, Expected, Pair, Request, Text};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{About, Draft, Path};
use crate::promise;
use crate::sample::Extent;

const CODE: &str = "condition-kept";
/// The step of a PUT that makes what its path names.
const OWN: &str = "own";
/// The step that reads the tag.
const LOOK: &str = "look";
/// Its output.
const TAG: &str = "tag";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let cases = [unchanged(planner, operation), overtaken(planner, operation)];
    cases.into_iter().flatten().collect()
}

/// A GET with the tag of what is there still: 304.
fn unchanged(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (parameter, response) = conditional(operation, "If-None-Match", 304)?;
    if operation.method != Method::Get || !has_tag(operation) {
        return None;
    }
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    look(&mut draft, planner, operation, request.clone());
    let request = with_tag(request, parameter);
    Some(finish(draft, operation, response, request, "what hasn't changed is not sent again"))
}

/// A write with the tag of what was there before another write: 412.
fn overtaken(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (parameter, response) = conditional(operation, "If-Match", 412)?;
    let reader = planner.on_path(operation, Method::Get).filter(|reader| has_tag(reader))?;
    if !matches!(operation.method, Method::Put | Method::Patch) {
        return None;
    }
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    // Each of several requests like it has fresh values of its own, so that the first one changes something.
    let before = draft.inputs.clone();
    if planner.resources.chooses(operation) {
        let own = draft.request(operation, &path, Extent::Complete).ok()?;
        let own = draft.rename_inputs(own, &before, OWN);
        draft.push(operation, OWN, own, planner.succeeds(operation));
    }
    // Without having made it, it may not be changed.
    draft.steps.last()?;
    let read = draft.bare_request(reader, &path).ok()?;
    look(&mut draft, planner, reader, read);
    let before = draft.inputs.clone();
    let first = draft.request(operation, &path, Extent::Complete).ok()?;
    let first = draft.rename_inputs(first, &before, "first");
    draft.push(operation, "first", with_tag(first, parameter), planner.succeeds(operation));
    let second = draft.request(operation, &path, Extent::Minimal).ok()?;
    let request = with_tag(second, parameter);
    Some(finish(
        draft,
        operation,
        response,
        request,
        "what has changed meanwhile is not overwritten",
    ))
}

/// The parameter and the response of a condition, where both are documented.
fn conditional<'o>(
    operation: &'o Operation,
    header: &str,
    code: u16,
) -> Option<(&'o Parameter, &'o Response)> {
    let is_it =
        |one: &&Parameter| one.location == In::Header && one.name.eq_ignore_ascii_case(header);
    let parameter = operation.parameters.iter().find(is_it)?;
    Some((parameter, operation.responses.get(&Status::Code(code))?))
}

/// Whether the answer of a GET documents the tag that a condition takes.
fn has_tag(operation: &Operation) -> bool {
    operation
        .successes()
        .any(|response| response.headers.keys().any(|name| name.eq_ignore_ascii_case("etag")))
}

fn look(draft: &mut Draft<'_>, planner: &Planner<'_>, reader: &Operation, request: Request) {
    draft.push(reader, LOOK, request, planner.succeeds(reader));
    draft.output(LOOK, TAG, &Expression::response_header("ETag"));
}

fn with_tag(mut request: Request, parameter: &Parameter) -> Request {
    request.headers.retain(|pair| !pair.name.eq_ignore_ascii_case(&parameter.name));
    let value = Text::expression(Expression::output(LOOK, TAG));
    request.headers.push(Pair { name: parameter.name.clone(), value });
    request
}

fn finish(
    mut draft: Draft<'_>,
    operation: &Operation,
    response: &Response,
    request: Request,
    summary: &str,
) -> Case {
    let any_of = vec![response.status];
    let expected = Expected { any_of, code: CODE, level: promise::level(CODE) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    draft.finish(About {
        cell: (operation, response.status),
        source: Derivation::Law,
        detail: CODE.to_owned(),
        summary: summary.to_owned(),
        origin: response.origin.clone(),
    })
}
