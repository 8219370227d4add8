//! Schemathesis on a service: the command line, and its events reduced to what is compared.
//!
//! Its events (`--report ndjson`) are one JSON value a line, the name of the event around it. Failures stand in
//! `ScenarioFinished`: checks by case, and beside them the answers by case.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use indexmap::IndexMap;
use serde::Deserialize;

use super::failure::{Failure, Failures, Kind, short};
use super::file::Limits;
use super::results::Peer;
use crate::packages::Registry;
use crate::process;

/// The version that we compare with.
pub(super) const PACKAGE: &str = "schemathesis==4.32.5";

/// Where its packages come from.
pub(super) const REGISTRY: Registry = Registry::Pypi;

/// What a run may take beyond its own limit.
const BEYOND: Duration = Duration::from_secs(180);

/// Runs Schemathesis.
///
/// # Errors
/// Where it can't begin, or its events can't be read.
pub(super) fn run(
    program: &Path,
    url: &str,
    document: &Path,
    events: &Path,
    headers: &IndexMap<String, String>,
    more: &[String],
    limits: Limits,
) -> anyhow::Result<Peer> {
    let mut command = Command::new(program);
    command.arg("run").arg(document).args(["--url", url, "--seed", "1", "--no-color"]);
    command.args(["--max-time", &limits.seconds.to_string()]);
    command.args(["--max-examples", &limits.examples.to_string()]);
    command.args(["--request-timeout", "10", "--generation-database", "none"]);
    command.args(["--continue-on-failure", "--no-shrink", "--report", "ndjson"]);
    command.arg("--report-ndjson-path").arg(events);
    for (name, value) in headers {
        command.arg("--header").arg(format!("{name}:{value}"));
    }
    // Its own files go where the events do.
    command.args(more).current_dir(events.parent().unwrap_or(Path::new(".")));
    let began = Instant::now();
    let ended = process::run(&mut command, Duration::from_secs(limits.seconds) + BEYOND)?;
    let seconds = began.elapsed().as_secs_f64();
    if !matches!(ended.code, Some(0 | 1)) {
        bail!("Schemathesis did not run: {}", short(&ended.output, 600));
    }
    let file = File::open(events).with_context(|| format!("{} can't be read", events.display()))?;
    let mut peer = reduce(BufReader::new(file).lines())?;
    peer.seconds = seconds;
    Ok(peer)
}

#[derive(Deserialize)]
struct Scenario {
    recorder: Recorder,
}

#[derive(Deserialize)]
struct Recorder {
    label: String,
    #[serde(default)]
    cases: BTreeMap<String, Case>,
    #[serde(default)]
    checks: BTreeMap<String, Vec<Check>>,
    #[serde(default)]
    interactions: BTreeMap<String, Interaction>,
}

#[derive(Deserialize)]
struct Case {
    value: CaseValue,
}

#[derive(Deserialize)]
struct CaseValue {
    method: String,
    path: String,
}

#[derive(Deserialize)]
struct Check {
    name: String,
    status: String,
    failure_info: Option<FailureInfo>,
}

#[derive(Deserialize)]
struct FailureInfo {
    failure: Told,
}

#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    title: String,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
struct Interaction {
    request: Option<Request>,
    response: Option<Response>,
}

#[derive(Deserialize)]
struct Request {
    method: String,
    uri: String,
}

#[derive(Deserialize)]
struct Response {
    status_code: u16,
}

/// Reduces the lines of its events.
///
/// # Errors
/// Where one is none.
fn reduce(lines: impl Iterator<Item = std::io::Result<String>>) -> anyhow::Result<Peer> {
    let mut failures = Failures::default();
    let mut requests = 0;
    for line in lines {
        let line = line?;
        // Most of the bytes are of other events.
        if !line.starts_with("{\"ScenarioFinished\"") {
            continue;
        }
        let event: BTreeMap<String, Scenario> =
            serde_json::from_str(&line).context("an event of Schemathesis is not as expected")?;
        for scenario in event.into_values() {
            let recorder = scenario.recorder;
            requests += u64::try_from(recorder.interactions.len()).unwrap_or_default();
            recorder.failures().for_each(|failure| failures.add(failure));
        }
    }
    Ok(Peer { requests, seconds: 0.0, failures: failures.sorted(), left: Vec::new() })
}

impl Recorder {
    fn failures(&self) -> impl Iterator<Item = Failure> {
        let checks = self.checks.iter();
        let checks =
            checks.flat_map(|(case, checks)| checks.iter().map(move |check| (case, check)));
        let failed = checks.filter(|(_, check)| check.status == "failure");
        failed.map(|(case, check)| self.failure(case, check))
    }

