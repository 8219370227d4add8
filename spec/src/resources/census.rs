//! Numbers of a thing that count what names it, in some states of that: "the number of its appointments that are `completed`",
//! "how many orders have used it, not counting expired ones", "tickets in orders on hold", "the totals of all orders that are paid".
//!
//! A description is heard only where each of its words is known: one that isn't may say of which of them it is.

use super::lifecycle::is_on;
use super::{Resources, told, unfit};
use crate::Direction;
use crate::model::{JsonType, Method, Operation};
use crate::names::{fold, singulars, words};
use crate::outline::Outline;

/// What an answer has to tell of other things, in its own words.
#[derive(Debug, Clone)]
pub struct ToldNumber {
    /// Where it stands: the names that lead to it.
    pub at: Vec<String>,
    is_flag: bool,
    said: Vec<String>,
}

/// A number of a thing that counts others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Census {
    /// Where it stands: the names that lead to it.
    pub at: Vec<String>,
    /// What it is of each of them.
    pub kind: CensusKind,
    /// The states in which they count; `None`: all.
    pub states: Option<Vec<String>>,
}

/// What each of the things that are counted adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CensusKind {
    /// One.
    Count,
    /// How many of the thing itself it is about.
    Quantity,
    /// This number of it.
    Sum(String),
    /// Nothing: it is told whether there are any.
    Any,
}

impl Census {
    /// Whether things in a state count.
    #[must_use]
    pub fn counts(&self, state: Option<&str>) -> Option<bool> {
        match (&self.states, state) {
            (None, _) => Some(true),
            (Some(states), Some(state)) => Some(states.iter().any(|one| one == state)),
            (Some(_), None) => None,
        }
    }
}

/// The words that leave open which things are meant; all others, that aren't states or what things are called, rule it out.
const OPEN: [&str; 45] = [
    "the",
    "number",
    "of",
    "its",
    "how",
    "many",
    "all",
    "this",
    "that",
    "are",
    "is",
    "was",
    "were",
    "whose",
    "status",
    "state",
    "in",
    "with",
    "have",
    "has",
    "had",
    "used",
    "use",
    "it",
    "there",
    "a",
    "an",
    "and",
    "or",
    "yet",
    "by",
    "over",
    "together",
    "sum",
    "count",
    "every",
    "each",
    "any",
    "whether",
    "currently",
    "now",
    "computed",
    "these",
    "them",
    "to",
];
/// What says that the state which follows doesn't count.
const NEGATIONS: [&str; 7] = ["not", "without", "except", "excluding", "no", "never", "isn't"];
/// What stands between a negation and its state.
const BETWEEN: [&str; 6] = ["counting", "yet", "ones", "those", "including", "longer"];

/// The numbers and flags of what an operation shows that no request writes, each with what is said of it.
pub(super) fn numbers(resources: &Resources<'_>, reader: &Operation) -> Vec<ToldNumber> {
    let is_read = reader.method == Method::Get;
    let Some(answer) = reader.answer_schema().filter(|_| is_read) else { return Vec::new() };
    let thing = match resources.list(reader) {
        Some(list) => Outline::of(resources.contract, &list.item),
        None => Outline::of(resources.contract, &[answer]),
    };
    let mut all = Vec::new();
    collect(resources, &thing, &mut Vec::new(), &mut all);
    all
}

fn collect(
    resources: &Resources<'_>,
    thing: &Outline<'_>,
    at: &mut Vec<String>,
    all: &mut Vec<ToldNumber>,
) {
    /// How deep in an answer numbers are looked for.
    const DEPTH: usize = 2;
    let required: Vec<&str> = thing.required(Direction::Response).collect();
    for (name, ids) in thing.members() {
        if !required.contains(&name) {
            continue;
        }
        let member = Outline::of(resources.contract, &ids);
        at.push(name.to_owned());
        if member.is(JsonType::Object) && at.len() < DEPTH {
            collect(resources, &member, at, all);
        }
        let is_flag = member.is(JsonType::Boolean);
        if is_flag || member.is(JsonType::Integer) {
            let mut said =
                ids.iter().filter_map(|id| resources.contract.schema(*id).description.as_deref());
            if let Some(said) = said.next() {
                let said = tokens(said.split(". ").next().unwrap_or_default());
                all.push(ToldNumber { at: at.clone(), is_flag, said });
            }
        }
        at.pop();
    }
}

