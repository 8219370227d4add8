//! `cargo xtask bench`: how fast the tools are, measured on whole processes, release builds.

mod checks;
mod measure;
mod peer_crates;
mod peers;
mod stub;
mod suite;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, bail};
use clap::Args as ClapArgs;

use crate::cargo::{Build, build, cargo};
use crate::exit;
use crate::reference::Reference;

use measure::measured;
pub(crate) use measure::{Figures, MeasureArgs, figures, measure, measuring};

/// What `cargo xtask bench` takes
#[derive(Debug, ClapArgs)]
pub(crate) struct BenchArgs {
    /// How often each command is run; the median counts
    #[arg(long, default_value_t = 5, value_name = "N")]
    runs: usize,
    /// Leave out the throughput of the generated server layer, which takes a minute
    #[arg(long)]
    skip_layer: bool,
    /// Compare with published generators, too; they are installed under `target/peers` when missing
    #[arg(long)]
    peers: bool,
    /// The documents that they are compared on [default: ../shared/corpus]
    #[arg(long, value_name = "FOLDER", requires = "peers")]
    documents: Option<PathBuf>,
}

/// Prints each figure beside its bound. A missed bound is printed, and is no failure: machines differ.
pub(crate) fn run(args: &BenchArgs) -> ExitCode {
    match bench(args) {
        Ok(()) => exit::OK,
        Err(error) => {
            anstream::eprintln!("error: {error:#}");
            exit::FAILED
        }
    }
}

fn bench(args: &BenchArgs) -> anyhow::Result<()> {
    let xtask = build("xtask", Build::Release)?;
    let runs = args.runs.max(1);
    print_row("what", "median", "peak memory", "bound");
    bench_generate(&xtask, runs)?;
    bench_review(&xtask, runs)?;
    bench_conformance(&xtask, runs)?;
    suite::bench(&xtask, runs)?;
    if args.peers {
        let folder = args.documents.clone();
        let folder = folder.unwrap_or_else(|| crate::root().join(crate::corpus::FOLDER));
        peers::bench(&xtask, &folder, runs)?;
    }
    if !args.skip_layer {
        bench_layer()?;
    }
    Ok(())
}

fn bench_generate(xtask: &Path, runs: usize) -> anyhow::Result<()> {
    let figures = repeated(xtask, runs, &["generate", "--check"])?;
    print_figures("generate, Workspace contract", &figures, "50 ms, 50 MB");
    Ok(())
}

fn bench_review(xtask: &Path, runs: usize) -> anyhow::Result<()> {
    let spec = crate::root().join("spec/workspace.yaml");
    let text = std::fs::read_to_string(&spec).context("the contract can't be read")?;
    let folder = tempfile::tempdir()?;
    let old = folder.path().join("old.yaml");
    std::fs::write(&old, text.replace("maxLength: 60", "maxLength: 61"))?;
    let (old, new) = (old.display().to_string(), spec.display().to_string());
    let arguments = ["review", "--old", &old, "--new", &new, "--fail-on", "none"];
    let figures = repeated(xtask, runs, &arguments)?;
    print_figures("review, Workspace contract", &figures, "50 ms, 50 MB");
    Ok(())
}

fn bench_conformance(xtask: &Path, runs: usize) -> anyhow::Result<()> {
    let reference = Reference::start(Build::Release)?;
    let folder = tempfile::tempdir()?;
    let report = folder.path().join("report.json");
    let to_report = format!("json={}", report.display());
    let arguments = ["conformance", "--url", &reference.url, "--report", &to_report];
    let figures = repeated(xtask, runs, &arguments)?;
    print_figures("conformance, reference up", &figures, "3 s, 100 MB");
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(&report)?)?;
    let requests = report["summary"]["requests"].as_f64().unwrap_or_default();
    let seconds = report["summary"]["duration_ms"].as_f64().unwrap_or_default() / 1000.0;
    let rate = format!("{:.0} requests/s", requests / seconds.max(0.001));
    print_row("conformance, rate (last run)", &rate, "", "500 requests/s");
    Ok(())
}

/// The generated layer against the same handlers on hand-written axum, in one process.
fn bench_layer() -> anyhow::Result<()> {
    let arguments = ["bench", "--quiet", "--package", "reference", "--bench", "layer"];
    let status = cargo().args(arguments).status().context("cargo could not be started")?;
    if !status.success() {
        bail!("the benchmark of the generated layer ended with {status}");
    }
    Ok(())
}

/// The command once uncounted, then `runs` times.
fn repeated(xtask: &Path, runs: usize, arguments: &[&str]) -> anyhow::Result<Vec<Figures>> {
    let once = || {
        let mut command = Command::new(xtask);
        command.args(arguments).current_dir(crate::root());
        measured(xtask, &command)
    };
    once()?;
    (0..runs).map(|_| once()).collect()
}

fn print_figures(what: &str, figures: &[Figures], bound: &str) {
    let time = format!("{:.1} ms", median(figures, |figures| figures.wall_ms));
    let memory = format!("{:.1} MB", median(figures, |figures| figures.peak_mb));
    print_row(what, &time, &memory, bound);
}

fn median(figures: &[Figures], value: fn(&Figures) -> f64) -> f64 {
    let mut values: Vec<f64> = figures.iter().map(value).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn print_row(what: &str, time: &str, memory: &str, bound: &str) {
    anstream::println!("{what:<32} {time:>16} {memory:>14}   {bound}");
}
