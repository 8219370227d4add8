//! Runs against all targets of a command, from the first connection to the exit code.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;

use super::conclude::{Rules, conclude, conclude_all};
use super::perform::{Common, Reached, perform, seed};
use super::prepare::Prepared;
use super::progress::Progress;
use super::reach::reach;
use super::targets::path_for;
use super::{RunFlags, head};
use crate::exit::Exit;
use crate::judge::Judge;
use crate::report::Report;
use crate::report::words::some;
use crate::run::{Journal, Stop};
use crate::transport::{Http, Limits};

/// Runs against every target; there is one at least.
pub(super) fn execute(flags: &RunFlags, targets: &[Prepared]) -> Exit {
    let judges: Option<Vec<Judge<'_>>> = targets.iter().map(judge).collect();
    let Some(judges) = judges else { return Exit::Mistake };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            anstream::eprintln!("error: can't start: {error}");
            return Exit::Mistake;
        }
    };
    let journals: Vec<Journal> =
        targets.iter().map(|target| Journal::new(journal_path(flags, target))).collect();
    if let Some(first) = targets.first() {
        anstream::eprint!("{}", head::head(&first.plan));
    }
    let done = runtime.block_on(perform_all(flags, targets, &judges, &journals));
    journals.iter().for_each(Journal::close);
    // What is still being resolved or connected must not hold the end up.
    runtime.shutdown_timeout(Duration::from_millis(100));
    let reports = match done {
        Ok(reports) => reports,
        Err(unreachable) => {
            anstream::eprintln!("error: can't reach the target: {unreachable}");
            return Exit::Unreachable;
        }
    };
    let exit = match (reports.as_slice(), targets) {
        ([report], [_]) => conclude(report, &flags.report, Rules::of(flags)),
        (reports, targets) => {
            let names = targets.iter().map(|target| target.name.as_str());
            conclude_all(&names.zip(reports).collect::<Vec<_>>(), flags)
        }
    };
    for (journal, target) in journals.iter().zip(targets) {
        tell_leftovers(journal, target);
    }
    exit
}

/// What judges answers; nothing where the contract can't be judged by, which is told.
fn judge(target: &Prepared) -> Option<Judge<'_>> {
    let contract = &target.contract;
    let told = |findings: Vec<spec::Finding>| {
        for finding in findings {
            anstream::eprintln!("{}", finding.render(&contract.sources));
        }
    };
    Judge::new(contract).map_err(told).ok()
}

/// Runs against all targets at once. One that can't be reached keeps the others from being run against, too: there would
/// be nothing to hold them against.
async fn perform_all(
    flags: &RunFlags,
    targets: &[Prepared],
    judges: &[Judge<'_>],
    journals: &[Journal],
) -> Result<Vec<Report>, String> {
    let stop = Arc::new(Stop::default());
    // Before anything that takes time: an interrupt must find somebody who hears it.
    let listener = tokio::spawn(listen(Arc::clone(&stop)));
    let mut reached = Vec::with_capacity(targets.len());
    for (prepared, journal) in targets.iter().zip(journals) {
        let http = connect(flags, prepared).await.map_err(|error| match targets.len() {
            1 => error,
            _ => format!("{} ({error})", prepared.name),
        })?;
        reached.push(Reached { prepared, http, journal });
    }
    let cases = targets.iter().map(|target| target.plan.cases.len()).sum();
    let progress = Progress::new(cases);
    let common = Common { flags, stop: &stop, progress: &progress, seed: seed() };
    let runs = reached.into_iter().zip(judges);
    let reports = join_all(runs.map(|(reached, judge)| perform(&common, reached, judge))).await;
    progress.finish();
    listener.abort();
    Ok(reports)
}

async fn connect(flags: &RunFlags, prepared: &Prepared) -> Result<Http, String> {
    let limits = Limits { connect: flags.timeout.min(flags.max_time), ..Limits::default() };
    let network = prepared.profile.network();
    let http = Http::over(network.clone(), prepared.base.clone(), limits);
    let reached = reach(&http, &prepared.url, &network).await;
    reached.map_err(|unreachable| unreachable.to_string())?;
    Ok(http)
}

/// Where the journal of a run goes: where the next run, and `conformance clean`, look for it.
fn journal_path(flags: &RunFlags, target: &Prepared) -> PathBuf {
    let Prepared { name, url, .. } = target;
    match &flags.journal {
        Some(path) => path_for(path, name),
        None => journals_of(url).join(format!("{}-{name}.jsonl", std::process::id())),
    }
}

/// The folder of the journals for a target.
pub(super) fn journals_of(url: &str) -> PathBuf {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
    let name: String = url.chars().map(plain).collect();
    std::env::temp_dir().join("conformance").join(name)
}

/// What the run made and could not remove again.
fn tell_leftovers(journal: &Journal, prepared: &Prepared) {
    if let Some(error) = journal.broken() {
        anstream::eprintln!("warning: the journal could not be written: {error}");
    }
    let left = journal.left();
    if left.is_empty() {
        return;
    }
    anstream::eprintln!(
        "warning: {} of what the run made could not be removed again:",
        some(left.len(), "thing")
    );
    for entry in left.iter().take(10) {
        anstream::eprintln!("  {} {}", entry.method, entry.target);
    }
    anstream::eprintln!(
        "  help: `conformance clean --url {} --journal {} …` tries again",
        prepared.url,
        journal.path().display()
    );
}

/// Hears interrupts: the first lets the run clean up, the second ends even that.
async fn listen(stop: Arc<Stop>) {
    loop {
        interrupted().await;
        stop.ask();
        if stop.is_urgent() {
            anstream::eprintln!("interrupted again: what is still there stays there");
        } else {
            anstream::eprintln!("interrupted: cleaning up");
        }
    }
}

#[cfg(unix)]
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminated) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated.recv() => {}
    }
}

#[cfg(not(unix))]
async fn interrupted() {
    let _ = tokio::signal::ctrl_c().await;
}
