//! Runs that end early or do only a part: `--fail-fast`, `--since`.

mod bench;
mod target;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bench::{Bench, Things, code, report, serve_but, text, without_list};
use serde_json::Value;
use target::json;

/// The ids of cases of a verdict.
fn ids(report: &Value, verdict: &str) -> Vec<String> {
    let cases = report["cases"].as_array().expect("cases").iter();
    let those = cases.filter(|case| case["verdict"] == verdict);
    those.map(|case| case["id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn the_run_ends_at_its_first_failure() {
    let target = serve_but(without_list).await;
    let bench = Bench::new();
    let flags = ["--url", &target.url, "--workers", "1", "--report", "json=r.json"];
    let output = bench.run(&[&flags[..], &["--fail-fast"]].concat()).await;
    assert_eq!(code(&output), 1, "{}", text(&output));
    assert!(text(&output).contains("ended at its first failure"), "{}", text(&output));
    let fast = report(&bench, "r.json");
    assert_eq!(ids(&fast, "failed").len(), 1);
    assert_eq!(fast["causes"][0]["confirmed"]["seen"], 1, "it was seen again first");
    let output = bench.run(&flags).await;
    assert_eq!(code(&output), 1, "{}", text(&output));
    let whole = report(&bench, "r.json");
    assert_eq!(ids(&fast, "skipped").len() + 1 + ids(&fast, "passed").len(), {
        whole["cases"].as_array().map_or(0, Vec::len)
    });
    assert!(ids(&fast, "passed").len() < ids(&whole, "passed").len());
    let requests = |report: &Value| report["summary"]["requests"].as_u64();
    assert!(requests(&fast) < requests(&whole));
}

#[tokio::test]
async fn neither_a_flaky_failure_nor_a_known_one_ends_it() {
    let lists = AtomicUsize::new(0);
    let target = serve_but(move |request, sound| {
        let is_list = request.starts_with("GET /things HTTP") && sound.contains(" 200 ");
        match is_list && lists.fetch_add(1, Ordering::SeqCst) == 0 {
            true => json(500, r#"{"error":"oh"}"#),
            false => sound,
        }
    })
    .await;
    let bench = Bench::new();
    let flags = ["--workers", "1", "--fail-fast", "--report", "json=r.json", "--url"];
    let output = bench.run(&[&flags[..], &[&target.url]].concat()).await;
    assert_eq!(code(&output), 0, "{}", text(&output));
    let flaky = report(&bench, "r.json");
    assert_eq!(flaky["ended"], Value::Null);
    assert_eq!(ids(&flaky, "skipped").len(), 1, "only what was flaky");

    let target = serve_but(without_list).await;
    let profile = bench.read("profile.toml");
    let entry = "[[known]]\ncell = \"listThings\"\nreason = \"a\"\nuntil = 9999-12-31\n";
    bench.write("profile.toml", &format!("{entry}{profile}"));
    let output = bench.run(&[&flags[..], &[&target.url]].concat()).await;
    assert_eq!(code(&output), 0, "{}", text(&output));
    assert_eq!(report(&bench, "r.json")["ended"], Value::Null);
}

#[tokio::test]
async fn what_failed_is_done_again_and_what_passed_is_not() {
    let bench = Bench::new();
    let broken = serve_but(without_list).await;
    let output = bench.run(&["--url", &broken.url, "--report", "json=first.json"]).await;
    assert_eq!(code(&output), 1, "{}", text(&output));
    let first = report(&bench, "first.json");
    let sound = Things::default().serve(Duration::ZERO).await;
    let since = ["--since", "first.json", "--report", "json=second.json"];
    let output = bench.run(&[&["--url", &sound.url][..], &since].concat()).await;
    assert_eq!(code(&output), 0, "{}", text(&output));
    let second = report(&bench, "second.json");
    assert!(!ids(&first, "failed").is_empty());
    for id in ids(&first, "failed").iter().chain(&ids(&first, "skipped")) {
        assert!(ids(&second, "passed").contains(id), "{id}");
    }
    let left_out = &second["selection"]["since"]["cases_left_out"];
    let all = |report: &Value| report["cases"].as_array().map_or(0, Vec::len);
    assert_eq!(left_out.as_u64(), Some((all(&first) - all(&second)) as u64));
    assert!(left_out.as_u64() > Some(0));
    assert!(text(&output).contains("that passed there"), "{}", text(&output));

    // Nothing is left to be done, which is no failure.
    let output = bench.run(&["--url", &sound.url, "--report", "json=whole.json"]).await;
    assert_eq!(code(&output), 0, "{}", text(&output));
    let flags = ["--since", "whole.json", "--report", "json=none.json"];
    let output = bench.run(&[&["--url", &sound.url][..], &flags].concat()).await;
    assert_eq!(code(&output), 0, "{}", text(&output));
    assert_eq!(all(&report(&bench, "none.json")), 0);
}

#[tokio::test]
async fn a_report_that_is_none_is_a_mistake() {
    let sound = Things::default().serve(Duration::ZERO).await;
    let bench = Bench::new();
    bench.write(
        "other.json",
        r#"{"cells": [], "cases": [{"id": "getPet:200:plain", "verdict": "passed"}]}"#,
    );
    bench.write("none.json", "{}");
    for (report, told) in [
        ("missing.json", "can't read it"),
        ("none.json", "it is no report"),
        ("profile.toml", "it is no report"),
        ("other.json", "it has none of these cases"),
    ] {
        let output = bench.run(&["--url", &sound.url, "--since", report]).await;
        assert_eq!(code(&output), 2, "{report}: {}", text(&output));
        assert!(text(&output).contains(told), "{}", text(&output));
        assert!(text(&output).contains("help:"), "{}", text(&output));
    }
}
