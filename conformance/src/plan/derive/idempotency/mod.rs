//! A key by which a request is known again: sent once more with its key, it makes nothing new, and is answered with what it
//! made; with another key, it is another request (draft-ietf-httpapi-idempotency-key-header).
//!
//! With the same key, another request is refused. That the header field is such a key, its name says; it is a promise
//! where the operation or the parameter says so in words, or the profile does.

mod later;

use spec::model::{Method, Operation, Parameter, Status};

use super::concurrent::{RACERS, ids_of, race, success_or};
use super::{CALL, is_one_of, valid_call, was_answered};
use crate::case::{
    Case, Credentials, Criterion, Derivation, Expected, Operand, Relation, RelationKind, Request,
    Template,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{About, Draft, STATUS};
use crate::promise::{self, Level};
use crate::sample::Extent;

const CODE: &str = "key-makes-once";
const AGAIN: &str = "key-is-answered-again";
const OF_ONE: &str = "key-is-of-one-request";
/// The step that sends the request for the first time.
const FIRST: &str = "first";
/// The step of somebody else.
const THEIRS: &str = "theirs";
/// The output with the id of what was made.
const ID: &str = "id";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let Some(key) = operation.idempotency_key() else { return Vec::new() };
    if operation.method != Method::Post || !planner.may_leave(operation) {
        return Vec::new();
    }
    let cases = [
        again(planner, operation, key),
        another(planner, operation, key),
        taken(planner, operation, key),
        at_once(planner, operation, key),
        of_another(planner, operation, key),
        of_another_thing(planner, operation, key),
        told_as_repeated(planner, operation, key),
    ];
    cases.into_iter().flatten().chain(later::cases(planner, operation, key)).collect()
}

/// The same once more: what was made is answered.
fn again(planner: &Planner<'_>, operation: &Operation, key: &Parameter) -> Option<Case> {
    let (mut draft, id) = draft(planner, operation)?;
    let request = keyed(&mut draft, planner, operation, key, "")?;
    draft.push(operation, FIRST, request.clone(), planner.succeeds(operation));
    draft.output(FIRST, ID, &id);
    draft.status_of(FIRST);
    let kind = RelationKind::Equal {
        got: Operand::expression(id),
        expected: Operand::expression(Expression::output(FIRST, ID)),
    };
    let message = "what was made is told again, and nothing else";
    let (made, any_of) = planner.success(operation)?;
    let status = told_again(operation).unwrap_or(made);
    let request = (request, kind, message);
    let mut case = finish(draft, (operation, status), request, (key, "again"))?;
    // What was refused may be refused again, and what was answered is answered.
    let was_made = is_one_of(&Expression::output(FIRST, STATUS), &any_of);
    let is_refused = planner.resources.says_key_is_refused(operation, key);
    if let Some(was_made) = was_made.filter(|_| !is_refused) {
        let call = case.step_mut(CALL)?;
        let kind = RelationKind::Holds(was_made);
        call.premises.push(Relation::new(CODE, "it is made at first", kind));
        let level = promise::level(AGAIN);
        call.criteria.push(Criterion::Status(Expected { any_of, code: AGAIN, level }));
    }
    Some(case)
}

/// The same several times at once: all tell of one thing. Where one is refused as another one is still at work, nothing can be told.
fn at_once(planner: &Planner<'_>, operation: &Operation, key: &Parameter) -> Option<Case> {
    let (mut draft, id) = draft(planner, operation)?;
    let (status, _) = planner.success(operation)?;
    let Status::Code(made) = status else { return None };
    let request = keyed(&mut draft, planner, operation, key, "")?;
    let refusals = [400, 403, 404, 409, 422, 425, 429].map(Status::Code);
    let expected = success_or(planner, operation, &refusals, CODE, promise::level(CODE))?;
    let all = std::iter::repeat_n(request.clone(), RACERS);
    let racers = race(&mut draft, operation, all, &expected);
    let again = vec![Template::Expression(id.clone()); racers.len()];
    let kind = RelationKind::Equal {
        got: Operand::Template(Template::array(again)),
        expected: ids_of(&mut draft, &racers, &id),
    };
    let message = "of several at once with one key all tell of one thing";
    let mut case = finish(draft, (operation, status), (request, kind, message), (key, "at-once"))?;
    let answered = |racer: &String| was_answered(CODE, racer, made, "none of them is refused");
    case.step_mut(CALL)?.premises.extend(racers.iter().map(answered));
    Some(case)
}

