//! Values that are always refused, as descriptions say of a sandbox: "the card token `tok_declined` is always declined: 402".

use super::Resources;
use super::prose::{has, on_one_line};
use super::told::statuses;
use crate::model::{Operation, SchemaId};
use crate::names::{fold, words};
use crate::only::only;
use crate::outline::Outline;

/// A value of a member of a body, with which the operation is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedValue {
    /// The member.
    pub member: String,
    /// The value: a text.
    pub value: String,
    /// The status.
    pub status: u16,
    /// Whether the thing is said to stay as it is.
    pub keeps_state: bool,
}

pub(super) fn of(resources: &Resources<'_>, operation: &Operation) -> Vec<RefusedValue> {
    let Some(schema) = operation.body_schema() else { return Vec::new() };
    let said = on_one_line(operation.told.as_deref().unwrap_or_default());
    if !has(&said, &[" always "]) {
        return Vec::new();
    }
    let members = members(resources, schema);
    let told = said.split(". ").flat_map(|sentence| heard(sentence, &members));
    let is_documented = |one: &RefusedValue| operation.documents(one.status);
    told.filter(is_documented).collect()
}

/// The members of a body, and of each of its alternatives.
fn members(resources: &Resources<'_>, schema: SchemaId) -> Vec<String> {
    let contract = resources.contract;
    let alternatives = contract.schema(schema).one_of.iter().chain(&contract.schema(schema).any_of);
    let all = std::iter::once(&schema).chain(alternatives);
    let mut names: Vec<String> = Vec::new();
    for id in all {
        let own = Outline::of(contract, &[*id]);
        names.extend(own.members().into_keys().map(str::to_owned));
    }
    names.sort();
    names.dedup();
    names
}

/// "The card token `tok_declined` is always declined: 402": what stands right before the value calls the member.
fn heard(sentence: &str, members: &[String]) -> Vec<RefusedValue> {
    const ALWAYS: &str = "` is always ";
    const REFUSED: [&str; 5] = ["declined", "refused", "rejected", "denied", "an error"];
    let told = sentence.match_indices(ALWAYS).filter_map(|(at, _)| {
        let (before, behind) = (sentence.get(..at)?, sentence.get(at + ALWAYS.len()..)?);
        REFUSED.iter().any(|one| behind.starts_with(one)).then_some(())?;
        let (called, value) = before.rsplit_once('`')?;
        let member = called_by(called, members)?;
        let is_refusal = |one: &u16| !matches!(one, 401 | 403 | 404 | 405);
        let status = statuses(behind.split(['`', ',', ';']).next()?).find(is_refusal)?;
        let keeps_state = has(behind, &["stays", "unchanged", "keeps"]);
        Some(RefusedValue { member, value: value.to_owned(), status, keeps_state })
    });
    told.collect()
}

/// The member that a text ends with, by its words or its name: the one with the most of them.
fn called_by(text: &str, members: &[String]) -> Option<String> {
    let spoken = words(text);
    let named = text.trim_end().strip_suffix('`').and_then(|text| text.rsplit('`').next());
    let is_called = |name: &&String| {
        let own = words(name);
        !own.is_empty() && spoken.ends_with(&own)
            || named.is_some_and(|one| fold(one) == fold(name))
    };
    let called: Vec<&String> = members.iter().filter(is_called).collect();
    let most = called.iter().map(|name| words(name).len()).max()?;
    only(called.into_iter().filter(|name| words(name).len() == most)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_always_refused_are_heard() {
        let members = ["amount", "card_token", "token"].map(str::to_owned);
        let read = |sentence: &str| heard(sentence, &members);
        let said = "In the sandbox, `tok_ok` is always taken, the card token `tok_declined` is always declined: 402 `no`, the order stays `new`";
        let told = read(said);
        let [told] = told.as_slice() else { panic!("{told:?}") };
        let (member, value) = (told.member.as_str(), told.value.as_str());
        assert_eq!(
            (member, value, told.status, told.keeps_state),
            ("card_token", "tok_declined", 402, true)
        );
        for sentence in [
            "The card token `tok_ok` is always accepted, `tok_no` is always declined (402)",
            "The colour `red` is always refused: 422",
            "A card token is always refused: 402",
            "The token `viewer` is always allowed; a higher one is refused with 422",
        ] {
            assert_eq!(read(sentence), [], "{sentence}");
        }
    }
}
