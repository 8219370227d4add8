//! What the comparison must not see: other words for the same thing.

#![expect(clippy::unwrap_used, reason = "what can't be read fails the test")]

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use spec::compare::{Severity, compare};
use spec::{Contract, Memory};

/// Reads documents in memory; the first is the root.
#[track_caller]
fn read(files: &[(&str, &str)]) -> Contract {
    let memory: HashMap<_, _> =
        files.iter().map(|(path, text)| (PathBuf::from(path), text.as_bytes().to_vec())).collect();
    let reading = spec::read(Path::new(files[0].0), &Memory(memory));
    assert!(!reading.findings.has_errors(), "{}", reading.findings.render());
    reading.contract.unwrap()
}

fn read_value(document: &Value) -> Contract {
    read(&[("openapi.json", &document.to_string())])
}

/// A contract whose one operation takes and gives what this schema admits.
fn with_schema(schema: &str) -> Contract {
    let schema: Value = serde_yaml::from_str(schema).unwrap();
    with_schemas(&schema, &json!({}))
}

fn with_schemas(schema: &Value, components: &Value) -> Contract {
    let is_newer = [schema, components].iter().any(|part| part.to_string().contains("\"null\""));
    let version = if is_newer { "3.1.0" } else { "3.0.3" };
    let content = json!({ "application/json": { "schema": schema } });
    read_value(&json!({
        "openapi": version,
        "info": { "title": "T", "version": "1" },
        "paths": { "/": { "post": {
            "operationId": "exchange",
            "requestBody": { "content": content },
            "responses": { "200": { "description": "D", "content": content } },
        } } },
        "components": { "schemas": components },
    }))
}

#[track_caller]
fn assert_same(old: &Contract, new: &Contract) {
    for (one, other) in [(old, new), (new, old)] {
        let changes: Vec<_> = compare(one, other)
            .into_iter()
            .map(|change| format!("{}: {}", change.rule.code, change.message))
            .collect();
        assert_eq!(changes, Vec::<String>::new());
    }
}

fn own_document() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("workspace.yaml");
    serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn corpus() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: there is no corpus at {}", folder.display());
        return Vec::new();
    };
    let mut files: Vec<_> = entries.filter_map(|entry| entry.ok().map(|e| e.path())).collect();
    files.retain(|path| path.extension().is_some_and(|ext| ext == "json" || ext == "yaml"));
    files.sort();
    files
}

#[test]
fn every_real_document_equals_itself() {
    for path in corpus() {
        if let Some(contract) = spec::read(&path, &spec::FileSystem).contract {
            let changes = compare(&contract, &contract);
            assert!(changes.is_empty(), "{}: {:#?}", path.display(), &changes[0]);
        }
    }
}

#[test]
fn real_documents_upside_down_say_the_same() {
    for path in corpus() {
        let bytes = std::fs::read(&path).unwrap();
        if bytes.len() > 1_000_000 || path.extension().is_none_or(|ext| ext != "json") {
            continue;
        }
        let document: Value = serde_json::from_slice(&bytes).unwrap();
        let source = |document: &Value| Memory::one("openapi.json", &document.to_string());
        let read =
            |document: &Value| spec::read(Path::new("openapi.json"), &source(document)).contract;
        let (Some(old), Some(new)) = (read(&document), read(&upside_down(&document))) else {
            continue;
        };
        // An operation without an id (or with another's) gets one made up, which may depend on the order.
        let changes: Vec<_> = compare(&old, &new)
            .into_iter()
            .filter(|change| change.rule.code != "operation-id-changed")
            .map(|change| format!("{}: {}", change.rule.code, change.message))
            .collect();
        assert_eq!(changes, Vec::<String>::new(), "{}", path.display());
    }
}

/// Every object with its members in reverse.
fn upside_down(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            members.iter().rev().map(|(key, value)| (key.clone(), upside_down(value))).collect()
        }
        Value::Array(items) => items.iter().map(upside_down).collect(),
        other => other.clone(),
    }
}

