//! Conflicts, where a 409 is documented: the same thing made twice, a thing changed into another one, a thing deleted
//! that another one refers to, an action done twice.
//!
//! What a 409 means stands in no schema. So a success is as right, and a remark, but where the client chooses the id, as
//! two things can't be found under one path, and where the description says what it is that conflicts.

use std::sync::Arc;

use indexmap::IndexMap;
use spec::model::{JsonType, Method, Operation, PatchKind, RuntimeExpression, Status};
use spec::pointer::escape;
use spec::resources::{
    Move, is_soft_delete, says_done_once, says_free_again, says_unlike_others, times_allowed,
};

use super::users::{USE, makers, use_of, use_within, used};
use super::{CALL, is_one_of, key, told, valid_call};
use crate::case::{
    Case, Content, Criterion, Derivation, Expected, Relation, RelationKind, Request, Template,
};
use crate::expression::{Comparison, Condition, Expression, Side};
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, About, Draft, Path, STATUS, patch};
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Location, Merged, Sample};

const CONFLICT: Status = Status::Code(409);
/// The step that makes another thing of the same kind.
const OTHER: &str = "other";
/// The step that looks before an update.
const LOOK: &str = "look";
const UNCHANGED: &str = "refused-changes-nothing";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    if !operation.responses.contains_key(&CONFLICT) {
        return Vec::new();
    }
    let case = match operation.method {
        Method::Post if planner.resources.says_used_before(operation) => again(planner, operation),
        Method::Post if is_about_state(planner, operation) => {
            let mut cases = named_alone(planner, operation);
            cases.extend(said_twice(planner, operation));
            return cases;
        }
        Method::Put | Method::Patch if is_about_state(planner, operation) => None,
        Method::Post if planner.resources.makes(operation) => {
            let once = original(planner, operation);
            let twice = once.and_then(|once| duplicate(planner, operation, once));
            let both = [twice, freed(planner, operation)].into_iter().flatten();
            return both.chain(named_alone(planner, operation)).collect();
        }
        Method::Post => again(planner, operation),
        Method::Put | Method::Patch => taken(planner, operation),
        Method::Delete if is_soft_delete(operation) => again(planner, operation),
        Method::Delete => return in_use(planner, operation),
        _ => None,
    };
    case.into_iter().collect()
}

/// Whether a conflict is said to be one with the state of the thing: it need not be about another thing as well.
fn is_about_state(planner: &Planner<'_>, operation: &Operation) -> bool {
    let lives = planner.resources.lifecycles(operation);
    let is_refused = lives.iter().any(|life| !life.refused_in(operation).is_empty());
    let answer = operation.responses.get(&CONFLICT).map(|one| one.description.as_str());
    let said = [operation.told.as_deref(), answer];
    // Or with what each caller has one of, as a cart that is empty.
    let is_refused = is_refused || planner.is_of_one_each(&operation.id);
    is_refused && !said.into_iter().flatten().any(says_unlike_others)
}

/// A valid request that could be said once: with something of its own, or of what was made before it.
fn original<'p>(planner: &'p Planner<'p>, operation: &Operation) -> Option<(Draft<'p>, Request)> {
    if operation.body.is_none() && !planner.resources.chooses(operation) {
        return None;
    }
    // The same request with the same key is no second one.
    if operation.idempotency_key().is_some_and(|key| key.required) {
        return None;
    }
    let (draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    Some((draft, request))
}

/// Whether a request says something of its own, which may have to be unlike all others. What says nothing of its own, as
/// of a payment or a visit, may well be said twice.
fn is_own(request: &Request) -> bool {
    request.expressions().iter().any(|one| matches!(one, Expression::Input { .. }))
}

/// Whether a request names something that the case has made.
fn refers(request: &Request) -> bool {
    request.expressions().iter().any(|one| matches!(one, Expression::Output { .. }))
}

/// The same request once more, after what it made was removed, or was given up as an action is said to do.
fn freed(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    const CODE: &str = "name-is-free-again";
    let (status, success) = planner.success(operation)?;
    let (mut draft, request) = original(planner, operation).filter(|(_, one)| is_own(one))?;
    let (frees, level) = freeing(planner, operation)?;
    draft.push(operation, "first", request.clone(), planner.succeeds(operation));
    let there = draft.path_of(frees, "first")?;
    let remove = draft.request_of_its_own(frees, &there, Extent::Minimal, "remove").ok()?;
    draft.push(frees, "remove", remove, planner.succeeds(frees));
    let or_conflict = success.iter().copied().chain([CONFLICT]).collect();
    let criteria =
        vec![expected(or_conflict, "status-expected", Level::Must), expected(success, CODE, level)];
    draft.push(operation, CALL, request, criteria);
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: CODE.to_owned(),
        summary: "what was removed is in nobody's way".to_owned(),
        origin: operation.origin.clone(),
    }))
}

