//! Reports of shards as one: what a single run of all cases would have said.
//!
//! A cell has failed where it failed in any shard, and passed where it passed in any and failed in none, since every shard
//! judges every cell by the answers that it had. Cases follow each other as in the plan.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use super::cause_merge::Merged;
use super::constraints;
use super::faults::BREAKDOWNS;
use super::known::{KnownReport, settle};
use super::model::{CaseReport, CauseReport, CellReport, Outcome, Report, Summary};
use super::selection::{SelectionReport, ShardReport};
use crate::judge::Verdict;

/// A report, and what it is called in messages.
#[derive(Debug)]
pub struct Part {
    /// The file.
    pub name: String,
    /// What stands in it.
    pub report: Report,
}

/// One report of those of all shards. Where some aren't there, it says which, and hasn't come to its end.
///
/// # Errors
/// A report is of no shard, or of another run than the others, or is there twice.
pub fn merge(parts: Vec<Part>) -> Result<Report, String> {
    let parts = in_order(parts)?;
    let ended = ended(&parts);
    let reports: Vec<Report> = parts.into_iter().map(|part| part.report).collect();
    let Some(first) = reports.first() else { return Err("there is nothing to merge".to_owned()) };
    let selection = SelectionReport { shard: None, ..first.selection.clone() };
    let (title, version) = (first.title.clone(), first.version.clone());
    let interrupted = reports.iter().any(|report| report.interrupted);
    let started = reports.iter().map(|report| report.started.clone()).min();
    let urls = distinct(reports.iter().map(|report| report.url.clone()));
    let hints = distinct(reports.iter().flat_map(|report| report.hints.clone()));
    let left_out = distinct(reports.iter().flat_map(|report| report.left_out.clone()));
    let constraints = reports.iter().flat_map(|report| report.constraints.clone());
    let constraints = constraints::merge(constraints);
    let cells = cells(&reports);
    let counted = counted(&cells, &reports);
    let outcome = selection.outcome(Outcome::of(interrupted, ended.is_none(), &counted));
    let Gathered { cases, mut causes, mut known } = gather(reports);
    sort(&mut causes, &cells);
    let is_whole = selection.is_whole() && ended.is_none() && !interrupted;
    settle(&mut known, &cells, &causes, is_whole);
    Ok(Report {
        title,
        version,
        url: urls.join(", "),
        started: started.unwrap_or_default(),
        interrupted,
        ended,
        selection,
        summary: Summary { outcome, ..counted },
        hints,
        cells,
        cases,
        causes,
        left_out,
        constraints,
        known,
    })
}

/// The numbers of all; it took as long as the longest, as they go on side by side.
fn counted(cells: &[CellReport], reports: &[Report]) -> Summary {
    let requests = reports.iter().map(|report| report.summary.requests).sum();
    let longest = reports.iter().map(|report| report.summary.duration_ms).max();
    Summary::of(cells, requests, longest.unwrap_or_default())
}

/// Why not every case was performed, if so: what ended shards early, and which are missing.
fn ended(parts: &[Placed]) -> Option<String> {
    let early = parts.iter().filter_map(|Placed { shard, report, .. }| {
        let ended = report.ended.as_ref()?;
        Some(format!("shard {}/{}: {ended}", shard.index, shard.count))
    });
    let reasons: Vec<String> = early.chain(missing(parts)).collect();
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

/// A part of which it is known which one it is.
struct Placed {
    name: String,
    shard: ShardReport,
    report: Report,
}

/// The parts in the order of their shards.
fn in_order(parts: Vec<Part>) -> Result<Vec<Placed>, String> {
    let mut placed: Vec<Placed> = Vec::with_capacity(parts.len());
    for Part { name, report } in parts {
        let Some(shard) = report.selection.shard.clone() else {
            let help = "merge takes what the runs with `--shard K/N` write as JSON";
            return Err(format!("{name} is the report of no shard\n  help: {help}"));
        };
        placed.push(Placed { name, shard, report });
    }
    placed.sort_by_key(|one| one.shard.index);
    for pair in placed.windows(2) {
        let [one, other] = pair else { continue };
        if one.shard.index == other.shard.index {
            let (a, b, index) = (&one.name, &other.name, one.shard.index);
            let help = "give each shard's latest report alone";
            return Err(format!("{a} and {b} are both of shard {index}\n  help: {help}"));
        }
        let difference = difference(one, other);
        if let Some(what) = difference {
            let (a, b) = (&one.name, &other.name);
            let help = "shards belong together that have the same contract, profile, flags and version of this tool";
            return Err(format!("{a} and {b} are of two runs: {what}\n  help: {help}"));
        }
    }
    Ok(placed)
}

fn difference(one: &Placed, other: &Placed) -> Option<String> {
    let (a, b) = (&one.report, &other.report);
    if one.shard.count != other.shard.count {
        return Some(format!("of {} shards, and of {}", one.shard.count, other.shard.count));
    }
    if (&a.title, &a.version) != (&b.title, &b.version) {
        return Some(format!("of {} {}, and of {} {}", a.title, a.version, b.title, b.version));
    }
    (one.shard.plan != other.shard.plan).then(|| "their plans differ".to_owned())
}

fn missing(parts: &[Placed]) -> Option<String> {
    let count = parts.first()?.shard.count;
    let there: HashSet<usize> = parts.iter().map(|part| part.shard.index).collect();
    let missing = (1..=count).filter(|index| !there.contains(index));
    let missing: Vec<String> = missing.map(|index| format!("{index}/{count}")).collect();
    match missing.as_slice() {
        [] => None,
        [one] => Some(format!("the report of shard {one} is missing")),
        several => Some(format!("the reports of shards {} are missing", several.join(", "))),
    }
}

fn distinct<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut kept: Vec<T> = Vec::new();
    for one in all {
        if !kept.contains(&one) {
            kept.push(one);
        }
    }
    kept
}

