//! What an operation is refused for: the state of what it is about.

use serde_json::Value;

use super::super::needed_state;
use super::super::prose::{has, says_only, says_refused, sentences};
use super::super::table::tables;
use super::super::told::statuses;
use super::super::unfit::nouns;
use super::transitions::{mentioned, state_of, tokens};
use super::{Lifecycle, Move};
use crate::model::{Operation, Status};

/// An operation is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal<'l> {
    /// In this state.
    pub state: &'l str,
    /// When it is to lead to this one; `None`: whatever it asks for.
    pub to: Option<&'l str>,
    /// When it asks for that by this value, where that isn't the state itself.
    pub value: Option<&'l Value>,
    /// With this status.
    pub status: u16,
    /// Whether the document says so outright, with the status.
    pub is_told: bool,
}

/// The moves that aren't told, where all others are said to be refused.
pub(super) fn of_moves<'l>(states: &'l [String], own: &[&'l Move<'_>]) -> Vec<Refusal<'l>> {
    let refused = own.iter().filter_map(|one| Some((*one, one.refused_else?)));
    let all = refused.flat_map(|(one, status)| {
        let others = states.iter().filter(|state| !one.from.contains(state));
        // Whether what is in a state already may be moved there is another question, unless it is asked for by what is done.
        let is_named = one.by.is_some() && one.value.is_none();
        let others = others.filter(move |state| !is_named || **state != one.to);
        others.map(move |state| {
            let to = one.by.is_some().then_some(one.to.as_str());
            let is_told = one.by.is_some() || one.says(status);
            Refusal { state, to, value: one.value.as_ref(), status, is_told }
        })
    });
    all.collect()
}

impl Refusal<'_> {
    /// Whether a move is what is refused, where something is asked for.
    #[must_use]
    pub fn is_of(&self, one: &Move<'_>) -> bool {
        self.to == Some(one.to.as_str()) && self.value == one.value.as_ref()
    }
}

impl Move<'_> {
    fn says(&self, status: u16) -> bool {
        let said = self.operation.told.as_deref().unwrap_or_default();
        statuses(said).any(|one| one == status)
    }
}

/// The states in which an operation is said to be refused.
pub(super) fn in_states<'l>(life: &'l Lifecycle<'_>, operation: &Operation) -> Vec<Refusal<'l>> {
    const CONFLICT: u16 = 409;
    let states = &life.states;
    let response = operation.responses.get(&Status::Code(CONFLICT));
    if operation.method.is_safe() || response.is_none() {
        return Vec::new();
    }
    let said = operation.told.as_deref().unwrap_or_default();
    // What is `rejected` need not be what is refused.
    let says_so = |sentence: &str| {
        let words = tokens(sentence).filter(|word| state_of(states, word).is_none());
        let bare = words.collect::<Vec<_>>().join(" ");
        says_refused(&bare) || says_only(&bare)
    };
    let own = sentences(said).flat_map(|one| one.split(") and "));
    let own = own.flat_map(clauses).filter(|one| says_so(one));
    // "Not even with the same content" is no condition.
    let own = own.map(|one| one.split(", not even ").next().unwrap_or(one));
    let own = own.map(|one| refused(one, states)).find(|all| !all.is_empty());
    let answer = response.into_iter().flat_map(|one| pieces(&one.description));
    let answer = answer.flat_map(|piece| refused(piece, states)).collect::<Vec<_>>();
    let general = frozen(&life.said, states);
    let is_told = !answer.is_empty() || said.contains("409");
    let tabled = with_nothing(said, states);
    let found = own.into_iter().flatten().chain(answer).chain(general).chain(tabled);
    let mut all: Vec<Refusal<'l>> = Vec::new();
    for state in found {
        if all.iter().all(|known| known.state != state) {
            all.push(Refusal { state, to: None, value: None, status: CONFLICT, is_told });
        }
    }
    let nouns = life.shown_by.path.last_literal().map(nouns).unwrap_or_default();
    let needed = all.is_empty().then(|| needed_state::own(operation, &nouns, states)).flatten();
    let others = |needed: &Vec<&String>| -> Vec<&'l String> {
        states.iter().filter(|state| !needed.contains(state)).collect()
    };
    let others = needed.as_ref().map(others).unwrap_or_default().into_iter();
    all.extend(others.map(|state| Refusal {
        state,
        to: None,
        value: None,
        status: CONFLICT,
        is_told,
    }));
    // Where nothing is left in which it could be done, something was misread.
    if all.len() < states.len() { all } else { Vec::new() }
}

