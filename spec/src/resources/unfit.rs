//! States of what a request names for which it is said to be refused: "409 for an inactive product", "there is no such service,
//! or it is no longer offered", "every id must be a title that is not archived (422)".
//!
//! A state is a flag of the named thing, by its name or by what its description says that it tells, or one of its words for
//! a state. Heard is only what speaks of the thing as of its subject.

use serde_json::Value;

use super::Resources;
use super::told::statuses;
use crate::model::{JsonType, Operation, Status};
use crate::names::{singulars, words};
use crate::outline::Outline;

/// A state of a named thing for which a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// The member of the thing that shows it.
    pub member: String,
    /// What the member is then.
    pub value: Value,
    /// With which status the request is refused.
    pub status: u16,
}

/// The refusals that are told of an operation.
const REFUSALS: [u16; 4] = [400, 404, 409, 422];
/// What members with a word of the state are called.
const STATES: [&str; 2] = ["status", "state"];

/// Those of an operation that names what `maker` makes.
pub(super) fn of(
    resources: &Resources<'_>,
    operation: &Operation,
    maker: &Operation,
) -> Vec<Unfit> {
    let Some(answer) = maker.answer_schema() else { return Vec::new() };
    let thing = Outline::of(resources.contract, &[answer]);
    let nouns = maker.path.last_literal().map(nouns).unwrap_or_default();
    let pieces = pieces(operation);
    let mut all: Vec<Unfit> = Vec::new();
    for (name, ids) in thing.members() {
        let Some(member) = thing.member(name) else { continue };
        let described =
            ids.iter().filter_map(|id| resources.contract.schema(*id).description.as_deref());
        for (value, phrase) in phrases(name, &member, described.collect()) {
            let found = pieces.iter().find_map(|piece| {
                let refused = piece.refuses(&nouns, &phrase)?;
                let value = match &value {
                    Value::Bool(_) => refused.into(),
                    word if refused => word.clone(),
                    _ => return None,
                };
                let (member, status) = (name.to_owned(), piece.status);
                Some(Unfit { member, value, status })
            });
            let is_new = |one: &Unfit| {
                all.iter().all(|known| known.member != one.member || known.value != one.value)
            };
            all.extend(found.filter(is_new));
        }
    }
    all
}

/// What one of several things is called: `ticket type` of `ticket-types`.
fn nouns(plural: &str) -> Vec<String> {
    let mut words = words(plural);
    let last = words.pop().unwrap_or_default();
    let one = |last: String| words.iter().cloned().chain([last]).collect::<Vec<_>>().join(" ");
    singulars(&last).into_iter().map(one).collect()
}

/// By which words a state is spoken of: `on sale` of a flag `on_sale`, `offered` of one that tells "whether it is offered",
/// and each word for a state; with what the member is then.
fn phrases(name: &str, member: &Outline<'_>, described: Vec<&str>) -> Vec<(Value, String)> {
    if member.is(JsonType::Boolean) {
        let mut own = words(name);
        own.retain(|word| word != "is");
        let told = described.into_iter().filter_map(|text| {
            let text = text.trim().to_lowercase();
            let is =
                ["whether it is ", "whether it's "].iter().find_map(|is| text.strip_prefix(is))?;
            let is = is.split(['.', ',', ';']).next()?.trim();
            (is.split(' ').count() <= 2).then(|| is.to_owned())
        });
        let all = [own.join(" ")].into_iter().chain(told);
        return all.map(|phrase| (true.into(), phrase)).collect();
    }
    if !STATES.contains(&name) {
        return Vec::new();
    }
    member.texts().into_iter().map(|word| (word.as_str().into(), word)).collect()
}

/// A piece of what is said of refusals.
struct Piece {
    /// With small letters, on one line.
    text: String,
    /// What "it" is, spoken of before.
    before: String,
    status: u16,
}

