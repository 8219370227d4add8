//! A document becomes workflows, every problem in one pass.

use std::path::Path;

use indexmap::IndexMap;
use serde_json::Value;
use spec::{Contract, FileId, Finding, Findings, Origin, Severity, Source};

use super::documents::{Documents, whole};
use super::inputs::Schemas;
use super::written::{Written, WrittenStep, with_what_it_uses};
use super::{Reading, Workflow, WorkflowInput, Workflows, inline, references, structure};

/// Reads the document at `path` and those that it takes workflows from, and holds them against the contract.
#[must_use]
pub fn read(path: &Path, source: &dyn Source, contract: &Contract) -> Reading {
    match Documents::read(path, source) {
        Ok(documents) => read_all(&documents, contract),
        Err(findings) => Reading { workflows: None, findings },
    }
}

/// The workflows of the first document, with what they call in any.
fn read_all(documents: &Documents, contract: &Contract) -> Reading {
    let mut findings = Vec::new();
    let Some(schemas) = Schemas::of(documents) else {
        let at = whole(FileId::ROOT).child("workflows");
        findings.push(Finding::error("invalid-inputs", at, "the inputs' schemas can't be read"));
        return Reading { workflows: None, findings: told(findings, documents) };
    };
    let mut all = IndexMap::new();
    for (number, file) in documents.files().enumerate() {
        let document = documents.document(file);
        let mut reader = Reader { contract, documents, file, document, findings: Vec::new() };
        let is_arazzo = reader.document(|n| schemas.inputs(number, n), &mut all);
        findings.extend(reader.findings);
        if !is_arazzo && file == FileId::ROOT {
            return Reading { workflows: None, findings: told(findings, documents) };
        }
    }
    let (mut list, mut left_out, mut all_used) = (Vec::new(), Vec::new(), Vec::new());
    for written in all.values().filter(|one| one.origin.file == FileId::ROOT) {
        let used = with_what_it_uses(&all, written);
        match inlined(&all, (written, &used), &mut findings) {
            Some(workflow) => list.push(workflow),
            None => left_out.push(written.id.clone()),
        }
        all_used.extend(used);
    }
    // What another document has besides is no matter of this one.
    findings.retain(|finding| {
        let is_used = || all_used.iter().any(|one| lies_within(&one.origin, finding));
        let is_besides = finding.at.pointer.starts_with("/workflows/");
        finding.at.file == FileId::ROOT || !is_besides || is_used()
    });
    let workflows = Workflows { list, left_out, schemas: schemas.contract };
    Reading { workflows: Some(workflows), findings: told(findings, documents) }
}

fn told(list: Vec<Finding>, documents: &Documents) -> Findings {
    Findings { list, sources: documents.sources().clone() }
}

/// A workflow with what it calls in it; `None`, and said why, where it can't be run.
fn inlined(
    all: &IndexMap<String, Written>,
    (written, used): (&Written, &[&Written]),
    findings: &mut Vec<Finding>,
) -> Option<Workflow> {
    let workflow = match inline::inline(all, written) {
        Ok(workflow) => workflow,
        Err(problem) => {
            findings.push(Finding::error("dangling-reference", problem.at, problem.message));
            return None;
        }
    };
    findings.extend(references::dangling(&workflow));
    // What is not wholly understood must not pass for having been run.
    used.iter().all(|one| is_understood(&one.origin, findings)).then_some(workflow)
}

/// Whether nothing in a workflow is wrong or not supported.
fn is_understood(at: &Origin, findings: &[Finding]) -> bool {
    let severe = |finding: &&Finding| finding.severity >= Severity::Warning;
    !findings.iter().filter(severe).any(|finding| lies_within(at, finding))
}

/// Whether a finding is one of a part of a document.
fn lies_within(at: &Origin, finding: &Finding) -> bool {
    let rest = finding.at.pointer.strip_prefix(at.pointer.as_str());
    let is_below = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    finding.at.file == at.file && is_below
}

/// Reads one document.
pub(super) struct Reader<'r> {
    pub(super) contract: &'r Contract,
    documents: &'r Documents,
    file: FileId,
    pub(super) document: &'r Value,
    pub(super) findings: Vec<Finding>,
}

impl<'r> Reader<'r> {
    /// Adds its workflows to those of all; whether it is a document of workflows at all.
    fn document(
        &mut self,
        inputs: impl Fn(usize) -> IndexMap<String, WorkflowInput>,
        all: &mut IndexMap<String, Written>,
    ) -> bool {
        let root = whole(self.file);
        let minor = match structure::version(self.document, &root) {
            Ok(minor) => minor,
            Err(finding) => {
                self.findings.push(*finding);
                return false;
            }
        };
        self.findings.extend(structure::check(self.document, &root, minor));
        let at = root.child("workflows");
        for (n, value) in self.array(self.document, "workflows").iter().enumerate() {
            let at = at.child(n);
            let Some(written) = self.workflow(value, &at, inputs(n)) else { continue };
            if all.contains_key(&written.id) {
                let message = format!("another workflow is called `{}`, too", written.id);
                self.error("duplicate-workflow-id", &at.child("workflowId"), message);
            } else {
                all.insert(written.id.clone(), written);
            }
        }
        true
    }

