//! The judge of the fidelity test, judged: it takes what is right, and nothing that is wrong.

use std::panic::catch_unwind;

use serde_json::{Value, json};
use workspace_api as api;

#[path = "../fidelity/judge.rs"]
mod judge;

use judge::{Trip, is_same, judge, trip};

static TYPES: &[(&str, Trip)] = &[
    ("OrgId", trip::<api::types::OrgId>),
    ("UpdateWorkspaceRequest", trip::<api::types::UpdateWorkspaceRequest>),
];

/// Whether the judge is content with one value.
fn passes(line: &Value) -> bool {
    let file = tempfile::NamedTempFile::new().expect("there is room");
    std::fs::write(file.path(), line.to_string()).expect("there is room");
    let path = file.path().to_str().expect("the path is text").to_owned();
    catch_unwind(|| judge(TYPES, &path)).is_ok()
}

fn line(ty: &str, valid: bool, value: impl Into<Value>) -> Value {
    let value = value.into();
    json!({"type": ty, "keyword": "test", "at": "", "valid": valid, "value": value})
}

#[test]
fn what_is_not_as_the_schema_has_it_is_a_mismatch() {
    assert!(passes(&line("OrgId", true, json!("a1"))));
    assert!(passes(&line("OrgId", false, json!(1))));
    assert!(passes(&line("OrgId", false, json!("two words"))));
    assert!(!passes(&line("OrgId", false, json!("a1"))), "a violation that is taken");
    assert!(!passes(&line("OrgId", true, json!("two words"))), "a value that is refused");
    let lost = json!({"name": "Pets", "lost": 1});
    assert!(!passes(&line("UpdateWorkspaceRequest", true, lost.clone())), "a member that is lost");
    let mut spoken = line("UpdateWorkspaceRequest", true, lost);
    spoken["spoken"] = json!({"name": "Pets"});
    assert!(passes(&spoken), "a member that the schema doesn't speak of");
    let mut excused = line("OrgId", false, json!("a1"));
    excused["excuse"] = json!("some-finding");
    assert!(passes(&excused));
    assert!(!passes(&line("NoSuchType", true, json!(1))));
}

#[test]
fn equal_is_what_means_the_same() {
    let same = [
        (json!(1), json!(1.0)),
        (json!("2025-01-02T03:04:05.250Z"), json!("2025-01-02t03:04:05.25+00:00")),
        (
            json!("3FA85F64-5717-4562-B3FC-2C963F66AFA6"),
            json!("3fa85f64-5717-4562-b3fc-2c963f66afa6"),
        ),
        (json!({"a": 1, "b": [null]}), json!({"b": [null], "a": 1})),
    ];
    for (one, other) in same {
        assert!(is_same(&one, &other), "{one} and {other}");
    }
    let different = [
        (json!(1), json!("1")),
        (json!(9_007_199_254_740_993_i64), json!(9_007_199_254_740_992_i64)),
        (json!("2025-01-02T03:04:05Z"), json!("2025-01-02T03:04:06Z")),
        (json!("2025-01-02T03:04:05Z"), json!("2025-01-02T03:04:05+01:00")),
        (json!("A"), json!("a")),
        (json!([1, 2]), json!([2, 1])),
        (json!({"a": null}), json!({})),
    ];
    for (one, other) in different {
        assert!(!is_same(&one, &other), "{one} and {other}");
    }
}
