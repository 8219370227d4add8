//! Every mutant on trial: is it found? And is the sound server left alone?

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::thread;

use tokio::runtime::Builder;

use crate::mutant::{Breaks, Mutant};
use crate::server::Server;
use crate::subject::Subject;
use crate::suite::{Run, Suite, Until};

/// One server, and what the suite had to say.
#[derive(Debug)]
pub struct Trial<M: 'static> {
    /// The mutant; `None`: the sound server.
    pub mutant: Option<&'static Mutant<M>>,
    /// What came of the run, or why there was none.
    pub run: Result<Run, String>,
}

impl<M> Trial<M> {
    /// Whether the suite was right: a mutant found, the sound server left alone.
    pub fn is_right(&self) -> bool {
        match (&self.run, self.mutant) {
            (Ok(run), Some(_)) => !run.failures.is_empty(),
            (Ok(run), None) => run.failures.is_empty() && run.skipped.is_empty(),
            (Err(_), _) => false,
        }
    }
}

/// How trials are held.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How many servers are tried at a time.
    pub workers: usize,
    /// How often the sound server is tried.
    pub sound: usize,
    /// How far a run against a mutant goes.
    pub until: Until,
}

/// Tries the sound server and then each mutant, and tells each trial as it ends, in no particular order.
///
/// A mutant is found by a failure that the sound server doesn't have: what accuses that says nothing about a mutant.
pub fn hold<S: Subject>(
    suite: &Suite,
    mutants: &[&'static Mutant<S::Memory>],
    plan: Plan,
    done: impl Fn(Trial<S::Memory>) + Sync,
) {
    let alarms = Mutex::new(BTreeSet::new());
    let sound = vec![None; plan.sound];
    try_each::<S>(suite, &sound, plan, &BTreeSet::new(), &|trial| {
        if let Ok(run) = &trial.run {
            let accused = run.failures.iter().map(|failure| failure.case.clone());
            alarms.lock().unwrap_or_else(PoisonError::into_inner).extend(accused);
        }
        done(trial);
    });
    let alarms = alarms.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mutants: Vec<_> = mutants.iter().copied().map(Some).collect();
    try_each::<S>(suite, &mutants, plan, &alarms, &done);
}

/// Tries servers, `None` the sound one, as many at a time as there are workers.
fn try_each<S: Subject>(
    suite: &Suite,
    servers: &[Option<&'static Mutant<S::Memory>>],
    plan: Plan,
    alarms: &BTreeSet<String>,
    done: &(impl Fn(Trial<S::Memory>) + Sync),
) {
    let queue: VecDeque<_> = servers.iter().copied().enumerate().collect();
    let queue = Mutex::new(queue);
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    thread::scope(|scope| {
        for _ in 0..plan.workers.max(1) {
            scope.spawn(|| {
                let judge = suite.judge();
                while let Some((number, mutant)) = next() {
                    let until = if mutant.is_some() { plan.until } else { Until::End };
                    let judge = judge.as_ref().map_err(Clone::clone);
                    let breaks = mutant.map(|mutant| mutant.breaks);
                    let run = judge.and_then(|judge| {
                        let run = |url: String| async move {
                            suite.run(judge, &url, number as u64, until, alarms).await
                        };
                        serve::<S, _>(breaks, run)
                    });
                    done(Trial { mutant, run });
                }
            });
        }
    });
}

/// One server, started, put to the suite, and ended.
fn serve<S: Subject, R: Future<Output = Result<Run, String>>>(
    breaks: Option<Breaks<S::Memory>>,
    run: impl FnOnce(String) -> R,
) -> Result<Run, String> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let server = Server::start::<S>(breaks).await?;
        run(server.url().to_owned()).await
    })
}
