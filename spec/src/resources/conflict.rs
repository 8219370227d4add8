//! What descriptions say of conflicts: that two things can't have the same of something, and that what has parts, or is
//! referred to, isn't removed. A 409 alone may mean anything.

use super::Resources;
use super::passage::passages;
use super::prose::{has, mentions, quoted, says_any_case, sentences};
use crate::model::{Contract, JsonType, Location, Operation, Parameter, Status};
use crate::names::{singulars, words};
use crate::only::only;
use crate::outline::Outline;

const CONFLICT: Status = Status::Code(409);
/// How it is said that there is one of a kind.
const UNIQUE: [&str; 15] = [
    "unique",
    "no two",
    "is taken",
    "already taken",
    "already exists",
    "already in use",
    "already used",
    "for a second",
    "duplicate",
    "there is one",
    "never share",
    "not share",
    "n't share",
    "cannot share",
    "never have the same",
];
/// How it is said that something keeps another thing from being removed.
const KEPT: [&str; 9] = [
    "409",
    "conflict",
    "not while",
    "still",
    "in use",
    "unless",
    "refused",
    "can't be",
    "cannot be",
];

/// What it takes besides being there, for something to keep another thing.
const ONLY_SOME: [&str; 14] = [
    "on loan",
    "is out",
    "are out",
    "open ",
    "active",
    "pending",
    "unpaid",
    "running",
    "unfinished",
    "in progress",
    "owes",
    "current ",
    "future",
    "scheduled",
];

/// Whether a description says that no two things have the same of these members.
pub(super) fn says_unique(operation: &Operation, members: &[&str]) -> bool {
    // "The barcode is on another copy already."
    let is_elsewhere =
        |sentence: &str| has(sentence, &["another", "other "]) && has(sentence, &["already"]);
    said(operation).flat_map(sentences).any(|sentence| {
        (has(sentence, &UNIQUE) || is_elsewhere(sentence))
            && members.iter().any(|member| mentions(sentence, member))
    })
}

/// Whether a file is said to be taken once: "the same bytes a second time are a conflict (409)".
pub(super) fn says_same_content(operation: &Operation) -> bool {
    const SAME: [&str; 6] = [
        "the same bytes",
        "the same file",
        "the same content",
        "the same image",
        "the same photo",
        "the same picture",
    ];
    const AGAIN: [&str; 4] = ["a second time", "twice", "again", "already"];
    said(operation).flat_map(sentences).any(|sentence| {
        has(sentence, &SAME) && has(sentence, &AGAIN) && has(sentence, &["409", "conflict"])
    })
}

/// Members of a body of which no two things may have the same, alone or together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The members.
    pub members: Vec<String>,
    /// Whether letter case makes no difference.
    pub in_any_case: bool,
}

/// The keys that the description of a conflict tells, out of the members that a request says of its own: "The city has a venue of
/// that name already", in one piece of a sentence, is one of `city` and `name`; "has this code already, or has the same name" is two.
pub(super) fn keys(operation: &Operation, members: &[&str]) -> Vec<Key> {
    const SAME: [&str; 10] = [
        "already",
        "the same ",
        "is taken",
        "exists",
        "has that ",
        "has this ",
        "another ",
        "unique",
        "must be new",
        "used once",
    ];
    const OTHERS: [&str; 4] = ["is fine", "may have", "can have", "different"];
    let Some(conflict) = operation.responses.get(&CONFLICT) else { return Vec::new() };
    let mut keys = told_alone(operation, members);
    keys.extend(one_a_day(operation, members));
    let own = operation.told.as_deref().into_iter().flat_map(sentences);
    let own = own.filter(|sentence| has(sentence, &["409"]));
    let whole: Vec<&str> = sentences(&conflict.description).chain(own).collect();
    let in_any_case = |key: &[String], piece: &str| {
        whole.iter().any(|sentence| {
            let is_about = sentence.contains(piece)
                || key.iter().all(|member| mentions_some(sentence, member));
            says_any_case(sentence) && is_about
        })
    };
    let pieces = whole.iter().flat_map(|sentence| sentence.split([',', ';']));
    let pieces = pieces.flat_map(|piece| piece.split(" or "));
    let told = pieces.filter(|piece| has(piece, &SAME) && !has(piece, &OTHERS));
    for piece in told {
        let named = members.iter().filter(|member| mentions_some(piece, member));
        let members: Vec<String> = named.map(|member| (*member).to_owned()).collect();
        if !members.is_empty() && keys.iter().all(|key| key.members != members) {
            let in_any_case = in_any_case(&members, piece);
            keys.push(Key { members, in_any_case });
        }
    }
    keys
}

