//! One exchange within a run: bounded in time, patient with a busy target, and aware of one that is gone.

use std::time::{Duration, Instant};

use spec::model::Status;
use spec::resources::says_one_at_a_time;
use tokio::time::sleep;

use super::health::Suspect;
use super::stop::Halt;
use super::{CaseOutcome, Runner};
use crate::case::Case;
use crate::judge::Verdict;
use crate::transport::{Exchange, FailureKind, HttpRequest, HttpResponse, Transport, retry_after};

/// How often a busy or unreachable target is asked again, alone, before that counts.
const TRIES: u32 = 4;
/// How often an operation may stay busy before it isn't waited for any more.
const BUSY: u32 = 3;
/// The first wait; each further one is twice as long.
const WAIT: Duration = Duration::from_millis(100);
/// What a `Retry-After` of nothing comes to.
const SHORTEST_WAIT: Duration = Duration::from_millis(10);
/// So many busy answers, and every further request is sent alone.
const CROWDED: u32 = 12;
/// No `Retry-After` is waited out beyond this.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// How long is waited in all for an operation that has a limit of its own: it is met again and again.
const WAITED_FOR: Duration = Duration::from_secs(20);
/// How long, and how often, it is waited for another one to be finished, where one is done at a time.
const TURN: Duration = Duration::from_millis(400);
const TURNS: u32 = 10;
/// How long that comes to at most for one operation.
const TURNS_IN_ALL: Duration = Duration::from_secs(10);
/// Exchanges in a row without an answer, after which it is asked whether the target is there at all.
const SILENT: u32 = 6;
/// How long the answer to a request that may make something is waited for beyond the end of the run.
const GRACE: Duration = Duration::from_secs(3);
/// How long a target may take to come back, so that what took it down can be looked for.
const COMING_BACK: Duration = Duration::from_secs(5);

/// What is sent, and for whom.
pub(super) struct Sent<'s> {
    pub(super) case: &'s str,
    pub(super) operation_id: &'s str,
    pub(super) http: HttpRequest,
    /// Whether it undoes something: then it goes out beyond the end of the run.
    pub(super) undoes: bool,
    /// The statuses that are asked for.
    pub(super) wanted: &'s [Status],
    /// How long the answer may take, where that isn't as long as any other's.
    pub(super) timeout: Option<Duration>,
}

