//! Whether what a case made is really gone.

use std::time::Instant;

use spec::model::{Location as In, Method};

use super::super::blame;
use super::super::fill::target;
use super::undo::is_success;
use super::{SETTLING, Session};
use crate::case::{Cleanup, Request, Step};
use crate::promise::Level;
use crate::run::{Kept, StepOutcome, StepRole};
use crate::transport::{Exchange, Transport};

/// The promise that makes a thing that is there still a fault.
const GONE: &str = "deleted-is-gone";

impl<T: Transport> Session<'_, '_, T> {
    /// Whether a step of the case has removed it in the very same way, and none has written anything since.
    pub(super) fn has_removed(&self, cleanup: &Cleanup, wanted: Option<&str>) -> bool {
        let context = self.context_before();
        let steps = self.case.steps.iter().rev();
        let mut written = steps.filter(|step| {
            !step.request.method.is_safe() && self.succeeded.contains(&step.id.as_str())
        });
        written.next().is_some_and(|step| {
            step.request.method == Method::Delete
                && step.request.body == cleanup.step.request.body
                && target(&step.request, &context).ok().as_deref() == wanted
        })
    }

    /// Whether what was removed is found all the same: a DELETE may only stop it. Asked until it was seen once for what
    /// an operation makes, and not at all where the profile says that what is deleted need not be gone.
    pub(super) async fn is_there_still(&mut self, cleanup: &Cleanup) -> bool {
        let levels = &self.runner.profile.levels;
        let is_asked = levels.of(&cleanup.step.operation_id, GONE, Level::Must) > Level::Off;
        if !is_asked || self.runner.makers.is_proven(self.case, cleanup) {
            return false;
        }
        let Some(step) = self.look(cleanup) else { return false };
        let settled = Instant::now() + self.runner.profile.settle;
        loop {
            let exchange = self.send_surely(&step, &step.request).await;
            let is_there = exchange.as_ref().is_some_and(is_success);
            if let Some(exchange) = &exchange {
                self.note_look(cleanup, &step, exchange);
            }
            if !is_there || Instant::now() >= settled {
                return is_there;
            }
            tokio::time::sleep(SETTLING).await;
        }
    }

    /// The look is told in reports, as everything that is sent; whether it is right, the reader's own cases tell.
    fn note_look(&mut self, cleanup: &Cleanup, step: &Step, exchange: &Exchange) {
        let operation = self.runner.judge.operation(&step.operation_id);
        self.steps.push(StepOutcome {
            id: format!("{}_look", cleanup.step.id),
            operation_id: step.operation_id.clone(),
            role: StepRole::Cleanup,
            exchange: Kept::of(exchange),
            checks: Vec::new(),
            cell: blame::cell(self.case, step, operation, exchange.status()),
        });
    }

    /// The GET of what a request removes, where that takes no more than its path.
    fn look(&self, cleanup: &Cleanup) -> Option<Step> {
        let removal = &cleanup.step.request;
        let mut operations = self.runner.judge.contract().operations.iter();
        let reader = operations
            .find(|one| one.method == Method::Get && one.path.text == removal.path)
            .filter(|one| {
                !one.parameters.iter().any(|one| one.required && one.location != In::Path)
            })?;
        let request = Request {
            method: Method::Get,
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            ..removal.clone()
        };
        Some(Step { operation_id: reader.id.clone(), request, ..Step::clone(&cleanup.step) })
    }
}