    fn workflow(
        &mut self,
        value: &'r Value,
        at: &Origin,
        inputs: IndexMap<String, WorkflowInput>,
    ) -> Option<Written> {
        let id = self.documents.qualified(self.file, value.get("workflowId")?.as_str()?);
        let mut transfers = IndexMap::new();
        let shared = self.parameters(value, at);
        let flow = self.shared_flow(value, at, &mut transfers);
        let mut steps: Vec<WrittenStep> = Vec::new();
        let steps_at = at.child("steps");
        for (n, step) in self.array(value, "steps").iter().enumerate() {
            let at = steps_at.child(n);
            let Some(step) = self.step(step, &at, (&shared, &flow), &mut transfers) else {
                continue;
            };
            if steps.iter().any(|one| one.id() == step.id()) {
                let message = format!("another step is called `{}`, too", step.id());
                self.error("duplicate-step-id", &at.child("stepId"), message);
            }
            steps.push(step);
        }
        Some(Written {
            id,
            prefix: self.documents.qualified(self.file, ""),
            summary: value.get("summary").and_then(Value::as_str).map(str::to_owned),
            inputs,
            depends_on: self.dependencies(value, at),
            steps,
            transfers,
            outputs: self.outputs(value, at),
            exclusive: value.get("x-exclusive") == Some(&Value::Bool(true)),
            origin: at.clone(),
        })
    }

    /// The workflows that have to be run before one: for it, or for a step of it.
    fn dependencies(&mut self, value: &'r Value, at: &Origin) -> Vec<String> {
        let mut names = self.named(value, at);
        let steps_at = at.child("steps");
        for (n, step) in self.array(value, "steps").iter().enumerate() {
            // Those without `$` are steps of this workflow, which are sent in order.
            let others = self.named(step, &steps_at.child(n));
            names.extend(others.into_iter().filter(|(name, _)| name.starts_with('$')));
        }
        let ids = names.into_iter().map(|(name, at)| self.workflow_id(workflow_of(name), &at));
        ids.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    /// What something says that it depends on, with the places.
    fn named(&self, value: &'r Value, at: &Origin) -> Vec<(&'r str, Origin)> {
        let at = at.child("dependsOn");
        let names = self.array(value, "dependsOn").iter().enumerate();
        names.filter_map(|(n, name)| Some((name.as_str()?, at.child(n)))).collect()
    }

    /// The id of a workflow, of this document or of another one.
    pub(super) fn workflow_id(&mut self, reference: &str, at: &Origin) -> Option<String> {
        let Some(other) = reference.strip_prefix("$sourceDescriptions.") else {
            let id = reference.strip_prefix("$workflows.").unwrap_or(reference);
            return Some(self.documents.qualified(self.file, id));
        };
        let (name, id) = other.split_once('.').unwrap_or((other, ""));
        match self.documents.named(self.file, name) {
            Ok(file) => Some(self.documents.qualified(file, id)),
            Err(why) => {
                self.error("dangling-reference", at, format!("`{reference}`: {why}"));
                None
            }
        }
    }

    /// A list; none where there is no such member.
    pub(super) fn array(&self, value: &'r Value, key: &str) -> &'r [Value] {
        value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    pub(super) fn unsupported(&mut self, at: &Origin, message: String) {
        let finding = Finding::warning("unsupported-workflow", at.clone(), message)
            .help("the workflow is left out; say it with what is supported, or split it");
        self.findings.push(finding);
    }

    pub(super) fn error(&mut self, code: &'static str, at: &Origin, message: String) {
        self.findings.push(Finding::error(code, at.clone(), message));
    }

    /// A component of this kind where a value refers to one, else the value.
    pub(super) fn resolved(
        &mut self,
        value: &'r Value,
        at: &Origin,
        kind: &str,
    ) -> Option<&'r Value> {
        let Some(reference) = value.get("reference").and_then(Value::as_str) else {
            return Some(value);
        };
        let name = reference.strip_prefix("$components.").and_then(|rest| rest.split_once('.'));
        let name = name.and_then(|(written, name)| (written == kind).then_some(name));
        let found = name.and_then(|name| self.document.get("components")?.get(kind)?.get(name));
        if found.is_none() {
            let message = format!("`{reference}` leads to no component");
            self.error("dangling-reference", &at.child("reference"), message);
        }
        found
    }

    /// What the document says of itself and its sources: `$self`, `$sourceDescriptions.name.url`.
    pub(super) fn constant(&self, expression: &str) -> Option<&'r str> {
        if expression == "$self" {
            return self.document.get("$self")?.as_str();
        }
        let (name, field) = expression.strip_prefix("$sourceDescriptions.")?.split_once('.')?;
        let sources = self.document.get("sourceDescriptions")?.as_array()?;
        let is_it = |one: &&Value| one.get("name").and_then(Value::as_str) == Some(name);
        sources.iter().find(is_it)?.get(field)?.as_str()
    }
}

/// The workflow that a reference to one of its steps is about: `$workflows.sign-in.steps.send`.
fn workflow_of(reference: &str) -> &str {
    reference.split_once(".steps.").map_or(reference, |(workflow, _)| workflow)
}
