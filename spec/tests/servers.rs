//! OAS 3.1.1 §4.8.5 and §4.8.6: URLs of servers and their variables.

use std::path::Path;

use serde_json::{Value, json};

fn read(servers: &Value) -> spec::Reading {
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "a", "version": "1"},
        "servers": servers,
        "paths": {"/x": {"get": {"operationId": "x", "responses": {"204": {"description": ""}}}}},
    });
    spec::read(Path::new("a.json"), &spec::Memory::one("a.json", &document.to_string()))
}

/// The findings by code and place, and the URLs by default.
fn read_back(servers: &Value) -> (Vec<String>, Vec<String>) {
    let reading = read(servers);
    let findings = reading.findings.list.iter();
    let findings = findings.map(|one| format!("{} {}", one.code, one.at.pointer)).collect();
    let contract = reading.contract.expect("the operation has nothing to do with it");
    assert_eq!(contract.operations.len(), 1);
    (findings, contract.servers.iter().map(|server| server.url_by_default()).collect())
}

#[test]
fn every_variable_of_a_url_is_declared_and_used() {
    let variables = json!({"host": {"default": "a.example"}, "port": {"default": "80"}});
    let (findings, urls) = read_back(&json!([
        {"url": "https://{host}:{port}/v1", "variables": variables},
        {"url": "https://{host}/{tenant}", "variables": variables},
        {"url": "https://a.example/{open"},
        {"url": "{host}"},
    ]));
    let expected = [
        "undeclared-server-variable /servers/1/url",
        "unused-server-variable /servers/1/variables/port",
        "undeclared-server-variable /servers/2/url",
        "undeclared-server-variable /servers/3/url",
    ];
    assert_eq!(findings, expected);
    let expected = [
        "https://a.example:80/v1",
        "https://a.example/{tenant}",
        "https://a.example/{open",
        "{host}",
    ];
    assert_eq!(urls, expected);
}

/// A default is text that stands in the URL, and no template in its turn.
#[test]
fn what_a_variable_stands_for_is_not_read_again() {
    let variables = json!({"a": {"default": "{b}"}, "b": {"default": "{a}"}});
    let (findings, urls) = read_back(&json!([{"url": "/{a}/{b}", "variables": variables}]));
    assert_eq!(findings, Vec::<String>::new());
    assert_eq!(urls, ["/{b}/{a}"]);
}

#[test]
fn a_url_that_no_path_can_be_appended_to_is_a_finding() {
    let (findings, _) = read_back(&json!([
        {"url": "https://a.example/v1?tenant=x"},
        {"url": "https://a.example/v1#x"},
        {"url": "https://a.example/{q}", "variables": {"q": {"default": "a%3F"}}},
    ]));
    assert_eq!(
        findings,
        ["malformed-server-url /servers/0/url", "malformed-server-url /servers/1/url"]
    );
}
