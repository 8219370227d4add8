//! Text → raw value. JSON goes through `serde_json` (YAML 1.2 is nearly a superset, but an order slower to read).

use std::path::Path;

use serde_json::{Map, Number, Value};
use serde_yaml::Value as Yaml;

use super::{Unreadable, json, pointer_of, yaml};
use crate::Position;

/// Parses JSON or YAML, told apart by the file's ending, else by its first character.
/// With the pointers of the members that an object has more than once.
pub(super) fn parse(path: &Path, text: &str) -> Result<(Value, Vec<String>), Unreadable> {
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

fn parse_json(text: &str) -> Result<(Value, Vec<String>), Unreadable> {
    json::parse(text).map_err(|error| Unreadable {
        message: format!("is not JSON: {}", without_position(&error.to_string())),
        position: Some(Position { line: error.line(), column: error.column().max(1) }),
    })
}

fn parse_yaml(text: &str) -> Result<(Value, Vec<String>), Unreadable> {
    let (mut yaml, mut repeated) = yaml::parse(text).map_err(|error| unreadable_yaml(&error))?;
    yaml.apply_merge().map_err(|error| unreadable_yaml(&error))?;
    let value = to_json(yaml, &mut Vec::new(), &mut repeated);
    Ok((value, repeated))
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

/// Keys become text as YAML writes them (`200:` is the status `200`); what JSON has no word for becomes null. `repeated`: the
/// pointers of the members that are one then, as `200` and `'200'` are.
fn to_json(yaml: Yaml, way: &mut Vec<String>, repeated: &mut Vec<String>) -> Value {
    match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => Value::Bool(value),
        Yaml::Number(number) => to_number(&number).map_or(Value::Null, Value::Number),
        Yaml::String(text) => Value::String(text),
        Yaml::Sequence(items) => {
            let items = items.into_iter().enumerate();
            let item = |(n, item): (usize, Yaml)| within(way, n.to_string(), item, repeated);
            Value::Array(items.map(item).collect())
        }
        Yaml::Mapping(members) => {
            let mut all = Map::new();
            for (key, value) in members {
                let key = to_key(key);
                let value = within(way, key.clone(), value, repeated);
                if let Some((known, _)) = all.get_key_value(&key) {
                    repeated.push(pointer_of(way.iter().chain([known])));
                }
                all.insert(key, value);
            }
            Value::Object(all)
        }
        Yaml::Tagged(tagged) => to_json(tagged.value, way, repeated),
    }
}

fn within(way: &mut Vec<String>, step: String, value: Yaml, repeated: &mut Vec<String>) -> Value {
    way.push(step);
    let value = to_json(value, way, repeated);
    way.pop();
    value
}

fn to_number(number: &serde_yaml::Number) -> Option<Number> {
    if let Some(value) = number.as_u64() {
        return Some(value.into());
    }
    number.as_i64().map(Number::from).or_else(|| Number::from_f64(number.as_f64()?))
}

pub(super) fn to_key(key: Yaml) -> String {
    match to_json(key, &mut Vec::new(), &mut Vec::new()) {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
