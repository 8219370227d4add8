//! Which case comes next: the first of every cell before the second of any, so that a run that ends before its end has
//! looked at everything; and what has taken servers down before comes last of all, for the same reason.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::case::{Case, Cell, Derivation, Isolation};

/// Which cases of one kind of isolation are still to be done, by their place in the plan.
pub(super) struct Queue(RefCell<Vec<usize>>);

impl Queue {
    pub(super) fn of(cases: &[Case], isolation: Isolation) -> Self {
        let mut counts: HashMap<&Cell, usize> = HashMap::new();
        let of_this = cases.iter().enumerate().filter(|(_, case)| case.isolation == isolation);
        let mut ranked: Vec<(bool, usize, usize)> = of_this
            .map(|(index, case)| {
                let count = counts.entry(&case.cell).or_default();
                *count += 1;
                (is_hazard(case), *count, index)
            })
            .collect();
        ranked.sort_unstable();
        Self(RefCell::new(ranked.into_iter().rev().map(|(.., index)| index).collect()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    pub(super) fn next(&self) -> Option<usize> {
        self.0.borrow_mut().pop()
    }
}

/// Paths that are no UTF-8 or no percent-encoding: more than one server ends over them.
fn is_hazard(case: &Case) -> bool {
    case.source == Derivation::Violation && case.id.contains(":encoding:")
}