/// What gives back what an operation takes, and how firmly.
fn freeing<'p>(planner: &Planner<'p>, operation: &Operation) -> Option<(&'p Operation, Level)> {
    if let Some(remover) = planner.resources.remover(&operation.id) {
        let remover = planner.operation(&remover.operation_id).ok()?;
        let is_told = remover.told.as_deref().is_some_and(says_free_again);
        let level = if is_told { Level::Must } else { promise::level("name-is-free-again") };
        return planner.can_remove(operation).then_some((remover, level));
    }
    let life =
        planner.resources.shown_by(operation).find_map(|one| planner.resources.lifecycle(one))?;
    let from_the_start = |one: &&Move<'_>| life.initial.iter().any(|own| one.from.contains(own));
    let mut moves = life.moves.iter().filter(from_the_start).map(|one| one.operation);
    // "The time of a cancelled booking is free again."
    let to = life.moves.iter().filter(from_the_start).map(|one| &one.to);
    let to: Vec<&String> =
        to.filter(|to| planner.resources.says_free_when(operation, to)).collect();
    let is_freed = |one: &&Operation| life.moves_of(one).any(|one| to.contains(&&one.to));
    let frees = moves
        .find(|one| one.description.as_deref().is_some_and(says_free_again) || is_freed(one))?;
    planner.may_make(operation).then_some((planner.operation(&frees.id).ok()?, Level::Must))
}

/// The same request once more, where it names something that is said to be named once.
fn said_twice(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    planner.resources.makes(operation).then_some(())?;
    let once = original(planner, operation)?;
    let is_told =
        !once.0.taken(operation, &once.1).is_empty() || !planner.one_each(operation).is_empty();
    is_told.then(|| duplicate(planner, operation, once)).flatten()
}

/// Of several things that can each be named once, one alone is named again: any other may be what the whole is refused for.
fn named_alone(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let Some((draft, request)) = original(planner, operation) else { return Vec::new() };
    let taken = draft.taken(operation, &request);
    if taken.len() < 2 || !planner.resources.makes(operation) {
        return Vec::new();
    }
    let alone = |kept: &String| named_again(planner, operation, (&draft, &request), &taken, kept);
    taken.iter().filter_map(alone).collect()
}

