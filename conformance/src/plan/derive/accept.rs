//! A request that admits no media type that the operation answers with: refused where a 406 is documented.

use spec::model::{Operation, Status};

use super::refused::Refused;
use super::valid_call;
use crate::case::{Case, Derivation, Pair, Text};
use crate::plan::Planner;
use crate::sample::Extent;

/// A media type that nothing has.
const NONE: &str = "application/vnd.conformance";

/// RFC 9110 §12.5.1 lets a server disregard `Accept`, so that only a documented 406 is asked for.
pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let status = Status::Code(406);
    let response = operation.responses.get(&status)?;
    let refused = Refused::of(operation, (status, vec![status]), Derivation::Violation);
    let (draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    request.headers.retain(|pair| !pair.name.eq_ignore_ascii_case("accept"));
    request.headers.push(Pair { name: "Accept".to_owned(), value: Text::literal(NONE) });
    let summary = "a request that admits none of the answer's media types is refused".to_owned();
    Some(refused.case(draft, request, "header.Accept".to_owned(), summary, response.origin.clone()))
}
