//! Which case comes next: the first of every cell before the second of any, so that a run that ends before its end has
//! looked at everything; and what has taken servers down before comes last of all, for the same reason.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::case::{Case, Cell, Derivation, Isolation};

/// When a case's turn is: hazards last, then by how many of its cell come before it, then by its place in the plan.
type Rank = (bool, usize, usize);

/// Which cases of one kind of isolation are still to be done; the last of them comes next.
pub(super) struct Queue(RefCell<Vec<Rank>>);

impl Queue {
    pub(super) fn of(cases: &[Case], isolation: Isolation) -> Self {
        let mut counts: HashMap<&Cell, usize> = HashMap::new();
        let of_this = cases.iter().enumerate().filter(|(_, case)| case.isolation == isolation);
        let mut ranked: Vec<Rank> = of_this
            .map(|(index, case)| {
                let count = counts.entry(&case.cell).or_default();
                *count += 1;
                (is_hazard(case), *count, index)
            })
            .collect();
        ranked.sort_unstable_by(|a, b| b.cmp(a));
        Self(RefCell::new(ranked))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    pub(super) fn next(&self) -> Option<usize> {
        self.0.borrow_mut().pop().map(|(.., index)| index)
    }

    /// The next of two queues.
    pub(super) fn next_of(&self, other: &Self) -> Option<usize> {
        let rank = |queue: &Self| queue.0.borrow().last().copied();
        match (rank(self), rank(other)) {
            (Some(own), Some(theirs)) if theirs < own => other.next(),
            (Some(_), _) => self.next(),
            (None, _) => other.next(),
        }
    }
}

/// Paths that are no UTF-8 or no percent-encoding: more than one server ends over them.
fn is_hazard(case: &Case) -> bool {
    case.source == Derivation::Violation && case.id.contains(":encoding:")
}
