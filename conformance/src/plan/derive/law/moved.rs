//! What moves a thing from one state to another does so, and only in the states that the description names.

use serde_json::Value;
use spec::model::{Operation, Status};
use spec::names::words;
use spec::pointer::escape;
use spec::resources::{Lifecycle, Move, Noted, Refusal, Sign, StateValues, says_moves_with_state};

use super::super::{CALL, told, was_answered};
use super::another::another;
use super::{revision, touched};
use crate::case::{Case, Criterion, Expected, Operand, Relation, RelationKind, Request};
use crate::expression::{Condition, Expression};
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path, STATUS, same_path};
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Merged, Sample};

const MOVES: &str = "state-moves";
const REFUSES: &str = "state-refuses";
const UNCHANGED: &str = "refused-changes-nothing";
/// The steps that look before a move and after it.
const LOOK: &str = "look";
const READ: &str = "read";
/// The output of a move that is what was sent with it.
const SENT: &str = "sent";
/// The step that makes another thing.
const OTHER: &str = "other";
/// A table of many states rules out many moves.
const MOST: usize = 40;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    // Of several actions that a body chooses from, the one that leads to a state has to be known.
    if planner.resources.is_told_by_items(operation) && !planner.steers(operation) {
        return Vec::new();
    }
    let lives = planner.resources.lifecycles(operation);
    let cases = lives.iter().flat_map(|life| {
        let own = life.moves_of(operation).filter(|own| !own.is_guessed);
        let own = own.flat_map(|own| own.from.iter().map(move |from| (own, from)));
        let own = own.filter_map(|(own, from)| moves(planner, operation, life, own, from));
        let own = own.chain(lacking(planner, operation, life));
        let refusals = life.refusals(operation).into_iter().take(MOST);
        let refusals = refusals.flat_map(|one| asked_for(life, operation, one));
        let refused = refusals.filter_map(|refusal| refuses(planner, operation, life, &refusal));
        own.chain(refused).collect::<Vec<_>>()
    });
    let values = planner.resources.state_values(operation);
    let values = values.iter().filter_map(|told| {
        let life = lives.iter().find(|life| life.about.id == told.about)?;
        not_in_state(planner, operation, life, told)
    });
    cases.chain(values).collect()
}

/// What a body may name in other states is refused in one.
fn not_in_state(
    planner: &Planner<'_>,
    operation: &Operation,
    life: &Lifecycle<'_>,
    told_values: &StateValues,
) -> Option<Case> {
    let StateValues { state, member, refused, .. } = told_values;
    let status = Status::Code(409);
    let value = refused.first()?;
    let (mut draft, path) = Draft::brought_with_needs(planner, operation, life, state)?;
    let named = (member.as_str(), Sample::Value(value.as_str().into()));
    let request = draft.naming(operation, &path, named, &[])?;
    let (code, level) = (REFUSES, promise::level(REFUSES));
    let expected = Expected { any_of: vec![status], code, level };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    let detail = format!("{REFUSES}:{state}:{member}:{value}");
    let summary = format!("`{value}` is not taken of what is `{state}`");
    Some(told(draft, operation, status, (&detail, &summary)))
}

/// A refusal whatever is asked for, and the same for each state but the first that may be asked for.
fn asked_for<'l>(
    life: &'l Lifecycle<'_>,
    operation: &Operation,
    refusal: Refusal<'l>,
) -> Vec<Refusal<'l>> {
    let is_named = |one: &&Move<'_>| one.by.is_some() && !one.is_guessed;
    let named = life.moves_of(operation).filter(is_named);
    let is_of_all = refusal.to.is_none();
    let mut all = vec![refusal];
    for one in named.filter(|_| is_of_all) {
        if !all.iter().any(|known| known.is_of(one)) {
            let (to, value) = (Some(one.to.as_str()), one.value.as_ref());
            all.push(Refusal { to, value, ..all[0].clone() });
        }
    }
    all
}

