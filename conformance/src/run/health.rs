//! Whether the target still answers, and which requests were under way when it stopped.

use std::collections::{BTreeMap, VecDeque};

use crate::transport::{Exchange, FailureKind};

/// A request that may have taken the target down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect {
    /// The case that sent it.
    pub case: String,
    /// The request, for people: `GET /pets/%ff`.
    pub request: String,
}

/// The target stopped answering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Down {
    /// What became of the last requests, for people.
    pub reason: String,
    /// What was under way when it went; where nothing was, what had been answered last.
    pub suspects: Vec<Suspect>,
    /// The one that takes it down, also by itself.
    pub culprit: Option<Suspect>,
}

/// Requests that were answered last, kept as suspects.
const LAST: usize = 8;

/// What is known of the target's health.
#[derive(Debug, Default)]
pub(super) struct Health {
    under_way: BTreeMap<u64, Suspect>,
    answered: VecDeque<Suspect>,
    /// Those that were cut off, or in vain under way, since the target answered last.
    lost: Vec<Suspect>,
    /// Exchanges without an answer since then.
    silent: u32,
    down: Option<Down>,
    number: u64,
}

impl Health {
    /// A request goes out.
    pub(super) fn begins(&mut self, suspect: Suspect) -> u64 {
        self.number += 1;
        self.under_way.insert(self.number, suspect);
        self.number
    }

    /// A request has come to its end.
    pub(super) fn ends(&mut self, number: u64, exchange: &Exchange) {
        let Some(suspect) = self.under_way.remove(&number) else { return };
        match &exchange.outcome {
            Ok(_) => self.is_well(suspect),
            Err(failure) => match failure.kind {
                // It went in the middle of an answer, or breaks off all its answers.
                FailureKind::ClosedEarly if failure.head.is_some() => self.loses(suspect),
                _ if failure.head.is_some() => self.is_well(suspect),
                // Never sent, or never delivered: it can't have done anything.
                FailureKind::Unsendable(_) => {}
                FailureKind::Unreachable(_) => self.silent += 1,
                FailureKind::TooLarge(_) | FailureKind::NotHttp(_) => self.is_well(suspect),
                FailureKind::ClosedEarly | FailureKind::Timeout(_) => {
                    self.silent += 1;
                    self.loses(suspect);
                }
            },
        }
    }

    fn loses(&mut self, suspect: Suspect) {
        if self.lost.len() >= LAST {
            self.lost.remove(0);
        }
        self.lost.push(suspect);
    }

    fn is_well(&mut self, suspect: Suspect) {
        self.silent = 0;
        self.lost.clear();
        self.answered.push_back(suspect);
        if self.answered.len() > LAST {
            self.answered.pop_front();
        }
    }

    /// Whether it has ever answered: else it can't have gone down.
    pub(super) fn was_up(&self) -> bool {
        !self.answered.is_empty()
    }

    /// How many exchanges in a row had no answer.
    pub(super) fn silent(&self) -> u32 {
        self.silent
    }

    /// The target is found to be down.
    pub(super) fn goes_down(&mut self, reason: String) {
        if self.down.is_some() {
            return;
        }
        let mut suspects = self.lost.clone();
        suspects.extend(self.under_way.values().cloned());
        if suspects.is_empty() {
            suspects.extend(self.answered.iter().rev().cloned());
        }
        suspects.dedup();
        self.down = Some(Down { reason, suspects, culprit: None });
    }

    /// It came back, so that suspects can be tried one by one.
    pub(super) fn comes_back(&mut self) -> Option<Down> {
        self.silent = 0;
        self.lost.clear();
        self.down.take()
    }

    pub(super) fn stays_down(&mut self, down: Down) {
        self.down = Some(down);
    }

    pub(super) fn down(&self) -> Option<&Down> {
        self.down.as_ref()
    }
}
