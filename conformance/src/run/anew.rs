//! Cases that are performed anew, because what kept them from being judged is over: a failure that stopped the run and was
//! not seen again, or somebody who wrote beside them.

use std::time::Duration;

use super::outcome::CaseOutcome;
use super::stop::Halt;
use super::{Event, Runner, confirm, session};
use crate::case::Case;
use crate::judge::Verdict;
use crate::transport::Transport;

/// How long it is waited for others to have written what they write.
const PAUSE: Duration = Duration::from_millis(400);

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

    /// Performs those anew beside which somebody wrote, one after the other, while there are tries and time.
    pub(super) async fn perform_disturbed(&self, cases: &[Case], outcomes: &mut [CaseOutcome]) {
        for _ in 0..self.patience {
            let disturbed: Vec<usize> = places(outcomes, session::was_disturbed).collect();
            if disturbed.is_empty() || self.halt().is_some() {
                return;
            }
            tokio::time::sleep(PAUSE).await;
            for place in disturbed {
                let id = &outcomes[place].id;
                let Some(case) = cases.iter().find(|case| case.id == *id) else { continue };
                let again = self.perform(case).await;
                // One that was cut short says less than before.
                if again.verdict != Verdict::Skipped || session::was_disturbed(&again) {
                    outcomes[place] = again;
                }
            }
        }
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
        let done = &|outcome: &CaseOutcome| watch(Event::Done(outcome));
        for outcome in self.perform_all(&those, done).await {
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

/// Whether a case was not performed, or not to its end, since another one had failed.
pub(super) fn was_stopped(outcome: &CaseOutcome) -> bool {
    outcome.verdict == Verdict::Skipped
        && outcome.reason.as_deref() == Some(Halt::FailedFast.as_str())
}
