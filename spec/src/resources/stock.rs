//! Stock: what takes of it needs some of it to be there, and something else puts it there.

use indexmap::IndexSet;

use super::Resources;
use super::prose::{has, sentences};
use crate::model::{Contract, JsonType, Method, Operation, SchemaId, Status};
use crate::names::words;
use crate::only::only;
use crate::outline::Outline;

/// How it is said that a request is refused, as there isn't as much of something as it takes.
const LACKS: [&str; 8] = [
    "insufficient",
    "not enough",
    "more than is `available`",
    "more than is available",
    "more than there is",
    "out of stock",
    "exceeds the stock",
    "less in stock",
];
/// How it is said that a request puts some of it there.
const ADDS: [&str; 8] = [
    "stock is found",
    "adds stock",
    "adds to the stock",
    "into stock",
    "into the stock",
    "raises the stock",
    "increases the stock",
    "restock",
];

/// The operation that puts there what another one takes: the only one that names the same things, and a quantity of them.
pub(super) fn needed<'a>(
    resources: &Resources<'a>,
    operation: &Operation,
) -> Option<&'a Operation> {
    let contract = resources.contract;
    (operation.method == Method::Post && is_taken_of(operation)).then_some(())?;
    let taken = named(contract, operation);
    let puts = |one: &&Operation| {
        let said = one.description.as_deref().unwrap_or_default();
        one.method == Method::Post
            && one.id != operation.id
            && one.path.parameters().next().is_none()
            && sentences(said).any(|sentence| has(sentence, &ADDS))
            && !named(contract, one).is_disjoint(&taken)
    };
    only(contract.operations.iter().filter(puts))
}

/// Whether an operation is said to be refused where there isn't as much of something as it takes.
pub(super) fn is_taken_of(operation: &Operation) -> bool {
    let Some(conflict) = operation.responses.get(&Status::Code(409)) else { return false };
    let said = [operation.told.as_deref(), Some(conflict.description.as_str())];
    said.into_iter().flatten().flat_map(sentences).any(|one| has(one, &LACKS))
}

/// The members of an operation's body that name things, of which it has a quantity as well: in the body itself, or in the items
/// of a list in it.
fn named<'a>(contract: &'a Contract, operation: &Operation) -> IndexSet<&'a str> {
    let Some(body) = operation.body_schema() else { return IndexSet::new() };
    let whole = Outline::of(contract, &[body]);
    let lists = whole.members().into_keys().filter_map(|name| Some(whole.list(Some(name))?.1));
    let parts: Vec<Vec<SchemaId>> = lists.collect();
    let all = parts.iter().map(|ids| Outline::of(contract, ids)).chain([whole]);
    all.flat_map(|part| counted(&part)).collect()
}

fn counted<'a>(part: &Outline<'a>) -> Vec<&'a str> {
    const QUANTITIES: [&str; 5] = ["quantity", "qty", "count", "amount", "units"];
    const NAMES: [&str; 4] = ["id", "sku", "code", "number"];
    let called = |name: &str, those: &[&str]| {
        words(name).last().is_some_and(|word| those.contains(&word.as_str()))
    };
    let members: Vec<&str> = part.members().into_keys().collect();
    let is_quantity = |name: &&str| {
        called(name, &QUANTITIES) && part.member(name).is_some_and(|one| one.is(JsonType::Integer))
    };
    if !members.iter().any(is_quantity) {
        return Vec::new();
    }
    members.into_iter().filter(|name| called(name, &NAMES)).collect()
}
