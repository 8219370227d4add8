//! Reports against the schema that is published for them.

use std::sync::LazyLock;

use serde_json::{Value, json};

/// The published schema, closed: a member that it doesn't tell is a mistake of ours, however open it is for others.
static REPORT: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let mut schema: Value =
        serde_json::from_str(conformance::report::PUBLISHED).expect("the schema is JSON");
    close(&mut schema);
    jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema")
});

fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.values_mut().for_each(close);
            if members.get("properties").is_some_and(Value::is_object) {
                members.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// Fails where a JSON report is not as its schema says.
#[track_caller]
pub(crate) fn assert_valid(report: &Value) {
    let errors: Vec<String> = REPORT
        .iter_errors(report)
        .take(5)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "the report is not as its schema says:\n{}", errors.join("\n"));
}
