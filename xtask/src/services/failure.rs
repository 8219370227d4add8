//! What went wrong, told so that two tools' failures can stand side by side.
//!
//! ```text
//! a tool's report ──ours, peer──▶ Failure { operation, check, came } ──judge(judgements)──▶ true fault, false alarm, not examined
//! ```
//!
//! A failure's identity is the operation, the tool's own name of the check and what came: the same fault found by a
//! hundred cases is one failure. A [`Kind`] says the same of both tools' checks.

use serde::{Deserialize, Serialize};

use super::file::Judgement;

/// Who says that something is wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Tool {
    /// Our suite.
    #[default]
    Suite,
    Schemathesis,
}

/// One kind of failure of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    /// `METHOD /path`.
    pub(crate) operation: String,
    /// The tool's own name of the check.
    pub(crate) check: String,
    /// The status, and where in the answer.
    pub(crate) came: String,
    pub(crate) kind: Kind,
    /// How many times.
    pub(crate) times: usize,
    /// What the tool says of the first.
    pub(crate) message: String,
    /// How to see it: a case of ours, a request of Schemathesis.
    pub(crate) example: String,
}

impl Failure {
    /// In one line.
    pub(crate) fn told(&self) -> String {
        format!("{} {}: {}", self.operation, self.check, self.came)
    }

    fn identity(&self) -> (&str, &str, &str) {
        (&self.operation, &self.check, &self.came)
    }

    /// The first judgement that is about it.
    pub(crate) fn judgement<'a>(&self, tool: Tool, all: &'a [Judgement]) -> Option<&'a Judgement> {
        all.iter().find(|judgement| judgement.covers(tool, self))
    }
}

impl Judgement {
    /// Whether it is about this failure.
    pub(crate) fn covers(&self, tool: Tool, failure: &Failure) -> bool {
        let is = |pattern: &str, text: &str| match pattern.strip_suffix('*') {
            Some(beginning) => text.starts_with(beginning),
            None => pattern == text,
        };
        self.tool == tool
            && is(&self.operation, &failure.operation)
            && is(&self.check, &failure.check)
            && is(&self.came, &failure.came)
    }
}

/// What a failure is about, whoever tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// A 5xx, or no answer.
    ServerError,
    /// A status that isn't documented.
    Status,
    MediaType,
    Headers,
    Body,
    /// What the document forbids is taken.
    Accepts,
    /// What the document allows is refused.
    Refuses,
    /// A method that isn't documented.
    Method,
    Security,
    /// Several answers contradict each other.
    Behaviour,
}

/// Failures, each identity once, in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Failures(Vec<Failure>);

impl Failures {
    pub(crate) fn add(&mut self, failure: Failure) {
        match self.0.iter_mut().find(|known| known.identity() == failure.identity()) {
            Some(known) => known.times += failure.times,
            None => self.0.push(failure),
        }
    }

    /// By operation, check and what came.
    pub(crate) fn sorted(mut self) -> Vec<Failure> {
        self.0.sort_by(|a, b| a.identity().cmp(&b.identity()));
        self.0
    }
}

/// A JSON pointer without what differs from answer to answer: `/3/name` becomes `/*/name`.
pub(crate) fn general(pointer: &str) -> String {
    let segments = pointer.split('/').map(|segment| match segment.parse::<u64>() {
        Ok(_) => "*",
        Err(_) => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The beginning of a text, on one line.
pub(crate) fn short(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::file::Examined;

    fn failure(came: &str) -> Failure {
        Failure {
            operation: "GET /items".to_owned(),
            check: "body-schema".to_owned(),
            came: came.to_owned(),
            kind: Kind::Body,
            times: 1,
            message: String::new(),
            example: String::new(),
        }
    }

    #[test]
    fn the_same_failure_is_counted_and_not_repeated() {
        let mut failures = Failures::default();
        for came in ["200 /b", "200 /a", "200 /b"] {
            failures.add(failure(came));
        }
        let failures = failures.sorted();
        let told: Vec<_> = failures.iter().map(|one| (one.came.as_str(), one.times)).collect();
        assert_eq!(told, [("200 /a", 1), ("200 /b", 2)]);
    }

    #[test]
    fn the_first_judgement_that_fits_counts() {
        let judgement = |operation: &str, verdict| Judgement {
            tool: Tool::Suite,
            operation: operation.to_owned(),
            check: "body-schema".to_owned(),
            came: "200*".to_owned(),
            verdict,
            why: "…".to_owned(),
        };
        let all =
            [judgement("GET /others", Examined::FalseAlarm), judgement("*", Examined::TrueFault)];
        let found = failure("200 /name").judgement(Tool::Suite, &all).map(|found| found.verdict);
        assert_eq!(found, Some(Examined::TrueFault));
        assert!(failure("200").judgement(Tool::Schemathesis, &all).is_none());
    }

    #[test]
    fn indices_are_left_out() {
        assert_eq!(general("/items/12/v1"), "/items/*/v1");
        assert_eq!(general(""), "");
    }
}