/// The states of which a table says that there is nothing to be done in them:
///
/// | the order is | what may be added |
/// | --- | --- |
/// | `draft` | none |
/// | `open` | `note`, `item` |
fn with_nothing<'s>(text: &str, states: &'s [String]) -> Vec<&'s str> {
    const NOTHING: [&str; 7] = ["none", "nothing", "no", "-", "–", "—", "not possible"];
    let tables = tables(text);
    let all = tables.iter().filter_map(|table| {
        let (at, named) = table.column_of(states)?;
        let is_empty = |row: &Vec<&str>| {
            let mut others = row.iter().enumerate().filter(|(cell, _)| *cell != at);
            row.len() > 1 && others.all(|(_, cell)| NOTHING.contains(&cell.to_lowercase().as_str()))
        };
        let empty = table.rows.iter().zip(named).filter(|(row, _)| is_empty(row));
        Some(empty.map(|(_, state)| state.as_str()).collect::<Vec<_>>())
    });
    all.flatten().collect()
}

/// The states in which nothing of a thing can be changed any more: "Archived lists are read-only."
fn frozen<'s>(texts: &[&str], states: &'s [String]) -> Vec<&'s str> {
    const FROZEN: [&str; 8] = [
        "read-only",
        "read only",
        "no longer be changed",
        "can't be changed",
        "cannot be changed",
        "immutable",
        "not be modified",
        "cannot be modified",
    ];
    let frozen = texts.iter().flat_map(|text| sentences(text)).filter(|one| has(one, &FROZEN));
    let frozen = frozen.filter_map(|sentence| {
        let lower = sentence.to_lowercase();
        let all = mentioned(&lower, states);
        let [(_, state)] = all.as_slice() else { return None };
        Some(state.as_str())
    });
    frozen.collect()
}

/// "Nobody can vote for what they made, and nobody for one that is `open`": two clauses, where a list of states is one.
fn clauses(sentence: &str) -> Vec<&str> {
    const BEGINNINGS: [&str; 3] = ["nobody ", "none ", "no one "];
    match sentence.split_once(", and ") {
        Some((one, other)) if BEGINNINGS.iter().any(|begin| other.starts_with(begin)) => {
            vec![one, other]
        }
        _ => vec![sentence],
    }
}

/// A description of several causes by its parts.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    sentences(text).flat_map(|sentence| sentence.split(',')).flat_map(|one| one.split(", or "))
}

/// The states that a piece of a sentence rules out: those that it names, or all others where it denies them.
fn refused<'s>(piece: &str, states: &'s [String]) -> Vec<&'s str> {
    let mut piece = piece.replace("` and `", "` or `");
    // With which status is no condition.
    for status in [" with 409", " with `409`", " with a 409", " with a conflict"] {
        piece = piece.replace(status, "");
    }
    let piece = &piece;
    // A condition beside the state may be what is meant.
    if has(piece, &[" and ", " has ", " have ", " with ", " without "]) {
        return Vec::new();
    }
    // "It can be set to either, but not while it is out."
    let while_it_is = ["not while ", "not when ", "not if ", "not as long as "];
    if let Some((_, behind)) = while_it_is.iter().find_map(|one| piece.split_once(one)) {
        return refused(behind, states);
    }
    let lower = piece.to_lowercase();
    let all_words: Vec<String> = tokens(&lower).collect();
    let all: Vec<_> = mentioned(&lower, states)
        .into_iter()
        .filter(|(place, state)| is_about(&all_words, *place) || quotes(piece, state))
        .collect();
    let Some((first, _)) = all.first() else { return Vec::new() };
    let named = |state: &&String| all.iter().any(|(_, one)| one == state);
    let is_list = all.len() == 1 || all_words.iter().any(|word| word == "or" || word == "nor");
    // "An order that is `shipped` or `returned` (409 otherwise)."
    let is_needed = all_words.iter().any(|word| word == "otherwise");
    match is_needed || is_denied(&all_words, *first) {
        true => states.iter().filter(|state| !named(state)).map(String::as_str).collect(),
        false if is_list => all.into_iter().map(|(_, state)| state.as_str()).collect(),
        // Of several states in one sentence it isn't told which of them are meant.
        false => Vec::new(),
    }
}

