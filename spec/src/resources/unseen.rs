//! What callers of a role are said not to be shown: things in a state ("For a `shop` an inactive product does not exist"), and
//! members ("`price_cents` is null for them").
//!
//! Who is of which role no contract tells. So those of whom it is said are given by the words that may be what they are called.

use serde_json::Value;

use super::Resources;
use super::prose::{on_one_line, quoted};
use super::unfit::{nouns, phrases, spaced, speaks_of};
use crate::Direction;
use crate::model::{Operation, SchemaId, Status};
use crate::only::only;
use crate::outline::Outline;

/// What some callers are not shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Unseen {
    /// Those callers.
    pub who: Who,
    /// What it is.
    pub what: UnseenPart,
}

/// Of whom something is said, by words that may be what they are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Those who are called so.
    These(Vec<String>),
    /// All others.
    AllBut(Vec<String>),
}

/// What isn't shown.
#[derive(Debug, Clone, PartialEq)]
pub enum UnseenPart {
    /// A member: it is null, or not there.
    Member(String),
    /// The thing itself, unless it is theirs.
    Other,
    /// The thing itself, where its member has this value.
    Thing {
        /// The member.
        member: String,
        /// Its value.
        value: Value,
    },
}

const MISSING: Status = Status::Code(404);

/// What a GET of a thing, or of a list of things, is said not to show.
pub(super) fn of(resources: &Resources<'_>, operation: &Operation) -> Vec<Unseen> {
    let Some(schema) = operation.answer_schema() else { return Vec::new() };
    let answer = Outline::of(resources.contract, &[schema]);
    let item = answer.list(None).map(|(_, item)| Outline::of(resources.contract, &item));
    let is_thing = operation.path.item_parameter().is_some();
    let thing = if is_thing { Some(answer) } else { item };
    let Some(thing) = thing else { return Vec::new() };
    let said = on_one_line(operation.told.as_deref().unwrap_or_default());
    let sentences: Vec<&str> = said.split(". ").collect();
    let mut all = members(resources, &thing, &sentences);
    if is_thing && operation.responses.contains_key(&MISSING) {
        all.extend(states(resources, operation, &thing, &sentences));
        all.extend(sentences.iter().flat_map(|sentence| sentence.split(';')).find_map(others));
    }
    all
}

/// The members that are said to be null for some, or not to be there: by the operation, or by their own descriptions.
fn members(resources: &Resources<'_>, thing: &Outline<'_>, sentences: &[&str]) -> Vec<Unseen> {
    const HIDDEN: [&str; 5] = [" null ", " absent ", " left out ", " not shown ", " not included "];
    const ELSE: [&str; 3] = [" in all other cases ", " for everybody else ", " to everybody else "];
    let mut all: Vec<Unseen> =
        sentences.iter().filter_map(|sentence| without(thing, sentence)).collect();
    for (at, sentence) in sentences.iter().enumerate() {
        let text = spaced(sentence);
        if !HIDDEN.iter().any(|hidden| text.contains(hidden)) || is_of_some(&text) {
            continue;
        }
        let named: Vec<&str> =
            quoted(sentence).filter(|name| thing.member(name).is_some()).collect();
        let before = at.checked_sub(1).and_then(|before| sentences.get(before));
        let who = match ELSE.iter().any(|rest| text.contains(rest)) {
            true => before.map(|before| Who::AllBut(told_of(&spaced(before)))),
            false => Some(Who::These(told_of(&text))),
        };
        for name in named {
            let what = UnseenPart::Member(name.to_owned());
            all.extend(who.clone().map(|who| Unseen { who, what }));
        }
    }
    for (name, ids) in thing.members() {
        let mut described =
            ids.iter().filter_map(|id| resources.contract.schema(*id).description.as_deref());
        let of_itself = described.find_map(hidden_to);
        let like = || ids.iter().find_map(|id| like(resources, thing, *id));
        let Some(who) = of_itself.or_else(like) else { continue };
        let one = Unseen { who: Who::These(who), what: UnseenPart::Member(name.to_owned()) };
        if all.iter().all(|known: &Unseen| known.what != one.what) {
            all.push(one);
        }
    }
    all.retain(|one| !matches!(&one.who, Who::These(who) | Who::AllBut(who) if who.is_empty()));
    all
}

