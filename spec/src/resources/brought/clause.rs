//! What a sentence tells of other things, clause by clause.

use serde_json::Value;

use super::super::lifecycle::{mentioned, state_of, tokens};
use super::super::prose::{counted, has, quoted};
use super::super::told::statuses;
use super::thing::{States, Thing, Things};
use super::{Brought, Consequence, trigger};
use crate::names::words;
use crate::only::only;
use crate::outline::Outline;

/// How one is said to become something: the first that there is tells where the subject ends.
const BECOME: [&str; 2] = [" becomes ", " become "];
/// The same where it is told when.
const IS: [&str; 2] = [" are ", " is "];
/// What may stand beside a thing and its states.
const BESIDE: [&str; 28] = [
    "",
    "a",
    "an",
    "the",
    "its",
    "their",
    "all",
    "any",
    "every",
    "each",
    "that",
    "which",
    "who",
    "are",
    "is",
    "still",
    "or",
    "and",
    "of",
    "in",
    "one",
    "ones",
    "everybody",
    "everyone",
    "those",
    "has",
    "have",
    "active",
];
/// What makes a clause one about some cases only.
const SOMETIMES: [&str; 16] = [
    " if ",
    "when ",
    "once ",
    "as soon as",
    "until ",
    "unless ",
    "with the last",
    "after ",
    "otherwise",
    " again",
    "while ",
    "only ",
    "can ",
    "cannot ",
    "must ",
    "may ",
];

/// What may stand beside a number that goes up or down, and the thing that has it.
const COUNTS: [&str; 26] = [
    "",
    "the",
    "of",
    "its",
    "it",
    "goes",
    "go",
    "up",
    "down",
    "by",
    "one",
    "is",
    "increases",
    "decreases",
    "increments",
    "decrements",
    "incremented",
    "decremented",
    "raised",
    "lowered",
    "adds",
    "takes",
    "to",
    "from",
    "more",
    "less",
];

/// Whether a text may tell anything of the kind: most don't.
pub(super) fn may_tell(said: &str) -> bool {
    has(said, &["become", "by one"]) || trigger::may_be(said) && has(said, &[" is ", " are "])
}

impl<'a> Things<'_, 'a> {
    /// What a sentence tells. What always comes of something has to become so: what is so may be what it takes.
    pub(super) fn heard(&self, sentence: &str, is_always: bool) -> Vec<Brought<'a>> {
        // What is told of a case that isn't known may be meant of all that the sentence tells, and so may a status.
        let begins = sentence.trim_start().to_lowercase();
        let goes_on = ["and ", "or ", "but ", "then "].iter().any(|one| begins.starts_with(one));
        if goes_on || is_of_some(sentence) || statuses(sentence).next().is_some() {
            return Vec::new();
        }
        let mut subject: Option<&Thing<'a>> = None;
        let clauses = clauses(sentence);
        let heard = clauses.iter().filter_map(|clause| {
            let counted = self.counted(clause, subject);
            let (thing, heard) = counted.or_else(|| self.becomes(clause, subject, is_always))?;
            subject = Some(thing);
            Some(heard)
        });
        heard.collect()
    }

    /// "`count` of the opening goes up by one", "its `version` goes up by one" of what was spoken of before.
    fn counted<'t>(
        &'t self,
        clause: &str,
        before: Option<&'t Thing<'a>>,
    ) -> Option<(&'t Thing<'a>, Brought<'a>)> {
        let by = counted(clause)?;
        let member = only(quoted(clause))?;
        let spoken: Vec<String> = words(clause);
        let named = self.all.iter().filter(|one| {
            let named = spoken.windows(2).any(|two| two[0] == "the" && one.is_one(&two[1]));
            named && self.has_number(one, member)
        });
        let is_of_before = spoken.first().is_some_and(|first| first == "its" || first == "it");
        let thing = only(named).or_else(|| before.filter(|_| is_of_before))?;
        let is_plain = tokens(&clause.to_lowercase()).all(|word| {
            COUNTS.contains(&word.as_str())
                || word.eq_ignore_ascii_case(member)
                || thing.is_one(&word)
        });
        is_plain.then_some(())?;
        let change = Consequence::Counts { member: member.to_owned(), by };
        self.has_number(thing, member).then(|| (thing, thing.brought(Vec::new(), change, None)))
    }

    /// "The boat becomes `out`", "its scheduled interviews are cancelled", "everybody who is `waiting` becomes `lapsed`".
    fn becomes<'t>(
        &'t self,
        clause: &str,
        before: Option<&'t Thing<'a>>,
        is_always: bool,
    ) -> Option<(&'t Thing<'a>, Brought<'a>)> {
        // "That are still active become": it is the last verb that tells, but for what stands behind `becomes`.
        let mut verbs = BECOME.iter().chain(IS.iter().filter(|_| !is_always));
        let verb = verbs.find(|verb| clause.contains(*verb))?;
        let (subject, object) = clause.rsplit_once(verb)?;
        let candidates = self.all.iter().filter_map(|thing| {
            let states = thing.states.as_ref()?;
            let is_before = is_it(subject) && before.is_some_and(|one| std::ptr::eq(one, thing));
            let is_spoken_of = thing.is_subject(subject) || is_before;
            let (to, rest) = target(object, &states.all)?;
            let from = self.sources(subject, (thing, states), &to)?;
            // Of people nothing but their states tells which they are.
            (is_spoken_of || is_anybody(subject) && !from.is_empty()).then_some(())?;
            let with = with(&self.outline(thing)?, rest)?;
            let value = states.value(&to)?;
            let change = Consequence::State { member: states.member.clone(), state: to, value };
            Some((thing, thing.brought(from, change, with)))
        });
        only(candidates)
    }

    /// The states that a subject speaks of; `None` where it says more than that.
    fn sources(
        &self,
        subject: &str,
        (thing, states): (&Thing<'a>, &States),
        to: &str,
    ) -> Option<Vec<String>> {
        let is_plain = tokens(subject).all(|word| {
            let lower = word.to_lowercase();
            BESIDE.contains(&lower.as_str())
                || state_of(&states.all, &word).is_some()
                || thing.is_called(&lower)
                || self.knows(&lower)
        });
        is_plain.then_some(())?;
        let mut named: Vec<String> =
            mentioned(subject, &states.all).into_iter().map(|(_, one)| one.clone()).collect();
        let is_active = tokens(&subject.to_lowercase()).any(|word| word == "active");
        if named.is_empty() && is_active {
            named.clone_from(&states.going_on);
            named.first()?;
        }
        named.retain(|state| state != to);
        Some(named)
    }
}