/// The words of a text as they stand, in small letters: `partly_received` is one.
fn tokens(text: &str) -> Vec<String> {
    let is_of_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '\'');
    let all = text.split(|c| !is_of_word(c)).filter(|word| !word.is_empty());
    all.map(str::to_lowercase).collect()
}

/// What a number is of the things that an operation makes, which name the thing of another one.
pub(super) fn of(
    resources: &Resources<'_>,
    number: &ToldNumber,
    (reader, maker): (&Operation, &Operation),
) -> Option<Census> {
    let things = called(maker.path.last_literal()?);
    let (at, noun) = find(&number.said, &things)?;
    let shown = resources.made_by(&maker.id).map(|(fed, _, _)| fed);
    let life = shown.filter_map(|one| resources.lifecycle(one)).find(|life| {
        let item = life.about.path.parameters().last();
        let makers = item.map(|item| resources.makers(life.about, item)).unwrap_or_default();
        makers.iter().any(|one| one.operation_id == maker.id)
    });
    let mut before = number.said.get(..at)?.to_vec();
    let behind = number.said.get(at + noun..)?;
    let own = own_words(reader);
    let is_whether = before.first().is_some_and(|word| word == "whether");
    let kind = match is_whether {
        true if number.is_flag => CensusKind::Any,
        _ if number.is_flag => return None,
        _ => kind(resources, maker, &mut before)?,
    };
    let states = life.map(|life| life.states.as_slice()).unwrap_or_default();
    let states = counted(states, &before, behind, &own)?;
    let is_told = states.is_some() || says_number(number);
    is_told.then(|| Census { at: number.at.clone(), kind, states })
}

/// The states in which things count, as the words before and behind their name say: `Some(None)`: in all; `None`: nobody knows.
#[expect(
    clippy::option_option,
    reason = "that nothing rules out a state is not that nothing is known"
)]
fn counted(
    states: &[String],
    before: &[String],
    behind: &[String],
    own: &[String],
) -> Option<Option<Vec<String>>> {
    let is_open = |word: &String| OPEN.contains(&word.as_str()) || own.contains(word);
    let said: Vec<&String> = before.iter().chain(behind).collect();
    let (mut counted, mut left_out, mut is_negated) = (Vec::new(), Vec::new(), false);
    let mut rest = said.as_slice();
    while let [word, others @ ..] = rest {
        rest = others;
        if NEGATIONS.contains(&word.as_str()) {
            is_negated = true;
        } else if let Some((state, length)) = state_at(states, word, others) {
            rest = others.get(length - 1..)?;
            if is_negated { &mut left_out } else { &mut counted }.push(state.clone());
        } else if *word == "including" && !is_negated && counted.is_empty() {
            // What is named besides leaves nothing out.
            return Some(None);
        } else if !(is_open(word) || is_negated && BETWEEN.contains(&word.as_str())) {
            return None;
        }
    }
    // What is said not to be, and of which no state is known, is of something else.
    if is_negated && left_out.is_empty() {
        return None;
    }
    Some(match (counted.is_empty(), left_out.is_empty()) {
        (true, true) => None,
        (false, _) => Some(counted),
        (true, false) => {
            Some(states.iter().filter(|one| !left_out.contains(one)).cloned().collect())
        }
    })
}

/// Whether a text, or the name of what it is of, says that it is of a number: `quantity` may be of anything.
fn says_number(number: &ToldNumber) -> bool {
    const SAID: [&str; 7] = ["number", "many", "count", "all", "sum", "whether", "totals"];
    let is_named = || {
        let named = number.at.last().map(|name| words(name)).unwrap_or_default();
        named.last().is_some_and(|last| matches!(last.as_str(), "count" | "number" | "total"))
    };
    number.said.iter().any(|word| SAID.contains(&word.as_str())) || is_named()
}

/// What several things are called, and one of them: `ticket types` and `ticket type`, word by word.
fn called(plural: &str) -> Vec<Vec<String>> {
    let many = words(plural);
    let last = many.last().cloned().unwrap_or_default();
    let one = unfit::nouns(plural).into_iter().map(|noun| words(&noun));
    [many, vec![last]].into_iter().chain(one).collect()
}

