//! Causes as people want to read them: each with the case that shows it best, and the step and the check in there.

use std::collections::HashMap;

use super::model::{CaseReport, CauseReport, CheckReport, Report, StepReport};
use crate::judge::Verdict;

/// How many further cases of a cause are named.
const NAMED: usize = 3;

/// One cause, and where to see it.
pub(super) struct Shown<'r> {
    pub(super) cause: &'r CauseReport,
    /// Its example.
    pub(super) case: &'r CaseReport,
    /// The step and the check that failed; `None`: the case failed as a whole.
    pub(super) at: Option<(&'r StepReport, &'r CheckReport)>,
    /// Its position among the failures, or among the remarks.
    pub(super) position: usize,
    /// The first few of its other cases.
    also: Vec<&'r str>,
}

impl Shown<'_> {
    pub(super) fn is_failure(&self) -> bool {
        self.cause.is_failure()
    }

    /// The other cases, the first few by name.
    pub(super) fn also(&self) -> Option<String> {
        let more = self.cause.cases.saturating_sub(1 + self.also.len());
        match (self.also.is_empty(), more) {
            (true, _) => None,
            (false, 0) => Some(format!("in {}", self.also.join(", "))),
            (false, 1) => Some(format!("in {} and 1 more case", self.also.join(", "))),
            (false, more) => Some(format!("in {} and {more} more cases", self.also.join(", "))),
        }
    }
}

/// Every cause of a report, in its order.
pub(super) fn shown<'r>(report: &'r Report) -> Vec<Shown<'r>> {
    let cases: HashMap<&str, &CaseReport> =
        report.cases.iter().map(|case| (case.id.as_str(), case)).collect();
    let mut others = others(report);
    let (mut failures, mut remarks) = (0, 0);
    let mut show = |cause: &'r CauseReport| {
        let case = *cases.get(cause.example.as_str())?;
        let count = if cause.is_failure() { &mut failures } else { &mut remarks };
        let position = *count;
        *count += 1;
        let also = others.remove(cause.cause.as_str()).unwrap_or_default();
        let also = also.into_iter().filter(|id| *id != cause.example).take(NAMED).collect();
        Some(Shown { cause, case, at: at(cause, case), position, also })
    };
    report.causes.iter().filter_map(&mut show).collect()
}

/// The first cases of each cause.
fn others(report: &Report) -> HashMap<&str, Vec<&str>> {
    let mut others: HashMap<&str, Vec<&str>> = HashMap::new();
    for case in &report.cases {
        let checks = case.steps.iter().flat_map(|step| &step.checks);
        let causes = checks.filter_map(|check| check.cause.as_deref());
        for cause in causes.chain(case.cause.as_deref()) {
            let listed = others.entry(cause).or_default();
            // One more than are named: one of them is the example.
            if listed.len() <= NAMED && listed.last() != Some(&case.id.as_str()) {
                listed.push(&case.id);
            }
        }
    }
    others
}

fn at<'r>(cause: &CauseReport, case: &'r CaseReport) -> Option<(&'r StepReport, &'r CheckReport)> {
    let mut checks =
        case.steps.iter().flat_map(|step| step.checks.iter().map(move |check| (step, check)));
    checks.find(|(_, check)| {
        check.verdict == Verdict::Failed
            && check.id == cause.check
            && check.cause.as_deref() == Some(&cause.cause)
    })
}
