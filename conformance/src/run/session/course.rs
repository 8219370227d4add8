//! From one step to the next: in order, but where a workflow says otherwise.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use indexmap::IndexMap;

use super::super::stop::Halt;
use super::{Ended, Session};
use crate::case::{Action, Flow, Step, Then};
use crate::judge::Verdict;
use crate::transport::{Transport, retry_after};

/// So many steps, and a workflow goes round and round.
const LONGEST: usize = 200;

/// Where a case goes on.
enum Turn {
    /// At the next step.
    Next,
    /// At this step.
    To(usize),
    /// Nowhere: it is complete.
    End,
}

/// How far a case has come.
#[derive(Default)]
struct Course<'r> {
    /// The steps that were sent.
    sent: usize,
    /// How often each action has had its step sent again.
    retried: IndexMap<(&'r str, &'r str), u64>,
}

impl<'r, T: Transport> Session<'r, '_, T> {
    /// Every step, in the order that they say.
    pub(super) async fn perform_all(&mut self) -> ControlFlow<()> {
        let steps = &self.case.steps;
        let mut course = Course::default();
        let mut at = 0;
        while let Some(first) = steps.get(at) {
            let behind = steps[at + 1..].iter().take_while(|step| step.concurrent).count();
            let those = &steps[at..=at + behind];
            course.sent += 1;
            if course.sent > LONGEST {
                return self.skip(format!("{LONGEST} steps have not come to an end"));
            }
            if those.iter().any(|step| self.made.contains_key(step.id.as_str())) {
                let reason = "has made something already, and what it makes again might stay";
                return self.skip(format!("step `{}` {reason}", first.id));
            }
            let before = self.steps.len();
            let performed = match those {
                [step] => self.perform(step).await,
                all => self.perform_together(all).await,
            };
            at = match self.turn((first, at), performed, before, &mut course).await? {
                Turn::Next => at + 1 + behind,
                Turn::To(step) => step,
                Turn::End => break,
            };
        }
        ControlFlow::Continue(())
    }

    /// Where it goes on behind a step.
    async fn turn(
        &mut self,
        (step, at): (&'r Arc<Step>, usize),
        performed: ControlFlow<()>,
        before: usize,
        course: &mut Course<'r>,
    ) -> ControlFlow<(), Turn> {
        let Some(flow) = &step.flow else { return continued(performed) };
        if matches!(self.ended, Some(Ended::Halted(_))) {
            return ControlFlow::Break(());
        }
        let has_failed = performed.is_break() || self.has_failed_since(before);
        let Some(action) = self.action(flow, has_failed, step, course) else {
            return if has_failed {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(Turn::Next)
            };
        };
        match &action.then {
            Then::End if has_failed => ControlFlow::Break(()),
            Then::End => ControlFlow::Continue(Turn::End),
            Then::GoTo(target) => {
                self.take_up(before);
                ControlFlow::Continue(self.place(target).map_or(Turn::End, Turn::To))
            }
            Then::Retry { after_ms, first, .. } => {
                let wait = self.asked_to_wait().unwrap_or(Duration::from_millis(*after_ms));
                self.take_up(before);
                self.pause(wait).await?;
                *course.retried.entry((&step.id, &action.name)).or_default() += 1;
                if let Some(first) = first.as_ref().and_then(|first| self.place(first)) {
                    self.perform(&self.case.steps[first]).await?;
                }
                ControlFlow::Continue(Turn::To(at))
            }
        }
    }

    /// The first action that applies.
    fn action(
        &self,
        flow: &'r Flow,
        has_failed: bool,
        step: &'r Step,
        course: &Course<'r>,
    ) -> Option<&'r Action> {
        let context = self.context();
        let actions = if has_failed { &flow.on_failure } else { &flow.on_success };
        let is_open = |action: &&Action| match action.then {
            Then::Retry { limit, .. } => {
                let key = (step.id.as_str(), action.name.as_str());
                course.retried.get(&key).is_none_or(|tries| *tries < limit)
            }
            Then::End | Then::GoTo(_) => true,
        };
        let applies = |action: &&Action| {
            action.criteria.iter().all(|criterion| criterion.unmet(&context).is_none())
        };
        actions.iter().filter(is_open).find(applies)
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.case.steps.iter().position(|step| step.id == id)
    }

    /// Whether a criterion of the latest step isn't met.
    fn has_failed_since(&self, before: usize) -> bool {
        let checks = self.steps.iter().skip(before).flat_map(|step| &step.checks);
        let own = checks.filter(|check| check.place.as_ref() == Some(&self.case.origin));
        own.into_iter().any(|check| check.verdict == Verdict::Failed)
    }

    /// A failure that an action takes up is none.
    fn take_up(&mut self, before: usize) {
        let origin = &self.case.origin;
        for step in self.steps.iter_mut().skip(before) {
            step.checks.retain(|check| {
                check.verdict != Verdict::Failed || check.place.as_ref() != Some(origin)
            });
        }
        self.ended = None;
    }

    /// How long the latest answer asks to wait: RFC 9110 §10.2.3.
    fn asked_to_wait(&self) -> Option<Duration> {
        retry_after(self.last.as_ref()?.exchange.outcome.as_ref().ok()?)
    }

    /// Waits, unless the run would be over by then.
    async fn pause(&mut self, wait: Duration) -> ControlFlow<()> {
        if Instant::now() + wait > self.runner.options.deadline {
            return self.halt(Halt::OutOfTime);
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => ControlFlow::Continue(()),
            () = self.runner.stop.at_once() => self.halt(Halt::Interrupted),
        }
    }
}

fn continued(performed: ControlFlow<()>) -> ControlFlow<(), Turn> {
    match performed {
        ControlFlow::Continue(()) => ControlFlow::Continue(Turn::Next),
        ControlFlow::Break(()) => ControlFlow::Break(()),
    }
}
