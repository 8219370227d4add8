//! The schemas of workflow inputs, read by the crate that reads those of contracts.
//!
//! Arazzo's inputs are JSON Schema; put under `components.schemas` of an OpenAPI 3.1 document they become schemas of
//! the model, references between them included, and values can be made from them as from any other.

use std::path::Path;

use indexmap::IndexMap;
use serde_json::{Map, Value, json};
use spec::{Contract, Memory};

use super::WorkflowInput;

/// The schemas of a document of workflows.
pub(super) struct Schemas {
    pub(super) contract: Contract,
}

impl Schemas {
    /// Those of the document; `None` where they are too broken for any.
    pub(super) fn of(document: &Value) -> Option<Self> {
        let mut schemas = Map::new();
        if let Some(shared) = document.pointer("/components/inputs").and_then(Value::as_object) {
            schemas.extend(shared.iter().map(|(name, schema)| (name.clone(), moved(schema))));
        }
        let workflows = document.get("workflows").and_then(Value::as_array);
        for (n, workflow) in workflows.into_iter().flatten().enumerate() {
            if let Some(inputs) = workflow.get("inputs") {
                schemas.insert(name(n), moved(inputs));
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

    /// The inputs of the workflow at an index.
    pub(super) fn inputs(&self, workflow: usize) -> IndexMap<String, WorkflowInput> {
        let Some(id) = self.contract.components.get(&name(workflow)) else {
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

/// No name that `components.inputs` could have.
fn name(workflow: usize) -> String {
    format!("workflow.{workflow}.inputs")
}

/// A schema with its references moved to where they lead now.
fn moved(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| {
                let target = value.as_str().filter(|_| key == "$ref");
                let local = target.and_then(|target| target.strip_prefix("#/components/inputs/"));
                let value = match local {
                    Some(name) => Value::from(format!("#/components/schemas/{name}")),
                    None => moved(value),
                };
                (key.clone(), value)
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(moved).collect()),
        other => other.clone(),
    }
}
