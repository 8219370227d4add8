//! The members that an object has more than once: of these the last one is read, as by most readers (RFC 8259 §4).

use std::cell::RefCell;

use super::pointer_of;

/// The way to a member, from itself to the root.
type Way = Vec<String>;

/// What was found so far, while a value is read from within.
#[derive(Default)]
pub(super) struct Repeated(RefCell<Vec<Way>>);

impl Repeated {
    pub(super) fn count(&self) -> usize {
        self.0.borrow().len()
    }

    /// What was found since then lies within the member or item `step`.
    pub(super) fn within(&self, since: usize, step: impl Fn() -> String) {
        if self.count() > since {
            self.0.borrow_mut().iter_mut().skip(since).for_each(|way| way.push(step()));
        }
    }

    /// The object whose reading began then has the member `name` again. What lay within the one before it is not read.
    pub(super) fn again(&self, since: usize, name: &str) {
        let mut ways = self.0.borrow_mut();
        let mut at = 0;
        ways.retain(|way| {
            at += 1;
            at <= since || way.last().is_none_or(|step| step != name)
        });
        ways.push(vec![name.to_owned()]);
    }

    pub(super) fn into_pointers(self) -> Vec<String> {
        self.0.into_inner().iter().map(|way| pointer_of(way.iter().rev())).collect()
    }
}
