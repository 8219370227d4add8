//! Which cell a failed check speaks against.
//!
//! What any answer must be, and whether a step of set-up succeeded, speaks against the operation that was called there;
//! everything else is what the case is about, and speaks against its own cell.

use spec::model::{Operation, Status};

use super::StepOutcome;
use crate::case::{Case, Cell, Step};
use crate::judge::{Check, Verdict};
use crate::promise::{self, Level};

/// The cell of a step: its case's where the operation is the same, or where an answer has led to it, else that of the
/// documented status that came.
pub(super) fn cell(
    case: &Case,
    step: &Step,
    operation: Option<&Operation>,
    got: Option<u16>,
) -> Cell {
    // Whoever tells where to go answers for what is there.
    if step.follows.is_some() {
        return case.cell.clone();
    }
    let own = [&case.cell].into_iter().chain(&case.also);
    let own: Vec<&Cell> = own.filter(|cell| cell.operation_id == step.operation_id).collect();
    let answered = operation.and_then(|operation| Some(operation.response_for(got?)?.status));
    let of_answer = own.iter().find(|cell| Some(cell.status) == answered);
    if let Some(cell) = of_answer.or_else(|| own.first()) {
        return (*cell).clone();
    }
    let Some(operation) = operation else { return case.cell.clone() };
    let all = || operation.responses.keys().copied();
    let success = || all().find(|status| status.is_success());
    let status = answered.or_else(success).or_else(|| all().next()).unwrap_or(Status::Default);
    Cell { operation_id: operation.id.clone(), status }
}

/// The cell that a failed check speaks against.
#[must_use]
pub fn cell_of<'a>(own: &'a Cell, step: &'a StepOutcome, check: &Check) -> &'a Cell {
    if is_of_exchange(check.id) { &step.cell } else { own }
}

/// Whether a check is about the exchange by itself rather than about what its case is for.
fn is_of_exchange(id: &str) -> bool {
    promise::is_of_any_answer(id) || matches!(id, "status-expected" | "cleaned-up")
}

/// Whether a check fails a run.
#[must_use]
pub fn is_failure(check: &Check) -> bool {
    check.verdict == Verdict::Failed && check.level == Level::Must
}

/// What makes failures one: the cell that they speak against, the check, and the status that came.
pub(super) type Key = (Cell, &'static str, Option<u16>);

/// What a step's failures are, as far as they are one with others.
pub(super) fn keys<'a>(own: &'a Cell, step: &'a StepOutcome) -> impl Iterator<Item = Key> + 'a {
    let failed = step.checks.iter().filter(|check| is_failure(check));
    failed.map(move |check| (cell_of(own, step, check).clone(), check.id, step.exchange.status()))
}
