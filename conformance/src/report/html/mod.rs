//! The report as one HTML page that needs nothing but itself: the matrix first, a cell opens its cases and exchanges.
//!
//! Everything that a target sent stands in it as escaped text, and the page's own policy forbids it to load or send
//! anything.

mod case;

use std::fmt::Write as _;

use super::matrix::{Matrix, mark};
use super::model::{CellReport, Report};
use super::shown::{Shown, shown};
use crate::judge::Verdict;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// How many failures are shown one by one.
const MOST: usize = 200;

/// The report as an HTML page.
#[must_use]
pub fn html(report: &Report) -> String {
    let mut page = String::with_capacity(1 << 20);
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
         <title>{0}: conformance</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n",
        escape(&report.title),
    );
    header(report, &mut page);
    page.push_str("<main>\n");
    matrix(report, &mut page);
    failed(report, &mut page);
    cells(report, &mut page);
    let _ = write!(
        page,
        "</main>\n<footer>Written by conformance {}</footer>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION"),
    );
    page
}

fn header(report: &Report, page: &mut String) {
    let one = &report.summary;
    let verdict = report.outcome();
    let class = verdict.verdict().as_str();
    let _ = write!(
        page,
        "<header>\n<h1>{} <small>{}</small> <span class=\"badge {class}\">{verdict}</span></h1>\n\
         <p class=\"target\">{}</p>\n<dl class=\"tiles\">\n",
        escape(&report.title),
        escape(&report.version),
        escape(&report.url),
    );
    let mut tile = |label: &str, class: &str, value: &str| {
        let _ = writeln!(page, "<div><dt>{label}</dt><dd class=\"{class}\">{value}</dd></div>");
    };
    let of = format!("{} <small>of {}</small>", one.cells_exercised, one.cells_documented);
    tile("cells exercised", "", &of);
    tile("cells passed", "passed", &one.passed.to_string());
    tile("failed", if one.failed > 0 { "failed" } else { "" }, &one.failed.to_string());
    tile("skipped", if one.skipped > 0 { "skipped" } else { "" }, &one.skipped.to_string());
    tile("cases", "", &report.cases.len().to_string());
    tile("requests", "", &one.requests.to_string());
    let seconds = format!("{}.{:02}", one.duration_ms / 1000, one.duration_ms % 1000 / 10);
    tile("duration", "", &format!("{seconds} <small>s</small>"));
    page.push_str("</dl>\n</header>\n");
}

fn matrix(report: &Report, page: &mut String) {
    let matrix = Matrix::of(report);
    page.push_str(
        "<h2 id=\"matrix\">Operations and statuses</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" \
         aria-labelledby=\"matrix\">\n<table class=\"matrix\">\n<thead><tr><th scope=\"col\"></th>",
    );
    for status in &matrix.statuses {
        let _ = write!(page, "<th scope=\"col\">{status}</th>");
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for (operation_id, row) in &matrix.rows {
        let first = row.iter().flatten().next();
        let route = first.map(|cell| format!("{} {}", cell.method, cell.path)).unwrap_or_default();
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}<small class=\"path\">{}</small></th>",
            escape(operation_id),
            escape(&route),
        );
        for cell in row {
            match cell {
                Some(cell) => matrix_cell(report, cell, page),
                None => page.push_str("<td class=\"undocumented\" title=\"not documented\">·</td>"),
            }
        }
        page.push_str("</tr>\n");
    }
    page.push_str(
        "</tbody>\n</table>\n</div>\n<p class=\"legend\"><span class=\"passed\">✓</span> passed, \
         <span class=\"failed\">✗</span> failed, <span class=\"skipped\">–</span> skipped, · not documented; \
         the number counts cases.</p>\n",
    );
}

fn matrix_cell(report: &Report, cell: &CellReport, page: &mut String) {
    let verdict = cell.verdict.as_str();
    let name = escape(&cell.operation_id);
    let count = cell.cases.len();
    let _ = write!(
        page,
        "<td><a class=\"{verdict}\" href=\"#{}\" aria-label=\"{name} {}: {verdict}, {count} cases\">{}<small>{count}</small></a></td>",
        cell_anchor(report, cell),
        cell.status,
        mark(Some(cell)),
    );
}

