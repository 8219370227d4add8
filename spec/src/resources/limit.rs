//! What a document says outright of the values of a body that no schema says: a number that depends on another one, a check
//! digit.

use super::prose::{has, mentions, sentences};
use super::told::{number_called, plain, refusals, statuses, statuses_or_usual};
use crate::CheckDigit;
use crate::model::{Contract, Operation, SchemaId};
use crate::names::words;
use crate::only::only;
use crate::outline::Outline;

/// How it is said that a number depends on something else.
const COMPARED: [&str; 14] = [
    "above ",
    "below ",
    "exceed",
    "more than",
    "less than",
    "lower than",
    "greater than",
    "too many",
    "higher than",
    "not the ",
    "must be the ",
    "has to be the ",
    "differs",
    "not equal",
];

/// Whether an answer is said to be for a number that is above, or below, what follows from something else: "a quantity is
/// above the `max_per_order` of its ticket type".
pub(super) fn is_bounded_elsewhere(
    contract: &Contract,
    operation: &Operation,
    member: &str,
) -> bool {
    let said = refusals(operation, [400, 409, 422]);
    let own = operation.description.as_deref();
    let is_told =
        said.chain(own).flat_map(sentences).any(|one| has(one, &COMPARED) && names_it(one, member));
    is_told || is_compared(contract, operation, member)
}

/// Whether a text mentions a member, with its unit or without: the `amount` of `amount_cents`.
fn names_it(text: &str, member: &str) -> bool {
    const UNITS: [&str; 9] =
        ["cents", "minor", "seconds", "minutes", "hours", "days", "bytes", "percent", "ms"];
    let words = words(member);
    let bare = match words.as_slice() {
        [before @ .., last] if !before.is_empty() && UNITS.contains(&last.as_str()) => {
            before.join("_")
        }
        _ => member.to_owned(),
    };
    mentions(text, member) || mentions(text, &bare)
}

/// Whether a member of a body is said to be compared with another one, by the description of either.
fn is_compared(contract: &Contract, operation: &Operation, member: &str) -> bool {
    let Some(schema) = operation.body_schema() else { return false };
    let members = Outline::of(contract, &[schema]).members();
    let said = |name: &str| {
        let ids = members.get(name).into_iter().flatten();
        let mut texts = ids.filter_map(|id| contract.schema(*id).description.as_deref());
        texts.find(|text| has(text, &COMPARED)).map(str::to_owned)
    };
    let names: Vec<&str> = members.keys().copied().filter(|name| *name != member).collect();
    let by_itself = said(member);
    let names_other = by_itself.is_some_and(|text| names.iter().any(|name| names_it(&text, name)));
    names_other || names.iter().any(|name| said(name).is_some_and(|text| names_it(&text, member)))
}

/// What a member of a body is said to be refused for: a number above something that follows from the body, a check digit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldLimit {
    /// The member.
    pub member: String,
    /// With which it is said to be refused.
    pub statuses: Vec<u16>,
}

/// "A discount above the subtotal is a 422": where the body has one number that is called so, and the answer another one.
pub(super) fn bound(contract: &Contract, operation: &Operation) -> Option<ToldLimit> {
    const ABOVE: [&str; 5] = [
        " above the ",
        " greater than the ",
        " more than the ",
        " larger than the ",
        " exceeds the ",
    ];
    let body = Outline::of(contract, &[operation.body_schema()?]);
    let answer = Outline::of(contract, &[operation.answer_schema()?]);
    let said = operation.description.as_deref()?;
    let said = plain(said);
    sentences(&said).find_map(|sentence| {
        let statuses: Vec<u16> = statuses(sentence).collect();
        let (before, behind) = ABOVE.iter().find_map(|above| sentence.split_once(above))?;
        let (taken, from) = (words(before).pop()?, words(behind).into_iter().next()?);
        number_called(&answer, &from)?;
        let member = number_called(&body, &taken)?.to_owned();
        (!statuses.is_empty()).then_some(ToldLimit { member, statuses })
    })
}

/// "An `isbn` must have a correct check digit (422)": of the one member of the body that has one.
pub(super) fn check_digit(contract: &Contract, operation: &Operation) -> Option<ToldLimit> {
    const TOLD: [&str; 4] = ["check digit", "checksum", "check sum", "luhn"];
    let members = Outline::of(contract, &[operation.body_schema()?]).members();
    let checked =
        |(name, ids): &(&str, &Vec<SchemaId>)| CheckDigit::of(contract, ids, Some(name)).is_some();
    let members = members.iter().map(|(name, ids)| (*name, ids));
    let (member, ids) = only(members.filter(checked))?;
    let described = ids.iter().filter_map(|id| contract.schema(*id).description.as_deref());
    let answers = refusals(operation, [400, 422]);
    let said = rules(contract, operation).chain(described).chain(answers);
    let told = said.flat_map(sentences).find(|sentence| has(sentence, &TOLD))?;
    Some(ToldLimit { member: member.to_owned(), statuses: statuses_or_usual(told) })
}

/// What an operation says of itself, and what those say whose rules are said to apply to it: "The rules of `createTitle` apply".
pub(super) fn rules<'c>(
    contract: &'c Contract,
    operation: &'c Operation,
) -> impl Iterator<Item = &'c str> {
    let own = operation.description.as_deref();
    let others =
        own.into_iter().flat_map(sentences).filter(|one| has(one, &["rules of", "rules as"]));
    let names = others.flat_map(|one| one.split(|c: char| !c.is_alphanumeric() && c != '_'));
    let others = names.filter_map(|name| contract.operation(name));
    own.into_iter().chain(others.filter_map(|other| other.description.as_deref()))
}
