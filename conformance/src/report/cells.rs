//! What the run says of each cell: which faults speak against it, which answers fall on it, and why it was not reached.
//!
//! The answers count, whatever a case was made for: where 400 and 422 are both documented, whichever comes credits
//! its cell.

use std::collections::HashMap;

use spec::model::{Operation, Status};

use super::build::{Facts, Performed};
use super::causes::Marked;
use super::faults::Fault;
use super::model::{CellReport, StatusKey};
use super::needs::needs;
use crate::case::Cell;
use crate::judge::Verdict;
use crate::run::{Confirmed, StepOutcome, StepRole};

/// Gathers what cases say of cells; one pass over the cases, whatever the number of cells.
pub(super) struct Cells<'a> {
    facts: &'a Facts<'a>,
    operations: HashMap<&'a str, &'a Operation>,
    positions: HashMap<(&'a str, Status), usize>,
    found: Vec<Found<'a>>,
}

/// What was found out about a cell.
#[derive(Default)]
struct Found<'a> {
    /// The cases that provoke it.
    cases: Vec<&'a str>,
    /// Whether an answer fell on it.
    exercised: bool,
    /// Whether one did in a case that passed, and that provokes it or is of the same operation.
    credited: bool,
    /// The first fault that speaks against it, and how many more do; those that the profile knows apart.
    failed: Option<(&'a str, &'a str)>,
    more: usize,
    known: Option<(&'a str, &'a str)>,
    more_known: usize,
    /// The first failure that was not seen again.
    excused: Option<(&'a str, Confirmed)>,
    /// Why the first of its cases was skipped.
    skipped: Option<&'a str>,
    /// The first of its cases that failed over something that speaks against another cell, and that cell.
    held_up: Option<(&'a str, &'a Cell)>,
    /// What a case of its own was answered with instead.
    instead: Option<u16>,
}

impl<'a> Cells<'a> {
    pub(super) fn new(facts: &'a Facts<'a>) -> Self {
        let cells = &facts.plan.cells;
        let key = |cell: &'a Cell| (cell.operation_id.as_str(), cell.status);
        Self {
            facts,
            operations: facts
                .contract
                .operations
                .iter()
                .map(|one| (one.id.as_str(), one))
                .collect(),
            positions: cells.iter().enumerate().map(|(index, cell)| (key(cell), index)).collect(),
            found: cells.iter().map(|_| Found::default()).collect(),
        }
    }

    pub(super) fn position(&self, cell: &Cell) -> Option<usize> {
        self.positions.get(&(cell.operation_id.as_str(), cell.status)).copied()
    }

    /// The cell that an answer falls on: the exact code before its range before `default`.
    fn falls_on(&self, operation_id: &str, status: u16) -> Option<usize> {
        let response = self.operations.get(operation_id)?.response_for(status)?;
        self.positions.get(&(operation_id, response.status)).copied()
    }

