//! One case, from its inputs to its verdict.

mod course;
mod gone;
mod pages;
mod purpose;
mod tags;
mod undo;
mod verdict;
mod weigh;

pub(super) use purpose::Purpose;
pub(super) use verdict::was_disturbed;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use indexmap::IndexMap;
use serde_json::Value;
use spec::model::Status;

use super::blame::{self, is_failure};
use super::fill::{Filled, Unfilled};
use super::outcome::{CaseOutcome, Kept, StepOutcome, StepRole};
use super::send::{Sending, Unsent};
use super::stop::Halt;
use super::{Entry, GIVE_UP_AFTER, Runner, follow};
use crate::case::{Case, Cell, Credentials, Criterion, Input, Pair, Repeat, Step};
use crate::expression::{Context, Seen};
use crate::judge::{Check, Verdict};
use crate::transport::{Exchange, HttpResponse, Transport};
use weigh::{excuse, is_too_often, wanted};

/// A case under way.
pub(super) struct Session<'r, 'a, T> {
    runner: &'r Runner<'a, T>,
    case: &'r Case,
    purpose: Purpose,
    inputs: IndexMap<String, Value>,
    outputs: IndexMap<String, IndexMap<String, Value>>,
    /// Which steps were answered with a 2xx.
    pub(super) succeeded: Vec<&'r str>,
    /// What was made and noted down, by the step that made it.
    made: IndexMap<&'r str, Entry>,
    /// The targets of what was removed again, and as whom: what two tenants have made may have one id.
    undone: Vec<(Credentials, String)>,
    /// When something was written last.
    written: Option<Instant>,
    steps: Vec<StepOutcome>,
    /// Whether every step was answered as it asks for.
    is_complete: bool,
    elapsed: Duration,
    /// Why the case ended before its end, where no check tells.
    ended: Option<Ended>,
    last: Option<Last>,
    /// The entity tags that it has seen.
    tags: tags::Tags,
}

/// Why a case ended early, through no fault that its own cell would have to answer for.
enum Ended {
    Halted(Halt),
    Skipped(String),
}

impl Ended {
    /// A step could not be sent: what it needs didn't come, there is nobody to send it as, or nothing is sent any more.
    fn unsent(step: &str, unsent: Unsent) -> Self {
        match unsent {
            Unsent::Unfilled(Unfilled::Unresolved(reason) | Unfilled::NoCredential(reason)) => {
                Self::Skipped(format!("step `{step}` can't be sent: {reason}"))
            }
            Unsent::Halted(halt) => Self::Halted(halt),
        }
    }
}

/// What came of a request, and which statuses it asked for.
struct Answered {
    filled: Filled,
    exchange: Exchange,
    wanted: Vec<Status>,
}

/// The latest exchange, kept for what is judged after the last step.
struct Last {
    filled: Filled,
    url: String,
    exchange: Exchange,
    json: Option<Value>,
}

impl<'r, 'a, T: Transport> Session<'r, 'a, T> {
    pub(super) fn new(runner: &'r Runner<'a, T>, case: &'r Case) -> Self {
        Self::for_purpose(runner, case, Purpose::Case)
    }

    pub(super) fn for_purpose(runner: &'r Runner<'a, T>, case: &'r Case, purpose: Purpose) -> Self {
        Self {
            runner,
            case,
            purpose,
            inputs: IndexMap::new(),
            outputs: IndexMap::new(),
            succeeded: Vec::new(),
            made: IndexMap::new(),
            undone: Vec::new(),
            written: None,
            steps: Vec::new(),
            is_complete: false,
            elapsed: Duration::ZERO,
            ended: None,
            last: None,
            tags: tags::Tags::default(),
        }
    }

    pub(super) async fn run(mut self) -> CaseOutcome {
        // Until what it made is gone, or known to stay.
        let runner = self.runner;
        let _turn = runner.makers.turn(self.case, runner.options.timeout / 2).await;
        self.perform_steps().await;
        self.finish().await
    }

    /// Everything but undoing it.
    pub(super) async fn perform_steps(&mut self) {
        let started = Instant::now();
        if let Some(halt) = self.halted() {
            self.ended = Some(Ended::Halted(halt));
        } else if let Some(reason) = self.runner.makers.refuse(self.case) {
            self.ended = Some(Ended::Skipped(reason));
        } else if self.resolve_inputs() {
            self.is_complete = true;
            if self.perform_all().await.is_break() {
                self.is_complete = false;
            }
            self.mark_inconclusive();
            self.mark_consequences();
        }
        self.elapsed += started.elapsed();
    }