/// Every object with its members in an order that a number chooses.
fn shuffled(value: &Value, seed: &mut u64) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            for place in (1..members.len()).rev() {
                *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let other = usize::try_from(*seed >> 33).unwrap() % (place + 1);
                members.swap(place, other);
            }
            members.into_iter().map(|(key, v)| (key.clone(), shuffled(v, seed))).collect()
        }
        Value::Array(items) => items.iter().map(|item| shuffled(item, seed)).collect(),
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn the_order_of_keys_says_nothing(seed: u64) {
        let document = own_document();
        let mut seed = seed;
        assert_same(&read_value(&document), &read_value(&shuffled(&document, &mut seed)));
    }
}

/// Replaces each `$ref` by what it leads to.
fn inlined(value: &Value, root: &Value) -> Value {
    match value {
        Value::Object(members) => match members.get("$ref").and_then(Value::as_str) {
            Some(reference) => inlined(root.pointer(&reference[1..]).unwrap(), root),
            None => members.iter().map(|(key, v)| (key.clone(), inlined(v, root))).collect(),
        },
        Value::Array(items) => items.iter().map(|item| inlined(item, root)).collect(),
        other => other.clone(),
    }
}

#[test]
fn a_reference_and_what_it_leads_to_are_the_same() {
    let document = own_document();
    assert_same(&read_value(&document), &read_value(&inlined(&document, &document)));
}

#[test]
fn names_of_components_say_nothing() {
    let document = own_document();
    let renamed = document.to_string().replace("#/components/schemas/", "#/components/schemas/My");
    let mut renamed: Value = serde_json::from_str(&renamed).unwrap();
    let schemas = renamed["components"]["schemas"].as_object_mut().unwrap();
    *schemas =
        std::mem::take(schemas).into_iter().map(|(name, v)| (format!("My{name}"), v)).collect();
    assert_same(&read_value(&document), &read_value(&renamed));
}

#[test]
fn names_in_paths_say_nothing() {
    let document = own_document();
    let renamed = document.to_string().replace("org_id", "organization");
    let renamed: Value = serde_json::from_str(&renamed).unwrap();
    assert_same(&read_value(&document), &read_value(&renamed));
}

#[test]
fn any_two_documents_can_be_compared() {
    let small = corpus().into_iter().filter(|path| path.metadata().unwrap().len() < 100_000);
    let contracts: Vec<_> =
        small.filter_map(|path| spec::read(&path, &spec::FileSystem).contract).collect();
    for old in &contracts {
        for new in &contracts {
            let (there, back) = (compare(old, new), compare(new, old));
            assert_eq!(there.is_empty(), back.is_empty(), "what is gone one way is new the other");
        }
    }
}

#[test]
fn each_reference_may_stand_in_an_all_of_of_its_own() {
    fn wrapped(value: &Value) -> Value {
        match value {
            Value::Object(members) => {
                let schema = members.get("$ref").and_then(Value::as_str);
                if schema.is_some_and(|to| to.starts_with("#/components/schemas/")) {
                    return json!({ "allOf": [value] });
                }
                members.iter().map(|(key, v)| (key.clone(), wrapped(v))).collect()
            }
            Value::Array(items) => items.iter().map(wrapped).collect(),
            other => other.clone(),
        }
    }
    let document = own_document();
    assert_same(&read_value(&document), &read_value(&wrapped(&document)));
}

#[test]
fn a_file_of_its_own_and_a_component_are_the_same() {
    let document = |pet: &str, components: &str| {
        format!(
            "openapi: 3.0.3\ninfo: {{ title: T, version: '1' }}\npaths:\n  /pets/{{id}}:\n    get:\n      operationId: getPet\n      parameters: [{{ name: id, in: path, required: true, schema: {{ type: string }} }}]\n      responses:\n        '200': {{ description: D, content: {{ application/json: {{ schema: {{ $ref: '{pet}' }} }} }} }}\n{components}"
        )
    };
    let pet =
        "type: object\nrequired: [name]\nproperties: { name: { type: string, minLength: 1 } }\n";
    let inside = document(
        "#/components/schemas/Pet",
        "components: { schemas: { Pet: { type: object, required: [name], properties: { name: { type: string, minLength: 1 } } } } }\n",
    );
    let old = read(&[("api/openapi.yaml", &inside)]);
    let new = read(&[
        ("api/openapi.yaml", &document("schemas/pet.yaml", "")),
        ("api/schemas/pet.yaml", pet),
    ]);
    assert_same(&old, &new);
    let stricter = pet.replace("minLength: 1", "minLength: 2");
    let new = read(&[
        ("api/openapi.yaml", &document("schemas/pet.yaml", "")),
        ("api/schemas/pet.yaml", &stricter),
    ]);
    let [change] = compare(&old, &new).try_into().unwrap();
    assert_eq!(change.rule.code, "response-min-length-increased");
    let at = change.new.unwrap();
    assert_eq!(new.sources.describe(&at), "api/schemas/pet.yaml:3:37");
}

