//! The conformance suite with what it needs for one contract, to be run against one server after another.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use conformance::arazzo::{self, Workflows};
use conformance::judge::{Judge, Verdict};
use conformance::plan::{Plan, plan};
use conformance::profile::{self, Profile};
use conformance::run::{CaseOutcome, Event, Options, Runner, Stop, is_failure};
use conformance::transport::{Base, Http, Limits};
use spec::{Contract, FileSystem, Severity};

use crate::subject::Files;

/// How long one exchange may take: long for a server in the same process, short for a mutant that hangs.
const TIMEOUT: Duration = Duration::from_secs(3);

/// How long a whole run may take.
const MAX_TIME: Duration = Duration::from_secs(60);

/// As many as the suite's own command line has by default.
const WORKERS: usize = 8;

/// Whether a run goes on when there is something to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// Every case is run.
    End,
    /// The first failed case is enough.
    FirstFailure,
}

/// Contract, workflows and profile, read, and the plan made of them.
#[derive(Debug)]
pub struct Suite {
    contract: Contract,
    profile: Profile,
    plan: Plan,
}

/// What came of a run.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// What failed, a case each, in the order of the plan.
    pub failures: Vec<Failure>,
    /// Cases that could not be told, with their reasons.
    pub skipped: Vec<String>,
    /// How many requests were sent.
    pub requests: u64,
    /// How long it took.
    pub elapsed: Duration,
}

/// A failed case.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Its id, which begins with its cell.
    pub case: String,
    /// The first check that failed, if it was one.
    pub check: Option<&'static str>,
    /// What that check has to say.
    pub message: String,
}

impl Suite {
    /// Reads the files of a subject from the repository at `root`.
    ///
    /// # Errors
    /// What is wrong with them, for people.
    pub fn read(root: &Path, files: &Files) -> Result<Self, String> {
        let contract = contract(&root.join(files.contract))?;
        let workflows =
            files.workflows.map(|path| workflows(&root.join(path), &contract)).transpose()?;
        let profile = profile::read(&root.join(files.profile));
        let profile = profile.map_err(|problems| told(&problems))?;
        let plan = plan(&contract, workflows.as_ref(), &profile.plan_context(&contract));
        Ok(Self { contract, profile, plan })
    }

    /// What judges by the contract: one is good for many runs, but for one thread only.
    ///
    /// # Errors
    /// When the contract has schemas that nothing can be judged by.
    pub fn judge(&self) -> Result<Judge<'_>, String> {
        Judge::new(&self.contract)
            .map_err(|_| "the contract has schemas that say nothing".to_owned())
    }

    /// Runs cases against a server. Fresh values of two seeds differ. Cases that are known to accuse the sound server
    /// don't count.
    ///
    /// # Errors
    /// When there was nothing to run them against.
    pub async fn run(
        &self,
        judge: &Judge<'_>,
        url: &str,
        seed: u64,
        until: Until,
        alarms: &BTreeSet<String>,
    ) -> Result<Run, String> {
        let started = Instant::now();
        let base = Base::parse(url).map_err(|mistake| mistake.to_string())?;
        let http = Http::new(base, Limits { connect: TIMEOUT, ..Limits::default() });
        http.reach().await.map_err(|unreachable| unreachable.to_string())?;
        let stop = Stop::default();
        let options = Options {
            workers: WORKERS,
            timeout: TIMEOUT,
            deadline: started + MAX_TIME,
            url: url.to_owned(),
            seed,
        };
        let runner = Runner::new(judge, &self.profile, &http, &stop, options);
        let done = |event: Event<'_>| {
            let Event::Done(outcome) = event else { return };
            let counts = has_failed(outcome) && !alarms.contains(&outcome.id);
            if until == Until::FirstFailure && counts {
                stop.ask();
            }
        };
        let outcomes = runner.run(&self.plan.cases, &done).await;
        let elapsed = started.elapsed();
        let mut run = Run::of(&outcomes, runner.requests(), elapsed);
        run.failures.retain(|failure| !alarms.contains(&failure.case));
        Ok(run)
    }
}

impl Run {
    fn of(outcomes: &[CaseOutcome], requests: u64, elapsed: Duration) -> Self {
        let of = |verdict| outcomes.iter().filter(move |outcome| outcome.verdict == verdict);
        let skipped = |outcome: &CaseOutcome| {
            format!("{}: {}", outcome.id, outcome.reason.as_deref().unwrap_or("no reason"))
        };
        Self {
            failures: outcomes.iter().filter(|it| has_failed(it)).map(Failure::of).collect(),
            skipped: of(Verdict::Skipped).map(skipped).collect(),
            requests,
            elapsed,
        }
    }
}

/// Whether a run with this case fails: by the case itself, by the answer to a step that only leads to it, or by what it made
/// and couldn't remove.
fn has_failed(outcome: &CaseOutcome) -> bool {
    let mut checks = outcome.steps.iter().flat_map(|step| &step.checks);
    checks.any(is_failure) || outcome.verdict == Verdict::Failed
}

impl Failure {
    fn of(outcome: &CaseOutcome) -> Self {
        let mut checks = outcome.steps.iter().flat_map(|step| &step.checks);
        let failed = checks.find(|check| check.verdict == Verdict::Failed);
        let said = failed.map(|check| check.message.clone());
        Self {
            case: outcome.id.clone(),
            check: failed.map(|check| check.id),
            message: said.or_else(|| outcome.reason.clone()).unwrap_or_default(),
        }
    }
}

fn contract(path: &Path) -> Result<Contract, String> {
    let reading = spec::read(path, &FileSystem);
    reading.contract.ok_or_else(|| format!("{} can't be read", path.display()))
}

fn workflows(path: &Path, contract: &Contract) -> Result<Workflows, String> {
    let reading = arazzo::read(path, &FileSystem, contract);
    let errors: Vec<_> = reading
        .findings
        .list
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| finding.render(&reading.findings.sources))
        .collect();
    reading.workflows.filter(|_| errors.is_empty()).ok_or_else(|| errors.join("\n"))
}

fn told(problems: &[profile::Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
}
