//! What an action makes of a thing, where only its answer tells: "The paid order, with its tickets".

use super::super::Resources;
use super::transitions::mentioned;
use super::{Lifecycle, Move};
use crate::model::{Method, Operation};
use crate::only::only;

/// The moves of operations within a thing that no other sign tells: from the states in which they aren't said to be refused.
pub(super) fn of<'a>(resources: &Resources<'a>, item: &str, life: &Lifecycle<'a>) -> Vec<Move<'a>> {
    let actions = unmoved(resources, item, life);
    actions
        .filter_map(|(operation, to)| {
            let refused = life.refused_in(operation);
            let from = life.states.iter().filter(|state| **state != to);
            let from: Vec<String> =
                from.filter(|state| !refused.contains(&state.as_str())).cloned().collect();
            (!refused.is_empty() && !from.is_empty()).then(|| moving(operation, from, to))
        })
        .collect()
}

/// The same of those that nothing says to be refused, as far as they change what has just been made.
pub(super) fn of_new<'a>(
    resources: &Resources<'a>,
    item: &str,
    life: &Lifecycle<'a>,
) -> Vec<Move<'a>> {
    // Of several states that nothing is known to lead to, the one that is named first.
    let is_left = |state: &&String| {
        life.moves.iter().any(|one| one.from.contains(state))
            && life.moves.iter().all(|one| one.to != **state)
    };
    let first = || life.states.first().filter(is_left);
    let Some(initial) = life.initial.as_ref().or_else(first) else { return Vec::new() };
    let actions = unmoved(resources, item, life);
    actions
        .filter(|(_, to)| to != initial)
        .map(|(operation, to)| Move {
            is_guessed: true,
            ..moving(operation, vec![initial.clone()], to)
        })
        .collect()
}

fn moving(operation: &Operation, from: Vec<String>, to: String) -> Move<'_> {
    Move { operation, from, to, by: None, value: None, refused_else: None, is_guessed: false }
}

/// The actions within a thing that aren't known to move it, each with the state that its answer tells.
fn unmoved<'l, 'a>(
    resources: &'l Resources<'a>,
    item: &'l str,
    life: &'l Lifecycle<'a>,
) -> impl Iterator<Item = (&'a Operation, String)> + use<'l, 'a> {
    let within = resources.right_within(item).filter(|one| {
        one.method == Method::Post
            && one.path.last_segment().is_some()
            && one.answer_schema().is_some()
            && one.answer_schema() == life.reader.answer_schema()
            && life.moves_of(one).next().is_none()
    });
    within.filter_map(|one| Some((one, told(life, one)?)))
}

fn told(life: &Lifecycle<'_>, operation: &Operation) -> Option<String> {
    let said = only(operation.successes())?.description.to_lowercase();
    only(mentioned(&said, &life.states)).map(|(_, state)| state.clone())
}
