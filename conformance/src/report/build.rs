//! From outcomes to a report.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, SystemTime};

use indexmap::IndexMap;
use spec::Sources;
use spec::model::Contract;

use super::causes::{Causes, Marked, Names};
use super::cells::Cells;
use super::constraints::{ConstraintReport, constraints};
use super::faults::{Fault, faults};
use super::hints::hints;
use super::known::KnownFailures;
use super::model::{CaseReport, CauseReport, CellReport, LeftOutReport, Outcome, Report, Summary};
use super::redact::Redactor;
use super::selection::SelectionReport;
use super::tell::{milliseconds, moment};
use crate::case::{Case, Cell, Place};
use crate::plan::{LeftOut, Plan};
use crate::profile::Failure;
use crate::run::CaseOutcome;

/// What a report is built from, beside the outcomes.
pub struct Facts<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The selected part of the plan: cells, cases, and the cells that no case provokes.
    pub plan: &'a Plan,
    /// The files that the workflows were read from.
    pub workflows: Option<&'a Sources>,
    /// The target's URL.
    pub url: &'a str,
    /// What takes secrets out.
    pub redactor: &'a Redactor,
    /// The environment variables that each credential is from, by its name.
    pub variables: &'a IndexMap<String, Vec<String>>,
    /// The failures that the profile knows.
    pub known: KnownFailures<'a>,
    /// What was selected of the plan.
    pub selection: SelectionReport,
    /// How many requests were sent.
    pub requests: u64,
    /// What was found out of the target before the cases, in words.
    pub learned: Vec<String>,
    /// When the run began.
    pub started: SystemTime,
    /// How long the run took.
    pub elapsed: Duration,
    /// Whether it was interrupted.
    pub interrupted: bool,
    /// Why not every case was performed, if so.
    pub ended: Option<String>,
}

/// A case and what came of it.
pub(super) struct Performed<'a> {
    pub(super) case: &'a Case,
    pub(super) outcome: &'a CaseOutcome,
}

/// Builds the report of a run; cases that have no outcome are left out of it.
///
/// It takes the outcomes, so that each is gone once it is told: a long run is never twice in memory.
#[must_use]
pub fn build(facts: &Facts<'_>, outcomes: Vec<CaseOutcome>) -> Report {
    let findings = Findings::of(facts, &outcomes);
    let cases = cases(facts, outcomes, &findings);
    Report {
        title: facts.contract.info.title.clone(),
        version: facts.contract.info.version.clone(),
        url: facts.redacted(facts.url),
        started: moment(facts.started),
        interrupted: facts.interrupted,
        ended: facts.ended.as_deref().map(|ended| facts.redacted(ended)),
        selection: facts.selection.clone(),
        summary: facts.summary(&findings.cells),
        hints: findings.hints,
        known: facts.known.reports(&findings.cells, &findings.causes, facts.is_whole()),
        cells: findings.cells,
        cases,
        causes: findings.causes,
        left_out: facts.left_out(),
        constraints: findings.constraints,
    }
}

/// What all cases together say.
struct Findings {
    cells: Vec<CellReport>,
    causes: Vec<CauseReport>,
    names: Names,
    /// What has which cause, for each performed case.
    marks: Vec<Vec<Marked>>,
    hints: Vec<String>,
    constraints: Vec<ConstraintReport>,
}

impl Findings {
    fn of(facts: &Facts<'_>, outcomes: &[CaseOutcome]) -> Self {
        let performed = performed(facts, outcomes);
        let selected: HashSet<&Cell> = facts.plan.cells.iter().collect();
        let is_selected = |cell: &Cell| selected.contains(cell);
        let mut cells = Cells::new(facts);
        let mut causes = Causes::new(facts);
        let mut marks = Vec::with_capacity(performed.len());
        for one in &performed {
            marks.push(causes.take(faults(one.case, one.outcome, &is_selected)));
        }
        let (causes, names) = causes.finish(&cells);
        // What is known is told by the names of causes, which are known once all are.
        for (one, marks) in performed.iter().zip(&mut marks) {
            let faults = faults(one.case, one.outcome, &is_selected);
            for (fault, mark) in faults.iter().zip(marks.iter_mut()) {
                mark.known = facts.is_known(fault, names.of(mark));
            }
            cells.take(one, &faults, marks);
        }
        Self {
            cells: cells.reports(),
            causes,
            names,
            marks,
            hints: facts.learned.iter().cloned().chain(hints(facts, &performed)).collect(),
            constraints: constraints(facts, &performed),
        }
    }
}

/// Each performed case, in the plan's order.
fn cases(facts: &Facts<'_>, outcomes: Vec<CaseOutcome>, findings: &Findings) -> Vec<CaseReport> {
    let mut outcomes: HashMap<String, CaseOutcome> =
        outcomes.into_iter().map(|outcome| (outcome.id.clone(), outcome)).collect();
    let mut marks = findings.marks.iter();
    let mut tell = |case: &Case| {
        let outcome = outcomes.remove(&case.id)?;
        let marks = marks.next().map(Vec::as_slice).unwrap_or_default();
        Some(facts.case(&Performed { case, outcome: &outcome }, marks, &findings.names))
    };
    facts.plan.cases.iter().filter_map(&mut tell).collect()
}

/// The cases that have an outcome, in the plan's order.
fn performed<'a>(facts: &Facts<'a>, outcomes: &'a [CaseOutcome]) -> Vec<Performed<'a>> {
    let by_id: HashMap<&str, &CaseOutcome> =
        outcomes.iter().map(|outcome| (outcome.id.as_str(), outcome)).collect();
    let find = |case: &'a Case| {
        let outcome = *by_id.get(case.id.as_str())?;
        Some(Performed { case, outcome })
    };
    facts.plan.cases.iter().filter_map(find).collect()
}

impl Facts<'_> {
    fn left_out(&self) -> Vec<LeftOutReport> {
        let told = |one: &LeftOut| LeftOutReport {
            id: one.id.clone(),
            reason: self.redacted(&one.reason),
        };
        self.plan.left_out.iter().map(told).collect()
    }

    fn summary(&self, cells: &[CellReport]) -> Summary {
        let counted = Summary::of(cells, self.requests, milliseconds(self.elapsed));
        let outcome = Outcome::of(self.interrupted, self.ended.is_none(), &counted);
        let outcome = self.selection.outcome(outcome);
        Summary { outcome, ..counted }
    }

    /// Whether the profile lets a fault of this cause pass.
    fn is_known(&self, fault: &Fault<'_>, cause: Option<&String>) -> bool {
        let Some(cause) = cause else { return false };
        let Cell { operation_id, status } = fault.cell;
        let failure = Failure { cause, operation_id, status: *status, check: fault.id() };
        self.known.is_known(&failure)
    }

    /// Whether everything of the plan was selected, and performed.
    fn is_whole(&self) -> bool {
        self.selection.is_whole() && !self.interrupted && self.ended.is_none()
    }

    pub(super) fn place(&self, place: &Place) -> String {
        let (sources, origin) = match place {
            Place::Contract(origin) => (Some(&self.contract.sources), origin),
            Place::Workflows(origin) => (self.workflows, origin),
        };
        match sources {
            Some(sources) => format!("{} (#{})", sources.describe(origin), origin.pointer),
            None => format!("#{}", origin.pointer),
        }
    }

    pub(super) fn redacted(&self, text: &str) -> String {
        self.redactor.text(text).into_owned()
    }

    pub(super) fn optional(&self, text: Option<&str>) -> Option<String> {
        text.map(|text| self.redacted(text))
    }
}
