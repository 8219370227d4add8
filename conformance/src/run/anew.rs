//! Cases that are performed anew, because what kept them from being judged is over: a failure that stopped the run and was
//! not seen again, somebody who wrote beside them, or a list in which there was nothing yet.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use super::outcome::CaseOutcome;
use super::stop::Halt;
use super::{Event, Runner, confirm, session};
use crate::case::{Case, Isolation};
use crate::judge::Verdict;
use crate::transport::Transport;

/// How long it is waited for others to have written what they write.
const PAUSE: Duration = Duration::from_millis(400);
/// How often a case that counts is tried again that could not be told for other reasons.
const FEW: u32 = 8;
/// How often in a row a case has to pass of which a failure was seen again.
const SURELY: u32 = 3;

impl<T: Transport> Runner<'_, T> {
    /// Sees failures again. Where one had stopped the run that isn't seen again, the run goes on.
    pub(super) async fn confirm_and_go_on(
        &self,
        cases: &[Case],
        outcomes: &mut [CaseOutcome],
        watch: &dyn Fn(Event<'_>),
    ) {
        loop {
            self.failed_fast.set(false);
            confirm::confirm(self, cases, outcomes, watch).await;
            let Some(fails) = self.fail_fast else { return };
            let is_firm = |outcome: &CaseOutcome| {
                let case = cases.iter().find(|case| case.id == outcome.id);
                case.is_some_and(|case| fails(case, outcome))
            };
            let waiting: Vec<usize> = places(outcomes, was_stopped).collect();
            if outcomes.iter().any(is_firm) {
                // What comes after this is not begun either.
                self.failed_fast.set(!waiting.is_empty());
                self.stopped_early.set(!waiting.is_empty());
                return;
            }
            if waiting.is_empty() {
                return;
            }
            self.perform_those(&waiting, cases, outcomes, watch).await;
        }
    }

    /// Performs those anew that others may have disturbed, one after the other, until runs that began when this one did
    /// are done as well, as far as that can be told by how long it took.
    pub(super) async fn perform_disturbed(
        &self,
        cases: &[Case],
        outcomes: &mut [CaseOutcome],
        began: Instant,
    ) {
        let Some(patience) = self.patience else { return };
        let until = Instant::now() + began.elapsed() + patience;
        let by_id: HashMap<&str, &Case> =
            cases.iter().map(|case| (case.id.as_str(), case)).collect();
        for round in 0.. {
            let disturbed = outcomes.iter().enumerate().filter_map(|(place, outcome)| {
                let case = *by_id.get(outcome.id.as_str())?;
                Some((place, case, passes_needed(case, outcome, round)?))
            });
            let disturbed: Vec<_> = disturbed.collect();
            if disturbed.is_empty() || self.halt().is_some() || Instant::now() > until {
                return;
            }
            tokio::time::sleep(PAUSE).await;
            for (place, case, passes) in disturbed {
                if let Some(passed) = self.perform_well(case, passes).await {
                    outcomes[place] = passed;
                }
            }
        }
    }

    /// What came of a case that passes so often in a row.
    async fn perform_well(&self, case: &Case, passes: u32) -> Option<CaseOutcome> {
        let mut latest = None;
        for _ in 0..passes {
            latest = Some(self.perform(case).await).filter(|one| one.verdict == Verdict::Passed);
            latest.as_ref()?;
        }
        latest
    }

    async fn perform_those(
        &self,
        places: &[usize],
        cases: &[Case],
        outcomes: &mut [CaseOutcome],
        watch: &dyn Fn(Event<'_>),
    ) {
        let waits = |case: &&Case| places.iter().any(|place| outcomes[*place].id == case.id);
        let those: Vec<Case> = cases.iter().filter(waits).cloned().collect();
        let begun = self.begin(&those, watch).await;
        for outcome in self.perform_all(&those, begun, watch).await {
            if let Some(place) = places.iter().find(|place| outcomes[**place].id == outcome.id) {
                outcomes[*place] = outcome;
            }
        }
    }

    /// Whether the run ended at its first failure.
    pub fn stopped_at_failure(&self) -> bool {
        self.stopped_early.get()
    }
}

fn places(
    outcomes: &[CaseOutcome],
    is_meant: impl Fn(&CaseOutcome) -> bool,
) -> impl Iterator<Item = usize> {
    let all = outcomes.iter().enumerate();
    all.filter(move |(_, outcome)| is_meant(outcome)).map(|(place, _)| place)
}

/// How often a case has to pass in a row to show that others had disturbed it; `None`: they can't have.
///
/// Of a case that counts, what it can tell of others' writes is no proof that there were none: something may have come and
/// gone between two looks.
/// What keeps it from being told may come of that, too, and is the same every time where it doesn't.
fn passes_needed(case: &Case, outcome: &CaseOutcome, round: u32) -> Option<u32> {
    let counts = case.isolation == Isolation::Alone;
    let is_flaky = outcome.confirmed.is_some_and(|one| one.seen == 0 && one.of > 0);
    match outcome.verdict {
        Verdict::Skipped if session::was_disturbed(outcome) => Some(1),
        Verdict::Skipped if counts && is_flaky => Some(1),
        Verdict::Skipped if counts && !outcome.steps.is_empty() && round < FEW => Some(1),
        Verdict::Passed if counts && has_remark(outcome) && round < FEW => Some(1),
        Verdict::Failed if counts => Some(SURELY),
        _ => None,
    }
}

/// Whether something was not as it should be, though it fails nothing.
fn has_remark(outcome: &CaseOutcome) -> bool {
    let mut checks = outcome.steps.iter().flat_map(|step| &step.checks);
    checks.any(|check| check.verdict == Verdict::Failed)
}

/// Whether a case was not performed, or not to its end, since another one had failed.
pub(super) fn was_stopped(outcome: &CaseOutcome) -> bool {
    outcome.verdict == Verdict::Skipped
        && outcome.reason.as_deref() == Some(Halt::FailedFast.as_str())
}

/// Whether a case about the target as it was before the run could not be told by what was there: at the end there may be
/// more.
pub(super) fn found_nothing(case: &Case, outcome: &CaseOutcome) -> bool {
    case.isolation == Isolation::First
        && outcome.verdict == Verdict::Skipped
        && !outcome.steps.is_empty()
        // A list that has further pages is not empty, and would be no shorter later on.
        && outcome.steps.len() <= case.steps.len()
}

/// The places of all those.
pub(super) fn that_found_nothing(
    cases: &[Case],
    outcomes: &BTreeMap<usize, CaseOutcome>,
) -> Vec<usize> {
    let nothing =
        |(place, outcome): &(&usize, &CaseOutcome)| found_nothing(&cases[**place], outcome);
    outcomes.iter().filter(nothing).map(|(place, _)| *place).collect()
}
