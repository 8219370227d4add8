//! States of what a request names for which it is said to be refused: "409 for an inactive product", "there is no such service,
//! or it is no longer offered", "every id must be a title that is not archived (422)".
//!
//! A state is a flag of the named thing, by its name or by what its description says that it tells, or one of its words for
//! a state. Heard is only what speaks of the thing as of its subject.

use serde_json::Value;

use super::prose::on_one_line;
use super::told::{plain, statuses};
use super::{Resources, Sign};
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
    let nouns = maker.path.last_literal().map(nouns).unwrap_or_default();
    let mut pieces = pieces(operation);
    pieces.retain(|piece| piece.is_about(&nouns) && !is_of_some_callers(&piece.text));
    let mut all = in_no_needed_state(resources, operation, maker);
    if pieces.is_empty() {
        return all;
    }
    let thing = Outline::of(resources.contract, &[answer]);
    let told: Vec<String> = all.iter().map(|one| one.member.clone()).collect();
    for (name, ids) in thing.members() {
        let member = thing.member(name).filter(|_| told.iter().all(|known| known != name));
        let Some(member) = member else { continue };
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

/// The states of what `maker` makes that are none of those which are needed.
fn in_no_needed_state(
    resources: &Resources<'_>,
    operation: &Operation,
    maker: &Operation,
) -> Vec<Unfit> {
    let shows = |reader: &str| resources.shown_by(maker).any(|shown| shown.id == reader);
    let needed = resources.needed_states(operation).into_iter().filter(|one| shows(&one.reader));
    let unfit = needed.flat_map(|needed| {
        let lives = resources.operation(&needed.reader).map(|reader| resources.lifecycles(reader));
        let mut lives = lives.into_iter().flatten();
        let life = lives.find(|life| life.member == needed.member);
        let others = life.into_iter().flat_map(|life| {
            let others = life.states.iter().filter(|state| !needed.states.contains(state));
            others.map(|state| life.sign(state))
        });
        let unfit = others.filter_map(|sign| match sign {
            Sign::Is(value) => {
                Some(Unfit { member: needed.member.clone(), value, status: needed.status })
            }
            Sign::Set | Sign::Unset => None,
        });
        unfit.collect::<Vec<_>>()
    });
    unfit.collect()
}

/// Whether a text is about some of the callers: "For students a section of a planned term does not exist".
fn is_of_some_callers(text: &str) -> bool {
    const OF_ONE: [&str; 8] = ["a", "an", "the", "any", "each", "every", "no", "such"];
    let mut words = words(text).into_iter();
    let is_for = words.next().is_some_and(|first| first == "for");
    is_for && words.next().is_some_and(|next| !OF_ONE.contains(&next.as_str()))
}

/// Whether an operation can name a thing that `maker` makes once only: it is then in a state for which it is refused ("the copy
/// becomes `on_loan`"), or is said to be named already.
pub(super) fn takes(resources: &Resources<'_>, operation: &Operation, maker: &Operation) -> bool {
    let mut nouns = maker.path.last_literal().map(nouns).unwrap_or_default();
    nouns.extend(parts(resources, maker));
    let told = operation.told.as_deref().unwrap_or_default().to_lowercase();
    let becomes = |value: &Value| {
        let Some(word) = value.as_str() else { return false };
        let told: Vec<String> = told.split(['.', ';']).map(spaced).collect();
        told.iter()
            .any(|one| nouns.iter().any(|noun| one.contains(&format!(" {noun} becomes {word} "))))
    };
    let own = operation.path.last_literal().map(self::nouns).unwrap_or_default();
    let named = |piece: &Piece| {
        let text = spaced(&piece.text);
        // "The driver already has an open reservation."
        let already_has = |noun: &String| {
            let has = text.split_once(&format!(" {noun} already has "));
            has.is_some_and(|(_, what)| own.iter().any(|own| what.contains(&format!(" {own} "))))
        };
        let is_named = |noun: &String| {
            [" this ", " that ", " the same "]
                .iter()
                .any(|one| text.contains(&format!("{one}{noun} ")))
        };
        // "The candidate must not have another application to it."
        let has_another = |noun: &String| text.contains(&format!(" {noun} must not have another "));
        // "`already_enrolled`: the student is enrolled in the same course."
        let is_coded = |noun: &String| {
            text.contains(" already_") && text.contains(&format!(" the {noun} is "))
        };
        piece.status == 409
            && (nouns.iter().any(is_coded)
                || text.contains(" already ") && nouns.iter().any(is_named)
                || nouns.iter().any(has_another)
                || nouns.iter().any(already_has))
    };
    // "409 if the connector is occupied, the card is in use": by another one of these, as long as that is there.
    let in_use = |piece: &Piece| {
        // What is "not available" may be one of many of which none is left.
        const USES: [&str; 7] =
            ["in use", "occupied", "taken", "busy", "reserved", "booked", "not free"];
        let text = spaced(&piece.text);
        let is_used =
            |noun: &String| USES.iter().any(|uses| text.contains(&format!(" {noun} is {uses} ")));
        piece.status == 409 && nouns.iter().any(is_used)
    };
    pieces(operation).iter().any(|piece| in_use(piece) || named(piece))
        || of(resources, operation, maker).iter().any(|one| becomes(&one.value))
}

/// What the parts of a thing are called that are made with it: the `connector` of a charger's `connectors`.
fn parts(resources: &Resources<'_>, maker: &Operation) -> Vec<String> {
    let Some(answer) = maker.answer_schema() else { return Vec::new() };
    let thing = Outline::of(resources.contract, &[answer]);
    let lists = thing.members().into_keys().filter(|name| {
        let list = thing.member(name).and_then(|member| member.list(None).map(|(_, item)| item));
        list.is_some_and(|item| Outline::of(resources.contract, &item).has_members())
    });
    lists.flat_map(nouns).collect()
}

/// What one of several things is called: `ticket type` of `ticket-types`, or `type` for short.
pub(super) fn nouns(plural: &str) -> Vec<String> {
    let mut words = words(plural);
    let last = singulars(&words.pop().unwrap_or_default());
    let whole = |last: &String| {
        let all = words.iter().chain([last]).map(String::as_str);
        all.collect::<Vec<_>>().join(" ")
    };
    let mut nouns: Vec<String> = last.iter().map(whole).collect();
    nouns.extend(last.iter().filter(|_| !words.is_empty()).cloned());
    nouns
}

/// By which words a state is spoken of: `on sale` of a flag `on_sale`, `offered` of one that tells "whether it is offered",
/// and each word for a state; with what the member is then.
pub(super) fn phrases(
    name: &str,
    member: &Outline<'_>,
    described: Vec<&str>,
) -> Vec<(Value, String)> {
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
    let spoken = |word: String| (word.as_str().into(), words(&word).join(" "));
    member.texts().into_iter().map(spoken).collect()
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
    let documents = |code: &u16| operation.documents(*code);
    let mut all = Vec::new();
    let mut add = |sentence: &str, status: Option<u16>| {
        // What is said of several at the end, is said of all: "A and B; both are answered with 409".
        let mut named = statuses(sentence).filter(documents);
        let of_all = named.next().filter(|first| named.all(|other| other == *first));
        let of_all = of_all.filter(|_| sentence.contains(" both "));
        let (mut status, mut before) = (status.or(of_all), String::new());
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
    for sentence in plain(operation.told.as_deref().unwrap_or_default()).split(". ") {
        add(sentence, None);
    }
    for code in REFUSALS {
        let Some(answer) = operation.responses.get(&Status::Code(code)) else { continue };
        plain(&answer.description).split(". ").for_each(|sentence| add(sentence, Some(code)));
    }
    all
}

impl Piece {
    /// Whether it, or what was said before it, may speak of a thing that is called so.
    fn is_about(&self, nouns: &[String]) -> bool {
        nouns.iter().any(|noun| self.text.contains(noun) || self.before.contains(noun))
    }

    /// Whether a thing is refused where a phrase is true of it (`true`), or where it isn't (`false`); `None`: nothing is said.
    fn refuses(&self, nouns: &[String], phrase: &str) -> Option<bool> {
        const REQUIRED: [&str; 4] = [" must ", " has to ", " have to ", " only "];
        let text = spaced(&self.text);
        let is_required = REQUIRED.iter().any(|one| text.contains(one));
        Some(speaks_of(&text, &self.before, nouns, phrase)? != is_required)
    }
}

/// A text without what marks and quotes words, between spaces.
pub(super) fn spaced(text: &str) -> String {
    let text = text.to_lowercase().replace(['`', '(', ')', '.', ','], " ");
    format!(" {} ", on_one_line(&text))
}

/// Whether a plain text speaks of a thing of which a phrase is true, or isn't; `before`: what was said before, of which "it" is.
pub(super) fn speaks_of(text: &str, before: &str, nouns: &[String], phrase: &str) -> Option<bool> {
    const PREDICATES: [(&str, bool); 10] = [
        (" is ", true),
        (" are ", true),
        (" is not ", false),
        (" are not ", false),
        (" isn't ", false),
        (" aren't ", false),
        (" is no longer ", false),
        (" are no longer ", false),
        (" was never ", false),
        (" were never ", false),
    ];
    const ATTRIBUTES: [(&str, bool); 4] =
        [("", true), ("in", false), ("un", false), ("non-", false)];
    let is_subject = |subject: &str| {
        let is_it = subject.ends_with(" it") || subject.trim() == "it";
        let spoken = words(if is_it { before } else { subject });
        nouns.iter().any(|noun| {
            let noun = words(noun);
            spoken
                .windows(noun.len().max(1))
                .any(|some| some.iter().zip(&noun).all(|(one, noun)| singulars(one).contains(noun)))
        })
    };
    let predicated = PREDICATES.iter().find_map(|(is, holds)| {
        let (subject, _) = text.split_once(&format!("{is}{phrase} "))?;
        is_subject(subject).then_some(*holds)
    });
    let attributed = || {
        ATTRIBUTES.iter().find_map(|(prefix, holds)| {
            let is_so = |noun: &String| text.contains(&format!(" {prefix}{phrase} {noun} "));
            nouns.iter().any(is_so).then_some(*holds)
        })
    };
    predicated.or_else(attributed)
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