/// The clauses of a sentence.
fn clauses(sentence: &str) -> Vec<String> {
    let pieces = sentence.split([',', ';']).flat_map(|piece| piece.split(" and "));
    let pieces = pieces.map(str::trim).map(|one| one.strip_prefix("and ").unwrap_or(one));
    pieces.filter(|one| !one.is_empty()).map(str::to_owned).collect()
}

fn is_of_some(clause: &str) -> bool {
    has(&format!(" {clause} "), &SOMETIMES)
}

fn is_it(subject: &str) -> bool {
    subject.trim().eq_ignore_ascii_case("it")
}

fn is_anybody(subject: &str) -> bool {
    has(subject, &["everybody who ", "everyone who ", "all who ", "those who "])
}

/// The state that an object begins with, and what is behind it.
fn target<'o>(object: &'o str, states: &[String]) -> Option<(String, &'o str)> {
    let mut pieces = object.trim_start().splitn(2, ' ');
    let (first, rest) = (pieces.next()?, pieces.next().unwrap_or_default());
    let word = tokens(first).next()?;
    let state = state_of(states, &word)?.clone();
    Some((state, rest))
}

/// What another member becomes: "with the reason `closed`", "with the `cancel_reason` \"Gone\"". None where nothing is told; `None`
/// where what is told isn't understood.
#[allow(clippy::option_option, reason = "nothing told is understood, too")]
fn with(thing: &Outline<'_>, behind: &str) -> Option<Option<(String, Value)>> {
    let behind = behind.trim().trim_end_matches([')', '.']).trim();
    if behind.is_empty() || matches!(behind, "too" | "as well" | "then" | "at once") {
        return Some(None);
    }
    let (name, value) = behind.strip_prefix("with the ")?.split_once(' ')?;
    let (name, value) = (name.trim_matches('`'), value.trim());
    let is_in = |mark: char| value.len() > 2 && value.starts_with(mark) && value.ends_with(mark);
    (is_in('`') || is_in('"')).then_some(())?;
    let value = value.trim_matches(['`', '"']);
    let is_it = |member: &&str| {
        let texts = thing.member(member).map(|one| one.texts()).unwrap_or_default();
        let is_called = words(member).ends_with(&words(name));
        is_called && (texts.is_empty() || texts.iter().any(|one| one == value))
    };
    let member = only(thing.members().into_keys().filter(is_it))?;
    Some(Some((member.to_owned(), value.into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_read_by_its_clauses() {
        let told = clauses(" its visits are cancelled, and a pending bill is void and it is noted");
        assert_eq!(told, ["its visits are cancelled", "a pending bill is void", "it is noted"]);
        let states = ["out".to_owned(), "away".to_owned()];
        assert_eq!(target("`out` then", &states), Some(("out".to_owned(), "then")));
        assert_eq!(target("shorter", &states), None);
    }
}
