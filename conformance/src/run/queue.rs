//! Which case comes next: the first of every cell before the second of any, so that a run that ends before its end has
//! looked at everything; and what has taken servers down before comes last of all, for the same reason, one at a time.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::case::{Case, Cell, Derivation, Isolation};

/// When a case's turn is: by how many of its cell come before it, then by its place in the plan.
type Rank = (usize, usize);

/// Which cases of one kind are still to be done; the last of them comes next.
pub(super) struct Queue(RefCell<Vec<Rank>>);

impl Queue {
    /// Those of one kind of isolation, but for hazards.
    pub(super) fn of(cases: &[Case], isolation: Isolation) -> Self {
        Self::with(cases, |case| case.isolation == isolation && !is_hazard(case))
    }

    pub(super) fn of_hazards(cases: &[Case]) -> Self {
        Self::with(cases, |case| case.isolation != Isolation::Last && is_hazard(case))
    }

    fn with(cases: &[Case], is_of_it: impl Fn(&Case) -> bool) -> Self {
        let mut counts: HashMap<&Cell, usize> = HashMap::new();
        let of_it = cases.iter().enumerate().filter(|(_, case)| is_of_it(case));
        let mut ranked: Vec<Rank> = of_it
            .map(|(index, case)| {
                let count = counts.entry(&case.cell).or_default();
                *count += 1;
                (*count, index)
            })
            .collect();
        ranked.sort_unstable_by(|a, b| b.cmp(a));
        Self(RefCell::new(ranked))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    pub(super) fn next(&self) -> Option<usize> {
        self.0.borrow_mut().pop().map(|(_, index)| index)
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
