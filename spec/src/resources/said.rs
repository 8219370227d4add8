//! What descriptions say of keys of idempotency.

use super::prose::{has, mentions};
use crate::model::{Operation, Parameter};

/// Whether it is said that another request with a key that was seen is refused.
pub(super) fn key_is_of_one(operation: &Operation, key: &Parameter) -> bool {
    const OTHER: [&str; 6] = [
        "another body",
        "other body",
        "different body",
        "different payload",
        "another request",
        "different request",
    ];
    let own = key.description.as_deref().unwrap_or_default();
    let told = operation.description.as_deref().unwrap_or_default();
    let is_about = mentions(told, &key.name) || has(told, &[&key.name.to_lowercase(), "same key"]);
    has(own, &OTHER) || (is_about && has(told, &OTHER))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::Memory;

    /// What is said by the description of `POST /pets` and by that of its key.
    fn said(operation: &str, key: &str) -> bool {
        let text = format!(
            "openapi: 3.1.0\ninfo: {{title: a, version: '1'}}\npaths:\n  /pets:\n    post:\n      operationId: makePet\n      \
             description: '{operation}'\n      parameters: [{{name: Idempotency-Key, in: header, description: '{key}', schema: \
             {{type: string}}}}]\n      responses: {{'201': {{description: x}}}}\n"
        );
        let reading = crate::read(Path::new("a.yaml"), &Memory::one("a.yaml", &text));
        let contract = reading.contract.unwrap_or_else(|| panic!("{}", reading.findings.render()));
        let operation = &contract.operations[0];
        key_is_of_one(operation, &operation.parameters[0])
    }

    #[test]
    fn what_is_said_of_a_key_is_heard() {
        assert!(said("The same key with another body is a 409.", ""));
        assert!(said("", "Not to be used with a different payload."));
        assert!(!said("Takes another body.", "A UUID."));
    }
}
