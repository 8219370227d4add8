//! In which state a thing is as soon as it is made: "A new review is `pending`", "It always starts as a draft", "Creates an active
//! product". What is said of some new things only, as of those for which there is room, is not heard.

use super::lifecycle::{mentioned, state_of, tokens};
use super::prose::{on_one_line, quoted, sentences};
use super::{Resources, is_creation};
use crate::model::Operation;
use crate::names::{singulars, words};
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
const CONDITIONS: [&str; 23] = [
    "if",
    "unless",
    "while",
    "when",
    "where",
    "until",
    "for",
    "or",
    "after",
    "soon",
    "long",
    "by",
    "with",
    "without",
    "within",
    "automatically",
    "before",
    "otherwise",
    "depending",
    "depends",
    "from",
    "later",
    "then",
];

pub(super) fn of(resources: &Resources<'_>, operation: &Operation) -> Option<Start> {
    let said = on_one_line(operation.told.as_deref().filter(|_| is_creation(operation))?);
    let outline = |schema| Outline::of(resources.contract, &[schema]);
    let answer = outline(operation.answer_schema()?);
    let body = operation.body_schema().map(outline);
    let is_sent = |name: &str| body.as_ref().is_some_and(|body| body.member(name).is_some());
    let is_chosen =
        |name: &str| is_sent(name) || operation.parameters.iter().any(|one| one.name == name);
    let things = words(operation.path.last_literal()?).last().map(|last| singulars(last))?;
    let signs = answer.members().into_keys().filter(|name| !is_sent(name)).filter_map(|name| {
        let states = answer.member(name)?.texts();
        let mut told = sentences(&said).filter_map(|sentence| told(sentence, &states, &things));
        let state = told.next().filter(|_| states.len() > 1)?;
        // What the request says may lead to another one: "With `publish` it is published at once."
        let is_other = |sentence: &str| {
            mentioned(sentence, &states).iter().any(|(_, other)| **other != state)
                && quoted(sentence).any(&is_chosen)
        };
        (!sentences(&said).any(is_other)).then(|| Start { member: name.to_owned(), state })
    });
    only(signs)
}

/// The state that a sentence says new things of a kind to be in.
fn told(sentence: &str, states: &[String], things: &[String]) -> Option<String> {
    const FILLING: [&str; 6] = ["a", "an", "as", "in", "always", "the"];
    const IT: [&str; 4] = ["it", "always", "is", "are"];
    let words: Vec<String> = tokens(sentence).collect();
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let is_thing = |at: usize| {
        lower.get(at).is_some_and(|word| singulars(word).iter().any(|one| things.contains(one)))
    };
    let is = |at: usize, those: &[&str]| {
        lower.get(at).is_some_and(|word| those.contains(&word.as_str()))
    };
    let begins = |at: usize| {
        // "A new review is", "it starts as", "is created as", "creates an".
        let of_new = is(at, &["new"]) && is_thing(at + 1) && is(at + 2, &["is", "are"]);
        let of_it = at > 0 && (is(at - 1, &IT) || is_thing(at - 1));
        let started = is(at, &["starts", "start"]) && of_it;
        let created = at == 0 && is(0, &["creates", "adds", "makes"]) && is(1, &["a", "an"]);
        let created_as = is(at, &["created"]) && is(at + 1, &["as"]) && of_it;
        let length = [(of_new, 3), (started, 1), (created, 2), (created_as, 2)];
        length.into_iter().find(|(is_it, _)| *is_it).map(|(_, length)| (at + length, created))
    };
    let (begin, is_created) = (0..words.len()).find_map(begins)?;
    let at = (begin..words.len()).find(|at| !is(*at, &FILLING))?;
    let state = state_of(states, words.get(at)?)?;
    (!is_created || is_thing(at + 1)).then_some(())?;
    // What is said behind it, up to the next thing, may be of others: "`open`, or `paid` if".
    let behind = lower.iter().skip(at + 1).take_while(|word| *word != "and");
    let mut around = lower.iter().take(begin).chain(behind);
    let is_later = is(at + 1, &["once"]);
    let is_condition = |word: &String| CONDITIONS.contains(&word.as_str());
    (!is_later && !around.any(is_condition)).then(|| state.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_of_what_is_new_is_heard() {
        let states = ["draft", "pending", "active", "approved"].map(str::to_owned);
        let things = ["review", "lease", "product", "order"].map(str::to_owned);
        let told = |sentence: &str| told(sentence, &states, &things);
        for (sentence, state) in [
            ("A new review is `pending` and not shown before it is approved.", "pending"),
            ("The new lease is a `draft`.", "draft"),
            ("It always starts as a draft; publish it.", "draft"),
            ("Creates an active product.", "active"),
            ("The order is created as `draft`.", "draft"),
        ] {
            assert_eq!(told(sentence).as_deref(), Some(state), "{sentence}");
        }
        let capitals = ["PENDING", "APPROVED"].map(str::to_owned);
        let said = "A new review is pending if it has a text, else approved.";
        assert_eq!(super::told(said, &capitals, &things), None);
        for sentence in [
            "A new review is `pending` if it has a text.",
            "A new review is `pending` or `approved`.",
            "If the user is trusted, a new review is `approved`.",
            "For members a new review is `approved`.",
            "A new review has to be `pending`.",
            "Creates a review of an active product.",
            "Starts the review.",
            "A new user is `active`.",
            "A new order is `approved` once it is paid.",
            "A new order is `approved` automatically after a while.",
            "A new order is `approved` by a manager.",
        ] {
            assert_eq!(told(sentence), None, "{sentence}");
        }
    }
}
