//! What holds for any document: nothing panics, the result is Rust, and the order of an object's members says nothing.

use std::path::Path;

use codegen::{Generated, Options, generate};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn generated(document: &Value) -> Option<Generated> {
    let text = document.to_string();
    let reading = spec::read(Path::new("any.json"), &spec::Memory::one("any.json", &text));
    Some(generate(
        &reading.contract?,
        &Options { spec: "any.json".to_owned(), ..Options::default() },
    ))
}

/// Schemas of many kinds, some of them absurd.
fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({})),
        Just(json!({"type": "string", "format": "uuid"})),
        Just(json!({"type": "string", "minLength": 3, "pattern": "^[a-z]+$"})),
        Just(json!({"type": "integer", "minimum": 0, "nullable": true})),
        Just(json!({"type": "number", "multipleOf": 0.5})),
        Just(json!({"type": "boolean"})),
        Just(json!({"$ref": "#/components/schemas/A"})),
        Just(json!({"$ref": "#/components/schemas/B"})),
        Just(json!({"enum": ["a", "b", null], "type": "string", "nullable": true})),
        Just(json!({"enum": [1, 2], "type": "integer"})),
        Just(json!({"enum": ["a", 1, {}]})),
        Just(json!({"type": "string", "enum": ["only"]})),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let name = prop_oneof![
            Just("type".to_owned()), Just("a-b".to_owned()), Just("a_b".to_owned()), Just("Self".to_owned()),
            Just(String::new()), "[a-zA-Z+_-]{1,6}",
        ];
        let properties = prop::collection::vec((name, inner.clone()), 0..4);
        prop_oneof![
            (properties, prop::bool::ANY).prop_map(|(members, closed)| {
                let required: Vec<_> = members.iter().take(1).map(|(name, _)| name.clone()).collect();
                let members: Map<String, Value> = members.into_iter().collect();
                json!({"type": "object", "properties": members, "required": required, "additionalProperties": !closed})
            }),
            inner.clone().prop_map(|items| json!({"type": "array", "items": items, "uniqueItems": true})),
            inner.clone().prop_map(|values| json!({"type": "object", "additionalProperties": values})),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|all| json!({"oneOf": all})),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|all| json!({"anyOf": all})),
            prop::collection::vec(inner, 1..4).prop_map(|all| json!({"allOf": all})),
        ]
    })
}

fn document() -> impl Strategy<Value = Value> {
    (schema(), schema(), schema(), schema()).prop_map(|(a, b, body, parameter)| {
        json!({
            "openapi": "3.0.3",
            "info": {"title": "Any", "version": "1"},
            "paths": {
                "/things/{id}": {
                    "get": {
                        "operationId": "get thing",
                        "tags": ["things"],
                        "parameters": [
                            {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                            {"name": "filter", "in": "query", "schema": parameter},
                        ],
                        "responses": {
                            "200": {"description": "ok", "content": {"application/json": {"schema": body}}},
                            "default": {"description": "", "content": {"text/plain": {}}},
                        },
                    },
                    "post": {
                        "requestBody": {"content": {"application/json": {"schema": body}, "multipart/form-data": {}}},
                        "responses": {"204": {"description": "done"}},
                    },
                },
            },
            "components": {"schemas": {"A": a, "B": b}},
        })
    })
}

/// The same document, the members of each object the other way round.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members.iter().rev().map(|(name, value)| (name.clone(), reversed(value))).collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(reversed).collect()),
        other => other.clone(),
    }
}

/// The path and the text of each generated file.
fn texts(document: &Value) -> Vec<(String, String)> {
    let files = generated(document).expect("it can be read").files;
    files.into_iter().map(|file| (file.path, file.contents)).collect()
}

/// Ten levels, each of which has the one below five times: by value, the uppermost would take gigabytes.
#[test]
fn objects_within_objects_stay_small() {
    let level = |level: usize| {
        let below = match level {
            0 => json!({"type": "string"}),
            _ => json!({"$ref": format!("#/components/schemas/Level{}", level - 1)}),
        };
        let members: Map<String, Value> =
            (0..5).map(|member| (format!("m{member}"), below.clone())).collect();
        (format!("Level{level}"), json!({"type": "object", "properties": members}))
    };
    let schemas: Map<String, Value> = (0..10).map(level).collect();
    let document = json!({
        "openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {},
        "components": {"schemas": schemas},
    });
    let files = generated(&document).expect("the document can be read").files;
    let text: String = files.into_iter().map(|file| file.contents).collect();
    assert!(text.contains("m0: Option<Level0>"), "what is small is held as it is");
    assert!(text.contains("m0: Option<Box<Level2>>"), "what is large is held in a box");
}

