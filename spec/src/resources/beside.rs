//! Who makes what a path parameter names, as what stands beside it shows: another operation on the same thing, or the one body
//! that has a member of that name.

use super::{Maker, Resources, embedded};
use crate::model::{Operation, PathPart, shape};
use crate::names::fold;

impl Resources<'_> {
    /// Of `/orders/{order_id}/notes`, whoever makes the order of `/orders/{order_id}`, as a link to that one says.
    pub(super) fn follow_thing(&mut self, operation: &Operation) {
        for (n, segment) in operation.path.segments.iter().enumerate() {
            let [PathPart::Parameter(name)] = segment.as_slice() else { continue };
            let is_chosen =
                self.chooses(operation) && operation.path.item_parameter() == Some(name);
            if !self.makers(operation, name).is_empty() || is_chosen {
                continue;
            }
            let place = operation.path.segments.get(..=n).unwrap_or_default();
            let Some((other, theirs)) = self.named_alike(operation, place) else { continue };
            let renamed = theirs_to_ours(place, &other.path.segments);
            for maker in self.makers(other, theirs).to_vec() {
                let shared = maker.shared.iter();
                let shared = shared.filter_map(|(one, made)| {
                    let ours = renamed.iter().find(|(theirs, _)| theirs == one)?;
                    Some((ours.1.clone(), made.clone()))
                });
                let shared = shared.collect();
                self.add(operation, name, Maker { shared, ..maker });
            }
        }
    }

    /// Another operation whose path begins like this, and of which it is known who makes what the last parameter of that names.
    fn named_alike(
        &self,
        operation: &Operation,
        place: &[Vec<PathPart>],
    ) -> Option<(&'_ Operation, &'_ str)> {
        let wanted = shape(place);
        self.contract.operations.iter().filter(|other| other.id != operation.id).find_map(|other| {
            let there = other.path.segments.get(..place.len())?;
            let [PathPart::Parameter(theirs)] = there.last()?.as_slice() else { return None };
            let is_known = shape(there) == wanted && !self.makers(other, theirs).is_empty();
            is_known.then_some((other, theirs.as_str()))
        })
    }

    /// Of `/variants/{sku}`, whoever makes a product with `variants` that have a `sku` each. The product isn't what is named: it
    /// only tells what may be.
    pub(super) fn follow_parts(&mut self) {
        let parts = embedded::parts(self);
        for operation in &self.contract.operations {
            for name in operation.path.parameters() {
                let is_item = operation.path.item_parameter() == Some(name);
                let is_chosen = self.chooses(operation) && is_item;
                let part = parts.iter().find(|(called, _)| *called == fold(name));
                let Some((_, maker)) = part.filter(|(_, one)| one.operation_id != operation.id)
                else {
                    continue;
                };
                if self.makers(operation, name).is_empty() && !is_chosen {
                    let key = (operation.id.clone(), name.to_owned());
                    self.wholes.insert(key, maker.clone());
                }
            }
        }
    }
}

/// The parameters of the places that two paths have in common: theirs with ours.
fn theirs_to_ours(ours: &[Vec<PathPart>], theirs: &[Vec<PathPart>]) -> Vec<(String, String)> {
    let pairs = ours.iter().flatten().zip(theirs.iter().flatten());
    let named = pairs.filter_map(|pair| match pair {
        (PathPart::Parameter(ours), PathPart::Parameter(theirs)) => {
            Some((theirs.clone(), ours.clone()))
        }
        _ => None,
    });
    named.collect()
}
