//! One case, from its inputs to its verdict.

use std::time::Instant;

use indexmap::IndexMap;
use serde_json::Value;
use spec::model::Status;

use super::fill::{Filled, Unfilled};
use super::outcome::{CaseOutcome, Kept, StepOutcome, StepRole};
use super::send::Unsent;
use super::stop::Halt;
use super::{GIVE_UP_AFTER, Runner};
use crate::case::{Case, Cleanup, Criterion, Input, Pair, Repeat, Step};
use crate::expression::{Context, Seen};
use crate::judge::{Check, Verdict, judge_criteria, judge_relations};
use crate::transport::{Exchange, HttpResponse, Transport};

/// A case under way.
pub(super) struct Session<'r, 'a, T> {
    runner: &'r Runner<'a, T>,
    case: &'r Case,
    inputs: IndexMap<String, Value>,
    outputs: IndexMap<String, IndexMap<String, Value>>,
    /// Which steps were answered with a 2xx.
    succeeded: Vec<&'r str>,
    steps: Vec<StepOutcome>,
    /// Why the case ended before its end, where no check tells.
    ended: Option<Ended>,
    last: Option<Last>,
}

/// Why a case ended early.
enum Ended {
    Halted(Halt),
    Failed(String),
    Skipped(String),
}

impl Ended {
    fn unsent(step: &str, unsent: Unsent) -> Self {
        let told = |reason: String| format!("step `{step}` can't be sent: {reason}");
        match unsent {
            Unsent::Unfilled(Unfilled::Unresolved(reason)) => Self::Failed(told(reason)),
            Unsent::Unfilled(Unfilled::NoCredential(reason)) => Self::Skipped(told(reason)),
            Unsent::Halted(halt) => Self::Halted(halt),
        }
    }
}

/// The latest exchange, kept for what is judged after the last step.
struct Last {
    filled: Filled,
    url: String,
    exchange: Exchange,
    json: Option<Value>,
}

/// Whether a case goes on with its next step.
#[derive(PartialEq)]
enum Go {
    On,
    Out,
}

impl<'r, 'a, T: Transport> Session<'r, 'a, T> {
    pub(super) fn new(runner: &'r Runner<'a, T>, case: &'r Case) -> Self {
        Self {
            runner,
            case,
            inputs: IndexMap::new(),
            outputs: IndexMap::new(),
            succeeded: Vec::new(),
            steps: Vec::new(),
            ended: None,
            last: None,
        }
    }

    pub(super) async fn run(mut self) -> CaseOutcome {
        let started = Instant::now();
        if let Some(halt) = self.runner.halt() {
            self.ended = Some(Ended::Halted(halt));
        } else if self.resolve_inputs() {
            for step in &self.case.steps {
                if self.perform(step).await == Go::Out {
                    break;
                }
            }
            self.excuse_disturbed();
            for cleanup in &self.case.cleanup {
                self.undo(cleanup).await;
            }
        }
        let (verdict, reason) = self.verdict();
        CaseOutcome {
            id: self.case.id.clone(),
            verdict,
            reason,
            steps: self.steps,
            elapsed: started.elapsed(),
            confirmed: None,
        }
    }

    fn resolve_inputs(&mut self) -> bool {
        for (name, input) in &self.case.inputs {
            let value = match input {
                Input::Value(value) => value.clone(),
                Input::Fresh(fresh) => self.runner.fresh.make(fresh),
                Input::Profile(key) => match self.runner.profile.inputs.get(key) {
                    Some(value) => value.clone(),
                    None => {
                        let reason = format!("the profile has no input `{key}`");
                        self.ended = Some(Ended::Skipped(reason));
                        return false;
                    }
                },
            };
            self.inputs.insert(name.clone(), value);
        }
        true
    }

    /// A step and its repetitions.
    async fn perform(&mut self, step: &'r Step) -> Go {
        let mut sent = vec![Vec::new()];
        loop {
            let number = sent.len();
            if self.exchange(step, number, &sent[number - 1]).await == Go::Out {
                return Go::Out;
            }
            let Some(repeat) = &step.repeat else { return Go::On };
            let context = self.context();
            if !repeat.while_.holds(&context).unwrap_or(false) {
                return Go::On;
            }
            match resolved(&repeat.query, &context) {
                Ok(next) => sent.push(next),
                Err(reason) => {
                    self.ended = Some(Ended::Failed(reason));
                    return Go::Out;
                }
            }
            if self.goes_round(&sent) || self.is_too_long(repeat, number) {
                return Go::Out;
            }
        }
    }