/// The same with another key, and with other fresh values: another thing.
fn another(planner: &Planner<'_>, operation: &Operation, key: &Parameter) -> Option<Case> {
    let (mut draft, id) = draft(planner, operation)?;
    let first = keyed(&mut draft, planner, operation, key, FIRST)?;
    draft.push(operation, FIRST, first, planner.succeeds(operation));
    draft.output(FIRST, ID, &id);
    let request = keyed(&mut draft, planner, operation, key, "")?;
    let kind = RelationKind::Differ {
        got: Operand::expression(id),
        from: Operand::expression(Expression::output(FIRST, ID)),
    };
    let message = "a request with another key makes another thing";
    let (status, _) = planner.success(operation)?;
    finish(draft, (operation, status), (request, kind, message), (key, "another"))
}

/// The same key of somebody else, where that is said to be another key: another thing.
fn of_another(planner: &Planner<'_>, operation: &Operation, key: &Parameter) -> Option<Case> {
    planner.resources.says_key_is_of_caller(operation, key).then_some(())?;
    let (mut draft, id) = draft(planner, operation)?;
    let request = keyed(&mut draft, planner, operation, key, "")?;
    draft.push(operation, FIRST, request.clone(), planner.succeeds(operation));
    draft.output(FIRST, ID, &id);
    let mut strangers = draft.strangers(&[operation]).into_iter();
    let is_own = |name: &&str| matches!(&request.credentials, Credentials::As(own) if own == name);
    let other = strangers.find(|name| !is_own(name))?;
    draft.let_take_part(other, operation, false);
    let credentials = Credentials::As(other.to_owned());
    let theirs = Request { credentials, ..request.clone() };
    let mut criteria = planner.succeeds(operation);
    criteria.iter_mut().for_each(|one| one.weigh(CODE));
    draft.push(operation, THEIRS, theirs, criteria);
    draft.output(THEIRS, ID, &id);
    draft.status_of(THEIRS);
    draft.removed_by(other, |step| step == THEIRS);
    // What lies within something need not be theirs to make.
    draft.may_be_refused(other);
    let kind = RelationKind::Differ {
        got: Operand::expression(Expression::output(THEIRS, ID)),
        from: Operand::expression(Expression::output(FIRST, ID)),
    };
    let message = "the key of another caller is another key";
    let (status, _) = planner.success(operation)?;
    let mut case =
        finish(draft, (operation, status), (request, kind, message), (key, "another-caller"))?;
    let Status::Code(made) = status else { return None };
    let premise = was_answered(CODE, THEIRS, made, "they may make it as well");
    case.step_mut(CALL)?.premises.push(premise);
    Some(case)
}

/// The same key within another thing, where that is said to be another key: another thing made.
fn of_another_thing(planner: &Planner<'_>, operation: &Operation, key: &Parameter) -> Option<Case> {
    planner.resources.says_key_is_of_thing(operation, key).then_some(())?;
    let (mut draft, id) = draft(planner, operation)?;
    let request = keyed(&mut draft, planner, operation, key, "")?;
    let around = request.path_parameters.last()?.1.expressions().next()?.step()?.to_owned();
    draft.push(operation, FIRST, request.clone(), planner.succeeds(operation));
    draft.output(FIRST, ID, &id);
    draft.let_go_with_all_of(&around);
    let path = draft.ready_for(operation)?;
    let elsewhere = draft.bare_request(operation, &path).ok()?.path_parameters;
    let request = Request { path_parameters: elsewhere, ..request };
    let kind = RelationKind::Differ {
        got: Operand::expression(id),
        from: Operand::expression(Expression::output(FIRST, ID)),
    };
    let message = "the key of a request about another thing is another key";
    let (status, _) = planner.success(operation)?;
    finish(draft, (operation, status), (request, kind, message), (key, "another-thing"))
}

