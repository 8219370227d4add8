//! One run, from the first connection to the exit code.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::conclude::{Rules, conclude};
use super::prepare::Prepared;
use super::progress::Progress;
use super::reach::reach;
use super::{RunFlags, head};
use crate::case::Case;
use crate::exit::Exit;
use crate::judge::Judge;
use crate::plan::{Plan, Routine, Routines};
use crate::report::words::some;
use crate::report::{self, Facts, Redactor, Report};
use crate::run::{CaseOutcome, Down, Journal, Options, Runner, SetUp, Stop, Suspect, not_judged};
use crate::transport::{Http, Limits, Paced, Transport, Unreachable};

/// How many cases run at a time where nobody says.
const WORKERS: usize = 8;

/// How often a case is performed anew that another shard has disturbed.
const PATIENCE: u32 = 30;

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
    let journal = Journal::new(journal_path(flags, &prepared.url));
    anstream::eprint!("{}", head::head(&prepared.plan));
    let done = runtime.block_on(perform(flags, prepared, &judge, &stop, &journal));
    journal.close();
    // What is still being resolved or connected must not hold the end up.
    runtime.shutdown_timeout(Duration::from_millis(100));
    match done {
        Ok(done) => {
            let report = report_of(prepared, done, &stop);
            let exit = conclude(&report, &flags.report, Rules::of(flags));
            tell_leftovers(&journal, prepared);
            exit
        }
        Err(unreachable) => {
            anstream::eprintln!("error: can't reach the target: {unreachable}");
            Exit::Unreachable
        }
    }
}

struct Done<'p> {
    /// What was planned once the set-ups had given what they give.
    plan: Cow<'p, Plan>,
    outcomes: Vec<CaseOutcome>,
    requests: u64,
    started: SystemTime,
    elapsed: Duration,
    /// Why not every case was performed, if so.
    ended: Option<String>,
}

async fn perform<'p>(
    flags: &RunFlags,
    prepared: &'p Prepared,
    judge: &Judge<'_>,
    stop: &Arc<Stop>,
    journal: &Journal,
) -> Result<Done<'p>, Unreachable> {
    let (began, started) = (SystemTime::now(), Instant::now());
    let deadline = started + flags.max_time;
    let limits = Limits { connect: flags.timeout.min(flags.max_time), ..Limits::default() };
    let network = prepared.profile.network();
    let http = Http::over(network.clone(), prepared.base.clone(), limits);
    // Before anything that takes time: an interrupt must find somebody who hears it.
    let listener = tokio::spawn(listen(Arc::clone(stop)));
    reach(&http, &prepared.url, &network).await?;
    let transport = Paced::new(http, prepared.profile.rate, deadline);
    let options = Options {
        workers: prepared.profile.workers.unwrap_or(WORKERS),
        timeout: flags.timeout,
        deadline,
        url: prepared.url.clone(),
        seed: seed(),
    };
    let routines = &prepared.plan.routines;
    let runner = Runner::new(judge, &prepared.profile, &transport, stop, options)
        .with_journal(journal)
        .with_sources(&routines.sources);
    let known = prepared.known_failures();
    let fails = |case: &Case, outcome: &CaseOutcome| known.fails(case, outcome);
    let patience = if flags.shard.is_some() { PATIENCE } else { 0 };
    let runner = runner.with_patience(patience);
    let runner = if flags.fail_fast { runner.with_fail_fast(&fails) } else { runner };
    let set_up = runner.set_up(&routines.setup).await;
    let planned = planned(flags, prepared, &set_up);
    let failed = set_up.failed().map(str::to_owned).or(planned.as_ref().err().cloned());
    let mut plan = planned.unwrap_or(Cow::Borrowed(&prepared.plan));
    let mut outcomes = match &failed {
        Some(reason) => not_judged(&plan.cases, reason),
        None => perform_cases(&runner, &plan.cases).await,
    };
    outcomes.extend(runner.tear_down(&routines.teardown, set_up).await);
    runner.remove_leftovers().await;
    tell_routines(&mut plan);
    listener.abort();
    let ended = match runner.down() {
        Some(down) => Some(told_down(&down)),
        None if runner.ran_out_of_time() => {
            Some("the time for the whole run was over (`--max-time` gives it more)".to_owned())
        }
        None if runner.stopped_at_failure() => {
            Some("the run ended at its first failure (`--fail-fast`)".to_owned())
        }
        None => failed,
    };
    Ok(Done {
        plan,
        outcomes,
        requests: runner.requests(),
        started: began,
        elapsed: started.elapsed(),
        ended,
    })
}

/// The plan, made anew where set-ups gave what it needs to know.
fn planned<'p, T>(
    flags: &RunFlags,
    prepared: &'p Prepared,
    set_up: &SetUp<'_, '_, T>,
) -> Result<Cow<'p, Plan>, String> {
    match set_up.values().is_empty() || set_up.failed().is_some() {
        true => Ok(Cow::Borrowed(&prepared.plan)),
        false => prepared.plan_with(flags, set_up.values()).map(Cow::Owned),
    }
}

async fn perform_cases<T: Transport>(runner: &Runner<'_, T>, cases: &[Case]) -> Vec<CaseOutcome> {
    runner.log_in().await;
    let progress = Progress::new(cases.len());
    let outcomes = runner.run(cases, &|event| progress.tell(event)).await;
    progress.finish();
    outcomes
}

/// Set-ups and tear-downs are told as cases are, the ones first and the others last.
fn tell_routines(plan: &mut Cow<'_, Plan>) {
    let Routines { setup, teardown, .. } = &plan.routines;
    if setup.is_empty() && teardown.is_empty() {
        return;
    }
    let plan = plan.to_mut();
    let case = |routine: &Routine| routine.case.clone();
    plan.cases.splice(0..0, plan.routines.setup.iter().map(case));
    plan.cases.extend(plan.routines.teardown.iter().map(case));
}

/// What is known of a target that went down.
fn told_down(down: &Down) -> String {
    let named = |suspect: &Suspect| format!("  {} ({})", suspect.request, suspect.case);
    let suspects: Vec<_> = down.suspects.iter().map(named).collect();
    match &down.culprit {
        Some(culprit) => {
            format!("the target went down: {}, after\n{}", down.reason, named(culprit))
        }
        None => format!(
            "the target went down: {}; under way or answered last, each to be tried alone with `--case`:\n{}",
            down.reason,
            suspects.join("\n")
        ),
    }
}

/// Where the journal of a run goes: where the next run, and `conformance clean`, look for it.
fn journal_path(flags: &RunFlags, url: &str) -> PathBuf {
    let own = || journals_of(url).join(format!("{}.jsonl", std::process::id()));
    flags.journal.clone().unwrap_or_else(own)
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

/// Runs differ in what they call new things, so that leftovers of one never meet another.
fn seed() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (now.as_nanos() as u64) ^ (u64::from(std::process::id()) << 32)
}

fn report_of(prepared: &Prepared, done: Done<'_>, stop: &Stop) -> Report {
    let redactor = Redactor::new(&prepared.profile);
    let facts = Facts {
        contract: &prepared.contract,
        plan: &done.plan,
        workflows: prepared.sources.as_ref(),
        url: &prepared.url,
        redactor: &redactor,
        variables: &prepared.profile.variables,
        known: prepared.known_failures(),
        selection: prepared.selection.clone(),
        requests: done.requests,
        started: done.started,
        elapsed: done.elapsed,
        interrupted: stop.is_asked(),
        ended: done.ended.clone(),
    };
    report::build(&facts, done.outcomes)
}
