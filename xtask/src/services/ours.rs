//! Our suite on a service: the command line, and its JSON report reduced to what is compared.
//!
//! The report is read by what is needed of it; whatever else it says, today or later, is passed over. What is compared
//! are its causes, each told once: what fails a run, and what it remarks on without failing.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde::Deserialize;

use super::failure::{Failure, Failures, Kind, general, short};
use super::file::Limits;
use super::results::Ours;
use crate::process;

/// What a run may take beyond its own limit: reading the document, planning, cleaning up, writing the report.
const BEYOND: Duration = Duration::from_secs(180);

/// Runs the suite.
///
/// # Errors
/// Where it can't begin, or its report can't be read.
pub(crate) fn run(
    suite: &Path,
    url: &str,
    document: &Path,
    profile: &Path,
    report: &Path,
    limits: Limits,
) -> anyhow::Result<Ours> {
    let mut command = Command::new(suite);
    command.arg("run").arg("--spec").arg(document).arg("--profile").arg(profile);
    command.args(["--url", url, "--max-time", &limits.seconds.to_string()]);
    command.args(["--workers", &limits.workers.to_string()]);
    command.arg("--report").arg(format!("json={}", report.display()));
    let ended = process::run(&mut command, Duration::from_secs(limits.seconds) + BEYOND)?;
    if !matches!(ended.code, Some(0 | 1)) {
        bail!("our suite did not run: {}", short(&ended.output, 600));
    }
    let text = std::fs::read_to_string(report)
        .with_context(|| format!("{} can't be read", report.display()))?;
    reduce(&text)
}

#[derive(Deserialize)]
struct Report {
    summary: Summary,
    cells: Vec<Cell>,
    cases: Vec<Case>,
    causes: Vec<Cause>,
    left_out: Vec<LeftOut>,
}

#[derive(Deserialize)]
struct LeftOut {
    id: String,
}

#[derive(Deserialize)]
struct Summary {
    cells_documented: usize,
    cells_exercised: usize,
    passed: usize,
    failed: usize,
    skipped: usize,
    requests: u64,
    duration_ms: u64,
}

#[derive(Deserialize)]
struct Cell {
    operation_id: String,
    method: String,
    path: String,
    verdict: String,
    reason: Option<String>,
}

#[derive(Deserialize)]
struct Cause {
    cause: String,
    operation_id: String,
    check: String,
    level: String,
    message: String,
    cases: usize,
    example: String,
    confirmed: Option<Confirmed>,
}

impl Cause {
    /// Whether it fails a run.
    fn is_failure(&self) -> bool {
        self.level == "must"
    }

    /// Whether somebody should look at it. Notes are about what the contract leaves open.
    fn is_told(&self) -> bool {
        self.is_failure() || self.level == "should"
    }

    /// Whether it was tried again and not seen any more.
    fn is_gone(&self) -> bool {
        self.confirmed.as_ref().is_some_and(|one| one.of > 0 && one.seen == 0)
    }
}

#[derive(Deserialize)]
struct Confirmed {
    seen: u32,
    of: u32,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    response: Option<Response>,
    checks: Vec<Check>,
}

#[derive(Deserialize)]
struct Response {
    status: u16,
}

#[derive(Deserialize)]
struct Check {
    cause: Option<String>,
    pointer: Option<String>,
    expected: Option<String>,
}

/// Reduces the text of a report.
///
/// # Errors
/// Where it is none.
fn reduce(text: &str) -> anyhow::Result<Ours> {
    let report: Report = serde_json::from_str(text).context("our report is not as expected")?;
    let operations: BTreeMap<_, _> = report
        .cells
        .iter()
        .map(|cell| (cell.operation_id.as_str(), format!("{} {}", cell.method, cell.path)))
        .collect();
    let cases: BTreeMap<_, _> = report.cases.iter().map(|case| (case.id.as_str(), case)).collect();
    let (mut failures, mut remarks) = (Failures::default(), Failures::default());
    let mut unconfirmed = 0;
    for cause in report.causes.iter().filter(|cause| cause.is_told()) {
        if cause.is_gone() {
            unconfirmed += usize::from(cause.is_failure());
            continue;
        }
        let told = failure(cause, cases.get(cause.example.as_str()).copied(), &operations);
        match cause.is_failure() {
            true => failures.add(told),
            false => remarks.add(told),
        }
    }
    let left_out =
        report.left_out.iter().filter_map(|one| operations.get(one.id.as_str()).cloned());
    let summary = report.summary;
    Ok(Ours {
        documented: summary.cells_documented,
        reached: summary.cells_exercised,
        passed: summary.passed,
        failed: summary.failed,
        skipped: summary.skipped,
        reasons: reasons(&report.cells),
        requests: summary.requests,
        seconds: Duration::from_millis(summary.duration_ms).as_secs_f64(),
        unconfirmed,
        failures: failures.sorted(),
        remarks: remarks.sorted(),
        left_out: left_out.collect(),
        left: Vec::new(),
    })
}