    /// Undoes what was made; what came of all of it.
    pub(super) async fn finish(mut self) -> CaseOutcome {
        let started = Instant::now();
        self.clean_up().await;
        let (verdict, reason) = self.verdict();
        CaseOutcome {
            id: self.case.id.clone(),
            verdict,
            reason,
            steps: self.steps,
            elapsed: self.elapsed + started.elapsed(),
            confirmed: None,
        }
    }

    fn resolve_inputs(&mut self) -> bool {
        for (name, input) in &self.case.inputs {
            let value = match &**input {
                Input::Value(value) => value.clone(),
                Input::Fresh(fresh) => self.runner.fresh.make(fresh),
                Input::Profile(key) => match self.runner.input(key) {
                    Some(value) => value,
                    None => {
                        let reason = format!("neither the profile nor a set-up gives `{key}`");
                        self.ended = Some(Ended::Skipped(reason));
                        return false;
                    }
                },
            };
            self.inputs.insert(name.to_string(), value);
        }
        true
    }

    /// A step, its repetitions, and as often as the target needs to settle.
    async fn perform(&mut self, step: &'r Step) -> ControlFlow<()> {
        let settle = self.runner.profile.settle;
        let is_safe = step.request.method.is_safe();
        let until = self.written.filter(|_| is_safe).map(|written| written + settle);
        if step.repeat.is_some()
            && let Some(until) = until
        {
            sleep_until(until).await;
        }
        loop {
            let before = self.steps.len();
            let flow = self.perform_once(step).await;
            let is_settling = until.is_some_and(|until| Instant::now() < until);
            let has_failed =
                self.steps[before..].iter().flat_map(|step| &step.checks).any(is_failure);
            if !is_settling || !has_failed || step.repeat.is_some() {
                return flow;
            }
            self.steps.truncate(before);
            self.ended = None;
            tokio::time::sleep(SETTLING).await;
        }
    }

    /// A step and its repetitions.
    async fn perform_once(&mut self, step: &'r Step) -> ControlFlow<()> {
        let mut sent = vec![Vec::new()];
        loop {
            let number = sent.len();
            let flow = self.exchange(step, number, &sent[number - 1]).await;
            if self.is_beyond_the_last_page(step, number) {
                return ControlFlow::Continue(());
            }
            flow?;
            let Some(repeat) = &step.repeat else { return ControlFlow::Continue(()) };
            match pages::next_query(repeat, &sent, &self.context()) {
                Ok(Some(next)) => sent.push(next),
                Ok(None) => return ControlFlow::Continue(()),
                Err(unclear) => {
                    if let (pages::Unclear::CameAgain, Some(last)) =
                        (&unclear, self.steps.last_mut())
                    {
                        last.checks.clear();
                    }
                    return self.skip(unclear.reason());
                }
            }
            let goes_on = !repeat.next.is_numbered();
            if goes_on && self.detect_cycle(&sent) || self.is_too_long(repeat, number) {
                return ControlFlow::Break(());
            }
        }
    }

    /// Whether the latest answer is that there are no more pages, which nothing speaks against then.
    fn is_beyond_the_last_page(&mut self, step: &Step, number: usize) -> bool {
        let Some(last) = self.steps.last_mut() else { return false };
        let is_end = pages::is_beyond_the_last(step, number, last.exchange.status());
        if is_end {
            last.checks.clear();
            self.ended = None;
        }
        is_end
    }

    /// Ends the case: it can't be told.
    fn skip(&mut self, reason: String) -> ControlFlow<()> {
        self.ended = Some(Ended::Skipped(reason));
        ControlFlow::Break(())
    }

    fn halt(&mut self, halt: Halt) -> ControlFlow<()> {
        self.ended = Some(Ended::Halted(halt));
        ControlFlow::Break(())
    }

    /// Whether the last answer leads back to where the step has been: a fault, however few exchanges show it.
    fn detect_cycle(&mut self, sent: &[Vec<Pair>]) -> bool {
        let Some((next, before)) = sent.split_last() else { return false };
        let Some(earlier) = before.iter().position(|query| query == next) else { return false };
        let message = format!(
            "answer {} leads back to answer {}: there is no end",
            before.len(),
            earlier + 1
        );
        self.push_failure(broken("repeat-ends", message, "an end"));
        true
    }

    /// Whether there is more than the step may ask for. That is no fault: others may have put it there.
    fn is_too_long(&mut self, repeat: &Repeat, number: usize) -> bool {
        let too_long = number >= repeat.at_most;
        if too_long {
            let reason = format!("{number} exchanges did not reach the end, and no more are sent");
            self.ended = Some(Ended::Skipped(reason));
        }
        too_long
    }