impl<T: Transport> Runner<'_, T> {
    /// An exchange; a busy target is asked again.
    pub(super) async fn exchange(&self, sent: Sent<'_>) -> Result<Exchange, Halt> {
        let first = if self.crowded.get() < CROWDED {
            let _beside = self.lane.read().await;
            self.deliver(&sent).await?
        } else {
            let _alone = self.lane.write().await;
            self.deliver(&sent).await?
        };
        let exchange = self.insist(&sent, first).await?;
        let exchange = self.take_turn(&sent, exchange).await?;
        if self.health.borrow().silent() >= SILENT {
            self.ask_whether_it_lives().await;
        }
        Ok(exchange)
    }

    /// Asks again where only one is done at a time, and another one isn't finished yet. Others go on meanwhile.
    async fn take_turn(&self, sent: &Sent<'_>, mut exchange: Exchange) -> Result<Exchange, Halt> {
        const CONFLICT: Status = Status::Code(409);
        let operation = self.judge.operation(sent.operation_id);
        // That it may be refused as well is no wish for that.
        let is_wanted = sent.wanted.contains(&CONFLICT)
            && !sent.wanted.iter().any(|status| status.is_success());
        let is_taken = |exchange: &Exchange| exchange.status() == Some(409) && !is_wanted;
        if !is_taken(&exchange) || !operation.is_some_and(says_one_at_a_time) {
            return Ok(exchange);
        }
        let _first_in_line = self.turns.lock().await;
        for _ in 0..TURNS {
            if !is_taken(&exchange) || Instant::now() + TURN > self.options.deadline {
                break;
            }
            {
                let mut waited = self.waited.borrow_mut();
                let waited = waited.entry(sent.operation_id.to_owned()).or_default();
                if *waited + TURN > TURNS_IN_ALL {
                    break;
                }
                *waited += TURN;
            }
            tokio::select! {
                () = sleep(TURN) => {}
                () = self.stop.at_once() => return Err(Halt::Interrupted),
            }
            exchange = self.deliver(sent).await?;
        }
        Ok(exchange)
    }

    /// Asks again, alone, as long as the answer is that there is no answer yet.
    async fn insist(&self, sent: &Sent<'_>, mut exchange: Exchange) -> Result<Exchange, Halt> {
        for attempt in 0..TRIES {
            let Some(wait) = self.patience(sent, &exchange, attempt) else { return Ok(exchange) };
            let _alone = self.lane.write().await;
            if self.health.borrow().down().is_some() {
                return Err(Halt::Down);
            }
            self.crowded.set(self.crowded.get() + 1);
            *self.waited.borrow_mut().entry(sent.operation_id.to_owned()).or_default() += wait;
            tokio::select! {
                () = sleep(wait) => {}
                () = self.stop.at_once() => return Err(Halt::Interrupted),
            }
            exchange = self.deliver(sent).await?;
        }
        if is_unreachable(&exchange) {
            let reason = "no connection could be made any more".to_owned();
            self.health.borrow_mut().goes_down(reason);
            return Err(Halt::Down);
        }
        if self.patience(sent, &exchange, 0).is_some() {
            *self.busy.borrow_mut().entry(sent.operation_id.to_owned()).or_default() += 1;
        }
        Ok(exchange)
    }

    /// How long to wait before it is asked again; `None`: it is an answer.
    fn patience(&self, sent: &Sent<'_>, exchange: &Exchange, attempt: u32) -> Option<Duration> {
        let wait = WAIT * 2_u32.pow(attempt);
        let is_over =
            |wait: Duration| !sent.undoes && Instant::now() + wait > self.options.deadline;
        let response: &HttpResponse = match &exchange.outcome {
            Ok(response) => response,
            Err(_) if is_unreachable(exchange) => return Some(wait),
            Err(_) => return None,
        };
        let is_busy = matches!(response.status, 429 | 503);
        let is_wanted = sent.wanted.contains(&Status::Code(response.status));
        let often = self.busy.borrow().get(sent.operation_id).copied().unwrap_or(0);
        if !is_busy || is_wanted || often >= BUSY {
            return None;
        }
        let asked = retry_after(response).unwrap_or(wait);
        let waited = self.waited.borrow().get(sent.operation_id).copied().unwrap_or_default();
        if sent.http.is_limited && waited + asked > WAITED_FOR {
            return None;
        }
        let wait = asked.clamp(SHORTEST_WAIT, LONGEST_WAIT);
        (!is_over(wait)).then_some(wait)
    }

    /// One exchange, within its own time and that of the run (but for what undoes something).
    async fn deliver(&self, sent: &Sent<'_>) -> Result<Exchange, Halt> {
        let mut remaining = self.options.deadline.saturating_duration_since(Instant::now());
        // An answer that nobody waits for may be to something that was made, which nobody could remove.
        if !matches!(sent.http.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "TRACE") {
            remaining += GRACE;
        }
        let timeout = sent.timeout.unwrap_or(self.options.timeout);
        let cut_short = !sent.undoes && remaining < timeout;
        let at_most = if cut_short { remaining } else { timeout };
        self.requests.set(self.requests.get() + 1);
        let request = format!("{} {}", sent.http.method, path_of(&sent.http.target));
        let suspect = Suspect { case: sent.case.to_owned(), request };
        let number = self.health.borrow_mut().begins(suspect);
        let exchange = tokio::select! {
            exchange = self.transport.exchange(sent.http.clone(), at_most) => exchange,
            () = self.stop.at_once() => return Err(Halt::Interrupted),
        };
        let timed_out = matches!(&exchange.outcome, Err(failure) if matches!(failure.kind, FailureKind::Timeout(_)));
        if timed_out && cut_short {
            return Err(Halt::OutOfTime);
        }
        self.health.borrow_mut().ends(number, &exchange);
        if timed_out {
            let mut timeouts = self.timeouts.borrow_mut();
            *timeouts.entry(sent.operation_id.to_owned()).or_default() += 1;
        }
        Ok(exchange)
    }

    /// Whether anything is answered at all.
    pub(super) async fn is_alive(&self) -> bool {
        let http = HttpRequest {
            method: "GET".to_owned(),
            target: "/".to_owned(),
            ..HttpRequest::default()
        };
        self.requests.set(self.requests.get() + 1);
        let at_most = self.options.timeout.min(COMING_BACK);
        let exchange = self.transport.exchange(http, at_most).await;
        match exchange.outcome {
            Ok(_) => true,
            Err(failure) => {
                failure.head.is_some() || matches!(failure.kind, FailureKind::NotHttp(_))
            }
        }
    }

    async fn ask_whether_it_lives(&self) {
        let _alone = self.lane.write().await;
        if self.health.borrow().silent() < SILENT {
            return;
        }
        if self.is_alive().await {
            self.health.borrow_mut().comes_back();
        } else {
            let reason = format!("the last {SILENT} requests in a row had no answer");
            self.health.borrow_mut().goes_down(reason);
        }
    }

    /// Where the target went down and comes back by itself, the request that takes it down is looked for among those
    /// that were under way; their cases are told accordingly.
    pub(super) async fn find_culprit(&self, cases: &[Case], outcomes: &mut [CaseOutcome]) {
        let Some(mut down) = self.down() else { return };
        for suspect in down.suspects.clone() {
            if down.suspects.len() == 1 || !self.waits_for_return().await {
                break;
            }
            let Some(case) = cases.iter().find(|case| case.id == suspect.case) else { continue };
            self.health.borrow_mut().comes_back();
            self.perform(case).await;
            if !self.is_alive().await {
                down.culprit = Some(suspect);
                break;
            }
        }
        if let [only] = down.suspects.as_slice() {
            down.culprit = Some(only.clone());
        }
        let was_up = self.health.borrow().was_up();
        for outcome in outcomes.iter_mut().filter(|_| was_up) {
            tell(outcome, &down);
        }
        self.health.borrow_mut().stays_down(down);
    }

    async fn waits_for_return(&self) -> bool {
        let until = Instant::now() + COMING_BACK;
        while Instant::now() < until && !self.stop.is_asked() {
            if self.is_alive().await {
                return true;
            }
            sleep(WAIT).await;
        }
        false
    }
}

