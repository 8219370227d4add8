//! An error costs the operations that it touches, and no other; only a document of which nothing is left is refused.

#![expect(clippy::needless_pass_by_value, reason = "documents are written where they are used")]

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use spec::model::LinkTarget;
use spec::{Contract, Memory, Reading, References, Severity};

/// A document of these paths and components.
fn document(paths: Value, components: Value) -> Value {
    json!({
        "openapi": "3.1.0", "info": {"title": "t", "version": "1"},
        "paths": paths, "components": components,
    })
}

fn read(document: &Value) -> Reading {
    spec::read(Path::new("a.json"), &Memory::one("a.json", &document.to_string()))
}

fn contract(document: &Value) -> Contract {
    let reading = read(document);
    reading.contract.unwrap_or_else(|| panic!("nothing is left:\n{}", reading.findings.render()))
}

/// An operation that answers this schema.
fn answers(id: &str, schema: Value) -> Value {
    let content = json!({"application/json": {"schema": schema}});
    json!({"operationId": id, "responses": {"200": {"description": "ok", "content": content}}})
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn ids(contract: &Contract) -> Vec<&str> {
    contract.operations.iter().map(|operation| operation.id.as_str()).collect()
}

/// Id to the code of the error.
fn left_out(contract: &Contract) -> BTreeMap<&str, &str> {
    let named = contract.left_out.iter();
    named.map(|one| (one.operation_id.as_deref().unwrap_or("?"), one.code)).collect()
}

/// A sound operation beside one that is replaced by, or has, what is wrong.
fn beside(operation: Value) -> Value {
    let paths = json!({"/sound": {"get": answers("sound", json!({}))}, "/x": {"get": operation}});
    document(paths, json!({}))
}

#[test]
fn an_error_in_an_operation_costs_that_operation() {
    let with = |member: &str, value: Value| {
        let mut operation = answers("x", json!({"type": "string"}));
        operation[member] = value;
        operation
    };
    let parameter = |value: Value| with("parameters", json!([value]));
    let response = |value: Value| with("responses", json!({"200": value}));
    let cases = [
        ("dangling-reference", parameter(json!({"$ref": "#/components/parameters/No"}))),
        ("missing-member", parameter(json!({"in": "query", "schema": {}}))),
        ("wrong-type", parameter(json!(5))),
        ("wrong-type", response(json!(5))),
        ("unknown-location", parameter(json!({"name": "a", "in": "body", "schema": {}}))),
        (
            "unknown-style",
            parameter(json!({"name": "a", "in": "query", "style": "odd", "schema": {}})),
        ),
        ("wrong-type", parameter(json!({"name": "a", "in": "query", "required": 1, "schema": {}}))),
        ("wrong-type", with("parameters", json!({}))),
        ("dangling-reference", with("requestBody", json!({"$ref": "no.yaml#/Body"}))),
        ("wrong-type", with("requestBody", json!(5))),
        ("dangling-reference", response(json!({"$ref": "https://a.example/b.yaml#/C"}))),
        (
            "dangling-reference",
            response(json!({"description": "", "headers": {"A": {"$ref": "#/no"}}})),
        ),
        (
            "dangling-reference",
            response(json!({"description": "", "links": {"A": {"$ref": "#/no"}}})),
        ),
        ("unknown-status", with("responses", json!({"ok": {"description": ""}}))),
        ("wrong-type", with("responses", json!([]))),
        ("unknown-security-scheme", with("security", json!([{"nobody": []}]))),
        ("wrong-type", with("servers", json!("https://a.example"))),
        ("dangling-reference", answers("x", json!({"$ref": "#/components/schemas/No"}))),
        (
            "circular-reference",
            answers(
                "x",
                json!({"$ref": "#/paths/~1x/get/responses/200/content/application~1json/schema"}),
            ),
        ),
        ("unknown-type", answers("x", json!({"items": {"properties": {"a": {"type": "bytes"}}}}))),
        ("wrong-type", answers("x", json!({"not": 5}))),
    ];
    for (code, operation) in cases {
        let contract = contract(&beside(operation.clone()));
        assert_eq!(ids(&contract), ["sound"], "{operation}");
        assert_eq!(left_out(&contract), BTreeMap::from([("x", code)]), "{operation}");
    }
}

#[test]
fn what_leaves_no_gap_costs_nothing() {
    let mut odd = answers(
        "sound",
        json!({
            "title": 5, "description": ["a"], "deprecated": "yes", "minLength": 2,
            "oneOf": [{"type": "string"}],
            "discriminator": {"propertyName": "a", "mapping": {"a": "#/no"}},
        }),
    );
    odd["tags"] = json!("one");
    odd["summary"] = json!({});
    odd["parameters"] = json!([
        {"name": "unused", "in": "path", "required": true, "schema": {}},
        {"name": "a", "in": "query", "schema": {}, "examples": {"b": {"$ref": "#/no"}}},
    ]);
    odd["responses"]["200"]["content"]["gzip"] = json!({});
    odd["responses"]["200"]["links"] = json!({"a": {"operationId": "no"}});
    let reading = read(&beside(odd));
    assert!(reading.findings.list.iter().filter(|f| f.severity == Severity::Error).count() >= 10);
    let contract = reading.contract.expect("a contract");
    assert_eq!(contract.left_out, []);
    assert_eq!(ids(&contract), ["sound", "getX"]);
}

#[test]
fn an_error_in_a_path_item_costs_its_operations() {
    let shared = json!({
        "parameters": [{"$ref": "#/components/parameters/No"}],
        "get": answers("a", json!({})), "put": answers("b", json!({})),
    });
    let paths = json!({
        "/sound": {"get": answers("sound", json!({}))},
        "/shared": shared,
        "/reference": {"$ref": "https://a.example/b.yaml"},
        "/odd": 5,
        "/method": {"get": {"$ref": "#/no"}, "post": 5},
        "no-slash": {"get": answers("c", json!({}))},
    });
    let contract = contract(&document(paths, json!({})));
    assert_eq!(ids(&contract), ["sound"]);
    let told: Vec<_> = contract.left_out.iter().map(ToString::to_string).collect();
    let dangling = "is left out: `$ref: #/components/parameters/No` leads to nothing";
    assert_eq!(told, [
        format!("`a` (GET /shared) {dangling}"),
        format!("`b` (PUT /shared) {dangling}"),
        "`c` (GET no-slash) is left out: path `no-slash` does not begin with a slash".to_owned(),
        "every operation of /reference is left out: `$ref: https://a.example/b.yaml` leads out of the local files, \
         and is not followed".to_owned(),
        "every operation of /odd is left out: `/odd` is a number, expected an object".to_owned(),
        "GET /method is left out: `$ref: #/no` leads to nothing".to_owned(),
        "POST /method is left out: `post` is a number, expected an object".to_owned(),
    ]);
}

#[test]
fn a_bad_component_costs_those_that_reach_it() {
    let components = json!({"schemas": {
        "Bad": {"properties": {"data": {"type": "bytes"}}},
        "Holder": {"properties": {"self": reference("Holder"), "inner": {"allOf": [reference("Middle")]}}},
        "Middle": {"additionalProperties": reference("Bad"), "properties": {"up": reference("Holder")}},
        "Good": {"properties": {"next": reference("Good")}},
        "Unused": {"$ref": "https://a.example/x.json"},
        "Loop": {"$ref": "#/components/schemas/Loop"},
    }});
    let body = json!({"content": {"application/json": {"schema": {"items": reference("Holder")}}}});
    let mut deep = answers("deep", json!({}));
    deep["requestBody"] = body;
    let paths = json!({
        "/1": {"get": answers("one", reference("Good"))},
        "/2": {"get": answers("direct", reference("Bad"))},
        "/3": {"get": answers("three", json!({"type": "string"}))},
        "/4": {"post": deep},
        "/5": {"get": answers("five", json!({"items": reference("Good")}))},
    });
    let contract = contract(&document(paths, components));
    assert_eq!(ids(&contract), ["one", "three", "five"]);
    let expected = BTreeMap::from([("direct", "unknown-type"), ("deep", "unknown-type")]);
    assert_eq!(left_out(&contract), expected);
    assert!(
        contract
            .left_out
            .iter()
            .all(|one| one.at.pointer == "/components/schemas/Bad/properties/data/type")
    );
}

#[test]
fn a_discriminator_reaches_what_it_maps_to() {
    let pet = json!({"discriminator": {"propertyName": "is", "mapping": {"cat": "#/components/schemas/Cat"}}});
    let cat = json!({"allOf": [reference("Pet"), {"minimum": "1"}]});
    let paths = json!({
        "/sound": {"get": answers("sound", json!({}))},
        "/pet": {"get": answers("pet", reference("Pet"))},
    });
    let contract = contract(&document(paths, json!({"schemas": {"Pet": pet, "Cat": cat}})));
    assert_eq!(left_out(&contract), BTreeMap::from([("pet", "wrong-type")]));
}

#[test]
fn a_path_that_no_request_can_have_is_left_out() {
    let x = json!({"name": "x", "in": "path", "required": true, "schema": {"type": "string"}});
    let with_x = |id: &str| {
        let mut operation = answers(id, json!({}));
        operation["parameters"] = json!([x]);
        json!({"get": operation})
    };
    let paths = json!({
        "/sound/{x}": with_x("sound"),
        "/sound%7Bx%7D/{x}": with_x("escaped"),
        "/twice/{x}/of/{x}": with_x("twice"),
        "/within/{x}-{x}": with_x("within"),
        "/open/{x": {"get": answers("open", json!({}))},
        "/closed/x}": {"get": answers("closed", json!({}))},
        "/parted/{x/y}": {"get": answers("parted", json!({}))},
    });
    let expected = BTreeMap::from([
        ("twice", "repeated-path-parameter"),
        ("within", "repeated-path-parameter"),
        ("open", "malformed-path"),
        ("closed", "malformed-path"),
        ("parted", "malformed-path"),
    ]);
    assert_eq!(left_out(&contract(&document(paths, json!({})))), expected);
}

#[test]
fn links_to_what_is_left_out_lead_nowhere_without_a_finding_of_their_own() {
    let mut sound = answers("sound", json!({}));
    sound["responses"]["200"]["links"] = json!({"x": {"operationId": "x"}});
    let paths = json!({"/sound": {"get": sound}, "/x/{id}": {"get": answers("x", json!({}))}});
    let reading = read(&document(paths, json!({})));
    let codes: Vec<_> = reading.findings.list.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["undeclared-path-parameter"]);
    let contract = reading.contract.expect("a contract");
    let response = contract.operations[0].responses.values().next().expect("a response");
    assert_eq!(response.links["x"].target, LinkTarget::Unknown("x".to_owned()));
}

