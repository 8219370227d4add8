//! `Accept` (RFC 9110 §12.5.1): what an operation answers with can be asked for, and what it doesn't is refused where a
//! 406 is documented.

use spec::model::{Operation, Response, Status};

use super::refused::Refused;
use super::{CALL, valid_call};
use crate::case::{Case, Criterion, Derivation, Pair, Relation, RelationKind, Request, Text};
use crate::plan::Planner;
use crate::plan::draft::About;
use crate::sample::Extent;

const HONOURED: &str = "accept-is-honoured";
const UNACCEPTABLE: Status = Status::Code(406);

/// Media types that nothing has: one of a kind that much is of, and one of a kind of which little is. By the second, whoever
/// looks at the kind alone is found out.
const NONE: [(&str, &str); 2] = [
    ("header.Accept", "application/vnd.conformance"),
    ("header.Accept:other-kind", "model/vnd.conformance"),
];

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let refused = NONE.into_iter().filter_map(|none| refused(planner, operation, none));
    refused.chain(each(planner, operation)).collect()
}

/// A server may disregard `Accept`, so that only a documented 406 is asked for.
fn refused(
    planner: &Planner<'_>,
    operation: &Operation,
    (detail, none): (&str, &str),
) -> Option<Case> {
    let response = operation.responses.get(&UNACCEPTABLE)?;
    let expected = (UNACCEPTABLE, vec![UNACCEPTABLE]);
    let refused = Refused::of(operation, expected, Derivation::Violation);
    let (draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let request = accepting(request, none);
    let summary = "a request that admits none of the answer's media types is refused".to_owned();
    Some(refused.case(draft, request, detail.to_owned(), summary, response.origin.clone()))
}

/// Every media type of a success by itself, where there are several or others are refused.
fn each(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let mut successes = operation.successes().filter(|response| !response.content.is_empty());
    let Some(response) = successes.next() else { return Vec::new() };
    let chooses = response.content.len() > 1 || operation.responses.contains_key(&UNACCEPTABLE);
    let names = response.content.keys().filter(|name| chooses && is_written(name));
    names.filter_map(|name| acceptable(planner, operation, response, name)).collect()
}

/// Whether whatever is there can be written so, unlike a picture or a file, which is of the one type that it came in.
fn is_written(name: &str) -> bool {
    const KINDS: [&str; 6] = ["json", "xml", "yaml", "csv", "html", "jsonl"];
    let name = name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let Some((kind, own)) = name.split_once('/') else { return false };
    let is_of_a_kind = KINDS.iter().any(|kind| own.ends_with(kind));
    !name.contains('*') && (kind == "text" || is_of_a_kind)
}

fn acceptable(
    planner: &Planner<'_>,
    operation: &Operation,
    response: &Response,
    name: &str,
) -> Option<Case> {
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let kind = RelationKind::MediaType(name.to_owned());
    let message = format!("what admits {name} alone is answered with it");
    let mut criteria = planner.succeeds(operation);
    criteria.push(Criterion::Relation(Relation::new(HONOURED, message, kind)));
    draft.push(operation, CALL, accepting(request, name), criteria);
    Some(draft.finish(About {
        cell: (operation, response.status),
        source: Derivation::Boundary,
        detail: format!("accept:{name}"),
        summary: format!("an answer of {name} can be asked for"),
        origin: response.origin.clone(),
    }))
}

/// The request with this in `Accept` alone.
pub(super) fn accepting(mut request: Request, media_type: &str) -> Request {
    const NAME: &str = "Accept";
    request.headers.retain(|pair| !pair.name.eq_ignore_ascii_case(NAME));
    request.headers.push(Pair { name: NAME.to_owned(), value: Text::literal(media_type) });
    request
}
