//! Failures are seen again before they count: alone, with values of their own.
//!
//! Failures that are alike (one cell, one check, one status) are one: it is enough to see one of them again. One that
//! isn't seen again in a few tries is flaky: it is told, but speaks against nobody. A status that is wrong again is seen
//! again, whichever it is: what the first try left behind may be in the way of the next one. And what fails in another way
//! each time it is tried alone has failed: beside other cases a fault may show elsewhere than where it is.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::blame::{Key, is_failure, keys};
use super::outcome::{CaseOutcome, Confirmed, StepOutcome};
use super::{Event, Runner};
use crate::case::{Case, Cell};
use crate::judge::{Check, Verdict};
use crate::promise::Level;
use crate::transport::Transport;

/// How often a failure is looked for again.
const TRIES: u32 = 3;
/// How many of the cases that share a failure are tried.
const CASES: usize = 3;

/// Sees failures again; what isn't seen again is no failure any more.
pub(super) async fn confirm<T: Transport>(
    runner: &Runner<'_, T>,
    cases: &[Case],
    outcomes: &mut [CaseOutcome],
    watch: &dyn Fn(Event<'_>),
) {
    let by_id: BTreeMap<&str, &Case> = cases.iter().map(|case| (case.id.as_str(), case)).collect();
    let mut shared: IndexMap<Key, Vec<usize>> = IndexMap::new();
    for (index, outcome) in outcomes.iter().enumerate() {
        let Some(case) = by_id.get(outcome.id.as_str()) else { continue };
        if outcome.confirmed.is_some_and(|confirmed| confirmed.seen > 0) {
            continue;
        }
        for key in outcome.steps.iter().flat_map(|step| keys(&case.cell, step)) {
            let those = shared.entry(key).or_default();
            if those.last() != Some(&index) {
                those.push(index);
            }
        }
    }
    let mut seen: BTreeMap<usize, IndexMap<Key, Confirmed>> = BTreeMap::new();
    for (done, (key, those)) in shared.iter().enumerate() {
        watch(Event::SeesAgain { done, of: shared.len() });
        let Some(Look { index, confirmed, instead }) =
            look(runner, &by_id, outcomes, key, those).await
        else {
            return;
        };
        if confirmed.seen == 0 && confirmed.of > 0 {
            for index in those {
                excuse(&mut outcomes[*index], key, confirmed, &by_id);
            }
        }
        match instead {
            // What stands of a case already is not taken from it.
            Some((index, instead)) if outcomes[index].verdict == Verdict::Skipped => {
                outcomes[index] = instead;
                seen.remove(&index);
            }
            _ => {
                seen.entry(index).or_default().insert(key.clone(), confirmed);
            }
        }
    }
    for (index, confirmed) in seen {
        outcomes[index].confirmed = least(confirmed.into_values().collect());
    }
}

/// How sure the least sure of a case's failures is, of those that stand: one that wasn't seen again speaks against nobody, and
/// takes nothing from the others.
fn least(mut all: Vec<Confirmed>) -> Option<Confirmed> {
    let stands = |one: &Confirmed| one.seen > 0 || one.of == 0;
    if all.iter().any(stands) {
        all.retain(stands);
    }
    all.into_iter().min_by_key(|one| one.seen)
}

/// What came of looking for a failure.
struct Look {
    /// The case that it was seen in, or else the first that had it.
    index: usize,
    confirmed: Confirmed,
    /// A case that failed alone in another way, and in the same one twice.
    instead: Option<(usize, CaseOutcome)>,
}

/// Looks for a failure in the cases that had it, until it is seen; `None`: there is no time for it.
async fn look<T: Transport>(
    runner: &Runner<'_, T>,
    cases: &BTreeMap<&str, &Case>,
    outcomes: &[CaseOutcome],
    key: &Key,
    those: &[usize],
) -> Option<Look> {
    let first = *those.first()?;
    let mut confirmed = Confirmed { seen: 0, of: 0 };
    let mut instead = None;
    for index in those.iter().copied().take(CASES).cycle().take(TRIES as usize) {
        let case = cases.get(outcomes[index].id.as_str())?;
        // Alone it may fail elsewhere: it is tried once more to see whether it does so again.
        let mut before: Vec<Key> = Vec::new();
        for _ in 0..2 {
            if runner.halt().is_some() {
                return None;
            }
            let Some(again) = perform(runner, case).await else { break };
            confirmed.of += 1;
            let failures: Vec<Key> =
                again.steps.iter().flat_map(|step| keys(&case.cell, step)).collect();
            if failures.iter().any(|one| is_it(one, key)) {
                confirmed.seen += 1;
                return Some(Look { index, confirmed, instead: None });
            }
            if failures.iter().any(|one| before.contains(one)) {
                instead = Some((index, only(again, &case.cell, &before)));
            }
            if failures.is_empty() || instead.is_some() {
                break;
            }
            before = failures;
        }
    }
    if let Some((_, outcome)) = &mut instead {
        outcome.confirmed = Some(Confirmed { seen: 1, of: confirmed.of });
    }
    Some(Look { index: first, confirmed, instead })
}

/// Performs a case once more, unless nothing can be made for it any more.
async fn perform<T: Transport>(runner: &Runner<'_, T>, case: &Case) -> Option<CaseOutcome> {
    if runner.makers.refuse(case).is_some() && !runner.makers.pardon(case) {
        return None;
    }
    runner.forgets_timeouts(&case.cell.operation_id);
    runner.looked_up.forget();
    Some(runner.perform(case).await)
}

/// What came of a case, of whose failures only those count that were seen before.
fn only(mut outcome: CaseOutcome, cell: &Cell, before: &[Key]) -> CaseOutcome {
    for step in &mut outcome.steps {
        let once: Vec<Key> = keys(cell, step).filter(|key| !before.contains(key)).collect();
        for key in &once {
            note(step, key);
        }
    }
    outcome
}

/// Whether a failure is one that was seen before.
fn is_it(again: &Key, before: &Key) -> bool {
    let is_status = before.1 == "status-expected" && again.1 == before.1;
    again == before || (is_status && again.0.operation_id == before.0.operation_id)
}

/// Has the failures of a step that go by a key fail nothing; the message of the first of them.
fn note(step: &mut StepOutcome, key: &Key) -> Option<String> {
    let failed = |check: &&mut Check| check.id == key.1 && is_failure(check);
    let mut message = None;
    for check in step.checks.iter_mut().filter(failed) {
        check.level = Level::Note;
        message.get_or_insert_with(|| check.message.clone());
    }
    message
}

/// Takes a failure that wasn't seen again off a case.
fn excuse(
    outcome: &mut CaseOutcome,
    key: &Key,
    confirmed: Confirmed,
    cases: &BTreeMap<&str, &Case>,
) {
    let Some(case) = cases.get(outcome.id.as_str()) else { return };
    let mut message = None;
    for step in &mut outcome.steps {
        let is_it = keys(&case.cell, step).any(|one| one == *key);
        if !is_it {
            continue;
        }
        message = message.or(note(step, key));
    }
    let still = outcome.steps.iter().any(|step| keys(&case.cell, step).next().is_some());
    if outcome.verdict == Verdict::Failed && !still {
        outcome.verdict = Verdict::Skipped;
        outcome.confirmed = Some(confirmed);
        let what = message.unwrap_or_else(|| "it failed".to_owned());
        outcome.reason = Some(format!("flaky: {what}; not seen again in {} tries", confirmed.of));
    }
}

impl<T: Transport> Runner<'_, T> {
    /// An operation that was given up is asked again, to see whether it still hangs when asked alone.
    fn forgets_timeouts(&self, operation_id: &str) {
        let mut timeouts = self.timeouts.borrow_mut();
        if let Some(count) = timeouts.get_mut(operation_id) {
            *count = (*count).min(super::GIVE_UP_AFTER - 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_that_is_not_seen_again_takes_nothing_from_another_one() {
        let confirmed = |seen, of| Confirmed { seen, of };
        assert_eq!(least(vec![confirmed(0, 3), confirmed(1, 1)]), Some(confirmed(1, 1)));
        assert_eq!(least(vec![confirmed(1, 1), confirmed(1, 3)]), Some(confirmed(1, 1)));
        assert_eq!(least(vec![confirmed(0, 3)]), Some(confirmed(0, 3)));
        assert_eq!(least(Vec::new()), None);
    }
}