/// In each state that it is said to move, it leads where it is said to.
fn moves(
    planner: &Planner<'_>,
    operation: &Operation,
    life: &Lifecycle<'_>,
    own: &Move<'_>,
    from: &str,
) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let (mut draft, path) = Draft::brought(planner, operation, life, from)?;
    // What moves is what the path names, and not what was made last.
    let other = life.reader().and_then(|reader| {
        let own = same_path(reader, (operation, &path))?;
        another(&mut draft, planner, (reader, &own), (OTHER, Extent::Minimal))
    });
    let times = times(planner, life);
    let revision = life.reader().and_then(|one| planner.resources.revision(operation, one));
    if !times.is_empty() || revision.is_some() {
        read(&mut draft, planner, life, (operation, &path), LOOK, Vec::new())?;
        draft.answer_of(LOOK);
    }
    draft.make_needed_parts(operation);
    let request = draft.moving(life, own, &path)?;
    let noted = noted(planner, (operation, life), own, &request);
    // A case ends with a move that was refused on the way: here, all that is known allows it.
    draft.is_allowed_by_state(operation);
    let mut criteria = planner.succeeds(operation);
    if operation.answer_schema() == life.shown_by.answer_schema() {
        criteria.push(is_in(life, &own.to));
        criteria.extend(as_noted(&noted, &Expression::request_body("")));
    }
    draft.push(operation, CALL, request, criteria);
    draft.last_step()?.pause = (!times.is_empty()).then_some(touched::PAUSE);
    if life.reader().is_some() {
        draft.status_of(CALL);
        let mut moved = vec![is_in(life, &own.to)];
        moved.extend(times.iter().map(|name| touched::moved_on(name, LOOK)));
        moved.extend(revision.map(|revision| revision::counted(&revision, 1)));
        // To somebody else it need not be shown.
        let by = draft.step(CALL).map(|step| step.request.credentials.clone());
        let is_same = life.reader().is_some_and(|one| Some(draft.credentials(one)) == by);
        if !noted.is_empty() && is_same {
            draft.output(CALL, SENT, &Expression::request_body(""));
            moved.extend(as_noted(&noted, &Expression::output(CALL, SENT)));
        }
        read(&mut draft, planner, life, (operation, &path), READ, moved)?;
        // Where it may be refused for something else, nothing moves.
        if let Status::Code(code) = status {
            let done = was_answered(MOVES, CALL, code, "the move itself succeeds");
            draft.last_step()?.premises.push(done);
        }
    }
    if other.is_some() {
        other_stays(&mut draft, operation, life);
    }
    let summary = format!("what is `{from}` becomes `{}`", own.to);
    let detail = match own.by {
        Some(_) => format!("{MOVES}:{from}:{}", named_by(life, operation, own)),
        None => format!("{MOVES}:{from}"),
    };
    Some(told(draft, operation, status, (&detail, &summary)))
}

