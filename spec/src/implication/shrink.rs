//! Smaller values in place of a witness: what isn't needed to show the difference is in the reader's way.

use serde_json::{Map, Value};

/// How many values are tried.
const TRIES: usize = 400;
/// Values that are longer, as text, stay as they are: to try each of their parts takes long, and nobody reads them.
const LONGEST: usize = 2_000;

/// The smallest value that is found by leaving out and shortening, one thing at a time, what a value has, such that
/// each step still shows the same.
pub(super) fn shrink(value: Value, shows: &dyn Fn(&Value) -> bool) -> Value {
    if value.to_string().len() > LONGEST {
        return value;
    }
    let mut smallest = value;
    let (mut tries, mut next, mut has_shrunk) = (0, 0, false);
    let mut candidates = smaller_than(&smallest);
    while tries < TRIES {
        let Some(candidate) = candidates.get(next) else {
            // What could not go may be able to, now that other things are gone.
            if !std::mem::take(&mut has_shrunk) {
                break;
            }
            next = 0;
            continue;
        };
        tries += 1;
        if shows(candidate) {
            smallest = candidates.swap_remove(next);
            candidates = smaller_than(&smallest);
            has_shrunk = true;
        } else {
            next += 1;
        }
    }
    smallest
}

/// Values that are smaller in one place, the smallest first.
fn smaller_than(value: &Value) -> Vec<Value> {
    match value {
        Value::Null | Value::Bool(_) => Vec::new(),
        Value::Number(number) => {
            let simple = [0, 1].map(Value::from).into_iter();
            simple.take_while(|one| one.as_f64() != number.as_f64()).collect()
        }
        Value::String(text) => smaller_texts(text).into_iter().map(Value::String).collect(),
        Value::Array(items) => smaller_arrays(items),
        Value::Object(members) => smaller_objects(members),
    }
}

fn smaller_texts(text: &str) -> Vec<String> {
    let length = text.chars().count();
    let half: String = text.chars().take(length / 2).collect();
    let candidates = [String::new(), "a".to_owned(), half, "a".repeat(length)];
    let is_smaller = |one: &String| (one.chars().count(), one.as_str()) < (length, text);
    candidates.into_iter().filter(is_smaller).collect()
}

fn smaller_arrays(items: &[Value]) -> Vec<Value> {
    let without = (0..items.len()).map(|place| {
        let kept = items.iter().enumerate().filter(|(other, _)| *other != place);
        kept.map(|(_, item)| item.clone()).collect()
    });
    let shorter = items.iter().enumerate().flat_map(|(place, item)| {
        smaller_than(item).into_iter().map(move |smaller| {
            let mut items = items.to_vec();
            items[place] = smaller;
            Value::Array(items)
        })
    });
    without.chain(shorter).collect()
}

fn smaller_objects(members: &Map<String, Value>) -> Vec<Value> {
    let without = members.keys().map(|name| {
        let kept = members.iter().filter(|(other, _)| *other != name);
        Value::Object(kept.map(|(name, member)| (name.clone(), member.clone())).collect())
    });
    let shorter = members.iter().flat_map(|(name, member)| {
        smaller_than(member).into_iter().map(|smaller| {
            let mut members = members.clone();
            members.insert(name.clone(), smaller);
            Value::Object(members)
        })
    });
    without.chain(shorter).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_needed_goes() {
        let large = json!({"a": ["conformance", 7, {"b": 1}], "c": {"d": "text"}, "e": 12});
        let shown = |value: &Value| value["a"].get(1).is_some() && value["e"].is_number();
        assert_eq!(shrink(large, &shown), json!({"a": [0, {}], "e": 0}));
        let long = |value: &Value| value.as_str().is_some_and(|text| text.len() > 4);
        assert_eq!(shrink(json!("conformance"), &long), json!("aaaaa"));
    }
}
