//! What a row of the table says, and how it is found.

use std::fmt;

use super::table::{Fact, RULES};

/// What a change does to those who rely on the old contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Whoever kept to the old contract is still right.
    Compatible,
    /// Some clients or servers may stumble, or the meaning can't be decided.
    Dangerous,
    /// A client or server that kept to the old contract no longer keeps to the new one.
    Breaking,
}

impl Severity {
    /// In lower case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Compatible => "compatible",
            Self::Dangerous => "dangerous",
            Self::Breaking => "breaking",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which way a message goes: what widens a request is harmless, what widens a response is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From client to server.
    Request,
    /// From server to client.
    Response,
    /// The exchange as a whole.
    Both,
}

impl Direction {
    /// In lower case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::Both => "both",
        }
    }
}

/// A row of the table: what a fact means in one direction.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable, kebab-case, never reused.
    pub code: &'static str,
    /// Where the fact has to be met.
    pub direction: Direction,
    /// How bad it is there.
    pub severity: Severity,
    /// Why.
    pub reason: &'static str,
    pub(super) fact: Fact,
}

/// Every rule, in the order of the table.
#[must_use]
pub fn rules() -> &'static [Rule] {
    RULES
}

impl Fact {
    /// The row for this fact in this direction.
    ///
    /// The comparison states no fact in a direction without a row, as the tests over the whole table show; that
    /// another row of the fact would be taken then only saves a panic.
    pub(super) fn rule(self, direction: Direction) -> &'static Rule {
        let mut rows = RULES.iter().filter(|rule| rule.fact == self);
        let exact = rows.clone().find(|rule| rule.direction == direction);
        exact.or_else(|| rows.next()).unwrap_or(&RULES[0])
    }
}
