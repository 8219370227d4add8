//! The matrix, as wide as the window: long ids lose their middle, and where there are too many statuses for a line they
//! are put together by their class.

use std::fmt::Write as _;

use indexmap::IndexMap;
use spec::model::Status;

use super::super::matrix::{Matrix, mark};
use super::super::model::{CellReport, Report};
use super::super::words::{abbreviated, some};
use super::{DIM, GREEN, RED, RESET, YELLOW, colour};
use crate::judge::Verdict;

/// A column for a status, and for a class of them.
const COLUMN: usize = 5;
const CLASS: usize = 8;
/// Fewer characters of an id tell nothing.
const SHORTEST: usize = 16;
/// More operations than this are shown only where something failed.
const MOST: usize = 50;

type Row<'r> = (&'r str, Vec<Option<&'r CellReport>>);

pub(super) fn table(report: &Report, width: usize) -> String {
    let matrix = Matrix::of(report);
    let rows = shown(&matrix);
    let longest = rows.iter().map(|(id, _)| id.chars().count()).max().unwrap_or(0);
    let left = |columns: usize, column: usize| width.saturating_sub(columns * column).max(SHORTEST);
    let fits = matrix.statuses.len() * COLUMN + SHORTEST.min(longest) <= width;
    let mut text = if fits {
        by_status(&matrix, &rows, longest.min(left(matrix.statuses.len(), COLUMN)))
    } else {
        let classes = classes(&matrix);
        by_class(&classes, &rows, longest.min(left(classes.len(), CLASS)))
    };
    let rest = matrix.rows.len() - rows.len();
    if rest > 0 {
        let _ = writeln!(text, "{DIM}{} without a failure{RESET}", some(rest, "more operation"));
    }
    text
}

/// All rows, or those where something failed.
fn shown<'m, 'r>(matrix: &'m Matrix<'r>) -> Vec<&'m Row<'r>> {
    let failed = |row: &&Row<'_>| row.1.iter().flatten().any(|cell| cell.has_failed_newly());
    if matrix.rows.len() <= MOST {
        return matrix.rows.iter().collect();
    }
    matrix.rows.iter().filter(failed).collect()
}

fn by_status(matrix: &Matrix<'_>, rows: &[&Row<'_>], width: usize) -> String {
    let mut text = " ".repeat(width);
    for status in &matrix.statuses {
        // `default` is wider than a column.
        let name = abbreviated(&status.to_string(), COLUMN - 1);
        let _ = write!(text, " {name:>4}");
    }
    text.push('\n');
    for (id, cells) in rows {
        let _ = write!(text, "{:width$}", abbreviated(id, width));
        for cell in cells {
            let colour = match cell {
                Some(cell) if cell.known => YELLOW,
                cell => colour(cell.map(|cell| cell.verdict)),
            };
            let _ = write!(text, "    {colour}{}{RESET}", mark(*cell));
        }
        text.push('\n');
    }
    text
}

/// The positions of the statuses of each class.
fn classes(matrix: &Matrix<'_>) -> IndexMap<String, Vec<usize>> {
    let mut classes: IndexMap<String, Vec<usize>> = IndexMap::new();
    for (position, status) in matrix.statuses.iter().enumerate() {
        let class = match status.0 {
            Status::Code(code) => format!("{}xx", code / 100),
            Status::Range(digit) => format!("{digit}xx"),
            Status::Default => "default".to_owned(),
        };
        classes.entry(class).or_default().push(position);
    }
    classes.sort_keys();
    classes
}

fn by_class(classes: &IndexMap<String, Vec<usize>>, rows: &[&Row<'_>], width: usize) -> String {
    let mut text = " ".repeat(width);
    for class in classes.keys() {
        let _ = write!(text, " {class:>7}");
    }
    text.push('\n');
    for (id, cells) in rows {
        let _ = write!(text, "{:width$}", abbreviated(id, width));
        for positions in classes.values() {
            let of_class = positions.iter().filter_map(|&position| cells[position]);
            text.push_str(&counted(of_class));
        }
        text.push('\n');
    }
    let _ = writeln!(text, "{DIM}numbers count cells: ✓ passed, ✗ failed, – skipped{RESET}");
    text
}

/// The cells of a class: how many passed, failed and were skipped.
fn counted<'r>(cells: impl Iterator<Item = &'r CellReport>) -> String {
    let cells: Vec<_> = cells.collect();
    let count = |verdict| cells.iter().filter(|cell| cell.verdict == verdict).count();
    let parts = [
        (Verdict::Failed, RED, "✗"),
        (Verdict::Skipped, YELLOW, "–"),
        (Verdict::Passed, GREEN, "✓"),
    ];
    let (mut text, mut width) = (String::new(), 0);
    for (verdict, colour, mark) in parts {
        let count = count(verdict);
        if count > 0 {
            let shown = format!("{mark}{count}");
            width += shown.chars().count();
            let _ = write!(text, "{colour}{shown}{RESET}");
        }
    }
    if width == 0 {
        (text, width) = (format!("{DIM}·{RESET}"), 1);
    }
    format!("{}{text}", " ".repeat(CLASS.saturating_sub(width)))
}
