//! Failures as people want to read them: one fault told once, however many cases met it.

use indexmap::IndexMap;

use super::model::{CaseReport, CheckReport, Report, StepReport};
use crate::judge::Verdict;

/// One fault, and every case that met it.
pub(super) struct Failure<'r> {
    /// The case that is shown for all.
    pub(super) case: &'r CaseReport,
    /// The step and the check that failed; `None`: the case failed as a whole.
    pub(super) at: Option<(&'r StepReport, &'r CheckReport)>,
    /// The other cases.
    pub(super) also: Vec<&'r CaseReport>,
}

impl Failure<'_> {
    /// What is wrong, in a line.
    pub(super) fn message(&self) -> &str {
        match self.at {
            Some((_, check)) => &check.message,
            None => self.case.reason.as_deref().unwrap_or("failed"),
        }
    }

    /// The check's id.
    pub(super) fn check(&self) -> &str {
        self.at.map_or("case", |(_, check)| check.id)
    }
}

/// Every fault of a report, in the order in which they are met.
pub(super) fn failures(report: &Report) -> Vec<Failure<'_>> {
    let mut failures: IndexMap<String, Failure<'_>> = IndexMap::new();
    for case in report.cases.iter().filter(|case| case.verdict == Verdict::Failed) {
        let mut met: Vec<_> = case
            .steps
            .iter()
            .flat_map(|step| step.checks.iter().map(move |check| Some((step, check))))
            .filter(|at| at.is_some_and(|(_, check)| check.verdict == Verdict::Failed))
            .collect();
        if met.is_empty() {
            met.push(None);
        }
        for at in met {
            add(&mut failures, case, at);
        }
    }
    failures.into_values().collect()
}

fn add<'r>(
    failures: &mut IndexMap<String, Failure<'r>>,
    case: &'r CaseReport,
    at: Option<(&'r StepReport, &'r CheckReport)>,
) {
    let failure =
        failures.entry(key(case, at)).or_insert_with(|| Failure { case, at, also: Vec::new() });
    let is_listed = |one: &&CaseReport| one.id == case.id;
    if failure.case.id != case.id && !failure.also.iter().any(is_listed) {
        failure.also.push(case);
    }
}

/// Two failures are one fault when the same check of the same operation and status failed at the same place. What a
/// case itself asked for is its own.
fn key(case: &CaseReport, at: Option<(&StepReport, &CheckReport)>) -> String {
    let Some((step, check)) = at else { return format!("case {:?}", case.reason) };
    let status = step.response.as_ref().map(|response| response.status);
    let place = check.pointer.as_deref().map(without_indices);
    let asked_by_case = matches!(check.id, "status-expected" | "criterion");
    let own = if asked_by_case { case.id.as_str() } else { "" };
    format!("{} {status:?} {} {place:?} {:?} {own}", step.operation_id, check.id, check.place)
}

/// `/items/3/name` as `/items/*/name`.
fn without_indices(pointer: &str) -> String {
    let is_index = |token: &str| !token.is_empty() && token.bytes().all(|b| b.is_ascii_digit());
    let tokens = pointer.split('/').map(|token| if is_index(token) { "*" } else { token });
    tokens.collect::<Vec<_>>().join("/")
}
