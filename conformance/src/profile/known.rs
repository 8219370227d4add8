//! Failures that are known: told apart from others, and no reason to fail a run until a day that the profile names.

use spec::model::{Contract, Status};
use time::Date;

use super::Place;
use crate::selection::{Selector, glob};

/// An entry of `[[known]]`. A failure is meant that fits all of `cause`, `cell` and `check` that are given; one of the
/// first two is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The cause's name as reports have it, `*` standing for any text.
    pub cause: Option<String>,
    /// The operations, or a cell of each, that it speaks against.
    pub cell: Option<Selector>,
    /// The check's code.
    pub check: Option<String>,
    /// Why it is there.
    pub reason: String,
    /// The last day (UTC) that it is taken as known.
    pub until: Date,
    /// Where more is said of it: an issue.
    pub link: Option<String>,
    /// Where the entry stands.
    pub place: Place,
}

/// What is to be held against the entries: a failure, as reports name it.
#[derive(Debug, Clone, Copy)]
pub struct Failure<'a> {
    /// The cause's name.
    pub cause: &'a str,
    /// The operation of the cell that it speaks against.
    pub operation_id: &'a str,
    /// The status of that cell.
    pub status: Status,
    /// The check's code.
    pub check: &'a str,
}

impl Known {
    /// What it is called in messages: all that it names.
    #[must_use]
    pub fn name(&self) -> String {
        let cell = self.cell.as_ref().map(ToString::to_string);
        let parts = [self.cause.clone(), cell, self.check.clone()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// Whether a failure is meant.
    #[must_use]
    pub fn means(&self, contract: &Contract, failure: &Failure<'_>) -> bool {
        let Failure { cause, operation_id, status, check } = *failure;
        self.cause.as_ref().is_none_or(|pattern| glob(pattern, cause))
            && self.check.as_ref().is_none_or(|own| own == check)
            && self.cell.as_ref().is_none_or(|cell| cell.matches(contract, operation_id, status))
    }

    /// Whether a failure of this cell could be meant: a cause is named after its operation.
    #[must_use]
    pub fn may_mean(&self, contract: &Contract, operation_id: &str, status: Status) -> bool {
        let of_cause = |pattern: &String| {
            let is_beginning = |end: usize| glob(&pattern[..end], operation_id);
            pattern.char_indices().any(|(at, c)| c == ':' && is_beginning(at))
                || glob(pattern, operation_id)
        };
        match &self.cell {
            Some(cell) => cell.matches(contract, operation_id, status),
            None => self.cause.as_ref().is_none_or(of_cause),
        }
    }

    /// Whether its day is over.
    #[must_use]
    pub fn is_expired(&self, today: Date) -> bool {
        today > self.until
    }
}