    /// Steps that are sent at the same time. What one of them made is known whatever became of the others.
    async fn perform_together(&mut self, steps: &'r [Arc<Step>]) -> ControlFlow<()> {
        for step in steps {
            self.admit(step)?;
        }
        let sent = join_all(steps.iter().map(|step| self.send(step, &[], 1))).await;
        let mut flow = ControlFlow::Continue(());
        for (step, sent) in steps.iter().zip(sent) {
            if self.take(step, 1, sent).is_break() {
                flow = ControlFlow::Break(());
            }
        }
        flow
    }

    /// One exchange of a step.
    async fn exchange(&mut self, step: &'r Step, number: usize, query: &[Pair]) -> ControlFlow<()> {
        self.admit(step)?;
        if let Some(pause) = step.pause {
            tokio::time::sleep(pause).await;
        }
        let sent = self.send(step, query, number).await;
        self.take(step, number, sent)
    }

    /// Whether a step is to be sent at all.
    fn admit(&mut self, step: &Step) -> ControlFlow<()> {
        if let Some(halt) = self.halted() {
            return self.halt(halt);
        }
        if self.runner.is_given_up(&step.operation_id) {
            return self.skip(given_up(&step.operation_id));
        }
        let context = self.context();
        let unmet = step.premises.iter().find_map(|premise| premise.unmet(&context));
        match unmet {
            Some(unmet) => self.skip(format!("{}, but there was {}", unmet.message, unmet.got)),
            None => ControlFlow::Continue(()),
        }
    }

    /// Sends a step's request.
    async fn send(&self, step: &Step, query: &[Pair], number: usize) -> Result<Answered, Ended> {
        let wanted = wanted(step, self.case);
        let unsent = |reason| Ended::Skipped(format!("step `{}` can't be sent: {reason}", step.id));
        let target = self.target(step).map_err(unsent)?;
        // The target of a link is all of a URI (RFC 8288 §3.1): what it leaves out isn't sent.
        let linked = step.repeat.as_ref().is_some_and(|repeat| repeat.next.is_by_link());
        let bare = (linked && number > 1).then(|| step.without_query());
        let sending = Sending {
            case: &self.case.id,
            step: bare.as_ref().unwrap_or(step),
            query,
            target: target.as_deref(),
            wanted: &wanted,
            purpose: self.purpose,
            beyond: self.is_beyond(),
        };
        let sent = self.runner.send_step(&sending, &self.context_before()).await;
        let (filled, exchange) = sent.map_err(|unsent| Ended::unsent(&step.id, unsent))?;
        Ok(Answered { filled, exchange, wanted })
    }

    /// Takes what came of sending a step.
    fn take(
        &mut self,
        step: &'r Step,
        number: usize,
        sent: Result<Answered, Ended>,
    ) -> ControlFlow<()> {
        match sent {
            Ok(answered) => self.receive(step, number, answered),
            Err(ended) => {
                self.ended = Some(ended);
                ControlFlow::Break(())
            }
        }
    }

    /// Takes the outputs of an answer, and judges it.
    fn receive(
        &mut self,
        step: &'r Step,
        number: usize,
        Answered { filled, exchange, wanted }: Answered,
    ) -> ControlFlow<()> {
        let mut judgement = self.runner.judge.judge(&step.operation_id, &exchange, &wanted);
        let operation = self.runner.judge.operation(&step.operation_id);
        judgement.checks.extend(
            operation.and_then(|one| self.tags.check(one, &step.request.credentials, &exchange)),
        );
        let url = format!("{}{}", self.runner.options.url, exchange.request.target);
        let kept = Kept::of(&exchange);
        if !step.request.method.is_safe() {
            self.written = Some(Instant::now());
        }
        let succeeded = kept.status().is_some_and(|status| (200..300).contains(&status));
        let json = judgement.json.map(|whole| match &step.envelope {
            Some(envelope) => envelope.unwrapped(whole),
            None => whole,
        });
        self.last = Some(Last { filled, url, exchange, json });
        // Of pages, only what there is of them.
        if succeeded || step.repeat.is_none() {
            self.take_outputs(step);
        }
        if succeeded {
            self.succeeded.push(&step.id);
            self.note_down(step);
        }
        let (mut checks, as_expected) =
            self.checks(step, judgement.checks, kept.status().is_some());
        let is_too_often =
            !as_expected && operation.is_some_and(|one| is_too_often(one, kept.status()));
        if is_too_often {
            excuse(&mut checks);
            let reason = format!("`{}` isn't answered so often (429)", step.operation_id);
            self.ended = Some(Ended::Skipped(reason));
        }
        let cell = blame::cell(self.case, step, operation, kept.status());
        let id = if number == 1 { step.id.clone() } else { format!("{}[{number}]", step.id) };
        let what =
            kept.status().map_or("gave no answer".to_owned(), |got| format!("answered {got}"));
        let is_of_others = cell.operation_id != self.case.cell.operation_id && !self.is_also(&cell);
        self.steps.push(StepOutcome {
            id,
            operation_id: step.operation_id.clone(),
            role: StepRole::Case,
            exchange: kept,
            checks,
            cell: cell.clone(),
        });
        if as_expected {
            return self.goes_on_after(step);
        }
        if is_of_others && !is_too_often {
            self.ended = Some(Ended::Skipped(format!(
                "what it needs could not be had: `{}` {what}; see {cell}",
                step.operation_id
            )));
        }
        ControlFlow::Break(())
    }

