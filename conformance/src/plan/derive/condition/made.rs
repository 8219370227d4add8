//! What is made is answered with its validator (RFC 9110 §15.3.2): who makes it can change it without a look.

use spec::model::{Method, Operation};

use super::super::{CALL, valid_call};
use super::write::same_tag;
use super::{TAG, Told, finish, has_tag};
use crate::case::Case;
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::Path;
use crate::sample::Extent;

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let makes = operation.method == Method::Post && planner.resources.makes(operation);
    let (status, _) = planner.success(operation).filter(|_| makes && has_tag(operation))?;
    let is_it = |reader: &&Operation| {
        has_tag(reader) && reader.answer_schema() == operation.answer_schema()
    };
    let reader = planner.resources.shown_by(operation).find(is_it)?;
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    draft.push(operation, CALL, request, planner.succeeds(operation));
    draft.output(CALL, TAG, &Expression::response_header("ETag"));
    let path = draft.path(reader, &Path::new()).ok()?;
    let read = draft.bare_request(reader, &path).ok()?;
    let message = "the tag that a thing was made with is that of what is read next";
    same_tag(&mut draft, planner, reader, read, (CALL, "tag-is-current", message));
    let (detail, summary) = ("made", "what is made is answered with its tag");
    let origin = &operation.origin;
    Some(finish(draft, &Told { status, detail, summary, operation, origin }))
}
