//! A PUT that is sent twice leaves the thing as it was after the first time (RFC 9110 §9.2.2): a vote counts once, who watches is
//! not forgotten, what was put last in a list stays there.
//!
//! What tells is the thing itself, or the nearest one around what is put that something shows: its numbers, switches, and lists
//! of plain values. What changes by being looked at, or counts the changes, tells nothing.

use spec::Direction;
use spec::model::{JsonType, Method, Operation, SchemaId};

use super::super::{CALL, replace};
use super::touched::{answered, own, seen};
use crate::case::{Case, Criterion, Derivation, Relation, RelationKind};
use crate::plan::Planner;
use crate::plan::draft::About;
use crate::sample::{Choice, Extent, Merged};

const CODE: &str = "put-twice-is-once";
/// The steps that look before: what they don't agree in says nothing.
const LOOK: &str = "look";
const LOOK_AGAIN: &str = "look_again";

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    (operation.method == Method::Put).then_some(())?;
    let (status, _) = planner.success(operation)?;
    let reader = reader(planner, operation)?;
    let names = steady(planner, reader.answer_schema()?);
    let (mut draft, path) = own(planner, operation).filter(|_| !names.is_empty())?;
    let put = draft.request(operation, &path, Extent::Complete).ok()?;
    draft.push(operation, "first", put.clone(), planner.succeeds(operation));
    let read = draft.bare_request(reader, &path).ok()?;
    for step in [LOOK, LOOK_AGAIN] {
        draft.push(reader, step, read.clone(), planner.succeeds(reader));
        draft.answer_of(step);
    }
    let stood = names.iter().map(|name| {
        let kind = RelationKind::Equal { got: seen(LOOK_AGAIN, name), expected: seen(LOOK, name) };
        Relation::new(CODE, format!("`{name}` stays when it is looked at"), kind)
    });
    // That it may be refused, as what is there already, is told elsewhere.
    draft.push(operation, CALL, put, Vec::new());
    draft.last_step()?.premises.extend(stood);
    let stays = names.iter().map(|name| {
        let kind = RelationKind::Equal { got: answered(name), expected: seen(LOOK, name) };
        let message = format!("`{name}` is as it was after the first of two equal PUTs");
        Criterion::Relation(Relation::new(CODE, message, kind))
    });
    let criteria = planner.succeeds(reader).into_iter().chain(stays).collect();
    draft.push(reader, "read", read, criteria);
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: CODE.to_owned(),
        summary: "the same PUT once more changes nothing".to_owned(),
        origin: operation.origin.clone(),
    }))
}

/// What shows the thing that is put, or else the nearest one around it.
fn reader<'p>(planner: &'p Planner<'_>, operation: &Operation) -> Option<&'p Operation> {
    if let Some(reader) = planner.on_path(operation, Method::Get) {
        return Some(reader);
    }
    let mut around = operation.path.parameters().rev();
    around.find_map(|thing| planner.resources.at(&operation.path.shape_to(thing)?, Method::Get))
}

/// The members that every answer has and that a second look finds as they were: numbers, switches, and lists of plain values, but
/// for those that tell of the last change.
fn steady(planner: &Planner<'_>, answer: SchemaId) -> Vec<String> {
    const PLAIN: [JsonType; 3] = [JsonType::String, JsonType::Integer, JsonType::Number];
    let (choice, direction) = (Choice::default(), Direction::Response);
    let toward = |ids: &[SchemaId]| Merged::toward(planner.contract, ids, choice, direction);
    let shown = toward(&[answer]);
    let required = shown.required();
    let is_steady = |ids: &[SchemaId]| {
        let member = toward(ids);
        match member.types().single() {
            Some(JsonType::Integer | JsonType::Boolean) => true,
            Some(JsonType::Array) => {
                toward(&member.item(0)).types().single().is_some_and(|one| PLAIN.contains(&one))
            }
            _ => false,
        }
    };
    let declared = shown.declared().into_iter().filter(|(name, ids)| {
        required.contains(name) && !replace::tells_of_changes(name) && is_steady(ids)
    });
    declared.map(|(name, _)| name.to_owned()).collect()
}
