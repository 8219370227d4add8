//! What an error costs: the operations that it touches, and nothing else.
//!
//! Each operation, each path item and each schema is read by [`Resolver::attempt`], which keeps the first error that
//! leaves a gap in it. Once everything is read, an operation is left out where there is one in itself, in what its
//! path item shares, or in a schema that it reaches. An error that leaves no gap (an operation id that is used twice
//! gets another one) is told by [`Resolver::report_mended`] and costs nothing.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use super::Resolver;
use super::node::Node;
use crate::model::{
    Callback, Contract, LeftOut, LinkTarget, Method, Operation, PathTemplate, SchemaId, Schemas,
};
use crate::{Finding, Origin, Severity};

/// Where the gaps are.
#[derive(Debug, Default)]
pub(super) struct Troubles {
    /// The first error of what is being read just now.
    current: Option<Finding>,
    schemas: BTreeMap<SchemaId, Finding>,
    /// By the place of the operation in the contract.
    operations: HashMap<usize, Finding>,
    /// What could not be read even as far as an operation.
    unread: Vec<LeftOut>,
    /// The same of callbacks and webhooks; these by their places, since one may be the callback of several operations.
    callbacks: HashMap<Origin, Finding>,
    unread_callbacks: Vec<LeftOut>,
}

impl<'d> Resolver<'d> {
    /// Tells of something, and that it leaves a gap in what is being read where it is an error.
    pub(super) fn report(&mut self, finding: Finding) {
        if finding.severity == Severity::Error && self.troubles.current.is_none() {
            self.troubles.current = Some(finding.clone());
        }
        self.findings.push(finding);
    }

    /// Tells of something that leaves no gap: what is meant is plain, or nothing that is sent depends on it.
    pub(super) fn report_mended(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Reads something, whatever is wrong around it; with the first error that leaves a gap in it.
    pub(super) fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> (T, Option<Finding>) {
        let around = self.troubles.current.take();
        let read = read(self);
        (read, std::mem::replace(&mut self.troubles.current, around))
    }

    /// Reads something that nothing which is sent depends on: an error in it leaves no gap.
    pub(super) fn set_aside<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.attempt(read).0
    }

    pub(super) fn trouble_in_schema(&mut self, id: SchemaId, trouble: Option<Finding>) {
        self.troubles.schemas.extend(trouble.map(|trouble| (id, trouble)));
    }

    pub(super) fn trouble_in_operation(&mut self, place: usize, trouble: Option<Finding>) {
        self.troubles.operations.extend(trouble.map(|trouble| (place, trouble)));
    }

    /// Notes that nothing is known of an operation, or of every operation of a path, but where it would be.
    pub(super) fn unread(
        &mut self,
        node: &Node<'d>,
        path: &PathTemplate,
        method: Option<Method>,
        trouble: Option<Finding>,
    ) {
        self.troubles.unread.extend(nothing_of(node, path, method, trouble));
    }

    /// The same of a callback or webhook.
    pub(super) fn unread_callback(
        &mut self,
        node: &Node<'d>,
        path: &PathTemplate,
        method: Option<Method>,
        trouble: Option<Finding>,
    ) {
        let left_out = nothing_of(node, path, method, trouble);
        let left_out = left_out.filter(|one| !self.troubles.unread_callbacks.contains(one));
        self.troubles.unread_callbacks.extend(left_out);
    }

    pub(super) fn trouble_in_callback(&mut self, at: &Origin, trouble: Option<Finding>) {
        self.troubles.callbacks.extend(trouble.map(|trouble| (at.clone(), trouble)));
    }

