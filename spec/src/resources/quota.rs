//! How many things of a kind may be there at a time, where an operation says so in words: "at most 30 counts, more are
//! refused (429)".
//!
//! Read from the sentence that names the status and from the one before it: one number, and no span of time, which would
//! make it a rate.

use super::prose::{on_one_line, ungrouped};
use crate::model::{Operation, Status};

/// What a quota is answered with: RFC 6585 §4.
const TOO_MANY: Status = Status::Code(429);
/// More than this nobody makes for the sake of a test.
const MOST: u64 = 100;
/// Words by which a number is a rate.
const RATES: [&str; 10] =
    ["second", "seconds", "minute", "minutes", "hour", "hours", "day", "days", "rate", "per"];

pub(super) fn of(operation: &Operation) -> Option<u64> {
    let refusal = operation.responses.get(&TOO_MANY)?;
    let own = operation.told.as_deref().unwrap_or_default();
    stated(own).or_else(|| stated(&format!("{} 429", refusal.description)))
}

fn stated(text: &str) -> Option<u64> {
    let text = ungrouped(&on_one_line(text));
    let sentences: Vec<&str> = text.split(". ").collect();
    let named = sentences.iter().position(|sentence| sentence.contains("429"))?;
    let told = sentences.get(named.saturating_sub(1)..=named)?.join(" ");
    let words: Vec<String> = told
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    if words.iter().any(|word| RATES.contains(&word.as_str())) {
        return None;
    }
    let mut numbers = words.iter().filter_map(|word| word.parse().ok()).filter(|one| *one != 429);
    let number = numbers.next().filter(|number| (1..=MOST).contains(number))?;
    numbers.next().is_none().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::stated;

    #[test]
    fn a_quota_is_one_number_beside_the_status() {
        let told =
            "Starts to count. A company may have 30 counts at a time;\nmore are refused (429).";
        assert_eq!(stated(told), Some(30));
        assert_eq!(stated("At most 5 keys. One more is a 429."), Some(5));
        for other in [
            "More are refused (429).",
            "60 requests per minute, then 429.",
            "At most 500 keys (429).",
            "Up to 5 keys of 3 kinds (429).",
            "At most 5 keys.",
        ] {
            assert_eq!(stated(other), None, "{other}");
        }
    }
}
