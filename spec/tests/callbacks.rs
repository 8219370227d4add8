//! Callbacks and webhooks: operations of their own kind, which cost no other, and are compared the other way round.

#![expect(clippy::needless_pass_by_value, reason = "documents are written where they are used")]

use std::path::Path;

use serde_json::{Value, json};
use spec::compare::{Severity, compare};
use spec::model::{Callback, Method};
use spec::{Contract, Memory, Reading};

fn read(document: &Value) -> Reading {
    spec::read(Path::new("a.json"), &Memory::one("a.json", &document.to_string()))
}

#[track_caller]
fn contract(document: &Value) -> Contract {
    let reading = read(document);
    reading.contract.unwrap_or_else(|| panic!("nothing is left: {}", reading.findings.render()))
}

fn document(callbacks: Value, webhooks: Value) -> Value {
    let responses = json!({"201": {"description": "made"}});
    json!({
        "openapi": "3.1.0", "info": {"title": "t", "version": "1"},
        "security": [{"key": []}],
        "paths": {"/a": {"post": {"operationId": "subscribe", "responses": responses, "callbacks": callbacks}}},
        "webhooks": webhooks,
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    })
}

const URL: &str = "{$request.body#/url}?id={$request.body#/id}";

/// A path item that sends this schema and takes any 2xx.
fn sends(schema: Value) -> Value {
    let content = json!({"application/json": {"schema": schema}});
    json!({"post": {
        "requestBody": {"required": true, "content": content},
        "responses": {"2XX": {"description": "heard"}},
    }})
}

fn names(callbacks: &[Callback]) -> Vec<(&str, Option<&str>, &str)> {
    let name = |it: &'_ Callback| it.operation.id.clone();
    assert!(callbacks.iter().all(|it| !name(it).is_empty()));
    callbacks
        .iter()
        .map(|it| (it.name.as_str(), it.expression.as_deref(), it.operation.id.as_str()))
        .collect()
}

#[test]
fn what_the_api_sends_is_in_the_model() {
    let callbacks = json!({"told": {(URL): sends(json!({"type": "string"}))}});
    let contract = contract(&document(callbacks, json!({"news": sends(json!({}))})));
    assert_eq!(contract.operations.len(), 1, "an operation that clients call");
    let callbacks = &contract.operations[0].callbacks;
    assert_eq!(names(callbacks)[0].1, Some(URL));
    assert_eq!(callbacks[0].name, "told");
    assert_eq!(names(&contract.webhooks), [("news", None, "postNews")]);
    let operation = &callbacks[0].operation;
    assert_eq!((operation.method, operation.path.text.as_str()), (Method::Post, URL));
    assert!(operation.body.as_ref().is_some_and(|body| body.required));
    assert!(operation.security.is_empty(), "the document's security is for those who call it");
    let owners: Vec<_> = contract.callbacks().map(|(owner, _)| owner.id.as_str()).collect();
    assert_eq!(owners, ["subscribe"]);
    assert_eq!(contract.operations[0].security.len(), 1);
}

#[test]
fn version_3_0_has_callbacks_and_no_webhooks() {
    let mut old =
        document(json!({"told": {(URL): sends(json!({}))}}), json!({"news": sends(json!({}))}));
    old["openapi"] = json!("3.0.3");
    let reading = read(&old);
    let codes: Vec<_> = reading.findings.list.iter().map(|it| it.code).collect();
    assert_eq!(codes, ["unknown-field"]);
    let contract = reading.contract.expect("a contract");
    assert_eq!((contract.callbacks().count(), contract.webhooks.len()), (1, 0));
}

#[test]
fn an_error_costs_the_callback_that_it_touches() {
    let bad = || sends(json!({"type": "bytes"}));
    let callbacks = json!({
        "good": {(URL): sends(json!({}))}, "bad": {(URL): bad()}, "gone": {"$ref": "#/no"}, "odd": 5,
        "item": {"a": 5, "b": {"get": 5}},
    });
    let webhooks = json!({"news": bad(), "more": sends(json!({})), "lost": {"$ref": "#/no"}});
    let contract = contract(&document(callbacks, webhooks));
    assert_eq!(contract.left_out, []);
    assert_eq!(names(&contract.operations[0].callbacks)[0].0, "good");
    assert_eq!((contract.callbacks().count(), contract.webhooks.len()), (1, 1));
    let mut codes: Vec<_> =
        contract.callbacks_left_out.iter().map(|one| (one.path.text.as_str(), one.code)).collect();
    codes.sort_unstable();
    let expected = [
        ("a", "wrong-type"),
        ("b", "wrong-type"),
        ("lost", "dangling-reference"),
        ("news", "unknown-type"),
        (URL, "unknown-type"),
    ];
    assert_eq!(codes, expected);
}

#[test]
fn a_document_of_webhooks_alone_is_a_contract() {
    let mut alone = document(json!({}), json!({"news": sends(json!({}))}));
    alone.as_object_mut().expect("is one").remove("paths");
    assert_eq!(contract(&alone).webhooks.len(), 1);
}

