//! Whether an operation does several things at once, each by itself, and tells what became of each: its answer is, or has as
//! its only array, items with a status or an error of their own.

use super::prose::has;
use super::several::Said;
use crate::model::{Contract, JsonType, Operation, SchemaId};
use crate::names::{fold, is_own_id, words};
use crate::outline::Outline;

/// What tells how it went.
const TELLING: [&str; 8] =
    ["status", "statuscode", "httpstatus", "error", "errors", "problem", "success", "ok"];

/// How an operation takes several things at once, and tells by a status what became of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Each {
    /// The array of the body.
    pub items: String,
    /// The array of the answer.
    pub results: String,
    /// The member that names the thing, of an item and of its result.
    pub id: String,
    /// The member of a result that is the HTTP status.
    pub status: String,
    /// The statuses that a result may have, as far as the schema lists them.
    pub statuses: Vec<i64>,
    /// The number of the answer that counts the results which are no success.
    pub failed: Option<String>,
    /// Whether results are said to come in the order of the items.
    pub in_order: bool,
    /// Whether it is said that what fails stops no other.
    pub goes_on: bool,
}

impl Each {
    pub(super) fn of(contract: &Contract, operation: &Operation, body: SchemaId) -> Option<Self> {
        const STATUS: [&str; 3] = ["status", "statuscode", "httpstatus"];
        const FAILED: [&str; 5] = ["failed", "failures", "failedcount", "errorcount", "errors"];
        let answer = Outline::of(contract, &[operation.answer_schema()?]);
        let (Some(items), item) = Outline::of(contract, &[body]).list(None)? else { return None };
        let (Some(results), result) = answer.list(None)? else { return None };
        let (item, result) = (Outline::of(contract, &item), Outline::of(contract, &result));
        let is_id = |name: &&str| {
            words(name).last().is_some_and(|last| matches!(last.as_str(), "id" | "uuid"))
        };
        let id =
            item.members().into_keys().find(|name| is_id(name) && result.member(name).is_some())?;
        let status = integer(&result, &STATUS)?;
        let said = Said::of(operation, &answer, results);
        Some(Self {
            items: items.to_owned(),
            results: results.to_owned(),
            id: id.to_owned(),
            statuses: result.member(status).map(|one| one.integers()).unwrap_or_default(),
            status: status.to_owned(),
            failed: integer(&answer, &FAILED).map(str::to_owned),
            in_order: said.in_order(),
            goes_on: said.goes_on(),
        })
    }
}

/// The integer among some members that has one of these names.
fn integer<'a>(of: &Outline<'a>, names: &[&str]) -> Option<&'a str> {
    let is_integer = |name: &&str| of.member(name).is_some_and(|one| one.is(JsonType::Integer));
    let mut members = of.members().into_keys().filter(is_integer);
    members.find(|name| names.contains(&fold(name).as_str()))
}

pub(super) fn tells(contract: &Contract, operation: &Operation) -> bool {
    // "Lines are handled on their own: a line that is rejected does not keep the others from being recorded."
    const ALONE: [&str; 3] =
        ["does not keep the others", "doesn't keep the others", "good rows are stored even"];
    if operation.told.as_deref().is_some_and(|said| has(said, &ALONE)) {
        return true;
    }
    let takes_several = operation.body.iter().flat_map(|body| body.content.values()).any(|one| {
        one.schema.is_some_and(|schema| Outline::of(contract, &[schema]).list(None).is_some())
    });
    let Some(answer) = operation.answer_schema().filter(|_| takes_several) else { return false };
    let answer = Outline::of(contract, &[answer]);
    // A thing that was made has parts with a state of their own: the `connectors` of a charger.
    if answer.members().keys().any(|name| is_own_id(name)) {
        return false;
    }
    answer.list(None).is_some_and(|(_, item)| {
        let item = Outline::of(contract, &item);
        item.members().keys().any(|name| TELLING.contains(&fold(name).as_str()))
    })
}
