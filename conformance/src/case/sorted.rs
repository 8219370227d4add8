//! Whether items come in an order that members of theirs tell.

use std::cmp::Ordering;

use serde_json::Value;
use spec::resources::{Comparison, SortKey};

use super::unmet::{Difference, show};
use crate::expression::{moment, order};

/// The first item that stands behind one that it has to stand before. Where nobody can say which of two comes first (a value isn't
/// there, or texts stand one way in this language and another way in that), either may.
pub(super) fn out_of_order(items: &[Value], keys: &[SortKey]) -> Difference {
    items.windows(2).find_map(|pair| {
        let [before, behind] = pair else { return None };
        let key = decisive(keys, before, behind)?;
        let told = |item: &Value| show(value(item, key).unwrap_or(&Value::Null));
        let sign = if key.descending { "greater" } else { "less" };
        let expected = match key.member.as_str() {
            "" => format!("no item that is {sign} than one before it"),
            member => format!("no item whose `{member}` is {sign} than that of one before it"),
        };
        Some((expected, format!("{} behind {}", told(behind), told(before))))
    })
}

/// The key by which two items stand in the wrong order, if they do.
fn decisive<'k>(keys: &'k [SortKey], before: &Value, behind: &Value) -> Option<&'k SortKey> {
    for key in keys {
        let (one, other) = (value(before, key)?, value(behind, key)?);
        let found = compare(one, other, key)?;
        let found = if key.descending { found.reverse() } else { found };
        match found {
            Ordering::Less => return None,
            Ordering::Greater => return Some(key),
            Ordering::Equal => {}
        }
    }
    None
}

/// What an item is in the order of.
fn value<'v>(item: &'v Value, key: &SortKey) -> Option<&'v Value> {
    if key.member.is_empty() { Some(item) } else { item.get(&key.member) }
}

/// Which of two values comes first, as far as everybody would say the same.
fn compare(one: &Value, other: &Value, key: &SortKey) -> Option<Ordering> {
    if !key.ranks.is_empty() {
        let rank = |value: &Value| key.ranks.iter().position(|rank| value == rank);
        return Some(rank(one)?.cmp(&rank(other)?));
    }
    if let Some((one, other)) = moment(one).zip(moment(other)) {
        return Some(one.cmp(&other));
    }
    let (Value::String(one), Value::String(other)) = (one, other) else {
        return order(one, other);
    };
    // An empty cell of a table is no value, and a day in the manner of a country comes in an order of its own.
    if one.is_empty() || other.is_empty() || is_local_day(one) || is_local_day(other) {
        return None;
    }
    let found = of_texts(one, other, key.comparison)?;
    // A price that is written as text is a number all the same.
    let numbers = one.parse::<f64>().ok().zip(other.parse::<f64>().ok());
    let as_numbers = numbers.and_then(|(one, other)| one.partial_cmp(&other));
    as_numbers.is_none_or(|order| order == found).then_some(found)
}

/// Whether a text is a day that isn't written as in ISO 8601: `31.01.2026`, `1/31/26`.
fn is_local_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['.', '/', '-', ' ']).take(3).collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|one| one.is_ascii_digit());
    matches!(parts.as_slice(), [first, second, third]
        if first.len() <= 2 && second.len() <= 2 && [first, second, third].into_iter().all(is_number))
}

fn of_texts(one: &str, other: &str, comparison: Comparison) -> Option<Ordering> {
    match comparison {
        Comparison::CodePoints => Some(one.cmp(other)),
        Comparison::AnyCase => {
            let small = one.to_lowercase().cmp(&other.to_lowercase());
            (small == one.to_uppercase().cmp(&other.to_uppercase())).then_some(small)
        }
        Comparison::Open => in_any_language(one, other),
    }
}

/// The order of two texts, where it doesn't depend on letter case, on signs or on digits being read as numbers. How letters
/// beyond ASCII stand, languages differ in.
fn in_any_language(one: &str, other: &str) -> Option<Ordering> {
    if one == other {
        return Some(Ordering::Equal);
    }
    if !one.is_ascii() || !other.is_ascii() {
        return None;
    }
    let letters = |text: &str| {
        let all = text.chars().filter(char::is_ascii_alphanumeric);
        all.map(|one| one.to_ascii_lowercase()).collect::<String>()
    };
    let plain = one.cmp(other);
    let others = [
        one.to_lowercase().cmp(&other.to_lowercase()),
        letters(one).cmp(&letters(other)),
        by_numbers(&letters(one), &letters(other)),
    ];
    others.iter().all(|order| *order == plain).then_some(plain)
}