#[test]
fn where_nothing_is_left_there_is_no_contract() {
    let one = json!({"/x/{id}": {"get": answers("x", json!({}))}});
    let mut no_paths = document(json!({}), json!({}));
    no_paths["paths"] = json!([]);
    for bad in [document(one, json!({})), no_paths] {
        let reading = read(&bad);
        assert!(reading.contract.is_none() && reading.findings.has_errors(), "{bad}");
    }
    let empty = document(json!({}), json!({"schemas": {"Bad": {"type": "bytes"}}}));
    assert_eq!(contract(&empty).operations.len(), 0, "nothing was there");
}

#[test]
fn errors_over_files_cost_those_that_lead_there() {
    let root = document(
        json!({
            "/a": {"get": answers("a", json!({"$ref": "models.json#/Good"}))},
            "/b": {"get": answers("b", json!({"$ref": "models.json#/User"}))},
            "/c": {"$ref": "paths.json#/c"},
        }),
        json!({}),
    );
    let models = json!({
        "Good": {"type": "string"},
        "User": {"properties": {"bad": {"$ref": "deep/bad.json"}, "again": {"$ref": "#/User"}}},
    });
    let paths = json!({"c": {"get": answers("c", json!({"$ref": "models.json#/User"})),
                             "put": answers("d", json!({"$ref": "models.json#/Good"}))}});
    let files = [
        ("a.json", root),
        ("models.json", models),
        ("paths.json", paths),
        ("deep/bad.json", json!({"type": "bytes"})),
    ];
    let files = files.map(|(path, value)| (PathBuf::from(path), value.to_string().into_bytes()));
    let reading = spec::read(Path::new("a.json"), &Memory(HashMap::from(files)));
    let contract = reading.contract.expect("a contract");
    assert_eq!(ids(&contract), ["a", "d"]);
    let at: Vec<_> =
        contract.left_out.iter().map(|one| contract.sources.path(&one.at).to_owned()).collect();
    assert_eq!(at, [Path::new("deep/bad.json"), Path::new("deep/bad.json")]);
}

