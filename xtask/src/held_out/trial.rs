//! The suite against one service after another.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anstream::println;
use anyhow::bail;

use super::contract::{Fault, HeldOut};
use super::results::{Results, Verdict};
use super::service;
use crate::process;
use crate::services::Limits;
use crate::services::failure::Failure;
use crate::services::ours;
use crate::services::results::Ours;

/// What a run may take.
const SECONDS: u64 = 120;

/// As many as the suite's own command line has by default.
const WORKERS: u32 = 8;

/// What there is to try services of one contract.
pub(super) struct Trials<'a> {
    pub(super) suite: &'a Path,
    pub(super) contract: &'a HeldOut,
    /// Services tried at a time.
    pub(super) workers: usize,
}

impl Trials<'_> {
    /// Tries the sound service so many times.
    ///
    /// # Errors
    /// Where it doesn't start, or the suite doesn't run.
    pub(super) fn sound(&self, times: usize) -> anyhow::Result<Results> {
        let (mut alarms, mut remarks) = (BTreeSet::new(), BTreeSet::new());
        let mut results = Results { date: today(), reached: usize::MAX, ..Results::default() };
        for _ in 0..times {
            let ours = self.once(None)?;
            alarms.extend(ours.failures.iter().map(Failure::told));
            remarks.extend(ours.remarks.iter().map(Failure::told));
            results.cells = ours.documented;
            results.reached = results.reached.min(ours.reached);
        }
        results.alarms = alarms.into_iter().collect();
        results.remarks = remarks.into_iter().collect();
        Ok(results)
    }

    /// Tries each of these faults, and tells and keeps each verdict as it comes.
    ///
    /// # Errors
    /// Where a service doesn't start, the suite doesn't run, or a result can't be kept.
    pub(super) fn each(
        &self,
        faults: &[&Fault],
        results: &mut Results,
        keep: impl Fn(&Results) -> anyhow::Result<()> + Sync,
    ) -> anyhow::Result<()> {
        let next = AtomicUsize::new(0);
        let results = Mutex::new(results);
        let work = || -> anyhow::Result<()> {
            while let Some(fault) = faults.get(next.fetch_add(1, Ordering::Relaxed)) {
                let ours = self.once(Some(&fault.id))?;
                let Ok(mut results) = results.lock() else { bail!("another trial failed") };
                let (verdict, why) = verdict(&ours, &results);
                println!("  {:<9} {:<44} {}", label(verdict), fault.id, why.unwrap_or_default());
                results.verdicts.insert(fault.id.clone(), verdict);
                keep(&results)?;
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let running: Vec<_> = (0..self.workers).map(|_| scope.spawn(work)).collect();
            running.into_iter().try_for_each(|thread| match thread.join() {
                Ok(ended) => ended,
                Err(_) => bail!("a trial panicked"),
            })
        })
    }

    fn once(&self, fault: Option<&str>) -> anyhow::Result<Ours> {
        if process::is_interrupted() {
            bail!("interrupted");
        }
        let service = service::start(&self.contract.service(), fault)?;
        let folder = tempfile::tempdir()?;
        ours::run(
            self.suite,
            &service.url,
            &self.contract.document(),
            &self.contract.profile(),
            &folder.path().join("report.json"),
            Limits { seconds: SECONDS, workers: WORKERS, ..Limits::default() },
        )
    }
}

/// What is new beside the sound service tells of the fault; with what told it.
fn verdict(ours: &Ours, sound: &Results) -> (Verdict, Option<String>) {
    let new = |failures: &[Failure], known: &[String]| {
        failures.iter().map(Failure::told).find(|told| !known.contains(told))
    };
    if let Some(why) = new(&ours.failures, &sound.alarms) {
        return (Verdict::Found, Some(why));
    }
    match new(&ours.remarks, &sound.remarks) {
        Some(why) => (Verdict::Remarked, Some(why)),
        None => (Verdict::Missed, None),
    }
}

fn label(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Found => "found",
        Verdict::Remarked => "remarked",
        Verdict::Missed => "MISSED",
    }
}

fn today() -> String {
    time::OffsetDateTime::now_utc().date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::failure::Kind;

    fn failure(check: &str) -> Failure {
        Failure {
            operation: "GET /items".to_owned(),
            check: check.to_owned(),
            came: "200".to_owned(),
            kind: Kind::Behaviour,
            times: 1,
            message: String::new(),
            example: String::new(),
        }
    }

    #[test]
    fn what_the_sound_service_is_told_of_as_well_finds_no_fault() {
        let both = failure("body-schema");
        let sound = Results { alarms: vec![both.told()], ..Results::default() };
        let ours = Ours { failures: vec![both.clone()], ..Ours::default() };
        assert_eq!(verdict(&ours, &sound).0, Verdict::Missed);
        let remarks = vec![failure("order-is-kept")];
        let ours = Ours { failures: vec![both], remarks, ..Ours::default() };
        assert_eq!(verdict(&ours, &sound).0, Verdict::Remarked);
        assert_eq!(verdict(&ours, &Results::default()).0, Verdict::Found);
    }
}
