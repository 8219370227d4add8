//! The cells and cases as JSON for the page's script: a line each, texts that repeat themselves once.
//!
//! ```text
//! { operations: [[id, method, path]], texts: [text],
//!   cells: [[operation, status, verdict, reason, needs, [case], cases left out]],
//!   cases: [[id, cell, verdict, reason, cause, exchanges, summary]],
//!   exchanges: [[step]] }
//! ```
//!
//! Texts and positions are numbers, and -1 is none. Verdicts are passed, failed, skipped and known, from 0 on. The id of a case is what comes behind its cell's name, if it begins
//! with that.

use std::collections::HashMap;

use indexmap::{IndexMap, IndexSet};
use serde_json::{Value, json};

use super::super::matrix::{Positions, positions};
use super::super::model::{CaseReport, Report, StatusKey, StepReport};
use super::escape::{clean, within_script};
use super::exchange;
use crate::judge::Verdict;
use crate::text::cut;

/// How much of the page lines of cases may take, and exchanges.
const LINES: usize = 1_200_000;
const EXCHANGES: usize = 500_000;
/// How much cells may take.
const CELLS: usize = 500_000;
/// How many passed cases of each cell have their exchanges, and how much of a body.
const WHOLE: usize = 3;
const BODY: usize = 1_500;
/// How many may be too long before it is taken that there is no more room.
const MISSES: usize = 20;
/// How long a reason and an id may be.
const REASON: usize = 300;
const ID: usize = 500;
/// In runs of more cases, only failed ones are summarized.
const SUMMARIZED: usize = 3_000;

/// The JSON, for a `script` element.
pub(super) fn json(report: &Report) -> String {
    let mut data = Data::of(report);
    let lines = data.lines();
    let cells = data.cells(&lines);
    let operations: Vec<_> = data.operations.values().map(|(_, told)| told.clone()).collect();
    let data = json!({
        "operations": operations,
        "cells": cells,
        "cases": lines.iter().map(|(_, line)| line).collect::<Vec<_>>(),
        "exchanges": data.exchanges,
        "texts": data.texts,
    });
    within_script(&data.to_string())
}

struct Data<'r> {
    report: &'r Report,
    /// Operations by id, with their positions.
    operations: IndexMap<&'r str, (usize, Value)>,
    cells: Positions<'r>,
    /// The causes that have a card, with their positions.
    causes: HashMap<&'r str, usize>,
    texts: IndexSet<String>,
    exchanges: Vec<Value>,
}

impl<'r> Data<'r> {
    fn of(report: &'r Report) -> Self {
        let mut operations = IndexMap::new();
        for cell in &report.cells {
            let next = operations.len();
            let told = || json!([clean(&cell.operation_id), cell.method, clean(&cell.path)]);
            operations.entry(cell.operation_id.as_str()).or_insert_with(|| (next, told()));
        }
        let failures = report.causes.iter().filter(|cause| cause.is_failure());
        let causes = failures.enumerate().map(|(at, cause)| (cause.cause.as_str(), at)).collect();
        let cells = positions(report);
        Self { report, operations, cells, causes, texts: IndexSet::new(), exchanges: vec![] }
    }

    /// The position of a text; -1: there is none.
    fn text(&mut self, text: Option<&str>) -> i64 {
        let Some(text) = text else { return -1 };
        let (position, _) = self.texts.insert_full(clean(&cut(text, REASON)));
        position as i64
    }

    /// The cases that there is room for, failed ones first, in the order of the run.
    fn lines(&mut self) -> Vec<(usize, Value)> {
        let rank = |case: &CaseReport| match case.verdict {
            Verdict::Failed => 0,
            Verdict::Skipped => 1,
            Verdict::Passed => 2,
        };
        let mut order: Vec<usize> = (0..self.report.cases.len()).collect();
        order.sort_by_key(|&at| rank(&self.report.cases[at]));
        let exchanges = self.whole();
        let (mut lines, mut length) = (Vec::new(), 0);
        for at in order {
            let texts = self.texts.len();
            let line = self.line(at, exchanges.get(&at).copied());
            length += size(&line)
                + self.texts.iter().skip(texts).map(|text| size_of_text(text)).sum::<usize>();
            if length > LINES {
                break;
            }
            lines.push((at, line));
        }
        lines.sort_by_key(|(at, _)| *at);
        lines
    }

