//! Lint of examples and defaults: each is a value, so its schema must admit it.

use std::collections::HashSet;

use serde_json::Value;

use super::{INVALID_DEFAULT, INVALID_EXAMPLE, Linter, Rule, Validate};
use crate::model::{Example, MediaType, Operation, SchemaId};
use crate::{Contract, Direction, Origin};

/// A value, the schema that must admit it, and who sends it.
struct Claim<'a> {
    rule: &'static Rule,
    schema: SchemaId,
    directions: &'static [Direction],
    value: &'a Value,
    at: Origin,
}

const REQUEST: &[Direction] = &[Direction::Request];
const RESPONSE: &[Direction] = &[Direction::Response];
/// An example of a schema may be of either.
const EITHER: &[Direction] = &[Direction::Request, Direction::Response];

impl Linter<'_> {
    pub(super) fn lint_examples(&mut self, validate: &dyn Validate) {
        let mut seen = HashSet::new();
        for claim in claims(self.contract) {
            // A shared parameter or response is met with each operation that uses it.
            if seen.insert((claim.at.clone(), claim.schema)) {
                self.check(validate, &claim);
            }
        }
    }

    fn check(&mut self, validate: &dyn Validate, claim: &Claim<'_>) {
        let mut violations = Vec::new();
        for direction in claim.directions {
            violations = validate.violations(claim.schema, *direction, claim.value);
            if violations.is_empty() {
                return;
            }
        }
        let what = if std::ptr::eq(claim.rule, &INVALID_DEFAULT) { "default" } else { "example" };
        let message = format!("the {what} doesn't match its schema: {}", violations.join("; "));
        let schema = self.contract.schema(claim.schema).origin.clone();
        let finding = self.report(claim.rule, &claim.at, message);
        finding.also.push(schema);
    }
}

/// Every example and default.
fn claims(contract: &Contract) -> Vec<Claim<'_>> {
    let mut claims = Vec::new();
    for operation in &contract.operations {
        add_operation(&mut claims, operation, (REQUEST, RESPONSE));
    }
    // What the API sends is to its receiver what an answer is.
    for callback in contract.sent() {
        add_operation(&mut claims, &callback.operation, (RESPONSE, REQUEST));
    }
    for (id, schema) in contract.schemas.iter() {
        add_examples(&mut claims, Some(id), EITHER, &schema.examples);
        claims.extend(schema.default.iter().map(|value| Claim {
            rule: &INVALID_DEFAULT,
            schema: id,
            directions: EITHER,
            value,
            at: schema.origin.child("default"),
        }));
    }
    claims
}

fn add_operation<'a>(
    claims: &mut Vec<Claim<'a>>,
    operation: &'a Operation,
    (asked, answered): (&'static [Direction], &'static [Direction]),
) {
    for parameter in &operation.parameters {
        add_examples(claims, parameter.schema(), asked, &parameter.examples);
    }
    for media_type in operation.body.iter().flat_map(|body| body.content.values()) {
        add_body(claims, media_type, asked);
    }
    for response in operation.responses.values() {
        for header in response.headers.values() {
            add_examples(claims, header.schema(), answered, &header.examples);
        }
        for media_type in response.content.values() {
            add_body(claims, media_type, answered);
        }
    }
}

/// Examples of other media types than JSON may be the text that goes over the wire.
fn add_body<'a>(
    claims: &mut Vec<Claim<'a>>,
    media_type: &'a MediaType,
    directions: &'static [Direction],
) {
    if media_type.is_json() {
        add_examples(claims, media_type.schema, directions, &media_type.examples);
    }
}

fn add_examples<'a>(
    claims: &mut Vec<Claim<'a>>,
    schema: Option<SchemaId>,
    directions: &'static [Direction],
    examples: &'a [Example],
) {
    let Some(schema) = schema else { return };
    claims.extend(examples.iter().map(|example| Claim {
        rule: &INVALID_EXAMPLE,
        schema,
        directions,
        value: &example.value,
        at: example.origin.clone(),
    }));
}
