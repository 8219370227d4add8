//! Which constraints of requests were put to the test: valid values sent and taken, violations sent and refused.

mod listed;

use std::collections::HashMap;

use indexmap::IndexMap;
use percent_encoding::percent_decode_str;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use spec::Contract;
use spec::model::Location as In;

use super::build::{Facts, Performed};
use super::words::{number, some};
use crate::case::{Derivation, Place as Origin};
use crate::run::{StepOutcome, StepRole};
use listed::{Constraint, Place, listed};

/// What became of one constraint on the requests of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConstraintReport {
    /// The operation.
    pub operation_id: String,
    /// Where the value stands: `query.limit`, `body.tags.0`.
    pub target: String,
    /// The keyword, as ids of cases have it: `max-length`.
    pub keyword: String,
    /// What it says: `maxLength 60`.
    pub says: String,
    /// The place of the schema that says so.
    pub place: String,
    /// How many requests with a value there were answered with a 2xx, violations aside.
    pub met: usize,
    /// How many requests were sent that violate this and nothing else.
    pub violated: usize,
    /// How many of those were answered with a 4xx.
    pub refused: usize,
}

impl ConstraintReport {
    /// Whether valid values were taken, and every violation was refused.
    #[must_use]
    pub fn is_tested(&self) -> bool {
        self.met > 0 && self.violated > 0 && self.refused == self.violated
    }
}

/// Every constraint on requests of selected operations, and what became of it.
pub(super) fn constraints(facts: &Facts<'_>, performed: &[Performed<'_>]) -> Vec<ConstraintReport> {
    let selected: indexmap::IndexSet<&str> =
        facts.plan.cells.iter().map(|cell| cell.operation_id.as_str()).collect();
    let mut operations: IndexMap<&str, Tally> = IndexMap::new();
    for operation in &facts.contract.operations {
        if selected.contains(operation.id.as_str()) {
            operations.insert(&operation.id, Tally::of(listed(facts.contract, operation)));
        }
    }
    for one in performed {
        if let Some(tally) = operations.get_mut(one.case.cell.operation_id.as_str()) {
            tally.take_violation(one);
        }
        for step in one.outcome.steps.iter().filter(|step| is_valid_call(one, step)) {
            if let Some(tally) = operations.get_mut(step.operation_id.as_str()) {
                tally.take_valid(facts.contract, step);
            }
        }
    }
    let reports = operations.into_iter().flat_map(|(id, tally)| tally.reports(id, facts));
    reports.collect()
}

/// Whether a step was answered with success, and isn't what a case sends wrong on purpose.
fn is_valid_call(one: &Performed<'_>, step: &StepOutcome) -> bool {
    let is_wrong =
        one.case.source == Derivation::Violation && step.operation_id == one.case.cell.operation_id;
    !is_wrong && step.exchange.status().is_some_and(|status| (200..300).contains(&status))
}

/// The constraints of an operation, and what was seen of each.
struct Tally {
    constraints: Vec<Constraint>,
    met: Vec<usize>,
    violated: Vec<usize>,
    refused: Vec<usize>,
    /// Their positions by what ids of cases have for them.
    by_detail: HashMap<String, usize>,
}

impl Tally {
    fn of(constraints: Vec<Constraint>) -> Self {
        let none = || vec![0; constraints.len()];
        let (met, violated, refused) = (none(), none(), none());
        let positions = constraints.iter().enumerate();
        let by_detail = positions.map(|(at, one)| (one.detail(), at)).collect();
        Self { constraints, met, violated, refused, by_detail }
    }

    /// Takes a case that violates a constraint: its last exchange is the violation.
    fn take_violation(&mut self, one: &Performed<'_>) {
        if one.case.source != Derivation::Violation {
            return;
        }
        let prefix = format!("{}:{}:", one.case.cell, Derivation::Violation);
        let Some(at) = one.case.id.strip_prefix(&prefix).and_then(|rest| self.find(rest)) else {
            return;
        };
        let own = one.outcome.steps.iter().rfind(|step| {
            step.role == StepRole::Case && step.operation_id == one.case.cell.operation_id
        });
        let Some(status) = own.and_then(|step| step.exchange.status()) else { return };
        self.violated[at] += 1;
        self.refused[at] += usize::from((400..500).contains(&status));
    }

