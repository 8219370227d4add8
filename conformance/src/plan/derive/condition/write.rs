//! What has changed meanwhile isn't overwritten, and what is there isn't made again.

use spec::model::{Method, Operation, Status};
use spec::resources::may_create;

use super::super::{read_back, valid_call};
use super::{
    LOOK, NOBODYS, TAG, Told, condition, conditional, finish, has_tag, if_strong, look, push,
    tag_of, tags_with_that_of, weak_tag_of, with,
};
use crate::case::{Case, Criterion, Operand, Relation, RelationKind, Request, Text};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, Draft, Path};
use crate::sample::{Choice, Extent, Merged};

/// The step of a PUT that makes what its path names.
const OWN: &str = "own";
/// The step that reads what a refused request has left.
const READ: &str = "read";
/// The tag that was there before it.
const BEFORE: &str = "before";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    if !matches!(operation.method, Method::Put | Method::Patch | Method::Delete) {
        return Vec::new();
    }
    let cases = [
        overtaken(planner, operation),
        unmatched(planner, operation),
        weakly(planner, operation),
        current(planner, operation),
        among(planner, operation),
        there_already(planner, operation),
        not_there(planner, operation),
        unconditional(planner, operation),
    ];
    cases.into_iter().flatten().collect()
}

/// With the tag of what was there before another write: 412.
fn overtaken(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (parameter, response) = conditional(operation, "If-Match", 412)?;
    let reader = planner.on_path(operation, Method::Get).filter(|reader| has_tag(reader))?;
    let updaters = [Method::Put, Method::Patch];
    let updater = match operation.method {
        Method::Delete => updaters.into_iter().find_map(|one| planner.on_path(operation, one))?,
        _ => operation,
    };
    let mut draft = Draft::for_call(planner, updater);
    let path = draft.path(updater, &Path::new()).ok()?;
    make_own(&mut draft, planner, updater, &path)?;
    let read = draft.bare_request(reader, &path).ok()?;
    look(&mut draft, planner, reader, LOOK, read);
    // With values of its own, so that it changes something.
    let first = draft.request_of_its_own(updater, &path, Extent::Complete, "first").ok()?;
    let first = match condition(updater, "If-Match") {
        Some(parameter) => with(first, parameter, tag_of(LOOK)),
        None => first,
    };
    draft.push(updater, "first", first, planner.succeeds(updater));
    if condition(updater, "If-Match").is_some() {
        if_strong(&mut draft, LOOK);
    }
    let read = draft.bare_request(reader, &path).ok()?;
    look(&mut draft, planner, reader, BEFORE, read);
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    let request = with(request, parameter, tag_of(LOOK));
    push(&mut draft, operation, request.clone(), vec![response.status]);
    unchanged(&mut draft, planner, (reader, &path), &request)?;
    Some(finish(
        draft,
        &Told {
            status: response.status,
            detail: "",
            summary: "what has changed meanwhile is not overwritten",
            operation,
            origin: &response.origin,
        },
    ))
}

/// With a tag that nothing has: 412.
fn unmatched(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (parameter, response) = conditional(operation, "If-Match", 412)?;
    let (mut draft, path) = own(planner, operation)?;
    let reader = planner.on_path(operation, Method::Get).filter(|reader| has_tag(reader));
    if let Some(reader) = reader {
        let read = draft.bare_request(reader, &path).ok()?;
        look(&mut draft, planner, reader, BEFORE, read);
    }
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    let request = with(request, parameter, Text::literal(NOBODYS));
    push(&mut draft, operation, request.clone(), vec![response.status]);
    if let Some(reader) = reader {
        unchanged(&mut draft, planner, (reader, &path), &request)?;
    }
    Some(finish(
        draft,
        &Told {
            status: response.status,
            detail: "unmatched",
            summary: "what has another tag is left as it is",
            operation,
            origin: &response.origin,
        },
    ))
}

