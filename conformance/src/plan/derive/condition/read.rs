//! What is unchanged isn't sent again, and what has changed is.

use spec::model::{Location as In, Method, Operation, Status};

use super::super::refused::Refused;
use super::super::{put_first, unknown_id, valid_call};
use super::{
    LOOK, Told, conditional, finish, has_tag, if_strong, look, push, tag_of, tags_with_that_of,
    weak_tag_of, with,
};
use crate::case::{Case, Content, Derivation, Request, Text};
use crate::plan::Planner;
use crate::plan::draft::{self, Draft, Path};
use crate::sample::Extent;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let is_read = operation.method == Method::Get && has_tag(operation);
    if !is_read || conditional(operation, "If-None-Match", 304).is_none() {
        return Vec::new();
    }
    let cases = [
        unchanged(planner, operation),
        weakly(planner, operation),
        among(planner, operation),
        other(planner, operation),
        changed(planner, operation),
        nowhere(planner, operation),
    ];
    cases.into_iter().flatten().collect()
}

/// With the tag of what is there still: 304.
fn unchanged(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let told = ("", "what hasn't changed is not sent again");
    tell(operation, same(planner, operation, tag_of(LOOK))?, told)
}

/// With the same tag as a weak one: 304, as `If-None-Match` compares weakly (RFC 9110 §13.1.2).
fn weakly(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (parameter, _) = conditional(operation, "If-None-Match", 304)?;
    super::admits(planner, parameter, "W/\"conformance\"")?;
    let told = ("weak", "what hasn't changed is not sent again, though the tag is a weak one");
    let mut draft = same(planner, operation, weak_tag_of(LOOK))?;
    if_strong(&mut draft, LOOK);
    tell(operation, draft, told)
}

/// With the same tag among others: 304.
fn among(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (parameter, _) = conditional(operation, "If-None-Match", 304)?;
    super::admits(planner, parameter, "\"conformance\", \"conformance\"")?;
    let told = ("among", "what hasn't changed is not sent again, whichever of the tags it has");
    tell(operation, same(planner, operation, tags_with_that_of(LOOK))?, told)
}

/// Reads twice, the second time under this condition, which keeps it from being sent again.
fn same<'p>(planner: &'p Planner<'p>, operation: &Operation, tags: Text) -> Option<Draft<'p>> {
    let (parameter, response) = conditional(operation, "If-None-Match", 304)?;
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    look(&mut draft, planner, operation, LOOK, request.clone());
    push(&mut draft, operation, with(request, parameter, tags), vec![response.status]);
    Some(draft)
}

fn tell(
    operation: &Operation,
    draft: Draft<'_>,
    (detail, summary): (&'static str, &'static str),
) -> Option<Case> {
    let (_, response) = conditional(operation, "If-None-Match", 304)?;
    let (status, origin) = (response.status, &response.origin);
    Some(finish(draft, &Told { status, detail, summary, operation, origin }))
}

/// With a tag, of what isn't there: a condition is looked at where there would be a success without it (RFC 9110
/// §13.2.1).
fn nowhere(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (parameter, _) = conditional(operation, "If-None-Match", 304)?;
    let missing = operation.responses.get(&Status::Code(404))?;
    let item = operation.parameter(In::Path, operation.path.item_parameter()?)?;
    let mut draft = Draft::new(planner);
    let unknown = draft.unknown(&item.name, unknown_id::fresh(planner, item)?);
    let given = Path::from([(item.name.clone(), unknown)]);
    let path = unknown_id::path(&mut draft, planner, operation, given)?;
    let request = draft.bare_request(operation, &path).ok()?;
    let refused = Refused::by(planner, operation, Derivation::Law, &[&[404]])?;
    let refused = refused.or_forbidden().or_invalid().weighing(Some(super::CODE));
    let request = with(request, parameter, Text::literal(super::NOBODYS));
    let detail = format!("{}:nowhere", super::CODE);
    let summary = "what isn't there is not found, whatever tag one has of it".to_owned();
    Some(refused.case(draft, request, detail, summary, missing.origin.clone()))
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
    put_first(&mut draft, planner, operation, &path);
    let read = draft.bare_request(operation, &path).ok()?;
    look(&mut draft, planner, operation, LOOK, read.clone());
    let mut update = draft.request_of_its_own(updater, &path, Extent::Complete, "update").ok()?;
    put_another_file(planner, updater, &mut update)?;
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

/// Of files there is another one to be sent, or what is put is the same again.
fn put_another_file(
    planner: &Planner<'_>,
    operation: &Operation,
    request: &mut Request,
) -> Option<()> {
    let Some(body) = &mut request.body else { return Some(()) };
    if let Content::Bytes(bytes) = &mut body.content {
        let limit = planner.resources.size_limit(operation);
        *bytes = draft::larger(body.content_type.as_deref()?, limit)?;
    }
    Some(())
}
