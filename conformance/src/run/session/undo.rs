//! What a case made is noted down, and removed again when the case ends, in whichever way the target takes.

use std::sync::Arc;

use indexmap::IndexSet;
use serde_json::Value;
use spec::model::Method;

use super::super::fill::target;
use super::super::send::Sending;
use super::super::{Entry, blame};
use super::{Session, broken};
use crate::case::{Body, Cleanup, Input, Request, Step, Text};
use crate::promise::Level;
use crate::run::{Kept, StepOutcome, StepRole};
use crate::transport::{Exchange, Transport};

/// What became of something that was to be removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Gone,
    /// It may be there under another name.
    Lost,
    /// It stays, as what the case made of it may stay, too.
    InUse,
    /// Who may remove such things doesn't reach it: somebody else has made it, perhaps within another organisation.
    OutOfReach,
    Left,
    /// It was there before, and isn't as it was.
    Changed,
}

/// How many other ways to remove something are tried.
const WAYS: usize = 12;

impl<'r, T: Transport> Session<'r, '_, T> {
    /// Notes down what a step made, with the request that removes it.
    pub(super) fn note_down(&mut self, step: &'r Step) {
        let Some(journal) = self.runner.journal else { return };
        let case = self.case;
        for cleanup in case.cleanup.iter().filter(|cleanup| cleanup.after == step.id) {
            let request = &cleanup.step.request;
            let Ok(target) = target(request, &self.context_before()) else { continue };
            let credential = request.credentials.plain().map(str::to_owned);
            let json = |body: &Body| body.content.json(&self.context_before());
            let body = request
                .body
                .as_ref()
                .and_then(|body| Some((body.content_type.clone()?, json(body)?)));
            let entry = Entry {
                body,
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

    /// Undoes what the steps made. What is in use by another thing of the case is tried again once that is gone.
    pub(super) async fn clean_up(&mut self) {
        let all = &self.case.cleanup;
        let mut in_use = Vec::new();
        for (n, cleanup) in all.iter().enumerate() {
            if !self.undo(cleanup, (n + 1 == all.len(), false)).await {
                in_use.push(cleanup);
            }
        }
        for cleanup in in_use {
            self.undo(cleanup, (true, true)).await;
        }
    }

    /// Undoes what a step made; whether nothing is left to be tried. `was_in_use`: before what else the case has made was undone,
    /// this was refused.
    async fn undo(&mut self, cleanup: &Cleanup, (is_last, was_in_use): (bool, bool)) -> bool {
        if cleanup.puts_back {
            self.put_back(cleanup).await;
            return true;
        }
        let has_succeeded = |id: &str| self.succeeded.contains(&id);
        let undone = cleanup.unless.as_deref().is_some_and(has_succeeded);
        if !has_succeeded(&cleanup.after) || self.runner.stop.is_urgent() {
            return true;
        }
        let target = target(&cleanup.step.request, &self.context_before()).ok();
        // One thing may have been made twice: by a PUT, and by another one in its place.
        let sender = &cleanup.step.request.credentials;
        let was_undone =
            self.undone.iter().any(|(by, at)| by == sender && Some(at) == target.as_ref());
        let is_done = undone || was_undone || self.has_removed(cleanup, target.as_deref());
        if is_done && !self.is_there_still(cleanup).await {
            self.runner.makers.removed(self.case, cleanup);
            self.is_gone(&cleanup.step.id);
            return true;
        }
        let first = self.send_surely(&cleanup.step, &cleanup.step.request).await;
        if !is_last && first.as_ref().and_then(Exchange::status) == Some(409) {
            return false;
        }
        let fate = match first.as_ref().and_then(Exchange::status) {
            Some(202) => Fate::Gone,
            Some(200..300) if self.is_there_still(cleanup).await => Fate::Left,
            Some(200..300) => Fate::Gone,
            Some(400..500) if self.was_removed(cleanup) => Fate::Gone,
            // It has gone with what it was in.
            Some(404 | 410) if was_in_use => Fate::Gone,
            Some(409) if self.is_in_use(cleanup) => Fate::InUse,
            status => match self.remove_otherwise(cleanup, first.as_ref()).await {
                true => Fate::Gone,
                false if matches!(status, Some(403 | 404 | 410)) && self.is_anothers(cleanup) => {
                    Fate::OutOfReach
                }
                // That it isn't found says that it isn't there only where the case may have removed it.
                false if matches!(status, Some(404 | 410)) => self.fate_of_missing(cleanup),
                false => Fate::Left,
            },
        };
        match fate {
            Fate::Gone => {
                self.undone.extend(target.map(|target| (sender.clone(), target)));
                self.runner.makers.removed(self.case, cleanup);
                self.is_gone(&cleanup.step.id);
            }
            Fate::Lost => self.runner.makers.lost(self.case, cleanup),
            // It stays in the journal, and is told at the end.
            Fate::InUse => {}
            Fate::OutOfReach | Fate::Left | Fate::Changed => {
                self.runner.makers.left(self.case, cleanup);
            }
        }
        // Where nothing was sent the answer doesn't say what was made, which the judge has told already.
        if let Some(exchange) = first {
            let outcome = self.judge_undoing(cleanup, &exchange, fate);
            self.steps.push(outcome);
        }
        true
    }

    /// Puts back what a step changed of a thing that was there before.
    async fn put_back(&mut self, cleanup: &Cleanup) {
        let target = target(&cleanup.step.request, &self.context_before()).ok();
        let sender = cleanup.step.request.credentials.clone();
        let mut undone = self.undone.iter();
        let is_back = undone.any(|(by, at)| *by == sender && Some(at) == target.as_ref());
        let is_changed = self.succeeded.contains(&cleanup.after.as_str());
        if is_changed && is_back {
            self.is_gone(&cleanup.step.id);
        }
        if !is_changed || is_back || self.runner.stop.is_urgent() {
            return;
        }
        let sent = self.send_surely(&cleanup.step, &cleanup.step.request).await;
        let fate = if sent.as_ref().is_some_and(is_success) { Fate::Gone } else { Fate::Changed };
        if fate == Fate::Gone {
            self.undone.extend(target.map(|target| (sender, target)));
            self.runner.makers.removed(self.case, cleanup);
            self.is_gone(&cleanup.step.id);
        } else {
            self.runner.makers.left(self.case, cleanup);
        }
        if let Some(exchange) = sent {
            let outcome = self.judge_undoing(cleanup, &exchange, fate);
            self.steps.push(outcome);
        }
    }

    /// Sends a request of the clean-up: twice at most, as one lost answer must not leave a trace.
    pub(super) async fn send_surely(&self, step: &Step, request: &Request) -> Option<Exchange> {
        let step = &Step { request: request.clone(), ..step.clone() };
        let (case, purpose) = (&self.case.id, self.purpose);
        let (query, wanted, target) = (&[], &[], None);
        let sending = Sending { case, step, query, target, wanted, purpose, beyond: true };
        let mut last = None;
        for _ in 0..2 {
            if self.runner.is_given_up(&step.operation_id) {
                break;
            }
            let sent = self.runner.send_step(&sending, &self.context_before()).await;
            let Ok((_, exchange)) = sent else { break };
            let is_lost = exchange.outcome.is_err();
            last = Some(exchange);
            if !is_lost {
                break;
            }
        }
        last
    }

    /// Other ways to name what was made, and to be somebody who may remove it: by a text of the run's own that it was
    /// given, which nothing else has, and as whoever made it.
    async fn remove_otherwise(&self, cleanup: &Cleanup, first: Option<&Exchange>) -> bool {
        let status = first.and_then(Exchange::status);
        let ways = match status {
            Some(401 | 403) => self.as_maker(cleanup).into_iter().collect(),
            None if first.is_some() => Vec::new(),
            Some(404) => {
                self.as_maker(cleanup).into_iter().chain(self.by_own_texts(cleanup)).collect()
            }
            None | Some(400 | 405 | 409 | 410 | 422) => self.by_own_texts(cleanup),
            Some(_) => Vec::new(),
        };
        for request in ways.iter().take(WAYS) {
            let exchange = self.send_surely(&cleanup.step, request).await;
            if exchange.as_ref().is_some_and(is_success) {
                return true;
            }
        }
        false
    }

    /// Whether somebody else has made what is to be removed.
    fn is_anothers(&self, cleanup: &Cleanup) -> bool {
        let maker = self.case.steps.iter().find(|step| step.id == cleanup.after);
        maker.is_some_and(|maker| maker.request.credentials != cleanup.step.request.credentials)
    }

    fn as_maker(&self, cleanup: &Cleanup) -> Option<Request> {
        let maker = self.case.steps.iter().find(|step| step.id == cleanup.after)?;
        let own = &cleanup.step.request;
        let differs =
            maker.request.credentials != own.credentials || !maker.request.headers.is_empty();
        let mut request = own.clone();
        request.credentials = maker.request.credentials.clone();
        request.headers = maker.request.headers.clone();
        differs.then_some(request)
    }

    fn by_own_texts(&self, cleanup: &Cleanup) -> Vec<Request> {
        // What it was called when it was made comes first, then what it was called last.
        let is_maker = |step: &&StepOutcome| step.id == cleanup.after;
        let steps = self.steps.iter().filter(is_maker).chain(self.steps.iter().rev());
        let sent = steps.filter_map(|step| {
            let body = step.exchange.request.body.as_deref()?;
            serde_json::from_slice::<Value>(body).ok()
        });
        let mut values = Vec::new();
        sent.for_each(|sent| texts_of(&sent, &mut values));
        let is_fresh = |value: &Value| {
            let mut inputs = self.case.inputs.iter();
            inputs.any(|(name, input)| {
                matches!(**input, Input::Fresh(_)) && self.inputs.get(&**name) == Some(value)
            })
        };
        let texts = values.iter().filter(|value| is_fresh(value)).filter_map(Value::as_str);
        let texts: IndexSet<&str> = texts.filter(|text| text.len() >= 6).collect();
        let request = |text: &str| {
            let mut request = cleanup.step.request.clone();
            let (_, last) = request.path_parameters.last_mut()?;
            *last = Text::literal(text);
            Some(request)
        };
        texts.into_iter().filter_map(request).collect()
    }

    /// Whether a step of the case has removed it, as far as its answer says.
    fn was_removed(&self, cleanup: &Cleanup) -> bool {
        self.case.steps.iter().any(|step| {
            step.operation_id == cleanup.step.operation_id
                && self.succeeded.contains(&step.id.as_str())
        })
    }

    /// What became of what isn't found, by what the case has done to it.
    fn fate_of_missing(&self, cleanup: &Cleanup) -> Fate {
        let made = self.case.steps.iter().position(|step| step.id == cleanup.after);
        let later = made.and_then(|made| self.case.steps.get(made + 1..)).unwrap_or_default();
        let was_sent = |step: &&Arc<Step>| self.steps.iter().any(|one| one.id == step.id);
        let written: Vec<&Arc<Step>> =
            later.iter().filter(was_sent).filter(|step| !step.request.method.is_safe()).collect();
        let makes = |step: &Arc<Step>| self.case.cleanup.iter().any(|one| one.after == step.id);
        // A PUT that makes something of its own gives nothing another name.
        let is_update = |step: &Arc<Step>| {
            !makes(step)
                && matches!(step.request.method, Method::Put | Method::Patch)
                && self.succeeded.contains(&step.id.as_str())
        };
        if written.is_empty() {
            Fate::Left
        } else if written.into_iter().any(is_update) {
            Fate::Lost
        } else {
            Fate::Gone
        }
    }

    /// Whether a conflict, which the removal documents, is due to something else that the case made and that nothing
    /// removes: whoever lets that be made lets this stay.
    fn is_in_use(&self, cleanup: &Cleanup) -> bool {
        let remover = self.runner.judge.operation(&cleanup.step.operation_id);
        let is_documented = remover.is_some_and(|one| one.documents(409));
        let stays = |step: &&StepOutcome| {
            let is_kept = !self.case.cleanup.iter().any(|one| one.after == step.id);
            step.id != cleanup.after
                && is_kept
                && step.exchange.request.method == "POST"
                && self.succeeded.contains(&step.id.as_str())
        };
        let is_moved = cleanup.depends_on_state && self.has_written_to(&cleanup.after);
        is_documented && (is_moved || self.steps.iter().any(|step| stays(&step)))
    }

    /// Whether a later step has done something to what a step made.
    fn has_written_to(&self, made: &str) -> bool {
        self.case.steps.iter().any(|step| {
            let is_about_it = |text: &Text| text.expressions().any(|one| one.step() == Some(made));
            step.id != made
                && !step.request.method.is_safe()
                && self.succeeded.contains(&step.id.as_str())
                && step.request.path_parameters.values().any(is_about_it)
        })
    }

    fn judge_undoing(&self, cleanup: &Cleanup, exchange: &Exchange, fate: Fate) -> StepOutcome {
        let step = &cleanup.step;
        let mut checks = self.runner.judge.judge(&step.operation_id, exchange, &[]).checks;
        // What isn't there any more need not be documented: another step may have removed it.
        let is_missing = matches!(exchange.status(), Some(404 | 410));
        if is_missing || (fate == Fate::Gone && !is_success(exchange)) {
            checks.clear();
        }
        let made = &cleanup.after;
        let message = match fate {
            Fate::Gone | Fate::InUse | Fate::OutOfReach => None,
            Fate::Lost => Some(format!(
                "what step `{made}` made isn't found any more: an update may have given it another name"
            )),
            Fate::Left if is_success(exchange) => {
                Some(format!("what step `{made}` made is there still"))
            }
            Fate::Left => Some(format!("what step `{made}` made could not be deleted")),
            Fate::Changed => Some(format!("what step `{made}` changed could not be put back")),
        };
        if let Some(message) = message {
            let mut check = broken("cleaned-up", message, "a 2xx");
            check.got = exchange.status().map(|status| status.to_string());
            if matches!(fate, Fate::Lost | Fate::Changed) {
                check.level = check.level.min(Level::Should);
            }
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

/// Every text in it, those at the top first.
fn texts_of(value: &Value, texts: &mut Vec<Value>) {
    let inner: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(members) => members.values().collect(),
        _ => Vec::new(),
    };
    texts.extend(inner.iter().filter(|one| one.is_string()).map(|one| (*one).clone()));
    inner.iter().for_each(|one| texts_of(one, texts));
}

pub(super) fn is_success(exchange: &Exchange) -> bool {
    exchange.status().is_some_and(|status| (200..300).contains(&status))
}