    /// Takes what one case has to say.
    pub(super) fn take(&mut self, one: &Performed<'a>, faults: &[Fault<'a>], marks: &[Marked]) {
        let provoked: Vec<usize> = [&one.case.cell]
            .into_iter()
            .chain(&one.case.also)
            .filter_map(|cell| self.position(cell))
            .collect();
        self.take_answers(one, &provoked);
        for (fault, mark) in faults.iter().zip(marks) {
            self.take_fault(fault, mark.known);
        }
        for &own in &provoked {
            let own_cell = &self.facts.plan.cells[own];
            let found = &mut self.found[own];
            found.cases.push(&one.case.id);
            if one.outcome.verdict == Verdict::Skipped && found.skipped.is_none() {
                found.skipped =
                    Some(one.outcome.reason.as_deref().unwrap_or("no reason was given"));
            }
            let has_failed = one.outcome.verdict == Verdict::Failed;
            let elsewhere =
                faults.iter().find(|fault| has_failed && fault.is_firm() && fault.cell != own_cell);
            if let (Some(fault), None) = (elsewhere, found.held_up) {
                found.held_up = Some((&one.case.id, fault.cell));
            }
        }
    }

    fn take_answers(&mut self, one: &Performed<'a>, provoked: &[usize]) {
        let passed = one.outcome.verdict == Verdict::Passed;
        for step in one.outcome.steps.iter().filter(|step| step.role == StepRole::Case) {
            let Some(status) = step.exchange.status() else { continue };
            let is_own = step.operation_id == one.case.cell.operation_id;
            if self.is_probe(step) {
                continue;
            }
            if let Some(fallen) = self.falls_on(&step.operation_id, status) {
                let found = &mut self.found[fallen];
                found.exercised = true;
                found.credited |= passed && (is_own || provoked.contains(&fallen));
            }
            let asked = passed && is_own && !one.case.only_probes(&step.operation_id);
            if let (true, Some(&own)) = (asked, provoked.first()) {
                self.found[own].instead = Some(status);
            }
        }
    }

    /// Whether a request was no call of its operation: a method that the path doesn't document.
    fn is_probe(&self, step: &StepOutcome) -> bool {
        let operation = self.operations.get(step.operation_id.as_str());
        operation.is_some_and(|one| one.method.as_str() != step.exchange.request.method)
            && step.exchange.status() != Some(405)
    }

    fn take_fault(&mut self, fault: &Fault<'a>, known: bool) {
        let Some(position) = self.position(fault.cell) else { return };
        let found = &mut self.found[position];
        match (fault.is_firm(), fault.outcome.confirmed) {
            (true, _) if known && found.known.is_some() => found.more_known += 1,
            (true, _) if known => found.known = Some((&fault.case.id, fault.message())),
            (true, _) if found.failed.is_some() => found.more += 1,
            (true, _) => found.failed = Some((&fault.case.id, fault.message())),
            (false, Some(confirmed)) if fault.is_excused() && found.excused.is_none() => {
                found.excused = Some((fault.message(), confirmed));
            }
            _ => {}
        }
    }

    /// Every cell with its verdict.
    pub(super) fn reports(&self) -> Vec<CellReport> {
        let unprovoked: HashMap<&Cell, &str> =
            self.facts.plan.unprovoked.iter().map(|one| (&one.cell, one.reason.as_str())).collect();
        let report = |(cell, found): (&Cell, &Found<'_>)| {
            self.report(cell, found, unprovoked.get(cell).copied())
        };
        self.facts.plan.cells.iter().zip(&self.found).map(report).collect()
    }

    fn report(&self, cell: &Cell, found: &Found<'_>, unprovoked: Option<&str>) -> CellReport {
        let operation = self.operations.get(cell.operation_id.as_str());
        let (verdict, reason) = match (found.failure(), found.is_passed()) {
            (Some(reason), _) => (Verdict::Failed, Some(reason)),
            (None, true) => (Verdict::Passed, None),
            (None, false) => (Verdict::Skipped, Some(found.why_skipped(unprovoked))),
        };
        let status = StatusKey(cell.status);
        let skipped = reason.as_deref().filter(|_| verdict == Verdict::Skipped);
        let needed = skipped.zip(operation);
        let needed = needed
            .and_then(|(reason, operation)| needs(self.facts.contract, operation, status, reason));
        CellReport {
            operation_id: cell.operation_id.clone(),
            method: operation.map(|one| one.method.to_string()).unwrap_or_default(),
            path: operation.map(|one| one.path.text.clone()).unwrap_or_default(),
            status,
            verdict,
            known: verdict == Verdict::Failed && found.failed.is_none(),
            flaky: found.excused.is_some(),
            exercised: found.exercised,
            reason: reason.map(|reason| self.facts.redacted(&reason)),
            cases: found.cases.iter().map(|&id| id.to_owned()).collect(),
            needs: needed.map(|needed| self.facts.redacted(&needed)),
        }
    }
}

impl Found<'_> {
    /// What is not known before what is.
    fn failure(&self) -> Option<String> {
        let (case, message) = self.failed.or(self.known)?;
        let more = if self.failed.is_some() { self.more } else { self.more_known };
        Some(match more {
            0 => format!("{case}: {message}"),
            more => format!("{case}: {message} (and {more} more)"),
        })
    }

    /// A failure that was not seen again leaves open which of the two was the accident.
    fn is_passed(&self) -> bool {
        self.credited && self.excused.is_none()
    }

    /// The most useful reason.
    fn why_skipped(&self, unprovoked: Option<&str>) -> String {
        if let Some((message, Confirmed { of, .. })) = self.excused {
            return format!("seen once, and not again in {of} tries: {message}");
        }
        if let Some((case, cell)) = self.held_up {
            return format!("{case} failed over something that speaks against {cell}");
        }
        if let Some(reason) = self.skipped.or(unprovoked) {
            return reason.to_owned();
        }
        match self.instead {
            Some(status) => format!("its cases were answered with {status} instead"),
            None if self.cases.is_empty() => "no case provokes it".to_owned(),
            None => "none of its cases was answered with this status".to_owned(),
        }
    }
}
