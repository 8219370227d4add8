//! Smaller values in place of a witness: what isn't needed to show the difference is in the reader's way.

use serde_json::Value;

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
    while tries < TRIES {
        let mut place = next;
        let Some(candidate) = smaller_than(&smallest, &mut place) else {
            // What could not go may be able to, now that other things are gone.
            if !std::mem::take(&mut has_shrunk) {
                break;
            }
            next = 0;
            continue;
        };
        tries += 1;
        if shows(&candidate) {
            smallest = candidate;
            has_shrunk = true;
        } else {
            next += 1;
        }
    }
    smallest
}

/// Of the values that are smaller in one place, the smallest first, the one that comes after so many; where there are
/// fewer, how many are still to come. Only that one is made: of a large value, all of them are much.
fn smaller_than(value: &Value, place: &mut usize) -> Option<Value> {
    match value {
        Value::Null | Value::Bool(_) => None,
        Value::Number(number) => {
            let simple = [0, 1].map(Value::from).into_iter();
            nth(simple.take_while(|one| one.as_f64() != number.as_f64()), place)
        }
        Value::String(text) => nth(smaller_texts(text).map(Value::String), place),
        Value::Array(items) => {
            if let Some(without) = take_place(place, items.len()) {
                let kept = items.iter().enumerate().filter(|(other, _)| *other != without);
                return Some(kept.map(|(_, item)| item.clone()).collect());
            }
            let mut each = items.iter().enumerate();
            each.find_map(|(at, item)| {
                let smaller = smaller_than(item, place)?;
                let mut items = items.clone();
                items[at] = smaller;
                Some(items.into())
            })
        }
        Value::Object(members) => {
            if let Some(without) = take_place(place, members.len()) {
                let kept = members.iter().enumerate().filter(|(other, _)| *other != without);
                let kept = kept.map(|(_, (name, member))| (name.clone(), member.clone()));
                return Some(Value::Object(kept.collect()));
            }
            members.iter().find_map(|(name, member)| {
                let smaller = smaller_than(member, place)?;
                let mut members = members.clone();
                members.insert(name.clone(), smaller);
                Some(members.into())
            })
        }
    }
}

/// The place, where it is among so many; else it is counted on from there.
fn take_place(place: &mut usize, among: usize) -> Option<usize> {
    let at = *place;
    *place = at.saturating_sub(among);
    (at < among).then_some(at)
}

fn nth(values: impl Iterator<Item = Value>, place: &mut usize) -> Option<Value> {
    let mut values: Vec<_> = values.collect();
    take_place(place, values.len()).map(|at| values.swap_remove(at))
}

fn smaller_texts(text: &str) -> impl Iterator<Item = String> {
    let length = text.chars().count();
    let half: String = text.chars().take(length / 2).collect();
    let candidates = [String::new(), "a".to_owned(), half, "a".repeat(length)];
    let is_smaller = move |one: &String| (one.chars().count(), one.as_str()) < (length, text);
    candidates.into_iter().filter(is_smaller)
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
