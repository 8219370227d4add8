//! What moves a thing from one state to another does so, and only in the states that the description names.

use serde_json::Value;
use spec::model::{Operation, Status};
use spec::pointer::escape;
use spec::resources::{Lifecycle, Move, Refusal, Sign, says_moves_with_state};

use super::super::{CALL, told};
use super::another::another;
use super::touched;
use crate::case::{Case, Criterion, Expected, Operand, Relation, RelationKind};
use crate::expression::{Comparison, Condition, Expression, Literal, Side};
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path, STATUS, same_path};
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Merged};

const MOVES: &str = "state-moves";
const REFUSES: &str = "state-refuses";
const UNCHANGED: &str = "refused-changes-nothing";
/// The steps that look before a move and after it.
const LOOK: &str = "look";
const READ: &str = "read";
/// A table of many states rules out many moves.
const MOST: usize = 40;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let lives = planner.resources.lifecycles(operation);
    let cases = lives.iter().flat_map(|life| {
        let own = life.moves_of(operation);
        let own = own.flat_map(|own| own.from.iter().map(move |from| (own, from)));
        let own = own.filter_map(|(own, from)| moves(planner, operation, life, own, from));
        let refusals = life.refusals(operation).into_iter().take(MOST);
        let refused = refusals.filter_map(|refusal| refuses(planner, operation, life, &refusal));
        own.chain(refused).collect::<Vec<_>>()
    });
    cases.collect()
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
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    draft.has_made(life, (operation, &path)).then_some(())?;
    draft.bring((operation, &path), life, from)?;
    // What moves is what the path names, and not what was made last.
    if let Some(own) = same_path(life.reader, (operation, &path)) {
        another(&mut draft, planner, (life.reader, &own), ("other", Extent::Minimal));
    }
    let times = times(planner, life);
    if !times.is_empty() {
        read(&mut draft, planner, life, (operation, &path), LOOK, Vec::new())?;
        draft.answer_of(LOOK);
    }
    draft.make_needed_parts(operation);
    let request = draft.moving(life, own, &path)?;
    let mut criteria = planner.succeeds(operation);
    if operation.answer_schema() == life.reader.answer_schema() {
        criteria.push(is_in(life, &own.to));
    }
    draft.push(operation, CALL, request, criteria);
    let mut moved = vec![is_in(life, &own.to)];
    moved.extend(times.iter().map(|name| touched::moved_on(name, LOOK)));
    read(&mut draft, planner, life, (operation, &path), READ, moved)?;
    let summary = format!("what is `{from}` becomes `{}`", own.to);
    let detail = match own.by {
        Some(_) => format!("{MOVES}:{from}:{}", own.to),
        None => format!("{MOVES}:{from}"),
    };
    Some(told(draft, operation, status, (&detail, &summary)))
}

/// The times of the last change that are said to move with every change of state.
fn times(planner: &Planner<'_>, life: &Lifecycle<'_>) -> Vec<String> {
    let Some(answer) = life.reader.answer_schema() else { return Vec::new() };
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
    let is = |value: Value| Condition::Compare {
        left: Side::Expression(member(life)),
        comparison: Comparison::Equal,
        right: Side::Literal(Literal(value)),
    };
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
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    draft.has_made(life, (operation, &path)).then_some(())?;
    draft.bring((operation, &path), life, state)?;
    let asked = life.moves_of(operation).find(|one| refusal.to == Some(one.to.as_str()));
    let request = match asked {
        Some(asked) => draft.moving(life, asked, &path)?,
        None => draft.request(operation, &path, Extent::Minimal).ok()?,
    };
    let level = if refusal.is_told { promise::level(REFUSES) } else { Level::Should };
    let mut any_of = vec![status];
    // What it names may not be there, and it may be somebody else's to do: either may be looked at before the state is.
    let others = [
        (draft.has_made_up(operation), [400, 404, 422].as_slice()),
        (planner.resources.says_not_own(operation), &[403]),
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
    read(&mut draft, planner, life, (operation, &path), READ, vec![unchanged])?;
    let (detail, summary) = match refusal.to {
        Some(to) => {
            (format!("{REFUSES}:{state}:{to}"), format!("what is `{state}` does not become `{to}`"))
        }
        None => (format!("{REFUSES}:{state}"), format!("what is `{state}` is left as it is")),
    };
    Some(told(draft, operation, status, (&detail, &summary)))
}

fn read(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    life: &Lifecycle<'_>,
    about: (&Operation, &Path),
    id: &str,
    more: Vec<Criterion>,
) -> Option<()> {
    let path = same_path(life.reader, about)?;
    let request = draft.request(life.reader, &path, Extent::Minimal).ok()?;
    let criteria = planner.succeeds(life.reader).into_iter().chain(more).collect();
    draft.push(life.reader, id, request, criteria);
    Some(())
}
