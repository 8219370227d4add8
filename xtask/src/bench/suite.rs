//! The conformance suite on large contracts: how long planning takes, and a run of many thousand cases; and how many
//! requests a second it sends, beside a bare loop over `reqwest` against the same server.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::Context as _;
use serde_json::Value;

use super::measure::{measured, measured_verdict};
use super::{print_figures, print_row, stub};
use crate::cargo::{Build, build};

/// The largest document, and the one with the most cases.
const LARGEST: &str = "github.json";
const MOST_CASES: &str = "jira.json";
/// Requests of the bare loop, and how many are under way at a time: as many as the suite has workers.
const REQUESTS: usize = 20_000;
const WORKERS: usize = 8;

/// Everything allowed: nothing but the stub is there to be harmed.
const PROFILE: &str =
    "allow = true\ncreates = true\n[credentials.all]\nbearer = \"bench-token\"\nmay = [\"*\"]\n";

pub(super) fn bench(xtask: &Path, runs: usize) -> anyhow::Result<()> {
    let corpus = crate::root().join(crate::corpus::FOLDER);
    if !corpus.join(LARGEST).is_file() {
        anstream::println!(
            "SKIPPED: the suite on large contracts, as there is no {}",
            corpus.display()
        );
        return Ok(());
    }
    let suite = build("conformance", Build::Release)?;
    let folder = tempfile::tempdir()?;
    let profile = folder.path().join("profile.toml");
    std::fs::write(&profile, PROFILE).context("the profile can't be written")?;
    let command = |action: &str, document: &str| {
        let mut command = Command::new(&suite);
        command.arg(action).arg("--spec").arg(corpus.join(document)).arg("--profile").arg(&profile);
        command
    };
    let plan = command("plan", LARGEST);
    let planned: Result<Vec<_>, _> = (0..runs).map(|_| measured(xtask, &plan)).collect();
    print_figures(&format!("plan {LARGEST}"), &planned?, "2 s, 500 MB");

    let url = stub::start().context("no port is free")?;
    let report = folder.path().join("report.json");
    let mut run = command("run", MOST_CASES);
    run.args(["--url", &url, "--max-time", "600"]);
    for (format, file) in
        [("json", "report.json"), ("html", "a.html"), ("junit", "a.xml"), ("markdown", "a.md")]
    {
        run.arg("--report").arg(format!("{format}={}", folder.path().join(file).display()));
    }
    let figures = measured_verdict(xtask, &run)?;
    let (cases, rate) = told(&report)?;
    let what = format!("run {MOST_CASES}, {cases} cases");
    print_figures(&what, &[figures], "60 s, 500 MB");
    let page = std::fs::metadata(folder.path().join("a.html"))?.len() as f64 / 1e6;
    print_row("  its page", &format!("{page:.1} MB"), "", "5 MB");

    let bare = bare(&url)?;
    let both = format!("{rate:.0} of {bare:.0}/s");
    print_row("requests, of a bare loop's", &both, "", "half");
    print_row("  ratio", &format!("{:.2}", rate / bare), "", "0.5");
    Ok(())
}

/// Cases, and requests a second, by a JSON report.
fn told(report: &PathBuf) -> anyhow::Result<(usize, f64)> {
    let report: Value = serde_json::from_slice(&std::fs::read(report)?)?;
    let requests = report["summary"]["requests"].as_f64().unwrap_or_default();
    let seconds = report["summary"]["duration_ms"].as_f64().unwrap_or_default() / 1000.0;
    let cases = report["cases"].as_array().map_or(0, Vec::len);
    Ok((cases, requests / seconds.max(0.001)))
}

/// Requests a second of a loop that does nothing but send them.
fn bare(url: &str) -> anyhow::Result<f64> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    let started = Instant::now();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..WORKERS)
            .map(|_| {
                let (client, url) = (client.clone(), format!("{url}/bare"));
                tokio::spawn(async move {
                    for _ in 0..REQUESTS / WORKERS {
                        client.get(&url).send().await?.bytes().await?;
                    }
                    Ok::<_, reqwest::Error>(())
                })
            })
            .collect();
        for task in tasks {
            task.await.context("the loop ended early")??;
        }
        anyhow::Ok(())
    })?;
    Ok(REQUESTS as f64 / started.elapsed().as_secs_f64())
}
