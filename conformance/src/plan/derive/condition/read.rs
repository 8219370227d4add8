//! What is unchanged isn't sent again, and what has changed is.

use spec::model::{Method, Operation};

use super::super::valid_call;
use super::{LOOK, Told, conditional, finish, has_tag, look, push, tag_of, with};
use crate::case::{Case, Text};
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};
use crate::sample::Extent;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let is_read = operation.method == Method::Get && has_tag(operation);
    if !is_read || conditional(operation, "If-None-Match", 304).is_none() {
        return Vec::new();
    }
    let cases =
        [unchanged(planner, operation), other(planner, operation), changed(planner, operation)];
    cases.into_iter().flatten().collect()
}

/// With the tag of what is there still: 304.
fn unchanged(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (parameter, response) = conditional(operation, "If-None-Match", 304)?;
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    look(&mut draft, planner, operation, LOOK, request.clone());
    push(&mut draft, operation, with(request, parameter, tag_of(LOOK)), vec![response.status]);
    Some(finish(
        draft,
        &Told {
            status: response.status,
            detail: "",
            summary: "what hasn't changed is not sent again",
            operation,
            origin: &response.origin,
        },
    ))
}

/// With a tag that it never had: all of it.
fn other(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (parameter, response) = conditional(operation, "If-None-Match", 304)?;
    let (status, success) = planner.success(operation)?;
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let request = with(request, parameter, Text::literal(super::NOBODYS));
    push(&mut draft, operation, request, success);
    Some(finish(
        draft,
        &Told {
            status,
            detail: "other",
            summary: "what has another tag is sent",
            operation,
            origin: &response.origin,
        },
    ))
}

/// With the tag of what was there before an update: all of it.
fn changed(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (parameter, response) = conditional(operation, "If-None-Match", 304)?;
    let (status, success) = planner.success(operation)?;
    let updaters = [Method::Put, Method::Patch];
    let updater = updaters.into_iter().find_map(|method| planner.on_path(operation, method))?;
    let mut draft = Draft::for_call(planner, updater);
    let path = draft.path(updater, &Path::new()).ok()?;
    super::write::make_own(&mut draft, planner, updater, &path)?;
    let read = draft.bare_request(operation, &path).ok()?;
    look(&mut draft, planner, operation, LOOK, read.clone());
    let update = draft.request_of_its_own(updater, &path, Extent::Complete, "update").ok()?;
    draft.push(updater, "update", update, planner.succeeds(updater));
    push(&mut draft, operation, with(read, parameter, tag_of(LOOK)), success);
    Some(finish(
        draft,
        &Told {
            status,
            detail: "changed",
            summary: "what has changed is sent to those who have it as it was",
            operation,
            origin: &response.origin,
        },
    ))
}
