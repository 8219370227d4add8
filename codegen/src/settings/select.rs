//! A contract without what nobody asked for.

use std::collections::HashSet;

use spec::Contract;
use spec::model::{MediaType, Operation, SchemaId};

use super::Only;

/// The contract with nothing but the operations that were asked for, and the components that they reach.
pub(crate) fn select(contract: &Contract, only: &Only) -> Contract {
    let is_asked_for = |operation: &Operation| {
        only.operations.contains(&operation.id)
            || operation.tags.iter().any(|tag| only.tags.contains(tag))
    };
    let mut selected = contract.clone();
    // A callback comes with the operation that it is a callback of.
    selected.operations.retain(is_asked_for);
    selected.webhooks.retain(|webhook| is_asked_for(&webhook.operation));
    let sent = selected.sent().map(|callback| &callback.operation);
    let reached = reached(contract, selected.operations.iter().chain(sent));
    selected.components.retain(|_, id| reached.contains(id));
    selected
}

/// Every schema that the operations speak of.
fn reached<'c>(
    contract: &Contract,
    operations: impl Iterator<Item = &'c Operation>,
) -> HashSet<SchemaId> {
    let mut waiting: Vec<SchemaId> = operations.flat_map(spoken_of).collect();
    let mut reached = HashSet::new();
    while let Some(id) = waiting.pop() {
        if reached.insert(id) {
            waiting.extend(contract.schema(id).children());
        }
    }
    reached
}

fn spoken_of(operation: &Operation) -> Vec<SchemaId> {
    let of = |content: &MediaType| [content.schema, content.item_schema];
    let parameters = operation.parameters.iter().filter_map(|parameter| parameter.schema());
    let bodies = operation.body.iter().flat_map(|body| body.content.values());
    let responses = || operation.responses.values();
    let answers = responses().flat_map(|response| response.content.values());
    let headers = responses().flat_map(|response| response.headers.values());
    parameters
        .chain(bodies.chain(answers).flat_map(of).flatten())
        .chain(headers.filter_map(|header| header.schema()))
        .collect()
}
