//! Files, and forms with them, of another type than those that an operation takes: refused where a 415 is documented. And
//! lines of JSON that are none.

use spec::model::{Operation, Status};

use super::refused::Refused;
use super::valid_call;
use crate::case::{Case, Content, Derivation};
use crate::plan::Planner;
use crate::sample::Extent;

/// What lines of JSON are called.
const LINES: [&str; 5] = [
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonlines",
    "application/jsonlines",
];
/// Media types that what is taken isn't of: one that nothing has, and one that much has.
const OTHER: [(&str, &str); 2] =
    [("content-type:other", "application/vnd.conformance"), ("content-type:text", "text/plain")];

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let others = OTHER.into_iter().filter_map(|other| other_type(planner, operation, other));
    others.chain(no_lines(planner, operation)).collect()
}

/// A line that breaks off.
fn no_lines(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    // What becomes of each line, the answer tells.
    (!planner.resources.tells_of_each(operation)).then_some(())?;
    let (draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let body = request.body.as_mut()?;
    let is_lines = |name: &str| LINES.iter().any(|lines| name.eq_ignore_ascii_case(lines));
    if !body.content_type.as_deref().is_some_and(is_lines) {
        return None;
    }
    body.content = Content::Bytes(b"{\"conformance\":\n".to_vec());
    let refused = Refused::by(planner, operation, Derivation::Violation, &[&[422, 400]])?;
    let summary = "a line that is no JSON is refused".to_owned();
    let origin = operation.origin.clone();
    Some(refused.case(draft, request, "body:no-json-line".to_owned(), summary, origin))
}

fn other_type(
    planner: &Planner<'_>,
    operation: &Operation,
    (detail, other): (&str, &str),
) -> Option<Case> {
    let status = Status::Code(415);
    let response = operation.responses.get(&status)?;
    let mut ranges = operation.body.as_ref()?.content.keys();
    if ranges.any(|range| range.ends_with("/*") || range.starts_with(other)) {
        return None;
    }
    let (draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let body = request.body.as_mut()?;
    if !matches!(body.content, Content::Bytes(_) | Content::Multipart(_) | Content::Text(_)) {
        return None;
    }
    body.content_type = Some(other.to_owned());
    let refused = Refused::of(operation, (status, vec![status]), Derivation::Violation);
    let summary = format!("a body declared as {other} is refused");
    let origin = response.origin.clone();
    Some(refused.case(draft, request, detail.to_owned(), summary, origin))
}
