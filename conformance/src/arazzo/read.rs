//! A document becomes workflows, every problem in one pass.

use std::path::Path;

use indexmap::{IndexMap, IndexSet};
use serde_json::Value;
use spec::{Contract, Finding, Findings, Origin, Severity, Source, Sources};

use super::inputs::Schemas;
use super::{Reading, Workflow, WorkflowInput, Workflows};
use crate::expression::Expression;

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

/// A workflow's own outputs; of what else than `$steps` and `$inputs` they may speak is not supported, and they are as good
/// as not there.
fn own_outputs(workflow: &Value) -> IndexMap<String, Expression> {
    let written = workflow.get("outputs").and_then(Value::as_object);
    let parsed = written.into_iter().flatten().filter_map(|(name, value)| {
        let expression = value.as_str()?.parse::<Expression>().ok()?;
        let known = matches!(expression, Expression::Output { .. } | Expression::Input { .. });
        known.then(|| (name.clone(), expression))
    });
    parsed.collect()
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
        match self.document.get("arazzo").and_then(Value::as_str) {
            Some(version) if version.starts_with("1.0.") => {}
            Some(version) => {
                let message = format!("this is Arazzo {version}, and 1.0 is what is supported");
                self.error("unsupported-version", &root.child("arazzo"), message);
                return None;
            }
            None => {
                self.error("not-arazzo", &root, "the document has no `arazzo` member".to_owned());
                return None;
            }
        }
        let at = root.child("workflows");
        let Some(schemas) = Schemas::of(self.document) else {
            self.error("invalid-inputs", &at, "the inputs' schemas can't be read".to_owned());
            return None;
        };
        let (mut list, mut left_out) = (Vec::new(), Vec::new());
        let mut ids = IndexSet::new();
        for (n, value) in self.array(self.document, &root, "workflows").iter().enumerate() {
            let at = at.child(n);
            let before = self.findings.len();
            let workflow = self.workflow(value, &at, schemas.inputs(n));
            let Some(workflow) = workflow else { continue };
            if !ids.insert(workflow.id.clone()) {
                let message = format!("another workflow is called `{}`, too", workflow.id);
                self.error("duplicate-workflow-id", &at.child("workflowId"), message);
            }
            // What is not wholly understood must not pass for having been run.
            let severe = |finding: &Finding| finding.severity >= Severity::Warning;
            if self.findings[before..].iter().any(severe) {
                left_out.push(workflow.id);
            } else {
                list.push(workflow);
            }
        }
        Some(Workflows { list, left_out, schemas: schemas.contract })
    }

    fn workflow(
        &mut self,
        value: &'r Value,
        at: &Origin,
        inputs: IndexMap<String, WorkflowInput>,
    ) -> Option<Workflow> {
        let id = self.string(value, at, "workflowId")?.to_owned();
        for keyword in ["dependsOn", "successActions", "failureActions"] {
            self.refuse(value, at, keyword);
        }
        let shared = self.parameters(value, at);
        let mut steps = Vec::new();
        let mut ids = IndexSet::new();
        let steps_at = at.child("steps");
        for (n, step) in self.array(value, at, "steps").iter().enumerate() {
            let at = steps_at.child(n);
            let Some(step) = self.step(step, &at, &shared) else { continue };
            if !ids.insert(step.id.clone()) {
                let message = format!("another step is called `{}`, too", step.id);
                self.error("duplicate-step-id", &at.child("stepId"), message);
            }
            steps.push(step);
        }
        let workflow = Workflow {
            id,
            summary: value.get("summary").and_then(Value::as_str).map(str::to_owned),
            inputs,
            steps,
            outputs: own_outputs(value),
            exclusive: value.get("x-exclusive") == Some(&Value::Bool(true)),
            origin: at.clone(),
        };
        self.check_references(&workflow);
        Some(workflow)
    }

    /// A required string.
    pub(super) fn string(&mut self, value: &'r Value, at: &Origin, key: &str) -> Option<&'r str> {
        let found = value.get(key).and_then(Value::as_str);
        if found.is_none() {
            self.error("missing-member", at, format!("`{key}`, a string, is missing"));
        }
        found
    }

    /// A list; none where there is no such member.
    pub(super) fn array(&mut self, value: &'r Value, at: &Origin, key: &str) -> &'r [Value] {
        match value.get(key) {
            None => &[],
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.error("wrong-type", &at.child(key), format!("`{key}` is no list"));
                &[]
            }
        }
    }

    /// Notes a member that isn't supported.
    pub(super) fn refuse(&mut self, value: &Value, at: &Origin, keyword: &str) {
        let given = value
            .get(keyword)
            .filter(|given| !matches!(given, Value::Array(items) if items.is_empty()));
        if given.is_some() {
            self.unsupported(&at.child(keyword), format!("`{keyword}` is not supported"));
        }
    }

    pub(super) fn unsupported(&mut self, at: &Origin, message: String) {
        let finding = Finding::warning("unsupported-workflow", at.clone(), message)
            .help("the workflow is left out; say it with what is supported, or split it");
        self.findings.push(finding);
    }

    pub(super) fn error(&mut self, code: &'static str, at: &Origin, message: String) {
        self.findings.push(Finding::error(code, at.clone(), message));
    }

    /// What a `$components.….name` or `#/components/…/name` leads to.
    pub(super) fn component(&self, kind: &str, name: &str) -> Option<&'r Value> {
        self.document.get("components")?.get(kind)?.get(name)
    }
}