/// A cause, as its example shows it.
fn failure(cause: &Cause, example: Option<&Case>, operations: &BTreeMap<&str, String>) -> Failure {
    let shown = example.and_then(|case| case.shows(&cause.cause));
    let operation = operations.get(cause.operation_id.as_str()).unwrap_or(&cause.operation_id);
    Failure {
        operation: operation.clone(),
        check: cause.check.clone(),
        came: shown
            .map_or_else(|| short(&cause.message, 80), |(step, check)| came(step, check, cause)),
        kind: shown.map_or(Kind::Behaviour, |(step, check)| kind(step, check, cause)),
        times: cause.cases,
        message: short(&cause.message, 200),
        example: cause.example.clone(),
    }
}

impl Case {
    /// The first exchange with a check that fails by this cause.
    fn shows(&self, cause: &str) -> Option<(&Step, &Check)> {
        self.steps.iter().find_map(|step| {
            let mut checks = step.checks.iter();
            let check = checks.find(|check| check.cause.as_deref() == Some(cause))?;
            Some((step, check))
        })
    }
}

/// The status, with what was asked for or where in the body it is.
fn came(step: &Step, check: &Check, cause: &Cause) -> String {
    let status = match &step.response {
        Some(response) => response.status.to_string(),
        None => "no answer".to_owned(),
    };
    match (cause.check.as_str(), &check.expected, check.pointer.as_deref()) {
        ("status-expected", Some(expected), _) => format!("{status} instead of {expected}"),
        (_, _, Some(pointer)) if !pointer.is_empty() => format!("{status} {}", general(pointer)),
        _ => status,
    }
}

fn kind(step: &Step, check: &Check, cause: &Cause) -> Kind {
    let status = step.response.as_ref().map_or(500, |response| response.status);
    match cause.check.as_str() {
        "answered" | "no-server-error" => Kind::ServerError,
        "status-documented" => Kind::Status,
        "media-type" => Kind::MediaType,
        "header-required" | "header-schema" | "www-authenticate" => Kind::Headers,
        "no-body" | "body-present" | "body-json" | "body-schema" => Kind::Body,
        "allow" => Kind::Method,
        "status-expected" => unexpected(status, check.expected.as_deref().unwrap_or_default()),
        _ => Kind::Behaviour,
    }
}

/// What it means that another status came than a case asks for.
fn unexpected(status: u16, expected: &str) -> Kind {
    let asks_for_error = expected.contains('4') && !expected.starts_with('2');
    match status {
        500.. => Kind::ServerError,
        200..400 if expected.contains("401") || expected.contains("403") => Kind::Security,
        200..400 if asks_for_error => Kind::Accepts,
        400..500 if expected.starts_with('2') => Kind::Refuses,
        _ => Kind::Behaviour,
    }
}

