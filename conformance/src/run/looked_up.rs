//! What lists have shown that aren't answered as often as cases need something out of them: such a list is asked once by each
//! caller, and what it showed then is what later cases take from.

use std::cell::RefCell;
use std::collections::HashMap;

use spec::model::Operation;

use crate::case::Step;
use crate::plan::looks_up;
use crate::transport::Exchange;

/// The operation that was asked, where, and by whom.
type Asked = (String, String, Option<String>);

/// The answers by what was asked.
#[derive(Default)]
pub(super) struct LookedUp(RefCell<HashMap<Asked, Exchange>>);

impl LookedUp {
    /// What such a step was answered with before.
    pub(super) fn answer(&self, step: &Step, target: &str) -> Option<Exchange> {
        looks_up(&step.id).then_some(())?;
        self.0.borrow().get(&asked(step, target)).cloned()
    }

    /// Keeps the answer of a list that is limited (429, RFC 6585 §4), where a step looks up something that is there.
    pub(super) fn keep(&self, operation: &Operation, step: &Step, target: &str, answer: &Exchange) {
        let is_limited = operation.documents(429);
        let is_shown = answer.status().is_some_and(|status| (200..300).contains(&status));
        if is_limited && is_shown && looks_up(&step.id) {
            self.0.borrow_mut().insert(asked(step, target), answer.clone());
        }
    }

    /// Forgets all: whoever sees a failure again looks anew.
    pub(super) fn forget(&self) {
        self.0.borrow_mut().clear();
    }
}

fn asked(step: &Step, target: &str) -> Asked {
    let sender = step.request.credentials.plain();
    (step.operation_id.clone(), target.to_owned(), sender.map(str::to_owned))
}
