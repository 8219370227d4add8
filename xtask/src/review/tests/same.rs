//! A document is what it is in whichever order its keys stand: no finding, with values asked.

use std::path::Path;

use serde_json::Value;
use spec::compare::compare_with;
use spec::{Contract, Memory};

use super::super::sampling::Suite;

/// Of the corpus, what is read in no time.
const DOCUMENTS: [&str; 7] = [
    "firecracker.json",
    "ogen-form.json",
    "ogen-http-responses.json",
    "ogen-parameters.json",
    "pagerduty-slack.json",
    "progenitor-keeper.json",
    "progenitor-propolis-server.json",
];

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

#[track_caller]
fn read(text: &str) -> Contract {
    let reading = spec::read(Path::new("t.json"), &Memory::one("t.json", text));
    reading.contract.unwrap_or_else(|| panic!("{}", reading.findings.render()))
}

#[test]
fn the_order_of_keys_says_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    for name in DOCUMENTS {
        let Ok(text) = std::fs::read_to_string(folder.join(name)) else {
            eprintln!("SKIPPED: no {name} at {}", folder.display());
            return;
        };
        let value: Value = serde_json::from_str(&text).expect("is JSON");
        let (old, new) = (read(&text), read(&upside_down(&value).to_string()));
        let changes = compare_with(&old, &new, &Suite);
        let found: Vec<_> = changes
            .iter()
            .filter(|change| change.rule.code != "operation-id-changed")
            .map(|change| (change.rule.code, &change.message))
            .collect();
        assert_eq!(found, [], "{name}");
    }
}
