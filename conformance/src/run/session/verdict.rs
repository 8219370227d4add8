//! What a case comes to after its last step: what others' writes leave open, what only follows from something else, and what
//! is wrong with the cell itself.

use super::super::blame::{cell_of, is_failure};
use super::super::outcome::{CaseOutcome, StepOutcome, StepRole};
use super::{Ended, Session};
use crate::case::Criterion;
use crate::judge::{Check, Verdict, judge_relations};
use crate::promise::is_of_any_answer;
use crate::transport::Transport;

/// What may be wrong with an answer that says all the same what comes next.
const OF_SHAPE: [&str; 3] = ["body-schema", "header-schema", "header-required"];

/// What the reason of a case begins with beside which somebody wrote.
const DISTURBED: &str = "someone else wrote meanwhile, so it can't be told: ";

/// Whether a case can't be told because somebody wrote beside it.
pub(in crate::run) fn was_disturbed(outcome: &CaseOutcome) -> bool {
    let reason = outcome.reason.as_deref().unwrap_or_default();
    outcome.verdict == Verdict::Skipped && reason.starts_with(DISTURBED)
}

impl<T: Transport> Session<'_, '_, T> {
    /// Turns what counts have to say into "can't be told" where somebody else wrote meanwhile.
    pub(super) fn mark_inconclusive(&mut self) {
        if self.case.undisturbed.is_empty() || self.ended.is_some() {
            return;
        }
        let laws: Vec<_> = self.case.steps.iter().flat_map(|step| &step.criteria).collect();
        let is_law = |id: &str| {
            laws.iter()
                .any(|one| matches!(one, Criterion::Relation(relation) if relation.law == id))
        };
        let failed: Vec<_> = self.failed().map(|check| check.id).collect();
        if failed.is_empty() || !failed.iter().all(|id| is_law(id)) {
            return;
        }
        let after = judge_relations(&self.case.undisturbed, &self.context(), &self.case.origin);
        let Some(disturbed) = after.iter().find(|check| check.verdict == Verdict::Failed) else {
            return;
        };
        let reason = format!("{DISTURBED}{}", disturbed.message);
        for check in self.steps.iter_mut().flat_map(|step| &mut step.checks) {
            if check.verdict == Verdict::Failed {
                check.verdict = Verdict::Skipped;
            }
        }
        self.ended = Some(Ended::Skipped(reason));
    }

    /// Where something that the case needed was not as it should be, what comes of that says nothing about its own cell.
    pub(super) fn mark_consequences(&mut self) {
        let own = &self.case.cell;
        let theirs = |step: &StepOutcome, check: &Check| {
            is_failure(check) && cell_of(own, step, check).operation_id != own.operation_id
        };
        let first =
            self.steps.iter().position(|step| step.checks.iter().any(|one| theirs(step, one)));
        let Some(first) = first.filter(|_| self.case.also.is_empty()) else { return };
        let cell = self.steps[first].cell.clone();
        // A member of another shape keeps nobody from being answered with the right status.
        let is_of_shape = |check: &Check| OF_SHAPE.contains(&check.id);
        let all = self.steps.iter().flat_map(|step| step.checks.iter().map(move |one| (step, one)));
        let is_deep = all.filter(|(step, one)| theirs(step, one)).any(|(_, one)| !is_of_shape(one));
        let statuses = self.case.steps.iter().flat_map(|step| &step.criteria);
        let statuses: Vec<_> = statuses.filter_map(Criterion::status_code).collect();
        let mut message = None;
        for step in &mut self.steps[first..] {
            for index in 0..step.checks.len() {
                let check = &step.checks[index];
                let is_own = cell_of(own, step, check).operation_id == own.operation_id;
                let follows = is_deep || !statuses.contains(&check.id);
                if is_own && follows && is_failure(check) && !is_of_any_answer(check.id) {
                    message.get_or_insert_with(|| check.message.clone());
                    step.checks[index].verdict = Verdict::Skipped;
                }
            }
        }
        if let (Some(message), None) = (message, &self.ended) {
            let reason = format!("what it needs was not as it should be, see {cell}: {message}");
            self.ended = Some(Ended::Skipped(reason));
        }
    }

    fn failed(&self) -> impl Iterator<Item = &Check> {
        let checks = self.steps.iter().flat_map(|step| &step.checks);
        checks.filter(|check| is_failure(check))
    }

    pub(super) fn verdict(&self) -> (Verdict, Option<String>) {
        let own = &self.case.cell;
        let mine = self.steps.iter().flat_map(|step| {
            let failed = step.checks.iter().filter(|check| is_failure(check));
            failed.filter(|check| {
                let cell = cell_of(own, step, check);
                step.role == StepRole::Case && (self.case.provokes(cell) || cell == own)
            })
        });
        let mine: Vec<&Check> = mine.collect();
        if let Some((first, more)) = mine.split_first() {
            let reason = match more.len() {
                0 => first.message.clone(),
                more => format!("{} (and {more} more)", first.message),
            };
            return (Verdict::Failed, Some(reason));
        }
        match &self.ended {
            None => (Verdict::Passed, None),
            Some(Ended::Skipped(reason)) => (Verdict::Skipped, Some(reason.clone())),
            // What never ran is neither passed nor failed.
            Some(Ended::Halted(halt)) => (Verdict::Skipped, Some(halt.to_string())),
        }
    }
}