/// With the tag of what is there as a weak one: 412, as `If-Match` compares strongly (RFC 9110 §13.1.1).
fn weakly(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (parameter, response) = conditional(operation, "If-Match", 412)?;
    super::admits(planner, parameter, "W/\"conformance\"")?;
    let reader = planner.on_path(operation, Method::Get).filter(|reader| has_tag(reader))?;
    let (mut draft, path) = own(planner, operation)?;
    let read = draft.bare_request(reader, &path).ok()?;
    look(&mut draft, planner, reader, BEFORE, read);
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    let request = with(request, parameter, weak_tag_of(BEFORE));
    push(&mut draft, operation, request.clone(), vec![response.status]);
    if_strong(&mut draft, BEFORE);
    unchanged(&mut draft, planner, (reader, &path), &request)?;
    Some(finish(
        draft,
        &Told {
            status: response.status,
            detail: "weak",
            summary: "a weak tag meets nothing",
            operation,
            origin: &response.origin,
        },
    ))
}

/// With the tag of what is there among others: as without a condition.
fn among(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let parameter = condition(operation, "If-Match")?;
    super::admits(planner, parameter, "\"conformance\", \"conformance\"")?;
    let reader = planner.on_path(operation, Method::Get).filter(|reader| has_tag(reader))?;
    let (status, success) = planner.success(operation)?;
    let (mut draft, path) = own(planner, operation)?;
    let read = draft.bare_request(reader, &path).ok()?;
    look(&mut draft, planner, reader, LOOK, read);
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    push(&mut draft, operation, with(request, parameter, tags_with_that_of(LOOK)), success);
    if_strong(&mut draft, LOOK);
    Some(finish(
        draft,
        &Told {
            status,
            detail: "among",
            summary: "what has any of the tags may be written",
            operation,
            origin: &parameter.origin,
        },
    ))
}

/// With the tag of what is there: as without a condition. That a write has a tag of its own shows in the next read.
fn current(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let parameter = condition(operation, "If-Match")?;
    let reader = planner.on_path(operation, Method::Get).filter(|reader| has_tag(reader))?;
    let (status, success) = planner.success(operation)?;
    let (mut draft, path) = own(planner, operation)?;
    let read = draft.bare_request(reader, &path).ok()?;
    look(&mut draft, planner, reader, LOOK, read.clone());
    let before = draft.clone();
    let mut request = draft.request(operation, &path, Extent::Complete).ok()?;
    // An id that may have to be somebody's could be refused for that.
    if draft.has_made_up(operation) {
        draft = before;
        request = draft.request(operation, &path, Extent::Minimal).ok()?;
    }
    push(&mut draft, operation, with(request, parameter, tag_of(LOOK)), success);
    if_strong(&mut draft, LOOK);
    if operation.method != Method::Delete && has_tag(operation) {
        draft.output(super::CALL, TAG, &Expression::response_header("ETag"));
        let message = "the tag that a write was answered with is that of what is read next";
        same_tag(&mut draft, planner, reader, read, (super::CALL, "tag-is-current", message));
    }
    Some(finish(
        draft,
        &Told {
            status,
            detail: "current",
            summary: "what is as it was seen may be written",
            operation,
            origin: &parameter.origin,
        },
    ))
}

/// `If-None-Match: *` only makes: 412 for what is there.
fn there_already(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (parameter, response) = conditional(operation, "If-None-Match", 412)?;
    if operation.method != Method::Put || !planner.resources.chooses(operation) {
        return None;
    }
    let (mut draft, path) = own(planner, operation)?;
    let request = draft.request(operation, &path, Extent::Complete).ok()?;
    let request = with(request, parameter, Text::literal("*"));
    push(&mut draft, operation, request, vec![response.status]);
    Some(finish(
        draft,
        &Told {
            status: response.status,
            detail: "there-already",
            summary: "what is there already is not made again",
            operation,
            origin: &response.origin,
        },
    ))
}

/// `If-None-Match: *` makes what isn't there.
fn not_there(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (parameter, response) = conditional(operation, "If-None-Match", 412)?;
    let (status, success) = planner.success(operation)?;
    if operation.method != Method::Put || !planner.resources.chooses(operation) {
        return None;
    }
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let request = with(request, parameter, Text::literal("*"));
    push(&mut draft, operation, request, success);
    Some(finish(
        draft,
        &Told {
            status,
            detail: "not-there",
            summary: "what isn't there yet is made",
            operation,
            origin: &response.origin,
        },
    ))
}