/// A case whose request had no answer as the target went down failed only if it is the one that took it down.
fn tell(outcome: &mut CaseOutcome, down: &super::Down) {
    let is_suspect = down.suspects.iter().any(|suspect| suspect.case == outcome.id);
    let is_culprit = down.culprit.as_ref().is_some_and(|one| one.case == outcome.id);
    let last = outcome.steps.last_mut();
    let checks = last.map(|step| &mut step.checks).into_iter().flatten();
    let unanswered: Vec<_> =
        checks.filter(|one| one.id == "answered" && one.verdict == Verdict::Failed).collect();
    if unanswered.is_empty() || !is_suspect {
        return;
    }
    for check in unanswered {
        if is_culprit {
            check.id = "target-survives";
            check.message = format!("the target went down: {}", down.reason);
        } else {
            check.verdict = Verdict::Skipped;
        }
    }
    if !is_culprit {
        outcome.verdict = Verdict::Skipped;
        outcome.reason = Some("the target went down while this was under way".to_owned());
    }
}

fn is_unreachable(exchange: &Exchange) -> bool {
    matches!(&exchange.outcome, Err(failure) if matches!(failure.kind, FailureKind::Unreachable(_)))
}

/// A query may hold a key.
fn path_of(target: &str) -> &str {
    target.split('?').next().unwrap_or(target)
}
