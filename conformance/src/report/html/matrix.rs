//! The matrix: a table that scrolls within its own box, however long an id and however many the operations.

use std::fmt::Write as _;

use super::super::matrix::{Matrix, Positions, mark, positions};
use super::super::model::{CellReport, Report};
use super::super::words::some;
use super::escape::escape;

/// How much of the page it may take.
const MOST: usize = 900_000;
/// More operations than this scroll within the box.
const TALL: usize = 25;

type Row<'r> = (&'r str, Vec<Option<&'r CellReport>>);

pub(super) fn matrix(report: &Report, page: &mut String) {
    let matrix = Matrix::of(report);
    let tall = if matrix.rows.len() > TALL { " tall" } else { "" };
    let _ = write!(
        page,
        "<h2 id=\"matrix\">Operations and statuses</h2>\n<div class=\"scroll{tall}\" tabindex=\"0\" role=\"region\" \
         aria-labelledby=\"matrix\">\n<table class=\"matrix\">\n<thead><tr><th scope=\"col\">operation</th>",
    );
    for status in &matrix.statuses {
        let _ = write!(page, "<th scope=\"col\">{status}</th>");
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    let left_out = rows(report, &matrix, page);
    page.push_str("</tbody>\n</table>\n</div>\n");
    if left_out > 0 {
        let left_out = some(left_out, "more operation");
        let _ = writeln!(page, "<p class=\"dropped\">{left_out}, left out of this page.</p>");
    }
    page.push_str(
        "<p class=\"legend\"><span class=\"passed\">✓</span> passed, <span class=\"failed\">✗</span> failed, \
         <span class=\"known\">!</span> failed as known, \
         <span class=\"skipped\">–</span> skipped, · not documented; the number counts a cell's cases. Choose a cell \
         to see them.</p>\n",
    );
}

/// As many rows as there is room for, and how many there was none for. Where it gets tight, those with failures come
/// first.
fn rows(report: &Report, matrix: &Matrix<'_>, page: &mut String) -> usize {
    const CELL: usize = 110;
    let has_none_failed =
        |row: &Row<'_>| !row.1.iter().flatten().any(|cell| cell.has_failed_newly());
    let mut rows: Vec<&Row<'_>> = matrix.rows.iter().collect();
    if report.cells.len() * CELL > MOST {
        rows.sort_by_key(|row| has_none_failed(row));
    }
    let positions = positions(report);
    let start = page.len();
    for (number, row) in rows.iter().enumerate() {
        if page.len() - start > MOST {
            return rows.len() - number;
        }
        write_row(row, &positions, page);
    }
    0
}

fn write_row((id, cells): &Row<'_>, positions: &Positions<'_>, page: &mut String) {
    let route = cells.iter().flatten().next().map(|cell| format!("{} {}", cell.method, cell.path));
    let (id, route) = (escape(id), escape(&route.unwrap_or_default()));
    let _ = write!(
        page,
        "<tr><th scope=\"row\" title=\"{id}: {route}\"><span>{id}</span><small>{route}</small></th>"
    );
    for cell in cells {
        match cell {
            Some(cell) => {
                let at = positions
                    .get(&(cell.operation_id.as_str(), cell.status))
                    .copied()
                    .unwrap_or_default();
                write_cell(cell, at, page);
            }
            None => page.push_str("<td></td>"),
        }
    }
    page.push_str("</tr>\n");
}

/// Positions rather than names: an operation id may hold anything.
fn write_cell(cell: &CellReport, at: usize, page: &mut String) {
    let verdict = if cell.known { "known" } else { cell.verdict.as_str() };
    let cases = some(cell.cases.len(), "case");
    let _ = write!(
        page,
        "<td><a class=\"{verdict}\" href=\"#c{at}\" aria-label=\"{}: {verdict}, {cases}\">{}<small>{}</small></a></td>",
        cell.status,
        mark(Some(cell)),
        cell.cases.len(),
    );
}
