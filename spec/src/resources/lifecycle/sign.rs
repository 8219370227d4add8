//! How a thing shows its state: by a word, by a flag, or by a moment that is there once something was done.

use serde_json::Value;

use super::super::Resources;
use crate::Direction;
use crate::model::{JsonType, Operation};
use crate::outline::Outline;

/// What a member is in a state.
#[derive(Debug, Clone, PartialEq)]
pub enum Sign {
    /// This value.
    Is(Value),
    /// Any value but null.
    Set,
    /// Null, or left out.
    Unset,
}

/// What members with a word of the state are called.
pub(super) const WORDS: [&str; 4] = ["status", "state", "phase", "stage"];

/// What a flag or a moment tells of a thing that was put aside.
const FLAGS: [&str; 18] = [
    "archived",
    "closed",
    "locked",
    "frozen",
    "suspended",
    "cancelled",
    "canceled",
    "deactivated",
    "disabled",
    "retired",
    "completed",
    "resolved",
    "finished",
    "sealed",
    "withdrawn",
    "blocked",
    "paused",
    "published",
];

/// What a thing is called that isn't in the state of a flag. It has a space, so that no word of a sentence is it.
const NOT: &str = "not ";

/// The member of a thing with a word of its state, which each has, and the words.
pub(in super::super) fn words_of_state(thing: &Outline<'_>) -> Option<(String, Vec<String>)> {
    let required: Vec<&str> = thing.required(Direction::Response).collect();
    let name = WORDS.into_iter().find(|name| required.contains(name))?;
    let states = thing.member(name)?.texts();
    (states.len() > 1).then(|| (name.to_owned(), states))
}

/// The states that a member shows.
#[derive(Debug, Clone)]
pub(super) struct States {
    pub(super) member: String,
    pub(super) states: Vec<String>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Flag,
    Moment,
}

impl States {
    /// The members of what an operation shows that tell a state: the one word first.
    pub(super) fn of(resources: &Resources<'_>, reader: &Operation) -> Vec<Self> {
        let Some(schema) = reader.answer_schema() else { return Vec::new() };
        let answer = Outline::of(resources.contract, &[schema]);
        let required: Vec<&str> = answer.required(Direction::Response).collect();
        let word = words_of_state(&answer);
        let word = word.map(|(member, states)| Self { member, states, kind: Kind::Word });
        let flags = required.iter().filter_map(|name| Self::flag(name, &answer.member(name)?));
        word.into_iter().chain(flags).collect()
    }

    fn flag(name: &str, member: &Outline<'_>) -> Option<Self> {
        let words = crate::names::words(name);
        let (state, kind) = match words.as_slice() {
            [state] if member.is(JsonType::Boolean) => (state, Kind::Flag),
            [is, state] if is == "is" && member.is(JsonType::Boolean) => (state, Kind::Flag),
            [state, at] if at == "at" && member.admits_null() => (state, Kind::Moment),
            _ => return None,
        };
        FLAGS.contains(&state.as_str()).then(|| Self {
            member: name.to_owned(),
            states: vec![format!("{NOT}{state}"), state.clone()],
            kind,
        })
    }

    /// What a new thing is, where that needs no telling.
    pub(super) fn first(&self) -> Option<String> {
        self.states.first().filter(|_| self.kind != Kind::Word).cloned()
    }

    /// Of a flag or a moment, the state in which it isn't, and the one in which it is.
    pub(super) fn flagged(&self) -> Option<(&String, &String)> {
        match self.states.as_slice() {
            [not, state] if self.kind != Kind::Word => Some((not, state)),
            _ => None,
        }
    }

    pub(super) fn of_state(&self, state: &str) -> Sign {
        let is_not = state.starts_with(NOT);
        match self.kind {
            Kind::Word => Sign::Is(state.into()),
            Kind::Flag => Sign::Is((!is_not).into()),
            Kind::Moment if is_not => Sign::Unset,
            Kind::Moment => Sign::Set,
        }
    }

    /// What is said of the member and of the thing that has it.
    pub(super) fn told<'a>(&self, resources: &Resources<'a>, reader: &Operation) -> Vec<&'a str> {
        let Some(schema) = reader.answer_schema() else { return Vec::new() };
        let answer = Outline::of(resources.contract, &[schema]);
        let member = answer.description(std::slice::from_ref(&self.member));
        let thing = resources.contract.schema(schema).description.as_deref();
        member.into_iter().chain(thing).collect()
    }
}