fn quotes(piece: &str, state: &str) -> bool {
    piece.contains(&format!("`{state}`"))
}

/// Whether a word is what something is, and no word of another meaning: "is open", but not "has open items".
fn is_about(words: &[String], place: usize) -> bool {
    const BEFORE: [&str; 22] = [
        "is", "are", "was", "were", "been", "already", "still", "not", "isn't", "aren't", "longer",
        "a", "an", "the", "only", "or", "neither", "nor", "in", "than", "unless", "while",
    ];
    let Some(before) = place.checked_sub(1).and_then(|before| words.get(before)) else {
        return true;
    };
    BEFORE.contains(&before.as_str())
}

/// Whether what is named is what has to be: "not a draft", "only while it is a draft".
fn is_denied(words: &[String], place: usize) -> bool {
    const DENIALS: [&str; 12] = [
        "not", "isn't", "aren't", "wasn't", "longer", "neither", "only", "unless", "except",
        "than", "must", "hasn't",
    ];
    words.iter().take(place).any(|word| DENIALS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(piece: &str) -> Vec<String> {
        let states = ["draft", "open", "paid", "void"].map(str::to_owned);
        refused(piece, &states).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn states_are_ruled_out_by_name_or_by_what_has_to_be() {
        assert_eq!(heard("The order is `paid`"), ["paid"]);
        assert_eq!(heard("It is paid or void already"), ["paid", "void"]);
        assert_eq!(heard("The order is not a draft"), ["open", "paid", "void"]);
        assert_eq!(heard("The order is no longer open"), ["draft", "paid", "void"]);
        assert_eq!(heard("Only `draft` and `open` orders can be changed"), ["paid", "void"]);
        assert_eq!(heard("Only `draft` or `open` orders can be changed"), ["paid", "void"]);
        assert_eq!(heard("neither paid nor void"), ["draft", "open"]);
        assert_eq!(
            heard("Ships an order that is `open` or `paid` (409 otherwise)"),
            ["draft", "void"]
        );
        assert_eq!(
            heard("It can be set to `draft` or `void`, but not while it is `paid`"),
            ["paid"]
        );
        assert_eq!(heard("Nothing changes for `paid` and `void` orders"), ["paid", "void"]);
        assert!(heard("The customer has open orders").is_empty());
        assert!(heard("The order is paid and was shipped").is_empty());
        assert!(heard("The address is open to all, a draft of it is paid for").is_empty());
    }

    #[test]
    fn drafts_are_what_is_a_draft() {
        assert_eq!(heard("Only drafts can be deleted"), ["open", "paid", "void"]);
    }

    #[test]
    fn a_table_tells_where_nothing_can_be_done() {
        let states = ["draft", "open", "paid"].map(str::to_owned);
        let table = "Adds.\n\n| order is | may be added |\n|--|--|\n| `draft` | none |\n| `open` | `note` |\n| `paid` | – |\n";
        assert_eq!(with_nothing(table, &states), ["draft", "paid"]);
        assert!(with_nothing("| kind | of |\n|--|--|\n| a | none |", &states).is_empty());
    }

    #[test]
    fn what_is_put_aside_is_read_only() {
        let states = ["not archived", "archived"].map(str::to_owned);
        let said = ["Lists may be archived. Archived lists are read-only, writes are a 409."];
        assert_eq!(frozen(&said, &states), ["archived"]);
        assert!(frozen(&["Archived lists are shown last."], &states).is_empty());
    }
}
