use std::path::Path;

use serde_json::{Value, json};

use super::*;
use crate::{Contract, Memory};

fn contract(schema: &Value) -> Contract {
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {},
        "components": {"schemas": {"S": schema}},
    });
    let reading = crate::read(Path::new("t.json"), &Memory::one("t.json", &document.to_string()));
    reading.contract.unwrap_or_else(|| panic!("{}", reading.findings.render()))
}

/// Hands the normal form of a schema on.
#[track_caller]
fn with<T>(schema: &Value, look: impl FnOnce(&mut Normalizer<'_>, &Normal<'_>) -> T) -> T {
    let contract = contract(schema);
    let mut normalizer = Normalizer::new(&contract);
    let normal = normalizer.normalize(Conjunction::One(contract.components["S"]));
    look(&mut normalizer, &normal)
}

/// The keywords of the form itself.
#[track_caller]
fn check(schema: &Value, expected: &Value) {
    let found = with(schema, |normalizer, normal| {
        let whole = normalizer.all_of(&normal.parts[..1]);
        normalizer.json_schema(whole, Direction::Request)["$defs"]["n0"].clone()
    });
    assert_eq!(found, *expected);
}

#[test]
fn every_pattern_stays_and_the_tightest_limit_wins() {
    check(
        &json!({"allOf": [{"pattern": "^a", "maxLength": 9}, {"pattern": "z$", "maxLength": 5}], "type": "string"}),
        &json!({"type": ["string"], "maxLength": 5, "pattern": "^a", "allOf": [{"pattern": "z$"}]}),
    );
}

#[test]
fn steps_that_have_a_common_multiple_are_one() {
    let steps = json!({"type": "integer", "allOf": [{"multipleOf": 2}, {"multipleOf": 3}]});
    check(&steps, &json!({"type": ["integer"], "multipleOf": 6}));
}

#[test]
fn limits_of_types_that_are_not_admitted_do_not_count() {
    let schema = json!({
        "type": "object", "maxLength": 3, "pattern": "a", "minimum": 1, "multipleOf": 2, "items": false,
        "minProperties": 0,
    });
    check(&schema, &json!({"type": ["object"]}));
    let text = json!({"type": "string", "required": ["a"], "additionalProperties": false});
    check(&text, &json!({"type": ["string"]}));
    check(
        &json!({"type": "integer", "exclusiveMinimum": 0}),
        &json!({"type": ["integer"], "minimum": 1}),
    );
}

#[test]
fn alternatives_that_list_values_are_one_list() {
    let listed = json!({"type": ["string"], "enum": ["a", "b", "c"]});
    let (one, two) = (json!({"const": "a", "type": "string"}), json!({"enum": ["b", "c"]}));
    let mut any = json!({"anyOf": [one, two]});
    any["type"] = json!("string");
    check(&any, &listed);
    // What two alternatives of `oneOf` list matches neither.
    let overlap = json!({"type": "number", "oneOf": [{"enum": [1, 2]}, {"enum": [2.0, 3]}]});
    check(&overlap, &json!({"type": ["number"], "enum": [1, 3]}));
    let null = json!({"anyOf": [{"type": "null"}, {"type": "string", "enum": ["a"]}]});
    check(&null, &json!({"type": ["null", "string"], "enum": [null, "a"]}));
}

#[test]
fn null_or_another_is_the_other_with_null() {
    let plain = json!({"type": ["null", "string"], "maxLength": 3});
    let (nothing, text) = (json!({"type": "null"}), json!({"type": "string", "maxLength": 3}));
    check(&json!({"anyOf": [nothing, text]}), &plain);
    check(&json!({"oneOf": [text, {"const": null}]}), &plain);
    check(&json!({"oneOf": [{"anyOf": [nothing, text]}]}), &plain);
    // Null matches both, so it isn't one of them.
    let nullable = json!({"type": ["string", "null"], "maxLength": 3});
    check(&json!({"oneOf": [nullable, nothing]}), &json!({"type": ["string"], "maxLength": 3}));
}

#[test]
fn additional_properties_are_those_that_their_own_branch_does_not_name() {
    let closed = json!({"properties": {"a": {}}, "additionalProperties": false});
    let schema = json!({"allOf": [closed, {"properties": {"b": {}}, "required": ["b"]}]});
    with(&schema, |normalizer, normal| {
        let names: Vec<_> = normal.properties.keys().collect();
        assert_eq!(names, [&"a"]);
        assert!(matches!(normal.others, Others::Forbidden(_)));
        assert!(normalizer.requires(normal, "b", Direction::Request).is_some());
        assert!(normal.residue.is_empty());
    });
    let others = json!({"properties": {"a": {}}, "additionalProperties": {"type": "string"}});
    with(&json!({"allOf": [others, {"properties": {"b": {}}}]}), |normalizer, normal| {
        assert_eq!(normalizer.schemas(normal.properties["a"]).len(), 1);
        assert_eq!(normalizer.schemas(normal.properties["b"]).len(), 2);
    });
}

