//! Who decides, in a body, what becomes of a thing: `{"decision": "approve"}` makes it `approved`.

use serde_json::Value;

use super::super::Resources;
use super::transitions::is_participle;
use super::{Lifecycle, Move};
use crate::model::Operation;
use crate::only::only;
use crate::outline::Outline;

/// The moves of operations within a thing that no other sign tells. Where such an operation is said to be refused in some
/// states, it moves from the others.
pub(super) fn of<'a>(resources: &Resources<'a>, life: &Lifecycle<'a>) -> Vec<Move<'a>> {
    life.unmoved(resources).flat_map(|one| moves(resources, life, one)).collect()
}

fn moves<'a>(
    resources: &Resources<'a>,
    life: &Lifecycle<'a>,
    operation: &'a Operation,
) -> Vec<Move<'a>> {
    let Some((by, decisions)) = decisions(resources, life, operation) else { return Vec::new() };
    let from = life.sources(operation, |state| decisions.iter().any(|(_, to)| to == state));
    if from.is_empty() {
        return Vec::new();
    }
    let moves = decisions.into_iter().map(|(value, to)| Move {
        by: Some(by.clone()),
        value: Some(Value::String(value)),
        ..Move::to(operation, from.clone(), to)
    });
    moves.collect()
}

/// The member of a body of which each value is a state, or the verb of one, with them.
fn decisions(
    resources: &Resources<'_>,
    life: &Lifecycle<'_>,
    operation: &Operation,
) -> Option<(String, Vec<(String, String)>)> {
    let body = Outline::of(resources.contract, &[operation.body_schema()?]);
    let told = body.members().into_iter().filter_map(|(name, schemas)| {
        let values = Outline::of(resources.contract, &schemas).texts();
        let state_of = |verb: &String| {
            let states = life.states.iter();
            let states = states.filter(|state| *state == verb || is_participle(state, verb));
            Some((verb.clone(), only(states)?.clone()))
        };
        let decisions: Option<Vec<_>> = values.iter().map(state_of).collect();
        decisions.filter(|all| !all.is_empty()).map(|all| (name.to_owned(), all))
    });
    only(told)
}
