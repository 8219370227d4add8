//! The report as Markdown, for a pull request or a job's summary.

use std::fmt::Write as _;

use super::matrix::{Matrix, mark};
use super::model::Report;
use super::shown::{Shown, shown};
use crate::judge::Verdict;

/// How many failures are shown: a comment has room for 65,536 characters.
const MOST: usize = 20;

/// The report as Markdown.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let one = &report.summary;
    let told = report.outcome();
    let mut text = format!("## {}: {told}\n\n", inline(&report.title));
    let _ = writeln!(
        text,
        "**{} of {}** cells exercised; **{}** passed, **{}** failed, **{}** skipped. \
         {} cases, {} requests, {}.{:02} s, {}.\n",
        one.cells_exercised,
        one.cells_documented,
        one.passed,
        one.failed,
        one.skipped,
        report.cases.len(),
        one.requests,
        one.duration_ms / 1000,
        one.duration_ms % 1000 / 10,
        code(&report.url),
    );
    text.push_str(&matrix(report));
    text.push_str(&failed(report));
    text.push_str(&skipped(report));
    text
}

fn matrix(report: &Report) -> String {
    let matrix = Matrix::of(report);
    let mut text = String::from("| operation |");
    for status in &matrix.statuses {
        let _ = write!(text, " {status} |");
    }
    text.push_str("\n| --- |");
    text.push_str(&" :-: |".repeat(matrix.statuses.len()));
    text.push('\n');
    for (id, cells) in &matrix.rows {
        let _ = write!(text, "| {} |", code(id));
        for cell in cells {
            let shown = match cell.map(|cell| cell.verdict) {
                Some(Verdict::Passed) => "✅",
                Some(Verdict::Failed) => "❌",
                Some(Verdict::Skipped) => "⚠️",
                None => mark(None),
            };
            let _ = write!(text, " {shown} |");
        }
        text.push('\n');
    }
    text
}

fn failed(report: &Report) -> String {
    let failures: Vec<_> = shown(report).into_iter().filter(Shown::is_failure).collect();
    if failures.is_empty() {
        return String::new();
    }
    let mut text = format!("\n### Failures ({})\n", failures.len());
    for failure in failures.iter().take(MOST) {
        text.push_str(&describe(failure));
    }
    if failures.len() > MOST {
        let _ = writeln!(text, "\n… and {} more.", failures.len() - MOST);
    }
    text
}

fn describe(failure: &Shown<'_>) -> String {
    let mut text = format!(
        "\n<details><summary><b>{}</b> {} <code>{}</code></summary>\n\n",
        html(&failure.cause.check),
        html(&failure.cause.message),
        html(&failure.case.id),
    );
    let mut item = |label: &str, value: &str| {
        let _ = writeln!(text, "- {label}: {}", code(value));
    };
    if let Some((_, check)) = failure.at {
        for (label, value) in check.details().filter(|(_, value)| !value.is_empty()) {
            item(label, value);
        }
    }
    if let Some(also) = failure.also() {
        item("also", &also);
    }
    if let Some((step, _)) = failure.at {
        let fence = "`".repeat(longest_run(&step.curl).max(2) + 1);
        let _ = write!(text, "\n{fence}sh\n{}\n{fence}\n", step.curl);
    }
    text.push_str("\n</details>\n");
    text
}

fn skipped(report: &Report) -> String {
    let mut text = String::new();
    for (cell, reason) in report.skipped() {
        let name = code(&format!("{}:{}", cell.operation_id, cell.status));
        let _ = writeln!(text, "- {name}: {}", inline(reason));
    }
    if text.is_empty() { text } else { format!("\n### Skipped\n\n{text}") }
}

/// Text that means nothing to Markdown or HTML.
fn inline(text: &str) -> String {
    let mut escaped = String::new();
    for c in one_line(text).chars() {
        if c.is_ascii_punctuation() && !matches!(c, '.' | ',' | ':' | '/' | '(' | ')' | '-') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn html(text: &str) -> String {
    inline(text).replace("\\<", "&lt;").replace("\\>", "&gt;").replace("\\&", "&amp;")
}

/// A code span, fenced by more backticks than it contains.
fn code(text: &str) -> String {
    let text = one_line(text).replace('|', "\\|");
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or(0)
}
