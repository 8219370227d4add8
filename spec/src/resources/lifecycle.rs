//! The states of a thing, and what moves it from one to another: "Turns a `booked` visit into a `confirmed` one" of
//! `POST /visits/{id}/confirm`, where the visit has a member of which `booked` and `confirmed` are values.
//!
//! Descriptions say so. Of what they say in other words nothing is known.

use super::{Resources, prose};
use crate::Direction;
use crate::model::{Method, Operation, PathPart, Status, shape};
use crate::names::words;
use crate::only::only;
use crate::outline::Outline;

/// The states of a thing.
#[derive(Debug, Clone)]
pub struct Lifecycle<'a> {
    /// The operation that shows the thing.
    pub reader: &'a Operation,
    /// The member with its state.
    pub member: String,
    /// All states.
    pub states: Vec<String>,
    /// What a thing is when it has just been made, as far as that is said.
    pub initial: Option<String>,
    /// What moves it.
    pub moves: Vec<Move<'a>>,
}

/// An operation that moves a thing from one state to another.
#[derive(Debug, Clone)]
pub struct Move<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// The states in which it does so.
    pub from: Vec<String>,
    /// The state that it leads to.
    pub to: String,
    /// Whether it is said to be refused in any other one.
    pub is_refused_else: bool,
}

impl<'a> Lifecycle<'a> {
    /// The states of the thing that an operation is about: of the one that its path ends with, or lies within.
    pub(super) fn of(resources: &Resources<'a>, operation: &Operation) -> Option<Self> {
        let segments = operation.path.without_slash();
        let item =
            segments.iter().rposition(|one| matches!(one.as_slice(), [PathPart::Parameter(_)]))?;
        let item = shape(segments.get(..=item)?);
        let there = resources.by_path.get(&item)?;
        let reader = there.iter().copied().find(|one| one.method == Method::Get)?;
        let (member, states) = state(resources, reader)?;
        // Right within the thing, under a name that isn't a parameter: what has one is about something else.
        let within = resources.by_path.iter().filter(|(path, _)| {
            let rest = path.strip_prefix(&item).and_then(|rest| rest.strip_prefix('/'));
            rest.is_some_and(|rest| !rest.is_empty() && !rest.contains('/'))
        });
        let posts = within
            .flat_map(|(_, all)| all)
            .filter(|one| one.method == Method::Post && one.path.last_segment().is_some());
        let moves: Vec<Move<'a>> = posts.filter_map(|one| Move::of(one, &states)).collect();
        let initial = initial(resources, reader, &states, &moves);
        Some(Self { reader, member, states, initial, moves })
    }

    /// What an operation moves.
    #[must_use]
    pub fn of_operation(&self, operation: &Operation) -> Option<&Move<'a>> {
        self.moves.iter().find(|one| one.operation.id == operation.id)
    }

    /// The moves that bring a new thing into a state, as few as there have to be; `None`: nothing is known to.
    #[must_use]
    pub fn way_to(&self, state: &str) -> Option<Vec<&Move<'a>>> {
        let initial = self.initial.as_deref()?;
        let mut ways: Vec<(&str, Vec<&Move<'a>>)> = vec![(initial, Vec::new())];
        let mut next = 0;
        while let Some((at, way)) = ways.get(next).cloned() {
            if at == state {
                return Some(way);
            }
            for one in self.moves.iter().filter(|one| one.from.iter().any(|from| from == at)) {
                if ways.iter().all(|(known, _)| *known != one.to) {
                    ways.push((&one.to, way.iter().copied().chain([one]).collect()));
                }
            }
            next += 1;
        }
        None
    }

    /// The states in which an operation within the thing, or on it, is said to be refused.
    #[must_use]
    pub fn refused_in(&self, operation: &Operation) -> Vec<&str> {
        if let Some(own) = self.of_operation(operation) {
            let others =
                self.states.iter().filter(|one| !own.from.contains(one) && own.is_refused_else);
            return others.map(String::as_str).collect();
        }
        let said = operation.description.as_deref().unwrap_or_default();
        let barring = prose::sentences(said).filter(|sentence| prose::says_refused(sentence));
        let barred = barring.flat_map(|sentence| mentioned(sentence, &self.states));
        let barred = barred.map(|(_, state)| state.as_str()).collect::<Vec<_>>();
        // Of several states in one sentence it isn't told which of them are meant: "neither paid nor shipped".
        if barred.len() == 1 { barred } else { Vec::new() }
    }
}

impl<'a> Move<'a> {
    fn of(operation: &'a Operation, states: &[String]) -> Option<Self> {
        let said = operation.description.as_deref().or(operation.summary.as_deref())?;
        let (from, to) = prose::sentences(said)
            .find_map(|sentence| turned(sentence, states))
            .or_else(|| only_from(operation, said, states))?;
        let documents_it = operation.responses.contains_key(&Status::Code(409));
        let is_refused_else = documents_it && prose::says_else_refused(said);
        Some(Self { operation, from, to, is_refused_else })
    }
}

