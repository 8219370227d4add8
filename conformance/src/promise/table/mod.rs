//! Every promise that a check may test.

mod answers;
mod cases;
mod credentials;
mod laws;
mod lists;
mod run;

use super::{Level, Promise};

const fn row(
    code: &'static str,
    level: Level,
    title: &'static str,
    clause: &'static str,
    about: &'static str,
) -> Promise {
    Promise { code, level, title, clause, about }
}

/// Every promise: those of single answers first, laws last.
pub fn promises() -> impl Iterator<Item = &'static Promise> {
    let single = [answers::ANSWERS, cases::CASES, credentials::CREDENTIALS, run::RUN];
    single.into_iter().chain([laws::LAWS, lists::LISTS]).flatten()
}

/// Whether a code is a promise that any answer must keep, whatever was asked.
#[must_use]
pub fn is_of_any_answer(code: &str) -> bool {
    answers::ANSWERS.iter().any(|promise| promise.code == code)
}
