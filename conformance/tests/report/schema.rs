//! The schema of the JSON report: published as the types are, and no wider than they.

use conformance::report;
use serde_json::{Value, json};

use super::support::{World, case};
use super::valid::assert_valid;
use super::{CONTRACT, report_of};

#[test]
fn what_is_published_is_what_the_types_say() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/report.schema.json");
    let text = serde_json::to_string_pretty(&report::schema()).expect("JSON") + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(path, &text).expect("written");
        return;
    }
    assert!(text == report::PUBLISHED, "{path} is stale: run this test with UPDATE_SCHEMA=1");
}

#[test]
fn the_schema_notices_what_a_report_must_not_be() {
    let report = World::new(CONTRACT).report(vec![
        case("listThings:200:plain").step("listThings", 500).fails("no-server-error"),
    ]);
    let report = serde_json::to_value(&report).expect("JSON");
    assert_valid(&report);
    let spoiled = |change: &dyn Fn(&mut Value)| {
        let mut report = report.clone();
        change(&mut report);
        std::panic::catch_unwind(|| assert_valid(&report)).is_err()
    };
    assert!(spoiled(&|report| report["more"] = json!(1)), "a member that nobody tells");
    assert!(spoiled(&|report| report["summary"]["passed"] = json!("1")));
    assert!(spoiled(&|report| report["cells"][0]["status"] = json!("none")));
    assert!(spoiled(&|report| report["cases"][0]["verdict"] = json!("broken")));
    assert!(spoiled(&|report| report["started"] = json!("yesterday")));
    assert!(spoiled(&|report| report["cases"][0]["steps"][0]["request"]["more"] = json!(1)));
    assert!(spoiled(&|report| drop(report.as_object_mut().map(|it| it.remove("causes")))));
}

#[test]
fn a_report_is_read_as_it_was_written() {
    for body in ["{}", "{\"a\": null}"] {
        let report = report_of(body);
        let text = report::json(&report);
        let read: report::Report = serde_json::from_str(&text).expect("a report");
        assert_eq!(report::json(&read), text);
    }
}
