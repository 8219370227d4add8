//! The states that a request needs of what it doesn't act on itself: of what its body names, or what that lies in. "The section's
//! term is not `enrolling`" of `POST /enrolments`, whose section lies in a term.
//!
//! Heard is what speaks of the thing as of its subject and of nothing but its state: "the term is `open`", not "the term is `open`
//! to students of law".

use super::Resources;
use super::lifecycle::{mentioned, state_of, tokens};
use super::passage::{Passage, passages};
use super::prose::{has, says_refused, sentences};
use super::told::{plain, statuses};
use super::unfit::nouns;
use crate::model::Operation;

/// A request is refused but in these states of a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeededState {
    /// The operation that shows the thing.
    pub reader: String,
    /// The member with its state.
    pub member: String,
    /// The states in which it isn't refused.
    pub states: Vec<String>,
    /// With which status it is refused in any other.
    pub status: u16,
}

/// Those of an operation.
pub(super) fn of(resources: &Resources<'_>, operation: &Operation) -> Vec<NeededState> {
    const CONFLICT: u16 = 409;
    let documents = |code: &u16| operation.documents(*code);
    let said = operation.told.as_deref().unwrap_or_default();
    if operation.method.is_safe() || !documents(&CONFLICT) {
        return Vec::new();
    }
    let mut told: Vec<Told> = passages(said).iter().flat_map(Told::of).collect();
    // What is told of one of several is told in the answer, and refuses no request.
    let is_of_each = resources.tells_of_each(operation);
    told.retain(|one| !is_of_each || statuses(&one.text).next().is_some());
    let path = operation.path.shape();
    let elsewhere = resources.lifecycles.iter().filter(|(thing, _)| !path.starts_with(*thing));
    let all = elsewhere.flat_map(|(_, lives)| lives).filter_map(|life| {
        let reader = life.reader()?;
        let nouns = nouns(reader.path.last_literal()?);
        let heard = told.iter().filter_map(|one| Some((one, one.needed(&nouns, &life.states)?)));
        let (mut states, mut status) = (life.states.clone(), CONFLICT);
        for (one, needed) in heard {
            states.retain(|state| needed.contains(&state));
            status = statuses(&one.text).find(documents).unwrap_or(status);
        }
        let is_heard = !states.is_empty() && states.len() < life.states.len();
        let (reader, member) = (reader.id.clone(), life.member.clone());
        is_heard.then_some(NeededState { reader, member, states, status })
    });
    all.collect()
}

/// The states that an operation needs of the thing that it acts on, where what it says of that is plain.
pub(super) fn own<'s>(
    operation: &Operation,
    nouns: &[String],
    states: &'s [String],
) -> Option<Vec<&'s String>> {
    let said = operation.told.as_deref()?;
    let told: Vec<Told> = passages(said).iter().flat_map(Told::of).collect();
    let heard: Vec<_> = told.iter().filter_map(|one| one.needed(nouns, states)).collect();
    let needed = |state: &&String| heard.iter().all(|needed| needed.contains(state));
    let all: Vec<&String> = states.iter().filter(needed).collect();
    (!all.is_empty() && all.len() < states.len()).then_some(all)
}

/// What is said, in small letters.
struct Told {
    text: String,
    /// Whether it is one of what is refused.
    is_refused: bool,
}

impl Told {
    fn of(passage: &Passage) -> Vec<Self> {
        let is_listed = passage.heading.as_deref().is_some_and(says_refused);
        let told = sentences(&passage.text).map(|sentence| {
            let text = plain(sentence);
            let is_refused = is_listed || is_coded(&text) || refuses(&text);
            Self { text: format!(" {text} "), is_refused }
        });
        told.collect()
    }

