//! A PUT that may make what its path names: 201 for what wasn't there, another success for what was. And of any PUT,
//! that it replaces (RFC 9110 §9.3.4) and may be repeated (§9.2.2).

use std::sync::Arc;

use serde_json::Value;
use spec::Direction;
use spec::model::{JsonType, Method, Operation, SchemaId, Status};
use spec::names::words;
use spec::pointer::escape;

use super::law::{Size, WALK, all_items, walk};
use super::{CALL, read_back, users, valid_call, was_answered};
use crate::case::{
    Case, Content, Criterion, Derivation, Expected, Operand, Relation, RelationKind, Request,
    Template,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, About, Draft, Path};
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Merged};
use spec::resources::may_create;

const CODE: &str = "put-says-what-it-did";
const MADE: Status = Status::Code(201);

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    if operation.method != Method::Put {
        return Vec::new();
    }
    let any = [gone(planner, operation), again(planner, operation), keeps(planner, operation)];
    let is_told = operation.responses.contains_key(&MADE);
    let making = (is_told && may_create(operation)).then(|| {
        [made(planner, operation), replaced(planner, operation), made_again(planner, operation)]
    });
    // The one part of a thing that is called so: it may be there from the first.
    let part = (is_told && operation.path.is_part())
        .then(|| [made_part(planner, operation), replaced(planner, operation)]);
    let making = making.into_iter().flatten().chain(part.into_iter().flatten());
    making.chain(any).flatten().collect()
}

/// What a PUT doesn't say isn't there any more.
fn gone(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    const CODE: &str = "replaced-is-gone";
    let answer = operation.answer_schema()?;
    let reader = planner.on_path(operation, Method::Get)?;
    if read_back::is_partial(planner, operation) || reader.answer_schema() != Some(answer) {
        return None;
    }
    let (status, _) = planner.success(operation)?;
    let (mut draft, path) = own(planner, operation)?;
    let first = draft.request_of_its_own(operation, &path, Extent::Complete, "first").ok()?;
    let least = draft.request(operation, &path, Extent::Minimal).ok()?;
    let names = left_out(planner, operation, answer, &first, &least);
    draft.push(operation, "first", first, planner.succeeds(operation));
    draft.push(operation, CALL, least, planner.succeeds(operation));
    let gone = names.iter().map(|name| {
        let got = Expression::response_body(format!("/{}", escape(name)));
        let kind = RelationKind::Absent(Operand::expression(got));
        let message = format!("`{name}` is gone, as the PUT didn't say it");
        Criterion::Relation(Relation::new(CODE, message, kind))
    });
    let read = draft.bare_request(reader, &path).ok()?;
    let criteria: Vec<_> = planner.succeeds(reader).into_iter().chain(gone).collect();
    draft.push(reader, "read", read, criteria);
    let about = about(operation, status, "a PUT replaces: what it doesn't say is gone");
    (!names.is_empty()).then(|| draft.finish(About { detail: CODE.to_owned(), ..about }))
}

/// The members that one body has and another one hasn't, without a default, which both sides may leave out.
fn left_out(
    planner: &Planner<'_>,
    operation: &Operation,
    answer: SchemaId,
    first: &Request,
    least: &Request,
) -> Vec<String> {
    let members = |request: &Request| match request.body.as_ref().map(|body| &body.content) {
        Some(Content::Json(Template::Object(members))) => members.keys().cloned().collect(),
        _ => Vec::new(),
    };
    let schema = planner.media_type(operation).and_then(|media_type| media_type.schema);
    let Some(schema) = schema else { return Vec::new() };
    let merged = |ids: &[SchemaId]| Merged::of(planner.contract, ids, Choice::default());
    let (body, shown) = (merged(&[schema]), merged(&[answer]));
    let (properties, declared, required) = (body.properties(), shown.declared(), shown.required());
    let least = members(least);
    let is_gone = |name: &String| {
        let own = properties.get(name.as_str());
        own.is_some_and(|ids| merged(ids).default().is_none())
            && !least.contains(name)
            && declared.contains_key(name.as_str())
            && !required.contains(name.as_str())
    };
    members(first).into_iter().filter(is_gone).collect()
}

/// The same once more is as good as once.
fn again(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    const CODE: &str = "put-again-succeeds";
    let (status, success) = planner.success(operation)?;
    let (mut draft, path) = own(planner, operation)?;
    let request = draft.request(operation, &path, Extent::Complete).ok()?;
    draft.push(operation, "first", request.clone(), planner.succeeds(operation));
    draft.answer_of("first");
    let level = match planner.resources.says_taken_again(operation) {
        true => Level::Must,
        false => promise::level(CODE),
    };
    let expected = Expected { any_of: success, code: CODE, level };
    let mut criteria = vec![Criterion::Status(expected)];
    criteria.extend(read_back::keeps_creation(planner, operation, "first"));
    draft.push(operation, CALL, request, criteria);
    let about = about(operation, status, "the same PUT once more succeeds as well");
    Some(draft.finish(About { detail: CODE.to_owned(), ..about }))
}

