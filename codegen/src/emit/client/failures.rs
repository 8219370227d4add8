//! Failures that several operations document alike: one enum for all of them, so that one function of the user's can
//! make all these calls and hand on their errors.
//!
//! Each operation has a name for its failures all the same, which stays when the contract tells them apart.

use std::collections::{BTreeSet, HashMap};

use spec::model::Status;

use super::Client;
use super::answers::split;
use crate::emit::code::Code;
use crate::emit::file::SourceFile;
use crate::emit::payloads::{Payload, Payloads};
use crate::emit::shorten::shorten;
use crate::ir::{Api, Direction, Operation, Variant};

/// The enums that operations share.
pub(super) struct Failures {
    names: Vec<String>,
    /// An operation that documents each.
    examples: Vec<usize>,
    by_operation: Vec<Option<usize>>,
}

impl Failures {
    /// Finds the failures that more than one operation documents.
    pub(super) fn of(api: &Api, direction: Direction, payloads: &Payloads) -> Self {
        let own = api.operations_in(direction);
        let mut taken: BTreeSet<String> = own.flat_map(|(_, one)| taken_by(one)).collect();
        let mut this = Self { names: Vec::new(), examples: Vec::new(), by_operation: Vec::new() };
        this.by_operation.resize(api.operations.len(), None);
        for alike in alike(api, direction, payloads).into_iter().filter(|alike| alike.len() > 1) {
            let name = free(&mut taken, &shared_name(&failures(&api.operations[alike[0]])));
            alike.iter().for_each(|at| this.by_operation[*at] = Some(this.names.len()));
            this.names.push(name);
            this.examples.push(alike[0]);
        }
        this
    }

    /// The name of the enum that an operation shares with others.
    pub(super) fn of_operation(&self, index: usize) -> Option<&str> {
        self.by_operation[index].map(|at| self.names[at].as_str())
    }

    /// The enums: the name, and an operation that has it.
    pub(super) fn shared(&self) -> impl Iterator<Item = (&str, usize)> {
        self.names.iter().map(String::as_str).zip(self.examples.iter().copied())
    }

    /// Their names.
    pub(super) fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }
}

impl Client<'_> {
    /// The file of the enums that operations share, if there are any.
    pub(super) fn emit_failures(&self) -> Option<SourceFile> {
        let mut code = Code::default();
        for (name, index) in self.failures.shared() {
            let operation = &self.api.operations[index];
            code.space();
            code.doc("Failures that several operations document.");
            self.write_enum(index, operation, name, &split(operation).failures, &mut code);
        }
        let docs = ["Failures that several operations document, each under a name of its own."];
        let path = format!("src/{}/{}.rs", self.module(), self.failures_module());
        let text = shorten(&code.finish(), &[]).finish();
        (!text.is_empty()).then(|| SourceFile::text(path, &docs, text))
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

/// `Failure404_422`; after the statuses come ranges and `default`: `Failure404_5XXDefault`.
fn shared_name(failures: &[&Variant]) -> String {
    let mut name = String::from("Failure");
    for variant in failures {
        // An underscore between digits is the only one that a type may have.
        let is_between = name.ends_with(|c: char| c.is_ascii_digit());
        match variant.status {
            Status::Default => name.push_str("Default"),
            status => {
                name.push_str(if is_between { "_" } else { "" });
                name.push_str(&status.to_string());
            }
        }
    }
    name
}

/// The names that an operation has in the modules of the client.
fn taken_by(operation: &Operation) -> impl Iterator<Item = String> {
    let declared = Client::declared_answers(operation);
    declared.into_iter().chain([operation.stem.clone()])
}

fn free(taken: &mut BTreeSet<String>, wanted: &str) -> String {
    let numbered = (2..).map(|n: u32| format!("{wanted}Set{n}"));
    let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
    let name = names.find(|name| !taken.contains(name)).unwrap_or_default();
    taken.insert(name.clone());
    name
}
