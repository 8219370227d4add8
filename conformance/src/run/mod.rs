//! Performs cases against a target: requests filled and sent, answers judged, what was made undone.
//!
//! ```text
//! cases ──Runner::run──▶ one CaseOutcome each, in the order of the plan
//! ```
//!
//! Promises: a run ends, whatever the target does, about when `max_time` is over (an operation that timed out
//! [`GIVE_UP_AFTER`] times isn't asked again); what a case made is undone when the case ends, however it ends, also
//! on an interrupt; cases that count don't run beside the suite's own writes. Memory stays flat: of a long body only
//! the beginning is kept.

mod fill;
mod outcome;
mod queue;
mod session;
mod stop;
mod thin;

pub use outcome::{CaseOutcome, Confirmed, Kept, KeptResponse, StepOutcome, StepRole};
pub use stop::Stop;
pub use thin::{LONG_RUN, Thinning};

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::future::join_all;

use crate::case::{Case, FreshSource, Isolation};
use crate::judge::Judge;
use crate::profile::Profile;
use crate::transport::{Exchange, FailureKind, HttpRequest, Transport};
use queue::Queue;
use session::Session;
use stop::Halt;

/// How often an operation may time out before it isn't asked any more.
pub const GIVE_UP_AFTER: u32 = 3;

/// How a run is to be done.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many cases run at a time; at least one does.
    pub workers: usize,
    /// How long one exchange may take.
    pub timeout: Duration,
    /// When the run must come to its end; cleaning up comes on top.
    pub deadline: Instant,
    /// The target's base URL, for `$url`.
    pub url: String,
    /// Tells runs apart: fresh values of two seeds differ.
    pub seed: u64,
}

/// Performs cases.
pub struct Runner<'a, T> {
    judge: &'a Judge<'a>,
    profile: &'a Profile,
    transport: &'a T,
    options: Options,
    stop: &'a Stop,
    fresh: FreshSource,
    requests: Cell<u64>,
    timeouts: RefCell<BTreeMap<String, u32>>,
}

impl<'a, T: Transport> Runner<'a, T> {
    /// A runner; one is good for one run.
    #[must_use]
    pub fn new(
        judge: &'a Judge<'a>,
        profile: &'a Profile,
        transport: &'a T,
        stop: &'a Stop,
        options: Options,
    ) -> Self {
        Self {
            judge,
            profile,
            transport,
            fresh: FreshSource::new(options.seed),
            options,
            stop,
            requests: Cell::new(0),
            timeouts: RefCell::default(),
        }
    }

    /// Performs every case; `done` hears of each as it ends.
    pub async fn run(&self, cases: &[Case], done: &dyn Fn(&CaseOutcome)) -> Vec<CaseOutcome> {
        let workers = self.options.workers.max(1);
        let of = |isolation| Queue::of(cases, isolation);
        let (alone, writes, reads) =
            (of(Isolation::Alone), of(Isolation::Writes), of(Isolation::Reads));
        let results = RefCell::new(BTreeMap::new());
        let perform = async |index: usize| {
            // A case that sends nothing never waits, and the others must get their turn all the same.
            tokio::task::yield_now().await;
            let outcome = Session::new(self, &cases[index]).run().await;
            done(&outcome);
            results.borrow_mut().insert(index, outcome);
        };

        let counting = Cell::new(!alone.is_empty());
        let count = async {
            while let Some(index) = alone.next() {
                perform(index).await;
            }
            counting.set(false);
        };
        let read_beside = async || {
            while counting.get()
                && let Some(index) = reads.next()
            {
                perform(index).await;
            }
        };
        tokio::join!(count, join_all((1..workers).map(|_| read_beside())));
        let any = async || {
            while let Some(index) = writes.next().or_else(|| reads.next()) {
                perform(index).await;
            }
        };
        join_all((0..workers).map(|_| any())).await;
        results.into_inner().into_values().collect()
    }

    /// How many requests have been sent.
    pub fn requests(&self) -> u64 {
        self.requests.get()
    }

    /// Why nothing more may be begun, if so.
    fn halt(&self) -> Option<Halt> {
        self.stop
            .is_asked()
            .then_some(Halt::Interrupted)
            .or_else(|| (Instant::now() >= self.options.deadline).then_some(Halt::OutOfTime))
    }

    /// Whether this operation has timed out too often to be asked again.
    fn is_given_up(&self, operation_id: &str) -> bool {
        self.timeouts.borrow().get(operation_id).is_some_and(|count| *count >= GIVE_UP_AFTER)
    }

    /// One exchange, within its own time and that of the run (but for what undoes something).
    async fn exchange(
        &self,
        operation_id: &str,
        request: HttpRequest,
        undoes: bool,
    ) -> Result<Exchange, Halt> {
        let remaining = self.options.deadline.saturating_duration_since(Instant::now());
        let cut_short = !undoes && remaining < self.options.timeout;
        let at_most = if cut_short { remaining } else { self.options.timeout };
        self.requests.set(self.requests.get() + 1);
        let exchange = tokio::select! {
            exchange = self.transport.exchange(request, at_most) => exchange,
            () = self.stop.at_once() => return Err(Halt::Interrupted),
        };
        if matches!(&exchange.outcome, Err(failure) if matches!(failure.kind, FailureKind::Timeout(_)))
        {
            if cut_short {
                return Err(Halt::OutOfTime);
            }
            *self.timeouts.borrow_mut().entry(operation_id.to_owned()).or_default() += 1;
        }
        Ok(exchange)
    }
}
