//! What descriptions say of conflicts: that two things can't have the same of something, and that what has parts, or is
//! referred to, isn't removed. A 409 alone may mean anything.

use super::prose::{has, mentions, sentences};
use crate::model::Contract;
use crate::model::{JsonType, Location, Operation, PathPart, Status};
use crate::names::singulars;
use crate::outline::Outline;

const CONFLICT: Status = Status::Code(409);
/// How it is said that there is one of a kind.
const UNIQUE: [&str; 10] = [
    "unique",
    "no two",
    "is taken",
    "already taken",
    "already exists",
    "already in use",
    "already used",
    "for a second",
    "duplicate",
    "there is one",
];
/// How it is said that something keeps another thing from being removed.
const KEPT: [&str; 9] = [
    "409",
    "conflict",
    "not while",
    "still",
    "in use",
    "unless",
    "refused",
    "can't be",
    "cannot be",
];

/// Whether a description says that no two things have the same of these members.
pub(super) fn says_unique(operation: &Operation, members: &[&str]) -> bool {
    said(operation).flat_map(sentences).any(|sentence| {
        has(sentence, &UNIQUE) && members.iter().any(|member| mentions(sentence, member))
    })
}

/// Whether the description of a removal says that what another operation makes within the thing, or refers to it with,
/// keeps it from being removed; or that it takes a parameter to remove it all the same.
pub(super) fn says_kept(contract: &Contract, remover: &Operation, part: &Operation) -> bool {
    let literals = part.path.segments.iter().flatten().rev();
    let mut literals = literals.filter_map(|piece| match piece {
        PathPart::Literal(text) => Some(text),
        PathPart::Parameter(_) => None,
    });
    let Some(plural) = literals.next() else { return false };
    let things = singulars(plural);
    let switches: Vec<&str> = remover
        .parameters
        .iter()
        .filter(|one| one.location == Location::Query)
        .filter(|one| {
            let is_switch = |id| Outline::of(contract, &[id]).is(JsonType::Boolean);
            one.schema().is_some_and(is_switch)
        })
        .map(|one| one.name.as_str())
        .collect();
    said(remover).flat_map(sentences).any(|sentence| {
        let is_about = things.iter().any(|thing| mentions(sentence, thing));
        let has_switch = switches.iter().any(|switch| mentions(sentence, switch));
        is_about && (has_switch || has(sentence, &KEPT))
    })
}

/// What is said of an operation and of its conflicts.
fn said(operation: &Operation) -> impl Iterator<Item = &str> {
    let response = operation.responses.get(&CONFLICT).map(|one| one.description.as_str());
    let own = [operation.description.as_deref(), operation.summary.as_deref(), response];
    own.into_iter().flatten()
}
