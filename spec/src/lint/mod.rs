//! Lint: what deserves a look in one contract, beside what reading it found wrong → [`Finding`]s.
//!
//! A small set of rules, each of which tends to be right: a row of the [table](rules) with code, severity, reason
//! and help. Whether an example matches its schema is for a [`Validate`] to say, so that this crate needs no
//! validator of its own.

mod examples;
mod operations;
mod schemas;
mod table;

use std::collections::HashSet;

use serde_json::Value;

pub use table::*;

use crate::model::SchemaId;
use crate::{Contract, Direction, Finding, Origin};

/// Judges values by the schemas of a contract.
pub trait Validate {
    /// What of the schema the value violates, when `direction` sends it: a lower-case fragment for each violation.
    fn violations(&self, schema: SchemaId, direction: Direction, value: &Value) -> Vec<String>;
}

/// Every rule, in the order of the table.
#[must_use]
pub fn rules() -> &'static [&'static Rule] {
    table::RULES
}

/// Why findings of this code matter, where lint knows the code.
#[must_use]
pub fn reason(code: &str) -> Option<&'static str> {
    table::RULES.iter().find(|rule| rule.code == code).map(|rule| rule.reason)
}

/// Looks for everything in the table but [`CELL_WITHOUT_CASE`] and [`WORKFLOW_MISFIT`], which only a plan of cases
/// can tell.
#[must_use]
pub fn lint(contract: &Contract, validate: &dyn Validate) -> Vec<Finding> {
    let mut linter = Linter { contract, findings: Vec::new(), reported: HashSet::new() };
    linter.lint_operations();
    linter.lint_callbacks();
    linter.lint_schemas();
    linter.lint_examples(validate);
    linter.findings
}

struct Linter<'a> {
    contract: &'a Contract,
    findings: Vec<Finding>,
    reported: HashSet<(&'static str, Origin)>,
}

impl Linter<'_> {
    fn report(
        &mut self,
        rule: &'static Rule,
        at: &Origin,
        message: impl Into<String>,
    ) -> &mut Finding {
        self.findings.push(rule.finding(at.clone(), message));
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    /// Reports what stands in a component that several operations share, once.
    fn report_once(&mut self, rule: &'static Rule, at: &Origin, message: String) {
        if self.reported.insert((rule.code, at.clone())) {
            self.report(rule, at, message);
        }
    }
}

impl Rule {
    /// A finding of this rule.
    #[must_use]
    pub fn finding(&self, at: Origin, message: impl Into<String>) -> Finding {
        Finding {
            code: self.code,
            severity: self.severity,
            message: message.into(),
            at,
            also: Vec::new(),
            help: Some(self.help.to_owned()),
        }
    }
}