/// What refers to a thing is not replaced with it: the numbers that follow from that stay.
fn keeps(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    const CODE: &str = "replaced-keeps-its-parts";
    let answer = operation.answer_schema()?;
    let reader = planner.on_path(operation, Method::Get)?;
    let names = numbers(planner, operation, answer);
    if names.is_empty() || reader.answer_schema() != Some(answer) {
        return None;
    }
    let (status, _) = planner.success(operation)?;
    let (mut draft, path) = own(planner, operation)?;
    if planner.resources.chooses(operation) {
        let first = draft.request_of_its_own(operation, &path, Extent::Complete, "first").ok()?;
        draft.push(operation, "first", first, planner.succeeds(operation));
    }
    let made = draft.steps.last()?.id.clone();
    let mut draft = users::used(planner, &draft, &made)?;
    let read = draft.bare_request(reader, &path).ok()?;
    draft.push(reader, "look", read.clone(), planner.succeeds(reader));
    draft.answer_of("look");
    let kept = |operation: &Operation| -> Vec<Criterion> {
        let same = names.iter().map(|name| {
            let pointer = format!("/{}", escape(name));
            let (step, output) = ("look".to_owned(), ANSWER.to_owned());
            let got = Operand::expression(Expression::response_body(pointer.clone()));
            let seen = Expression::Output { step, name: output, pointer };
            let kind = RelationKind::Equal { got, expected: Operand::expression(seen) };
            let message = format!("`{name}` stays, as what it follows from was not replaced");
            Criterion::Relation(Relation::new(CODE, message, kind))
        });
        planner.succeeds(operation).into_iter().chain(same).collect()
    };
    let request = draft.request(operation, &path, Extent::Complete).ok()?;
    draft.push(operation, CALL, request, kept(operation));
    draft.push(reader, "read", read, kept(reader));
    let about = about(operation, status, "what refers to a thing is not replaced with it");
    Some(draft.finish(About { detail: CODE.to_owned(), ..about }))
}

/// Whether a member tells by its name of the last change, or of how large a thing is.
pub(super) fn tells_of_changes(name: &str) -> bool {
    const OF_CHANGES: [&str; 12] = [
        "version",
        "revision",
        "rev",
        "etag",
        "sequence",
        "seq",
        "generation",
        "changes",
        "updates",
        "size",
        "length",
        "bytes",
    ];
    words(name).iter().any(|word| OF_CHANGES.contains(&word.as_str()))
}

/// The integers that every answer has and no body names, but for those that tell of the last change.
fn numbers(planner: &Planner<'_>, operation: &Operation, answer: SchemaId) -> Vec<String> {
    let schema = planner.media_type(operation).and_then(|media_type| media_type.schema);
    let Some(schema) = schema else { return Vec::new() };
    let merged = |ids: &[SchemaId]| Merged::of(planner.contract, ids, Choice::default());
    let body = merged(&[schema]);
    let (choice, direction) = (Choice::default(), Direction::Response);
    let shown = Merged::toward(planner.contract, &[answer], choice, direction);
    let (sent, declared, required) = (body.properties(), shown.declared(), shown.required());
    let is_of_parts = |name: &str, ids: &[SchemaId]| {
        merged(ids).types().single() == Some(JsonType::Integer)
            && required.contains(name)
            && !sent.contains_key(name)
            && !tells_of_changes(name)
    };
    let names = declared.iter().filter(|(name, ids)| is_of_parts(name, ids));
    names.map(|(name, _)| (*name).to_owned()).collect()
}

/// A draft with something of the run's own at the path, or of which nothing is there yet.
fn own<'p>(planner: &'p Planner<'p>, operation: &Operation) -> Option<(Draft<'p>, Path)> {
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    let is_own = planner.resources.chooses(operation) || !draft.steps.is_empty();
    is_own.then_some((draft, path))
}

fn made(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (mut draft, request, path) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let absent = not_listed(&mut draft, operation, &path);
    draft.push(operation, CALL, request, vec![answered(vec![MADE])]);
    draft.last_step()?.premises.extend(absent);
    let summary = "what wasn't there is made, and the answer says so";
    Some(draft.finish(about(operation, MADE, summary)))
}

