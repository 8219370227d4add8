//! What a thing has to have before an action is done to it: "An event needs at least one ticket type to be published."

use super::Resources;
use super::prose::{has, mentions, sentences};
use crate::model::{Method, Operation, PathPart, Status};
use crate::names::{singulars, words};
use crate::only::only;
use crate::outline::Outline;

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
    let said = action.told.as_deref().unwrap_or_default();
    let conflict = action.responses.get(&Status::Code(409));
    let lacks = conflict.into_iter().flat_map(|one| sentences(&one.description));
    let lacks = lacks.flat_map(|one| one.split(',')).filter(|one| has(one, &LACKS));
    let needs: Vec<&str> = sentences(said).filter(|one| has(one, &NEEDS)).chain(lacks).collect();
    if let Some(filling) = filling(resources, action) {
        return vec![filling];
    }
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

/// What fills something that each caller has one of, where an action refuses it empty: `PUT /cart/items/{sku}`, of "an empty cart
/// gives 409".
pub(super) fn filling<'a>(resources: &Resources<'a>, action: &Operation) -> Option<&'a Operation> {
    const EMPTY: &str = "empty";
    let conflict = action.responses.get(&Status::Code(409)).map(|one| one.description.as_str());
    let own = sentences(action.told.as_deref()?).filter(|one| has(one, &["409"]));
    let empty: Vec<String> = own
        .chain(conflict)
        .flat_map(|one| {
            let all = words(one);
            let named = all.windows(2).filter(|pair| pair[0] == EMPTY).map(|pair| pair[1].clone());
            named.collect::<Vec<_>>()
        })
        .collect();
    // One part is enough.
    resources.contract.operations.iter().find(|one| {
        let segments = one.path.without_slash();
        let is_it = |first: &Vec<PathPart>| matches!(first.as_slice(), [PathPart::Literal(first)] if empty.contains(first));
        let is_part = segments.len() > 1 && segments.first().is_some_and(is_it);
        is_part && matches!(one.method, Method::Put | Method::Post) && one.id != action.id
    })
}

/// The number of a part's body that takes the part out where it is 0: "0 takes the item out".
pub(super) fn emptied_by(resources: &Resources<'_>, part: &Operation) -> Option<String> {
    const OUT: [&str; 6] = [
        "0 takes",
        "0 removes",
        "0 deletes",
        "zero takes",
        "zero removes",
        "quantity of 0 removes",
    ];
    let body = Outline::of(resources.contract, &[part.body_schema()?]);
    has(part.told.as_deref()?, &OUT).then_some(())?;
    let numbers = body.members().into_keys().filter(|name| body.has_number(name));
    only(numbers).map(str::to_owned)
}

/// Whether what an action needs is said of this state, or of all that it leads to: "to be published", where `published` is a
/// state; or "it has no items" of what a conflict is for.
pub(super) fn is_of_state(action: &Operation, state: &str) -> bool {
    let said = action.told.as_deref().unwrap_or_default();
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
    let words = words(plural);
    let Some((last, before)) = words.split_last() else { return Vec::new() };
    let before = before.iter().map(|word| format!("{word}_")).collect::<String>();
    singulars(last).into_iter().map(|last| format!("{before}{last}")).collect()
}