/// Pairs of schemas that admit the same values.
const SAME: &[(&str, &str, &str)] = &[
    ("no limit", "{ type: string }", "{ type: string, minLength: 0, pattern: '.*' }"),
    (
        "all branches",
        "{ allOf: [{ type: string }, { minLength: 2 }] }",
        "{ type: string, minLength: 2 }",
    ),
    ("the tighter limit", "{ allOf: [{ maximum: 5 }, { maximum: 3 }] }", "{ maximum: 3 }"),
    (
        "an object and more",
        "{ allOf: [{ type: object, required: [a], properties: { a: { type: string } } }], properties: { b: { type: integer } } }",
        "{ type: object, required: [a], properties: { a: { type: string }, b: { type: integer } } }",
    ),
    (
        "a member declared twice",
        "{ allOf: [{ properties: { a: { type: string } } }, { properties: { a: { maxLength: 3 } } }] }",
        "{ properties: { a: { type: string, maxLength: 3 } } }",
    ),
    ("one alternative", "{ oneOf: [{ type: string }] }", "{ anyOf: [{ type: string }] }"),
    (
        "alternatives in another order",
        "{ oneOf: [{ type: string }, { type: array, items: {} }] }",
        "{ oneOf: [{ type: array }, { type: string }] }",
    ),
    (
        "exclusive by type",
        "{ oneOf: [{ type: string }, { type: boolean }] }",
        "{ anyOf: [{ type: string }, { type: boolean }] }",
    ),
    (
        "whole numbers",
        "{ type: integer, minimum: 1 }",
        "{ type: integer, minimum: 0, exclusiveMinimum: true }",
    ),
    ("numbers by value", "{ type: number, maximum: 1 }", "{ type: number, maximum: 1.0 }"),
    ("values in another order", "{ enum: [a, b] }", "{ enum: [b, a] }"),
    ("values decide the type", "{ type: string, enum: [a, b] }", "{ enum: [a, b] }"),
    ("a value of another type", "{ type: string, enum: [a, 1] }", "{ type: string, enum: [a] }"),
    (
        "null that `enum` refuses",
        "{ type: string, nullable: true, enum: [a] }",
        "{ type: string, enum: [a] }",
    ),
    ("null as 3.1 has it", "{ type: string, nullable: true }", "{ type: [string, 'null'] }"),
    (
        "null as an alternative",
        "{ type: string, nullable: true, maxLength: 3 }",
        "{ anyOf: [{ type: string, maxLength: 3 }, { type: 'null' }] }",
    ),
    ("one value", "{ type: string, enum: [a] }", "{ type: string, const: a, examples: ['null'] }"),
    ("a keyword of another type", "{ type: integer, maxLength: 3 }", "{ type: integer }"),
    (
        "members that may be anything",
        "{ type: object }",
        "{ type: object, additionalProperties: true }",
    ),
    (
        "members that may be anything, as a schema",
        "{ type: object }",
        "{ type: object, additionalProperties: {} }",
    ),
    (
        "texts for people",
        "{ type: string }",
        "{ type: string, title: T, description: D, example: e }",
    ),
];

#[test]
fn other_words_for_the_same_schema_say_the_same() {
    for (name, one, other) in SAME {
        let (old, new) = (with_schema(one), with_schema(other));
        let changes = compare(&old, &new);
        assert!(changes.is_empty(), "{name}: {changes:#?}");
        let changes = compare(&new, &old);
        assert!(changes.is_empty(), "{name}, the other way round: {changes:#?}");
    }
}

