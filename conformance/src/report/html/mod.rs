//! The report as one HTML page that needs nothing but itself, and opens at once however long the run was.
//!
//! What a reader needs first is there as text: the numbers, the matrix, each cause with its example, what was not
//! tested. The cases of a cell stand in a block of JSON, a line each, and a script shows those that are asked for; only
//! a few passed cases of each cell have their exchanges there. Each part has a limit, so that the page stays under
//! 5 MB, and says how much it leaves out.
//!
//! Everything that a target sent stands in it as escaped text, and the page's own policy forbids it to load or send
//! anything, or to run any other script than its own.

mod cause;
mod constraints;
mod data;
mod escape;
mod exchange;
mod known;
mod matrix;
mod untested;

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::model::Report;
use super::shown::shown;
use super::words::{number, seconds};
use escape::escape;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The report as an HTML page.
#[must_use]
pub fn html(report: &Report) -> String {
    let mut page = String::with_capacity(1 << 20);
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <title>{}: conformance</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        policy(),
        escape(&report.title),
    );
    header(report, &mut page);
    page.push_str("<main>\n");
    if let Some(ended) = &report.ended {
        let _ =
            writeln!(page, "<p class=\"hint\"><strong>Ended early:</strong> {}</p>", escape(ended));
    }
    if let Some(selected) = report.selection.told() {
        let selected = escape(&selected);
        let _ = writeln!(page, "<p class=\"hint\"><strong>A part:</strong> {selected}</p>");
    }
    for hint in &report.hints {
        let _ = writeln!(page, "<p class=\"hint\"><strong>Hint:</strong> {}</p>", escape(hint));
    }
    body(report, &mut page);
    let _ = write!(
        page,
        "</main>\n<footer>Written by conformance {}</footer>\n\
         <script type=\"application/json\" id=\"data\">{}</script>\n<script>{SCRIPT}</script>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION"),
        data::json(report),
    );
    page
}

/// Only this style and this script, and nothing from anywhere else.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT),
    )
}

fn header(report: &Report, page: &mut String) {
    let one = &report.summary;
    let outcome = report.outcome();
    let class = outcome.verdict().as_str();
    let _ = write!(
        page,
        "<header>\n<h1>{} <small>{}</small> <span class=\"badge {class}\">{outcome}</span></h1>\n\
         <p class=\"target\">{}</p>\n<dl class=\"tiles\">\n",
        escape(&report.title),
        escape(&report.version),
        escape(&report.url),
    );
    let mut tile = |label: &str, class: &str, value: &str| {
        let _ = writeln!(page, "<div><dt>{label}</dt><dd class=\"{class}\">{value}</dd></div>");
    };
    tile("cells", "", &number(one.cells_documented));
    tile("cells passed", "passed", &number(one.passed));
    tile("cells failed", if one.failed > 0 { "failed" } else { "" }, &number(one.failed));
    if one.known > 0 {
        tile("of these as known", "known", &number(one.known));
    }
    tile("cells skipped", if one.skipped > 0 { "skipped" } else { "" }, &number(one.skipped));
    tile("answered with their status", "", &number(one.cells_exercised));
    tile("cases", "", &number(report.cases.len()));
    tile("requests", "", &number(usize::try_from(one.requests).unwrap_or(usize::MAX)));
    tile("duration", "", &seconds(one.duration_ms));
    page.push_str("</dl>\n</header>\n");
}

fn body(report: &Report, page: &mut String) {
    matrix::matrix(report, page);
    page.push_str(
        "<section id=\"panel\" class=\"panel\" aria-live=\"polite\" hidden></section>\n\
         <form class=\"filter\" id=\"filter\" hidden>\n\
         <label>Find cases <input type=\"search\" id=\"filter-text\" placeholder=\"part of an id\"></label>\n\
         <label><input type=\"checkbox\" id=\"filter-failed\"> failed only</label>\n</form>\n\
         <noscript><p class=\"quiet\">The cases of each cell are shown by a script; the JSON report has them, too.</p></noscript>\n",
    );
    let shown = shown(report);
    cause::failures(report, &shown, page);
    known::known(report, page);
    cause::remarks(&shown, page);
    constraints::constraints(report, page);
    untested::untested(report, page);
}
