//! How many parts a thing may have, as the operation says that makes them: "an issue holds at most 5 attachments (409)", "a ticket
//! with 5 photos: 409".
//!
//! Read sentence by sentence: a number before what the parts are called, and the status by which one more is refused.

use super::passage::statements;
use super::told::{refusals, statuses};
use crate::model::Operation;
use crate::names::{singulars, words};
use crate::only::only;

/// How many parts of a thing there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartLimit {
    /// How many.
    pub count: usize,
    /// With which status one more is refused.
    pub status: u16,
}

/// More than this nobody makes for the sake of a test.
const MOST: usize = 30;
/// Numbers as they are spelled, from one on.
const NUMBERS: [&str; 12] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
];
/// What is said before the number of what there may be, and of what there is when one more is refused.
const AT_MOST: [&str; 9] = [
    "at most",
    "no more than",
    "more than",
    "a maximum of",
    "already has",
    "has already",
    "with",
    "limit of",
    "there are already",
];

/// What a sentence about a thing begins with.
const THINGS: [&str; 7] = ["a", "an", "each", "every", "it", "the", "there"];
/// What has things in it that it makes.
const REQUESTS: [&str; 6] = ["request", "call", "body", "batch", "import", "upload"];
/// What may stand between the number and the parts.
const BETWEEN: [&str; 4] = ["pending", "open", "active", "uploaded"];

pub(super) fn of(operation: &Operation) -> Option<PartLimit> {
    let parts = singulars(operation.path.last_segment()?);
    operation.path.is_part().then_some(())?;
    let documented = |code: &u16| matches!(code, 409 | 422) && operation.documents(*code);
    let own = statements(operation.told.as_deref().unwrap_or_default());
    let own = own.into_iter().filter_map(|statement| {
        let status = only(statuses(&statement)).filter(documented)?;
        Some((statement, status))
    });
    let refused = [409, 422].into_iter().flat_map(|code| {
        let texts = refusals(operation, [code]).flat_map(statements).collect::<Vec<_>>();
        texts.into_iter().map(move |text| (text, code))
    });
    let mut found = own.chain(refused).filter_map(|(text, status)| {
        let count = count(&text, &parts).filter(|count| (1..=MOST).contains(count))?;
        Some(PartLimit { count, status })
    });
    found.next()
}

/// How many parts a sentence says that there may be: in its first clause, as what stands before another one may be a condition.
fn count(sentence: &str, parts: &[String]) -> Option<usize> {
    named(&words(sentence.split([',', ';', ':', '(']).next()?), parts)
}

/// "Holds at most 5 attachments", "with three open bookings": what else a clause says of them, as on which day, makes it another
/// limit.
fn named(spoken: &[String], parts: &[String]) -> Option<usize> {
    let (last, rest) = spoken.split_last()?;
    singulars(last).iter().any(|one| parts.contains(one)).then_some(())?;
    let number = |word: &String| {
        let spelled = || NUMBERS.iter().position(|one| one == word).map(|at| at + 1);
        word.parse::<usize>().ok().or_else(spelled)
    };
    // It is about a thing, and not about a request.
    let is_of_thing = spoken.first().is_some_and(|first| THINGS.contains(&first.as_str()))
        && !spoken.iter().any(|word| REQUESTS.contains(&word.as_str()));
    let is_between = |word: &String| BETWEEN.contains(&word.as_str());
    let at = rest.len().checked_sub(if rest.last().is_some_and(is_between) { 2 } else { 1 })?;
    is_of_thing.then_some(())?;
    let before = rest.get(at.saturating_sub(3)..at)?.join(" ");
    AT_MOST.iter().any(|one| before.ends_with(one)).then_some(())?;
    number(rest.get(at)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_parts_there_may_be_is_told_in_words() {
        let photos = ["photo".to_owned()];
        for (told, most) in [
            ("A ticket holds at most 5 photos, each with a name of its own (409).", Some(5)),
            ("A ticket with 5 photos: 409, `photo_limit`.", Some(5)),
            ("There cannot be more than three photos (409).", Some(3)),
            ("It already has twelve uploaded photos (409)", Some(12)),
            ("A photo of at most 5 pixels is a 409.", None),
            ("At least 5 photos, or 409.", None),
            ("The fourth photo is shown first.", None),
            ("A file with 5 pages and photos (409).", None),
            ("A ticket has at most one photo on a day: 409", None),
            ("A request has at most 20 photos (422).", None),
            ("Adds at most 20 photos (422).", None),
            ("On a free plan, a ticket has at most 3 photos (409).", None),
            ("A ticket with two identical photos is a 409.", None),
        ] {
            assert_eq!(count(told, &photos), most, "{told}");
        }
    }
}
