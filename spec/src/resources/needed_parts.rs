//! What a thing has to have before an action is done to it: "An event needs at least one ticket type to be published."

use super::Resources;
use super::prose::{has, mentions, sentences};
use crate::model::{Method, Operation, Status};
use crate::names::singulars;

/// How it is said that something has to be there.
const NEEDS: [&str; 7] = [
    "needs",
    "at least one",
    "must have",
    "has to have",
    "requires",
    "without any",
    "cannot be empty",
];

/// How it is said that something isn't there.
const LACKS: [&str; 5] = ["has no ", "have no ", "without ", "there are no ", "there is no "];

/// The operations that make the parts which an action needs its thing to have.
pub(super) fn of<'a>(resources: &Resources<'a>, action: &Operation) -> Vec<&'a Operation> {
    let said = action.description.as_deref().unwrap_or_default();
    let conflict = action.responses.get(&Status::Code(409));
    let lacks = conflict.into_iter().flat_map(|one| sentences(&one.description));
    let lacks = lacks.flat_map(|one| one.split(',')).filter(|one| has(one, &LACKS));
    let needs: Vec<&str> = sentences(said).filter(|one| has(one, &NEEDS)).chain(lacks).collect();
    if needs.is_empty() {
        return Vec::new();
    }
    let last = action.path.parameters().last();
    let Some(thing) = last.and_then(|last| action.path.shape_to(last)) else { return Vec::new() };
    let parts = resources
        .right_within(&thing)
        .filter(|one| one.method == Method::Post && one.id != action.id && resources.makes(one));
    let is_needed = |one: &&Operation| {
        let things = one.path.last_literal().map(singular_words).unwrap_or_default();
        things.iter().any(|thing| needs.iter().any(|sentence| mentions(sentence, thing)))
    };
    parts.filter(is_needed).collect()
}

/// Whether what an action needs is said of this state, or of all that it leads to: "to be published", where `published` is a
/// state; or "it has no items" of what a conflict is for.
pub(super) fn is_of_state(action: &Operation, state: &str) -> bool {
    let said = action.description.as_deref().unwrap_or_default();
    let needs = || sentences(said).filter(|one| has(one, &NEEDS));
    let conflict = action.responses.get(&Status::Code(409));
    let lacks = conflict.is_some_and(|one| has(&one.description, &LACKS));
    match needs().next() {
        Some(_) => needs().any(|one| {
            one.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == state)
        }),
        None => lacks,
    }
}

/// `ticket-types` by its words, the last in the singular: `ticket type`.
fn singular_words(plural: &str) -> Vec<String> {
    let words = crate::names::words(plural);
    let Some((last, before)) = words.split_last() else { return Vec::new() };
    let before = before.iter().map(|word| format!("{word}_")).collect::<String>();
    singulars(last).into_iter().map(|last| format!("{before}{last}")).collect()
}
