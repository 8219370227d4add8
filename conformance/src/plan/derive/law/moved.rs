//! What moves a thing from one state to another does so, and only in the states that the description names.

use spec::model::{Operation, Status};
use spec::pointer::escape;
use spec::resources::{Lifecycle, Move, says_moves_with_state};

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

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let Some(life) = planner.resources.lifecycle(operation) else { return Vec::new() };
    let own = life.of_operation(operation).into_iter();
    let own = own.flat_map(|own| own.from.iter().map(move |from| (own, from)));
    let own = own.filter_map(|(own, from)| moves(planner, operation, &life, own, from));
    let states = life.refused_in(operation).into_iter();
    let refused = states.filter_map(|state| refuses(planner, operation, &life, state));
    own.chain(refused).collect()
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
    draft.steps.last()?;
    bring(&mut draft, planner, (operation, &path), life, from)?;
    // What moves is what the path names, and not what was made last.
    if let Some(own) = same_path(life.reader, (operation, &path)) {
        another(&mut draft, planner, (life.reader, &own), ("other", Extent::Minimal));
    }
    let times = times(planner, life);
    if !times.is_empty() {
        read(&mut draft, planner, life, (operation, &path), LOOK, Vec::new())?;
        draft.answer_of(LOOK);
    }
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    let mut criteria = planner.succeeds(operation);
    if operation.answer_schema() == life.reader.answer_schema() {
        criteria.push(is_in(life, &own.to));
    }
    draft.push(operation, CALL, request, criteria);
    let mut moved = vec![is_in(life, &own.to)];
    moved.extend(times.iter().map(|name| touched::moved_on(name, LOOK)));
    read(&mut draft, planner, life, (operation, &path), READ, moved)?;
    let summary = format!("what is `{from}` becomes `{}`", own.to);
    Some(told(draft, operation, status, (&format!("{MOVES}:{from}"), &summary)))
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
    let member = Expression::response_body(format!("/{}", escape(&life.member)));
    let kind = RelationKind::Equal {
        got: Operand::expression(member),
        expected: Operand::constant(state),
    };
    Criterion::Relation(Relation::new(MOVES, format!("`{}` is `{state}`", life.member), kind))
}

/// In a state that rules it out it is refused, and changes nothing.
fn refuses(
    planner: &Planner<'_>,
    operation: &Operation,
    life: &Lifecycle<'_>,
    state: &str,
) -> Option<Case> {
    let conflict = Status::Code(409);
    operation.responses.get(&conflict)?;
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    draft.steps.last()?;
    bring(&mut draft, planner, (operation, &path), life, state)?;
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    let is_told = operation.description.as_deref().is_some_and(|text| text.contains("409"));
    let level = if is_told { promise::level(REFUSES) } else { Level::Should };
    let expected = Expected { any_of: vec![conflict], code: REFUSES, level };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    draft.status_of(CALL);
    let member = Expression::response_body(format!("/{}", escape(&life.member)));
    let stays = Condition::Compare {
        left: Side::Expression(member),
        comparison: Comparison::Equal,
        right: Side::Literal(Literal(state.into())),
    };
    let was_refused = Condition::equal(Expression::output(CALL, STATUS), 409);
    let kind = RelationKind::Holds(was_refused.negated().or(stays));
    let message = format!("`{}` stays `{state}` where a move was refused", life.member);
    let unchanged = Criterion::Relation(Relation::new(UNCHANGED, message, kind));
    read(&mut draft, planner, life, (operation, &path), READ, vec![unchanged])?;
    let summary = format!("what is `{state}` is left as it is");
    Some(told(draft, operation, conflict, (&format!("{REFUSES}:{state}"), &summary)))
}

/// Brings what the path of an operation names, or lies within, into a state.
pub(in crate::plan) fn bring(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    about: (&Operation, &Path),
    life: &Lifecycle<'_>,
    state: &str,
) -> Option<()> {
    for one in life.way_to(state)? {
        let path = same_path(one.operation, about)?;
        let id = draft.free_step_id("move");
        let request = draft.request_of_its_own(one.operation, &path, Extent::Minimal, &id).ok()?;
        draft.push(one.operation, &id, request, planner.succeeds(one.operation));
    }
    Some(())
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