/// Why cells were skipped, the most frequent first; names of one cell are left out.
fn reasons(cells: &[Cell]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for cell in cells.iter().filter(|cell| cell.verdict == "skipped") {
        let reason = cell.reason.as_deref().unwrap_or("no reason given");
        *counts.entry(without_names(reason)).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

/// What stands in backquotes is the operation's or parameter's own, and so are the names in advice for a profile.
fn without_names(reason: &str) -> String {
    let parts = reason.split('`').enumerate().map(|(index, part)| match index % 2 {
        0 => part.to_owned(),
        _ if part.contains(' ') => advice_without_names(part),
        _ => "…".to_owned(),
    });
    let text = parts.collect::<Vec<_>>().join("`");
    short(&text, 200)
}

/// `creates = ["createWatch"]` as `creates = ["…"]`, `[operations.listTags.path] id = …` as `[operations.….path] … = …`.
fn advice_without_names(advice: &str) -> String {
    match advice.strip_prefix("[operations.").and_then(|rest| rest.split_once("] ")) {
        Some((operation, _)) => {
            let place = operation.rsplit('.').next().unwrap_or_default();
            format!("[operations.….{place}] … = …")
        }
        None => {
            let parts = advice.split('"').enumerate();
            let parts = parts.map(|(index, part)| if index % 2 == 1 { "…" } else { part });
            parts.collect::<Vec<_>>().join("\"")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(check: &str, expected: Option<&str>, pointer: Option<&str>, status: u16) -> String {
        serde_json::json!({
            "title": "unknown to us",
            "left_out": [],
            "summary": {
                "cells_documented": 2, "cells_exercised": 1, "passed": 0, "failed": 1, "skipped": 1,
                "requests": 3, "duration_ms": 1500,
            },
            "cells": [
                { "operation_id": "listItems", "method": "GET", "path": "/items", "status": 200,
                  "verdict": "failed", "reason": "…", "cases": [] },
                { "operation_id": "getItem", "method": "GET", "path": "/items/{id}", "status": 200,
                  "verdict": "skipped", "reason": "no value for `id`", "cases": [] },
            ],
            "causes": [
                { "cause": "one", "operation_id": "listItems", "status": 200, "check": check, "level": "must",
                  "message": "it is wrong", "cases": 3, "example": "listItems:200:happy",
                  "confirmed": { "seen": 1, "of": 2 }, "flaky": true },
                { "cause": "two", "operation_id": "listItems", "status": 200, "check": "answered", "level": "must",
                  "message": "a moment's weakness", "cases": 1, "example": "listItems:200:happy",
                  "confirmed": { "seen": 0, "of": 2 }, "flaky": true },
                { "cause": "three", "operation_id": "listItems", "status": 200, "check": "no-body", "level": "note",
                  "message": "it is odd", "cases": 9, "example": "listItems:200:happy", "confirmed": null,
                  "flaky": false },
            ],
            "cases": [{
                "id": "listItems:200:happy", "operation_id": "listItems", "status": 200, "verdict": "failed",
                "steps": [{
                    "operation_id": "listItems", "response": { "status": status, "body": "" },
                    "checks": [
                        { "id": "answered", "verdict": "passed", "cause": null, "pointer": null, "expected": null },
                        { "id": check, "verdict": "failed", "cause": "one", "pointer": pointer, "expected": expected },
                    ],
                }],
            }],
        })
        .to_string()
    }

    #[test]
    fn a_cause_is_told_by_operation_check_and_what_came() {
        let ours =
            reduce(&report("body-schema", None, Some("/items/3/name"), 200)).expect("a report");
        let failure = &ours.failures[0];
        assert_eq!(failure.operation, "GET /items");
        assert_eq!(failure.came, "200 /items/*/name");
        assert_eq!(failure.kind, Kind::Body);
        assert_eq!(failure.times, 3);
        assert_eq!(ours.reasons, [("no value for `…`".to_owned(), 1)]);
    }

    #[test]
    fn what_does_not_fail_a_run_is_no_failure() {
        let ours = reduce(&report("no-server-error", None, None, 500)).expect("a report");
        let checks: Vec<_> = ours.failures.iter().map(|failure| failure.check.as_str()).collect();
        assert_eq!(checks, ["no-server-error"]);
        assert_eq!(ours.unconfirmed, 1);
    }

    #[test]
    fn an_unexpected_status_tells_what_was_asked_for() {
        let kinds = [
            (200, "422", Kind::Accepts),
            (422, "200", Kind::Refuses),
            (200, "401", Kind::Security),
        ];
        for (status, expected, kind) in kinds {
            let ours =
                reduce(&report("status-expected", Some(expected), None, status)).expect("a report");
            assert_eq!(ours.failures[0].kind, kind);
            assert_eq!(ours.failures[0].came, format!("{status} instead of {expected}"));
        }
    }
}