#[test]
fn what_a_pattern_decides_is_folded_where_it_is_plain_and_else_a_residue() {
    let schema = |pattern: &str| {
        let closed = json!({"patternProperties": {pattern: {}}, "additionalProperties": false});
        json!({"allOf": [closed, {"properties": {"x-a": {}, "b": {}}}]})
    };
    with(&schema("^x-"), |_, normal| {
        assert_eq!(normal.properties.keys().collect::<Vec<_>>(), [&"x-a"]);
        assert!(normal.residue.is_empty());
    });
    with(&schema("^[x]-"), |_, normal| {
        assert_eq!(normal.properties.keys().collect::<Vec<_>>(), [&"x-a", &"b"]);
        let keywords: Vec<_> = normal.residue.iter().map(|residue| residue.keyword).collect();
        assert_eq!(keywords, ["additionalProperties"]);
    });
}

#[test]
fn unevaluated_properties_are_others_where_nothing_depends_on_the_value() {
    let parts = json!([{"properties": {"a": {}}}, {"properties": {"b": {}}}]);
    with(&json!({"allOf": parts, "unevaluatedProperties": false}), |_, normal| {
        assert!(matches!(normal.others, Others::Forbidden(_)));
        assert!(normal.residue.is_empty());
    });
    with(&json!({"anyOf": parts, "unevaluatedProperties": false}), |_, normal| {
        assert_eq!(normal.others, Others::Match(Conjunction::Anything));
        assert_eq!(normal.residue.len(), 1);
    });
}

#[test]
fn what_only_the_other_side_sends_is_not_required() {
    let id = json!({"properties": {"id": {"readOnly": true}}, "required": ["id"]});
    with(&json!({"allOf": [id, {"properties": {"id": {}}}]}), |normalizer, normal| {
        assert_eq!(normalizer.requires(normal, "id", Direction::Request), None);
        assert!(normalizer.requires(normal, "id", Direction::Response).is_some());
    });
}

#[test]
fn who_sends_a_member_may_be_said_by_what_it_is_made_of() {
    let schema = json!({"properties": {"id": {"allOf": [{"readOnly": true}]}}, "required": ["id"]});
    let contract = contract(&schema);
    for (direction, required) in
        [(Direction::Request, None), (Direction::Response, Some(json!(["id"])))]
    {
        let id = contract.components["S"];
        let original = crate::json_schema(&contract, id, direction).document;
        assert_eq!(original.pointer("/$defs/s0/required"), required.as_ref());
        let form = Normalizer::new(&contract).json_schema(Conjunction::One(id), direction);
        assert_eq!(form.pointer("/$defs/n0/required"), required.as_ref());
    }
}

#[test]
fn items_are_looked_at_by_their_place_in_each_branch() {
    let schema =
        json!({"allOf": [{"prefixItems": [{}, {}], "items": false}, {"items": {"minimum": 1}}]});
    with(&schema, |normalizer, normal| {
        let counts: Vec<_> =
            normal.prefix_items.iter().map(|item| normalizer.schemas(*item).len()).collect();
        assert_eq!(counts, [2, 2]);
        assert_eq!(normalizer.schemas(normal.items).len(), 2);
    });
}

#[test]
fn taken_alternatives_are_parts() {
    let contract = contract(
        &json!({"oneOf": [{"type": "string"}, {"type": "integer"}], "anyOf": [{"minimum": 1}, {}]}),
    );
    let mut normalizer = Normalizer::new(&contract);
    let root = contract.components["S"];
    let normal = normalizer.normalize_taking(&[root], &mut |_, schema| {
        schema.one_of.last().into_iter().chain(schema.any_of.first()).copied().collect()
    });
    assert_eq!(normal.types.single(), Some(JsonType::Integer));
    assert!(normal.limit(Limit::Minimum).is_some());
    assert!(normal.groups.is_empty());
    assert_eq!(normal.parts.len(), 3);
}

#[test]
fn schemas_that_are_made_of_themselves_end() {
    for schema in [
        json!({"allOf": [{"$ref": "#/components/schemas/S"}]}),
        json!({"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/S"}]}),
        json!({"oneOf": [{"$ref": "#/components/schemas/S"}, {"anyOf": [{"$ref": "#/components/schemas/S"}, {"const": 1}]}]}),
        json!({"not": {"$ref": "#/components/schemas/S"}, "unevaluatedProperties": {"$ref": "#/components/schemas/S"}}),
    ] {
        with(&schema, |normalizer, normal| {
            let whole = normalizer.all_of(&normal.parts[..1]);
            assert!(normalizer.json_schema(whole, Direction::Response).is_object());
        });
    }
}

/// OAS 3.0.3 §4.7.24.1 forbids both marks together; what is made of another's schema may have them all the same.
#[test]
fn what_a_schema_says_of_who_sends_it_comes_before_what_it_is_made_of_says() {
    let travels = |schema: Value| {
        with(&schema, |_, normal| {
            [Direction::Request, Direction::Response]
                .map(|direction| normal.marks.travels(direction))
        })
    };
    let theirs = json!([{"writeOnly": true}]);
    assert_eq!(travels(json!({"readOnly": true, "allOf": theirs})), [false, true]);
    assert_eq!(travels(json!({"allOf": theirs})), [true, false]);
    assert_eq!(travels(json!({"allOf": [{"readOnly": true}, {"writeOnly": true}]})), [false, true]);
    assert_eq!(travels(json!({"readOnly": true, "writeOnly": true})), [true, true]);
}