/// What descriptions say of an operation's refusals, in pieces with one status each.
fn pieces(operation: &Operation) -> Vec<Piece> {
    let documents = |code: &u16| operation.responses.contains_key(&Status::Code(*code));
    let mut all = Vec::new();
    let mut add = |sentence: &str, status: Option<u16>| {
        let (mut status, mut before) = (status, String::new());
        for text in sentence.split([',', ';', ':']).flat_map(|one| one.split(" or ")) {
            status = statuses(text).find(documents).or(status);
            if text.trim().is_empty() {
                continue;
            }
            let text = format!(" {} ", text.trim());
            if let Some(status) = status {
                all.push(Piece { text: text.clone(), before: before.clone(), status });
            }
            before = text;
        }
    };
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    for sentence in line(operation.description.as_deref().unwrap_or_default()).split(". ") {
        add(sentence, None);
    }
    for code in REFUSALS {
        let Some(answer) = operation.responses.get(&Status::Code(code)) else { continue };
        line(&answer.description).split(". ").for_each(|sentence| add(sentence, Some(code)));
    }
    all
}

impl Piece {
    /// Whether a thing is refused where a phrase is true of it (`true`), or where it isn't (`false`); `None`: nothing is said.
    fn refuses(&self, nouns: &[String], phrase: &str) -> Option<bool> {
        const REQUIRED: [&str; 4] = [" must ", " has to ", " have to ", " only "];
        let text = self
            .text
            .replace(['`', '(', ')', '.'], " ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let text = format!(" {text} ");
        let is_required = REQUIRED.iter().any(|one| text.contains(one));
        let is_subject = |before: &str| {
            let is_it = before.ends_with(" it") || before.trim() == "it";
            let spoken = if is_it { &self.before } else { before };
            let spoken = words(spoken);
            nouns.iter().any(|noun| {
                let noun = words(noun);
                spoken.windows(noun.len().max(1)).any(|some| {
                    some.iter().zip(&noun).all(|(one, noun)| singulars(one).contains(noun))
                })
            })
        };
        let predicates = [
            (" is ", true),
            (" are ", true),
            (" is not ", false),
            (" are not ", false),
            (" isn't ", false),
            (" aren't ", false),
            (" is no longer ", false),
            (" are no longer ", false),
        ];
        let predicated = predicates.iter().find_map(|(is, holds)| {
            let (before, _) = text.split_once(&format!("{is}{phrase} "))?;
            is_subject(before).then_some(*holds)
        });
        let attributes = [("", true), ("in", false), ("un", false), ("non-", false)];
        let attributed = || {
            attributes.iter().find_map(|(prefix, holds)| {
                nouns
                    .iter()
                    .any(|noun| text.contains(&format!(" {prefix}{phrase} {noun} ")))
                    .then_some(*holds)
            })
        };
        let holds = predicated.or_else(attributed)?;
        Some(holds != is_required)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuses(text: &str, before: &str, noun: &str, phrase: &str) -> Option<bool> {
        let piece = Piece { text: format!(" {text} "), before: before.to_owned(), status: 409 };
        piece.refuses(&[noun.to_owned()], phrase)
    }

    #[test]
    fn a_state_is_told_of_the_thing_itself() {
        for (text, noun, phrase, refused) in [
            ("a blocked supplier is a 409", "supplier", "blocked", Some(true)),
            ("an inactive product too", "product", "active", Some(false)),
            ("only to a supplier that is not blocked", "supplier", "blocked", Some(true)),
            ("every id must be a title that is not archived", "title", "archived", Some(true)),
            ("the plan must be a plan that is active", "plan", "active", Some(false)),
            ("a ticket type is not on sale", "ticket type", "on sale", Some(false)),
            ("the title is archived", "copy", "archived", None),
            ("the member has an active hold", "member", "active", None),
            ("the room is not vacant", "room", "active", None),
        ] {
            assert_eq!(refuses(text, "", noun, phrase), refused, "{text}");
        }
        let before = "there is no such service";
        assert_eq!(refuses("it is no longer offered", before, "service", "offered"), Some(false));
        assert_eq!(refuses("it is no longer offered", "no such room", "service", "offered"), None);
    }
}
