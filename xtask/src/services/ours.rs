//! Our suite on a service: the command line, and its JSON report reduced to what is compared.
//!
//! The report is read by what is needed of it; whatever else it says, today or later, is passed over.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde::Deserialize;

use super::failure::{Failure, Failures, Kind, general, short};
use super::file::Limits;
use super::process;
use super::results::Ours;

/// What a run may take beyond its own limit: reading the document, planning, cleaning up, writing the report.
const BEYOND: Duration = Duration::from_secs(180);

/// Runs the suite.
///
/// # Errors
/// Where it can't begin, or its report can't be read.
pub(super) fn run(
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
struct Case {
    id: String,
    verdict: String,
    reason: Option<String>,
    #[serde(default)]
    confirmed: Option<bool>,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    operation_id: String,
    response: Option<Response>,
    checks: Vec<Check>,
}

#[derive(Deserialize)]
struct Response {
    status: u16,
}

#[derive(Deserialize)]
struct Check {
    id: String,
    verdict: String,
    message: String,
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
    let mut failures = Failures::default();
    let mut unconfirmed = 0;
    for case in report.cases.iter().filter(|case| case.verdict == "failed") {
        if case.confirmed == Some(false) {
            unconfirmed += 1;
        }
        for failure in of_case(case, &operations) {
            failures.add(failure);
        }
    }
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
        left: Vec::new(),
    })
}

fn of_case<'a>(
    case: &'a Case,
    operations: &'a BTreeMap<&str, String>,
) -> impl Iterator<Item = Failure> + 'a {
    let name = |id: &str| operations.get(id).cloned().unwrap_or_else(|| id.to_owned());
    let mut failures = Vec::new();
    for step in &case.steps {
        for check in step.root_failures() {
            failures.push(Failure {
                operation: name(&step.operation_id),
                check: check.id.clone(),
                came: came(step, check),
                kind: kind(step, check),
                times: 1,
                message: short(&check.message, 200),
                example: case.id.clone(),
            });
        }
    }
    if failures.is_empty() {
        let reason = case.reason.as_deref().unwrap_or("no reason given");
        failures.push(Failure {
            // What no answer tells is about the run, whichever operation it was meant for.
            operation: "*".to_owned(),
            check: "case".to_owned(),
            came: short(reason, 80),
            kind: Kind::Behaviour,
            times: 1,
            message: short(reason, 200),
            example: case.id.clone(),
        });
    }
    failures.into_iter()
}

impl Step {
    /// The failed checks that don't follow from another one: a 500 is never documented, and what isn't documented is
    /// never what a case asks for.
    fn root_failures(&self) -> impl Iterator<Item = &Check> {
        const ROOTS: [&str; 3] = ["no-server-error", "status-documented", "status-expected"];
        let rank = |check: &Check| ROOTS.iter().position(|root| *root == check.id);
        let failed = || self.checks.iter().filter(|check| check.verdict == "failed");
        let root = failed().filter_map(rank).min();
        failed().filter(move |check| rank(check).is_none_or(|rank| Some(rank) == root))
    }
}

/// The status, with what was asked for or where in the body it is.
fn came(step: &Step, check: &Check) -> String {
    let status = match &step.response {
        Some(response) => response.status.to_string(),
        None => "no answer".to_owned(),
    };
    match (check.id.as_str(), &check.expected, check.pointer.as_deref()) {
        ("status-expected", Some(expected), _) => format!("{status} instead of {expected}"),
        (_, _, Some(pointer)) if !pointer.is_empty() => format!("{status} {}", general(pointer)),
        _ => status,
    }
}

fn kind(step: &Step, check: &Check) -> Kind {
    let status = step.response.as_ref().map_or(500, |response| response.status);
    match check.id.as_str() {
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

/// What stands in backquotes is the operation's or parameter's own, unless it is advice with spaces in it.
fn without_names(reason: &str) -> String {
    let parts = reason.split('`').enumerate().map(|(index, part)| match index % 2 {
        1 if !part.contains(' ') => "…",
        _ => part,
    });
    let text = parts.collect::<Vec<_>>().join("`");
    short(&text, 160)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(check: &serde_json::Value, status: u16) -> String {
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
            "cases": [{
                "id": "listItems:200:happy", "operation_id": "listItems", "status": 200,
                "verdict": "failed", "reason": "…",
                "steps": [{
                    "operation_id": "listItems", "response": { "status": status, "body": "" },
                    "checks": [{ "id": "answered", "verdict": "passed", "message": "" }, check],
                }],
            }],
        })
        .to_string()
    }

    #[test]
    fn a_failed_check_is_told_by_operation_check_and_what_came() {
        let check = serde_json::json!({
            "id": "body-schema", "verdict": "failed", "level": "must",
            "message": "no string", "pointer": "/items/3/name",
        });
        let ours = reduce(&report(&check, 200)).expect("a report");
        let failure = &ours.failures[0];
        assert_eq!(failure.operation, "GET /items");
        assert_eq!(failure.came, "200 /items/*/name");
        assert_eq!(failure.kind, Kind::Body);
        assert_eq!(ours.reasons, [("no value for `…`".to_owned(), 1)]);
    }

    #[test]
    fn one_wrong_status_is_one_failure() {
        let mut report: serde_json::Value =
            serde_json::from_str(&report(&serde_json::Value::Null, 500)).expect("JSON");
        let failed = |id: &str| serde_json::json!({ "id": id, "verdict": "failed", "message": "" });
        report["cases"][0]["steps"][0]["checks"] = serde_json::json!([
            failed("status-expected"),
            failed("body-schema"),
            failed("no-server-error"),
            failed("status-documented"),
        ]);
        let ours = reduce(&report.to_string()).expect("a report");
        let checks: Vec<_> = ours.failures.iter().map(|failure| failure.check.as_str()).collect();
        assert_eq!(checks, ["body-schema", "no-server-error"]);
    }

    #[test]
    fn an_unexpected_status_tells_what_was_asked_for() {
        let kinds = [
            (200, "422", Kind::Accepts),
            (422, "200", Kind::Refuses),
            (200, "401", Kind::Security),
        ];
        for (status, expected, kind) in kinds {
            let check = serde_json::json!({
                "id": "status-expected", "verdict": "failed", "message": "", "expected": expected,
            });
            let ours = reduce(&report(&check, status)).expect("a report");
            assert_eq!(ours.failures[0].kind, kind);
            assert_eq!(ours.failures[0].came, format!("{status} instead of {expected}"));
        }
    }
}
