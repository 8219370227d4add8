//! The keywords that 3.1 takes from JSON Schema: how they are read, handed on to a validator, and compared.

use std::path::Path;

use serde_json::{Value, json};
use spec::compare::{Severity, compare};
use spec::{Contract, Direction, Memory, Reading};

fn read(version: &str, schema: &Value, components: &Value, in_answer: bool) -> Reading {
    let content = json!({"application/json": {"schema": schema}});
    let mut operation = json!({"operationId": "put", "responses": {"200": {"description": "ok"}}});
    if in_answer {
        operation["responses"]["200"]["content"] = content;
    } else {
        operation["requestBody"] = json!({"content": content});
    }
    let document = json!({
        "openapi": version, "info": {"title": "t", "version": "1"},
        "paths": {"/t": {"put": operation}}, "components": {"schemas": components},
    });
    spec::read(Path::new("a.json"), &Memory::one("a.json", &document.to_string()))
}

fn contract(schema: &Value, components: &Value, in_answer: bool) -> Contract {
    let reading = read("3.1.0", schema, components, in_answer);
    assert!(reading.findings.list.is_empty(), "{}", reading.findings.render());
    reading.contract.expect("a contract")
}

/// What each keyword says in a schema; a value that it refuses; and the same keyword saying something else.
fn keywords() -> Vec<(Value, Value, Value)> {
    let cases = json!([
        [{"contains": {"const": 7}}, [], {"contains": {"const": 8}}],
        [{"contains": {"type": "integer"}, "minContains": 2}, [1, "a"], {"contains": {"type": "integer"}, "minContains": 3}],
        [{"contains": {"type": "integer"}, "maxContains": 1}, [1, 2], {"contains": {"type": "integer"}, "maxContains": 2}],
        [{"dependentRequired": {"a": ["b", "c"]}}, {"a": 1, "b": 1}, {"dependentRequired": {"a": ["b"]}}],
        [{"dependentSchemas": {"a": {"required": ["b"]}}}, {"a": 1}, {"dependentSchemas": {"a": {"required": ["c"]}}}],
        [{"propertyNames": {"maxLength": 2}}, {"abc": 1}, {"propertyNames": {"maxLength": 3}}],
        [{"if": {"required": ["a"]}, "then": {"required": ["b"]}}, {"a": 1}, {"if": {"required": ["a"]}, "else": {"required": ["b"]}}],
        [{"if": {"required": ["a"]}, "else": {"required": ["b"]}}, {}, {"if": {"required": ["a"]}, "else": {"required": ["c"]}}],
        [{"prefixItems": [{}], "unevaluatedItems": {"type": "string"}}, [1, 2], {"prefixItems": [{}], "unevaluatedItems": {"type": "integer"}}],
        [{"properties": {"a": {}}, "unevaluatedProperties": {"type": "string"}}, {"a": 1, "b": 1}, {"properties": {"a": {}}, "unevaluatedProperties": {"type": "integer"}}],
        [{"$anchor": "x", "properties": {"a": {"$ref": "#x"}}, "required": ["a"]}, {}, {"$anchor": "x", "properties": {"a": {"$ref": "#x"}}, "required": ["b"]}],
    ]);
    let cases: Vec<[Value; 3]> = serde_json::from_value(cases).expect("three values each");
    cases.into_iter().map(|[schema, refused, other]| (schema, refused, other)).collect()
}

/// The schema without the keywords that this is about.
fn without(schema: &Value) -> Value {
    let mut schema = schema.clone();
    let members = schema.as_object_mut().expect("an object");
    members.retain(|key, _| key == "properties" || key == "prefixItems");
    schema
}

#[test]
fn a_validator_judges_each_keyword() {
    for (schema, refused, _) in keywords() {
        let contract = contract(&schema, &json!({}), false);
        let id = contract.operations[0].schemas().next().expect("a schema");
        let document = spec::json_schema(&contract, id, Direction::Request).document;
        let validator = jsonschema::validator_for(&document).expect("a schema");
        assert!(!validator.is_valid(&refused), "{schema} admits {refused}");
        assert!(validator.is_valid(&json!("text")), "{schema}");
    }
}

#[test]
fn documents_of_3_0_have_none_of_them() {
    for (schema, refused, _) in keywords().iter().take(8) {
        let reading = read("3.0.3", schema, &json!({}), false);
        assert!(reading.findings.list.iter().all(|finding| finding.code == "unknown-keyword"));
        assert!(!reading.findings.list.is_empty(), "{schema}");
        let contract = reading.contract.expect("a contract");
        let id = contract.operations[0].schemas().next().expect("a schema");
        let document = spec::json_schema(&contract, id, Direction::Request).document;
        assert!(jsonschema::validator_for(&document).expect("a schema").is_valid(refused));
    }
}

