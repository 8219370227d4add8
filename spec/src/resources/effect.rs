//! What an action does to the thing that it is done to, as its description says: "Takes one from `refills_left` and sets
//! `last_refill_at`", or as that of a member of its body: "Becomes the `cancellation_reason`".

use super::lifecycle::IRREGULAR;
use super::{Resources, prose, told};
use crate::Direction;
use crate::model::{JsonType, Method, Operation, shape};
use crate::names::words;
use crate::only::only;
use crate::outline::Outline;

/// What an action does to a thing.
#[derive(Debug, Clone)]
pub struct Effects<'a> {
    /// The operation that shows the thing.
    pub reader: &'a Operation,
    /// What becomes of its members.
    pub all: Vec<Effect>,
    /// Whether it is said to be refused where there is nothing left to take from.
    pub is_refused_at_none: bool,
    /// The member that is said to become something with the last that is taken, and what: "With the last one it becomes
    /// `exhausted`".
    pub at_none: Option<(String, String)>,
}

/// What becomes of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// A number is so much more, or less.
    Counts(String, i64),
    /// It is null no more: the description says so, or it is called like what is done.
    Sets(String),
    /// It is what the body has as this member.
    Takes {
        /// The member of the body.
        sent: String,
        /// The member of the thing.
        member: String,
    },
}

pub(super) fn of<'a>(resources: &Resources<'a>, operation: &Operation) -> Option<Effects<'a>> {
    if operation.method != Method::Post || resources.makes(operation) {
        return None;
    }
    operation.path.last_segment()?;
    let (_, item) = operation.path.without_slash().split_last()?;
    let there = resources.by_path.get(&shape(item))?;
    let reader = there.iter().copied().find(|one| one.method == Method::Get)?;
    let answer = Outline::of(resources.contract, &[reader.answer_schema()?]);
    let said = operation.told.as_deref().unwrap_or_default();
    let mut all: Vec<Effect> = Vec::new();
    for name in answer.required(Direction::Response) {
        let is_number = answer.member(name).is_some_and(|member| member.is(JsonType::Integer));
        all.extend(prose::sentences(said).find_map(|sentence| told(sentence, name, is_number)));
    }
    all.extend(taken(resources, operation, &answer));
    all.extend(
        happened(operation, &answer).filter(|effect| !all.contains(effect)).collect::<Vec<_>>(),
    );
    let is_refused_at_none = prose::sentences(said)
        .any(|sentence| prose::says_none_left(sentence) && prose::says_refused(sentence));
    let at_none = at_none(said, &answer);
    (!all.is_empty()).then_some(Effects { reader, all, is_refused_at_none, at_none })
}

/// What becomes of a member with the last of what is taken: one of the few texts that it may be.
fn at_none(said: &str, answer: &Outline<'_>) -> Option<(String, String)> {
    let mut last = prose::sentences(said).filter(|sentence| told::says_with_the_last(sentence));
    last.find_map(|sentence| {
        let (_, behind) = sentence.split_once("become")?;
        answer.required(Direction::Response).find_map(|name| {
            let texts = answer.member(name)?.texts();
            let is_named = |one: &String| behind.contains(&format!("`{one}`"));
            let value = only(texts.into_iter().filter(is_named))?;
            Some((name.to_owned(), value))
        })
    })
}

fn told(sentence: &str, name: &str, is_number: bool) -> Option<Effect> {
    let (before, _) = sentence.split_once(&format!("`{name}`"))?;
    if before.trim_end().to_lowercase().ends_with("sets") {
        return Some(Effect::Sets(name.to_owned()));
    }
    let by = prose::counted(sentence).filter(|_| is_number)?;
    Some(Effect::Counts(name.to_owned(), by))
}

