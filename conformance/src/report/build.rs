//! From outcomes to a report.

use std::time::Duration;

use indexmap::IndexMap;
use spec::Sources;
use spec::model::Contract;

use super::curl::curl;
use super::model::{
    CaseReport, CellReport, CheckReport, LeftOutReport, Report, RequestReport, ResponseReport,
    StatusKey, StepReport, Summary,
};
use super::redact::Redactor;
use crate::case::{Case, Cell, Place};
use crate::judge::{Check, Verdict};
use crate::plan::{LeftOut, Plan};
use crate::run::{CaseOutcome, Kept, KeptResponse, StepOutcome, StepRole};

/// What a report is built from, beside the outcomes.
pub struct Facts<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The selected part of the plan: cells, cases, and the cells that no case provokes.
    pub plan: &'a Plan,
    /// The files that the workflows were read from.
    pub workflows: Option<&'a Sources>,
    /// The target's URL.
    pub url: &'a str,
    /// What takes secrets out.
    pub redactor: &'a Redactor,
    /// How many requests were sent.
    pub requests: u64,
    /// How long the run took.
    pub elapsed: Duration,
    /// Whether it was interrupted.
    pub interrupted: bool,
}

/// Builds the report of a run; `outcomes` are in the order of the plan's cases.
#[must_use]
pub fn build(facts: &Facts<'_>, outcomes: &[CaseOutcome]) -> Report {
    let by_id: IndexMap<&str, &CaseOutcome> =
        outcomes.iter().map(|outcome| (outcome.id.as_str(), outcome)).collect();
    let done: Vec<(&Case, &CaseOutcome)> = facts
        .plan
        .cases
        .iter()
        .filter_map(|case| Some((case, *by_id.get(case.id.as_str())?)))
        .collect();
    let cells: Vec<_> = facts.plan.cells.iter().map(|cell| facts.cell(cell, &done)).collect();
    let cases = done.iter().map(|(case, outcome)| facts.case(case, outcome)).collect();
    Report {
        title: facts.contract.info.title.clone(),
        version: facts.contract.info.version.clone(),
        url: facts.redactor.text(facts.url).into_owned(),
        interrupted: facts.interrupted,
        summary: facts.summary(&cells),
        cells,
        cases,
        causes: Vec::new(),
        left_out: facts.left_out(),
    }
}