    /// Whether the last answer leads back to where the step has been: a fault, however few exchanges show it.
    fn goes_round(&mut self, sent: &[Vec<Pair>]) -> bool {
        let Some((next, before)) = sent.split_last() else { return false };
        let Some(earlier) = before.iter().position(|query| query == next) else { return false };
        let message = format!(
            "answer {} leads back to answer {}: there is no end",
            before.len(),
            earlier + 1
        );
        self.blame(broken("repeat-ends", message, "an end"));
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

    /// One exchange of a step.
    async fn exchange(&mut self, step: &'r Step, number: usize, query: &[Pair]) -> Go {
        if let Some(halt) = self.runner.halt() {
            self.ended = Some(Ended::Halted(halt));
            return Go::Out;
        }
        if self.runner.is_given_up(&step.operation_id) {
            self.ended = Some(Ended::Failed(given_up(&step.operation_id)));
            return Go::Out;
        }
        let wanted = wanted(step, self.case);
        let sent = self.runner.send(step, query, &self.context_before(), &wanted).await;
        match sent {
            Ok((filled, exchange)) => self.receive(step, number, filled, exchange),
            Err(unsent) => {
                self.ended = Some(Ended::unsent(&step.id, unsent));
                Go::Out
            }
        }
    }

    /// Takes the outputs of an answer, and judges it.
    fn receive(&mut self, step: &'r Step, number: usize, filled: Filled, exchange: Exchange) -> Go {
        let wanted = wanted(step, self.case);
        let judgement = self.runner.judge.judge(&step.operation_id, &exchange, &wanted);
        let url = format!("{}{}", self.runner.options.url, exchange.request.target);
        let kept = Kept::of(&exchange);
        if kept.status().is_some_and(|status| (200..300).contains(&status)) {
            self.succeeded.push(&step.id);
        }
        let answered = exchange.outcome.is_ok();
        self.last = Some(Last { filled, url, exchange, json: judgement.json });
        self.take_outputs(step);
        let mut checks = judgement.checks;
        if answered {
            let asked = judge_criteria(&step.criteria, &self.context(), &self.case.origin);
            // A wrong status is told before what is wrong with the answer that has it.
            let (statuses, others): (Vec<_>, Vec<_>) =
                asked.into_iter().partition(|check| check.id == "status-expected");
            checks.splice(0..0, statuses);
            checks.extend(others);
        }
        let as_expected = checks
            .iter()
            .all(|check| check.id != "status-expected" || check.verdict == Verdict::Passed);
        let id = if number == 1 { step.id.clone() } else { format!("{}[{number}]", step.id) };
        self.steps.push(StepOutcome {
            id,
            operation_id: step.operation_id.clone(),
            role: StepRole::Case,
            exchange: kept,
            checks,
            cell: self.case.cell.clone(),
        });
        if answered && as_expected { Go::On } else { Go::Out }
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
    fn context_before(&self) -> Context<'_> {
        Context { inputs: &self.inputs, outputs: &self.outputs, exchange: None }
    }

    /// What expressions see of the latest exchange.
    fn context(&self) -> Context<'_> {
        Context { exchange: self.last.as_ref().and_then(Last::seen), ..self.context_before() }
    }

    /// Turns what counts have to say into "can't be told" where somebody else wrote meanwhile.
    fn excuse_disturbed(&mut self) {
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
        let reason =
            format!("someone else wrote meanwhile, so it can't be told: {}", disturbed.message);
        for check in self.steps.iter_mut().flat_map(|step| &mut step.checks) {
            if check.verdict == Verdict::Failed {
                check.verdict = Verdict::Skipped;
            }
        }
        self.ended = Some(Ended::Skipped(reason));
    }

    fn failed(&self) -> impl Iterator<Item = &Check> {
        let checks = self.steps.iter().flat_map(|step| &step.checks);
        checks.filter(|check| check.verdict == Verdict::Failed)
    }

    /// Adds a check to the latest step.
    fn blame(&mut self, mut check: Check) {
        check.place = Some(self.case.origin.clone());
        if let Some(step) = self.steps.last_mut() {
            step.checks.push(check);
        }
    }