/// A header field that tells whether an answer is given again says so of the second one.
fn told_as_repeated(planner: &Planner<'_>, operation: &Operation, key: &Parameter) -> Option<Case> {
    let (name, is_told_of_all) = planner.resources.tells_repetition(operation)?;
    let (mut draft, _) = draft(planner, operation)?;
    let request = keyed(&mut draft, planner, operation, key, "")?;
    let tells = |truth: &str| RelationKind::Equal {
        got: Operand::expression(Expression::response_header(name.clone())),
        expected: Operand::constant(truth),
    };
    let message = format!("`{name}` tells that an answer is given again");
    let mut criteria = planner.succeeds(operation);
    if is_told_of_all {
        criteria.push(Criterion::Relation(Relation::new(CODE, message.clone(), tells("false"))));
    }
    draft.push(operation, FIRST, request.clone(), criteria);
    let (status, _) = planner.success(operation)?;
    let request = (request, tells("true"), message.as_str());
    finish(draft, (operation, status), request, (key, "told"))
}

/// Another request with the same key: it is neither that one nor a new one.
fn taken(planner: &Planner<'_>, operation: &Operation, key: &Parameter) -> Option<Case> {
    let (status, refused) = planner.refusal(operation, &[&[409, 422, 400]])?;
    let response =
        operation.responses.get(&status).filter(|_| matches!(status, Status::Code(_)))?;
    let (mut draft, _) = draft(planner, operation)?;
    let first = keyed(&mut draft, planner, operation, key, FIRST)?;
    let mut request = keyed(&mut draft, planner, operation, key, "")?;
    if first.body == request.body {
        // What says nothing of its own differs from what says all that there is to say.
        request = keyed_of(&mut draft, planner, operation, key, ("", Extent::Complete))?;
    }
    (first.body != request.body).then_some(())?;
    request.headers.clone_from(&first.headers);
    draft.push(operation, FIRST, first, planner.succeeds(operation));
    let success = planner.success(operation).map(|(_, any)| any).unwrap_or_default();
    let is_said = planner.resources.says_key_is_of_one(operation, key);
    let level = if is_said { Level::Must } else { promise::level(OF_ONE) };
    let any_of = refused.iter().copied().chain(success).collect::<Vec<_>>();
    let criteria = vec![
        Criterion::Status(any_of.into()),
        Criterion::Status(Expected { any_of: refused, code: OF_ONE, level }),
    ];
    draft.push(operation, CALL, request, criteria);
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: OF_ONE.to_owned(),
        summary: "another request with a key that was seen is refused".to_owned(),
        origin: response.origin.clone(),
    }))
}

/// A draft with what the request needs, and where the answer tells the id of what it makes.
fn draft<'p>(planner: &'p Planner<'p>, operation: &Operation) -> Option<(Draft<'p>, Expression)> {
    let id = planner.resources.id_told(operation)?;
    let (draft, _, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    Some((draft, id.into()))
}

/// A request with a key; with values of its own under this prefix, if there is one.
fn keyed(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    operation: &Operation,
    key: &Parameter,
    prefix: &str,
) -> Option<Request> {
    keyed_of(draft, planner, operation, key, (prefix, Extent::Minimal))
}

/// The same with a body of an extent.
fn keyed_of(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    operation: &Operation,
    key: &Parameter,
    (prefix, extent): (&str, Extent),
) -> Option<Request> {
    let path = draft.path(operation, &Default::default()).ok()?;
    let before = draft.inputs.clone();
    let mut request = draft.request(operation, &path, extent).ok()?;
    request.headers.retain(|pair| !pair.name.eq_ignore_ascii_case(&key.name));
    let unique = planner.idempotency_key(key)?;
    draft.set(&mut request, key, &unique).ok()?;
    Some(match prefix {
        "" => request,
        prefix => draft.rename_inputs(request, &before, prefix),
    })
}

/// The status of what was made before, where that is another one: a POST that makes answers with 201, and else with 200.
fn told_again(operation: &Operation) -> Option<Status> {
    const MADE: Status = Status::Code(201);
    const THERE: Status = Status::Code(200);
    let documents = |status| operation.responses.contains_key(status);
    (documents(&MADE) && documents(&THERE)).then_some(THERE)
}

fn finish(
    mut draft: Draft<'_>,
    (operation, status): (&Operation, Status),
    (request, kind, message): (Request, RelationKind, &str),
    (key, detail): (&Parameter, &str),
) -> Option<Case> {
    let planner = draft.planner();
    let mut criteria = planner.succeeds(operation);
    criteria.iter_mut().for_each(|one| one.weigh(CODE));
    criteria.push(Criterion::Relation(Relation::new(CODE, message, kind)));
    draft.push(operation, CALL, request, criteria);
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: format!("{CODE}:{detail}"),
        summary: message.to_owned(),
        origin: key.origin.clone(),
    }))
}
