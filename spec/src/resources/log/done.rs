//! Which action of a log an operation is: by what both are called.

use super::super::done_by::spoken;
use super::super::lifecycle::{IRREGULAR, is_participle};
use super::Log;
use crate::model::{Method, Operation, PathPart};
use crate::names::{singulars, words};

/// What an operation does, in words.
pub(super) struct Done<'o> {
    operation: &'o Operation,
    /// The words of its id, its summary and the last part of its path.
    pub(super) verb: Vec<String>,
    /// What the parts of its path are called, in the singular.
    pub(super) things: Vec<String>,
}

impl<'o> Done<'o> {
    pub(super) fn of(operation: &'o Operation) -> Self {
        let things = operation.path.literals().flat_map(singulars);
        Self { operation, verb: spoken(operation), things: things.collect() }
    }

    /// Whether an action of a log is this one: by how many words that shows.
    pub(super) fn is(&self, log: &Log<'_>, action: &str) -> Option<usize> {
        let (how, nouns) = past(action)?;
        let is_known = |noun: &String| {
            singulars(noun).iter().any(|one| {
                self.things.contains(one)
                    || self.verb.iter().any(|word| singulars(word).contains(one))
            })
        };
        let is_spoken = self.verb.iter().any(|word| is_past_of(&how, word));
        let is_about_last = nouns.last().is_some_and(|noun| {
            let last = self.operation.path.last_literal().map(singulars).unwrap_or_default();
            singulars(noun).iter().any(|one| last.contains(one))
        });
        // Of a thing's own log, what is done to the thing needs no noun: it's made, or changed, itself.
        let own = log.of_one.as_ref().map(|item| self.operation.path.shape() == *item);
        let by_method = match self.operation.method {
            Method::Post => matches!(how.as_str(), "created" | "added"),
            Method::Put | Method::Patch => {
                matches!(how.as_str(), "updated" | "changed" | "edited" | "modified")
            }
            Method::Delete => matches!(how.as_str(), "deleted" | "removed"),
            _ => false,
        };
        let is_it = match (nouns.is_empty(), how.as_str()) {
            (true, "created") => own == Some(false) && self.makes_thing_of(log),
            (true, "updated" | "changed" | "edited" | "modified") => own == Some(true) && by_method,
            (true, _) => is_spoken,
            (false, _) => nouns.iter().all(is_known) && (is_spoken || by_method && is_about_last),
        };
        is_it.then_some(nouns.len() + 1 + usize::from(is_about_last))
    }

    /// Whether it is sent to where the things are that a log is of one of.
    fn makes_thing_of(&self, log: &Log<'_>) -> bool {
        // Wherever that lies: issues of a project are issues.
        let segments = log.reader.path.without_slash();
        let things = segments.len().checked_sub(3).and_then(|at| segments.get(at));
        let [PathPart::Literal(things)] = things.map(Vec::as_slice).unwrap_or_default() else {
            return false;
        };
        self.operation.method == Method::Post && self.operation.path.last_segment() == Some(things)
    }
}

/// An action as what was done, and what it was done to: `workLogged`, `item_added`.
pub(super) fn past(action: &str) -> Option<(String, Vec<String>)> {
    let mut own = words(action);
    let how = own.pop()?;
    let is_past = how.ends_with("ed") || IRREGULAR.iter().any(|(_, past)| *past == how);
    is_past.then_some((how, own))
}

/// `created` of create, `attached` of an attachment.
fn is_past_of(how: &str, word: &str) -> bool {
    const STEM: usize = 4;
    let stem = how.strip_suffix("ed").unwrap_or(how);
    how != word && (is_participle(how, word) || stem.len() >= STEM && word.starts_with(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_what_was_done_to_something() {
        let told = |action: &str| past(action).map(|(how, nouns)| (how, nouns.join(" ")));
        assert_eq!(told("workLogged"), Some(("logged".to_owned(), "work".to_owned())));
        assert_eq!(told("pool_member_added"), Some(("added".to_owned(), "pool member".to_owned())));
        assert_eq!(told("warning"), None);
        assert!(is_past_of("attached", "attachment"));
        assert!(is_past_of("submitted", "submit"));
        assert!(is_past_of("paid", "pay"));
        assert!(!is_past_of("added", "address"));
        assert!(!is_past_of("closed", "closed"));
    }
}