/// What is told with a move, and shown by the thing from then on.
fn noted(
    planner: &Planner<'_>,
    (operation, life): (&Operation, &Lifecycle<'_>),
    own: &Move<'_>,
    request: &Request,
) -> Vec<Noted> {
    let mut noted = planner.resources.noted(operation, life, own);
    noted.retain(|one| request.members().any(|(name, _)| *name == one.sent));
    noted
}

/// That an answer shows what was told in a body.
fn as_noted(noted: &[Noted], body: &Expression) -> Vec<Criterion> {
    let criteria = noted.iter().map(|one| {
        let pointer = |name: &str| format!("/{}", escape(name));
        let got = Operand::expression(Expression::response_body(pointer(&one.shown)));
        let expected = Operand::expression(body.clone().at(&pointer(&one.sent)));
        let message = format!("`{}` is what was told with the move as `{}`", one.shown, one.sent);
        let kind = RelationKind::Equal { got, expected };
        Criterion::Relation(Relation::new("written-is-read-back", message, kind))
    });
    criteria.collect()
}

/// What tells a move from the others of its operation: where it leads, or what asks for it where several lead there.
fn named_by(life: &Lifecycle<'_>, operation: &Operation, own: &Move<'_>) -> String {
    let as_far = life.moves_of(operation).filter(|one| one.to == own.to);
    let mut values: Vec<_> = as_far.filter_map(|one| one.value.as_ref()).collect();
    values.dedup();
    match &own.value {
        Some(value) if values.len() > 1 => shown(value),
        _ => own.to.clone(),
    }
}

/// Looks at the other thing, which nothing was done to.
fn other_stays(draft: &mut Draft<'_>, operation: &Operation, life: &Lifecycle<'_>) -> Option<()> {
    const CODE: &str = "others-stay";
    /// What is said of more than the thing: the next one in a queue moves up.
    const OTHERS: [&str; 9] =
        ["other", "others", "all", "rest", "next", "first", "every", "each", "both"];
    let planner = draft.planner();
    let initial = life.initial.as_deref()?;
    let reader = life.reader()?;
    let path = draft.path_to(reader, OTHER)?;
    let look = draft.bare_request(reader, &path).ok()?;
    let told = [operation.told.as_deref(), operation.summary.as_deref()];
    let told: Vec<String> = told.into_iter().flatten().flat_map(words).collect();
    // "Any other" move is no other thing.
    let told = told.iter().enumerate().filter(|(n, _)| {
        n.checked_sub(1).and_then(|before| told.get(before)).is_none_or(|before| before != "any")
    });
    let speaks_of_others = told.into_iter().any(|(_, word)| OTHERS.contains(&word.as_str()));
    let level = if speaks_of_others { Level::Should } else { promise::level(CODE) };
    let message = format!("another one stays `{initial}`");
    let kind = RelationKind::Holds(shows(life, initial));
    let stays = Criterion::Relation(Relation::new(CODE, message, kind).at(level));
    let criteria = planner.succeeds(reader).into_iter().chain([stays]).collect();
    draft.push(reader, "read_other", look, criteria);
    Some(())
}

/// What a move is said to need, and does without: a part of the thing, or a member of the body.
fn lacking(planner: &Planner<'_>, operation: &Operation, life: &Lifecycle<'_>) -> Vec<Case> {
    let mut cases = Vec::new();
    for own in life.moves_of(operation) {
        let Some(from) = own.from.iter().find(|from| life.way_to(from).is_some()) else { continue };
        for name in planner.resources.needed_for(operation, &own.to) {
            let statuses = [400, 422].map(Status::Code);
            let case = without(planner, operation, (life, own, from), &statuses, Some(&name));
            cases.extend(case);
        }
        if !planner.resources.needed_parts(operation).is_empty()
            && planner.resources.names_part_for(operation, &own.to)
            && life.way_to(from).is_some_and(|way| way.is_empty())
        {
            let statuses = [409, 422].map(Status::Code);
            cases.extend(without(planner, operation, (life, own, from), &statuses, None));
        }
    }
    cases
}

/// A move without a member of its body that it needs, or without a part of the thing.
fn without(
    planner: &Planner<'_>,
    operation: &Operation,
    (life, own, from): (&Lifecycle<'_>, &Move<'_>, &str),
    statuses: &[Status],
    member: Option<&str>,
) -> Option<Case> {
    const CODE: &str = "needed-is-asked-for";
    let documented = |status: &&Status| operation.responses.contains_key(*status);
    let any_of: Vec<Status> = statuses.iter().filter(documented).copied().collect();
    let status = *any_of.first()?;
    let (mut draft, path) = Draft::brought(planner, operation, life, from)?;
    let mut request = draft.moving(life, own, &path)?;
    if let Some(member) = member {
        request.body.as_mut()?.content.remove_member(member)?;
    }
    let expected = Expected { any_of, code: CODE, level: promise::level(CODE) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    let (what, lacks) = match member {
        Some(member) => {
            (member.to_owned(), format!("`{member}`, which is needed for `{}`, is missing", own.to))
        }
        None => ("part".to_owned(), "what it has to have is missing".to_owned()),
    };
    let detail = format!("{CODE}:{}:{what}", own.to);
    Some(told(draft, operation, status, (&detail, &lacks)))
}

/// The times of the last change that are said to move with every change of state.
fn times(planner: &Planner<'_>, life: &Lifecycle<'_>) -> Vec<String> {
    let Some(answer) = life.reader().and_then(Operation::answer_schema) else { return Vec::new() };
    let shown =
        Merged::toward(planner.contract, &[answer], Choice::default(), spec::Direction::Response);
    let declared = shown.declared();
    let is_told = |name: &String| {
        let ids = declared.get(name.as_str()).into_iter().flatten();
        let mut said = ids.filter_map(|id| planner.contract.schema(*id).description.as_deref());
        said.any(says_moves_with_state)
    };
    touched::modification_times(planner, answer).into_iter().filter(is_told).collect()
}

/// That what was answered is in a state.
fn is_in(life: &Lifecycle<'_>, state: &str) -> Criterion {
    let message = match life.sign(state) {
        Sign::Is(value) => format!("`{}` is `{}`", life.member, shown(&value)),
        Sign::Set => format!("`{}` is set", life.member),
        Sign::Unset => format!("`{}` is not set", life.member),
    };
    let kind = match life.sign(state) {
        Sign::Is(value) => RelationKind::Equal {
            got: Operand::expression(member(life)),
            expected: Operand::constant(value),
        },
        Sign::Set | Sign::Unset => RelationKind::Holds(shows(life, state)),
    };
    Criterion::Relation(Relation::new(MOVES, message, kind))
}

fn member(life: &Lifecycle<'_>) -> Expression {
    Expression::response_body(format!("/{}", escape(&life.member)))
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Whether the member shows a state.
fn shows(life: &Lifecycle<'_>, state: &str) -> Condition {
    let is = |value: Value| Condition::equal(member(life), value);
    match life.sign(state) {
        Sign::Is(value) => is(value),
        Sign::Set => is(Value::Null).negated(),
        Sign::Unset => is(Value::Null),
    }
}

/// In a state that rules it out it is refused, and changes nothing.
fn refuses(
    planner: &Planner<'_>,
    operation: &Operation,
    life: &Lifecycle<'_>,
    refusal: &Refusal<'_>,
) -> Option<Case> {
    let status = Status::Code(refusal.status);
    operation.responses.get(&status)?;
    let state = refusal.state;
    let (mut draft, path) = Draft::brought_with_needs(planner, operation, life, state)?;
    let asked = life.moves_of(operation).find(|one| refusal.is_of(one));
    let request = match asked {
        Some(asked) => draft.moving(life, asked, &path)?,
        None => draft.request(operation, &path, Extent::Minimal).ok()?,
    };
    let level = if refusal.is_told { promise::level(REFUSES) } else { Level::Should };
    let mut any_of = vec![status];
    // What it names may not be there, what it says may make no sense of the thing, and it may be somebody else's to do: each may
    // be looked at before the state is.
    let others = [
        (draft.has_made_up(operation), [400, 404, 422].as_slice()),
        (planner.may_make_no_sense(operation, &request), &[400, 422]),
        (planner.is_never_own(operation), &[403, 404]),
        (planner.reserves_moves(operation), &[403]),
    ];
    let others = others.into_iter().filter(|(may_be, _)| *may_be).flat_map(|(_, codes)| codes);
    let others = others.map(|code| Status::Code(*code));
    any_of.extend(others.filter(|one| operation.responses.contains_key(one)));
    let expected = Expected { any_of, code: REFUSES, level };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    draft.status_of(CALL);
    let was_refused = Condition::equal(Expression::output(CALL, STATUS), refusal.status);
    let kind = RelationKind::Holds(was_refused.negated().or(shows(life, state)));
    let message = format!("`{}` stays `{state}` where a move was refused", life.member);
    let unchanged = Criterion::Relation(Relation::new(UNCHANGED, message, kind));
    if life.reader().is_some() {
        read(&mut draft, planner, life, (operation, &path), READ, vec![unchanged])?;
    }
    let (detail, summary) = match (asked, refusal.to) {
        (Some(asked), Some(to)) => {
            let by = named_by(life, operation, asked);
            (format!("{REFUSES}:{state}:{by}"), format!("what is `{state}` does not become `{to}`"))
        }
        _ => (format!("{REFUSES}:{state}"), format!("what is `{state}` is left as it is")),
    };
    Some(told(draft, operation, status, (&detail, &summary)))
}

/// Looks at the state of the thing that an operation is about.
pub(in super::super) fn read(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    life: &Lifecycle<'_>,
    about: (&Operation, &Path),
    id: &str,
    more: Vec<Criterion>,
) -> Option<()> {
    let (operation, path) = draft.within(life, about)?;
    let reader = life.reader()?;
    let path = same_path(reader, (operation, &path))?;
    let request = draft.request(reader, &path, Extent::Minimal).ok()?;
    let criteria = planner.succeeds(reader).into_iter().chain(more).collect();
    draft.push(reader, id, request, criteria);
    Some(())
}
