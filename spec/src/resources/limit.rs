//! What a document says outright of the values of a body that no schema says: a number that depends on another one, a check
//! digit.

use serde_json::Value;

use super::passage;
use super::prose::{has, mentions, on_one_line, sentences, ungrouped};
use super::told::{number_called, refusals, statuses, statuses_or_usual};
use crate::CheckDigit;
use crate::model::{Contract, Operation, SchemaId, Status};
use crate::names::words;
use crate::only::only;
use crate::outline::Outline;

/// How it is said that a number depends on something else.
const COMPARED: [&str; 16] = [
    "above ",
    "below ",
    "exceed",
    "more than",
    "less than",
    "lower than",
    "greater than",
    "too many",
    "higher than",
    "not the ",
    "must be the ",
    "has to be the ",
    "differs",
    "not equal",
    "later than ",
    "earlier than ",
];

/// Whether an answer is said to be for a number that is above, or below, what follows from something else: "a quantity is
/// above the `max_per_order` of its ticket type".
pub(super) fn is_bounded_elsewhere(
    contract: &Contract,
    operation: &Operation,
    member: &str,
) -> bool {
    let said = refusals(operation, [400, 409, 422]);
    let own = operation.told.as_deref();
    let is_told =
        said.chain(own).flat_map(sentences).any(|one| has(one, &COMPARED) && names_it(one, member));
    is_told || is_compared(contract, operation, member)
}

/// Whether a text mentions a member, with its unit or without: the `amount` of `amount_cents`.
fn names_it(text: &str, member: &str) -> bool {
    const UNITS: [&str; 9] =
        ["cents", "minor", "seconds", "minutes", "hours", "days", "bytes", "percent", "ms"];
    let words = words(member);
    let bare = match words.as_slice() {
        [before @ .., last] if !before.is_empty() && UNITS.contains(&last.as_str()) => {
            before.join("_")
        }
        _ => member.to_owned(),
    };
    mentions(text, member) || mentions(text, &bare)
}

/// Whether a member of a body is said to be compared with another one, by the description of either.
fn is_compared(contract: &Contract, operation: &Operation, member: &str) -> bool {
    let Some(schema) = operation.body_schema() else { return false };
    let members = Outline::of(contract, &[schema]).members();
    let said = |name: &str| {
        let ids = members.get(name).into_iter().flatten();
        let mut texts = ids.filter_map(|id| contract.schema(*id).description.as_deref());
        texts.find(|text| has(text, &COMPARED)).map(str::to_owned)
    };
    let names: Vec<&str> = members.keys().copied().filter(|name| *name != member).collect();
    let by_itself = said(member);
    let names_other = by_itself.is_some_and(|text| names.iter().any(|name| names_it(&text, name)));
    names_other || names.iter().any(|name| said(name).is_some_and(|text| names_it(&text, member)))
}

/// What a member of a body is said to be refused for: a number above something that follows from the body, a check digit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldLimit {
    /// The list of the body whose items have the member; `None`: the body has it.
    pub list: Option<String>,
    /// The member.
    pub member: String,
    /// With which it is said to be refused.
    pub statuses: Vec<u16>,
}

/// Numbers of a body that are said to be refused above something: "a discount above the subtotal is a 422", "the amount is more
/// than the balance", "a quantity is above the `max_per_order` of its ticket type".
pub(super) fn bounds(contract: &Contract, operation: &Operation) -> Vec<ToldLimit> {
    let Some(schema) = operation.body_schema() else { return Vec::new() };
    let body = Outline::of(contract, &[schema]);
    let documents = |code: &u16| operation.documents(*code);
    let mut all: Vec<ToldLimit> = Vec::new();
    let mut add = |piece: &str, statuses: Vec<u16>| {
        let found = above(contract, &body, piece).filter(|_| !statuses.is_empty());
        let found = found.map(|(list, member)| ToldLimit { list, member, statuses });
        let is_new = |one: &ToldLimit| all.iter().all(|known| known.member != one.member);
        all.extend(found.filter(is_new));
    };
    let said = on_one_line(operation.told.as_deref().unwrap_or_default());
    for sentence in sentences(&said) {
        let statuses: Vec<u16> = statuses(sentence).filter(documents).collect();
        pieces(sentence).for_each(|piece| add(piece, statuses.clone()));
    }
    for code in [400, 409, 422] {
        let Some(answer) = operation.responses.get(&Status::Code(code)) else { continue };
        let said = on_one_line(&answer.description);
        sentences(&said).flat_map(pieces).for_each(|piece| add(piece, vec![code]));
    }
    all
}

