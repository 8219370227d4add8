//! Lists of things in one state alone: "The public and customers see approved reviews only".

use super::lifecycle::{mentioned, tokens, words_of_state};
use super::prose::{has, sentences};
use super::unfit::nouns;
use crate::model::Operation;
use crate::only::only;
use crate::outline::Outline;

/// The one state that all items of a list are said to be in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnlyState {
    /// The member of an item that tells it.
    pub member: String,
    /// The state.
    pub state: String,
    /// Who is said to get no others.
    pub whom: Whom,
}

/// To whom a list is said to show something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// Everybody.
    All,
    /// Whoever shows no credentials.
    Public,
    /// Some callers, whoever that is.
    Some,
}

impl OnlyState {
    /// That of a list whose items are such.
    pub(super) fn of(operation: &Operation, item: &Outline<'_>) -> Option<Self> {
        let (member, states) = words_of_state(item)?;
        let nouns = nouns(operation.path.last_literal()?);
        let mut told = sentences(operation.told.as_deref()?);
        let (state, whom) = told.find_map(|sentence| told_in(sentence, &nouns, &states))?;
        Some(Self { member, state: state.clone(), whom })
    }
}

/// "Approved reviews only", "only reviews that are approved".
fn told_in<'s>(
    sentence: &str,
    nouns: &[String],
    states: &'s [String],
) -> Option<(&'s String, Whom)> {
    let spoken: Vec<String> = tokens(&sentence.to_lowercase()).collect();
    spoken.iter().any(|word| word == "only").then_some(())?;
    let (at, state) = only(mentioned(sentence, states))?;
    let is_noun = |word: &String| nouns.contains(word);
    let is_before = spoken.get(at + 1).is_some_and(is_noun);
    let that_are = at.checked_sub(2).and_then(|from| spoken.get(from..at));
    let is_behind =
        that_are.is_some_and(|words| words == ["that", "are"] || words == ["which", "are"]);
    (is_before || is_behind && spoken.iter().any(is_noun)).then(|| (state, whom(sentence)))
}

fn whom(sentence: &str) -> Whom {
    const SEE: [&str; 6] = [" see ", " sees ", " get ", " gets ", " to ", " find "];
    const ALL: [&str; 4] = ["everybody", "everyone", "all callers", "anybody"];
    const PUBLIC: [&str; 3] = ["the public", "anonymous", "without a token"];
    if !has(sentence, &SEE) || has(sentence, &ALL) {
        Whom::All
    } else if has(sentence, &PUBLIC) {
        Whom::Public
    } else {
        Whom::Some
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_state_is_heard_with_whom_it_is_told_of() {
        let states = ["pending", "approved"].map(str::to_owned);
        let nouns = ["review", "reviews"].map(str::to_owned);
        let told =
            |text| told_in(text, &nouns, &states).map(|(state, whom)| (state.as_str(), whom));
        assert_eq!(told("Only approved reviews are listed"), Some(("approved", Whom::All)));
        assert_eq!(told("Lists only reviews that are `approved`"), Some(("approved", Whom::All)));
        assert_eq!(told("Customers see approved reviews only"), Some(("approved", Whom::Some)));
        let public = "The public and customers see approved reviews only";
        assert_eq!(told(public), Some(("approved", Whom::Public)));
        assert_eq!(told("Approved reviews come first"), None);
        assert_eq!(told("Only moderators may ask for pending ones"), None);
    }
}