/// Pairs that are not the same, whichever is the old one.
const DIFFERENT: &[(&str, &str, &str)] = &[
    ("any value or text", "{}", "{ type: string }"),
    (
        "the members of a branch that refuses others",
        "{ allOf: [{ properties: { a: {} }, additionalProperties: false }, { properties: { b: {} } }] }",
        "{ properties: { a: {}, b: {} }, additionalProperties: false }",
    ),
    (
        "alternatives or both",
        "{ oneOf: [{ type: object, required: [a] }, { type: object, required: [b] }] }",
        "{ type: object, required: [a, b] }",
    ),
    (
        "values of members",
        "{ additionalProperties: { type: string } }",
        "{ additionalProperties: { type: integer } }",
    ),
    (
        "values of members that may be anything",
        "{ additionalProperties: { type: string } }",
        "{ type: object }",
    ),
    ("items", "{ type: array, items: { type: string } }", "{ type: array }"),
    (
        "a limit behind items",
        "{ type: array, items: { items: { maximum: 1 } } }",
        "{ type: array, items: { items: { maximum: 2 } } }",
    ),
    (
        "null among the alternatives",
        "{ anyOf: [{ type: string }, { type: integer }] }",
        "{ anyOf: [{ type: string }, { type: integer }, { type: 'null' }] }",
    ),
];

#[test]
fn different_schemas_say_something_in_both_directions() {
    for (name, one, other) in DIFFERENT {
        let (old, new) = (with_schema(one), with_schema(other));
        let mut worst = None;
        for (old, new) in [(&old, &new), (&new, &old)] {
            let changes = compare(old, new);
            assert!(!changes.is_empty(), "{name}");
            worst = worst.max(changes.iter().map(|change| change.rule.severity).max());
        }
        assert!(worst > Some(Severity::Compatible), "{name}");
    }
}

#[test]
fn recursive_schemas_end_and_tell_a_change_once() {
    let node = |limit: u64| {
        json!({ "Node": {
            "type": "object",
            "properties": {
                "name": { "type": "string", "maxLength": limit },
                "children": { "type": "array", "items": { "$ref": "#/components/schemas/Node" } },
                "either": { "oneOf": [{ "$ref": "#/components/schemas/Node" }, { "type": "string" }] },
            },
            "allOf": [{ "not": { "$ref": "#/components/schemas/Node" } }],
        } })
    };
    let schema = json!({ "$ref": "#/components/schemas/Node" });
    let (old, new) = (with_schemas(&schema, &node(9)), with_schemas(&schema, &node(8)));
    assert_same(&old, &old);
    let codes: Vec<_> = compare(&old, &new).iter().map(|change| change.rule.code).collect();
    let limits = codes.iter().filter(|code| code.contains("max-length")).count();
    assert_eq!(limits, 2, "one a direction in {codes:?}");
}

#[test]
fn a_schema_that_is_only_itself_ends() {
    let components = json!({
        "A": { "allOf": [{ "$ref": "#/components/schemas/B" }] },
        "B": { "anyOf": [{ "$ref": "#/components/schemas/A" }, { "type": "null" }] },
    });
    let schema = json!({ "$ref": "#/components/schemas/A" });
    let contract = with_schemas(&schema, &components);
    assert_same(&contract, &contract);
    let other = with_schemas(&json!({ "type": "string" }), &components);
    assert!(!compare(&contract, &other).is_empty());
}

#[test]
fn shared_components_are_told_once_with_all_operations() {
    let mut document = own_document();
    let old = read_value(&document);
    let name: &mut Map<String, Value> =
        document["components"]["schemas"]["WorkspaceName"].as_object_mut().unwrap();
    name.insert("maxLength".into(), 59.into());
    let changes = compare(&old, &read_value(&document));
    let told: Vec<_> =
        changes.iter().map(|change| (change.rule.code, change.operations.len())).collect();
    assert_eq!(told, [("response-max-length-decreased", 5), ("request-max-length-decreased", 2)]);
}