impl Facts<'_> {
    fn left_out(&self) -> Vec<LeftOutReport> {
        let told = |one: &LeftOut| LeftOutReport {
            id: one.id.clone(),
            reason: self.redacted(&one.reason),
        };
        self.plan.left_out.iter().map(told).collect()
    }

    fn summary(&self, cells: &[CellReport]) -> Summary {
        let count = |verdict| cells.iter().filter(|cell| cell.verdict == verdict).count();
        Summary {
            cells_documented: cells.len(),
            cells_exercised: cells.iter().filter(|cell| cell.exercised).count(),
            passed: count(Verdict::Passed),
            failed: count(Verdict::Failed),
            skipped: count(Verdict::Skipped),
            requests: self.requests,
            duration_ms: milliseconds(self.elapsed),
        }
    }

    fn cell(&self, cell: &Cell, done: &[(&Case, &CaseOutcome)]) -> CellReport {
        let operation = self.contract.operation(&cell.operation_id);
        let own: Vec<_> = done.iter().filter(|(case, _)| case.provokes(cell)).collect();
        let exercised = own.iter().any(|(_, outcome)| answered(outcome, cell));
        let (verdict, reason) = self.cell_verdict(cell, &own, exercised);
        CellReport {
            operation_id: cell.operation_id.clone(),
            method: operation.map(|one| one.method.to_string()).unwrap_or_default(),
            path: operation.map(|one| one.path.text.clone()).unwrap_or_default(),
            status: StatusKey(cell.status),
            verdict,
            exercised,
            reason: reason.map(|reason| self.redactor.text(&reason).into_owned()),
            cases: own.iter().map(|(case, _)| case.id.clone()).collect(),
            needs: None,
        }
    }

    fn cell_verdict(
        &self,
        cell: &Cell,
        own: &[&(&Case, &CaseOutcome)],
        exercised: bool,
    ) -> (Verdict, Option<String>) {
        let first = |verdict: Verdict| {
            own.iter().find(|(_, outcome)| outcome.verdict == verdict).map(|(case, outcome)| {
                let reason = outcome.reason.as_deref().unwrap_or("no reason was given");
                format!("{}: {reason}", case.id)
            })
        };
        if let Some(reason) = first(Verdict::Failed) {
            return (Verdict::Failed, Some(reason));
        }
        let passed = own.iter().any(|(_, outcome)| outcome.verdict == Verdict::Passed);
        if passed && exercised {
            return (Verdict::Passed, None);
        }
        let unprovoked = self.plan.unprovoked.iter().find(|one| one.cell == *cell);
        let reason = first(Verdict::Skipped)
            .or_else(|| unprovoked.map(|one| one.reason.clone()))
            .unwrap_or_else(|| match passed {
                true => "none of its cases was answered with this status".to_owned(),
                false => "no case provokes it".to_owned(),
            });
        (Verdict::Skipped, Some(reason))
    }

    fn case(&self, case: &Case, outcome: &CaseOutcome) -> CaseReport {
        CaseReport {
            id: case.id.clone(),
            operation_id: case.cell.operation_id.clone(),
            status: StatusKey(case.cell.status),
            source: case.source.as_str(),
            verdict: outcome.verdict,
            reason: self.optional(outcome.reason.as_deref()),
            summary: self.redacted(&case.summary),
            place: self.place(&case.origin),
            duration_ms: milliseconds(outcome.elapsed),
            confirmed: outcome.confirmed,
            steps: outcome.steps.iter().map(|step| self.step(step)).collect(),
        }
    }

    fn step(&self, step: &StepOutcome) -> StepReport {
        let Kept { request, outcome, elapsed } = &step.exchange;
        let url = format!("{}{}", self.url, request.target);
        let (response, error) = match outcome {
            Ok(response) => (Some(self.response(response)), None),
            Err(failure) => {
                let head = failure.head.as_deref().map(|head| KeptResponse {
                    status: head.status,
                    headers: head.headers.clone(),
                    body: head.body.clone(),
                    body_length: head.body.len(),
                });
                (head.map(|head| self.response(&head)), Some(self.redacted(&failure.to_string())))
            }
        };
        StepReport {
            id: step.id.clone(),
            operation_id: step.operation_id.clone(),
            cleanup: step.role == StepRole::Cleanup,
            request: RequestReport {
                method: request.method.clone(),
                url: self.redacted(&url),
                headers: self.headers(&request.headers),
                body: request.body.as_ref().map(|body| self.redacted(&text(body))),
            },
            response,
            error,
            duration_ms: milliseconds(*elapsed),
            checks: step.checks.iter().map(|check| self.check(check)).collect(),
            curl: curl(request, &url, self.redactor),
        }
    }

    fn response(&self, response: &KeptResponse) -> ResponseReport {
        let body = text(&response.body);
        ResponseReport {
            status: response.status,
            headers: self.headers(&response.headers),
            body: match response.body_length > response.body.len() {
                true => self.redactor.beginning(&body),
                false => self.redacted(&body),
            },
            body_length: response.body_length,
        }
    }

    fn headers(&self, fields: &[(String, String)]) -> IndexMap<String, String> {
        let mut headers: IndexMap<String, String> = IndexMap::new();
        for (name, value) in fields {
            let (name, value) = (self.redacted(name), self.redacted(value));
            headers
                .entry(name)
                .and_modify(|present| {
                    present.push_str(", ");
                    present.push_str(&value);
                })
                .or_insert(value);
        }
        headers
    }

    fn check(&self, check: &Check) -> CheckReport {
        CheckReport {
            id: check.id,
            verdict: check.verdict,
            level: check.level,
            message: self.redacted(&check.message),
            pointer: self.optional(check.pointer.as_deref()),
            expected: self.optional(check.expected.as_deref()),
            got: self.optional(check.got.as_deref()),
            place: check.place.as_ref().map(|place| self.place(place)),
        }
    }

    fn place(&self, place: &Place) -> String {
        let (sources, origin) = match place {
            Place::Contract(origin) => (Some(&self.contract.sources), origin),
            Place::Workflows(origin) => (self.workflows, origin),
        };
        match sources {
            Some(sources) => format!("{} (#{})", sources.describe(origin), origin.pointer),
            None => format!("#{}", origin.pointer),
        }
    }

    fn redacted(&self, text: &str) -> String {
        self.redactor.text(text).into_owned()
    }

    fn optional(&self, text: Option<&str>) -> Option<String> {
        text.map(|text| self.redacted(text))
    }
}

/// Whether the target answered a step of the case, of the cell's operation, with the cell's status.
fn answered(outcome: &CaseOutcome, cell: &Cell) -> bool {
    outcome.steps.iter().any(|step| {
        step.operation_id == cell.operation_id
            && step.exchange.status().is_some_and(|status| cell.status.admits(status))
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
