//! One run, from the first connection to the exit code.

use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::RunFlags;
use super::prepare::Prepared;
use super::progress::Progress;
use crate::exit::Exit;
use crate::judge::Judge;
use crate::report::{self, Facts, Redactor, Report};
use crate::run::{CaseOutcome, Options, Runner, Stop};
use crate::transport::{Http, Limits, Paced, Unreachable};

pub(super) fn execute(flags: &RunFlags, prepared: &Prepared) -> Exit {
    let judge = match Judge::new(&prepared.contract) {
        Ok(judge) => judge,
        Err(findings) => {
            for finding in findings {
                anstream::eprintln!("{}", finding.render(&prepared.contract.sources));
            }
            return Exit::Mistake;
        }
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            anstream::eprintln!("error: can't start: {error}");
            return Exit::Mistake;
        }
    };
    let stop = Arc::new(Stop::default());
    let done = runtime.block_on(perform(flags, prepared, &judge, &stop));
    // What is still being resolved or connected must not hold the end up.
    runtime.shutdown_timeout(Duration::from_millis(100));
    match done {
        Ok(done) => tell(flags, prepared, done, &stop),
        Err(unreachable) => {
            anstream::eprintln!("error: can't reach the target: {unreachable}");
            Exit::Unreachable
        }
    }
}

struct Done {
    outcomes: Vec<CaseOutcome>,
    requests: u64,
    elapsed: Duration,
}

async fn perform(
    flags: &RunFlags,
    prepared: &Prepared,
    judge: &Judge<'_>,
    stop: &Arc<Stop>,
) -> Result<Done, Unreachable> {
    let started = Instant::now();
    let deadline = started + flags.max_time;
    let limits = Limits { connect: flags.timeout.min(flags.max_time), ..Limits::default() };
    let http = Http::new(prepared.base.clone(), limits);
    // Before anything that takes time: an interrupt must find somebody who hears it.
    let listener = tokio::spawn(listen(Arc::clone(stop)));
    http.reach().await?;
    let transport = Paced::new(http, flags.rate, deadline);
    let options = Options {
        workers: flags.workers,
        timeout: flags.timeout,
        deadline,
        url: prepared.url.clone(),
        seed: seed(),
    };
    let runner = Runner::new(judge, &prepared.profile, &transport, stop, options);
    let progress = Progress::new(prepared.plan.cases.len());
    let outcomes = runner.run(&prepared.plan.cases, &|outcome| progress.done(outcome)).await;
    progress.finish();
    listener.abort();
    Ok(Done { outcomes, requests: runner.requests(), elapsed: started.elapsed() })
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

/// Runs differ in what they call new things, so that leftovers of one never meet another.
fn seed() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (now.as_nanos() as u64) ^ (u64::from(std::process::id()) << 32)
}

fn tell(flags: &RunFlags, prepared: &Prepared, done: Done, stop: &Stop) -> Exit {
    let redactor = Redactor::new(&prepared.profile);
    let facts = Facts {
        contract: &prepared.contract,
        plan: &prepared.plan,
        workflows: prepared.workflows.as_ref(),
        url: &prepared.url,
        redactor: &redactor,
        requests: done.requests,
        elapsed: done.elapsed,
        interrupted: stop.is_asked(),
    };
    let report = report::build(&facts, done.outcomes);
    // A closed pipe is no reason to leave the files unwritten.
    let _ = anstream::stdout().write_all(report::terminal(&report).as_bytes());
    let mut written = true;
    for target in &flags.report {
        if let Err(error) = report::write(&report, target) {
            anstream::eprintln!("error: can't write {}: {error}", target.path.display());
            written = false;
        }
    }
    if written { verdict(flags, &report) } else { Exit::Mistake }
}

fn verdict(flags: &RunFlags, report: &Report) -> Exit {
    let summary = &report.summary;
    if report.interrupted {
        Exit::Interrupted
    } else if summary.failed > 0 || (flags.require_all && summary.skipped > 0) {
        Exit::DoesNotConform
    } else {
        Exit::Conforms
    }
}