/// Where one of some names stands, and how long it is.
fn find(said: &[String], names: &[Vec<String>]) -> Option<(usize, usize)> {
    names.iter().filter(|name| !name.is_empty()).find_map(|name| {
        let at = said.windows(name.len()).position(|some| some == name.as_slice())?;
        Some((at, name.len()))
    })
}

/// What the thing itself is called, whose number it is, and that within which it lies.
fn own_words(reader: &Operation) -> Vec<String> {
    reader.path.literals().flat_map(words).flat_map(|word| singulars(&word)).collect()
}

/// What each thing adds, as what stands before its name says; the words for that are taken out.
fn kind(
    resources: &Resources<'_>,
    maker: &Operation,
    before: &mut Vec<String>,
) -> Option<CensusKind> {
    // "Tickets in orders on hold": how many of them each order is for.
    if let [first, joined] = before.as_slice()
        && !OPEN.contains(&first.as_str())
        && joined == "in"
    {
        before.clear();
        return Some(CensusKind::Quantity);
    }
    // "The totals of all orders": the one number that is called so.
    let is_strange = |word: &String| !OPEN.contains(&word.as_str());
    let strange = before
        .iter()
        .position(is_strange)
        .filter(|at| before.get(at + 1).is_some_and(|word| word == "of"));
    let Some(at) = strange else {
        // Of which number "the sum of the payments" is, nothing tells.
        let is_sum = before.iter().any(|word| word == "sum");
        return (!is_sum).then_some(CensusKind::Count);
    };
    let word = before.remove(at);
    let answer = Outline::of(resources.contract, &[maker.answer_schema()?]);
    let number = singulars(&word)
        .into_iter()
        .find_map(|one| told::number_called(&answer, &one).map(str::to_owned))?;
    Some(CensusKind::Sum(number))
}

/// The state that some words begin with, and how many of them it takes: `on hold` is `held`.
fn state_at<'s>(
    states: &'s [String],
    word: &str,
    others: &[&String],
) -> Option<(&'s String, usize)> {
    let next = others.first().map(|word| word.as_str());
    states.iter().find_map(|state| {
        if fold(state) == fold(word) {
            return Some((state, 1));
        }
        let is_two =
            next.is_some_and(|next| words(state) == [word, next] || is_on(state, word, next));
        is_two.then_some((state, 2))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states() -> Vec<String> {
        ["open", "held", "paid", "expired", "partlySent"].map(str::to_owned).into()
    }

    /// Which states count of orders, of whose supplier a text is said.
    fn heard(text: &str) -> Option<(Option<Vec<String>>, bool)> {
        let number = ToldNumber { at: Vec::new(), is_flag: false, said: tokens(text) };
        let (at, length) = find(&number.said, &called("purchase-orders"))?;
        let before = number.said.get(..at)?.to_vec();
        let behind = number.said.get(at + length..)?;
        let states = states();
        let counted = counted(&states, &before, behind, &["supplier".to_owned()])?;
        Some((counted, says_number(&number)))
    }

    #[test]
    fn which_states_count_is_heard() {
        let some = |states: &[&str]| Some(states.iter().map(|one| (*one).to_owned()).collect());
        for (text, states) in [
            ("The number of its purchase orders that are `paid`", some(&["paid"])),
            (
                "How many orders with this supplier are `open` or `partlySent`",
                some(&["open", "partlySent"]),
            ),
            (
                "How many orders have used it, not counting expired ones",
                some(&["open", "held", "paid", "partlySent"]),
            ),
            ("Orders not yet paid", some(&["open", "held", "expired", "partlySent"])),
            ("Orders on hold", some(&["held"])),
            ("All orders of the supplier", None),
            ("How many orders there are, including those that have ended", None),
            ("orders that are paid (and not expired)", some(&["paid"])),
        ] {
            assert_eq!(heard(text).map(|(states, _)| states), Some(states), "{text}");
        }
        for text in [
            "How many orders may use it",
            "Orders approved so far",
            "The number of late orders",
            "The number of orders without a note",
            "How many orders were summed up",
        ] {
            assert_eq!(heard(text), None, "{text}");
        }
    }
}
