//! What a partial update doesn't name stays, also when it isn't as it was made; and what no request may name is not
//! taken from one.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;
use spec::model::{JsonType, MediaType, Method, Operation, PatchKind, SchemaId, Status};
use spec::names::is_own_id;
use spec::pointer::{escape, unescape};

use super::super::{CALL, read_back};
use crate::case::{
    Case, Collected, Content, Criterion, Derivation, Operand, Relation, RelationKind, Template,
};
use crate::expression::Expression;
use crate::fresh::Fresh;
use crate::plan::Planner;
use crate::plan::draft::{About, Draft, Path};
use crate::promise::Level;
use crate::sample::{Choice, Extent, Merged, Sample};

/// The step that changes everything before the call.
const SET: &str = "set";
/// What a step has sent, as its output.
const SENT: &str = "sent";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let stays = stays(planner, operation);
    stays.into_iter().chain(ignored(planner, operation)).collect()
}

/// Changes everything, then updates as little as can be: all the rest is as it was changed.
fn stays(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let updates = matches!(operation.method, Method::Put | Method::Patch);
    if !updates || !read_back::is_partial(planner, operation) {
        return None;
    }
    let (status, _) = planner.success(operation)?;
    let media_type = planner.media_type(operation).filter(|one| is_document(one))?;
    let mut draft = Draft::new(planner);
    let path = draft.path(operation, &Path::new()).ok()?;
    draft.steps.last()?;
    let mut set = draft.request(operation, &path, Extent::Complete).ok()?;
    // What is made is rather switched on than off.
    if let Some(Content::Json(Template::Object(members))) =
        set.body.as_mut().map(|b| &mut b.content)
    {
        for member in Arc::make_mut(members).values_mut() {
            if *member == Template::Value(Value::Bool(true)) {
                *member = Template::Value(Value::Bool(false));
            }
        }
    }
    let answer = operation.answer_schema()?;
    let mut sent = read_back::sent_members(planner, &set, answer);
    // Read before it is changed: an answer that was kept from then shows at the end.
    let reader = planner.on_path(operation, Method::Get);
    let reader = reader.filter(|reader| reader.answer_schema() == Some(answer));
    let look = reader.and_then(|reader| draft.request(reader, &path, Extent::Minimal).ok());
    if let (Some(reader), Some(look)) = (reader, &look) {
        draft.push(reader, "look", look.clone(), planner.succeeds(reader));
    }
    draft.push(operation, SET, set, planner.succeeds(operation));
    draft.output(SET, "sent", &Expression::request_body(""));
    let mut request = draft.bare_request(operation, &path).ok()?;
    let least = least(planner, operation, media_type, &path)?;
    let is_named = |shared: &read_back::Shared| {
        let first = shared.pointer.split('/').nth(1).map(unescape);
        first.is_some_and(|name| least.members().is_some_and(|all| all.contains_key(&*name)))
    };
    sent.retain(|shared| !is_named(shared));
    request.body = Some(draft.content(operation, media_type, least).ok()?);
    // RFC 5789 says it of PATCH; of a PUT only its schema suggests it.
    let level = if operation.method == Method::Patch { Level::Must } else { Level::Should };
    let as_set = |law: &'static str, what: &str| {
        let relations = sent.iter().map(|shared| {
            let (step, name) = (SET.to_owned(), "sent".to_owned());
            let expected = Expression::Output { step, name, pointer: shared.sent.clone() };
            let relation = read_back::repeated(law, what, shared, expected);
            let level = relation.level.min(level);
            Criterion::Relation(relation.at(level))
        });
        relations.collect::<Vec<_>>()
    };
    let mut criteria = planner.succeeds(operation);
    criteria.extend(as_set("absent-stays", "stays, as the update didn't name it"));
    draft.push(operation, CALL, request, criteria);
    if let (Some(reader), Some(look)) = (reader, look) {
        let mut criteria = planner.succeeds(reader);
        criteria.extend(as_set("written-is-read-back", "is read back as it was last sent"));
        draft.push(reader, "read", look, criteria);
    }
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: "absent-stays".to_owned(),
        summary:
            "an update of next to nothing leaves everything as an earlier one set it".to_owned(),
        origin: operation.origin.clone(),
    }))
}

/// The least that an update may name: nothing, or where the schema asks for something, no more than that.
fn least(
    planner: &Planner<'_>,
    operation: &Operation,
    media_type: &MediaType,
    path: &Path,
) -> Option<Sample> {
    let nothing = Sample::Object(IndexMap::new());
    match media_type.schema {
        Some(schema) if !planner.sampler.admits(schema, &nothing) => {
            planner.body_sample(operation, media_type, path, Extent::Minimal).ok()
        }
        _ => Some(nothing),
    }
}