/// RFC 6585 §3: who has to say what they have seen is told so.
fn unconditional(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (parameter, response) = conditional(operation, "If-Match", 428)?;
    let (mut draft, path) = own(planner, operation)?;
    let mut request = draft.request(operation, &path, Extent::Minimal).ok()?;
    request.headers.retain(|pair| !pair.name.eq_ignore_ascii_case(&parameter.name));
    push(&mut draft, operation, request, vec![response.status]);
    let call = draft.last_step()?;
    call.criteria.iter_mut().for_each(|one| one.weigh("condition-required"));
    Some(finish(
        draft,
        &Told {
            status: Status::Code(428),
            detail: "unconditional",
            summary: "a write without a condition is asked for one",
            operation,
            origin: &response.origin,
        },
    ))
}

/// A draft with something of the run's own that the operation writes: without having made it, it may not be changed.
pub(in crate::plan::derive) fn own<'p>(
    planner: &'p Planner<'p>,
    operation: &Operation,
) -> Option<(Draft<'p>, Path)> {
    if operation.method == Method::Delete {
        let (draft, _, path) = valid_call(planner, operation, Extent::Minimal).ok()?;
        draft.steps.last()?;
        return Some((draft, path));
    }
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    make_own(&mut draft, planner, operation, &path)?;
    Some((draft, path))
}

/// What a path names under an id of the client's choosing isn't made by the path alone. What the profile lets be changed
/// need not be made, where its path names just that.
pub(super) fn make_own(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    operation: &Operation,
    path: &Path,
) -> Option<()> {
    if planner.resources.chooses(operation) {
        let own = draft.request_of_its_own(operation, path, Extent::Complete, OWN).ok()?;
        draft.push(operation, OWN, own, planner.succeeds(operation));
    }
    let is_single = operation.path.parameters().next().is_none();
    let is_allowed = is_single && planner.context.permissions.allow.matches(operation);
    (is_allowed || !draft.steps.is_empty()).then_some(())
}

/// That a refused request has changed nothing: the tag is as before it, and so is what the request has named.
fn unchanged(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    (reader, path): (&Operation, &Path),
    request: &Request,
) -> Option<()> {
    draft.answer_of(BEFORE);
    let read = draft.bare_request(reader, path).ok()?;
    let message = "what a refused request was about has the tag that it had before";
    same_tag(draft, planner, reader, read, (BEFORE, super::CODE, message));
    let answer = reader.answer_schema()?;
    let (choice, direction) = (Choice::default(), spec::Direction::Response);
    let shown = Merged::toward(planner.contract, &[answer], choice, direction);
    let required = shown.required();
    let mut named = read_back::sent_members(planner, request, answer);
    named.retain(|one| required.contains(one.pointer.trim_start_matches('/')));
    let same = named.iter().map(|one| {
        let (step, name) = (BEFORE.to_owned(), ANSWER.to_owned());
        let before = Expression::Output { step, name, pointer: one.pointer.clone() };
        let what = "is as it was before a request that was refused";
        Criterion::Relation(read_back::repeated(super::CODE, what, one, before))
    });
    draft.last_step()?.criteria.extend(same);
    Some(())
}

/// Reads once more, and finds the tag that another step has found.
pub(super) fn same_tag(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    reader: &Operation,
    read: Request,
    (of, law, message): (&str, &'static str, &str),
) {
    let kind = RelationKind::Equal {
        got: Operand::expression(Expression::response_header("ETag")),
        expected: Operand::expression(Expression::output(of, TAG)),
    };
    let same = Relation::new(law, message, kind);
    let criteria = planner.succeeds(reader).into_iter().chain([Criterion::Relation(same)]);
    draft.push(reader, READ, read, criteria.collect());
}

/// Whether every write has to say what was seen before: RFC 6585 §3.
pub(in crate::plan) fn is_required(operation: &Operation) -> bool {
    conditional(operation, "If-Match", 428).is_some() && !may_create(operation)
}
