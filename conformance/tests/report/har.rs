//! HAR: as version 1.2 of the format has it, and free of secrets.

use conformance::report;
use serde_json::Value;

use super::support::{World, case};
use super::{CONTRACT, SECRET, report_of};

#[track_caller]
fn assert_har(har: &Value) {
    let schema: Value = serde_json::from_str(include_str!("har-1.2.schema.json")).expect("JSON");
    let validator = jsonschema::options().should_validate_formats(true).build(&schema);
    let validator = validator.expect("a schema");
    let errors: Vec<String> = validator
        .iter_errors(har)
        .take(5)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

fn har_of(report: &report::Report) -> Value {
    serde_json::from_str(&report::har(report)).expect("JSON")
}

#[test]
fn every_exchange_is_an_entry_of_its_case() {
    let run = vec![
        case("listThings:200:plain").step("listThings", 200).step("listThings", 200).cleanup(),
        case("createThing:201:lost").unanswered("createThing").fails("answered"),
        case("listThings:401:never").skipped("nobody may"),
    ];
    let har = har_of(&World::new(CONTRACT).report(run));
    assert_har(&har);
    let (pages, entries) = (&har["log"]["pages"], &har["log"]["entries"]);
    assert_eq!(pages.as_array().map(Vec::len), Some(2), "a case without an exchange is no page");
    assert_eq!(entries.as_array().map(Vec::len), Some(3));
    assert_eq!(entries[0]["pageref"], "listThings:200:plain");
    assert_eq!(entries[0]["response"]["content"]["mimeType"], "application/json");
    assert_eq!(entries[1]["_conformance"]["cleanup"], true);
    assert_eq!(entries[2]["response"]["status"], 0);
    assert_eq!(entries[2]["_error"], "no answer within 10 s");
    assert_eq!(entries[2]["_conformance"]["failed"][0], "answered");
}

#[test]
fn a_query_is_told_in_its_parts() {
    let har = har_of(&report_of("{}"));
    assert_har(&har);
    let entry = &har["log"]["entries"][0];
    assert_eq!(entry["request"]["queryString"][0]["name"], "token");
    assert_eq!(entry["request"]["postData"]["text"], "it's $TOKEN_ADMIN");
    assert!(!har.to_string().contains(SECRET));
}

#[test]
fn the_schema_notices_what_har_must_not_be() {
    let har = har_of(&report_of("{}"));
    for pointer in [
        "/log/version",
        "/log/creator",
        "/log/entries/0/request/bodySize",
        "/log/entries/0/timings/wait",
    ] {
        let mut spoiled = har.clone();
        *spoiled.pointer_mut(pointer).expect("it is there") = Value::Null;
        assert!(std::panic::catch_unwind(|| assert_har(&spoiled)).is_err(), "{pointer}");
    }
}