/// Where a sentence turns from what was to what is.
const TURNS: &[&str] = &["into", "to", "becomes", "become", "->", "→"];

/// "Turns a `booked` one into a `confirmed` one", "A `booked` or `confirmed` one becomes `cancelled`".
fn turned(sentence: &str, states: &[String]) -> Option<(Vec<String>, String)> {
    let all = mentioned(sentence, states);
    let (_, to) = all.last()?;
    let turns = tokens(sentence).enumerate().filter(|(_, word)| TURNS.contains(&word.as_str()));
    let places: Vec<usize> = turns.map(|(place, _)| place).collect();
    let turn = places.into_iter().rev().find(|turn| {
        let behind = all.iter().filter(|(place, _)| place > turn).count();
        behind == 1 && all.len() > 1
    })?;
    let from = all.iter().filter(|(place, _)| *place < turn).map(|(_, state)| (*state).clone());
    Some((from.collect(), (*to).clone()))
}

/// "Only `draft` ones can be published" of `…/publish`, where `published` is a state.
fn only_from(
    operation: &Operation,
    said: &str,
    states: &[String],
) -> Option<(Vec<String>, String)> {
    let verb = words(operation.path.last_segment()?);
    let is_done = |state: &&String| {
        let state = words(state);
        let is_form = |(own, verb): (&String, &String)| {
            own.starts_with(verb.strip_suffix(['e', 'y']).unwrap_or(verb))
        };
        state.len() == verb.len() && state.iter().zip(&verb).all(is_form)
    };
    let to = states.iter().find(is_done)?;
    let only = prose::sentences(said).find(|sentence| prose::says_only(sentence))?;
    let from = mentioned(only, states).into_iter().map(|(_, state)| state.clone());
    let from: Vec<String> = from.filter(|state| state != to).collect();
    (!from.is_empty()).then(|| (from, to.clone()))
}

/// The states that a sentence mentions, each with its place among the words.
fn mentioned<'s>(sentence: &str, states: &'s [String]) -> Vec<(usize, &'s String)> {
    let tokens = tokens(sentence).enumerate();
    tokens.filter_map(|(n, word)| Some((n, states.iter().find(|one| **one == word)?))).collect()
}

fn tokens(sentence: &str) -> impl Iterator<Item = String> {
    let is_mark = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '>' | '→'));
    sentence.split_whitespace().map(move |word| word.trim_matches(is_mark).to_owned())
}

/// The one member of what an operation shows that tells its state, and the states: several texts.
fn state(resources: &Resources<'_>, reader: &Operation) -> Option<(String, Vec<String>)> {
    const NAMES: [&str; 4] = ["status", "state", "phase", "stage"];
    let answer = Outline::of(resources.contract, &[reader.answer_schema()?]);
    let required: Vec<&str> = answer.required(Direction::Response).collect();
    let name = NAMES.into_iter().find(|name| required.contains(name))?;
    let states = answer.member(name)?.texts();
    (states.len() > 1).then(|| (name.to_owned(), states))
}

/// What a new thing is: as what makes it says ("A new visit is `booked`"), or the one state that nothing leads to and
/// something leads from.
fn initial(
    resources: &Resources<'_>,
    reader: &Operation,
    states: &[String],
    moves: &[Move<'_>],
) -> Option<String> {
    let makers = resources.makers(reader, reader.path.item_parameter()?);
    let makers = makers.iter().filter_map(|one| resources.operation(&one.operation_id));
    let said = makers.filter_map(|one| one.description.as_deref());
    let told = said.flat_map(prose::sentences).filter(|sentence| prose::says_new(sentence));
    let told = told.map(|sentence| mentioned(sentence, states)).find(|all| all.len() == 1);
    if let Some((_, state)) = told.as_deref().and_then(<[_]>::first) {
        return Some((*state).clone());
    }
    let is_first = |state: &&String| {
        moves.iter().any(|one| one.from.contains(state))
            && moves.iter().all(|one| one.to != **state)
    };
    only(states.iter().filter(is_first)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_turn_one_state_into_another() {
        let states: Vec<String> = ["booked", "confirmed", "cancelled"].map(str::to_owned).into();
        let turned = |text| turned(text, &states);
        let one = |from: &[&str], to: &str| {
            Some((from.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>(), to.to_owned()))
        };
        assert_eq!(
            turned("Turns a `booked` visit into a `confirmed` one"),
            one(&["booked"], "confirmed")
        );
        let becomes = "A `booked` or `confirmed` visit becomes `cancelled`, and its time is free";
        assert_eq!(turned(becomes), one(&["booked", "confirmed"], "cancelled"));
        assert_eq!(turned("Moves from booked to confirmed"), one(&["booked"], "confirmed"));
        assert_eq!(turned("Turns it into a `confirmed` one"), None);
        assert_eq!(turned("Says to whom a booked visit belongs"), None);
    }
}
