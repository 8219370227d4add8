//! Files, and forms with them, of another type than those that an operation takes: refused where a 415 is documented.

use spec::model::{Operation, Status};

use super::refused::Refused;
use super::valid_call;
use crate::case::{Case, Content, Derivation};
use crate::plan::Planner;
use crate::sample::Extent;

/// A media type that nothing has.
const OTHER: &str = "application/vnd.conformance";

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let status = Status::Code(415);
    let response = operation.responses.get(&status)?;
    let ranges = operation.body.as_ref()?.content.keys();
    if ranges.into_iter().any(|range| range.ends_with("/*")) {
        return None;
    }
    let (draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let body = request.body.as_mut()?;
    if !matches!(body.content, Content::Bytes(_) | Content::Multipart(_)) {
        return None;
    }
    body.content_type = Some(OTHER.to_owned());
    let refused = Refused::of(operation, (status, vec![status]), Derivation::Violation);
    let summary = format!("a body declared as {OTHER} is refused");
    let origin = response.origin.clone();
    Some(refused.case(draft, request, "content-type:other".to_owned(), summary, origin))
}
