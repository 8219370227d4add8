//! What is never sent: a `readOnly` member of a request, a `writeOnly` one of a response (OAS 3.0.3 §4.7.24.2).
//!
//! Schemas say what such members must look like, and a difference there concerns no message.

use serde_json::Value;

use super::One;
use crate::model::SchemaId;

/// A value deeper than that is left as it is.
const DEEPEST: usize = 32;

impl One<'_> {
    /// A value without the members that are never sent.
    pub(super) fn sent(&self, schemas: &[SchemaId], mut value: Value) -> Value {
        if self.has_marks {
            self.strip(schemas, &mut value, DEEPEST);
        }
        value
    }

    fn strip(&self, schemas: &[SchemaId], value: &mut Value, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let parts = self.parts(schemas);
        match value {
            Value::Object(members) => members.retain(|name, member| {
                let declared =
                    parts.iter().filter_map(|id| self.contract.schema(*id).properties.get(name));
                let declared: Vec<_> = declared.copied().collect();
                self.strip(&declared, member, depth);
                declared.iter().all(|id| self.validators.schemas().is_sent(*id))
            }),
            Value::Array(items) => {
                let declared = parts.iter().filter_map(|id| self.contract.schema(*id).items);
                let declared: Vec<_> = declared.collect();
                items.iter_mut().for_each(|item| self.strip(&declared, item, depth));
            }
            _ => {}
        }
    }

    /// Schemas with all that they are composed of.
    pub(super) fn parts(&self, schemas: &[SchemaId]) -> Vec<SchemaId> {
        let mut parts = schemas.to_vec();
        let mut next = 0;
        while let Some(id) = parts.get(next) {
            let schema = self.contract.schema(*id);
            let composed = schema.all_of.iter().chain(&schema.any_of).chain(&schema.one_of);
            let composed: Vec<_> = composed.filter(|id| !parts.contains(id)).copied().collect();
            parts.extend(composed);
            next += 1;
        }
        parts
    }
}