/// The order of two texts whose digits are read as numbers: `item9` before `item10`.
fn by_numbers(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one, other);
    loop {
        let (Some(first), Some(second)) = (one.chars().next(), other.chars().next()) else {
            return one.len().cmp(&other.len());
        };
        if first.is_ascii_digit() && second.is_ascii_digit() {
            let number = |text: &str| -> usize {
                text.find(|one: char| !one.is_ascii_digit()).unwrap_or(text.len())
            };
            let (own, theirs) = (&one[..number(one)], &other[..number(other)]);
            let (digits, others) = (own.trim_start_matches('0'), theirs.trim_start_matches('0'));
            let order = digits.len().cmp(&others.len()).then_with(|| digits.cmp(others));
            if order != Ordering::Equal {
                return order;
            }
            (one, other) = (&one[own.len()..], &other[theirs.len()..]);
            continue;
        }
        if first != second {
            return first.cmp(&second);
        }
        (one, other) = (&one[first.len_utf8()..], &other[second.len_utf8()..]);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn key(member: &str, descending: bool, comparison: Comparison) -> SortKey {
        SortKey::new(member, descending, comparison)
    }

    #[test]
    fn what_is_equal_in_one_member_is_in_the_order_of_the_next() {
        let keys = [key("day", true, Comparison::Open), key("id", false, Comparison::Open)];
        let items = |ids: [i64; 3]| {
            let days = ["2026-02-01", "2026-01-01", "2026-01-01"];
            let all = days.iter().zip(ids).map(|(day, id)| json!({"day": day, "id": id}));
            all.collect::<Vec<_>>()
        };
        assert_eq!(out_of_order(&items([3, 1, 2]), &keys), None);
        let expected = "no item whose `id` is less than that of one before it".to_owned();
        assert_eq!(
            out_of_order(&items([1, 3, 2]), &keys),
            Some((expected, "2 behind 3".to_owned()))
        );
        let mut wrong = items([3, 1, 2]);
        wrong.reverse();
        assert!(out_of_order(&wrong, &keys).is_some());
        assert_eq!(out_of_order(&[json!({"id": 2}), json!({"id": 1})], &keys), None);
        assert_eq!(
            out_of_order(&[json!({"day": null}), json!({"day": "2026-01-01"})], &keys),
            None
        );
    }

    #[test]
    fn texts_are_out_of_order_where_every_language_says_so() {
        let order = |one: &str, other: &str, how| {
            compare(&one.into(), &other.into(), &SortKey::new("", false, how))
        };
        let open = |one, other| order(one, other, Comparison::Open);
        assert_eq!(open("apple", "Berry"), None);
        assert_eq!(open("apple", "berry"), Some(Ordering::Less));
        assert_eq!(open("item 9", "item 10"), None);
        assert_eq!(open("a-c", "ab"), None);
        assert_eq!(open("Öl", "Zug"), None);
        assert_eq!(open("a", "a"), Some(Ordering::Equal));
        assert_eq!(open("2026-01-31", "2026-02-01"), Some(Ordering::Less));
        assert_eq!(order("apple", "Berry", Comparison::CodePoints), Some(Ordering::Greater));
        assert_eq!(order("apple", "Berry", Comparison::AnyCase), Some(Ordering::Less));
        assert_eq!(order("apple", "APPLE", Comparison::AnyCase), Some(Ordering::Equal));
        assert_eq!(open("05.01.2026", "04.02.2026"), None);
        assert_eq!(open("", "2026-01-05"), None);
        assert_eq!(order("19.90", "7.50", Comparison::CodePoints), None);
        let moments = ["2026-01-01T02:00:00+02:00", "2026-01-01T00:30:00Z"];
        assert_eq!(order(moments[0], moments[1], Comparison::Open), Some(Ordering::Less));
    }

    #[test]
    fn digits_are_numbers() {
        assert_eq!(by_numbers("item9", "item10"), Ordering::Less);
        assert_eq!(by_numbers("item010", "item10b"), Ordering::Less);
        assert_eq!(by_numbers("a", "a"), Ordering::Equal);
        assert_eq!(by_numbers("a1", "a"), Ordering::Greater);
    }

    #[test]
    fn words_rank_as_they_are_told_to() {
        let ranks = ["low", "urgent", "deadly"].map(str::to_owned).to_vec();
        let key = SortKey { ranks, ..SortKey::new("", false, Comparison::Open) };
        let order = |one: &str, other: &str| compare(&one.into(), &other.into(), &key);
        assert_eq!(order("low", "deadly"), Some(Ordering::Less));
        assert_eq!(order("urgent", "urgent"), Some(Ordering::Equal));
        // Of what is none of them, nothing is told.
        assert_eq!(order("low", "other"), None);
    }
}
