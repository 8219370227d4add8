//! How far ahead moments lie, and how long periods are, as texts say.

use super::prose::{has, sentences};

/// How it is said that a day is today, or comes after it.
const FROM_TODAY: [&str; 8] = [
    "today or later",
    "today or after",
    "today at the earliest",
    "not before today",
    "not be before today",
    "not earlier than today",
    "no earlier than today",
    "from today on",
];

/// Whether a day has to be today, or to come after it; and not that such a day is refused.
pub(super) fn says_from_today(text: &str) -> bool {
    const REFUSED: [&str; 6] =
        [" is a ", " is an ", " gives ", " is refused", " is answered", " is not allowed"];
    let text = text.to_lowercase();
    FROM_TODAY.iter().any(|saying| {
        let behind = text.split_once(saying).map(|(_, behind)| behind);
        behind.is_some_and(|behind| !REFUSED.iter().any(|one| behind.starts_with(one)))
    })
}

/// Whether a moment has to lie ahead.
#[must_use]
pub fn lies_ahead(text: &str) -> bool {
    let ahead = [
        "in the future",
        "not in the past",
        "not be in the past",
        "not lie in the past",
        "lie ahead",
        "later than now",
        "after now",
    ];
    let denied = ["not in the future", "not be in the future", "not lie in the future"];
    (has(text, &ahead) || says_from_today(text)) && !has(text, &denied)
}

/// Within how many days from now a moment has to lie, where that is said: "in the future, and at most 365 days ahead".
#[must_use]
pub fn days_ahead(text: &str) -> Option<u64> {
    const SAYINGS: [&str; 7] =
        [" ahead", "coming ", "the next ", "from now", "in advance", "in the future", "today plus"];
    // "Must not lie in the future, nor more than 7 days in the past."
    const BACK: [&str; 3] = ["in the past", " ago", " back"];
    let mut ahead = sentences(text).filter(|one| has(one, &SAYINGS) && !has(one, &BACK));
    ahead.find_map(|sentence| {
        let words: Vec<&str> = sentence.split(|c: char| !c.is_alphanumeric()).collect();
        // "At least 3 days from now" tells the least.
        (0..words.len()).find_map(|n| {
            let days: u64 = words.get(n)?.parse().ok()?;
            let before = n.checked_sub(1).and_then(|one| words.get(one)).copied();
            let is_least = matches!(before, Some("least" | "minimum"))
                || before == Some("than")
                    && n > 1
                    && matches!(words[n - 2], "less" | "earlier" | "sooner");
            (words.get(n + 1) == Some(&"days") && !is_least).then_some(days)
        })
    })
}

/// Whether a period is said to be refused if it has more than so many days: "more than 92 days gives 422".
#[must_use]
pub fn says_few_days(text: &str) -> bool {
    const BOUNDS: [&str; 4] = ["more than ", "at most ", "longer than ", "up to "];
    let text = text.to_lowercase();
    sentences(&text).any(|sentence| {
        let behind = BOUNDS.iter().filter_map(|bound| sentence.split_once(bound));
        behind.into_iter().any(|(_, behind)| {
            let words: Vec<&str> = behind.split_whitespace().take(2).collect();
            matches!(words.as_slice(), [count, unit]
                if count.parse::<u64>().is_ok() && unit.starts_with("day"))
        })
    })
}

/// Whether a period is said to have no more than so many hours, or minutes: "takes at most 8 hours".
#[must_use]
pub fn says_few_hours(text: &str) -> bool {
    const BOUNDS: [&str; 5] =
        ["at most ", "up to ", "no longer than ", "longer than ", "more than "];
    let text = text.to_lowercase();
    sentences(&text).any(|sentence| {
        BOUNDS.iter().filter_map(|bound| sentence.split_once(bound)).any(|(_, behind)| {
            let words: Vec<&str> =
                behind.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
            matches!(words.as_slice(), [count, unit, ..]
                if count.parse::<u64>().is_ok() && (unit.starts_with("hour") || unit.starts_with("minute")))
        })
    })
}

/// "More than 730 days after it", "at most 365 days ahead".
pub(super) fn days_after(text: &str) -> Option<u64> {
    let spoken: Vec<&str> = text.split_whitespace().collect();
    spoken.windows(3).find_map(|three| match three {
        [days, "days", "after" | "ahead" | "ahead." | "from"] => days.parse().ok(),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_ahead_a_moment_may_lie_is_heard() {
        assert_eq!(
            days_ahead("On a quarter; in the future, and at most 365 days ahead."),
            Some(365)
        );
        assert_eq!(days_ahead("Within the coming 30 days."), Some(30));
        assert_eq!(days_ahead("Not in the future, nor more than 7 days in the past."), None);
        assert_eq!(days_ahead("Not before today and not after today plus 365 days."), Some(365));
        assert_eq!(days_ahead("In the future, at least 3 days from now."), None);
        assert_eq!(days_ahead("At least 3 and at most 9 days ahead."), Some(9));
        assert_eq!(days_ahead("Is kept for 30 days."), None);
        assert_eq!(days_ahead("In the future."), None);
    }

    #[test]
    fn what_has_to_lie_ahead_is_heard() {
        assert!(lies_ahead("Must be in the future.") && lies_ahead("May not be in the past."));
        assert!(!lies_ahead("Must not be in the future.") && !lies_ahead("When it was seen."));
        assert!(lies_ahead("Today or later (422).") && lies_ahead("Not before today."));
        assert_eq!(days_after("or more than 730 days after it"), Some(730));
        assert_eq!(days_after("within 730 days of it"), None);
        assert!(says_few_hours("It takes at least 15 minutes and at most 8 hours (400)."));
        assert!(!says_few_hours("At most 8 people. It takes hours."));
        assert!(says_few_days("More than 92 days give 422.") && says_few_days("At most 7 days."));
        assert!(!says_few_days("More than you think. Within 92 days."));
    }
}
