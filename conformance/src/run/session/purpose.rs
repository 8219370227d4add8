//! What a session is for, how far it may go for that, and what comes of it beside its verdict.

use indexmap::IndexMap;
use serde_json::Value;

use super::super::stop::Halt;
use super::{Ended, Session};
use crate::expression::Expression;
use crate::judge::{Check, Verdict};
use crate::run::StepOutcome;
use crate::transport::Transport;

/// What a session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::run) enum Purpose {
    /// A case of the run, or a set-up.
    Case,
    /// A workflow at the end of the run, however it ended.
    TearDown,
    /// A workflow that gives what other requests carry.
    Source,
}

impl<T: Transport> Session<'_, '_, T> {
    /// Why the case did not come to its end as it is written, if so: what else is wrong with an answer doesn't matter.
    pub(in crate::run) fn shortfall(&self) -> Option<String> {
        match &self.ended {
            Some(Ended::Halted(halt)) => return Some(halt.to_string()),
            Some(Ended::Skipped(reason)) => return Some(reason.clone()),
            None => {}
        }
        let failed = |check: &&Check| check.verdict == Verdict::Failed;
        let is_own = |check: &&Check| check.place.as_ref() == Some(&self.case.origin);
        let told = |step: &StepOutcome, check: &Check| {
            format!("step `{}` (`{}`): {}", step.id, step.operation_id, check.message)
        };
        let mut unmet = self.steps.iter().filter_map(|step| {
            let check = step.checks.iter().filter(failed).find(is_own)?;
            Some(told(step, check))
        });
        if let Some(unmet) = unmet.next() {
            return Some(unmet);
        }
        let last = self.steps.last().filter(|_| !self.is_complete)?;
        let check = last.checks.iter().find(failed);
        let reason = check.map(|check| told(last, check));
        Some(reason.unwrap_or_else(|| format!("step `{}` was answered otherwise", last.id)))
    }

    /// Values of expressions over what was answered; those that have none are left out.
    pub(in crate::run) fn evaluate(
        &self,
        expressions: &IndexMap<String, Expression>,
    ) -> IndexMap<String, Value> {
        let context = self.context_before();
        let values = expressions.iter();
        values.filter_map(|(name, one)| Some((name.clone(), one.value(&context).ok()?))).collect()
    }

    /// Whether its requests go out beyond the end of the run.
    pub(super) fn is_beyond(&self) -> bool {
        self.purpose != Purpose::Case
    }

    /// Why nothing more of it may be sent, if so.
    pub(super) fn halted(&self) -> Option<Halt> {
        self.runner
            .halt()
            .filter(|halt| !self.is_beyond() || *halt == Halt::Down || self.runner.stop.is_urgent())
    }
}