    /// The constraint that the end of an id tells: the longest that fits, as names may contain colons.
    fn find(&self, detail: &str) -> Option<usize> {
        let ends = detail.match_indices(':').map(|(end, _)| end);
        let ends: Vec<usize> = ends.chain([detail.len()]).collect();
        ends.iter().rev().find_map(|end| self.by_detail.get(detail.get(..*end)?)).copied()
    }

    fn take_valid(&mut self, contract: &Contract, step: &StepOutcome) {
        let path = contract.operation(&step.operation_id).map(|operation| &operation.path);
        let request = &step.exchange.request;
        let query = request.target.split_once('?').map(|(_, query)| query).unwrap_or_default();
        let query: Vec<_> = query
            .split('&')
            .filter_map(|pair| pair.split('=').next())
            .map(|name| percent_decode_str(name).decode_utf8_lossy())
            .collect();
        let body = request.body.as_ref().filter(|_| !step.exchange.is_request_cut());
        let body: Option<Value> = body.and_then(|body| serde_json::from_slice(body).ok());
        for (constraint, met) in self.constraints.iter().zip(&mut self.met) {
            let has_value = match &constraint.place {
                Place::Parameter(In::Path, name) => {
                    path.is_some_and(|path| path.parameters().any(|one| one == name))
                }
                Place::Parameter(In::Query, name) => query.iter().any(|one| one == name),
                Place::Parameter(In::Header, name) => {
                    request.headers.iter().any(|(field, _)| field.eq_ignore_ascii_case(name))
                }
                Place::Parameter(In::Cookie | In::QueryString, _) => false,
                Place::Body(location) => {
                    let pointer = location.pointer();
                    body.as_ref().is_some_and(|body| body.pointer(&pointer).is_some())
                }
            };
            *met += usize::from(has_value);
        }
    }

    fn reports(self, operation_id: &str, facts: &Facts<'_>) -> Vec<ConstraintReport> {
        let counts = self.met.into_iter().zip(self.violated).zip(self.refused);
        let told = |(constraint, ((met, violated), refused)): (Constraint, _)| ConstraintReport {
            operation_id: operation_id.to_owned(),
            target: constraint.place.name(),
            keyword: constraint.keyword.to_owned(),
            says: constraint.says,
            place: facts.place(&Origin::Contract(constraint.origin)),
            met,
            violated,
            refused,
        };
        self.constraints.into_iter().zip(counts).map(told).collect()
    }
}

/// How far constraints were tested, in a line; nothing where there are none.
pub(super) fn told(constraints: &[ConstraintReport]) -> Option<String> {
    let tested = constraints.iter().filter(|one| one.is_tested()).count();
    let unviolated = constraints.iter().filter(|one| one.violated == 0).count();
    let unmet = constraints.iter().filter(|one| one.met == 0).count();
    let accepted = constraints.iter().filter(|one| one.refused < one.violated).count();
    (!constraints.is_empty()).then(|| {
        format!(
            "{} of {} on requests tested both ways; {} never violated, {} never met, {} violated and accepted",
            number(tested),
            some(constraints.len(), "constraint"),
            number(unviolated),
            number(unmet),
            number(accepted),
        )
    })
}

/// The constraints of the same request in several reports as one.
pub(super) fn merge(all: impl Iterator<Item = ConstraintReport>) -> Vec<ConstraintReport> {
    let mut merged: IndexMap<(String, String, String), ConstraintReport> = IndexMap::new();
    for one in all {
        let key = (one.operation_id.clone(), one.target.clone(), one.keyword.clone());
        match merged.get_mut(&key) {
            Some(present) => {
                present.met += one.met;
                present.violated += one.violated;
                present.refused += one.refused;
            }
            None => drop(merged.insert(key, one)),
        }
    }
    merged.into_values().collect()
}
