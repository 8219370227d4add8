//! The schemas of workflow inputs, read by the crate that reads those of contracts.
//!
//! Arazzo's inputs are JSON Schema; put under `components.schemas` of an OpenAPI 3.1 document they become schemas of
//! the model, references between them included, and values can be made from them as from any other.

use std::path::Path;

use indexmap::IndexMap;
use serde_json::{Map, Value, json};
use spec::{Contract, Memory};

use super::WorkflowInput;
use super::documents::Documents;

/// The schemas of documents of workflows.
pub(super) struct Schemas {
    pub(super) contract: Contract,
}

impl Schemas {
    /// Those of all documents; `None` where they are too broken for any.
    pub(super) fn of(documents: &Documents) -> Option<Self> {
        let mut schemas = Map::new();
        for (number, file) in documents.files().enumerate() {
            let document = documents.document(file);
            let shared = document.pointer("/components/inputs").and_then(Value::as_object);
            for (name, schema) in shared.into_iter().flatten() {
                schemas.insert(shared_name(number, name), moved(schema, number));
            }
            let workflows = document.get("workflows").and_then(Value::as_array);
            for (n, workflow) in workflows.into_iter().flatten().enumerate() {
                if let Some(inputs) = workflow.get("inputs") {
                    schemas.insert(own_name(number, n), moved(inputs, number));
                }
            }
        }
        let openapi = json!({
            "openapi": "3.1.0",
            "info": { "title": "inputs", "version": "1" },
            "paths": {},
            "components": { "schemas": schemas },
        });
        let source = Memory::one("inputs.json", &openapi.to_string());
        let contract = spec::read(Path::new("inputs.json"), &source).contract?;
        Some(Self { contract })
    }

    /// The inputs of the workflow at an index of a document, which is told by its place among all.
    pub(super) fn inputs(
        &self,
        document: usize,
        workflow: usize,
    ) -> IndexMap<String, WorkflowInput> {
        let Some(id) = self.contract.components.get(&own_name(document, workflow)) else {
            return IndexMap::new();
        };
        let mut open = vec![*id];
        let mut inputs = IndexMap::new();
        let mut seen = Vec::new();
        while let Some(id) = open.pop() {
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            let schema = self.contract.schema(id);
            open.extend(&schema.all_of);
            for (name, id) in &schema.properties {
                let default = self.contract.schema(*id).default.clone();
                inputs.insert(name.clone(), WorkflowInput { default, schema: *id });
            }
        }
        inputs
    }
}

/// The name of the inputs of a workflow of a document.
fn own_name(document: usize, workflow: usize) -> String {
    format!("document.{document}.workflow.{workflow}")
}

/// The name of a component of a document.
fn shared_name(document: usize, name: &str) -> String {
    format!("document.{document}.shared.{name}")
}

/// A schema of a document with its references moved to where they lead now.
fn moved(schema: &Value, document: usize) -> Value {
    match schema {
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| {
                let target = value.as_str().filter(|_| key == "$ref");
                let local = target.and_then(|target| target.strip_prefix("#/components/inputs/"));
                let value = match local {
                    Some(name) => {
                        format!("#/components/schemas/{}", shared_name(document, name)).into()
                    }
                    None => moved(value, document),
                };
                (key.clone(), value)
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => items.iter().map(|item| moved(item, document)).collect(),
        other => other.clone(),
    }
}
