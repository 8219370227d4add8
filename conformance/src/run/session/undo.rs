//! What a case made is noted down, and undone when the case ends.

use super::super::fill::target;
use super::super::send::Sending;
use super::super::{Entry, blame};
use super::{Session, broken};
use crate::case::{Cleanup, Credentials, Step};
use crate::run::{Kept, StepOutcome, StepRole};
use crate::transport::{Exchange, Transport};

impl<'r, T: Transport> Session<'r, '_, T> {
    /// Notes down what a step made, with the request that removes it.
    pub(super) fn note_down(&mut self, step: &'r Step) {
        let Some(journal) = self.runner.journal else { return };
        let case = self.case;
        for cleanup in case.cleanup.iter().filter(|cleanup| cleanup.after == step.id) {
            let request = &cleanup.step.request;
            let Ok(target) = target(request, &self.context_before()) else { continue };
            let credential = match &request.credentials {
                Credentials::As(name) => Some(name.clone()),
                _ => None,
            };
            let entry = Entry {
                operation_id: cleanup.step.operation_id.clone(),
                method: request.method.as_str().to_owned(),
                target,
                credential,
            };
            journal.made(entry.clone());
            self.made.insert(&cleanup.step.id, entry);
        }
        // A step that itself removes what an earlier one made.
        for cleanup in case.cleanup.iter().filter(|one| one.unless.as_deref() == Some(&step.id)) {
            self.is_gone(&cleanup.step.id);
        }
    }

    fn is_gone(&mut self, cleanup: &str) {
        if let (Some(journal), Some(entry)) = (self.runner.journal, self.made.swap_remove(cleanup))
        {
            journal.removed(entry);
        }
    }

    /// Undoes what a step made.
    pub(super) async fn undo(&mut self, cleanup: &Cleanup) {
        let has_succeeded = |id: &str| self.succeeded.contains(&id);
        let undone = cleanup.unless.as_deref().is_some_and(has_succeeded);
        if !has_succeeded(&cleanup.after) || undone || self.runner.stop.is_urgent() {
            return;
        }
        let step = &cleanup.step;
        let (case, purpose) = (&self.case.id, self.purpose);
        let sending = Sending { case, step, query: &[], wanted: &[], purpose, beyond: true };
        // Twice at most: one lost answer must not leave a trace.
        for attempt in 0..2 {
            if self.runner.is_given_up(&step.operation_id) {
                return;
            }
            // Where the answer doesn't say what was made, the judge has told already.
            let sent = self.runner.send_step(&sending, &self.context_before()).await;
            let Ok((_, exchange)) = sent else { return };
            let lost = exchange.outcome.is_err();
            if !lost || attempt == 1 {
                if is_gone(&exchange) {
                    self.is_gone(&step.id);
                }
                self.steps.push(self.judge_undoing(cleanup, &exchange));
                return;
            }
        }
    }

    fn judge_undoing(&self, cleanup: &Cleanup, exchange: &Exchange) -> StepOutcome {
        let step = &cleanup.step;
        let mut checks = self.runner.judge.judge(&step.operation_id, exchange, &[]).checks;
        // What isn't there any more need not be documented: another step may have removed it.
        if matches!(exchange.status(), Some(404 | 410)) {
            checks.clear();
        }
        if !is_gone(exchange) {
            let message = format!("what step `{}` made could not be deleted", cleanup.after);
            let mut check = broken("cleaned-up", message, "a 2xx, 404 or 410");
            check.got = exchange.status().map(|status| status.to_string());
            checks.push(check);
        }
        self.runner.weigh(&step.operation_id, &mut checks);
        let operation = self.runner.judge.operation(&step.operation_id);
        StepOutcome {
            id: step.id.clone(),
            operation_id: step.operation_id.clone(),
            role: StepRole::Cleanup,
            exchange: Kept::of(exchange),
            checks,
            cell: blame::cell(self.case, step, operation, exchange.status()),
        }
    }
}

/// Whether what a request removes isn't there any more.
fn is_gone(exchange: &Exchange) -> bool {
    let gone = |status: u16| (200..300).contains(&status) || matches!(status, 404 | 410);
    exchange.status().is_some_and(gone)
}
