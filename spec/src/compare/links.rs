//! Links: where they lead, and with which values.

use std::collections::BTreeMap;

use serde_json::Value;

use super::operations::Exchange;
use super::rules::Direction;
use super::table::Fact;
use crate::Contract;
use crate::model::{Link, LinkTarget, Operation, Response};
use crate::normal::same_value;

const RESPONSE: Direction = Direction::Response;

impl Exchange<'_, '_> {
    pub(super) fn compare_links(&mut self, old: &Response, new: &Response) {
        for (name, link) in &new.links {
            match old.links.get(name) {
                Some(before) if self.leads_to_the_same(before, link) => {}
                Some(before) => {
                    let at = (before.origin.clone(), link.origin.clone());
                    let message = format!("link `{name}` leads elsewhere, or with other values");
                    self.state(Fact::LinkChanged, RESPONSE, at, message);
                }
                None => {
                    let at = (old.origin.clone(), link.origin.clone());
                    self.state(Fact::LinkAdded, RESPONSE, at, format!("link `{name}` is new"));
                }
            }
        }
        for (name, link) in old.links.iter().filter(|(name, _)| !new.links.contains_key(*name)) {
            let at = (link.origin.clone(), new.origin.clone());
            self.state(Fact::LinkRemoved, RESPONSE, at, format!("link `{name}` is gone"));
        }
    }

    fn leads_to_the_same(&self, old: &Link, new: &Link) -> bool {
        let same_target = match (&old.target, &new.target) {
            (LinkTarget::Operation(old), LinkTarget::Operation(new)) => {
                self.renamed.get(old.as_str()).is_some_and(|renamed| renamed == new)
            }
            // What has become of a link to an operation that one side leaves out can't be told.
            (LinkTarget::Operation(id), LinkTarget::Unknown(_)) => {
                is_left_out(self.engine.new.contract, id)
            }
            (LinkTarget::Unknown(_), LinkTarget::Operation(id)) => {
                is_left_out(self.engine.old.contract, id)
            }
            (old, new) => old == new,
        };
        if !same_target {
            return false;
        }
        let before = parameters(self.engine.old.contract, self.old, old);
        let after = parameters(self.engine.new.contract, self.new, new);
        let same = |(name, value): (&String, &Value)| {
            after.get(name).is_some_and(|other| same_value(value, other))
        };
        let same_body = match (&old.body, &new.body) {
            (Some(old), Some(new)) => same_value(&placed(self.old, old), &placed(self.new, new)),
            (old, new) => old.is_none() && new.is_none(),
        };
        same_body && before.len() == after.len() && before.iter().all(same)
    }
}

fn is_left_out(contract: &Contract, id: &str) -> bool {
    contract.declares(id) && contract.operation(id).is_none()
}

/// What a link sends, with the names in paths as places: those are for people.
fn parameters(contract: &Contract, from: &Operation, link: &Link) -> BTreeMap<String, Value> {
    let target = match &link.target {
        LinkTarget::Operation(id) => contract.operation(id),
        LinkTarget::Unknown(_) => None,
    };
    let place = |name: &str| {
        let name = name.strip_prefix("path.").unwrap_or(name);
        let place = target?.path.parameters().position(|parameter| parameter == name)?;
        Some(format!("path#{place}"))
    };
    let placed_name = |name: &String| place(name).unwrap_or_else(|| name.clone());
    let parameters = link.parameters.iter();
    parameters.map(|(name, value)| (placed_name(name), placed(from, value))).collect()
}

/// An expression that reads the path of the request, by place.
fn placed(from: &Operation, value: &Value) -> Value {
    let place = || {
        let name = value.as_str()?.strip_prefix("$request.path.")?;
        let place = from.path.parameters().position(|parameter| parameter == name)?;
        Some(Value::String(format!("$request.path#{place}")))
    };
    place().unwrap_or_else(|| value.clone())
}
