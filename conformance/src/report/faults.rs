//! What went wrong in a case, each fault once, and the cell that it speaks against.
//!
//! One bad answer can fail several checks: a 500 is no documented success either. The check that explains the others
//! stands for them, so that one fault is counted once.

use crate::case::{Case, Cell, Place};
use crate::judge::{Check, Verdict};
use crate::promise::{Level, is_of_any_answer};
use crate::run::{CaseOutcome, StepOutcome, cell_of};

/// The checks that explain every other failed check of their step, the strongest first.
pub(super) const BREAKDOWNS: &[&str] = &["target-survives", "answered", "no-server-error"];

/// The checks that are about who may do what: told before what is merely untidy.
pub(super) const SECURITY: &[&str] =
    &["security-enforced", "unknown-credentials", "malformed-credentials", "rights-enforced"];

/// A failed check with what it explains, or a case that failed without one.
pub(super) struct Fault<'a> {
    pub(super) case: &'a Case,
    pub(super) outcome: &'a CaseOutcome,
    /// The positions of the step and its check; `None`: the case failed as a whole.
    pub(super) at: Option<(usize, usize)>,
    /// The positions of further failed checks of the step, which this one explains.
    pub(super) explains: Vec<usize>,
    /// What it speaks against.
    pub(super) cell: &'a Cell,
    /// `must`: a failure; less: a remark.
    pub(super) level: Level,
}

impl<'a> Fault<'a> {
    pub(super) fn step(&self) -> Option<&'a StepOutcome> {
        self.outcome.steps.get(self.at?.0)
    }

    pub(super) fn check(&self) -> Option<&'a Check> {
        self.step()?.checks.get(self.at?.1)
    }

    /// The check's id.
    pub(super) fn id(&self) -> &'static str {
        self.check().map_or("case", |check| check.id)
    }

    /// What is wrong, in a line.
    pub(super) fn message(&self) -> &'a str {
        match self.check() {
            Some(check) => &check.message,
            None => self.outcome.reason.as_deref().unwrap_or("it failed, and gave no reason"),
        }
    }

    /// Whether the case, performed again alone, never showed it again.
    pub(super) fn is_excused(&self) -> bool {
        self.outcome.confirmed.is_some_and(|confirmed| confirmed.seen == 0 && confirmed.of > 0)
    }

    /// Whether it fails the cell that it speaks against.
    pub(super) fn is_firm(&self) -> bool {
        self.level == Level::Must && !self.is_excused()
    }
}

/// Every fault of a case, in the order of its steps.
///
/// A fault speaks against the cell that [`cell_of`] tells. `is_selected` says which cells the report has: where it doesn't have that
/// one, and the case failed, it speaks against the case's own, so that no failure is lost.
pub(super) fn faults<'a>(
    case: &'a Case,
    outcome: &'a CaseOutcome,
    is_selected: &dyn Fn(&Cell) -> bool,
) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for (position, step) in outcome.steps.iter().enumerate() {
        for (check, explains) in told(case, step) {
            let cell = cell_of(&case.cell, step, &step.checks[check]);
            let kept = is_selected(cell) || outcome.verdict != Verdict::Failed;
            let cell = if kept { cell } else { &case.cell };
            let level = step.checks[check].level;
            faults.push(Fault {
                case,
                outcome,
                at: Some((position, check)),
                explains,
                cell,
                level,
            });
        }
    }
    if faults.is_empty() && outcome.verdict == Verdict::Failed {
        let (cell, level) = (&case.cell, Level::Must);
        faults.push(Fault { case, outcome, at: None, explains: Vec::new(), cell, level });
    }
    faults
}

/// The failed checks of a step that stand for themselves, each with those that it explains.
fn told(case: &Case, step: &StepOutcome) -> Vec<(usize, Vec<usize>)> {
    let failed = |check: &Check| check.verdict == Verdict::Failed && check.level > Level::Off;
    let failed: Vec<usize> =
        (0..step.checks.len()).filter(|&position| failed(&step.checks[position])).collect();
    let explained_by = |&other: &usize| {
        let explains = |&&one: &&usize| {
            let (first, second) = (&step.checks[one], &step.checks[other]);
            explains(case, first, second) || rejects_the_same((one, first), (other, second))
        };
        failed.iter().find(explains).copied()
    };
    // What explains may itself be explained; each time by something stronger, so that this ends.
    let root = |other: usize| {
        let steps = failed.iter();
        steps.fold(other, |at, _| explained_by(&at).unwrap_or(at))
    };
    let standing = failed.iter().filter(|other| explained_by(other).is_none());
    let those_of = |one: usize| {
        failed.iter().copied().filter(|&other| other != one && root(other) == one).collect()
    };
    standing.map(|&one| (one, those_of(one))).collect()
}

/// Whether the other check failed for no other reason. A remark never stands for a failure.
fn explains(case: &Case, one: &Check, other: &Check) -> bool {
    if one.level < other.level {
        return false;
    }
    let rank = |check: &Check| BREAKDOWNS.iter().position(|id| *id == check.id);
    match (rank(one), rank(other)) {
        (Some(one), Some(other)) => one < other,
        (Some(_), None) => true,
        (None, Some(_)) => false,
        (None, None) => {
            let asks_for_status = is_asked_by(case, other) && other.pointer.is_none();
            one.id == "status-documented" && asks_for_status
        }
    }
}

/// Whether two keywords reject one value: `type` stands for the others, else the first does. That there is more stands
/// for nothing.
fn rejects_the_same((at, one): (usize, &Check), (other_at, other): (usize, &Check)) -> bool {
    if at == other_at || one.id != "body-schema" || other.id != one.id || one.level < other.level {
        return false;
    }
    let is_type = |check: &Check| match &check.place {
        Some(Place::Contract(origin)) => origin.pointer.ends_with("/type"),
        _ => false,
    };
    match (&one.pointer, &other.pointer) {
        (Some(_), None) => true,
        (Some(one_pointer), Some(other_pointer)) if one_pointer == other_pointer => {
            (!is_type(one), at) < (!is_type(other), other_at)
        }
        _ => false,
    }
}

/// Whether it is the case, not the contract, that asks for the check.
pub(super) fn is_asked_by(case: &Case, check: &Check) -> bool {
    check.place.as_ref() == Some(&case.origin)
        && !is_of_any_answer(check.id)
        && check.id != "target-survives"
}

/// Whether a check of any answer needs to know no more of it than that it came, and its status.
pub(super) fn is_about_status(check: &Check) -> bool {
    BREAKDOWNS.contains(&check.id) || check.id == "status-documented"
}
