//! The normal form admits what the schemas admit: a validator, which knows nothing of it, judges both.

mod drawn;

use std::path::Path;

use drawn::{schema, value};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use spec::normal::{Conjunction, Normalizer};
use spec::{Contract, Direction, Memory};

/// A contract with this schema as `S`.
fn contract(schema: &Value) -> Contract {
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {},
        "components": {"schemas": {"S": schema, "Self": {"properties": {"a": {"$ref": "#/components/schemas/Self"}}, "maxProperties": 1}}},
    });
    let reading = spec::read(Path::new("t.json"), &Memory::one("t.json", &document.to_string()));
    reading.contract.unwrap_or_else(|| panic!("{}", reading.findings.render()))
}

/// Whether the schema and its normal form say the same of a value.
#[track_caller]
fn check(schema: &Value, values: &[Value]) {
    let contract = contract(schema);
    let id = contract.components["S"];
    let original = spec::json_schema(&contract, id, Direction::Request).document;
    let normal = Normalizer::new(&contract).json_schema(Conjunction::One(id), Direction::Request);
    let judge = |document: &Value| {
        let options = jsonschema::options().should_validate_formats(true);
        options.build(document).unwrap_or_else(|error| panic!("{error} in {document}"))
    };
    let (before, after) = (judge(&original), judge(&normal));
    for value in values {
        let (before, after) = (before.is_valid(value), after.is_valid(value));
        assert_eq!(before, after, "{value} for {schema}, normal {normal}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn the_normal_form_admits_what_the_schema_admits(
        schema in schema(),
        values in prop::collection::vec(value(), 24),
    ) {
        check(&schema, &values);
    }
}

#[test]
fn null_or_another_is_another_with_null() {
    let values = [json!(null), json!(1), json!("a"), json!("ab")];
    for schema in [
        json!({"oneOf": [{"type": "null"}, {"type": ["string", "null"]}]}),
        json!({"type": ["string", "null"], "anyOf": [{"type": "null"}, {"maxLength": 1}]}),
        json!({"anyOf": [{"const": null}, {"anyOf": [{"const": null}, {"const": 1}]}]}),
        json!({"type": "string", "oneOf": [{"type": "null"}, {"maxLength": 1}]}),
        // The inner group refuses null, so that one alternative alone admits it.
        json!({"oneOf": [{"unevaluatedProperties": false, "oneOf": [{}, {"const": null}]}, {"const": null}]}),
        json!({"allOf": [{"enum": ["a", null]}], "oneOf": [{"type": "null"}, {"not": {"type": "null"}}]}),
    ] {
        check(&schema, &values);
    }
}

#[test]
fn each_branch_refuses_members_by_itself() {
    let names: Vec<Vec<&str>> = vec![vec![], vec!["a"], vec!["b"], vec!["x-a"], vec!["a", "b"]];
    let values: Vec<Value> = names.iter().map(|names| Value::Object(to_object(names))).collect();
    for schema in [
        json!({"allOf": [{"properties": {"a": {}}, "additionalProperties": false}, {"properties": {"b": {}}}]}),
        json!({"allOf": [{"properties": {"a": {}}, "additionalProperties": {"type": "string"}}, {"properties": {"b": {}}}]}),
        json!({"allOf": [{"patternProperties": {"^x-": {}}, "additionalProperties": false}, {"properties": {"x-a": {"type": "integer"}, "b": {}}}]}),
        json!({"allOf": [{"patternProperties": {"^[x]": {}}, "additionalProperties": false}, {"properties": {"x-a": {"type": "integer"}, "b": {}}}]}),
        json!({"allOf": [{"patternProperties": {"^x-": {}}}, {"properties": {"x-a": {}}, "additionalProperties": false}]}),
        json!({"allOf": [{"properties": {"a": {}}}], "properties": {"b": {}}, "unevaluatedProperties": false}),
        json!({"anyOf": [{"properties": {"a": {}}, "required": ["a"]}, {"required": ["b"]}], "unevaluatedProperties": false}),
    ] {
        check(&schema, &values);
    }
}

fn to_object(names: &[&str]) -> Map<String, Value> {
    names.iter().map(|name| ((*name).to_owned(), json!(1))).collect()
}