    /// The states of a thing called so in which nothing is refused, where that is what it says.
    fn needed<'s>(&self, nouns: &[String], states: &'s [String]) -> Option<Vec<&'s String>> {
        nouns.iter().find_map(|noun| self.needed_of(noun, states))
    }

    fn needed_of<'s>(&self, noun: &str, states: &'s [String]) -> Option<Vec<&'s String>> {
        /// What may stand beside states.
        const BESIDE: [&str; 12] = [
            "not", "neither", "nor", "or", "no", "longer", "already", "still", "yet", "either",
            "a", "an",
        ];
        const IN: [&str; 8] = [
            "in stage ",
            "in state ",
            "in status ",
            "in phase ",
            "in the stage ",
            "in the state ",
            "in the status ",
            "in the phase ",
        ];
        const ENDS: [&str; 7] = [",", "(", "|", ":", " and ", " when ", " nothing "];
        const VERBS: [(&str, bool); 6] = [
            (" must be ", true),
            (" has to be ", true),
            (" must not be ", true),
            (" isn't ", false),
            (" has been ", false),
            (" is ", false),
        ];
        let said = |(verb, is_must): (&str, bool)| {
            let (before, behind) = self.text.split_once(&format!(" {noun}{verb}"))?;
            Some((before, behind, is_must, verb.contains("not") || verb.contains("n't")))
        };
        let (before, behind, is_must, is_denied) = VERBS.into_iter().find_map(said)?;
        let behind = IN.iter().find_map(|one| behind.strip_prefix(one)).unwrap_or(behind);
        let ends = ENDS.iter().filter_map(|end| behind.find(end));
        let behind = ends.min().and_then(|end| behind.get(..end)).unwrap_or(behind);
        let named: Vec<&String> =
            mentioned(behind, states).into_iter().map(|(_, state)| state).collect();
        let is_plain = tokens(behind).all(|word| {
            word.is_empty() || state_of(states, &word).is_some() || BESIDE.contains(&word.as_str())
        });
        if named.is_empty() || !is_plain {
            return None;
        }
        let is_denied = is_denied || has(behind, &["not ", "neither ", "no longer "]);
        let is_needed = is_must || asks(before);
        if !is_needed && !self.is_refused {
            return None;
        }
        let holds = is_needed != is_denied;
        Some(states.iter().filter(|state| named.contains(state) == holds).collect())
    }
}

/// Whether what follows has to be so: "possible while the term is …", "only when the term is …".
fn asks(before: &str) -> bool {
    has(before, &["possible", "only "]) && !has(before, &["not possible", "impossible"])
}

/// Whether a sentence tells when something is refused.
fn refuses(sentence: &str) -> bool {
    says_refused(sentence)
        || has(sentence, &["not possible", "impossible", "nothing can", "no longer be", "not be "])
}

/// Whether it begins with the code of an error, which is made of several words: "`term_closed`: the term is …".
fn is_coded(sentence: &str) -> bool {
    let rest = sentence.trim_start_matches(['|', '*', '-', ' ']);
    let Some(rest) = rest.strip_prefix('`') else { return false };
    rest.split_once('`').is_some_and(|(code, _)| {
        code.contains(['_', '-']) && !code.contains([' ', '=', '/', '{', '<'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(text: &str) -> Vec<String> {
        let states = ["planned", "enrolling", "teaching", "closed"].map(str::to_owned);
        let told: Vec<Told> = passages(text).iter().flat_map(Told::of).collect();
        let heard = told.iter().find_map(|one| one.needed(&["term".to_owned()], &states));
        heard.into_iter().flatten().cloned().collect()
    }

    #[test]
    fn states_are_told_of_what_a_request_is_not_about() {
        let table = "Refused with `409`:\n\n| Code | When |\n|---|---|\n| `not_now` | the section's term is not `enrolling` |";
        assert_eq!(needed(table), ["enrolling"]);
        let list = "Refused with `409`:\n\n* `term_not_open`: the term is neither `planned` nor `enrolling`";
        assert_eq!(needed(list), ["planned", "enrolling"]);
        assert_eq!(
            needed("* `term_closed`: the section's term is `closed`"),
            ["planned", "enrolling", "teaching"]
        );
        let possible = "Possible while the place is `taken` (`409`) and the term is `enrolling` (`409`, `no`).";
        assert_eq!(needed(possible), ["enrolling"]);
        assert_eq!(
            needed("The section's term must be\n`teaching` or `closed` (`409`)."),
            ["teaching", "closed"]
        );
        assert_eq!(
            needed("When the term is `closed` nothing can be handed in any more (`409`)."),
            ["planned", "enrolling", "teaching"]
        );
        assert!(needed("When the term is `closed`, all get their marks.").is_empty());
        assert!(needed("409 when the term is `closed` to students of law.").is_empty());
        assert!(needed("The term is `closed` once all have marks.").is_empty());
    }
}
