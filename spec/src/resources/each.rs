//! Whether an operation does several things at once, each by itself, and tells what became of each: its answer is, or has as
//! its only array, items with a status or an error of their own.

use crate::model::{Contract, Operation};
use crate::names::fold;
use crate::outline::Outline;

/// What tells how it went.
const TELLING: [&str; 8] =
    ["status", "statuscode", "httpstatus", "error", "errors", "problem", "success", "ok"];

pub(super) fn tells(contract: &Contract, operation: &Operation) -> bool {
    let takes_several = operation.body.iter().flat_map(|body| body.content.values()).any(|one| {
        one.schema.is_some_and(|schema| Outline::of(contract, &[schema]).list(None).is_some())
    });
    let Some(answer) = operation.answer_schema().filter(|_| takes_several) else { return false };
    Outline::of(contract, &[answer]).list(None).is_some_and(|(_, item)| {
        let item = Outline::of(contract, &item);
        item.members().keys().any(|name| TELLING.contains(&fold(name).as_str()))
    })
}
