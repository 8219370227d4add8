//! Performs cases against a target: requests filled and sent, answers judged, what was made undone.
//!
//! ```text
//! cases ──Runner::run──▶ outcomes ──confirm: each failure again, alone──▶ outcomes, in the order of the plan
//! those that end what the others need ──after all that──────────────────▶
//! ```
//!
//! Around them the workflows that the profile names for it: [`Runner::set_up`] before the first case,
//! [`Runner::tear_down`] after the last, and those that give a token whenever one is needed.
//!
//! Promises: a run ends, whatever the target does, about when `max_time` is over (an operation that timed out
//! [`GIVE_UP_AFTER`] times isn't asked again; a target that stops answering ends the run); what a case made is undone
//! when the case ends, however it ends, also on an interrupt; an operation whose first things can't be removed isn't
//! called any more; cases that count don't run beside the suite's own writes;
//! a busy target (429, 503) is asked again by itself before that counts. Memory stays flat: of a long body only the
//! beginning is kept.

mod anew;
mod blame;
mod confirm;
mod exchange;
mod fill;
mod follow;
mod health;
mod journal;
mod leftover;
mod looked_up;
mod makers;
mod obtain;
mod outcome;
mod queue;
mod routine;
mod send;
mod session;
mod stop;
mod thin;

pub use blame::{cell_of, is_failure};
pub use health::{Down, Suspect};
pub use journal::{Entry, Journal};
pub use leftover::remove;
pub use outcome::{CaseOutcome, Confirmed, Kept, KeptResponse, StepOutcome, StepRole};
pub use routine::{SetUp, not_judged};
pub use stop::Stop;
pub use thin::{LONG_RUN, Thinning};

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use indexmap::IndexMap;
use serde_json::Value;
use tokio::sync::{Mutex, RwLock};

use crate::case::{Case, Isolation};
use crate::fresh::FreshSource;
use crate::judge::{Check, Judge, Verdict};
use crate::plan::Routine;
use crate::profile::Profile;
use crate::promise::Level;
use crate::transport::Transport;
use fill::Sender;
use health::Health;
use looked_up::LookedUp;
use makers::Makers;
use queue::Queue;
use session::{Purpose, Session};
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
    journal: Option<&'a Journal>,
    /// The workflows that give what requests carry.
    sources: &'a [Routine],
    /// What set-ups gave, by name.
    given: RefCell<IndexMap<String, Value>>,
    fresh: FreshSource,
    requests: Cell<u64>,
    timeouts: RefCell<BTreeMap<String, u32>>,
    /// How often an operation stayed busy, however patiently it was asked.
    busy: RefCell<BTreeMap<String, u32>>,
    /// How long an operation was waited for while it was busy.
    waited: RefCell<BTreeMap<String, Duration>>,
    /// Who waits for what is done one at a time.
    turns: Mutex<()>,
    /// How often the target was busy.
    crowded: Cell<u32>,
    /// Until when something is begun.
    until: Cell<Instant>,
    out_of_time: Cell<bool>,
    health: RefCell<Health>,
    makers: Makers,
    looked_up: LookedUp,
    /// Tells a failure at which the run is to end.
    fail_fast: Option<&'a Fails<'a>>,
    /// Whether nothing more is begun, since there was one.
    failed_fast: Cell<bool>,
    /// Whether that was so at the end.
    stopped_early: Cell<bool>,
    /// How long others are waited for that write beside cases; `None`: not at all.
    patience: Option<Duration>,
    /// Exchanges are beside each other, but for those that are tried again alone.
    lane: RwLock<()>,
}

/// What came of the cases that are about the target as it was before the run, by their ids.
#[derive(Debug, Default)]
pub struct Begun(BTreeMap<String, CaseOutcome>);

/// Whether what came of a case is a failure.
pub type Fails<'a> = dyn Fn(&Case, &CaseOutcome) -> bool + 'a;

/// What a run tells of itself while it goes on.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// A case has ended.
    Done(&'a CaseOutcome),
    /// Of so many failures that are to be seen again, alone, so many were looked for.
    SeesAgain {
        /// How many were looked for.
        done: usize,
        /// How many there are.
        of: usize,
    },
}

