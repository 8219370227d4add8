//! A document becomes workflows, every problem in one pass.

use std::path::Path;

use indexmap::IndexMap;
use serde_json::Value;
use spec::{Contract, Finding, Findings, Origin, Severity, Source, Sources};

use super::inputs::Schemas;
use super::written::{Written, WrittenStep};
use super::{Reading, Workflow, WorkflowInput, Workflows, inline, structure};

/// Reads the document at `path` and holds it against the contract.
#[must_use]
pub fn read(path: &Path, source: &dyn Source, contract: &Contract) -> Reading {
    let (document, sources) = match spec::read_raw(path, source) {
        Ok(read) => read,
        Err(findings) => return Reading { workflows: None, findings },
    };
    let mut reader = Reader { contract, document: &document, findings: Vec::new() };
    let workflows = reader.document();
    Reading { workflows, findings: findings(reader.findings, sources) }
}

fn findings(list: Vec<Finding>, sources: Sources) -> Findings {
    Findings { list, sources }
}

/// Reads one document.
pub(super) struct Reader<'r> {
    pub(super) contract: &'r Contract,
    pub(super) document: &'r Value,
    pub(super) findings: Vec<Finding>,
}

impl<'r> Reader<'r> {
    fn document(&mut self) -> Option<Workflows> {
        let root = Origin::root("");
        let minor = match structure::version(self.document) {
            Ok(minor) => minor,
            Err(finding) => {
                self.findings.push(*finding);
                return None;
            }
        };
        self.findings.extend(structure::check(self.document, minor));
        let at = root.child("workflows");
        let Some(schemas) = Schemas::of(self.document) else {
            self.error("invalid-inputs", &at, "the inputs' schemas can't be read".to_owned());
            return None;
        };
        let mut all: IndexMap<String, Written> = IndexMap::new();
        for (n, value) in self.array(self.document, "workflows").iter().enumerate() {
            let at = at.child(n);
            let Some(written) = self.workflow(value, &at, schemas.inputs(n)) else { continue };
            if all.contains_key(&written.id) {
                let message = format!("another workflow is called `{}`, too", written.id);
                self.error("duplicate-workflow-id", &at.child("workflowId"), message);
            } else {
                all.insert(written.id.clone(), written);
            }
        }
        let (list, left_out) = self.inlined(&all);
        Some(Workflows { list, left_out, schemas: schemas.contract })
    }

    /// The workflows with what they call in them, and the ids of those that can't be run.
    fn inlined(&mut self, all: &IndexMap<String, Written>) -> (Vec<Workflow>, Vec<String>) {
        let (mut list, mut left_out) = (Vec::new(), Vec::new());
        for (id, written) in all {
            let workflow = match inline::inline(all, written) {
                Ok((workflow, used)) => {
                    self.check_references(&workflow);
                    // What is not wholly understood must not pass for having been run.
                    let is_understood = |id: &String| self.is_understood(&all[id].origin);
                    Some(workflow).filter(|_| used.iter().all(is_understood))
                }
                Err(problem) => {
                    self.error("dangling-reference", &problem.at, problem.message);
                    None
                }
            };
            match workflow {
                Some(workflow) => list.push(workflow),
                None => left_out.push(id.clone()),
            }
        }
        (list, left_out)
    }

    /// Whether nothing in a workflow is wrong or not supported.
    fn is_understood(&self, at: &Origin) -> bool {
        let inside = |finding: &Finding| {
            let rest = finding.at.pointer.strip_prefix(at.pointer.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let severe = |finding: &&Finding| finding.severity >= Severity::Warning;
        !self.findings.iter().filter(severe).any(inside)
    }

    fn workflow(
        &mut self,
        value: &'r Value,
        at: &Origin,
        inputs: IndexMap<String, WorkflowInput>,
    ) -> Option<Written> {
        let id = value.get("workflowId")?.as_str()?.to_owned();
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

    /// The workflows that have to be run before one.
    fn dependencies(&mut self, value: &'r Value, at: &Origin) -> Vec<String> {
        let list = self.array(value, "dependsOn");
        let at = at.child("dependsOn");
        let names = list.iter().enumerate();
        let names = names.map(|(n, name)| self.local(name.as_str()?, &at.child(n)));
        names.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    /// The id of a workflow of this document.
    pub(super) fn local(&mut self, reference: &str, at: &Origin) -> Option<String> {
        if reference.starts_with("$sourceDescriptions.") {
            let message = format!("`{reference}` is in another document, which is not read");
            self.unsupported(at, message);
            return None;
        }
        let id = reference.strip_prefix("$workflows.").unwrap_or(reference);
        Some(id.to_owned())
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