/// Alternatives that contain the schema that they are alternatives of.
#[test]
fn alternatives_within_themselves_come_to_an_end() {
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": "Any", "version": "1"},
        "paths": {},
        "components": {"schemas": {
            "A": {
                "type": "object",
                "properties": {"a": {"type": "string"}},
                "oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}],
            },
            "B": {"minProperties": 1, "anyOf": [{"$ref": "#/components/schemas/B"}]},
            "C": {"allOf": [{"$ref": "#/components/schemas/D"}]},
            "D": {"allOf": [{"$ref": "#/components/schemas/C"}]},
        }},
    });
    generated(&document).expect("it can be read");
}

#[test]
fn alternatives_within_alternatives_come_to_an_end() {
    let all: Vec<Value> =
        (0..6).map(|at| json!({"$ref": format!("#/components/schemas/S{at}")})).collect();
    let one = |at: usize| {
        let members = json!({format!("m{at}"): {"type": "string"}});
        (format!("S{at}"), json!({"type": "object", "properties": members, "oneOf": all}))
    };
    let schemas: Map<String, Value> = (0..6).map(one).collect();
    let document = json!({
        "openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {},
        "components": {"schemas": schemas},
    });
    let found = generated(&document).expect("it can be read");
    assert!(found.findings.iter().any(|finding| finding.code == "endless-alternatives"));
}

#[test]
fn what_extends_a_schema_knows_no_order() {
    let extends = |name: &str| json!({"allOf": [{"$ref": format!("#/components/schemas/{name}")}]});
    let base =
        json!({"discriminator": {"propertyName": "is"}, "properties": {"is": {"type": "string"}}});
    let dog = json!({"allOf": [{"$ref": "#/components/schemas/Pet"}], "discriminator": {"propertyName": "is"}});
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "paths": {},
        "components": {"schemas": {
            "Cat": extends("Pet"), "Pet": base, "Ant": extends("Pet"), "Dog": dog, "Puppy": extends("Dog"),
        }},
    });
    let first = texts(&document);
    assert!(first.iter().any(|(_, text)| text.contains("pub enum Pet")));
    assert!(first == texts(&reversed(&document)));
}

#[test]
fn what_parts_say_of_other_members_knows_no_order() {
    let by_pattern = |schema: Value| json!({"type": "object", "patternProperties": {"^x": schema}});
    let others = |schema: Value| json!({"type": "object", "additionalProperties": schema});
    let named = json!({"type": "object", "properties": {"xa": {"type": "string"}}});
    for (a, b) in [
        (others(json!({"type": "number"})), others(json!({"type": "string", "format": "uuid"}))),
        (
            by_pattern(json!({"type": "number"})),
            by_pattern(json!({"type": "string", "format": "uuid"})),
        ),
        (
            others(json!({"type": "number"})),
            by_pattern(json!({"type": "string", "format": "uuid"})),
        ),
    ] {
        let parts = |names: &[&str]| {
            let parts =
                names.iter().map(|name| json!({"$ref": format!("#/components/schemas/{name}")}));
            json!({"allOf": parts.collect::<Vec<_>>()})
        };
        let document = json!({
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "paths": {},
            "components": {"schemas": {
                "A": a, "B": b, "Named": named, "Both": parts(&["A", "B"]), "All": parts(&["A", "B", "Named"]),
            }},
        });
        assert!(texts(&document) == texts(&reversed(&document)), "{document:#}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn what_is_generated_is_rust_and_knows_no_order(document in document()) {
        let Some(first) = generated(&document) else { return Ok(()) };
        for file in first.files.iter().filter(|file| file.path.ends_with(".rs") && !file.path.contains("runtime")) {
            if let Err(error) = syn::parse_file(&file.contents) {
                return Err(TestCaseError::fail(format!("{}: {error}\n{}", file.path, file.contents)));
            }
        }
        let second = generated(&reversed(&document)).expect("it was read before");
        for (one, other) in first.files.iter().zip(&second.files) {
            prop_assert_eq!(&one.path, &other.path);
            prop_assert_eq!(&one.contents, &other.contents);
        }
        prop_assert_eq!(first.files.len(), second.files.len());
    }
}
