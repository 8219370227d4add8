//! Answers that wrap what they are about: `{"data": {…}, "meta": {…}}`.
//!
//! | answer of `GET /terms/{id}` | is about |
//! | --- | --- |
//! | `{data: Term}`, also beside `meta`, `links` and the like | the term |
//! | `{term: Term}` | the term |
//! | `{data: [Term]}`, `{id, name}` | itself |

use crate::model::{Contract, Envelope, JsonType, Operation};
use crate::names::{fold, singulars};
use crate::only::only;
use crate::outline::Outline;

/// Notes down of each operation what wraps its answers.
pub(super) fn find_all(contract: &mut Contract) {
    let found: Vec<Option<Envelope>> =
        contract.operations.iter().map(|operation| of(contract, operation)).collect();
    for (operation, envelope) in contract.operations.iter_mut().zip(found) {
        operation.envelope = envelope;
    }
}

fn of(contract: &Contract, operation: &Operation) -> Option<Envelope> {
    const WRAPS: [&str; 6] = ["data", "result", "item", "payload", "resource", "entity"];
    const BESIDE: [&str; 12] = [
        "meta",
        "metadata",
        "links",
        "included",
        "jsonapi",
        "errors",
        "error",
        "warnings",
        "status",
        "success",
        "message",
        "requestid",
    ];
    let (_, schema) = operation.answer()?;
    let answer = Outline::of(contract, &[schema]);
    let members = answer.members().into_iter();
    let (name, ids) = only(members.filter(|(name, _)| !BESIDE.contains(&fold(name).as_str())))?;
    let [schema] = ids.as_slice() else { return None };
    let called = fold(name);
    let mut things = operation.path.literals().flat_map(singulars);
    let wraps = WRAPS.contains(&called.as_str()) || things.any(|thing| fold(&thing) == called);
    let is_object =
        answer.member(name).is_some_and(|inner| inner.is(JsonType::Object) && inner.has_members());
    (wraps && is_object).then(|| Envelope { member: name.to_owned(), schema: *schema })
}
