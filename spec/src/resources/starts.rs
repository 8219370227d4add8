//! In which state a thing is as soon as it is made: "A new review is `pending`", "It always starts as a draft", "Creates an active
//! product". What is said of some new things only, as of those for which there is room, is not heard.

use super::lifecycle::{state_of, tokens};
use super::prose::{has, on_one_line, sentences};
use super::{Resources, is_creation};
use crate::model::Operation;
use crate::only::only;
use crate::outline::Outline;

/// What shows the state of what an operation makes, and which one that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The member of its answer.
    pub member: String,
    /// The state.
    pub state: String,
}

/// What would make it a matter of more than being new.
const CONDITIONS: [&str; 10] = [
    " if ",
    " unless ",
    " while ",
    " when ",
    " where ",
    " until ",
    " for ",
    " or ",
    "depend",
    "otherwise",
];

pub(super) fn of(resources: &Resources<'_>, operation: &Operation) -> Option<Start> {
    let said = on_one_line(operation.told.as_deref().filter(|_| is_creation(operation))?);
    let outline = |schema| Outline::of(resources.contract, &[schema]);
    let answer = outline(operation.answer_schema()?);
    let body = operation.body_schema().map(outline);
    let is_sent = |name: &str| body.as_ref().is_some_and(|body| body.member(name).is_some());
    let signs = answer.members().into_keys().filter(|name| !is_sent(name)).filter_map(|name| {
        let states = answer.member(name)?.texts();
        let mut told = sentences(&said).filter_map(|sentence| told(sentence, &states));
        let state = told.next().filter(|_| states.len() > 1)?;
        Some(Start { member: name.to_owned(), state })
    });
    only(signs)
}

/// The state that a sentence says new things to be in.
fn told(sentence: &str, states: &[String]) -> Option<String> {
    const FILLING: [&str; 6] = ["a", "an", "as", "in", "always", "the"];
    let words: Vec<String> = tokens(sentence).collect();
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let begins = |at: usize| {
        let is = |n: usize, those: &[&str]| {
            lower.get(at + n).is_some_and(|word| those.contains(&word.as_str()))
        };
        // "A new review is", "starts as", "is created as", "creates an".
        let of_new = is(0, &["new"]) && is(2, &["is", "are"]);
        let started = is(0, &["starts", "start"]);
        let created = at == 0 && is(0, &["creates", "adds", "makes"]) && is(1, &["a", "an"]);
        let created_as = is(0, &["created"]) && is(1, &["as"]);
        let length = [(of_new, 3), (started, 1), (created, 2), (created_as, 2)];
        length.into_iter().find(|(is_it, _)| *is_it).map(|(_, length)| at + length)
    };
    let begin = (0..words.len()).find_map(begins)?;
    let state =
        words.iter().skip(begin).find(|word| !FILLING.contains(&word.to_lowercase().as_str()))?;
    let state = state_of(states, state)?;
    // What is said behind it, up to the next thing, may be of others: "`open`, or `paid` if".
    let behind = sentence.split_once(state.as_str()).map_or("", |(_, behind)| behind);
    let clause = behind.split(" and ").next().unwrap_or_default();
    let before =
        format!(" {}", words.iter().take(begin).map(String::as_str).collect::<Vec<_>>().join(" "));
    (!has(clause, &CONDITIONS) && !has(&before, &CONDITIONS)).then(|| state.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_of_what_is_new_is_heard() {
        let states = ["draft", "pending", "active", "approved"].map(str::to_owned);
        let told = |sentence: &str| told(sentence, &states);
        for (sentence, state) in [
            ("A new review is `pending` and not shown before it is approved.", "pending"),
            ("The new lease is a `draft`.", "draft"),
            ("It always starts as a draft; publish it with an update.", "draft"),
            ("Creates an active product.", "active"),
            ("The order is created as `draft`.", "draft"),
        ] {
            assert_eq!(told(sentence).as_deref(), Some(state), "{sentence}");
        }
        for sentence in [
            "A new review is `pending` if it has a text.",
            "A new review is `pending` or `approved`.",
            "If the user is trusted, a new review is `approved`.",
            "For members a new review is `approved`.",
            "A new review has to be `pending`.",
            "Creates a review of an active product.",
            "Starts the review.",
        ] {
            assert_eq!(told(sentence), None, "{sentence}");
        }
    }
}
