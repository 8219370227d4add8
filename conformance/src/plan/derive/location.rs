//! `Location` leads to what was made: RFC 9110 §10.2.2 and §15.3.2.
//!
//! Followed where a POST documents the header field and something reads what it makes.

use spec::model::{Method, Operation};

use super::{CALL, read_back, valid_call};
use crate::case::{Case, Derivation};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{About, Path};
use crate::sample::Extent;

const CODE: &str = "made-is-at-location";
/// The output with the reference.
const LOCATION: &str = "location";

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    if operation.method != Method::Post || !planner.resources.makes(operation) {
        return None;
    }
    let has_location = |response: &&spec::model::Response| {
        response.headers.keys().any(|name| name.eq_ignore_ascii_case("location"))
    };
    let response = operation.successes().find(has_location)?;
    let reader = planner.shown_by(operation).find(|reader| reader.answer_schema().is_some())?;
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    draft.push(operation, CALL, request, planner.succeeds(operation));
    draft.output(CALL, LOCATION, &Expression::response_header("Location"));
    let path = draft.path(reader, &Path::new()).ok()?;
    let read = draft.request(reader, &path, Extent::Minimal).ok()?;
    let same = read_back::same_thing(&mut draft, planner, reader, Some(CALL.to_owned()));
    let mut criteria = planner.succeeds(reader);
    criteria.iter_mut().for_each(|one| one.weigh(CODE));
    // A file says nothing of what it is.
    criteria.extend(same.filter(|_| reader.answer_schema().is_some()));
    draft.push(reader, "follow", read, criteria);
    draft.last_step()?.follows = Some(Expression::output(CALL, LOCATION));
    Some(draft.finish(About {
        cell: (operation, response.status),
        source: Derivation::Law,
        detail: CODE.to_owned(),
        summary: "`Location` leads to what was made".to_owned(),
        origin: response.origin.clone(),
    }))
}