#[test]
fn callbacks_that_lead_to_each_other_end() {
    let shared = json!({"$ref": "#/components/callbacks/C"});
    let mut circle = document(json!({"a": shared}), json!({}));
    let again = json!({"post": {"operationId": "told", "responses": {"200": {"description": ""}}, "callbacks": {"b": shared}}});
    circle["components"]["callbacks"] = json!({"C": {"{$url}": again}});
    circle["paths"]["/b"] =
        json!({"post": {"responses": {"200": {"description": ""}}, "callbacks": {"a": shared}}});
    let reading = read(&circle);
    assert!(!reading.findings.has_errors(), "{}", reading.findings.render());
    let contract = reading.contract.expect("a contract");
    let ids: Vec<_> = contract.callbacks().map(|(_, it)| it.operation.id.as_str()).collect();
    assert_eq!(ids, ["told", "told"], "one callback of two operations");
}

#[test]
fn ids_are_unique_over_all_kinds() {
    let mut item = sends(json!({}));
    item["post"]["operationId"] = json!("subscribe");
    let reading = read(&document(json!({}), json!({"news": item})));
    let found: Vec<_> =
        reading.findings.list.iter().map(|it| (it.code, it.at.pointer.as_str())).collect();
    assert_eq!(found, [("duplicate-operation-id", "/webhooks/news/post/operationId")]);
    let contract = reading.contract.expect("a contract");
    assert_eq!(contract.operations[0].id, "subscribe");
    assert_eq!(contract.webhooks[0].operation.id, "postNews");
}

/// What the change of a webhook comes to: the worst severity and the codes.
#[track_caller]
fn changed(old: Value, new: Value) -> (Option<Severity>, Vec<&'static str>) {
    let [old, new] = [old, new].map(|item| contract(&document(json!({}), json!({"news": item}))));
    let changes = compare(&old, &new);
    for change in &changes {
        assert!(change.message.contains("webhook"), "{}", change.message);
    }
    let worst = changes.iter().map(|change| change.rule.severity).max();
    (worst, changes.iter().map(|change| change.rule.code).collect())
}

#[track_caller]
fn check(old: Value, new: Value, there: Severity, back: Severity) {
    assert_eq!(changed(old.clone(), old.clone()), (None, Vec::new()));
    let (severity, codes) = changed(old.clone(), new.clone());
    assert_eq!(severity, Some(there), "{codes:?}");
    let (severity, codes) = changed(new, old);
    assert_eq!(severity, Some(back), "{codes:?}");
}

#[test]
fn what_is_sent_is_compared_as_an_answer_is() {
    let length = |length: u32| sends(json!({"type": "string", "maxLength": length}));
    check(length(5), length(9), Severity::Breaking, Severity::Compatible);
    let required = |names: &[&str]| {
        sends(json!({"type": "object", "properties": {"a": {}, "b": {}}, "required": names}))
    };
    check(required(&["a", "b"]), required(&["a"]), Severity::Breaking, Severity::Compatible);
    let with = |member: &str, value: Value| {
        let mut item = sends(json!({}));
        item["post"][member] = value;
        item
    };
    let optional = json!({"content": {"application/json": {"schema": {}}}});
    check(
        sends(json!({})),
        with("requestBody", optional),
        Severity::Breaking,
        Severity::Compatible,
    );
    let header = |required: bool| {
        with(
            "parameters",
            json!([{"name": "X-A", "in": "header", "required": required, "schema": {}}]),
        )
    };
    check(header(true), header(false), Severity::Breaking, Severity::Compatible);
    check(header(true), sends(json!({})), Severity::Breaking, Severity::Compatible);
}

#[test]
fn what_is_answered_is_compared_as_a_request_is() {
    let answers = |schema: Value, status: &str| {
        let mut item = sends(json!({}));
        let content = json!({"application/json": {"schema": schema}});
        item["post"]["responses"] = json!({(status): {"description": "", "content": content}});
        item
    };
    let length = |length: u32| answers(json!({"type": "string", "maxLength": length}), "200");
    check(length(9), length(5), Severity::Breaking, Severity::Compatible);
    let other = answers(json!({}), "202");
    check(answers(json!({}), "200"), other, Severity::Breaking, Severity::Breaking);
    let with = |headers: Value| {
        let mut item = sends(json!({}));
        item["post"]["responses"] = json!({"204": {"description": "", "headers": headers}});
        item
    };
    let asked = with(json!({"X-A": {"required": true, "schema": {}}}));
    check(with(json!({})), asked, Severity::Breaking, Severity::Dangerous);
}

#[test]
fn what_is_left_out_on_one_side_is_not_compared() {
    let webhooks = |schema: Value| {
        document(json!({"a": {(URL): sends(schema.clone())}}), json!({"news": sends(schema)}))
    };
    let (good, bad) =
        (contract(&webhooks(json!({}))), contract(&webhooks(json!({"type": "bytes"}))));
    assert_eq!(compare(&good, &bad), []);
    assert_eq!(compare(&bad, &good), []);
    let none = contract(&document(json!({}), json!({})));
    let codes: Vec<_> = compare(&good, &none).iter().map(|it| it.rule.code).collect();
    assert_eq!(codes, ["callback-removed", "callback-removed"]);
}