/// Which part of the time that a run has is kept for seeing failures again.
const CONFIRMING: u32 = 6;

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
            until: Cell::new(options.deadline),
            out_of_time: Cell::new(false),
            options,
            stop,
            journal: None,
            sources: &[],
            given: RefCell::default(),
            requests: Cell::new(0),
            timeouts: RefCell::default(),
            busy: RefCell::default(),
            waited: RefCell::default(),
            turns: Mutex::default(),
            crowded: Cell::new(0),
            health: RefCell::default(),
            makers: Makers::new(judge.contract(), &profile.permissions.creates),
            looked_up: LookedUp::default(),
            fail_fast: None,
            failed_fast: Cell::new(false),
            stopped_early: Cell::new(false),
            patience: None,
            lane: RwLock::new(()),
        }
    }

    /// The same, noting down what it makes until that is removed again.
    #[must_use]
    pub fn with_journal(self, journal: &'a Journal) -> Self {
        Self { journal: Some(journal), ..self }
    }

    /// The same, performing these workflows for what requests carry.
    #[must_use]
    pub fn with_sources(self, sources: &'a [Routine]) -> Self {
        Self { sources, ..self }
    }

    /// The same, ending at the first failure that this tells and that is seen again.
    #[must_use]
    pub fn with_fail_fast(self, fails: &'a Fails<'a>) -> Self {
        Self { fail_fast: Some(fails), ..self }
    }

    /// The same for a target that other runs write to meanwhile: cases that they disturb are performed anew, until so long
    /// after the others should be done.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience: Some(patience), ..self }
    }

    /// Performs every case, and those that failed again; `watch` hears of each as it ends.
    pub async fn run(&self, cases: &[Case], watch: &dyn Fn(Event<'_>)) -> Vec<CaseOutcome> {
        let begun = self.begin(cases, watch).await;
        self.go_on(cases, begun, watch).await
    }

    /// Performs the other cases, and those that failed again. There may be others than those that were known in the beginning.
    pub async fn go_on(
        &self,
        cases: &[Case],
        begun: Begun,
        watch: &dyn Fn(Event<'_>),
    ) -> Vec<CaseOutcome> {
        let began = Instant::now();
        let left = self.options.deadline.saturating_duration_since(began);
        // A failure that was seen again is worth more than another case.
        self.until.set(self.options.deadline - left / CONFIRMING);
        let done = &|outcome: &CaseOutcome| watch(Event::Done(outcome));
        let mut outcomes = self.perform_all(cases, begun, watch).await;
        self.until.set(self.options.deadline);
        self.find_culprit(cases, &mut outcomes).await;
        self.confirm_and_go_on(cases, &mut outcomes, watch).await;
        self.perform_disturbed(cases, &mut outcomes, began).await;
        let last = |(_, case): &(usize, &Case)| case.isolation == Isolation::Last;
        for (place, case) in cases.iter().enumerate().filter(last) {
            let outcome = self.perform(case).await;
            done(&outcome);
            outcomes.insert(place, outcome);
        }
        outcomes
    }

    /// Performs what is about the target as it was before the run, and sees its failures again at once: afterwards it isn't as
    /// it was.
    pub async fn begin(&self, cases: &[Case], watch: &dyn Fn(Event<'_>)) -> Begun {
        let first = Queue::of(cases, Isolation::First);
        let results = RefCell::new(BTreeMap::new());
        let read = async || {
            while let Some(index) = first.next() {
                let outcome = self.perform(&cases[index]).await;
                if !anew::was_stopped(&outcome) && !anew::found_nothing(&cases[index], &outcome) {
                    watch(Event::Done(&outcome));
                }
                results.borrow_mut().insert(index, outcome);
            }
        };
        join_all((0..self.options.workers.max(1)).map(|_| read())).await;
        let (places, mut outcomes): (Vec<_>, Vec<_>) = results.into_inner().into_iter().unzip();
        confirm::confirm(self, cases, &mut outcomes, watch).await;
        for (index, outcome) in places.iter().zip(&outcomes) {
            self.note_failure(&cases[*index], outcome);
        }
        Begun(outcomes.into_iter().map(|outcome| (outcome.id.clone(), outcome)).collect())
    }

    async fn perform_all(
        &self,
        cases: &[Case],
        Begun(mut begun): Begun,
        watch: &dyn Fn(Event<'_>),
    ) -> Vec<CaseOutcome> {
        let mut before = Vec::new();
        let first = |(_, case): &(usize, &Case)| case.isolation == Isolation::First;
        for (index, case) in cases.iter().enumerate().filter(first) {
            let outcome = match begun.remove(&case.id) {
                Some(outcome) => outcome,
                None => self.perform(case).await,
            };
            before.push((index, outcome));
        }
        let workers = self.options.workers.max(1);
        let of = |isolation| Queue::of(cases, isolation);
        let (alone, writes, reads) =
            (of(Isolation::Alone), of(Isolation::Writes), of(Isolation::Reads));
        let thinning = RefCell::new(Thinning::new(cases.len()));
        let keep = |(index, mut outcome): (usize, CaseOutcome)| {
            thinning.borrow_mut().keep(&cases[index].cell, &mut outcome);
            (index, outcome)
        };
        let results: RefCell<BTreeMap<_, _>> = RefCell::new(before.into_iter().map(keep).collect());
        let doubtful = anew::that_found_nothing(cases, &results.borrow());
        let is_last_look = Cell::new(false);
        let perform = async |index: usize| {
            // A case that sends nothing never waits, and the others must get their turn all the same.
            tokio::task::yield_now().await;
            let outcome = self.perform(&cases[index]).await;
            self.note_failure(&cases[index], &outcome);
            let comes_again = !is_last_look.get() && anew::found_nothing(&cases[index], &outcome);
            if !anew::was_stopped(&outcome) && !comes_again {
                watch(Event::Done(&outcome));
            }
            let (index, outcome) = keep((index, outcome));
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
        // What the run did by now may be in a list that was empty before it; later on that may be too long to be walked.
        let look_again = async || {
            let nothing = anew::that_found_nothing(cases, &results.borrow());
            for index in nothing {
                perform(index).await;
            }
        };
        look_again().await;
        self.confirm_counting(cases, &results, watch).await;
        let any = async || {
            while let Some(index) = writes.next_of(&reads) {
                perform(index).await;
            }
        };
        join_all((0..workers).map(|_| any())).await;
        for one_at_a_time in [of(Isolation::Apart), Queue::of_hazards(cases)] {
            while let Some(index) = one_at_a_time.next() {
                perform(index).await;
            }
        }
        is_last_look.set(true);
        look_again().await;
        // What passed with the little that was there then, may not with all that is there by now.
        for index in doubtful {
            let has_passed = results.borrow().get(&index).is_some_and(CaseOutcome::has_passed);
            let outcome = if has_passed { self.perform(&cases[index]).await } else { continue };
            if outcome.verdict == Verdict::Failed {
                self.note_failure(&cases[index], &outcome);
                results.borrow_mut().extend([keep((index, outcome))]);
            }
        }
        results.into_inner().into_values().collect()
    }

    /// Sees failures of cases that count, or look at what was there before, again, before other cases make the lists longer than
    /// can be walked.
    async fn confirm_counting(
        &self,
        cases: &[Case],
        results: &RefCell<BTreeMap<usize, CaseOutcome>>,
        watch: &dyn Fn(Event<'_>),
    ) {
        let has_failed = |index: &usize, outcome: &mut CaseOutcome| {
            let isolation = cases[*index].isolation;
            matches!(isolation, Isolation::Alone | Isolation::First)
                && outcome.verdict == Verdict::Failed
                && outcome.confirmed.is_none()
        };
        let (places, mut outcomes): (Vec<_>, Vec<_>) =
            results.borrow_mut().extract_if(.., has_failed).unzip();
        confirm::confirm(self, cases, &mut outcomes, watch).await;
        results.borrow_mut().extend(places.into_iter().zip(outcomes));
    }

    fn note_failure(&self, case: &Case, outcome: &CaseOutcome) {
        if self.fail_fast.is_some_and(|fails| fails(case, outcome)) {
            self.failed_fast.set(true);
        }
    }

    async fn perform(&self, case: &Case) -> CaseOutcome {
        Session::new(self, case).run().await
    }

    /// Performs a case by itself, to see how the target takes it: nothing comes of it.
    pub async fn rehearse(&self, case: &Case) -> CaseOutcome {
        self.perform(case).await
    }

    /// What requests are filled from.
    fn sender(&self, purpose: Purpose) -> Sender<'_> {
        Sender {
            contract: self.judge.contract(),
            profile: self.profile,
            performer: Some(self),
            gives: purpose == Purpose::Source,
        }
    }

    /// The value of an input by the set-ups, else by the profile.
    fn input(&self, name: &str) -> Option<Value> {
        let given = self.given.borrow().get(name).cloned();
        given.or_else(|| self.profile.inputs.get(name).cloned())
    }

    /// Gives checks of an operation the levels that the profile wants; those that are off are dropped.
    fn weigh(&self, operation_id: &str, checks: &mut Vec<Check>) {
        for check in checks.iter_mut() {
            check.level = self.profile.levels.of(operation_id, check.id, check.level);
        }
        checks.retain(|check| check.level != Level::Off);
    }

    /// How many requests have been sent.
    pub fn requests(&self) -> u64 {
        self.requests.get()
    }

    /// Whether the target stopped answering, and what is known of why.
    pub fn down(&self) -> Option<Down> {
        self.health.borrow().down().cloned()
    }

    /// Why nothing more may be begun, if so.
    fn halt(&self) -> Option<Halt> {
        if self.stop.is_asked() {
            return Some(Halt::Interrupted);
        }
        if self.health.borrow().down().is_some() {
            return Some(Halt::Down);
        }
        if self.failed_fast.get() {
            return Some(Halt::FailedFast);
        }
        let is_over = Instant::now() >= self.until.get();
        self.out_of_time.set(self.out_of_time.get() || is_over);
        is_over.then_some(Halt::OutOfTime)
    }

    /// Whether something wasn't begun because there was no time for it.
    pub fn ran_out_of_time(&self) -> bool {
        self.out_of_time.get()
    }

    /// Whether this operation has timed out too often to be asked again.
    fn is_given_up(&self, operation_id: &str) -> bool {
        self.timeouts.borrow().get(operation_id).is_some_and(|count| *count >= GIVE_UP_AFTER)
    }
}