    fn line(&mut self, at: usize, exchanges: Option<usize>) -> Value {
        let case = &self.report.cases[at];
        let cell = self.cells.get(&(case.operation_id.as_str(), case.status)).copied();
        let prefix = format!("{}:{}:", case.operation_id, case.status);
        let (id, cell) = match (case.id.strip_prefix(&prefix), cell) {
            (Some(rest), Some(cell)) => (rest, position(Some(cell))),
            _ => (case.id.as_str(), -1),
        };
        let summarized = self.report.cases.len() <= SUMMARIZED || case.verdict == Verdict::Failed;
        let summary = summarized.then_some(case.summary.as_str());
        let (reason, summary) = (self.text(case.reason.as_deref()), self.text(summary));
        let cause = case.cause.as_deref().and_then(|cause| self.causes.get(cause)).copied();
        json!([
            clean(&cut(id, ID)),
            cell,
            number(case.verdict, case.known),
            reason,
            position(cause),
            position(exchanges),
            summary
        ])
    }

    /// Takes the exchanges of the first few passed cases of each cell, while there is room: the first of each cell
    /// before the second of any.
    fn whole(&mut self) -> HashMap<usize, usize> {
        let mut seen: HashMap<(&str, StatusKey), usize> = HashMap::new();
        let mut rounds: Vec<Vec<usize>> = vec![vec![]; WHOLE];
        for (at, case) in self.report.cases.iter().enumerate() {
            if case.verdict != Verdict::Passed {
                continue;
            }
            let count = seen.entry((case.operation_id.as_str(), case.status)).or_default();
            if let Some(round) = rounds.get_mut(*count) {
                round.push(at);
            }
            *count += 1;
        }
        let (mut taken, mut length, mut misses) = (HashMap::new(), 0, 0);
        for at in rounds.into_iter().flatten() {
            let steps: Value = self.report.cases[at].steps.iter().map(step).collect();
            let own = size(&steps);
            if length + own <= EXCHANGES {
                length += own;
                taken.insert(at, self.exchanges.len());
                self.exchanges.push(steps);
                continue;
            }
            misses += 1;
            if misses == MISSES {
                break;
            }
        }
        taken
    }

    fn cells(&mut self, lines: &[(usize, Value)]) -> Vec<Value> {
        let cases = &self.report.cases;
        let shown: HashMap<&str, usize> = lines
            .iter()
            .enumerate()
            .map(|(line, (at, _))| (cases[*at].id.as_str(), line))
            .collect();
        let report = self.report;
        let (mut told, mut length) = (Vec::with_capacity(report.cells.len()), 0);
        for cell in &report.cells {
            let texts = self.texts.len();
            let operation = self.operations.get(cell.operation_id.as_str()).map(|(at, _)| *at);
            let (reason, needs) =
                (self.text(cell.reason.as_deref()), self.text(cell.needs.as_deref()));
            let lines: Vec<_> =
                cell.cases.iter().filter_map(|id| shown.get(id.as_str()).copied()).collect();
            let left_out = cell.cases.len() - lines.len();
            let status = cell.status.to_string();
            let verdict = number(cell.verdict, cell.known);
            let line =
                json!([position(operation), status, verdict, reason, needs, lines, left_out]);
            length += size(&line)
                + self.texts.iter().skip(texts).map(|text| size_of_text(text)).sum::<usize>();
            if length > CELLS {
                break;
            }
            told.push(line);
        }
        told
    }
}

/// The length of a part of the page.
fn size(part: &Value) -> usize {
    within_script(&part.to_string()).len() + 1
}

fn size_of_text(text: &str) -> usize {
    size(&Value::from(text))
}

fn position(at: Option<usize>) -> i64 {
    at.map_or(-1, |at| at as i64)
}

fn number(verdict: Verdict, known: bool) -> u8 {
    match verdict {
        Verdict::Passed => 0,
        Verdict::Failed if known => 3,
        Verdict::Failed => 1,
        Verdict::Skipped => 2,
    }
}

/// A step: its line, headers and body sent, headers and body received, the `curl` line, what was checked.
fn step(step: &StepReport) -> Value {
    const CURL: usize = 2_000;
    let headers = |headers: &IndexMap<String, String>| {
        let lines: Vec<_> =
            headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        clean(&cut(&lines.join("\n"), BODY))
    };
    let body = |body: Option<&str>| clean(&cut(body.unwrap_or_default(), BODY));
    let response = step.response.as_ref();
    let checks: Vec<_> = step.checks.iter().map(|check| &*check.id).collect();
    json!([
        clean(&cut(&exchange::line(step), REASON * 2)),
        headers(&step.request.headers),
        body(step.request.body.as_deref()),
        response.map(|response| headers(&response.headers)).unwrap_or_default(),
        body(response.map(|response| response.body.as_str())),
        step.shell_line(CURL).map(clean).unwrap_or_default(),
        checks.join(", "),
    ])
}
