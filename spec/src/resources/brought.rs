//! States that an operation is said to bring other things into than the one that it is about: "Lends a copy. The copy becomes
//! `on_loan`."
//!
//! Where that is said for some cases only, it isn't heard.

use super::Resources;
use super::passage::statements;
use super::prose::{has, on_one_line};
use super::unfit::nouns;
use crate::model::{Method, Operation};

/// A thing is in a state once an operation was done.
#[derive(Debug, Clone)]
pub struct Brought<'a> {
    /// What shows the thing.
    pub reader: &'a Operation,
    /// The state, of the thing's lifecycle.
    pub state: String,
}

/// What makes a sentence one about some cases only.
const SOMETIMES: [&str; 16] = [
    " if ",
    "when ",
    "once ",
    "as soon as",
    "until ",
    "unless ",
    " or ",
    "with the ",
    "after ",
    "otherwise",
    " again",
    "everybody",
    " each ",
    "while ",
    "only ",
    "can ",
];

pub(super) fn of<'a>(resources: &Resources<'a>, operation: &Operation) -> Vec<Brought<'a>> {
    let said = statements(operation.told.as_deref().unwrap_or_default());
    let said: Vec<String> = said.iter().map(|one| on_one_line(one)).collect();
    let told = said.iter().filter(|one| !has(&format!(" {one} "), &SOMETIMES));
    let told: Vec<(String, &str)> = told.flat_map(|one| becomes(one)).collect();
    if told.is_empty() || operation.method.is_safe() {
        return Vec::new();
    }
    let readers = resources.contract.operations.iter().filter(|one| one.method == Method::Get);
    let brought = readers.filter_map(|reader| {
        let life = resources.lifecycle(reader)?;
        let called = reader.path.last_literal().map(nouns)?;
        // What the operation is about, it moves.
        life.moves_of(operation).next().is_none().then_some(())?;
        let of_it = |(noun, state): &&(String, &str)| {
            called.contains(noun) && life.states.iter().any(|own| own == state)
        };
        let (_, state) = told.iter().find(of_it)?;
        Some(Brought { reader, state: (*state).to_owned() })
    });
    brought.collect()
}

/// What a sentence says to become what: each thing by its noun, in small letters, with the state.
fn becomes(sentence: &str) -> Vec<(String, &str)> {
    let clauses = sentence.split([',', ';']).flat_map(|piece| piece.split(" and "));
    let told = clauses.filter_map(|clause| {
        let (subject, behind) = clause.trim().split_once(" becomes `")?;
        let noun = subject.to_lowercase().strip_prefix("the ")?.to_owned();
        let (state, _) = behind.split_once('`')?;
        Some((noun, state))
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_becomes_what_is_told_clause_by_clause() {
        let told = becomes("The copy becomes `on_loan`, and the boat becomes `out`; it is noted");
        assert_eq!(told, [("copy".to_owned(), "on_loan"), ("boat".to_owned(), "out")]);
        assert!(becomes("It becomes `available`").is_empty());
        assert!(becomes("The copy becomes shorter").is_empty());
    }
}
