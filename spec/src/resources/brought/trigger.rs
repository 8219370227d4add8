//! When an operation does something to others: "When an application is rejected or withdrawn, …", "If it is accepted, …".

use serde_json::Value;

use super::super::lifecycle::{mentioned, state_of, tokens};
use super::super::prose::has;
use super::super::unfit::nouns;
use super::{Lifecycle, Trigger};
use crate::model::{JsonType, Operation};
use crate::outline::Outline;

/// How sentences begin that are of some cases.
const BEGINNINGS: [&str; 8] =
    ["when ", "if ", "once ", "as soon as ", "whenever ", "with an ", "with a ", "with the "];
/// What may stand there beside what is done to what.
const BESIDE: [&str; 17] = [
    "", "a", "an", "the", "it", "is", "was", "has", "been", "or", "to", "set", "marked", "as",
    "and", "becomes", "status",
];

/// Whether a sentence may be of some cases.
pub(super) fn may_be(sentence: &str) -> bool {
    let lower = plain(sentence).to_lowercase();
    lower.starts_with('|') || BEGINNINGS.iter().any(|begin| lower.starts_with(begin))
}

/// A sentence without the mark of the point of a list that it may be.
fn plain(sentence: &str) -> &str {
    sentence.trim().trim_start_matches(['-', '*', '+', ' '])
}

/// The triggers of what a sentence tells, none where they aren't known, and what it tells of them.
pub(super) fn of<'s>(
    sentence: &'s str,
    (operation, own, body): (&Operation, &[&Lifecycle<'_>], Option<&Outline<'_>>),
) -> (Vec<Trigger>, &'s str) {
    let sentence = plain(sentence);
    if let Some(row) = sentence.strip_prefix('|') {
        return row_of(row, own).unwrap_or_default();
    }
    let lower = sentence.to_lowercase();
    let begin = BEGINNINGS.iter().find(|begin| lower.starts_with(*begin));
    let Some(begin) = begin else { return (vec![Trigger::Always], sentence) };
    let Some((case, rest)) = sentence.split_once(',') else { return (Vec::new(), sentence) };
    let case = case.get(begin.len()..).unwrap_or_default();
    let triggers = moves(case, operation, own).or_else(|| set(case, operation, body));
    (triggers.unwrap_or_default(), rest)
}

/// The moves that are spoken of, where nothing else is.
fn moves(case: &str, operation: &Operation, own: &[&Lifecycle<'_>]) -> Option<Vec<Trigger>> {
    own.iter().find_map(|life| {
        let targets: Vec<String> = life.moves_of(operation).map(|one| one.to.clone()).collect();
        let called = life.about.path.last_literal().map(nouns).unwrap_or_default();
        let is_beside = |word: &str| {
            let word = word.to_lowercase();
            let is_thing = called.contains(&word) || word == life.member.to_lowercase();
            is_thing || BESIDE.contains(&word.as_str())
        };
        let is_plain =
            tokens(case).all(|word| is_beside(&word) || state_of(&targets, &word).is_some());
        let named = mentioned(case, &targets).into_iter();
        let named: Vec<Trigger> = named.map(|(_, state)| Trigger::Move(state.clone())).collect();
        // "A sailing voyage is cancelled" tells where from, and that alone.
        let is_list = named.len() < 2 || has(case, &[" or ", " and "]);
        (is_plain && is_list && !named.is_empty()).then_some(named)
    })
}

/// A row of a table of moves that tells what comes of each: from where, to where, and that.
fn row_of<'s>(row: &'s str, own: &[&Lifecycle<'_>]) -> Option<(Vec<Trigger>, &'s str)> {
    let mut cells = row.split('|').map(str::trim);
    let (from, to, rest) = (cells.next()?, cells.next()?, cells.next()?);
    let [from, to] = [from, to].map(|cell| cell.trim_matches('`'));
    let life = own.iter().find(|life| state_of(&life.states, from).is_some())?;
    let to = state_of(&life.states, to)?;
    // Where something else leads there, too, nothing is told of that.
    let mut leads = life.moves.iter().filter(|one| one.to == *to);
    leads.all(|one| matches!(one.from.as_slice(), [only] if only == from)).then_some(())?;
    Some((vec![Trigger::Move(to.clone())], rest))
}

/// The member of a body that is spoken of: "a pet is marked as deceased" of the flag `deceased`, "`status` is set to `cancelled`".
fn set(case: &str, operation: &Operation, body: Option<&Outline<'_>>) -> Option<Vec<Trigger>> {
    let body = body?;
    let called = operation.path.last_literal().map(nouns).unwrap_or_default();
    let members = body.members();
    let told: Vec<String> = tokens(case)
        .filter(|word| {
            let lower = word.to_lowercase();
            let is_member = members.contains_key(word.as_str());
            !called.contains(&lower) && (is_member || !BESIDE.contains(&lower.as_str()))
        })
        .collect();
    let (name, value) = match told.as_slice() {
        [word] => {
            let is_called = |name: &&&str| {
                let bare = name.strip_prefix("is").unwrap_or(name).trim_start_matches('_');
                bare.eq_ignore_ascii_case(word) || **name == word
            };
            let name = members.keys().find(is_called)?;
            (*name, Value::Bool(true))
        }
        [name, value] => (name.as_str(), Value::from(value.as_str())),
        _ => return None,
    };
    let member = body.member(name)?;
    let is_one = match &value {
        Value::String(text) => member.texts().contains(text),
        _ => member.is(JsonType::Boolean),
    };
    is_one.then(|| vec![Trigger::Set(name.to_owned(), value)])
}
