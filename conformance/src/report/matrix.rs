//! Operations against statuses.

use std::collections::{BTreeSet, HashMap};

use indexmap::IndexMap;

use super::model::{CellReport, Report, StatusKey};
use crate::judge::Verdict;

/// The cells of a report as a table.
pub(super) struct Matrix<'r> {
    /// Every documented status, in order.
    pub(super) statuses: Vec<StatusKey>,
    /// An operation, and its cell of each status.
    pub(super) rows: Vec<(&'r str, Vec<Option<&'r CellReport>>)>,
}

impl<'r> Matrix<'r> {
    pub(super) fn of(report: &'r Report) -> Self {
        let statuses: BTreeSet<_> = report.cells.iter().map(|cell| cell.status).collect();
        let statuses: Vec<_> = statuses.into_iter().collect();
        let mut operations: IndexMap<&str, Vec<&CellReport>> = IndexMap::new();
        for cell in &report.cells {
            operations.entry(&cell.operation_id).or_default().push(cell);
        }
        let row = |cells: &[&'r CellReport]| {
            let cell =
                |status: &StatusKey| cells.iter().find(|cell| cell.status == *status).copied();
            statuses.iter().map(cell).collect()
        };
        let rows = operations.iter().map(|(id, cells)| (*id, row(cells))).collect();
        Self { statuses, rows }
    }
}

/// The positions of a report's cells.
pub(super) type Positions<'r> = HashMap<(&'r str, StatusKey), usize>;

pub(super) fn positions(report: &Report) -> Positions<'_> {
    let cells = report.cells.iter().enumerate();
    cells.map(|(at, cell)| ((cell.operation_id.as_str(), cell.status), at)).collect()
}

/// The mark of a cell, in every format the same.
pub(super) fn mark(cell: Option<&CellReport>) -> &'static str {
    match cell.map(|cell| cell.verdict) {
        Some(Verdict::Failed) if cell.is_some_and(|cell| cell.known) => "!",
        Some(Verdict::Passed) => "✓",
        Some(Verdict::Failed) => "✗",
        Some(Verdict::Skipped) => "–",
        None => "·",
    }
}
