//! One run against one target, from the first case to the report.

use std::borrow::Cow;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use indexmap::IndexMap;
use serde_json::Value;

use super::RunFlags;
use super::prepare::Prepared;
use super::progress::Progress;
use super::rehearse::{self, Senders};
use crate::case::Case;
use crate::judge::Judge;
use crate::plan::{Plan, Routine, Routines};
use crate::report::{self, Facts, Redactor, Report};
use crate::run::{
    CaseOutcome, Down, Event, Journal, Options, Runner, SetUp, Stop, Suspect, not_judged,
};
use crate::transport::{Http, Paced, Transport};

/// How many cases run at a time where nobody says.
const WORKERS: usize = 8;
/// Which part of the time that a run has may go by until it is known who is let.
const REHEARSING: u32 = 10;
/// How much later than this one other shards may end.
const PATIENCE: Duration = Duration::from_secs(10);

/// What runs side by side have in common.
pub(super) struct Common<'a> {
    pub(super) flags: &'a RunFlags,
    pub(super) stop: &'a Stop,
    pub(super) progress: &'a Progress,
    /// Runs of one seed make the same fresh values.
    pub(super) seed: u64,
}

/// A target that can be reached, and where it is noted down what is made there.
pub(super) struct Reached<'a> {
    pub(super) prepared: &'a Prepared,
    pub(super) http: Http,
    pub(super) journal: &'a Journal,
}

struct Done<'p> {
    /// What was planned once the set-ups had given what they give.
    plan: Cow<'p, Plan>,
    outcomes: Vec<CaseOutcome>,
    requests: u64,
    /// What was found out before the cases.
    learned: Vec<String>,
    started: SystemTime,
    elapsed: Duration,
    /// Why not every case was performed, if so.
    ended: Option<String>,
}

/// Performs all that is planned for a target; its report.
pub(super) async fn perform(
    common: &Common<'_>,
    reached: Reached<'_>,
    judge: &Judge<'_>,
) -> Report {
    let Common { flags, stop, progress, seed } = *common;
    let Reached { prepared, http, journal } = reached;
    let (began, started) = (SystemTime::now(), Instant::now());
    let deadline = started + flags.max_time;
    let transport = Paced::new(http, prepared.profile.rate, deadline);
    let options = Options {
        workers: prepared.profile.workers.unwrap_or(WORKERS),
        timeout: flags.timeout,
        deadline,
        url: prepared.url.clone(),
        seed,
    };
    let routines = &prepared.plan.routines;
    let runner = Runner::new(judge, &prepared.profile, &transport, stop, options)
        .with_journal(journal)
        .with_sources(&routines.sources);
    let known = prepared.known_failures();
    let fails = |case: &Case, outcome: &CaseOutcome| known.fails(case, outcome);
    let runner = if flags.shard.is_some() { runner.with_patience(PATIENCE) } else { runner };
    let runner = if flags.fail_fast { runner.with_fail_fast(&fails) } else { runner };
    let set_up = runner.set_up(&routines.setup).await;
    let planned = planned(flags, prepared, &set_up);
    let failed = set_up.failed().map(str::to_owned).or(planned.as_ref().err().cloned());
    let mut plan = planned.unwrap_or(Cow::Borrowed(&prepared.plan));
    let mut senders = Senders::new();
    let mut outcomes = match &failed {
        Some(reason) => not_judged(&plan.cases, reason),
        None => {
            let known = Known { flags, prepared, given: set_up.values() };
            let performed = perform_cases(&runner, &known, plan, progress).await;
            (plan, senders) = (performed.plan, performed.senders);
            performed.outcomes
        }
    };
    outcomes.extend(runner.tear_down(&routines.teardown, set_up).await);
    runner.remove_leftovers().await;
    tell_routines(&mut plan);
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
    let done = Done {
        plan,
        outcomes,
        requests: runner.requests(),
        learned: rehearse::told(&senders),
        started: began,
        elapsed: started.elapsed(),
        ended,
    };
    report_of(prepared, done, stop)
}

/// Parts of a run and targets side by side have the same cases, whatever one of them knows.
fn may_rehearse(flags: &RunFlags, prepared: &Prepared) -> bool {
    flags.shard.is_none() && prepared.profile.targets.len() < 2
}

/// The plan, made anew where set-ups gave what it needs to know.
fn planned<'p, T>(
    flags: &RunFlags,
    prepared: &'p Prepared,
    set_up: &SetUp<'_, '_, T>,
) -> Result<Cow<'p, Plan>, String> {
    match set_up.values().is_empty() || set_up.failed().is_some() {
        true => Ok(Cow::Borrowed(&prepared.plan)),
        false => prepared.plan_with(flags, set_up.values(), &Senders::new()).map(Cow::Owned),
    }
}

/// What cases are planned from.
struct Known<'k> {
    flags: &'k RunFlags,
    prepared: &'k Prepared,
    /// What set-ups gave.
    given: &'k IndexMap<String, Value>,
}

struct Performed<'p> {
    plan: Cow<'p, Plan>,
    senders: Senders,
    outcomes: Vec<CaseOutcome>,
}

/// Performs the cases, planned anew where the target lets others make things than those who are asked first.
async fn perform_cases<'p, T: Transport>(
    runner: &Runner<'_, T>,
    Known { flags, prepared, given }: &Known<'_>,
    mut plan: Cow<'p, Plan>,
    progress: &Progress,
) -> Performed<'p> {
    runner.log_in().await;
    let watch = &|event: Event<'_>| progress.tell(event);
    // What is looked at as it was before the run, is looked at before anything is made.
    let begun = runner.begin(&plan.cases, watch).await;
    let mut senders = Senders::new();
    if may_rehearse(flags, prepared) {
        let until = Instant::now() + flags.max_time / REHEARSING;
        senders = rehearse::senders(runner, prepared, given, &plan, until).await;
    }
    if !senders.is_empty() {
        match prepared.plan_with(flags, given, &senders) {
            Ok(known) => plan = Cow::Owned(known),
            Err(_) => senders.clear(),
        }
    }
    let outcomes = runner.go_on(&plan.cases, begun, watch).await;
    Performed { plan, senders, outcomes }
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

/// Runs differ in what they call new things, so that leftovers of one never meet another.
pub(super) fn seed() -> u64 {
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
        learned: done.learned.clone(),
        started: done.started,
        elapsed: done.elapsed,
        interrupted: stop.is_asked(),
        ended: done.ended.clone(),
    };
    report::build(&facts, done.outcomes)
}