/// A value that a member of a body is said to have to be more than.
#[derive(Debug, Clone, PartialEq)]
pub struct ToldMinimum {
    /// The member.
    pub member: String,
    /// The value, which is just refused: a number, or a decimal in text as it stands there.
    pub value: Value,
    /// With which it is said to be refused.
    pub statuses: Vec<u16>,
}

/// The values that members of a body are said to have to be more than, by their own descriptions: "more than `0.00` (422)".
pub(super) fn minima(contract: &Contract, operation: &Operation) -> Vec<ToldMinimum> {
    const MORE: [&str; 4] = ["more than ", "greater than ", "larger than ", "has to be above "];
    const OTHERWISE: [&str; 6] = ["not", "t", "never", "no", "if", "when"];
    let Some(schema) = operation.body_schema() else { return Vec::new() };
    let body = Outline::of(contract, &[schema]);
    let told = body.members().into_keys().filter_map(|name| {
        let said = &ungrouped(body.description(&[name.to_owned()])?);
        let (before, behind) = MORE.iter().find_map(|more| said.split_once(more))?;
        let beside = before.rsplit(['.', ';', ',']).next().unwrap_or_default();
        let is_otherwise = |word: &String| OTHERWISE.contains(&word.as_str());
        (!words(beside).iter().any(is_otherwise)).then_some(())?;
        let behind = behind.trim_start_matches('`');
        let length = behind.find(|c: char| !c.is_ascii_digit() && c != '.');
        let number = behind.get(..length.unwrap_or(behind.len()))?.trim_end_matches('.');
        let value = match body.has_number(name) {
            true => Value::from(number.parse::<i64>().ok()?),
            false => {
                number.contains('.').then_some(())?;
                Value::from(number)
            }
        };
        // "More than 100 take a day longer" refuses nothing.
        let must_be = ["must be", "has to be", "have to be"];
        let is_rule = must_be.iter().any(|must| beside.trim_end().ends_with(must));
        (is_rule || statuses(said).next().is_some()).then_some(())?;
        let statuses = statuses_or_usual(said);
        Some(ToldMinimum { member: name.to_owned(), value, statuses })
    });
    told.collect()
}

/// A number of a body that may be so many times another one of it, and no more: "`deposit` is at most three times `rent`".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldRatio {
    /// The member.
    pub member: String,
    /// How many times the other one it may be.
    pub times: i64,
    /// The other one.
    pub of: String,
    /// With which it is said to be refused.
    pub statuses: Vec<u16>,
}

/// Those that an operation tells with a status.
pub(super) fn ratios(contract: &Contract, operation: &Operation) -> Vec<ToldRatio> {
    const MOST: [&str; 7] =
        ["at most", "more than", "no more than", "not exceed", "exceed", "exceeds", "greater than"];
    const NUMBERS: [(&str, i64); 6] =
        [("twice", 2), ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("ten", 10)];
    let Some(schema) = operation.body_schema() else { return Vec::new() };
    let body = Outline::of(contract, &[schema]);
    let said = passage::statements(operation.told.as_deref().unwrap_or_default());
    let told = said.iter().filter_map(|statement| {
        let statuses: Vec<u16> =
            statuses(statement).filter(|status| matches!(status, 400 | 422)).collect();
        let pieces: Vec<&str> = statement.split('`').collect();
        let [_, member, between, of, ..] = pieces.as_slice() else { return None };
        let are_numbers = body.has_number(member) && body.has_number(of) && member != of;
        let (bound, times) = match between.trim().strip_suffix(" times") {
            Some(said) => said.rsplit_once(' ')?,
            None => between.trim().rsplit_once(' ').filter(|(_, last)| *last == "twice")?,
        };
        let is_bound = MOST.iter().any(|most| bound.trim_end().ends_with(most));
        let called = NUMBERS.iter().find(|(name, _)| *name == times).map(|(_, number)| *number);
        let times = called.or_else(|| times.parse().ok())?;
        let is_told = are_numbers && is_bound && !statuses.is_empty();
        let (member, of) = ((*member).to_owned(), (*of).to_owned());
        is_told.then_some(ToldRatio { member, times, of, statuses })
    });
    told.collect()
}