/// "The `notes` are there for staff only; customers get the order without this member".
fn without(thing: &Outline<'_>, sentence: &str) -> Option<Unseen> {
    let (before, behind) = sentence.split_once(';')?;
    let behind = spaced(behind);
    let member = only(quoted(before).filter(|name| thing.member(name).is_some()))?;
    let mut spoken = behind.split_whitespace();
    let who = spoken.next().filter(|_| behind.contains(" without this member "))?;
    // "Customers without a contract get …" is about some of them.
    spoken.next().filter(|word| matches!(*word, "get" | "gets" | "see" | "sees"))?;
    let (who, what) = (Who::These(vec![who.to_owned()]), UnseenPart::Member(member.to_owned()));
    Some(Unseen { who, what })
}

/// Whether a sentence is about some of a role only: "null for an interviewer who owes a scorecard".
fn is_of_some(text: &str) -> bool {
    [" who ", " whose ", " whom "].iter().any(|some| text.contains(some))
}

/// To whom a member says that it isn't shown: "null for customers", "customers never get it", "never to dockhands".
fn hidden_to(text: &str) -> Option<Vec<String>> {
    let whole = spaced(text);
    if whole.contains(" null for ") {
        return (!is_of_some(&whole)).then(|| told_of(&whole));
    }
    let said = text.split(['.', ',', ';']).map(spaced).find(|piece| piece.contains(" never "))?;
    let spoken: Vec<&str> = said.split_whitespace().collect();
    let who = match spoken.as_slice() {
        [who, "never"] | ["never", "to", who] | [who, "never", "get" | "see", ..] => who,
        ["never", "given" | "shown" | "told", "to", who] => who,
        _ => return None,
    };
    Some(vec![(*who).to_owned()])
}

/// The same of a member that is said to be like another one: "Like `email`."
fn like(resources: &Resources<'_>, thing: &Outline<'_>, id: SchemaId) -> Option<Vec<String>> {
    let text = resources.contract.schema(id).description.as_deref()?;
    let (_, behind) = text.split_once("Like `")?;
    let (other, _) = behind.split_once('`')?;
    hidden_to(thing.description(&[other.to_owned()])?)
}

/// Those of whom a plain sentence tells: "for a shop", "to volunteers", "members are not told …: it is null for them".
fn told_of(text: &str) -> Vec<String> {
    const ARTICLES: [&str; 6] = ["a", "an", "the", "all", "every", "each"];
    const TOWARD: [&str; 2] = ["for", "to"];
    let spoken: Vec<&str> = text.split_whitespace().collect();
    let is_word = |word: &&&str| !ARTICLES.contains(*word);
    let toward = spoken.iter().enumerate().filter(|(_, word)| TOWARD.contains(*word));
    let toward = toward.filter_map(|(at, _)| spoken.get(at + 1..)?.iter().find(is_word));
    let denied = [" are not ", " is not ", " aren't ", " don't ", " do not "];
    let before = denied.iter().filter_map(|one| text.split_once(one));
    let subject = before.filter_map(|(before, _)| before.split_whitespace().next_back());
    let toward = toward.copied();
    toward.chain(subject).map(str::to_owned).collect()
}

/// "Members see themselves and nobody else (404)."
fn others(clause: &str) -> Option<Unseen> {
    const ALONE: [&str; 4] = [
        " themselves and nobody else ",
        " themselves only ",
        " only themselves ",
        " themselves alone ",
    ];
    let text = spaced(clause);
    let is_told = ALONE.iter().any(|alone| text.contains(alone)) && text.contains(" 404 ");
    let who = text.split_whitespace().next().filter(|_| is_told)?;
    Some(Unseen { who: Who::These(vec![who.to_owned()]), what: UnseenPart::Other })
}

