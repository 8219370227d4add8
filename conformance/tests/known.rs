//! Known failures of a run with a real target: exit codes, and what it says.

mod bench;
mod target;

use std::process::Command;
use std::time::Duration;

use bench::{Bench, Things, code, report, serve_but, text, without_list};

fn with_known(bench: &Bench, until: &str) {
    let profile = std::fs::read_to_string(bench.path("profile.toml")).expect("a profile");
    let entry = format!(
        "[[known]]\ncell = \"listThings\"\nreason = \"too many things\"\nuntil = {until}\n"
    );
    bench.write("profile.toml", &format!("{entry}{profile}"));
}

#[tokio::test]
async fn a_known_failure_lets_the_run_pass_until_its_day_is_over() {
    let target = serve_but(without_list).await;
    let bench = Bench::new();
    let flags = ["--url", &target.url, "--report", "json=r.json"];
    assert_eq!(code(&bench.run(&flags).await), 1);
    for (until, expected, state) in [("9999-12-31", 0, "failing"), ("2020-01-01", 1, "expired")] {
        let bench = Bench::new();
        with_known(&bench, until);
        let output = bench.run(&flags).await;
        assert_eq!(code(&output), expected, "{}", text(&output));
        let report = report(&bench, "r.json");
        assert_eq!(report["known"][0]["state"], state);
        assert!(report["summary"]["failed"].as_u64() > Some(0));
        assert!(text(&output).contains("too many things"), "{}", text(&output));
    }
}

#[tokio::test]
async fn one_that_passes_again_fails_the_run_where_that_is_asked_for() {
    let target = Things::default().serve(Duration::ZERO).await;
    let bench = Bench::new();
    with_known(&bench, "9999-12-31");
    for (flags, expected) in [(&[][..], 0), (&["--fail-on-fixed"][..], 1)] {
        let output = bench.run(&[&["--url", &target.url][..], flags].concat()).await;
        assert_eq!(code(&output), expected, "{}", text(&output));
        assert!(text(&output).contains("it passes again, so that the entry can go"));
    }
    // A part of the plan says nothing of the rest.
    let output = bench.run(&["--url", &target.url, "--only", "getThing", "--fail-on-fixed"]).await;
    assert_eq!(code(&output), 0, "{}", text(&output));
}

#[tokio::test]
async fn the_failures_of_a_report_become_entries() {
    let target = serve_but(without_list).await;
    let bench = Bench::new();
    let flags = ["--url", &target.url, "--report", "json=r.json"];
    assert_eq!(code(&bench.run(&flags).await), 1);
    let known = |flags: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_conformance"));
        command.current_dir(bench.folder.path()).arg("known").args(flags);
        command.output().expect("it runs")
    };
    let output = known(&["r.json", "--until", "9999-12-31", "--reason", "a \"big\" list"]);
    assert_eq!(code(&output), 0, "{}", text(&output));
    let entries = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(entries.contains("[[known]]\ncause = \"listThings:500:"), "{entries}");
    let profile = bench.read("profile.toml");
    bench.write("profile.toml", &format!("{entries}{profile}"));
    let output = bench.run(&flags).await;
    assert_eq!(code(&output), 0, "{}", text(&output));
    // What is known already isn't told once more.
    let output = known(&["r.json", "--until", "9999-12-31", "--reason", "a"]);
    assert!(output.stdout.is_empty() && code(&output) == 0, "{}", text(&output));

    for (flags, told) in [
        (&["r.json", "--until", "soon", "--reason", "a"][..], "expected a day"),
        (&["r.json", "--until", "9999-12-31"], "--reason"),
        (&["profile.toml", "--until", "9999-12-31", "--reason", "a"], "is no report"),
    ] {
        let output = known(flags);
        assert_eq!(code(&output), 2, "{}", text(&output));
        assert!(text(&output).contains(told), "{}", text(&output));
    }
}