    fn failure(&self, case: &str, check: &Check) -> Failure {
        let interaction = self.interactions.get(case);
        let response = interaction.and_then(|found| found.response.as_ref());
        let request = interaction.and_then(|found| found.request.as_ref());
        let status = response.map(|response| response.status_code);
        let told = check.failure_info.as_ref().map(|info| &info.failure);
        Failure {
            operation: match self.cases.get(case) {
                Some(case) => format!("{} {}", case.value.method, case.value.path),
                None => self.label.clone(),
            },
            check: check.name.clone(),
            came: status.map_or_else(|| "no answer".to_owned(), |status| status.to_string()),
            kind: kind(&check.name, status.unwrap_or(500)),
            times: 1,
            message: told
                .map(|told| short(&format!("{}: {}", told.title, told.message), 200))
                .unwrap_or_default(),
            example: request
                .map(|sent| short(&format!("{} {}", sent.method, sent.uri), 200))
                .unwrap_or_default(),
        }
    }
}

/// The failures that don't follow from another one of the same operation and status, as our own are told: a 5xx is never
/// documented, and where a status isn't documented, that it refuses valid data is no second fault.
pub(super) fn roots(failures: &[Failure]) -> Vec<Failure> {
    const ROOTS: [&str; 3] =
        ["not_a_server_error", "status_code_conformance", "positive_data_acceptance"];
    let rank = |failure: &Failure| ROOTS.iter().position(|root| *root == failure.check);
    let follows = |failure: &Failure, from: &Failure| {
        (&failure.operation, &failure.came) == (&from.operation, &from.came)
            && matches!((rank(failure), rank(from)), (Some(failure), Some(from)) if failure > from)
    };
    let is_root = |failure: &&Failure| !failures.iter().any(|from| follows(failure, from));
    failures.iter().filter(is_root).cloned().collect()
}

fn kind(check: &str, status: u16) -> Kind {
    match check {
        "not_a_server_error" => Kind::ServerError,
        "status_code_conformance" if status >= 500 => Kind::ServerError,
        "status_code_conformance" => Kind::Status,
        "content_type_conformance" => Kind::MediaType,
        "response_headers_conformance" => Kind::Headers,
        "response_schema_conformance" => Kind::Body,
        "negative_data_rejection" | "missing_required_header" => Kind::Accepts,
        "positive_data_acceptance" => Kind::Refuses,
        "unsupported_method" | "allow_header_conformance" => Kind::Method,
        "ignored_auth" | "object_level_authorization" => Kind::Security,
        _ => Kind::Behaviour,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_checks_are_told_by_operation_check_and_status() {
        let event = serde_json::json!({ "ScenarioFinished": { "phase": "fuzzing", "recorder": {
            "label": "GET /items",
            "cases": { "a": { "value": { "method": "GET", "path": "/items" } } },
            "checks": { "a": [
                { "name": "not_a_server_error", "status": "success" },
                { "name": "status_code_conformance", "status": "failure", "failure_info": { "failure": {
                    "type": "UndefinedStatusCode", "title": "Undocumented status", "message": "Received: 409",
                } } },
            ] },
            "interactions": { "a": {
                "request": { "method": "GET", "uri": "http://127.0.0.1:1/items" },
                "response": { "status_code": 409 },
            } },
        } } });
        let lines = ["{\"Initialize\":{}}".to_owned(), event.to_string()].map(Ok);
        let peer = reduce(lines.into_iter()).expect("events");
        assert_eq!(peer.requests, 1);
        let failure = &peer.failures[0];
        assert_eq!((failure.operation.as_str(), failure.came.as_str()), ("GET /items", "409"));
        assert_eq!(
            (failure.check.as_str(), failure.kind),
            ("status_code_conformance", Kind::Status)
        );
        assert_eq!(failure.example, "GET http://127.0.0.1:1/items");
    }

    #[test]
    fn what_follows_from_a_failure_is_no_second_one() {
        let failure = |check: &str, came: &str| Failure {
            operation: "GET /items".to_owned(),
            check: check.to_owned(),
            came: came.to_owned(),
            kind: kind(check, 500),
            times: 1,
            message: String::new(),
            example: String::new(),
        };
        let all = [
            failure("positive_data_acceptance", "400"),
            failure("status_code_conformance", "409"),
            failure("positive_data_acceptance", "409"),
            failure("status_code_conformance", "500"),
            failure("not_a_server_error", "500"),
        ];
        let roots = roots(&all);
        let told: Vec<_> =
            roots.iter().map(|one| (one.check.as_str(), one.came.as_str())).collect();
        assert_eq!(
            told,
            [
                ("positive_data_acceptance", "400"),
                ("status_code_conformance", "409"),
                ("not_a_server_error", "500"),
            ]
        );
    }
}
