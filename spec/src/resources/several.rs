//! What is said of requests that name several things at once: whether each is told of in its place, and what becomes of the others
//! where one fails.

use super::prose::{has, sentences};
use crate::model::Operation;
use crate::outline::Outline;

const IN_ORDER: [&str; 6] = [
    "order of the request",
    "same order",
    "order of the items",
    "in their order",
    "in the order sent",
    "in the order in which they were sent",
];
/// How it is said that not each of them is told of.
const LEFT_OUT: [&str; 5] =
    ["left out", "omitted", "not listed", "no entry for", "only those that"];
const GOES_ON: [&str; 12] = [
    "does not stop",
    "doesn't stop",
    "do not stop the good ones",
    "don't stop the good ones",
    "does not hold the others up",
    "doesn't hold the others up",
    "does not keep the others",
    "doesn't keep the others",
    "counts for itself",
    "each by itself",
    "independently",
    "partial success",
];

/// What the document says of it.
pub(super) struct Said<'a>(Vec<&'a str>);

impl<'a> Said<'a> {
    /// What an operation says, and its success, and the array of the answer that tells of each.
    pub(super) fn of(operation: &'a Operation, answer: &Outline<'a>, results: &str) -> Self {
        let success = operation.successes().next().map(|response| response.description.as_str());
        let own = answer.description(&[results.to_owned()]);
        Self([operation.told.as_deref(), success, own].into_iter().flatten().collect())
    }

    /// The same with another text.
    pub(super) fn and(mut self, text: Option<&'a str>) -> Self {
        self.0.extend(text);
        self
    }

    fn sentences(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|text| sentences(text))
    }

    /// The sentences that have a word between backticks.
    pub(super) fn naming(&self, word: &str) -> impl Iterator<Item = &str> {
        let quoted = format!("`{word}`");
        self.sentences().filter(move |sentence| sentence.contains(&quoted))
    }

    /// Whether results come in the order of what was sent, one for each.
    pub(super) fn in_order(&self) -> bool {
        const RESULTS: [&str; 4] = ["result", "entry", "entries", "outcome"];
        const DENIED: [&str; 4] = [" not ", "n't ", "no particular", "any order"];
        let is_told = |one: &str| has(one, &IN_ORDER) && has(one, &RESULTS) && !has(one, &DENIED);
        !self.leaves_out() && self.sentences().any(is_told)
    }

    /// Whether what fails stops no other.
    pub(super) fn goes_on(&self) -> bool {
        !self.leaves_out() && self.0.iter().any(|text| has(text, &GOES_ON))
    }

    fn leaves_out(&self) -> bool {
        self.0.iter().any(|text| has(text, &LEFT_OUT))
    }
}
