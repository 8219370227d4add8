//! What an action makes of a thing, where only its answer tells, as "The paid order, with its tickets", or its name.

use super::super::Resources;
use super::super::prose::{has, sentences};
use super::transitions::{called_like, mentioned};
use super::{Lifecycle, Move, is_first};
use crate::model::Operation;
use crate::only::only;

/// The moves of operations within a thing that no other sign tells: from the states in which they aren't said to be refused.
pub(super) fn of<'a>(resources: &Resources<'a>, life: &Lifecycle<'a>) -> Vec<Move<'a>> {
    let moves = actions(resources, life).filter_map(|(operation, to)| {
        let from = life.sources(operation, |state| *state == to);
        (!from.is_empty()).then(|| Move::to(operation, from, to))
    });
    moves.collect()
}

/// The same of those that nothing says to be refused, as far as they change what has just been made.
pub(super) fn of_new<'a>(resources: &Resources<'a>, life: &Lifecycle<'a>) -> Vec<Move<'a>> {
    // Of several states that nothing is known to lead to, the one that is named first.
    let first = || life.states.first().filter(|state| is_first(state, &life.moves));
    let Some(initial) = life.initial.as_ref().or_else(first) else { return Vec::new() };
    let actions = actions(resources, life).filter(|(_, to)| to != initial);
    let moves = actions.map(|(operation, to)| Move {
        is_guessed: true,
        ..Move::to(operation, vec![initial.clone()], to)
    });
    moves.collect()
}

/// The actions within a thing that aren't known to move it, each with the state that its answer tells.
fn actions<'l, 'a>(
    resources: &'l Resources<'a>,
    life: &'l Lifecycle<'a>,
) -> impl Iterator<Item = (&'a Operation, String)> + use<'l, 'a> {
    let shown = life.shown_by.answer_schema();
    let is_shown = move |one: &Operation| shown.is_some() && one.answer_schema() == shown;
    life.unmoved(resources).filter_map(move |one| {
        let by_answer = Some(one).filter(|one| is_shown(one)).and_then(|one| told(life, one));
        Some((one, by_answer.or_else(|| called(life, one))?))
    })
}

/// The state that an action is called for and said to lead to: "The loan becomes `returned`" of `…/return`.
fn called(life: &Lifecycle<'_>, operation: &Operation) -> Option<String> {
    const BECOMES: [&str; 4] = ["becomes ", "is set to ", "sets ", "turns "];
    let to = called_like(operation, &life.states)?;
    let said = operation.told.as_deref()?;
    let leads = |sentence: &str| {
        has(sentence, &BECOMES)
            && only(mentioned(&sentence.to_lowercase(), &life.states))
                .is_some_and(|(_, state)| state == to)
    };
    sentences(said).any(leads).then(|| to.clone())
}

fn told(life: &Lifecycle<'_>, operation: &Operation) -> Option<String> {
    let said = only(operation.successes())?.description.to_lowercase();
    only(mentioned(&said, &life.states)).map(|(_, state)| state.clone())
}
