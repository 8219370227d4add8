//! The order in which a list has its items, as it says: by `x-sorted-by`, or in words ("Ordered by `slug`").

use super::prose::{has, sentences};
use crate::model::Operation;
use crate::names::{fold, words};
use crate::outline::Outline;

/// In what order items come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The member that they come in the order of.
    pub member: String,
    /// Whether the greatest comes first.
    pub descending: bool,
    /// Whether that is the same order for everybody: texts of both letter cases have several.
    pub is_plain: bool,
}

impl Order {
    pub(super) fn of(operation: &Operation, item: &Outline<'_>) -> Option<Self> {
        let extension = || {
            let written = operation.extensions.get("x-sorted-by")?.as_str()?;
            let (member, descending) = match written.strip_prefix('-') {
                Some(member) => (member, true),
                None => (written, false),
            };
            Some(Self { member: member.to_owned(), descending, is_plain: true })
        };
        extension().or_else(|| told(operation, item))
    }
}

/// The order that the description of an operation tells, or that of its success.
fn told(operation: &Operation, item: &Outline<'_>) -> Option<Order> {
    let answer = operation.answer().map(|(response, _)| response.description.as_str());
    let own = [operation.summary.as_deref(), operation.description.as_deref(), answer];
    let mut all = own.into_iter().flatten().flat_map(sentences);
    let members: Vec<&str> = item.members().into_keys().collect();
    all.find_map(|sentence| {
        let (member, descending) =
            by_name(sentence, &members).or_else(|| by_end(sentence, &members))?;
        let is_plain = item.member(member).is_some_and(|member| is_plain(&member));
        Some(Order { member: member.to_owned(), descending, is_plain })
    })
}

/// "Sorted by `name`", and whether the greatest comes first.
fn by_name<'m>(sentence: &str, members: &[&'m str]) -> Option<(&'m str, bool)> {
    const DOWN: [&str; 5] =
        ["descending", "latest first", "newest first", "highest first", "largest first"];
    let name = sorted_by(sentence)?;
    let member = members.iter().find(|member| fold(member) == name)?;
    Some((*member, has(sentence, &DOWN)))
}

/// "The one with the highest number first" is in the order of `number`, and "the one measured last first" in that of
/// `measured_on`.
fn by_end<'m>(sentence: &str, members: &[&'m str]) -> Option<(&'m str, bool)> {
    const GREATEST: [&str; 4] = ["highest", "largest", "greatest", "latest"];
    const LEAST: [&str; 4] = ["lowest", "smallest", "least", "earliest"];
    let text = sentence.to_lowercase();
    if has(&text, &AT_TIMES) {
        return None;
    }
    let words: Vec<&str> = text
        .split(|one: char| !one.is_alphanumeric() && one != '_')
        .filter(|word| !word.is_empty())
        .collect();
    words.windows(3).filter(|three| three[2] == "first").find_map(|three| {
        let called = |member: &&&str| fold(member) == fold(three[1]);
        if GREATEST.contains(&three[0]) || LEAST.contains(&three[0]) {
            return Some((*members.iter().find(called)?, GREATEST.contains(&three[0])));
        }
        if three[1] != "last" {
            return None;
        }
        let moment = |member: &&&str| {
            let behind = fold(member).strip_prefix(three[0]).map(str::to_owned);
            matches!(behind.as_deref(), Some("on" | "at" | "date" | "time"))
        };
        Some((*members.iter().find(moment)?, true))
    })
}

/// What is so only at times, or where it is asked for.
const AT_TIMES: [&str; 6] = ["can be", "may be", " if ", "unless", "default", "when "];

/// The name behind "sorted by" and its like. What is sorted by something only at times, or where it is asked for, isn't.
fn sorted_by(sentence: &str) -> Option<String> {
    const BY: [&str; 5] =
        ["ordered by ", "sorted by ", "in order of ", "by ascending ", "by descending "];
    let text = sentence.to_lowercase();
    if has(&text, &AT_TIMES) {
        return None;
    }
    let behind = BY.iter().find_map(|by| text.split_once(by)).map(|(_, behind)| behind)?;
    let is_filler =
        |word: &&str| matches!(*word, "the" | "their" | "its" | "ascending" | "descending");
    let name = behind.split_whitespace().find(|word| !is_filler(word))?;
    Some(fold(&words(name).concat()))
}

/// Whether everybody compares such values alike: numbers, moments, and texts that know one letter case.
fn is_plain(member: &Outline<'_>) -> bool {
    if member.is_number() {
        return true;
    }
    // Where languages compare, hyphens and the like count for little.
    let is_open = |pattern: &str| {
        let both_cases = pattern.contains("a-z") && pattern.contains("A-Z");
        both_cases || pattern.contains("-]") || pattern.contains(['.', '\\', '(', '_'])
    };
    match member.spelling() {
        Some("date" | "date-time") => true,
        Some(spelling) => spelling.starts_with('^') && !is_open(spelling),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{by_end, sorted_by};

    #[test]
    fn sentences_say_what_comes_first() {
        let members = ["number", "measured_on", "recorded_at", "name"];
        for (sentence, expected) in [
            (
                "The invoices that match, the one with the highest number first",
                Some(("number", true)),
            ),
            ("All of them, the lowest `number` first", Some(("number", false))),
            ("All weights of the pet, the one measured last first", Some(("measured_on", true))),
            ("The one recorded last first", Some(("recorded_at", true))),
            ("The highest bid first", None),
            ("The one named last first", None),
            ("Read the last first", None),
            ("By default the highest number first", None),
        ] {
            assert_eq!(by_end(sentence, &members), expected, "{sentence}");
        }
    }

    #[test]
    fn sentences_say_what_things_are_sorted_by() {
        let said = |text: &str| sorted_by(text);
        for text in [
            "Ordered by `slug`.",
            "All sites, sorted by slug",
            "By ascending slug, a part at a time",
        ] {
            assert_eq!(said(text).as_deref(), Some("slug"), "{text}");
        }
        assert_eq!(said("Sorted by the made_at of each").as_deref(), Some("madeat"));
        for text in [
            "Can be sorted by name",
            "Sorted by name unless `sort` says otherwise",
            "The racks of a site",
        ] {
            assert_eq!(said(text), None, "{text}");
        }
    }
}
