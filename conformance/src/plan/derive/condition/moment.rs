//! Conditions on the time of the last change (RFC 9110 §13.1.3 and §13.1.4).
//!
//! | request | with | answer |
//! | --- | --- | --- |
//! | GET | `If-Modified-Since` and the `Last-Modified` of what is there | 304 |
//! | GET | a time long ago | a success |
//! | PUT, PATCH, DELETE | `If-Unmodified-Since` and the `Last-Modified` of what is there | a success |
//! | PUT, PATCH, DELETE | a time long ago | 412 |

use spec::model::{Method, Operation, Parameter, Response, Status};

use super::super::valid_call;
use super::write::own;
use super::{LOOK, Told, conditional, finish, push, with};
use crate::case::{Case, Criterion, Request, Text};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::Draft;
use crate::promise::Level;
use crate::sample::Extent;

/// When nothing that a run makes was changed yet.
const LONG_AGO: &str = "Sat, 01 Jan 2000 00:00:00 GMT";
/// The output of the step that looks.
const TIME: &str = "time";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let cases = match operation.method {
        Method::Get => [seen(planner, operation), newer(planner, operation)],
        Method::Put | Method::Patch | Method::Delete => {
            [current(planner, operation), overtaken(planner, operation)]
        }
        _ => return Vec::new(),
    };
    cases.into_iter().flatten().collect()
}

fn has_time(operation: &Operation) -> bool {
    let has = |response: &Response| {
        response.headers.keys().any(|name| name.eq_ignore_ascii_case("last-modified"))
    };
    operation.successes().any(has)
}

/// With the time of what is there: 304. That is a SHOULD.
fn seen(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (parameter, response) = conditional(operation, "If-Modified-Since", 304)?;
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    has_time(operation).then_some(())?;
    draft.push(operation, LOOK, request.clone(), planner.succeeds(operation));
    draft.output(LOOK, TIME, &Expression::response_header("Last-Modified"));
    push(&mut draft, operation, with(request, parameter, time()), vec![response.status]);
    for criterion in draft.last_step().into_iter().flat_map(|step| &mut step.criteria) {
        if let Criterion::Status(expected) = criterion {
            expected.level = expected.level.min(Level::Should);
        }
    }
    let summary = "what hasn't changed since is not sent again";
    tell(operation, draft, response, ("since", response.status, summary))
}

/// With a time long ago: all of it.
fn newer(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (parameter, response) = conditional(operation, "If-Modified-Since", 304)?;
    let (status, success) = planner.success(operation)?;
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    // Of what the run made, it is known that it is newer.
    draft.steps.last()?;
    push(&mut draft, operation, long_ago(request, parameter), success);
    tell(operation, draft, response, ("since:long-ago", status, "what has changed since is sent"))
}

/// With the time of what is there: as without a condition.
fn current(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (parameter, response) = conditional(operation, "If-Unmodified-Since", 412)?;
    let reader = planner.on_path(operation, Method::Get).filter(|reader| has_time(reader))?;
    let (status, success) = planner.success(operation)?;
    let (mut draft, path) = own(planner, operation)?;
    let read = draft.bare_request(reader, &path).ok()?;
    draft.push(reader, LOOK, read, planner.succeeds(reader));
    draft.output(LOOK, TIME, &Expression::response_header("Last-Modified"));
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    push(&mut draft, operation, with(request, parameter, time()), success);
    let summary = "what hasn't changed since may be written";
    tell(operation, draft, response, ("unmodified", status, summary))
}

/// With a time long ago: 412.
fn overtaken(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (parameter, response) = conditional(operation, "If-Unmodified-Since", 412)?;
    let (mut draft, path) = own(planner, operation)?;
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    push(&mut draft, operation, long_ago(request, parameter), vec![response.status]);
    let summary = "what has changed since is not overwritten";
    tell(operation, draft, response, ("unmodified:long-ago", response.status, summary))
}

fn time() -> Text {
    Text::expression(Expression::output(LOOK, TIME))
}

fn long_ago(request: Request, parameter: &Parameter) -> Request {
    with(request, parameter, Text::literal(LONG_AGO))
}

fn tell(
    operation: &Operation,
    draft: Draft<'_>,
    response: &Response,
    (detail, status, summary): (&'static str, Status, &'static str),
) -> Option<Case> {
    let origin = &response.origin;
    Some(finish(draft, &Told { status, detail, summary, operation, origin }))
}
