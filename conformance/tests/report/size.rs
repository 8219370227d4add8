//! However long a run, its reports can be opened.

use std::sync::Arc;

use conformance::judge::Check;
use conformance::report::{self, Report};
use conformance::run::{CaseOutcome, Thinning};
use conformance::transport::HttpRequest;

use crate::shown::document;
use crate::support::{One, World, case};

const STATUSES: &[&str] = &["200", "201", "401", "404", "422"];

/// A long run.
#[derive(Clone, Copy)]
pub(crate) struct Long {
    pub(crate) operations: usize,
    pub(crate) cases: usize,
    pub(crate) steps: usize,
    /// Every which case fails, each over something else.
    pub(crate) fails: Option<usize>,
}

/// A step as real ones are: many header fields, a body of some KiB, a dozen checks.
fn burden(outcome: &mut CaseOutcome, number: usize) {
    for step in &mut outcome.steps {
        let body = format!("{{\"n\":{number},\"text\":\"{}\"}}", "<script>&\u{1}".repeat(250));
        let request = HttpRequest {
            method: "POST".to_owned(),
            target: format!("/things/{number}?filter=a-value-of-some-length"),
            headers: vec![("authorization".to_owned(), "Bearer some-token-or-other".to_owned())],
            body: Some(body.clone().into()),
            ..HttpRequest::default()
        };
        step.exchange.request_length = body.len();
        step.exchange.request = Arc::new(request);
        if let Ok(response) = &mut step.exchange.outcome {
            response.headers = (0..15)
                .map(|n| (format!("x-header-{n}"), format!("value {n} of {number}")))
                .collect();
            response.body_length = body.len();
            response.body = body.into();
        }
        let passed = Check::passed("body-schema", "the body matches its schema");
        step.checks.splice(0..0, std::iter::repeat_n(passed, 12));
    }
}

impl Long {
    pub(crate) fn report(self) -> Report {
        let world = World::new(&document(self.operations, STATUSES));
        let mut thinning = Thinning::new(self.cases);
        let run = (0..self.cases).map(|number| {
            let One { case, mut outcome } = self.one(number);
            burden(&mut outcome, number);
            thinning.keep(&case.cell, &mut outcome);
            One { case, outcome }
        });
        world.report(run.collect())
    }

    fn one(self, number: usize) -> One {
        let which = number % self.operations;
        let operation = format!("organizationsRetrieveTheThingOfNumber{which}ForAuthenticatedUser");
        let status = STATUSES[number / self.operations % STATUSES.len()];
        let id = format!("{operation}:{status}:violation:body.some.property.{number}:max-length");
        let mut one = case(&id);
        for _ in 0..self.steps {
            one = one.step(&operation, status.parse().expect("a status"));
        }
        match self.fails {
            Some(every) if number.is_multiple_of(every) => {
                one.fails_at("body-schema", Some(&format!("/<property>/{number}x")))
            }
            _ => one,
        }
    }
}

#[test]
fn a_page_stays_small_however_long_the_run() {
    for fails in [None, Some(2)] {
        let long = Long { operations: 600, cases: 22_000, steps: 1, fails };
        let report = long.report();
        assert_eq!(report.cases.len(), 22_000);
        let html = report::html(&report);
        assert!(html.len() < 5_000_000, "{fails:?}: {}", html.len());
        let markdown = report::markdown(&report);
        assert!(markdown.len() < 1_000_000, "{fails:?}: {}", markdown.len());
        assert!(report::terminal_of_width(&report, 100).len() < 200_000, "{fails:?}");
        assert_eq!(html.contains("more causes, left out of this page"), fails.is_some());
    }
}

#[test]
fn a_page_stays_small_however_large_the_contract() {
    let report = Long { operations: 5_000, cases: 5_000, steps: 1, fails: Some(2) }.report();
    assert_eq!(report.cells.len(), 25_000);
    let html = report::html(&report);
    assert!(html.len() < 5_000_000, "{}", html.len());
    assert!(html.contains("more operations, left out of this page"));
    let markdown = report::markdown(&report);
    assert!(markdown.len() < 1_000_000, "{}", markdown.len());
}

#[test]
fn a_long_run_keeps_every_case_and_most_of_them_in_short() {
    let report = Long { operations: 10, cases: 2_100, steps: 2, fails: Some(2) }.report();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.json");
    let target = format!("json={}", path.display()).parse().expect("a target");
    report::write(&report, &target).expect("written");
    let text = std::fs::read_to_string(&path).expect("a file");
    assert_eq!(text, report::json(&report), "written bit by bit or at once");
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let cases = json["cases"].as_array().expect("cases");
    assert_eq!(cases.len(), 2_100);
    let is_short = |case: &serde_json::Value| {
        let step = &case["steps"][1];
        let kept = step["response"]["body"].as_str().map_or(0, str::len);
        let whole =
            step["response"]["body_length"].as_u64().and_then(|one| usize::try_from(one).ok());
        if kept == whole.unwrap_or_default() {
            return false;
        }
        // A line that sends another body would mislead.
        assert_eq!(step["curl"], "");
        assert!(step["request"]["body_length"].as_u64() > Some(1_024));
        let checks = step["checks"].as_array().map(Vec::len);
        assert_eq!(checks, Some(usize::from(case["verdict"] == "failed")), "what failed is there");
        true
    };
    let whole = cases.iter().filter(|case| !is_short(case)).count();
    // The first three of each cell and verdict; here each cell has cases of one verdict alone.
    assert_eq!(whole, 10 * STATUSES.len() * 3);
}
