//! Records of an export beside the items of a list.

use serde_json::Value;

use super::unmet::{Difference, says_the_same, show};
use crate::expression::{moment, value_text};

/// What keeps records from being of exactly these items, which a member tells apart.
pub(super) fn things(records: &[Value], items: &[Value], by: &str) -> Difference {
    let own: Vec<_> = records.iter().map(|record| name(record, by)).collect();
    let wanted: Vec<_> = items.iter().map(|item| name(item, by)).collect();
    if let Some(missing) = wanted.iter().find(|name| !own.contains(name)) {
        let expected = format!("a record with `{by}` {}", told(missing));
        return Some((expected, format!("{} records without it", records.len())));
    }
    let is_more = |(n, name): &(usize, &Option<String>)| {
        !wanted.contains(name) || own.iter().take(*n).any(|earlier| earlier == *name)
    };
    let (_, more) = own.iter().enumerate().find(is_more)?;
    let expected = format!("a record each of {} items", items.len());
    Some((expected, format!("one more with `{by}` {}", told(more))))
}

/// What a record says otherwise than the item that it is of.
pub(super) fn members(records: &[Value], items: &[Value], by: &str) -> Difference {
    items.iter().find_map(|item| {
        let own = name(item, by)?;
        let record = records.iter().find(|record| name(record, by).as_ref() == Some(&own))?;
        let shared = item
            .as_object()?
            .iter()
            .filter_map(|(name, value)| Some((name, value, record.get(name)?)));
        let mut differing = shared.filter(|(_, value, said)| !agrees(said, value));
        let (name, value, said) = differing.next()?;
        let tell = |value: &Value| format!("`{name}` {} where `{by}` is {own}", show(value));
        Some((tell(value), tell(said)))
    })
}

/// What a record or an item is told by, as text: a table has nothing else.
fn name(value: &Value, by: &str) -> Option<String> {
    value.get(by).and_then(value_text)
}

fn told(name: &Option<String>) -> &str {
    name.as_deref().unwrap_or("of no value")
}

/// Whether a record says what a member says. As text, only texts, numbers and booleans have a form that is agreed upon.
fn agrees(said: &Value, member: &Value) -> bool {
    let Some(text) = said.as_str() else { return says_the_same(said, member) };
    match member {
        Value::String(own) => text == own || is_same_moment(said, member),
        Value::Number(own) => {
            let number = text.trim().parse::<f64>().ok();
            text.trim() == own.to_string() || (number.is_some() && number == own.as_f64())
        }
        Value::Bool(own) => {
            let truth = text.trim().to_lowercase().parse::<bool>();
            truth.is_ok_and(|truth| truth == *own) || !["true", "false"].contains(&text)
        }
        Value::Null | Value::Array(_) | Value::Object(_) => true,
    }
}

/// Whether two texts are one moment; one that isn't written as in JSON may be one in a form of its own.
fn is_same_moment(said: &Value, member: &Value) -> bool {
    moment(member).is_some_and(|own| moment(said).is_none_or(|said| said == own))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn items() -> [Value; 2] {
        [
            json!({"id": 1, "name": "a", "price": 12, "at": "2025-01-02T03:04:05Z", "tags": []}),
            json!({"id": 2, "name": "b"}),
        ]
    }

    #[test]
    fn records_are_of_the_same_things() {
        let of = |records: &[Value]| things(records, &items(), "id");
        assert_eq!(of(&[json!({"id": "2"}), json!({"id": "1"})]), None);
        for wrong in [
            vec![json!({"id": "1"})],
            vec![json!({"id": "1"}), json!({"id": "2"}), json!({"id": "3"})],
            vec![json!({"id": "1"}), json!({"id": "2"}), json!({"id": "2"})],
            vec![json!({"1": "2"})],
        ] {
            assert!(of(&wrong).is_some(), "{wrong:?}");
        }
    }

    #[test]
    fn records_say_what_items_say() {
        let of = |record: Value| members(&[record], &items(), "id");
        for right in [
            json!({"id": "1", "name": "a", "price": "12", "at": "2025-01-02T03:04:05.000+00:00"}),
            json!({"id": "1", "price": "12.0", "at": "2 January", "tags": "none", "more": "x"}),
            json!({"id": 1, "name": "a", "price": 12}),
            json!({"id": "9", "name": "c"}),
        ] {
            assert_eq!(of(right.clone()), None, "{right}");
        }
        for wrong in [
            json!({"id": "1", "name": "A"}),
            json!({"id": "1", "price": "0.12"}),
            json!({"id": "1", "price": "twelve"}),
            json!({"id": "1", "at": "2025-01-02T03:04:06Z"}),
        ] {
            assert!(of(wrong.clone()).is_some(), "{wrong}");
        }
    }
}
