//! Schemas and values drawn at random. The values are those that the schemas speak of, so that many are valid.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// A value.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2..8_i64).prop_map(Value::from),
        prop_oneof![Just(json!(0.5)), Just(json!(2.0)), Just(json!(1.5))],
        prop_oneof![Just(""), Just("a"), Just("ab"), Just("x-a"), Just("ba")].prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        let name = prop_oneof![Just("a"), Just("b"), Just("x-a"), Just("ab")];
        let member = (name, inner.clone());
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            prop::collection::vec(member, 0..4).prop_map(|members| {
                let members = members.into_iter().map(|(name, value)| (name.to_owned(), value));
                Value::Object(members.collect())
            }),
        ]
    })
}

/// One keyword, or two that belong together.
fn keyword(inner: &BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let count = || 0..4_u64;
    let name = || prop_oneof![Just("a"), Just("b"), Just("x-a")];
    let types = || {
        prop::sample::subsequence(
            vec!["null", "boolean", "integer", "number", "string", "array", "object"],
            1..4,
        )
    };
    let list = || prop::collection::vec(inner.clone(), 1..3);
    let one = |keyword: &'static str, inner: &BoxedStrategy<Value>| {
        inner.clone().prop_map(move |schema| json!({ keyword: schema }))
    };
    let limit = |keyword: &'static str| count().prop_map(move |count| json!({ keyword: count }));
    let pattern =
        || prop_oneof![Just("^a"), Just("b$"), Just("^x-"), Just("a"), Just("^[ab]+$"), Just(".*")];
    let values = prop_oneof![
        types().prop_map(|types| json!({ "type": types })),
        types().prop_map(|types| json!({ "type": types[0] })),
        prop::collection::vec(value(), 1..4).prop_map(|values| json!({ "enum": values })),
        value().prop_map(|value| json!({ "const": value })),
        limit("minLength"),
        limit("maxLength"),
        pattern().prop_map(|pattern| json!({ "pattern": pattern })),
        Just(json!({ "format": "date" })),
        Just(json!({ "format": "int32" })),
    ];
    let numbers = prop_oneof![
        limit("minimum"),
        limit("exclusiveMinimum"),
        limit("maximum"),
        limit("exclusiveMaximum"),
        (1..5_u64).prop_map(|step| json!({ "multipleOf": step })),
        Just(json!({ "multipleOf": 0.5 })),
    ];
    let arrays = prop_oneof![
        limit("minItems"),
        limit("maxItems"),
        Just(json!({ "uniqueItems": true })),
        one("items", inner),
        list().prop_map(|items| json!({ "prefixItems": items })),
        one("contains", inner),
        one("unevaluatedItems", inner),
    ];
    let members = prop_oneof![
        limit("minProperties"),
        limit("maxProperties"),
        prop::collection::vec(name(), 1..3).prop_map(|names| json!({ "required": names })),
        (name(), inner.clone()).prop_map(|(name, schema)| json!({ "properties": {name: schema} })),
        (name(), name(), inner.clone(), inner.clone())
            .prop_map(|(a, b, one, other)| json!({ "properties": {a: one, b: other} })),
        (pattern(), inner.clone())
            .prop_map(|(name, schema)| json!({ "patternProperties": {name: schema} })),
        one("additionalProperties", inner),
        Just(json!({ "additionalProperties": false })),
        one("propertyNames", inner),
        (name(), inner.clone())
            .prop_map(|(name, schema)| json!({"dependentSchemas": {name: schema}})),
        Just(json!({ "unevaluatedProperties": false })),
        one("unevaluatedProperties", inner),
    ];
    let composed = prop_oneof![
        list().prop_map(|all| json!({ "allOf": all })),
        list().prop_map(|all| json!({ "allOf": all })),
        list().prop_map(|any| json!({ "anyOf": any })),
        list().prop_map(|one| json!({ "oneOf": one })),
        one("not", inner),
        (inner.clone(), inner.clone())
            .prop_map(|(condition, then)| json!({ "if": condition, "then": then })),
        inner.clone().prop_map(|other| json!({ "anyOf": [{"type": "null"}, other] })),
        inner.clone().prop_map(|other| json!({ "oneOf": [other, {"const": null}] })),
        prop::collection::vec(value(), 2..4).prop_map(|values| {
            let alternatives: Vec<_> =
                values.into_iter().map(|value| json!({ "enum": [value, 1, "a"] })).collect();
            json!({ "oneOf": alternatives })
        }),
        Just(json!({ "$ref": "#/components/schemas/Self" })),
    ];
    prop_oneof![3 => values, 1 => numbers, 2 => arrays, 4 => members, 4 => composed].boxed()
}

/// A schema, which may refer to a component `Self`.
pub(crate) fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => Just(json!({})),
        1 => any::<bool>().prop_map(Value::from),
        2 => Just(json!({"type": "string"})),
        2 => Just(json!({"type": "integer"})),
        1 => Just(json!({"enum": ["a", null, 1]})),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop::collection::vec(keyword(&inner.boxed()), 0..5).prop_map(|keywords| {
            let members = keywords.into_iter().filter_map(|keyword| match keyword {
                Value::Object(members) => Some(members),
                _ => None,
            });
            Value::Object(members.flatten().collect::<Map<_, _>>())
        })
    })
}
