//! How many parts a thing may have, as the operation says that makes them: "an issue holds at most 5 attachments (409)", "a ticket
//! with 5 photos: 409", "up to three times; the fourth is refused with `409`".
//!
//! Read sentence by sentence: a number before what the parts are called, and the status by which one more is refused.

use super::passage::statements;
use super::told::{refusals, statuses};
use crate::model::{Operation, Status};
use crate::names::{singulars, words};
use crate::only::only;

/// How many parts of a thing there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Most {
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
/// What is refused, by its place.
const PLACES: [&str; 12] = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth",
];

/// What is said before the number of what there may be, and of what there is when one more is refused.
const AT_MOST: [&str; 10] = [
    "at most",
    "no more than",
    "more than",
    "up to",
    "a maximum of",
    "already has",
    "has already",
    "with",
    "limit of",
    "there are already",
];

pub(super) fn of(operation: &Operation) -> Option<Most> {
    let parts = singulars(operation.path.last_segment()?);
    operation.path.is_part().then_some(())?;
    let documented = |code: &u16| {
        matches!(code, 409 | 422) && operation.responses.contains_key(&Status::Code(*code))
    };
    let own = statements(operation.told.as_deref().unwrap_or_default());
    let own = own.into_iter().filter_map(|statement| {
        let status = only(statuses(&statement).filter(documented))?;
        Some((statement, status))
    });
    let refused = [409, 422].into_iter().flat_map(|code| {
        let texts = refusals(operation, [code]).flat_map(statements).collect::<Vec<_>>();
        texts.into_iter().flat_map(|text| pieces(&text)).map(move |piece| (piece, code))
    });
    let mut found = own.chain(refused).filter_map(|(text, status)| {
        let count = count(&text, &parts).filter(|count| (1..=MOST).contains(count))?;
        Some(Most { count, status })
    });
    found.next()
}

/// The causes that the description of an answer tells.
fn pieces(text: &str) -> Vec<String> {
    text.split([';', ',']).flat_map(|one| one.split(" or ")).map(str::to_owned).collect()
}

/// How many parts a sentence says that there may be.
fn count(sentence: &str, parts: &[String]) -> Option<usize> {
    let clauses = sentence.split([',', ';', ':', '(']);
    clauses.filter_map(|clause| named(&words(clause), parts)).next().or_else(|| placed(sentence))
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
    // A word may stand between the number and the parts.
    let at = rest.len().checked_sub(2)?;
    let at = (at..rest.len()).find(|at| rest.get(*at).and_then(number).is_some())?;
    let before = rest.get(at.saturating_sub(3)..at)?.join(" ");
    AT_MOST.iter().any(|one| before.ends_with(one)).then_some(())?;
    number(rest.get(at)?)
}

/// "The fourth is refused."
fn placed(sentence: &str) -> Option<usize> {
    let spoken = words(sentence);
    (0..spoken.len()).find_map(|at| {
        let place = PLACES.iter().position(|one| spoken.get(at).is_some_and(|own| own == one))?;
        let rest = spoken.get(at + 1..)?.join(" ");
        (rest.starts_with("is refused") || rest.starts_with("one is refused")).then_some(place)
    })
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
            ("Up to three times; the fourth is refused with 409", Some(3)),
            ("A photo of at most 5 pixels is a 409.", None),
            ("At least 5 photos, or 409.", None),
            ("The fourth photo is shown first.", None),
            ("A file with 5 pages and photos (409).", None),
            ("A ticket has at most one photo on a day: 409", None),
        ] {
            assert_eq!(count(told, &photos), most, "{told}");
        }
    }
}