/// A request that names one thing again, and has others made in place of all others that can be named once.
fn named_again(
    planner: &Planner<'_>,
    operation: &Operation,
    (draft, first): (&Draft<'_>, &Request),
    taken: &[String],
    kept: &str,
) -> Option<Case> {
    let mut draft = draft.clone();
    draft.push(operation, "first", first.clone(), planner.succeeds(operation));
    for other in taken.iter().filter(|other| *other != kept) {
        let mut renewed = draft.clone();
        renewed.let_go_with_all_of(other);
        // What it belongs to goes with it.
        if renewed.has_let_go(kept) {
            continue;
        }
        draft = renewed;
    }
    let path = draft.ready_for(operation)?;
    let second = draft.request_of_its_own(operation, &path, Extent::Minimal, "second").ok()?;
    // Beside what is made anew it is the same request: at the same time, and of as much.
    let is_renewed = |step: &str| step != kept && taken.iter().any(|one| one == step);
    let is_same = |value: &Template| {
        !value.expressions().into_iter().filter_map(Expression::step).any(is_renewed)
    };
    let mut same = first.members().filter(|(_, value)| is_same(value));
    let second =
        same.try_fold(second, |second, (name, value)| second.with_member(name, value.clone()))?;
    let named: Vec<&str> = second.steps_named().collect();
    let is_told_apart = taken.iter().any(|one| is_renewed(one) && !named.contains(&one.as_str()));
    (named.contains(&kept) && is_told_apart).then_some(())?;
    let maker = draft.step(kept)?.operation_id.clone();
    let level = promise::level("named-once");
    send(planner, &mut draft, operation, second, ("named-once", level));
    let detail = format!("named-once:{maker}");
    let summary = "what can be named once is not named again beside something else";
    Some(told(draft, operation, CONFLICT, (&detail, summary)))
}

/// The same request once more.
fn duplicate(
    planner: &Planner<'_>,
    operation: &Operation,
    (mut draft, request): (Draft<'_>, Request),
) -> Option<Case> {
    let is_own = is_own(&request);
    (is_own || refers(&request)).then_some(())?;
    // What two things are unlike in need not be there.
    let keys = key::keys(planner, operation);
    (keys.is_empty() || keys.iter().any(|key| key::has_all(&request, key))).then_some(())?;
    draft.push(operation, "first", request.clone(), planner.succeeds(operation));
    let said = operation.told.as_deref();
    let is_one_each = !planner.one_each(operation).is_empty();
    let is_told = planner.chooses_id(operation)
        || said.is_some_and(says_unlike_others)
        || is_one_each
        || is_said(planner, operation, &request);
    let code = if is_own { "duplicate-refused" } else { "said-twice-refused" };
    let is_same_file = || {
        let file = request.body.as_ref().and_then(super::law::file_in);
        file.is_some() && planner.resources.says_same_content(operation)
    };
    let is_promised = (is_own && is_told)
        || (!is_own
            && (!draft.taken(operation, &request).is_empty() || is_one_each || is_same_file()));
    let level = if is_promised { Level::Must } else { promise::level(code) };
    let summary = "what is there already is not made a second time";
    Some(finish(planner, draft, operation, request, (code, level), summary))
}

/// Whether the description says that something which the request says of its own can be said once.
fn is_said(planner: &Planner<'_>, operation: &Operation, request: &Request) -> bool {
    let own = |template: &Template| {
        let mut expressions = template.expressions().into_iter();
        expressions.any(|one| matches!(one, Expression::Input { .. }))
    };
    let names: Vec<&str> = match request.body.as_ref().map(|body| &body.content) {
        Some(Content::Json(Template::Object(members))) => members
            .iter()
            .filter(|(_, member)| own(member))
            .map(|(name, _)| name.as_str())
            .collect(),
        Some(Content::Multipart(parts)) => parts.iter().map(|part| part.name.as_str()).collect(),
        _ => Vec::new(),
    };
    planner.resources.says_unique(operation, &names)
}

/// An action on a thing of the run's own, once more than it is said to succeed; where nothing is said, it may be as good as
/// done, or be refused for that.
fn again(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    // Without having made it, it may not be acted on.
    draft.steps.last()?;
    let said = times_allowed(operation);
    for _ in 0..said.unwrap_or(1) {
        let id = draft.free_step_id("first");
        draft.push(operation, &id, request.clone(), planner.succeeds(operation));
    }
    let code = "done-twice-refused";
    let is_told = said.is_some()
        || says_done_once(operation)
        || planner.resources.says_used_before(operation);
    let level = if is_told { Level::Must } else { promise::level(code) };
    let summary = "what was done already is not done a second time";
    // What it names may have gone with it.
    let gone = [400, 404, 422].map(Status::Code).into_iter();
    let names_made = request.steps_named().next().is_some();
    let gone = gone.filter(|one| names_made && operation.responses.contains_key(one));
    let mut case = finish(planner, draft, operation, request, (code, level), summary);
    for status in gone {
        let criteria = case.step_mut(CALL).into_iter().flat_map(|call| &mut call.criteria);
        criteria.for_each(|one| one.or(status));
    }
    Some(case)
}

/// An update of one thing with what another one has.
fn taken(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let media_type = planner.media_type(operation).filter(|one| one.is_json())?;
    let mut draft = Draft::new(planner);
    let path = draft.path(operation, &Path::new()).ok()?;
    let made = draft.steps.last()?.operation_id.clone();
    let maker = planner.operation(&made).ok().filter(|maker| planner.may_make(maker))?;
    let makers = draft.path(maker, &Path::new()).ok()?;
    let mut other = draft.request_of_its_own(maker, &makers, Extent::Complete, OTHER).ok()?;
    let is_patch = media_type.patch() == Some(PatchKind::Json);
    let mut sample = match is_patch {
        true => Sample::Object(draft.patched_members(operation)?),
        false => planner.body_sample(operation, media_type, &path, Extent::Complete).ok()?,
    };
    say_unique(planner, &mut draft, (operation, maker), (&makers, &sample), &mut other);
    let Content::Json(sent) = other.body.as_ref()?.content.clone() else { return None };
    draft.push(maker, OTHER, other, planner.succeeds(maker));
    draft.output(OTHER, "sent", &Expression::request_body(""));
    let own: Vec<String> = sample.members()?.keys().cloned().collect();
    let mut taken = Vec::new();
    for name in &own {
        let place = Location::default().member(name);
        // What is fresh for each thing may have to be its own.
        let is_fresh = matches!(sample.at(&place), Some(Sample::Fresh(_)));
        let is_input =
            matches!(sent.member(name), Some(Template::Expression(Expression::Input { .. })));
        if is_fresh && is_input {
            let stand_in = sample.at(&place)?.stand_in();
            let (step, pointer) = (OTHER.to_owned(), format!("/{}", escape(name)));
            let theirs = Expression::Output { step, name: "sent".to_owned(), pointer };
            sample = sample.with(&place, Sample::Known(theirs, stand_in))?;
            taken.push(name.as_str());
        }
    }
    if is_patch {
        let known = sample.members()?.iter().filter(|(_, one)| matches!(one, Sample::Known(..)));
        let known = known.map(|(name, theirs)| patch("replace", name, theirs.clone()));
        sample = Sample::Array(known.collect());
        planner.sampler.admits(media_type.schema?, &sample).then_some(())?;
    }
    let mut request = draft.bare_request(operation, &path).ok().filter(|_| !taken.is_empty())?;
    request.body = Some(draft.content(operation, media_type, sample).ok()?);
    let reader = planner.on_path(operation, Method::Get);
    if let Some(reader) = reader {
        let look = draft.bare_request(reader, &path).ok()?;
        draft.push(reader, LOOK, look, planner.succeeds(reader));
        draft.answer_of(LOOK);
    }
    let code = "duplicate-refused";
    let is_said = [operation, maker].iter().any(|one| planner.resources.says_unique(one, &taken));
    let level = if is_said { Level::Must } else { promise::level(code) };
    send(planner, &mut draft, operation, request, (code, level));
    if let Some(reader) = reader {
        let same = own.iter().filter(|name| is_always_shown(planner, reader, name));
        let same = same.map(|name| {
            let pointer = format!("/{}", escape(name));
            let (step, output) = (LOOK.to_owned(), ANSWER.to_owned());
            let seen = Expression::Output { step, name: output, pointer: pointer.clone() };
            Condition::Compare {
                left: Side::Expression(Expression::response_body(pointer)),
                comparison: Comparison::Equal,
                right: Side::Expression(seen),
            }
        });
        let success = planner.success(reader).map(|(_, any)| any).unwrap_or_default();
        read_after(&mut draft, (reader, &path), success, same.collect())?;
    }
    let summary = "what another thing has is not taken a second time";
    Some(told(draft, operation, CONFLICT, (code, summary)))
}

/// Adds to what the other thing is made of what no two of them may have, where it goes without: an example may leave it out.
fn say_unique(
    planner: &Planner<'_>,
    draft: &mut Draft<'_>,
    (operation, maker): (&Operation, &Operation),
    (path, updated): (&Path, &Sample),
    other: &mut Request,
) -> Option<()> {
    let media_type = planner.media_type(maker).filter(|one| one.is_json())?;
    let body = Merged::of(planner.contract, &[media_type.schema?], Choice::default());
    let body = body.properties();
    let Content::Json(Template::Object(sent)) = &other.body.as_ref()?.content else { return None };
    let is_missing = |(name, sample): &(&String, &Sample)| {
        let is_said = || {
            let says = |one| planner.resources.says_unique(one, &[name.as_str()]);
            [operation, maker].into_iter().any(says)
        };
        matches!(sample, Sample::Fresh(_))
            && body.contains_key(name.as_str())
            && !sent.contains_key(*name)
            && !planner.resources.says_one_of(maker, name)
            && is_said()
    };
    let missing = updated.members()?.iter().filter(is_missing);
    let missing: IndexMap<_, _> = missing.map(|(name, one)| (name.clone(), one.clone())).collect();
    (!missing.is_empty()).then_some(())?;
    // It may be one of several that exclude each other.
    let mut whole = planner.body_sample(maker, media_type, path, Extent::Complete).ok()?;
    for (name, one) in &missing {
        whole = whole.with(&Location::default().member(name), one.clone())?;
    }
    planner.sampler.admits(media_type.schema?, &whole).then_some(())?;
    let before = draft.inputs.clone();
    let body = draft.content(maker, media_type, Sample::Object(missing)).ok()?;
    let request = Request { body: Some(body), ..other.clone() };
    let request = draft.rename_inputs(request, &before, OTHER);
    let Content::Json(Template::Object(added)) = request.body?.content else { return None };
    let Content::Json(Template::Object(sent)) = &mut other.body.as_mut()?.content else {
        return None;
    };
    let added = added.iter().map(|(name, value)| (name.clone(), value.clone()));
    Arc::make_mut(sent).extend(added);
    Some(())
}

/// Whether every answer of an operation has a member, which is a single value.
pub(super) fn is_always_shown(planner: &Planner<'_>, operation: &Operation, name: &str) -> bool {
    let Some(answer) = operation.answer_schema() else { return false };
    let (choice, direction) = (Choice::default(), spec::Direction::Response);
    let shown = Merged::toward(planner.contract, &[answer], choice, direction);
    let declared = shown.declared();
    let ids = declared.get(name).map(Vec::as_slice).unwrap_or_default();
    let member = Merged::of(planner.contract, ids, choice);
    shown.required().contains(name)
        && !member.types().contains(JsonType::Object)
        && !member.types().contains(JsonType::Array)
}

/// A DELETE of what something else refers to: of each kind of which it is said that this keeps it.
fn in_use(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    const CODE: &str = "in-use-stays";
    let mut draft = Draft::new(planner);
    let Ok(path) = draft.path(operation, &Path::new()) else { return Vec::new() };
    // Without having made it, it may not be deleted.
    let Some(made) = draft.steps.last().map(|step| step.id.clone()) else { return Vec::new() };
    let keeping: Vec<&Operation> =
        makers(planner).filter(|user| is_kept(planner, operation, user)).collect();
    let own =
        keeping.iter().map(|user| (*user, use_of(draft.clone(), &made, (user, Extent::Minimal))));
    let within = keeping.iter().map(|user| (*user, use_within(draft.clone(), &made, user)));
    let mut kept: Vec<(&Operation, Draft<'_>)> = Vec::new();
    for (user, used) in own.chain(within) {
        if kept.iter().all(|(known, _)| known.id != user.id) {
            kept.extend(used.map(|draft| (user, draft)));
        }
    }
    if kept.is_empty() {
        let used = used(planner, &draft, &made);
        let level = promise::level(CODE);
        let case = used.and_then(|draft| stays(draft, (operation, &path), (CODE, level)));
        return case.into_iter().collect();
    }
    let mut cases = Vec::new();
    for (n, (user, draft)) in kept.into_iter().enumerate() {
        let detail = if n == 0 { CODE.to_owned() } else { format!("{CODE}:{}", user.id.as_str()) };
        cases.extend(stays(draft.clone(), (operation, &path), (&detail, Level::Must)));
        if planner.resources.says_kept_whatever(operation, user) {
            cases.extend(over(draft, (operation, &path), user));
        }
    }
    cases
}

/// The same where what refers to it is over.
fn over(
    mut draft: Draft<'_>,
    (operation, path): (&Operation, &Path),
    user: &Operation,
) -> Option<Case> {
    let planner = draft.planner();
    let reader = planner.resources.shown_by(user).next()?;
    let life = planner.resources.lifecycle(reader)?;
    let is_final = |state: &&String| life.moves.iter().all(|one| !one.from.contains(state));
    let ends = life.states.iter().filter(is_final);
    let ways = ends.filter_map(|state| Some((life.way_to(state)?.len(), state)));
    let (_, state) = ways.filter(|(length, _)| *length > 0).min_by_key(|(length, _)| *length)?;
    let about = draft.path_to(reader, USE)?;
    draft.bring((reader, &about), life, state)?;
    let detail = format!("in-use-stays:{}:{state}", user.id);
    stays(draft, (operation, path), (&detail, Level::Must))
}

/// What is deleted, and is there all the same.
fn stays(
    mut draft: Draft<'_>,
    (operation, path): (&Operation, &Path),
    (detail, level): (&str, Level),
) -> Option<Case> {
    let planner = draft.planner();
    let request = draft.bare_request(operation, path).ok()?;
    send(planner, &mut draft, operation, request, ("in-use-stays", level));
    if let Some(reader) = planner.on_path(operation, Method::Get) {
        let success = planner.success(reader).map(|(_, any)| any).unwrap_or_default();
        let gone = [404, 410].map(Status::Code).into_iter();
        let gone = gone.filter(|one| reader.responses.contains_key(one));
        let is_found = is_one_of(&Expression::Exchange(RuntimeExpression::StatusCode), &success);
        let any_of = success.iter().copied().chain(gone).collect();
        read_after(&mut draft, (reader, path), any_of, is_found.into_iter().collect())?;
    }
    let summary = "what something else refers to is not deleted";
    Some(told(draft, operation, CONFLICT, (detail, summary)))
}

/// Whether it is said that what an operation makes at once keeps a thing from being removed.
fn is_kept(planner: &Planner<'_>, remover: &Operation, user: &Operation) -> bool {
    planner.resources.says_kept(remover, user) && !user.documents(202)
}

fn finish(
    planner: &Planner<'_>,
    mut draft: Draft<'_>,
    operation: &Operation,
    request: Request,
    (code, level): (&'static str, Level),
    summary: &str,
) -> Case {
    send(planner, &mut draft, operation, request, (code, level));
    told(draft, operation, CONFLICT, (code, summary))
}

/// Sends what conflicts with something: 409, or a success, which is a remark.
fn send(
    planner: &Planner<'_>,
    draft: &mut Draft<'_>,
    operation: &Operation,
    request: Request,
    (code, level): (&'static str, Level),
) {
    let success = planner.success(operation).map(|(_, any)| any).unwrap_or_default();
    let or_success = [CONFLICT].into_iter().chain(success).collect();
    let criteria = vec![
        expected(or_success, "status-expected", Level::Must),
        expected(vec![CONFLICT], code, level),
    ];
    draft.push(operation, CALL, request, criteria);
    draft.status_of(CALL);
}

fn expected(any_of: Vec<Status>, code: &'static str, level: Level) -> Criterion {
    Criterion::Status(Expected { any_of, code, level })
}

/// Reads what a request was about: if that was refused, this holds.
fn read_after(
    draft: &mut Draft<'_>,
    (reader, path): (&Operation, &Path),
    any_of: Vec<Status>,
    unchanged: Vec<Condition>,
) -> Option<()> {
    let read = draft.bare_request(reader, path).ok()?;
    let refused = Condition::equal(Expression::output(CALL, STATUS), 409);
    let relations = unchanged.into_iter().map(|holds| {
        let message = "it is as it was before a request that was refused";
        let kind = RelationKind::Holds(refused.clone().negated().or(holds));
        Criterion::Relation(Relation::new(UNCHANGED, message, kind))
    });
    let status = Criterion::Status(any_of.into());
    draft.push(reader, "read", read, [status].into_iter().chain(relations).collect());
    Some(())
}
