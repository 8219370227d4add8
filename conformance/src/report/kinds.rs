//! Causes of one kind together: what is wrong with the whole of a service is told once, not once an operation.

use std::cmp::Reverse;
use std::collections::HashSet;

use indexmap::{IndexMap, IndexSet};

use super::faults::{BREAKDOWNS, SECURITY};
use super::groups::with_word;
use super::model::CauseReport;
use super::shown::Shown;
use super::words::{first_of, some};
use crate::promise::Level;

/// Causes that differ in nothing but operation and place, the most important first; at least one.
pub(super) struct Kind<'s, 'r>(Vec<&'s Shown<'r>>);

/// The kinds of these causes: the most important first, which is what breaks down, what concerns security, and then what
/// most operations have.
pub(super) fn kinds<'s, 'r>(causes: impl IntoIterator<Item = &'s Shown<'r>>) -> Vec<Kind<'s, 'r>> {
    let mut kinds: IndexMap<(&str, Level, bool), Vec<&Shown<'_>>> = IndexMap::new();
    for one in causes {
        let cause = one.cause;
        kinds.entry((&cause.kind, cause.level, cause.is_firm())).or_default().push(one);
    }
    let mut kinds: Vec<_> = kinds.into_values().map(Kind).collect();
    kinds.sort_by_key(Kind::rank);
    kinds
}

type Rank = (Reverse<Level>, bool, bool, bool, Reverse<usize>, Reverse<usize>);

impl<'s, 'r> Kind<'s, 'r> {
    fn rank(&self) -> Rank {
        let cause = self.cause();
        let is_any_of = |codes: &[&str]| codes.contains(&cause.check.as_str());
        let cases = self.0.iter().map(|one| one.cause.cases).max().unwrap_or_default();
        (
            Reverse(cause.level),
            cause.is_failure() && !cause.is_firm(),
            !is_any_of(BREAKDOWNS),
            !is_any_of(SECURITY),
            Reverse(self.operations()),
            Reverse(cases),
        )
    }

    /// The one that stands for all.
    pub(super) fn first(&self) -> &'s Shown<'r> {
        self.0[0]
    }

    /// All but the first.
    pub(super) fn others(&self) -> &[&'s Shown<'r>] {
        &self.0[1..]
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    fn cause(&self) -> &'r CauseReport {
        self.first().cause
    }

    fn operations(&self) -> usize {
        let ids: HashSet<_> = self.0.iter().map(|one| &one.cause.operation_id).collect();
        ids.len()
    }

    /// The operation, if it is only one, and the check.
    pub(super) fn title(&self) -> String {
        let cause = self.cause();
        match self.operations() {
            1 => format!("{}: {}", cause.operation_id, cause.check),
            _ => format!("{}:", cause.check),
        }
    }

    /// What is wrong, without what only the first of several is about.
    pub(super) fn message(&self) -> String {
        let cause = self.cause();
        if self.len() == 1 {
            return cause.message.clone();
        }
        if cause.kind.ends_with(":null") {
            return "`null` comes where the schema has none".to_owned();
        }
        let first = common(cause);
        let is_shared = self.others().iter().all(|one| common(one.cause) == first);
        // Where they differ, they still have their check and what came in common: the first stands for them.
        if is_shared { first } else { format!("{first}, and the like") }
    }

    /// `22 operations, 49 causes (first: getPet)`, or how many cases the only one has.
    pub(super) fn extent(&self) -> String {
        let causes = some(self.len(), "cause");
        match (self.len(), self.operations()) {
            (1, _) => some(self.cause().cases, "case"),
            (_, 1) => causes,
            (all, operations) => {
                let causes = if all == operations { String::new() } else { format!(", {causes}") };
                let operations = some(operations, "operation");
                format!("{operations}{causes}, first: {}", self.cause().operation_id)
            }
        }
    }

    /// The operations of the others, or their places where they have any; the first so many.
    pub(super) fn likewise(&self, most: usize) -> Option<String> {
        let named = |one: &&Shown<'_>| match place(one.cause) {
            Some(place) => format!("{} {place}", one.cause.operation_id),
            None => one.cause.operation_id.clone(),
        };
        let mut names: IndexSet<String> = self.others().iter().map(named).collect();
        names.shift_remove(&named(&self.first()));
        let names: Vec<String> = names.into_iter().collect();
        (!names.is_empty()).then(|| first_of(&names, most))
    }
}

/// A message without the operation and the place.
fn common(cause: &CauseReport) -> String {
    let answers = format!("{} answers ", cause.operation_id);
    if let Some(rest) = cause.message.strip_prefix(&answers) {
        return format!("answers {rest}");
    }
    let text = place(cause).and_then(|place| {
        let rest = cause.message.strip_prefix(&format!("`{place}` "))?;
        Some(format!("a value {rest}"))
    });
    text.unwrap_or_else(|| with_word(&cause.message, &cause.operation_id, "<operation>"))
}

/// The place in the answer that a message begins with.
fn place(cause: &CauseReport) -> Option<&str> {
    let (place, _) = cause.message.strip_prefix('`')?.split_once("` ")?;
    place.starts_with('/').then_some(place)
}
