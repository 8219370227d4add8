//! Whatever stands in a document, reading it ends with findings and never with a panic.

use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};
use spec::{FileSystem, Memory};

/// Values that are wrong nearly everywhere.
fn intruder() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!(true)),
        Just(json!(-1)),
        Just(json!(1.5e300)),
        Just(json!("")),
        Just(json!("#/components/schemas/Nothing")),
        Just(json!({"$ref": "#"})),
        Just(json!({"$ref": "#/paths"})),
        Just(json!({"$ref": "../x.yaml#/%zz"})),
        Just(json!([])),
        Just(json!([[], {}, null])),
        Just(json!({})),
    ]
}

/// Puts the intruder where the path of indices leads.
fn plant(value: &mut Value, path: &[prop::sample::Index], intruder: Value) {
    let length = match value {
        Value::Object(members) => members.len(),
        Value::Array(items) => items.len(),
        _ => 0,
    };
    let Some((index, rest)) = path.split_first().filter(|_| length > 0) else {
        *value = intruder;
        return;
    };
    let child = match value {
        Value::Object(members) => members.values_mut().nth(index.index(length)),
        Value::Array(items) => items.get_mut(index.index(length)),
        _ => None,
    };
    if let Some(child) = child {
        plant(child, rest, intruder);
    }
}

fn workspace() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("workspace.yaml");
    let text = std::fs::read_to_string(path).expect("is there");
    serde_yaml::from_str(&text).expect("is YAML")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_damaged_document_is_read_to_its_end(
        path in prop::collection::vec(any::<prop::sample::Index>(), 1..9),
        intruder in intruder(),
    ) {
        let mut document = workspace();
        plant(&mut document, &path, intruder);
        let source = Memory::one("a.json", &document.to_string());
        let reading = spec::read(Path::new("a.json"), &source);
        let rendered = reading.findings.render();
        prop_assert!(reading.contract.is_some() || !rendered.is_empty());
    }

    #[test]
    fn any_text_is_read_to_its_end(text in "\\PC{0,80}|(openapi: 3\\.0\\.0|[a-c:{}\\[\\]&*<! \n-]){0,60}") {
        let reading = spec::read(Path::new("a.yaml"), &Memory::one("a.yaml", &text));
        let _ = reading.findings.render();
    }
}

#[test]
fn a_missing_file_is_a_finding() {
    let reading = spec::read(Path::new("no/such.yaml"), &FileSystem);
    assert!(reading.contract.is_none());
    let rendered = reading.findings.render();
    assert!(
        rendered.starts_with("error[unreadable-document]: no/such.yaml can't be read"),
        "{rendered}"
    );
}
