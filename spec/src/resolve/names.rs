//! Operation ids and link targets, once every operation is known.

use std::collections::{HashMap, HashSet};

use crate::load::percent_decode;
use crate::model::{Callback, Contract, LinkTarget, Method, Operation, PathPart, PathTemplate};
use crate::{Finding, Origin};

/// Gives every operation a unique id, and every link the operation that it names.
pub(super) fn settle(contract: &mut Contract, own: Option<&str>, findings: &mut Vec<Finding>) {
    settle_ids(contract, findings);
    settle_links(&mut contract.operations, own, findings);
}

/// Operations first, so that what the API sends never takes a name from them.
fn settle_ids(contract: &mut Contract, findings: &mut Vec<Finding>) {
    let Contract { operations, webhooks, .. } = contract;
    let written = |operation: &Operation| operation.id_is_written.then(|| operation.id.clone());
    let callbacks = operations.iter().flat_map(|operation| &operation.callbacks);
    let sent = callbacks.chain(&*webhooks).filter_map(|callback| written(&callback.operation));
    let taken = operations.iter().filter_map(written).chain(sent).collect();
    let mut ids = Ids { first: HashMap::new(), taken, findings };
    operations.iter_mut().for_each(|operation| ids.settle(operation, None));
    let callbacks = operations.iter_mut().flat_map(|operation| &mut operation.callbacks);
    for Callback { name, operation, .. } in callbacks.chain(webhooks) {
        ids.settle(operation, Some(name));
    }
}

struct Ids<'f> {
    /// The place of the first operation of an id.
    first: HashMap<String, Origin>,
    taken: HashSet<String>,
    findings: &'f mut Vec<Finding>,
}

impl Ids<'_> {
    /// What the API sends has a name; it may be the callback of several operations, and is one all the same.
    fn settle(&mut self, operation: &mut Operation, sent: Option<&str>) {
        if operation.id_is_written {
            match self.first.get(&operation.id) {
                None => {
                    self.first.insert(operation.id.clone(), operation.origin.clone());
                    return;
                }
                Some(origin) if sent.is_some() && *origin == operation.origin => return,
                Some(origin) => {
                    let message = format!("operationId `{}` is used twice", operation.id);
                    let at = operation.origin.child("operationId");
                    let finding = Finding::error("duplicate-operation-id", at, message);
                    let finding = finding.also(origin.clone()).help("give one another name");
                    self.findings.push(finding);
                    operation.id_is_written = false;
                    operation.doubled_id = Some(operation.id.clone());
                }
            }
        }
        let wanted = match sent {
            // Its path is an expression or the name, and an expression tells nobody what is sent.
            Some(name) => made_id(operation.method, &PathTemplate::literal(name)),
            None => made_id(operation.method, &operation.path),
        };
        operation.id = free_name(&wanted, &mut self.taken);
    }
}

/// `GET /orgs/{org_id}/keys` → `getOrgsByOrgIdKeys`.
fn made_id(method: Method, path: &PathTemplate) -> String {
    let key = method.as_key();
    let mut id: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
    if id.is_empty() {
        "other".clone_into(&mut id);
    }
    for part in path.segments.iter().flatten() {
        let text = match part {
            PathPart::Literal(text) => text,
            PathPart::Parameter(text) => {
                id.push_str("By");
                text
            }
        };
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            let mut characters = word.chars();
            id.extend(characters.next().into_iter().flat_map(char::to_uppercase));
            id.push_str(characters.as_str());
        }
    }
    id
}

fn free_name(wanted: &str, taken: &mut HashSet<String>) -> String {
    let mut name = wanted.to_owned();
    let mut next = 2_u32;
    while !taken.insert(name.clone()) {
        name = format!("{wanted}{next}");
        next += 1;
    }
    name
}

fn settle_links(operations: &mut [Operation], own: Option<&str>, findings: &mut Vec<Finding>) {
    let by_id: HashSet<String> = operations.iter().map(|operation| operation.id.clone()).collect();
    let by_pointer: HashMap<String, String> = operations
        .iter()
        .map(|operation| (operation.origin.pointer.clone(), operation.id.clone()))
        .collect();
    let responses = operations.iter_mut().flat_map(|operation| operation.responses.values_mut());
    for link in responses.flat_map(|response| response.links.values_mut()) {
        let settled = match &link.target {
            LinkTarget::Operation(id) if by_id.contains(id) => continue,
            LinkTarget::Operation(id) => LinkTarget::Unknown(id.clone()),
            LinkTarget::Unknown(reference) => {
                let (url, pointer) = reference.split_once('#').unwrap_or(("", reference));
                // A link to this document by the URI that it gives itself leads here.
                let is_here = url.is_empty() || own == Some(url);
                match by_pointer.get(&percent_decode(pointer)).filter(|_| is_here) {
                    Some(id) => LinkTarget::Operation(id.clone()),
                    None => LinkTarget::Unknown(reference.clone()),
                }
            }
        };
        if let LinkTarget::Unknown(name) = &settled {
            let message = format!("this link leads to `{name}`, which is no operation here");
            findings.push(Finding::error("dangling-link", link.origin.clone(), message));
        }
        link.target = settled;
    }
}
