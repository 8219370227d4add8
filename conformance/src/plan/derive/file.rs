//! Files, and forms with them, of another type than those that an operation takes: refused where a 415 is documented. And
//! lines of JSON that are none.

use spec::model::{Operation, Status};

use super::law::{file_in, with_file};
use super::refused::Refused;
use super::valid_call;
use crate::case::{Body, Case, Content, Derivation, Part, PartContent};
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
    others.chain(picture(planner, operation)).chain(no_lines(planner, operation)).collect()
}

/// A picture where only files of other types are taken: by itself, or in the place of the one file of a form.
fn picture(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    const GIF: &str = "image/gif";
    const BYTES: &[u8] =
        b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    let status = Status::Code(415);
    let response = operation.responses.get(&status)?;
    let (draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let (own, _) = file_in(request.body.as_ref()?)?;
    let content = &operation.body.as_ref()?.content;
    let takes: Vec<&str> = match &request.body.as_ref()?.content {
        Content::Bytes(_) => content.keys().map(String::as_str).collect(),
        // Of a part, what it may be is told, or nobody knows.
        _ => {
            let encoded = content.values().flat_map(|one| one.encoding.values());
            let told = encoded.filter_map(|one| one.content_type.as_deref());
            told.flat_map(|list| list.split(',').map(str::trim)).collect()
        }
    };
    let is_known = takes.iter().any(|range| range.eq_ignore_ascii_case(&own));
    let may_be_any =
        takes.iter().any(|range| range.ends_with("/*") || *range == "application/octet-stream");
    (is_known && !may_be_any && !takes.contains(&GIF)).then_some(())?;
    let mut request = with_file(request, BYTES.to_vec())?;
    match request.body.as_mut()? {
        Body { content: Content::Multipart(parts), .. } => {
            let is_file = |part: &&mut Part| matches!(part.content, PartContent::File(_));
            parts.iter_mut().find(is_file)?.content_type = Some(GIF.to_owned());
        }
        body => body.content_type = Some(GIF.to_owned()),
    }
    let refused = Refused::of(operation, (status, vec![status]), Derivation::Violation);
    let summary = format!("a file of {GIF} is refused");
    let (detail, origin) = ("content-type:picture".to_owned(), response.origin.clone());
    Some(refused.case(draft, request, detail, summary, origin))
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