/// Looks whether somebody of those that there are is in the list already that a PUT adds to, and what must hold of it.
fn not_listed(draft: &mut Draft<'_>, operation: &Operation, path: &Path) -> Option<Relation> {
    let planner = draft.planner();
    let own = path.get(operation.path.item_parameter()?)?.expression.clone();
    let Expression::Output { step, .. } = &own else { return None };
    draft.step(step).filter(|one| one.request.method.is_safe())?;
    let own_shape = operation.path.shape();
    let (collection, _) = own_shape.rsplit_once('/')?;
    let lister = planner.resources.at(collection, Method::Get)?;
    let list = planner.resources.list(lister)?;
    walk(draft, planner, lister, &list, WALK, Size::Largest)?;
    let none = Operand::expression(own);
    let kind = RelationKind::Excludes { got: all_items(&list, WALK, true), none };
    Some(Relation::new(CODE, "it isn't in the list before", kind))
}

/// A part of the case's own thing, of which a GET says before that it isn't there.
fn made_part(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    const LOOK: &str = "look";
    let reader = planner.on_path(operation, Method::Get)?;
    reader.responses.get(&Status::Code(404))?;
    let (mut draft, request, path) = valid_call(planner, operation, Extent::Minimal).ok()?;
    draft.steps.last()?;
    let look = draft.bare_request(reader, &path).ok()?;
    let mut found = planner.succeeds(reader);
    found.iter_mut().for_each(|one| one.or(Status::Code(404)));
    draft.push(reader, LOOK, look, found);
    draft.status_of(LOOK);
    draft.push(operation, CALL, request, vec![answered(vec![MADE])]);
    let absent = was_answered(CODE, LOOK, 404, "the part isn't there before");
    draft.last_step()?.premises.push(absent);
    let summary = "a part that wasn't there is made, and the answer says so";
    Some(draft.finish(about(operation, MADE, summary)))
}

fn replaced(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (_, success) = planner.success(operation)?;
    let others: Vec<Status> = success.into_iter().filter(|status| *status != MADE).collect();
    let status = *others.first()?;
    let (mut draft, first, path) = valid_call(planner, operation, Extent::Complete).ok()?;
    let first = varied(planner, operation, first);
    draft.push(operation, "first", first, planner.succeeds(operation));
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    draft.push(operation, CALL, request, vec![answered(others)]);
    read_back::follow(&mut draft, planner, operation);
    let summary = "what was there is replaced, and the answer says so";
    Some(draft.finish(about(operation, status, summary)))
}

/// The same request with other values in its body, where a member may have others: so that it shows what the next one replaces.
pub(super) fn varied(planner: &Planner<'_>, operation: &Operation, request: Request) -> Request {
    let media_type = planner.media_type(operation);
    let Some(schema) = media_type.and_then(|media_type| media_type.schema) else { return request };
    let body = Merged::of(planner.contract, &[schema], Choice::default());
    let mut varied = request.clone();
    let Some(Content::Json(Template::Object(members))) =
        varied.body.as_mut().map(|body| &mut body.content)
    else {
        return request;
    };
    for (name, member) in Arc::make_mut(members) {
        let Template::Value(value) = member else { continue };
        let ids = body.properties().get(name.as_str()).cloned().unwrap_or_default();
        let fits = |value: &Value| ids.iter().all(|id| planner.sampler.admits_value(*id, value));
        let listed = Merged::of(planner.contract, &ids, Choice::default()).enumeration();
        let listed = listed.into_iter().flatten().cloned();
        let numbers = value.as_i64().into_iter().flat_map(|one| [one + 1, one - 1]);
        let truths = value.as_bool().into_iter().map(|one| Value::from(!one));
        let others = listed.chain(numbers.map(Value::from)).chain(truths);
        let other = others.filter(|other| !ids.is_empty() && other != value).find(fits);
        if let Some(other) = other {
            *member = Template::Value(other);
        }
    }
    varied
}

/// What was removed is made anew: a 201 again, unless its name is refused.
fn made_again(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    const REFUSALS: [u16; 2] = [409, 410];
    let remover = planner.on_path(operation, Method::Delete)?;
    let (mut draft, first, path) = valid_call(planner, operation, Extent::Minimal).ok()?;
    draft.push(operation, "first", first, planner.succeeds(operation));
    let remove = draft.request(remover, &path, Extent::Minimal).ok()?;
    draft.push(remover, "remove", remove, planner.succeeds(remover));
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    let refusals = REFUSALS.map(Status::Code).into_iter();
    let documented = refusals.filter(|code| operation.responses.contains_key(code));
    let any_of = [MADE].into_iter().chain(documented).collect();
    draft.push(operation, CALL, request, vec![answered(any_of)]);
    let about = about(operation, MADE, "what was removed is made anew, and the answer says so");
    Some(draft.finish(About { detail: format!("{CODE}:again"), ..about }))
}

fn answered(any_of: Vec<Status>) -> Criterion {
    Criterion::Status(Expected { any_of, code: CODE, level: promise::level(CODE) })
}

fn about<'o>(operation: &'o Operation, status: Status, summary: &str) -> About<'o> {
    About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: CODE.to_owned(),
        summary: summary.to_owned(),
        origin: operation.origin.clone(),
    }
}
