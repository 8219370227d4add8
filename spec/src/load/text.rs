//! Text → raw value. JSON goes through `serde_json` (YAML 1.2 is nearly a superset, but an order slower to read).

use std::path::Path;

use serde_json::{Map, Number, Value};
use serde_yaml::Value as Yaml;

use super::Unreadable;
use super::yaml::Lenient;
use crate::Position;

/// Parses JSON or YAML, told apart by the file's ending, else by its first character.
pub(super) fn parse(path: &Path, text: &str) -> Result<Value, Unreadable> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if is_json(path, text) { parse_json(text) } else { parse_yaml(text) }
}

pub(super) fn is_json(path: &Path, text: &str) -> bool {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("json") => true,
        Some("yaml" | "yml") => false,
        _ => text.trim_start().starts_with('{'),
    }
}

fn parse_json(text: &str) -> Result<Value, Unreadable> {
    serde_json::from_str(text).map_err(|error| Unreadable {
        message: format!("is not JSON: {}", without_position(&error.to_string())),
        position: Some(Position { line: error.line(), column: error.column().max(1) }),
    })
}

fn parse_yaml(text: &str) -> Result<Value, Unreadable> {
    let Lenient(mut yaml) = serde_yaml::from_str(text).map_err(|error| unreadable_yaml(&error))?;
    yaml.apply_merge().map_err(|error| unreadable_yaml(&error))?;
    Ok(to_json(yaml))
}

fn unreadable_yaml(error: &serde_yaml::Error) -> Unreadable {
    Unreadable {
        message: format!("is not YAML: {}", without_position(&error.to_string())),
        position: error
            .location()
            .map(|location| Position { line: location.line(), column: location.column() }),
    }
}

/// The position stands in front of the message as a user sees it, so it is not said twice.
fn without_position(message: &str) -> &str {
    message.rfind(" at line ").map_or(message, |end| &message[..end])
}

/// Keys become text as YAML writes them (`200:` is the status `200`); what JSON has no word for becomes null.
fn to_json(yaml: Yaml) -> Value {
    match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => Value::Bool(value),
        Yaml::Number(number) => to_number(&number).map_or(Value::Null, Value::Number),
        Yaml::String(text) => Value::String(text),
        Yaml::Sequence(items) => Value::Array(items.into_iter().map(to_json).collect()),
        Yaml::Mapping(members) => {
            let member = |(key, value)| (to_key(key), to_json(value));
            Value::Object(members.into_iter().map(member).collect::<Map<_, _>>())
        }
        Yaml::Tagged(tagged) => to_json(tagged.value),
    }
}

fn to_number(number: &serde_yaml::Number) -> Option<Number> {
    if let Some(value) = number.as_u64() {
        return Some(value.into());
    }
    number.as_i64().map(Number::from).or_else(|| Number::from_f64(number.as_f64()?))
}

fn to_key(key: Yaml) -> String {
    match to_json(key) {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
