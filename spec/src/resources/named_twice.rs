//! Lists in a body that may not name the same thing twice, as descriptions say: "the same SKU twice in the request 422", "or names the
//! same trip more than once", "a section code appears twice".

use super::Resources;
use super::passage::statements;
use super::prose::{has, mentions, on_one_line};
use super::told::statuses;
use crate::model::{Operation, Status};
use crate::names::{singulars, words};
use crate::only::only;
use crate::outline::Outline;

/// A list that may not name one thing twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedTwice {
    /// The member of the body: an array.
    pub list: String,
    /// With which status that is refused.
    pub status: u16,
}

const TWICE: [&str; 3] = [" twice", " more than once", " a second time"];

pub(super) fn of(resources: &Resources<'_>, operation: &Operation) -> Option<NamedTwice> {
    let contract = resources.contract;
    let body = Outline::of(contract, &[operation.body_schema()?]);
    let lists = body.members().into_keys().filter_map(|name| {
        let (_, item) = body.member(name)?.list(None).filter(|(inner, _)| inner.is_none())?;
        Some((name, Outline::of(contract, &item)))
    });
    let lists: Vec<(&str, Outline<'_>)> = lists.collect();
    if lists.is_empty() {
        return None;
    }
    let own = statements(operation.told.as_deref().unwrap_or_default());
    let own = own.iter().map(|text| (on_one_line(text), None::<u16>)).collect::<Vec<_>>();
    let refusals = operation.responses.iter().filter_map(|(status, response)| match status {
        Status::Code(code @ (400 | 409 | 422)) => {
            Some((on_one_line(&response.description), Some(*code)))
        }
        _ => None,
    });
    own.into_iter().chain(refusals).find_map(|(text, of)| {
        clauses(&text).into_iter().find_map(|clause| {
            let status = of.or_else(|| refusal(clause))?;
            let named = lists.iter().filter(|(list, item)| names(clause, list, item));
            let list = only(named)?.0.to_owned();
            Some(NamedTwice { list, status })
        })
    })
}

/// The status that stands behind the words, or the only one.
fn refusal(clause: &str) -> Option<u16> {
    let behind = TWICE.iter().find_map(|one| Some(clause.split_once(*one)?.1))?;
    let is_refusal = |one: &u16| matches!(one, 400 | 409 | 422);
    statuses(behind).find(is_refusal).or_else(|| only(statuses(clause)).filter(is_refusal))
}

/// The sentences that say that something is named twice.
fn clauses(text: &str) -> Vec<&str> {
    let sentences = super::prose::sentences(text);
    /// How it is said of what one request names, and not of what is done time and again.
    const NAMED: [&str; 9] = [
        "the same ",
        "names ",
        "named ",
        "contains ",
        "contained ",
        "lists ",
        "listed ",
        "appears ",
        "in the request",
    ];
    const OTHERWISE: [&str; 10] = [
        "parameter",
        "header",
        "is fine",
        "allowed",
        "added up",
        "merged",
        "counted",
        "summed",
        "ignored",
        " if ",
    ];
    sentences.filter(|one| has(one, &TWICE) && has(one, &NAMED) && !has(one, &OTHERWISE)).collect()
}

/// Whether a clause speaks of what a list has: before the words that say that it is there twice, of its items by what they are
/// called, or of what names each.
fn names(clause: &str, list: &str, item: &Outline<'_>) -> bool {
    let lower = clause.to_lowercase();
    let before = TWICE.iter().filter_map(|one| lower.split_once(*one)).map(|(before, _)| before);
    let Some(before) = before.min_by_key(|before| before.len()) else { return false };
    let is_of_list = || {
        let called = words(list).into_iter().next().unwrap_or_default();
        singulars(&called).iter().any(|thing| thing.len() > 2 && mentions(before, thing))
    };
    let key = |name: &&str| {
        const KEYS: [&str; 6] = ["id", "ids", "sku", "code", "key", "number"];
        words(name).last().is_some_and(|last| KEYS.contains(&last.as_str()))
    };
    let is_key = |name: &str| {
        let own = words(name);
        own.iter().any(|word| word != "id" && mentions(before, word))
    };
    is_of_list() || item.members().into_keys().filter(key).any(is_key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::tests::contract;

    fn read(said: &str, conflict: &str) -> Option<(String, u16)> {
        let yaml = format!(
            "  /crates:\n    post:\n      operationId: make\n      description: \"{said}\"\n      requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{name: {{type: string}}, parts: {{type: array, items: {{type: object, properties: {{sku: {{type: string}}, size: {{type: integer}}}}}}}}, trip_ids: {{type: array, items: {{type: string}}}}}}}}}}}}}}\n      responses: {{'201': {{description: It.}}, '422': {{description: \"{conflict}\"}}}}\n"
        );
        let contract = contract(&yaml);
        let resources = Resources::of(&contract);
        let told = of(&resources, &contract.operations[0])?;
        Some((told.list, told.status))
    }

    #[test]
    fn what_may_not_be_named_twice_is_heard() {
        let parts = Some(("parts".to_owned(), 422));
        assert_eq!(read("The same SKU twice in a request gives 422.", ""), parts);
        assert_eq!(read("", "The body doesn't fit, or names a part twice."), parts);
        let trips = Some(("trip_ids".to_owned(), 422));
        assert_eq!(read("", "Names the same trip more than once."), trips);
        for said in [
            "The same SKU twice in a request is counted once.",
            "A parameter that is given twice is refused (422).",
            "Somebody who asks twice gets 422.",
            "A part can't be ordered twice (422).",
            "The same part twice is added up (422 if there are too many).",
        ] {
            assert_eq!(read(said, ""), None, "{said}");
        }
    }
}