/// The moments of a thing that are called like what is done to it, and null before: `paid_at` of what is paid by
/// `POST /invoices/{id}/pay`. Not where a request may ask for a part of it, or for another time.
fn happened<'o>(
    operation: &'o Operation,
    answer: &'o Outline<'_>,
) -> impl Iterator<Item = Effect> + 'o {
    let action = operation.path.last_literal().map(words).unwrap_or_default();
    let is_whole = operation.body.is_none() && !operation.documents(202);
    let moments = answer.required(Direction::Response).filter(move |_| is_whole).filter(|name| {
        answer.member(name).is_some_and(|one| {
            one.admits_null() && matches!(one.spelling(), Some("date" | "date-time"))
        })
    });
    let happened = moments.filter(move |name| {
        let all = words(name);
        let Some((last, done)) = all.split_last() else { return false };
        let is_moment = matches!(last.as_str(), "at" | "on" | "date" | "time");
        is_moment && says_done(&action, done)
    });
    happened.map(|name| Effect::Sets(name.to_owned()))
}

/// The moments of an operation's answer that tell when a thing was last changed, and are null before it ever was.
pub(super) fn set_by_change(resources: &Resources<'_>, operation: &Operation) -> Vec<String> {
    const CHANGED: [&str; 5] = ["edited", "changed", "modified", "updated", "revised"];
    // What a PUT may make hasn't been changed yet.
    let changes = match operation.method {
        Method::Patch => true,
        Method::Put => !resources.chooses(operation),
        _ => false,
    };
    let answer = operation.answer_schema().filter(|_| changes);
    let Some(answer) = answer else { return Vec::new() };
    let answer = Outline::of(resources.contract, &[answer]);
    let moments = answer.required(Direction::Response).filter(|name| {
        let all = words(name);
        let is_called =
            matches!(all.as_slice(), [done, at] if CHANGED.contains(&done.as_str()) && at == "at");
        is_called
            && answer
                .member(name)
                .is_some_and(|one| one.admits_null() && one.spelling() == Some("date-time"))
    });
    moments.map(str::to_owned).collect()
}

/// Whether some words say that what others ask for was done: "checked in" of `check-in`.
fn says_done(action: &[String], done: &[String]) -> bool {
    let ([verb, rest @ ..], [past, others @ ..]) = (action, done) else { return false };
    rest == others && is_past(verb, past)
}

/// Whether a word is the past participle of a verb, to the letter: `starts_at` isn't of what was started.
fn is_past(verb: &str, past: &str) -> bool {
    let regular = || {
        let stem = past.strip_suffix("ed")?;
        let doubled = || {
            let (last, rest) = (stem.chars().last()?, stem.split_at_checked(stem.len() - 1)?.0);
            (rest == verb && verb.ends_with(last)).then_some(())
        };
        let is_it = stem == verb
            || verb.strip_suffix('e') == Some(stem)
            || verb.strip_suffix('y').is_some_and(|rest| stem.strip_suffix('i') == Some(rest));
        is_it.then_some(()).or_else(doubled)
    };
    IRREGULAR.contains(&(verb, past)) || regular().is_some()
}

/// The members of a body that are said to become members of the thing.
fn taken(resources: &Resources<'_>, operation: &Operation, answer: &Outline<'_>) -> Vec<Effect> {
    let contract = resources.contract;
    let Some(schema) = operation.body_schema() else { return Vec::new() };
    let body = Outline::of(contract, &[schema]).members().into_iter();
    let taken = body.filter_map(|(sent, ids)| {
        let mut said = ids.iter().filter_map(|id| contract.schema(*id).description.as_deref());
        let said = said.find(|text| prose::says_becomes(text))?;
        let mut members = answer.required(Direction::Response);
        let member = members.find(|name| said.contains(&format!("`{name}`")))?;
        Some(Effect::Takes { sent: sent.to_owned(), member: member.to_owned() })
    });
    taken.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_was_done() {
        for (action, done) in [
            ("pay", "paid"),
            ("check-in", "checked in"),
            ("cancel", "cancelled"),
            ("cancel", "canceled"),
            ("close", "closed"),
            ("deny", "denied"),
            ("submit", "submitted"),
            ("sendOut", "sent out"),
        ] {
            assert!(says_done(&words(action), &words(done)), "{action}: {done}");
        }
        for (action, done) in
            [("pay", "created"), ("check-in", "checked out"), ("ship", "shopped"), ("pay", "")]
        {
            assert!(!says_done(&words(action), &words(done)), "{action}: {done}");
        }
    }
}