fn pieces(sentence: &str) -> impl Iterator<Item = &str> {
    sentence.split(',').flat_map(|piece| piece.split(" or "))
}

/// The number of a body that a piece of a sentence speaks of as above something that it names, with the list that has it.
fn above(contract: &Contract, body: &Outline<'_>, piece: &str) -> Option<(Option<String>, String)> {
    const ABOVE: [&str; 6] =
        [" above ", " greater than ", " more than ", " larger than ", " exceeds ", " higher than "];
    /// What the bound is of then, and no number of its own.
    const OF: [&str; 5] = ["the ", "what ", "its ", "`", "their "];
    let (before, behind) = ABOVE.iter().find_map(|above| piece.split_once(above))?;
    OF.iter().any(|of| behind.starts_with(of)).then_some(())?;
    let before = before.strip_suffix(" is").unwrap_or(before);
    let word = before.split_whitespace().next_back()?.trim_matches('`');
    if let Some(member) = number_said(body, word) {
        return Some((None, member));
    }
    let (list, item) = body.list(None)?;
    let item = Outline::of(contract, &item);
    Some((Some(list?.to_owned()), number_said(&item, word)?))
}

/// The number of a body that is said not to be above what is a number of the answer, by the operation itself.
pub(super) fn bound(contract: &Contract, operation: &Operation) -> Option<String> {
    let body = Outline::of(contract, &[operation.body_schema()?]);
    let answer = Outline::of(contract, &[operation.answer_schema()?]);
    let said = on_one_line(operation.told.as_deref()?);
    let told = sentences(&said).filter(|one| statuses(one).next().is_some());
    told.flat_map(pieces).find_map(|piece| {
        let (list, member) = above(contract, &body, piece)?;
        let (_, behind) = piece.split_once(" the ")?;
        number_called(&answer, &words(behind).into_iter().next()?)?;
        list.is_none().then_some(member)
    })
}

/// The number that a word calls: by all of its name, or by a part that no other has.
fn number_said(body: &Outline<'_>, word: &str) -> Option<String> {
    if body.has_number(word) {
        return Some(word.to_owned());
    }
    number_called(body, words(word).last()?).map(str::to_owned)
}

/// "An `isbn` must have a correct check digit (422)": of the one member of the body that has one.
pub(super) fn check_digit(contract: &Contract, operation: &Operation) -> Option<ToldLimit> {
    const TOLD: [&str; 4] = ["check digit", "checksum", "check sum", "luhn"];
    let members = Outline::of(contract, &[operation.body_schema()?]).members();
    let checked =
        |(name, ids): &(&str, &Vec<SchemaId>)| CheckDigit::of(contract, ids, Some(name)).is_some();
    let members = members.iter().map(|(name, ids)| (*name, ids));
    let (member, ids) = only(members.filter(checked))?;
    let described = ids.iter().filter_map(|id| contract.schema(*id).description.as_deref());
    let answers = refusals(operation, [400, 422]);
    let said = rules(contract, operation).chain(described).chain(answers);
    let told = said.flat_map(sentences).find(|sentence| has(sentence, &TOLD))?;
    let statuses = statuses_or_usual(told);
    Some(ToldLimit { list: None, member: member.to_owned(), statuses })
}