/// The states in which a thing is said not to be there for some.
fn states(
    resources: &Resources<'_>,
    operation: &Operation,
    thing: &Outline<'_>,
    sentences: &[&str],
) -> Vec<Unseen> {
    const ABSENT: [&str; 3] = [" does not exist ", " doesn't exist ", " 404 "];
    let nouns = operation.path.last_literal().map(nouns).unwrap_or_default();
    let required: Vec<&str> = thing.required(Direction::Response).collect();
    let lives = resources.lifecycles(operation);
    let initial = |member: &str| {
        let mut own = lives.iter().filter(|life| life.member == member);
        own.find_map(|life| life.initial.clone())
    };
    let mut all = Vec::new();
    for sentence in sentences {
        let text = spaced(&sentence.replace(';', " ; "));
        if !ABSENT.iter().any(|absent| text.contains(absent)) {
            continue;
        }
        // "Shown to librarians only; to all others it does not exist."
        let only = text.split_once(" only ; to all others ").map(|(shown, _)| shown);
        let who = match only {
            Some(shown) => Who::AllBut(told_of(&format!("{shown} "))),
            None => match text.starts_with(" for ") {
                true => Who::These(told_of(&text).into_iter().take(1).collect()),
                false => continue,
            },
        };
        for name in &required {
            let Some(member) = thing.member(name) else { continue };
            for (value, phrase) in phrases(name, &member, Vec::new()) {
                let Some(holds) = speaks_of(&text, "", &nouns, &phrase) else { continue };
                let value = match value {
                    Value::Bool(_) => Some(holds.into()),
                    word if holds => Some(word),
                    // What was never in a state is as it was made.
                    word => initial(name).filter(|first| word != first.as_str()).map(Value::from),
                };
                let Some(value) = value else { continue };
                let what = UnseenPart::Thing { member: (*name).to_owned(), value };
                all.push(Unseen { who: who.clone(), what });
            }
        }
    }
    all
}

impl Who {
    /// Those out of all callers, by what they are called; none where nobody is called like any of whom it is said. `is_called`
    /// tells whether a caller goes by such a word.
    #[must_use]
    pub fn among<'c>(
        &self,
        callers: &[&'c str],
        is_called: impl Fn(&str, &str) -> bool,
    ) -> Vec<&'c str> {
        let (Self::These(said) | Self::AllBut(said)) = self;
        let is_said = |name: &str| said.iter().any(|word| is_called(name, word));
        if !callers.iter().any(|name| is_said(name)) {
            return Vec::new();
        }
        let are_said = matches!(self, Self::These(_));
        callers.iter().copied().filter(|name| is_said(name) == are_said).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_of_whom_it_is_told_are_heard() {
        let told = |text: &str| told_of(&spaced(text));
        assert_eq!(told("Always `null` for a `shop`"), ["shop"]);
        let members = told("Members are not told what a copy cost: `price_cents` is null for them");
        assert_eq!(members, ["them", "members"]);
        assert_eq!(
            told("What it cost, guests are not told: it is null for them"),
            ["them", "guests"]
        );
        let figures =
            "The figures are for accountants, who get all, and for managers, who get some.";
        assert_eq!(told(figures), ["accountants", "managers"]);
        assert_eq!(told("`rating` is null until then"), Vec::<String>::new());
    }

    #[test]
    fn to_whom_a_member_is_never_shown_is_heard() {
        let who = |text: &str| hidden_to(text).unwrap_or_default();
        assert_eq!(who("Clerks always get this member, customers never."), ["customers"]);
        assert_eq!(who("Always given to managers, never to dockhands."), ["dockhands"]);
        assert_eq!(who("What it cost; null for guests."), ["guests"]);
        assert!(who("The mean; null for guests who owe something.").is_empty());
        assert!(who("It never changes.").is_empty() && who("It is never above ten.").is_empty());
    }

    #[test]
    fn those_who_are_not_meant_are_left_alone() {
        let callers = ["clerk", "shop", "outlet"];
        let is_called = |name: &str, word: &str| word.starts_with(name);
        let who = |said: &str| vec![said.to_owned()];
        assert_eq!(Who::These(who("shops")).among(&callers, is_called), ["shop"]);
        assert_eq!(Who::AllBut(who("shops")).among(&callers, is_called), ["clerk", "outlet"]);
        assert!(Who::AllBut(who("librarians")).among(&callers, is_called).is_empty());
    }
}
