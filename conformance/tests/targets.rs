//! Several targets in one run: each has its report, and what differs is told.

mod bench;
mod target;

use std::time::Duration;

use bench::{Bench, Things, code, report, serve_but, text, without_list};
use serde_json::Value;

/// What a thing has that is no part of the contract, and which the contract allows.
fn with_more(request: &str, sound: String) -> String {
    match request.starts_with("GET /things/") && sound.contains("\"thing_id\"") {
        true => target::json(200, &body(&sound).replacen('{', "{\"colour\":\"red\",", 1)),
        false => sound,
    }
}

fn body(response: &str) -> String {
    response.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn what_two_targets_answer_differently_is_told_once_a_kind() {
    let old = Things::default().serve(Duration::ZERO).await;
    let new = serve_but(with_more).await;
    let bench = Bench::new();
    let (a, b) = (format!("old={}", old.url), format!("new={}", new.url));
    let files = ["--report", "json=r/{target}.json", "--differences", "d.json"];
    let output = bench.run(&[&["--url", &a, "--url", &b][..], &files].concat()).await;
    assert_eq!(code(&output), 0, "both conform: {}", text(&output));
    let reports = [report(&bench, "r/old.json"), report(&bench, "r/new.json")];
    assert_eq!(reports[0]["url"], old.url);
    assert_eq!(reports[1]["url"], new.url);
    let ids = |report: &Value| -> Vec<String> {
        let cases = report["cases"].as_array().expect("cases").iter();
        cases.map(|case| case["id"].to_string()).collect()
    };
    assert_eq!(ids(&reports[0]), ids(&reports[1]));
    let told: Value = serde_json::from_str(&bench.read("d.json")).expect("JSON");
    assert_eq!(told[0]["targets"], serde_json::json!(["old", "new"]));
    let differences = told[0]["differences"].as_array().expect("a list");
    assert_eq!(differences.len(), 1, "{differences:#?}");
    assert_eq!(differences[0]["what"], "member /colour");
    assert_eq!(differences[0]["got"], serde_json::json!(["absent", "there"]));
    assert_eq!(differences[0]["operation_id"], "getThing");
    assert_eq!(told[0]["cells"], serde_json::json!([]));
    let told = text(&output);
    assert!(told.contains("≠ getThing: member /colour: absent at old, there at new"), "{told}");
}

#[tokio::test]
async fn the_worst_of_them_is_how_the_run_ends() {
    let old = Things::default().serve(Duration::ZERO).await;
    let new = serve_but(without_list).await;
    let bench = Bench::new();
    let profile = bench.read("profile.toml");
    let targets = format!("[targets]\nold = \"{}\"\nnew = \"{}\"\n", old.url, new.url);
    bench.write("profile.toml", &format!("{targets}{profile}"));
    let output = bench.run(&["--differences", "d.json"]).await;
    assert_eq!(code(&output), 1, "{}", text(&output));
    let told: Value = serde_json::from_str(&bench.read("d.json")).expect("JSON");
    let cell = &told[0]["cells"][0];
    assert_eq!((&cell["operation_id"], &cell["status"]), (&"listThings".into(), &200.into()));
    assert_eq!(cell["verdicts"], serde_json::json!(["passed", "failed"]));
    let status = |one: &Value| one["what"] == "status" && one["operation_id"] == "listThings";
    assert!(told[0]["differences"].as_array().is_some_and(|all| all.iter().any(status)), "{told}");
    // A flag stands over the profile, and one target is one.
    let output = bench.run(&["--url", &old.url]).await;
    assert_eq!(code(&output), 0, "{}", text(&output));
}

#[tokio::test]
async fn two_that_are_the_same_do_not_differ() {
    let one = Things::default().serve(Duration::ZERO).await;
    let other = Things::default().serve(Duration::ZERO).await;
    let bench = Bench::new();
    let output = bench.run(&["--url", &one.url, "--url", &other.url]).await;
    assert_eq!(code(&output), 0, "{}", text(&output));
    assert!(text(&output).contains("answer all of"), "{}", text(&output));
    assert!(text(&output).contains("alike"), "{}", text(&output));
}

#[tokio::test]
async fn what_can_not_be_told_apart_is_a_mistake() {
    let target = Things::default().serve(Duration::ZERO).await;
    let bench = Bench::new();
    let (a, b) = (format!("a={}", target.url), format!("b={}", target.url));
    let both = ["--url", a.as_str(), "--url", b.as_str()];
    let check = async |flags: &[&str], expected: i32, told: &str| {
        let output = bench.run(flags).await;
        assert_eq!(code(&output), expected, "{flags:?}: {}", text(&output));
        assert!(text(&output).contains(told), "{}", text(&output));
    };
    check(&[&both[..], &["--report", "json=r.json"]].concat(), 2, "write `{target}`").await;
    check(&[&both[..], &["--report", "json=-"]].concat(), 2, "write `{target}`").await;
    check(&[&both[..], &["--journal", "j.jsonl"]].concat(), 2, "write `{target}`").await;
    check(&[&both[..], &["--differences", "things.yaml/x"]].concat(), 2, "can't write").await;
    check(&["--url", &a, "--url", &a], 2, "two targets are called `a`").await;
    check(&["--url", &a, "--differences", "d.json"], 2, "of one target").await;
    check(&["--url", &a, "--url", "b=http://127.0.0.1:1"], 3, "can't reach the target: b").await;
    let profile = bench.read("profile.toml");
    bench.write(
        "profile.toml",
        &format!("url = \"{0}\"\ntargets.a = \"{0}\"\n{profile}", target.url),
    );
    check(&[], 2, "there is one target, or there are several").await;
}