/// Every cell once, in the order of the contract.
fn cells(reports: &[Report]) -> Vec<CellReport> {
    let mut merged: IndexMap<String, Vec<&CellReport>> = IndexMap::new();
    for cell in reports.iter().flat_map(|report| &report.cells) {
        merged.entry(cell.name()).or_default().push(cell);
    }
    merged.values().filter_map(|of_shards| cell(of_shards)).collect()
}

/// What shards say of one cell, the first one first.
fn cell(of_shards: &[&CellReport]) -> Option<CellReport> {
    let failed = |cell: &&&CellReport| cell.verdict == Verdict::Failed;
    let flaky = of_shards.iter().find(|cell| cell.flaky);
    let newly = of_shards.iter().find(|cell| cell.has_failed_newly());
    let passed = of_shards.iter().find(|cell| cell.verdict == Verdict::Passed);
    let with_cases = of_shards.iter().find(|cell| !cell.cases.is_empty());
    let telling = newly
        .or_else(|| of_shards.iter().find(failed))
        .or(flaky)
        .or(passed)
        .or(with_cases)
        .or(of_shards.first())?;
    let cases = of_shards.iter().flat_map(|cell| cell.cases.iter().cloned());
    Some(CellReport {
        flaky: flaky.is_some(),
        exercised: of_shards.iter().any(|cell| cell.exercised),
        cases: distinct(cases),
        ..CellReport::clone(telling)
    })
}

/// What reports have of cases, and what refers to those.
struct Gathered {
    cases: Vec<CaseReport>,
    causes: Vec<CauseReport>,
    known: Vec<KnownReport>,
}

fn gather(reports: Vec<Report>) -> Gathered {
    let mut cases: IndexMap<String, CaseReport> = IndexMap::new();
    let mut causes = Merged::default();
    let mut known: IndexMap<(String, String), KnownReport> = IndexMap::new();
    for report in reports {
        let names = causes.take(report.causes);
        let renamed = |cause: &mut String| {
            if let Some(name) = names.get(cause) {
                cause.clone_from(name);
            }
        };
        for mut case in report.cases {
            case.cause.iter_mut().for_each(renamed);
            let checks = case.steps.iter_mut().flat_map(|step| &mut step.checks);
            checks.filter_map(|check| check.cause.as_mut()).for_each(renamed);
            take_case(&mut cases, case);
        }
        for mut entry in report.known {
            entry.causes.iter_mut().for_each(renamed);
            let key = (entry.place.clone(), entry.name.clone());
            match known.get_mut(&key) {
                Some(present) => {
                    present.expired |= entry.expired;
                    present.causes = distinct(present.causes.drain(..).chain(entry.causes));
                }
                None => drop(known.insert(key, entry)),
            }
        }
    }
    Gathered {
        cases: cases.into_values().collect(),
        causes: causes.into_causes(),
        known: known.into_values().collect(),
    }
}

/// Every shard sets up and tears down for itself: of those the worst is told.
fn take_case(cases: &mut IndexMap<String, CaseReport>, case: CaseReport) {
    let rank = |case: &CaseReport| match case.verdict {
        Verdict::Passed => 0,
        Verdict::Skipped => 1,
        Verdict::Failed => 2,
    };
    match cases.get_mut(&case.id) {
        Some(present) if rank(present) < rank(&case) => *present = case,
        Some(_) => {}
        None => drop(cases.insert(case.id.clone(), case)),
    }
}

/// The most important first, as in the report of one run.
fn sort(causes: &mut [CauseReport], cells: &[CellReport]) {
    let positions: HashMap<String, usize> =
        cells.iter().enumerate().map(|(at, cell)| (cell.name(), at)).collect();
    causes.sort_by_key(|cause| {
        let cell = format!("{}:{}", cause.operation_id, cause.status);
        let is_breakdown = BREAKDOWNS.contains(&cause.check.as_str());
        let position = positions.get(&cell).copied().unwrap_or(usize::MAX);
        (Reverse(cause.level), cause.is_excused(), !is_breakdown, Reverse(cause.cases), position)
    });
}