/// "A unit has at most one inspection on a day": the one member of those that is a day, by its name.
fn one_a_day(operation: &Operation, members: &[&str]) -> Option<Key> {
    const ONE: [&str; 3] = ["at most one", "only one", "no more than one"];
    const A_DAY: [&str; 7] =
        ["on a day", "per day", "a day", "each day", "on one day", "on the same day", "for a day"];
    const DAYS: [&str; 4] = ["on", "date", "day", "at"];
    let is_day =
        |name: &&&str| words(name).last().is_some_and(|last| DAYS.contains(&last.as_str()));
    let told = operation.told.as_deref().into_iter().flat_map(sentences);
    let mut told = told.filter(|one| has(one, &["409"]) && has(one, &ONE) && has(one, &A_DAY));
    told.next()?;
    let day = only(members.iter().filter(is_day))?;
    Some(Key { members: vec![(*day).to_owned()], in_any_case: false })
}

/// The members that a description of an operation says to be unlike those of all others, each by itself: "`sku` and `barcode` are
/// unique"; or of which it names the code of the conflict: "(409 `duplicate_email`)".
fn told_alone(operation: &Operation, members: &[&str]) -> Vec<Key> {
    const UNLIKE: [&str; 4] = ["unique", "no other ", "no two ", "nobody else"];
    const TOGETHER: [&str; 5] = ["together", "combination", "pair", " per ", "within"];
    const DOUBLE: [&str; 4] = ["duplicate", "taken", "exists", "used"];
    let of_code = |quoted: &str, member: &str| {
        let mut code = words(quoted);
        let before = code.len();
        code.retain(|word| !DOUBLE.contains(&word.as_str()));
        code.len() < before && code == words(member)
    };
    let mut keys: Vec<Key> = Vec::new();
    for sentence in operation.told.as_deref().into_iter().flat_map(sentences) {
        let is_unlike = has(sentence, &UNLIKE) && !has(sentence, &TOGETHER);
        let quoted: Vec<&str> = quoted(sentence).collect();
        let is_key = |member: &&&str| {
            quoted.iter().any(|one| is_unlike && one == *member || of_code(one, member))
        };
        for member in members.iter().filter(is_key) {
            let members = vec![(*member).to_owned()];
            if keys.iter().all(|key| key.members != members) {
                keys.push(Key { members, in_any_case: says_any_case(sentence) });
            }
        }
    }
    keys
}

/// Whether a text mentions a member, or several of them: "names that differ in case"; or an `email` as an address.
fn mentions_some(text: &str, member: &str) -> bool {
    let is_address = || words(member) == ["email"] && has(text, &["the same address"]);
    mentions(text, member) || mentions(text, &format!("{member}s")) || is_address()
}

/// Whether the description of a removal says that what another operation makes within the thing, or refers to it with,
/// keeps it from being removed; or that it takes a parameter to remove it all the same.
pub(super) fn says_kept(resources: &Resources<'_>, remover: &Operation, part: &Operation) -> bool {
    // "That has a lease which is `draft` or `active`": as it is when it is made.
    let is_as_made = |sentence: &str| {
        let shown = resources.made_by(&part.id).map(|(fed, _, _)| fed);
        let mut lives = shown.flat_map(|one| resources.lifecycles(one));
        lives.any(|life| {
            life.initial.as_deref().is_some_and(|state| quoted(sentence).any(|one| one == state))
        })
    };
    let says = |sentence: &&str| {
        has(sentence, &KEPT) && (!has(sentence, &ONLY_SOME) || is_as_made(sentence))
    };
    about(remover, part).iter().any(says)
        || switch(resources.contract, remover, part).is_some()
        || conflicts_with(resources, remover, part)
}

