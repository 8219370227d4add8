use std::cell::RefCell;

use crate::case::{Case, Isolation};

/// Which cases of one kind of isolation are still to be done, by their place in the plan.
pub(super) struct Queue(RefCell<Vec<usize>>);

impl Queue {
    pub(super) fn of(cases: &[Case], isolation: Isolation) -> Self {
        let indices = cases.iter().enumerate().rev();
        let indices = indices.filter(|(_, case)| case.isolation == isolation);
        Self(RefCell::new(indices.map(|(index, _)| index).collect()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    pub(super) fn next(&self) -> Option<usize> {
        self.0.borrow_mut().pop()
    }
}