#[test]
fn remote_references_are_followed_to_their_copies() {
    let url = "https://schemas.example.org/v1/common.json";
    let paths = json!({
        "/a": {"get": answers("a", json!({"$ref": format!("{url}#/Name")}))},
        "/b": {"get": answers("b", json!({"$ref": "https://elsewhere.example/x.json"}))},
    });
    // The copy refers to its neighbours as the original does, by path or by URL.
    let common = json!({
        "Name": {"properties": {"a": {"$ref": "more.json#/A"}, "b": {"$ref": "https://schemas.example.org/v1/more.json#/B"}}},
    });
    let more = json!({"A": {"maxLength": 3}, "B": {"maxLength": 4}});
    let files = [
        ("api/a.json", document(paths, json!({}))),
        ("copies/v1/common.json", common),
        ("copies/v1/more.json", more),
    ];
    let files = files.map(|(path, value)| (PathBuf::from(path), value.to_string().into_bytes()));
    let source = Memory(HashMap::from(files));
    let references = References::default().with("https://schemas.example.org/", "copies");
    let reading = spec::read_with(Path::new("api/a.json"), &source, &references);
    let contract = reading.contract.expect("a contract");
    assert_eq!(ids(&contract), ["a"]);
    let name = contract.schema(contract.operations[0].schemas().next().expect("a schema"));
    let lengths: Vec<_> =
        name.properties.values().map(|id| contract.schema(*id).max_length).collect();
    assert_eq!(lengths, [Some(3), Some(4)]);
    assert_eq!(left_out(&contract), BTreeMap::from([("b", "dangling-reference")]));
    assert!(reading.findings.render().contains("say where a copy is"));

    let nothing = spec::read(Path::new("api/a.json"), &source);
    assert!(nothing.contract.is_none());
}

#[test]
fn what_is_left_out_is_not_compared() {
    let good = document(
        json!({
            "/a": {"get": answers("a", json!({"type": "string"}))},
            "/b/{id}": {"get": answers("b", json!({})), "parameters": [
                {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}]},
            "/c": {"get": answers("c", json!({}))},
        }),
        json!({}),
    );
    let mut bad = good.clone();
    bad["paths"]["/b/{id}"]["parameters"] = json!([]);
    bad["paths"]["/c"] = json!({"$ref": "#/no"});
    let (good, bad) = (contract(&good), contract(&bad));
    assert_eq!(spec::compare::compare(&good, &bad), []);
    assert_eq!(spec::compare::compare(&bad, &good), []);
}
