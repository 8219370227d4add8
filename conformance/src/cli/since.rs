//! `--since report.json`: the part of a plan that failed in an earlier run, or was not judged.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use serde::Deserialize;
use spec::model::Status;

use crate::case::Cell;
use crate::judge::Verdict;
use crate::plan::Plan;
use crate::promise::Level;
use crate::report::{SinceReport, StatusKey};

/// What matters of an earlier report, whichever version of this tool wrote it.
#[derive(Deserialize)]
struct Earlier {
    cells: Vec<EarlierCell>,
    cases: Vec<EarlierCase>,
}

#[derive(Deserialize)]
struct EarlierCell {
    operation_id: String,
    status: StatusKey,
    verdict: Verdict,
}

#[derive(Deserialize)]
struct EarlierCase {
    id: String,
    verdict: Verdict,
    #[serde(default)]
    steps: Vec<EarlierStep>,
}

#[derive(Deserialize)]
struct EarlierStep {
    #[serde(default)]
    checks: Vec<EarlierCheck>,
}

#[derive(Deserialize)]
struct EarlierCheck {
    verdict: Verdict,
    level: Option<Level>,
}

impl EarlierCase {
    /// Whether it passed, and nothing that it met failed.
    fn is_fine(&self) -> bool {
        let mut checks = self.steps.iter().flat_map(|step| &step.checks);
        let has_failed = checks.any(|check| {
            check.verdict == Verdict::Failed && check.level.unwrap_or(Level::Must) == Level::Must
        });
        self.verdict == Verdict::Passed && !has_failed
    }
}

/// Keeps of a plan what failed in the report at `path`, or was not judged there, or isn't in it.
///
/// # Errors
/// The report can't be read, or is one of another contract.
pub(super) fn select_since(plan: &mut Plan, path: &Path) -> Result<SinceReport, String> {
    let earlier = read(path)?;
    let fine = earlier.cases.iter().filter(|case| case.is_fine());
    let fine: HashSet<&str> = fine.map(|case| case.id.as_str()).collect();
    check_same_contract(plan, &earlier, path)?;
    let key = |cell: &EarlierCell| ((cell.operation_id.clone(), cell.status.0), cell.verdict);
    let verdicts: HashMap<(String, Status), Verdict> = earlier.cells.iter().map(key).collect();
    let (cases, cells) = (plan.cases.len(), plan.cells.len());
    plan.cases.retain(|case| !fine.contains(case.id.as_str()));
    let wanted: HashSet<&Cell> =
        plan.cases.iter().flat_map(|case| [&case.cell].into_iter().chain(&case.also)).collect();
    let has_passed = |cell: &Cell| {
        let verdict = verdicts.get(&(cell.operation_id.clone(), cell.status));
        verdict == Some(&Verdict::Passed)
    };
    plan.cells.retain(|cell| wanted.contains(cell) || !has_passed(cell));
    let kept: HashSet<&Cell> = plan.cells.iter().collect();
    plan.unprovoked.retain(|one| kept.contains(&one.cell));
    plan.left_out.retain(|one| kept.iter().any(|cell| cell.operation_id == one.id));
    Ok(SinceReport {
        report: path.display().to_string(),
        cases_left_out: cases - plan.cases.len(),
        cells_left_out: cells - plan.cells.len(),
    })
}

fn read(path: &Path) -> Result<Earlier, String> {
    let help = "it is what `--report json=FILE` writes";
    let told = |why: String| format!("--since {}: {why}\n  help: {help}", path.display());
    let bytes = std::fs::read(path).map_err(|error| told(format!("can't read it: {error}")))?;
    serde_json::from_slice(&bytes).map_err(|error| told(format!("it is no report: {error}")))
}

/// A report that knows none of the cases would leave all of them to be done, without a word of why.
fn check_same_contract(plan: &Plan, earlier: &Earlier, path: &Path) -> Result<(), String> {
    let known: HashSet<&str> = earlier.cases.iter().map(|case| case.id.as_str()).collect();
    if plan.cases.is_empty() || plan.cases.iter().any(|case| known.contains(case.id.as_str())) {
        return Ok(());
    }
    let path = path.display();
    Err(format!(
        "--since {path}: it has none of these cases\n  help: name a report of the same contract and of \
         the same operations"
    ))
}