/// Positions rather than names: an operation id may hold anything.
fn cell_anchor(report: &Report, cell: &CellReport) -> String {
    let index = report.cells.iter().position(|one| std::ptr::eq(one, cell)).unwrap_or_default();
    format!("cell-{index}")
}

fn failed(report: &Report, page: &mut String) {
    let failures: Vec<_> = shown(report).into_iter().filter(Shown::is_failure).collect();
    if failures.is_empty() {
        return;
    }
    let _ = writeln!(page, "<h2>Failures <small>({})</small></h2>", failures.len());
    for failure in failures.iter().take(MOST) {
        card(report, failure, page);
    }
    if failures.len() > MOST {
        let _ = writeln!(page, "<p>… and {} more.</p>", failures.len() - MOST);
    }
}

fn card(report: &Report, failure: &Shown<'_>, page: &mut String) {
    let case = failure.case;
    let _ = write!(
        page,
        "<section class=\"card\">\n<h3><span class=\"failed\">{}</span>: {}</h3>\n<dl class=\"facts\">\n",
        escape(&failure.cause.check),
        escape(&failure.cause.message),
    );
    let mut fact = |label: &str, value: &str| {
        let _ = writeln!(page, "<dt>{label}</dt><dd>{value}</dd>");
    };
    let code = |text: &str| format!("<code>{}</code>", escape(text));
    fact(
        "case",
        &format!(
            "<a href=\"#{}\">{}</a> {}",
            case_anchor(report, &case.id),
            escape(&case.id),
            escape(&case.summary),
        ),
    );
    if let Some((step, check)) = failure.at {
        let answer =
            step.response.as_ref().map_or("no answer".to_owned(), |one| one.status.to_string());
        fact("step", &code(&format!("{} {} → {answer}", step.request.method, step.request.url)));
        for (label, value) in check.details().filter(|(_, value)| !value.is_empty()) {
            fact(label, &code(value));
        }
    }
    if let Some(also) = failure.also() {
        fact("also", &escape(&also));
    }
    page.push_str("</dl>\n");
    if let Some((step, _)) = failure.at {
        case::curl(&step.curl, page);
    }
    page.push_str("</section>\n");
}

fn case_anchor(report: &Report, id: &str) -> String {
    let index = report.cases.iter().position(|case| case.id == id).unwrap_or_default();
    format!("case-{index}")
}

fn cells(report: &Report, page: &mut String) {
    page.push_str(
        "<h2>Cells</h2>\n<form class=\"filter\" id=\"filter\" hidden onsubmit=\"return false\">\n\
         <label>Find cases <input type=\"search\" id=\"filter-text\" placeholder=\"part of an id or summary\"></label>\n\
         <label><input type=\"checkbox\" id=\"filter-failed\"> failed only</label>\n</form>\n",
    );
    let mut operation_id = None;
    for (index, cell) in report.cells.iter().enumerate() {
        if operation_id != Some(&cell.operation_id) {
            operation_id = Some(&cell.operation_id);
            let _ = writeln!(
                page,
                "<h3>{} <span class=\"path\">{} {}</span></h3>",
                escape(&cell.operation_id),
                escape(&cell.method),
                escape(&cell.path),
            );
        }
        let verdict = cell.verdict.as_str();
        let _ = write!(
            page,
            "<details class=\"cell\" id=\"cell-{index}\">\n<summary><span class=\"badge {verdict}\">{} {verdict}</span> \
             {} <small>{} cases</small></summary>\n",
            mark(Some(cell)),
            cell.status,
            cell.cases.len(),
        );
        if let Some(reason) = &cell.reason {
            let _ = writeln!(page, "<p class=\"inside reason\">{}</p>", escape(reason));
        }
        for (index, one) in report.cases.iter().enumerate() {
            if one.operation_id == cell.operation_id && one.status == cell.status {
                case::case(one, index, page);
            } else if cell.cases.contains(&one.id) {
                case::elsewhere(one, index, page);
            }
        }
        page.push_str("</details>\n");
    }
}

fn class(verdict: Verdict) -> &'static str {
    verdict.as_str()
}

/// Text as content or as a quoted attribute. Control characters are shown as such, never sent to the page.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(c),
            // Marks that turn the direction of text could make a page read as what it doesn't say.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                escaped.push(char::REPLACEMENT_CHARACTER);
            }
            c if c.is_control() => escaped.push(char::REPLACEMENT_CHARACTER),
            c => escaped.push(c),
        }
    }
    escaped
}
