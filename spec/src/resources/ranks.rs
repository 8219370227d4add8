//! The order of values that are words: "Priorities rank low, medium, high", "`urgency` puts `urgent` first, then `normal`".
//!
//! It is heard where a sentence that names the member has each of its values once: in what order they come, it tells.

use super::prose::{has, on_one_line, sentences};
use crate::names::{singulars, words};

/// How it is said that what follows is an order.
const ORDERS: [&str; 6] =
    [" rank", "in the order ", "in order of ", " first, then ", " first then ", " < "];
/// What turns it around, or says that it isn't one.
const OTHERWISE: [&str; 13] = [
    "not ",
    "n't ",
    "alphabet",
    "descending",
    "decreasing",
    "reverse",
    "from high",
    "most ",
    "may ",
    " or ",
    "becomes",
    "moves",
    " goes ",
];

/// The values of a member, the one that comes first before the others.
pub(super) fn told(said: &[&str], member: &str, values: &[String]) -> Option<Vec<String>> {
    let all = said.iter().flat_map(|text| sentences(text));
    all.map(|one| on_one_line(&one.to_lowercase()))
        .find_map(|one| in_sentence(&one, member, values))
}

fn in_sentence(sentence: &str, member: &str, values: &[String]) -> Option<Vec<String>> {
    let is_order = has(sentence, &ORDERS) && !has(sentence, &OTHERWISE);
    (is_order && values.len() > 1).then_some(())?;
    let is_part = |one: char| one.is_alphanumeric() || matches!(one, '_' | '-');
    let spoken: Vec<&str> = sentence.split(|one| !is_part(one)).collect();
    let mut placed = Vec::new();
    for value in values {
        let mut places = (0..spoken.len()).filter(|at| spoken[*at] == value.to_lowercase());
        let (Some(place), None) = (places.next(), places.next()) else { return None };
        placed.push((place, value.clone()));
    }
    let is_value = |word: &str| values.iter().any(|value| value.to_lowercase() == word);
    let names: Vec<String> = words(member);
    let is_named = spoken.iter().filter(|word| !is_value(word)).any(|word| {
        words(word).iter().flat_map(|word| singulars(word)).any(|word| names.contains(&word))
    });
    placed.sort();
    is_named.then(|| placed.into_iter().map(|(_, value)| value).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_words_is_told_by_their_order() {
        let values = ["low", "medium", "high"].map(str::to_owned);
        let read = |text: &str| told(&[text], "priority", &values).unwrap_or_default().join(" ");
        for (text, expected) in [
            ("A `-` means descending. Priorities rank low,\nmedium, high.", "low medium high"),
            ("`priority` puts `high` first, then `medium`, then `low`.", "high medium low"),
            ("By priority, in the order high, medium, low", "high medium low"),
            ("The priority of the order: low, medium, high.", ""),
            ("The priority is low, then medium, then high.", ""),
            ("In order of decreasing priority: high, medium, low.", ""),
            // Nothing tells that it is an order, or of what.
            ("The priority: low, medium, high.", ""),
            ("They rank low, medium, high.", ""),
            ("Priorities rank high, low.", ""),
            ("Priorities rank low, medium, high, but low may come before high.", ""),
            ("In descending order of priority: low, medium, high.", ""),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