#[track_caller]
fn severities(old: &Contract, new: &Contract) -> Vec<Severity> {
    compare(old, new).iter().map(|change| change.rule.severity).collect()
}

#[test]
fn each_change_of_each_keyword_is_seen() {
    for (schema, _, other) in keywords().iter().take(10) {
        for in_answer in [false, true] {
            let read = |schema: &Value| contract(schema, &json!({}), in_answer);
            let (with, without) = (read(schema), read(&without(schema)));
            let (narrower, wider) = match in_answer {
                true => (Severity::Compatible, Severity::Breaking),
                false => (Severity::Breaking, Severity::Compatible),
            };
            assert_eq!(severities(&without, &with), [narrower], "{schema} added");
            assert_eq!(severities(&with, &without), [wider], "{schema} removed");
            // What is said of all other members is compared as such; the rest can't be decided.
            let changed = match schema.get("unevaluatedProperties") {
                Some(_) => Severity::Breaking,
                None => Severity::Dangerous,
            };
            assert_eq!(severities(&with, &read(other)), [changed], "{schema} changed");
        }
    }
}

#[test]
fn other_words_for_the_same_are_no_change() {
    let inline = json!({
        "dependentRequired": {"a": ["b", "c"], "d": ["e"]},
        "if": {"properties": {"a": {"type": "string"}, "b": {"type": "integer"}}, "required": ["a", "b"]},
        "then": {"contains": {"enum": [1, 2]}},
    });
    let apart = json!({
        "then": {"description": "D", "contains": {"$ref": "#/components/schemas/Digit"}},
        "if": {"required": ["b", "a"], "properties": {"b": {"$ref": "#/components/schemas/Whole"}, "a": {"type": "string"}}},
        "dependentRequired": {"d": ["e"], "a": ["c", "b"]},
    });
    let components = json!({"Digit": {"enum": [2, 1]}, "Whole": {"type": "integer"}});
    let (one, other) = (contract(&inline, &json!({}), false), contract(&apart, &components, false));
    assert_eq!(compare(&one, &other), []);
    assert_eq!(compare(&other, &one), []);
    let recursive = |depth: &str| {
        let node = json!({"contains": {"properties": {"a": {"properties": {"b": {"properties": {"c": {"properties": {
            "d": {"type": depth}, "e": {"$ref": "#/components/schemas/Node"}}}}}}}}}});
        contract(&json!({"$ref": "#/components/schemas/Node"}), &json!({"Node": node}), false)
    };
    assert_eq!(compare(&recursive("string"), &recursive("string")), []);
    assert_eq!(severities(&recursive("string"), &recursive("integer")), [Severity::Dangerous]);
}

#[test]
fn unevaluated_properties_close_an_object_as_additional_properties_do() {
    let open = json!({"allOf": [{"properties": {"a": {}}}], "properties": {"b": {}}});
    let mut closed = open.clone();
    closed["unevaluatedProperties"] = json!(false);
    let mut fewer = closed.clone();
    fewer["properties"] = json!({});
    let read = |schema: &Value| contract(schema, &json!({}), false);
    let codes = |old: &Value, new: &Value| -> Vec<&str> {
        compare(&read(old), &read(new)).iter().map(|change| change.rule.code).collect()
    };
    assert_eq!(codes(&open, &closed), ["request-additional-properties-forbidden"]);
    assert_eq!(codes(&closed, &open), ["request-additional-properties-allowed"]);
    assert_eq!(codes(&closed, &fewer), ["request-property-forbidden"]);
    let changes = compare(&read(&open), &read(&closed));
    let at = changes[0].new.as_ref().expect("a place");
    assert!(at.pointer.ends_with("/unevaluatedProperties"), "{at:?}");
}

/// The pairs of the shared folder that are about these keywords, with the right answer.
#[test]
fn the_pairs_with_a_known_answer_come_out_right() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/review-pairs");
    if !folder.is_dir() {
        eprintln!("SKIPPED: no pairs at {}", folder.display());
        return;
    }
    for (name, worst) in [
        ("contains-added", Severity::Breaking),
        ("contains-added-in-answer", Severity::Compatible),
        ("dependent-required-removed-in-answer", Severity::Breaking),
        ("if-then-added", Severity::Breaking),
    ] {
        let read = |side: &str| {
            let reading =
                spec::read(&folder.join(format!("{name}.{side}.json")), &spec::FileSystem);
            reading.contract.unwrap_or_else(|| panic!("{name}: {}", reading.findings.render()))
        };
        assert_eq!(severities(&read("old"), &read("new")), [worst], "{name}");
    }
}