/// Whether a conflict is said to be that there is what another operation makes: "There are treatments with this service"; in a
/// state that it is in at first, where that is said of some.
fn conflicts_with(resources: &Resources<'_>, remover: &Operation, part: &Operation) -> bool {
    let Some((conflict, parts)) = remover.responses.get(&CONFLICT).zip(part.path.last_literal())
    else {
        return false;
    };
    let called: Vec<String> = singulars(parts).into_iter().chain([parts.to_owned()]).collect();
    let is_as_made = |quoted: &[&str]| {
        let shown = resources.made_by(&part.id).map(|(fed, _, _)| fed);
        let mut lives = shown.flat_map(|one| resources.lifecycles(one));
        lives.any(|life| life.initial.as_deref().is_some_and(|state| quoted.contains(&state)))
    };
    sentences(&conflict.description).any(|sentence| {
        let quoted: Vec<&str> = quoted(sentence).collect();
        called.iter().any(|thing| mentions(sentence, thing))
            && has(sentence, &["there is", "there are", "at least one", " has a", "uses"])
            && !has(sentence, &ONLY_SOME)
            && (quoted.is_empty() || is_as_made(&quoted))
    })
}

/// Whether what keeps a thing from being removed is said to do so whatever state it is in.
pub(super) fn says_kept_whatever(remover: &Operation, part: &Operation) -> bool {
    const WHATEVER: [&str; 4] =
        ["whatever state", "whatever status", "in which status", "in which state"];
    about(remover, part).iter().any(|sentence| has(sentence, &WHATEVER))
}

/// The parameter by which a thing is removed with what it has, as the description of the removal says.
pub(super) fn switch<'o>(
    contract: &Contract,
    remover: &'o Operation,
    part: &Operation,
) -> Option<&'o Parameter> {
    let sentences = about(remover, part);
    let mut switches = remover.parameters.iter().filter(|one| {
        let is_switch = |id| Outline::of(contract, &[id]).is(JsonType::Boolean);
        one.location == Location::Query && one.schema().is_some_and(is_switch)
    });
    switches.find(|one| sentences.iter().any(|sentence| mentions(sentence, &one.name)))
}

/// The sentences about a removal that speak of what another operation makes.
fn about<'o>(remover: &'o Operation, part: &Operation) -> Vec<&'o str> {
    let things = part.path.last_literal().map(singulars).unwrap_or_default();
    let is_about = |sentence: &&str| things.iter().any(|thing| mentions(sentence, thing));
    said(remover).flat_map(sentences).filter(is_about).collect()
}

/// What is said of an operation and of its conflicts.
fn said(operation: &Operation) -> impl Iterator<Item = &str> {
    let response = operation.responses.get(&CONFLICT).map(|one| one.description.as_str());
    let own = [operation.told.as_deref(), operation.summary.as_deref(), response];
    own.into_iter().flatten()
}

/// Whether a conflict of an operation is said to be about what another one makes.
pub(super) fn is_over(operation: &Operation, maker: &Operation) -> bool {
    let Some(conflict) = operation.responses.get(&Status::Code(409)) else { return false };
    let things = maker.path.last_literal().map(words).unwrap_or_default();
    let Some(last) = things.last() else { return false };
    let passages = passages(operation.told.as_deref().unwrap_or_default());
    let told = passages.iter().filter(|one| {
        let heading = one.heading.as_deref().unwrap_or_default();
        [heading, &one.text].iter().any(|text| text.contains("409"))
    });
    let told = told.map(|one| one.text.as_str());
    let mut said = told.chain([conflict.description.as_str()]);
    said.any(|text| singulars(last).iter().any(|thing| mentions(text, thing)))
}
