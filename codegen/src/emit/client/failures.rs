//! Failures that several operations document alike: one enum for all of them, so that one function of the user's can
//! make all these calls and hand on their errors.
//!
//! It is declared as the failures of the first of them, and the others have another name for it. So each operation has a
//! name for its failures which stays, whatever the contract makes of others.

use std::collections::HashMap;

use spec::model::Status;

use super::Client;
use super::answers::split;
use crate::emit::payloads::{Payload, Payloads};
use crate::ir::{Api, Direction, Operation, Variant};

/// The enums that operations share.
pub(super) struct Failures {
    /// Each with its name and the first of the operations that document it, which declares it.
    shared: Vec<(String, usize)>,
    by_operation: Vec<Option<usize>>,
}

impl Failures {
    /// Finds the failures that more than one operation documents.
    pub(super) fn of(api: &Api, direction: Direction, payloads: &Payloads) -> Self {
        let mut this = Self { shared: Vec::new(), by_operation: Vec::new() };
        this.by_operation.resize(api.operations.len(), None);
        for alike in alike(api, direction, payloads).into_iter().filter(|alike| alike.len() > 1) {
            let name = Client::failure_name(&api.operations[alike[0]]).unwrap_or_default();
            alike.iter().for_each(|at| this.by_operation[*at] = Some(this.shared.len()));
            this.shared.push((name, alike[0]));
        }
        this
    }

    /// The name of the enum that an operation shares with others, and the operation that declares it.
    pub(super) fn of_operation(&self, index: usize) -> Option<(&str, usize)> {
        self.shared().nth(self.by_operation[index]?)
    }

    /// The enums: the name, and the operation that declares it.
    pub(super) fn shared(&self) -> impl Iterator<Item = (&str, usize)> {
        self.shared.iter().map(|(name, owner)| (name.as_str(), *owner))
    }

    /// Their names.
    pub(super) fn names(&self) -> Vec<&str> {
        self.shared().map(|(name, _)| name).collect()
    }
}

/// Operations that document the same failures, and nothing less: indices, in the order of the contract.
fn alike(api: &Api, direction: Direction, payloads: &Payloads) -> Vec<Vec<usize>> {
    let mut sets: Vec<Vec<usize>> = Vec::new();
    let mut by_statuses: HashMap<Vec<Status>, Vec<usize>> = HashMap::new();
    for (index, operation) in api.operations_in(direction) {
        let failures = failures(operation);
        if failures.is_empty() {
            continue;
        }
        let statuses = failures.iter().map(|variant| variant.status).collect();
        let candidates = by_statuses.entry(statuses).or_default();
        let is_like = |set: &&usize| are_alike(api, payloads, sets[**set][0], index);
        match candidates.iter().find(is_like) {
            Some(set) => sets[*set].push(index),
            None => {
                candidates.push(sets.len());
                sets.push(vec![index]);
            }
        }
    }
    sets
}

/// Whether these operations, which fail with the same statuses, carry and say the same with each.
fn are_alike(api: &Api, payloads: &Payloads, one: usize, other: usize) -> bool {
    let carried = |index: usize| {
        let operation = &api.operations[index];
        let payloads = payloads.of_operation(index);
        split(operation).failures.into_iter().map(move |at| {
            let variant = &operation.responses.variants[at];
            let payload = &payloads[at];
            // The struct says it all, media types included.
            let body = (*payload == Payload::Body).then(|| {
                let contents = variant.contents.iter();
                let contents = contents.map(|content| (&content.media_type, &content.kind));
                (contents.collect::<Vec<_>>(), &variant.choice)
            });
            (&variant.rust, payload, body, &variant.docs)
        })
    };
    carried(one).eq(carried(other))
}

fn failures(operation: &Operation) -> Vec<&Variant> {
    let failures = split(operation).failures.into_iter();
    failures.map(|at| &operation.responses.variants[at]).collect()
}
