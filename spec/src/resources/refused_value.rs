//! Values that are always refused, as descriptions say of a sandbox: "the card token `tok_declined` is always declined: 402".

use super::Resources;
use super::prose::{has, on_one_line, quoted};
use super::told::statuses;
use crate::model::{Operation, SchemaId, Status};
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
}

pub(super) fn of(resources: &Resources<'_>, operation: &Operation) -> Vec<RefusedValue> {
    let Some(schema) = operation.body_schema() else { return Vec::new() };
    let said = on_one_line(operation.told.as_deref().unwrap_or_default());
    if !has(&said, &[" always "]) {
        return Vec::new();
    }
    let members = members(resources, schema);
    let told = said.split(". ").filter_map(|sentence| heard(sentence, &members));
    let is_documented =
        |one: &RefusedValue| operation.responses.contains_key(&Status::Code(one.status));
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
fn heard(sentence: &str, members: &[String]) -> Option<RefusedValue> {
    const ALWAYS: &str = "` is always ";
    let (before, behind) = sentence.split_once(ALWAYS)?;
    let (called, value) = before.rsplit_once('`')?;
    let spoken = words(called);
    let is_called = |name: &&String| {
        let own = words(name);
        !own.is_empty() && spoken.ends_with(&own)
            || quoted(called).last().is_some_and(|one| fold(one) == fold(name))
    };
    let member = only(members.iter().filter(is_called))?.clone();
    let is_refusal = |one: &u16| !matches!(one, 401 | 403 | 404 | 405);
    let status = statuses(behind).find(is_refusal)?;
    Some(RefusedValue { member, value: value.to_owned(), status })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_always_refused_are_heard() {
        let members = ["amount", "card_token", "token"].map(str::to_owned);
        let read = |sentence: &str| heard(sentence, &members);
        let told = read(
            "In the sandbox, the card token `tok_declined` is always declined: 402 `no`, the order stays",
        );
        let told = told.expect("a value");
        assert_eq!(
            (told.member.as_str(), told.value.as_str(), told.status),
            ("card_token", "tok_declined", 402)
        );
        for sentence in [
            "The card token `tok_ok` is always taken",
            "The colour `red` is always refused: 422",
            "A card token is always refused: 402",
        ] {
            assert_eq!(read(sentence), None, "{sentence}");
        }
    }
}