    /// Undoes what a step made.
    async fn undo(&mut self, cleanup: &Cleanup) {
        let has_succeeded = |id: &str| self.succeeded.contains(&id);
        let undone = cleanup.unless.as_deref().is_some_and(has_succeeded);
        if !has_succeeded(&cleanup.after) || undone || self.runner.stop.is_urgent() {
            return;
        }
        let step = &cleanup.step;
        let (sender, context) = (self.runner.sender(), self.context_before());
        let filled = sender.fill(&step.operation_id, &step.request, &[], &context).await;
        let Ok(filled) = filled else {
            // The answer doesn't say what was made, which the judge has told already.
            return;
        };
        // Twice at most: one lost answer must not leave a trace.
        for attempt in 0..2 {
            if self.runner.is_given_up(&step.operation_id) {
                return;
            }
            let sent = self.runner.exchange(&step.operation_id, filled.http.clone(), true).await;
            let Ok(exchange) = sent else { return };
            let lost = exchange.outcome.is_err();
            if !lost || attempt == 1 {
                self.steps.push(self.judge_undoing(cleanup, &exchange));
                return;
            }
        }
    }

    fn judge_undoing(&self, cleanup: &Cleanup, exchange: &Exchange) -> StepOutcome {
        let step = &cleanup.step;
        let mut checks = self.runner.judge.judge(&step.operation_id, exchange, &[]).checks;
        let gone = |status: u16| (200..300).contains(&status) || matches!(status, 404 | 410);
        if !exchange.status().is_some_and(gone) {
            let message = format!("what step `{}` made could not be deleted", cleanup.after);
            let mut check = broken("cleaned-up", message, "a 2xx, 404 or 410");
            check.got = exchange.status().map(|status| status.to_string());
            checks.push(check);
        }
        StepOutcome {
            id: step.id.clone(),
            operation_id: step.operation_id.clone(),
            role: StepRole::Cleanup,
            exchange: Kept::of(exchange),
            checks,
            cell: self.case.cell.clone(),
        }
    }

    fn verdict(&self) -> (Verdict, Option<String>) {
        let mut failed = self.failed();
        if let Some(first) = failed.next() {
            let more = failed.count();
            let reason = match more {
                0 => first.message.clone(),
                _ => format!("{} (and {more} more)", first.message),
            };
            return (Verdict::Failed, Some(reason));
        }
        match &self.ended {
            None => (Verdict::Passed, None),
            Some(Ended::Skipped(reason)) => (Verdict::Skipped, Some(reason.clone())),
            Some(Ended::Failed(reason)) => (Verdict::Failed, Some(reason.clone())),
            Some(Ended::Halted(halt @ Halt::Interrupted)) => {
                (Verdict::Skipped, Some(halt.to_string()))
            }
            // A run that was cut short has not shown that the target conforms.
            Some(Ended::Halted(halt @ Halt::OutOfTime)) => {
                (Verdict::Failed, Some(halt.to_string()))
            }
        }
    }
}

impl Last {
    fn seen(&self) -> Option<Seen<'_>> {
        let response: &HttpResponse = self.exchange.outcome.as_ref().ok()?;
        Some(self.filled.seen(&self.url, &self.exchange.request, response, self.json.as_ref()))
    }
}

/// The statuses that a step asks for. A workflow states them in conditions, so that the case's cells count too.
fn wanted(step: &Step, case: &Case) -> Vec<Status> {
    let stated = step.criteria.iter().filter_map(|criterion| match criterion {
        Criterion::Status(expected) => Some(expected.any_of.as_slice()),
        Criterion::Condition(_) | Criterion::Relation(_) => None,
    });
    let stated: Vec<Status> = stated.flatten().copied().collect();
    if !stated.is_empty() {
        return stated;
    }
    [&case.cell].into_iter().chain(&case.also).map(|cell| cell.status).collect()
}

fn resolved(pairs: &[Pair], context: &Context<'_>) -> Result<Vec<Pair>, String> {
    pairs
        .iter()
        .map(|Pair { name, value }| {
            let text = value.fill(context, &str::to_owned).map_err(|error| error.to_string())?;
            Ok(Pair { name: name.clone(), value: crate::case::Text::literal(text) })
        })
        .collect()
}

fn given_up(operation_id: &str) -> String {
    format!("`{operation_id}` has timed out {GIVE_UP_AFTER} times and isn't asked again")
}

fn broken(id: &'static str, message: String, expected: &str) -> Check {
    Check {
        verdict: Verdict::Failed,
        expected: Some(expected.to_owned()),
        ..Check::passed(id, message)
    }
}