    /// Takes out the operations that an error touches. `None` where that leaves nothing of what the document has.
    pub(super) fn leave_out(&mut self, mut contract: Contract) -> Option<Contract> {
        let Troubles { schemas, mut operations, unread, callbacks, unread_callbacks, .. } =
            std::mem::take(&mut self.troubles);
        let reach = touched(&contract.schemas, schemas);
        leave_out_callbacks(&mut contract, &callbacks, &reach);
        contract.callbacks_left_out.extend(unread_callbacks);
        for (place, operation) in contract.operations.iter().enumerate() {
            let touched = operation.schemas().find_map(|id| reach.get(&id));
            if let (Some(trouble), false) = (touched, operations.contains_key(&place)) {
                operations.insert(place, trouble.clone());
            }
        }
        let all = std::mem::take(&mut contract.operations).into_iter().enumerate();
        for (place, operation) in all {
            match operations.remove(&place) {
                Some(trouble) => contract.left_out.push(left_out(operation, trouble)),
                None => contract.operations.push(operation),
            }
        }
        contract.left_out.extend(unread);
        unlink(&mut contract);
        let is_something = !contract.operations.is_empty() || contract.left_out.is_empty();
        is_something.then_some(contract)
    }
}

/// Takes out the callbacks and webhooks that an error touches.
fn leave_out_callbacks(
    contract: &mut Contract,
    troubles: &HashMap<Origin, Finding>,
    reach: &HashMap<SchemaId, Finding>,
) {
    let trouble = |callback: &Callback| {
        let own = troubles.get(&callback.operation.origin);
        own.or_else(|| callback.operation.schemas().find_map(|id| reach.get(&id))).cloned()
    };
    let lists = contract.operations.iter_mut().map(|operation| &mut operation.callbacks);
    for list in lists.chain([&mut contract.webhooks]) {
        for callback in std::mem::take(list) {
            match trouble(&callback) {
                Some(trouble) => {
                    contract.callbacks_left_out.push(left_out(callback.operation, trouble));
                }
                None => list.push(callback),
            }
        }
    }
}

/// `None`: a reference that was followed to no end always has told why.
fn nothing_of(
    node: &Node<'_>,
    path: &PathTemplate,
    method: Option<Method>,
    trouble: Option<Finding>,
) -> Option<LeftOut> {
    let Finding { code, message: reason, at, .. } = trouble?;
    let (path, origin) = (path.clone(), node.at.clone());
    Some(LeftOut { operation_id: None, method, path, code, reason, at, origin })
}

fn left_out(operation: Operation, trouble: Finding) -> LeftOut {
    LeftOut {
        operation_id: Some(operation.id),
        method: Some(operation.method),
        path: operation.path,
        code: trouble.code,
        reason: trouble.message,
        at: trouble.at,
        origin: operation.origin,
    }
}

/// Every schema from which one with an error is reached, with that error: the nearest, then the first.
fn touched(schemas: &Schemas, errors: BTreeMap<SchemaId, Finding>) -> HashMap<SchemaId, Finding> {
    if errors.is_empty() {
        return HashMap::new();
    }
    let mut users: HashMap<SchemaId, Vec<SchemaId>> = HashMap::new();
    for (id, schema) in schemas.iter() {
        let mapped = schema.discriminator.iter().flat_map(|d| d.mapping.values().copied());
        for child in schema.children().chain(mapped) {
            users.entry(child).or_default().push(id);
        }
    }
    let mut open: VecDeque<(SchemaId, Finding)> = errors.into_iter().collect();
    let mut touched = HashMap::new();
    while let Some((id, error)) = open.pop_front() {
        if touched.contains_key(&id) {
            continue;
        }
        open.extend(users.get(&id).into_iter().flatten().map(|user| (*user, error.clone())));
        touched.insert(id, error);
    }
    touched
}

/// A link to an operation that was left out leads nowhere, as far as anybody can follow it.
fn unlink(contract: &mut Contract) {
    let gone: HashSet<&str> =
        contract.left_out.iter().filter_map(|one| one.operation_id.as_deref()).collect();
    let responses = contract.operations.iter_mut().flat_map(|o| o.responses.values_mut());
    for link in responses.flat_map(|response| response.links.values_mut()) {
        if let LinkTarget::Operation(id) = &link.target
            && gone.contains(id.as_str())
        {
            link.target = LinkTarget::Unknown(id.clone());
        }
    }
}