    /// Whether a case goes on after a step that was answered with what is as right: where what it makes was refused for what no
    /// schema says, or as somebody else's, there is nothing to go on with.
    fn goes_on_after(&mut self, step: &Step) -> ControlFlow<()> {
        let is_last = self.case.steps.last().is_some_and(|last| last.id == step.id);
        let wants_success = step.criteria.iter().any(Criterion::wants_success);
        let is_hoped_for = step.criteria.iter().any(Criterion::is_hoped_for);
        let got = self.last.as_ref().and_then(|last| last.exchange.status());
        let is_refused = match got {
            Some(400 | 409 | 422) => wants_success || is_hoped_for,
            Some(403 | 404) => is_hoped_for,
            _ => false,
        };
        if !is_refused || is_last || step.concurrent {
            return ControlFlow::Continue(());
        }
        let got = got.unwrap_or_default();
        self.skip(format!("what it needs could not be had: `{}` answered {got}", step.operation_id))
    }

    /// Where a step goes that follows what an answer gave.
    fn target(&self, step: &Step) -> Result<Option<String>, String> {
        let Some(follows) = &step.follows else { return Ok(None) };
        let reference = follows.text(&self.context_before()).map_err(|error| error.to_string())?;
        let from = self.last.as_ref().map_or("", |last| last.url.as_str());
        follow::target(&reference, from, &self.runner.options.url).map(Some)
    }

    fn is_also(&self, cell: &Cell) -> bool {
        self.case.also.iter().any(|one| one.operation_id == cell.operation_id)
    }

    /// Outputs are taken whatever the status: what a faulty target creates has to be deleted, too.
    fn take_outputs(&mut self, step: &Step) {
        let context = self.context();
        let values: Vec<_> = step
            .outputs
            .iter()
            .filter_map(|(name, expression)| Some((name.clone(), expression.value(&context).ok()?)))
            .collect();
        let outputs = self.outputs.entry(step.id.clone()).or_default();
        for (name, value) in values {
            if step.repeat.is_none() {
                outputs.insert(name, value);
            } else if let Value::Array(items) =
                outputs.entry(name).or_insert_with(|| Value::Array(Vec::new()))
            {
                items.push(value);
            }
        }
    }

    /// What expressions see while a request is filled.
    pub(super) fn context_before(&self) -> Context<'_> {
        Context { inputs: &self.inputs, outputs: &self.outputs, exchange: None }
    }

    /// What expressions see of the latest exchange.
    fn context(&self) -> Context<'_> {
        Context { exchange: self.last.as_ref().and_then(Last::seen), ..self.context_before() }
    }

    /// Adds a check to the latest step.
    fn push_failure(&mut self, mut check: Check) {
        check.place = Some(self.case.origin.clone());
        if let Some(step) = self.steps.last_mut() {
            step.checks.push(check);
        }
    }
}

/// How often a target that settles late is asked again.
const SETTLING: Duration = Duration::from_millis(250);

async fn sleep_until(instant: Instant) {
    // A timer takes a millisecond at least.
    let left = instant.saturating_duration_since(Instant::now());
    if !left.is_zero() {
        tokio::time::sleep(left).await;
    }
}

impl Last {
    fn seen(&self) -> Option<Seen<'_>> {
        let response: &HttpResponse = self.exchange.outcome.as_ref().ok()?;
        Some(self.filled.seen(&self.url, &self.exchange.request, response, self.json.as_ref()))
    }
}

fn given_up(operation_id: &str) -> String {
    format!("`{operation_id}` has timed out {GIVE_UP_AFTER} times and isn't asked again")
}

pub(super) fn broken(id: &'static str, message: String, expected: &str) -> Check {
    Check {
        verdict: Verdict::Failed,
        expected: Some(expected.to_owned()),
        ..Check::passed(id, message)
    }
}