/// What an operation says of itself, and what those say whose rules are said to apply to it: "The rules of `createTitle` apply".
pub(super) fn rules<'c>(
    contract: &'c Contract,
    operation: &'c Operation,
) -> impl Iterator<Item = &'c str> {
    let own = operation.told.as_deref();
    let others =
        own.into_iter().flat_map(sentences).filter(|one| has(one, &["rules of", "rules as"]));
    let names = others.flat_map(|one| one.split(|c: char| !c.is_alphanumeric() && c != '_'));
    let others = names.filter_map(|name| contract.operation(name));
    own.into_iter().chain(others.filter_map(|other| other.told.as_deref()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::Memory;

    fn bounded(description: &str, refusal: &str) -> Vec<(Option<String>, String, Vec<u16>)> {
        let document = serde_json::json!({
            "openapi": "3.1.0",
            "info": {"title": "a", "version": "1"},
            "paths": {"/orders": {"post": {
                "operationId": "order",
                "description": description,
                "requestBody": {"content": {"application/json": {"schema": {
                    "type": "object",
                    "properties": {
                        "amount_cents": {"type": "integer"},
                        "lines": {"type": "array", "items": {
                            "type": "object",
                            "properties": {"quantity": {"type": "integer"}},
                        }},
                    },
                }}}},
                "responses": {
                    "201": {"description": "It."},
                    "400": {"description": refusal},
                    "422": {"description": "No."},
                },
            }}},
        });
        let reading =
            crate::read(Path::new("a.json"), &Memory::one("a.json", &document.to_string()));
        let contract = reading.contract.expect("a valid contract");
        let told = bounds(&contract, &contract.operations[0]);
        told.into_iter().map(|one| (one.list, one.member, one.statuses)).collect()
    }

    #[test]
    fn how_many_times_another_one_a_number_may_be_is_heard() {
        let told = |said: &str| {
            let yaml = format!(
                "  /leases:\n    post:\n      operationId: make\n      description: \"{said}\"\n      requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{deposit: {{type: integer}}, rent: {{type: integer}}}}}}}}}}}}\n      responses: {{'201': {{description: It.}}, '422': {{description: No.}}}}\n"
            );
            let contract = crate::resources::tests::contract(&yaml);
            let told = ratios(&contract, &contract.operations[0]).into_iter();
            told.map(|one| (one.member, one.times, one.of)).collect::<Vec<_>>()
        };
        let three = [("deposit".to_owned(), 3, "rent".to_owned())];
        assert_eq!(told("Rules (each 422):\n\n- `deposit` is at most three times `rent`"), three);
        assert_eq!(told("A `deposit` of more than 3 times `rent` is a 422."), three);
        assert!(told("A `deposit` of three times `rent` is usual (422).").is_empty());
        assert!(told("A `deposit` of more than three times `rent` is rare.").is_empty());
    }

    #[test]
    fn what_a_number_has_to_be_more_than_is_heard() {
        let told = |said: &str| {
            let document = serde_json::json!({
                "openapi": "3.1.0",
                "info": {"title": "a", "version": "1"},
                "paths": {"/payments": {"post": {
                    "operationId": "pay",
                    "requestBody": {"content": {"application/json": {"schema": {
                        "type": "object",
                        "properties": {"amount": {"type": "string", "description": said}},
                    }}}},
                    "responses": {"201": {"description": "It."}, "422": {"description": "No."}},
                }}},
            });
            let source = Memory::one("a.json", &document.to_string());
            let contract = crate::read(Path::new("a.json"), &source).contract.expect("a contract");
            let told = minima(&contract, &contract.operations[0]);
            told.into_iter().map(|one| (one.value, one.statuses)).collect::<Vec<_>>()
        };
        assert_eq!(told("In EUR, more than `0.00` (422)."), [(Value::from("0.00"), vec![422])]);
        assert_eq!(told("In EUR, not more than `9.00`."), []);
        assert_eq!(told("In EUR, more than the fee."), []);
        assert_eq!(told("In EUR; more than 100.00 take a day longer."), []);
    }

    #[test]
    fn what_a_number_may_not_be_above_is_heard() {
        let amount = |statuses: &[u16]| (None, "amount_cents".to_owned(), statuses.to_vec());
        let quantity = (Some("lines".to_owned()), "quantity".to_owned(), vec![400]);
        assert_eq!(
            bounded("Orders.", "It is empty, or a quantity is above the `max` of its ticket type"),
            [quantity]
        );
        let more = "422 if `amount_cents` is more than what is outstanding.";
        assert_eq!(bounded(more, "No."), [amount(&[422])]);
        assert_eq!(bounded("Orders.", "The amount is more than the balance."), [amount(&[400])]);
        for vague in ["More than ten amounts are fine.", "The amount is above 100.", "No amount."] {
            assert_eq!(bounded("Orders.", vague), [], "{vague}");
        }
    }
}