/// Sends members that only answers have: they are ignored, as any that the request's schema doesn't name. What it names as the
/// server's own may be refused as well, but where it is said to be ignored (JSON Schema 2020-12 §9.4).
fn ignored(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let writes = matches!(operation.method, Method::Post | Method::Put | Method::Patch)
        && read_back::writes(planner, operation);
    let (status, _) = planner.success(operation)?;
    let media_type = planner.media_type(operation).filter(|one| is_document(one) && writes)?;
    let answer = operation.answer_schema()?;
    let body = Merged::of(planner.contract, &[media_type.schema?], Choice::default());
    let is_open = body.additional().is_some_and(|more| more.is_empty());
    let (own, declared) = (body.properties(), body.declared());
    let is_taken = |name: &str| {
        let is_mine = operation.method != Method::Post && is_own_id(name);
        !own.contains_key(name) && (declared.contains_key(name) && !is_mine || is_open)
    };
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    draft.make_needed_parts(operation);
    let sample = planner.body_sample(operation, media_type, &path, Extent::Minimal).ok()?;
    let mut sample = draft.refer(operation, media_type.schema?, sample, None).sample;
    let mut names = Vec::new();
    let answered = Merged::of(planner.contract, &[answer], Choice::default());
    for (name, ids) in answered.declared() {
        let Some(made_up) = made_up(planner, &ids).filter(|_| is_taken(name)) else { continue };
        sample = sample.with(&crate::sample::Location::default().member(name), made_up)?;
        names.push(name);
    }
    if names.is_empty() {
        return None;
    }
    let mut request = draft.bare_request(operation, &path).ok()?;
    // As it is: what it sends of what it may not must be nobody's.
    request.body = Some(draft.written(media_type, sample).ok()?);
    let may_refuse = names.iter().any(|name| declared.contains_key(name))
        && !planner.resources.says_read_only_is_ignored(operation);
    let mut criteria = planner.succeeds(operation);
    if may_refuse {
        let refusals = [400, 403, 409, 412, 422].map(Status::Code);
        refusals.into_iter().for_each(|one| criteria.iter_mut().for_each(|it| it.or(one)));
    }
    criteria.extend(names.iter().map(|name| untaken(name, Expression::request_body)));
    draft.push(operation, CALL, request, criteria);
    draft.output(CALL, SENT, &Expression::request_body(""));
    let here = planner.on_path(operation, Method::Get);
    let reader = here.or_else(|| planner.resources.shown_by(operation).next());
    if let Some(reader) = reader.filter(|reader| reader.answer_schema() == Some(answer))
        && let Ok(path) = draft.path(reader, &Path::new())
        && let Ok(read) = draft.request(reader, &path, Extent::Minimal)
    {
        let (step, name) = (CALL.to_owned(), SENT.to_owned());
        let sent = |pointer| Expression::Output { step: step.clone(), name: name.clone(), pointer };
        let mut criteria = planner.succeeds(reader);
        criteria.extend(names.iter().map(|name| untaken(name, sent)));
        draft.status_of(CALL);
        draft.push(reader, "read", read, criteria);
        draft.last_step()?.premises.push(read_back::was_taken());
    }
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: "unnamed-is-ignored".to_owned(),
        summary: "what only answers have is not taken from a request".to_owned(),
        origin: media_type.origin.clone(),
    }))
}

/// That a member of an answer is not the one that was sent: what isn't answered at all isn't taken either.
fn untaken(name: &str, sent: impl Fn(String) -> Expression) -> Criterion {
    let path = vec![Some(name.to_owned())];
    let got = Operand::Collected(Collected { from: Expression::response_body(""), path });
    let none = Operand::expression(sent(format!("/{}", escape(name))));
    let message = format!("`{name}` is not taken from a request, which has no such member");
    let kind = RelationKind::Excludes { got, none };
    Criterion::Relation(Relation::new("unnamed-is-ignored", message, kind))
}

/// Whether a body is the thing, or members of it.
fn is_document(media_type: &MediaType) -> bool {
    media_type.is_json() && media_type.patch() != Some(PatchKind::Json)
}

/// A value that nothing comes to have by chance: a fresh text, a large number, or a moment of long ago.
fn made_up(planner: &Planner<'_>, ids: &[SchemaId]) -> Option<Sample> {
    const NUMBERS: Fresh = Fresh::Integer { minimum: 1_900_000_000, maximum: 1_999_999_999 };
    let merged = Merged::of(planner.contract, ids, Choice::default());
    if merged.types().single() == Some(JsonType::Integer) {
        let number = Sample::Fresh(NUMBERS);
        return ids.iter().all(|id| planner.sampler.admits(*id, &number)).then_some(number);
    }
    let is_text = merged.types().contains(JsonType::String) && merged.enumeration().is_none();
    if !is_text || merged.parts.iter().any(|(_, schema)| schema.is_composed()) {
        return None;
    }
    if merged.format() == Some("date-time") {
        return Some(Sample::Value("2001-02-03T04:05:06Z".into()));
    }
    let made = planner.sampler.valid(*ids.first()?, Extent::Minimal, &Default::default())?.0;
    matches!(made, Sample::Fresh(_)).then_some(made)
}
