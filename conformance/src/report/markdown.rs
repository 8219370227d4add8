//! The report as Markdown, for a pull request or a job's summary.
//!
//! GitHub takes 1 MiB a step's summary and 65,536 characters a comment: the text stays under the first whatever the
//! run, and causes, which come first, have only as much as a comment has room for.

use std::fmt::Write as _;

use super::constraints;
use super::groups::{Group, left_out, skipped};
use super::kinds::{Kind, kinds};
use super::known::{KnownState, in_order, over, state};
use super::matrix::{Matrix, mark};
use super::model::{CellReport, Report};
use super::shown::{Shown, shown};
use super::words::{exercised, first_of, number, of_which_known, seconds, some};
use crate::judge::Verdict;
use crate::text::cut;

/// How many kinds of causes are shown, and how many of remarks.
const KINDS: usize = 20;
const REMARKS: usize = 20;
/// How many known failures are shown.
const KNOWN: usize = 50;
/// How many further operations or places of a kind are named.
const LIKEWISE: usize = 12;
/// How much space the causes may take, and the matrix, in bytes.
const ROOM: usize = 45_000;
const MATRIX: usize = 400_000;
/// More operations than this are shown only where something failed.
const OPERATIONS: usize = 100;
/// How many reasons are shown, and how many names with each.
const REASONS: usize = 50;
const NAMED: usize = 5;
/// Messages, values and `curl` lines, at most.
const VALUE: usize = 500;
const CURL: usize = 4_000;

/// The report as Markdown.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let one = &report.summary;
    let mut text = format!("## {}: {}\n\n", inline(&report.title), report.outcome());
    let _ = writeln!(
        text,
        "{}: **{}** passed, **{}** failed{}, **{}** skipped; {}. {}, {}, {}, {}.\n",
        some(one.cells_documented, "cell"),
        number(one.passed),
        number(one.failed),
        of_which_known(one),
        number(one.skipped),
        exercised(one.cells_exercised),
        some(report.cases.len(), "case"),
        some(usize::try_from(one.requests).unwrap_or(usize::MAX), "request"),
        seconds(one.duration_ms),
        code(&report.url),
    );
    if let Some(line) = constraints::told(&report.constraints) {
        let _ = writeln!(text, "{}.\n", inline(&line));
    }
    if let Some(ended) = &report.ended {
        let _ = writeln!(text, "> **Ended early:** {}\n", inline(ended));
    }
    if let Some(selected) = report.selection.told() {
        let _ = writeln!(text, "> **A part:** {}\n", inline(&selected));
    }
    for hint in &report.hints {
        let _ = writeln!(text, "> **Hint:** {}\n", inline(hint));
    }
    let shown = shown(report);
    text.push_str(&failed(&shown));
    text.push_str(&known(report));
    text.push_str(&matrix(report));
    text.push_str(&remarks(&shown));
    text.push_str(&untested("Skipped", "cell", &skipped(report)));
    text.push_str(&untested("Not called", "operation", &left_out(report)));
    text
}

fn matrix(report: &Report) -> String {
    let matrix = Matrix::of(report);
    let mut text = String::from("\n### Operations and statuses\n\n| operation |");
    for status in &matrix.statuses {
        let _ = write!(text, " {status} |");
    }
    text.push_str("\n| --- |");
    text.push_str(&" :-: |".repeat(matrix.statuses.len()));
    text.push('\n');
    let has_failed =
        |cells: &[Option<&CellReport>]| cells.iter().flatten().any(|cell| cell.has_failed_newly());
    let mut left_out = 0;
    for (id, cells) in &matrix.rows {
        let is_shown = matrix.rows.len() <= OPERATIONS || has_failed(cells);
        if !is_shown || text.len() > MATRIX {
            left_out += 1;
            continue;
        }
        row(id, cells, &mut text);
    }
    if left_out > 0 {
        let _ = writeln!(text, "\n{} not shown.", some(left_out, "more operation"));
    }
    text
}

fn row(id: &str, cells: &[Option<&CellReport>], text: &mut String) {
    let _ = write!(text, "| {} |", code(id));
    for cell in cells {
        let shown = match cell.map(|cell| cell.verdict) {
            Some(Verdict::Failed) if cell.is_some_and(|cell| cell.known) => "🔶",
            Some(Verdict::Passed) => "✅",
            Some(Verdict::Failed) => "❌",
            Some(Verdict::Skipped) => "⚠️",
            None => mark(None),
        };
        let _ = write!(text, " {shown} |");
    }
    text.push('\n');
}

fn failed(shown: &[Shown<'_>]) -> String {
    let failures = kinds(shown.iter().filter(|one| one.is_failure()));
    if failures.is_empty() {
        return String::new();
    }
    let causes: usize = failures.iter().map(Kind::len).sum();
    let mut text =
        format!("### Failures: {} of {}\n", some(causes, "cause"), some(failures.len(), "kind"));
    let mut told = 0;
    for failure in failures.iter().take(KINDS) {
        let described = describe(failure);
        if text.len() + described.len() > ROOM {
            break;
        }
        text.push_str(&described);
        told += 1;
    }
    let more = failures.iter().skip(told);
    let causes: usize = more.clone().map(Kind::len).sum();
    if causes > 0 {
        let (kinds, causes) = (some(more.len(), "more kind"), some(causes, "cause"));
        let _ = writeln!(text, "\n… and {kinds} ({causes}): see the HTML or the JSON report.");
    }
    text
}

fn describe(kind: &Kind<'_, '_>) -> String {
    let shown = kind.first();
    let cause = shown.cause;
    let flaky = if cause.flaky { ", flaky" } else { "" };
    let mut text = format!(
        "\n<details><summary><b>{}</b> {} ({}{flaky})</summary>\n\n",
        html(&kind.title()),
        html(&cut(&kind.message(), VALUE)),
        html(&kind.extent()),
    );
    let mut item = |label: &str, value: &str| {
        let _ = writeln!(text, "- {label}: {}", code(&cut(value, VALUE)));
    };
    item("example", &shown.case.id);
    if let Some((step, check)) = shown.at {
        let status = step.response.as_ref().map(|response| response.status.to_string());
        let answer = status.as_deref().or(step.error.as_deref()).unwrap_or("no answer");
        item("request", &format!("{} {}", step.request.method, step.request.url));
        item("answer", answer);
        for (label, value) in check.details().filter(|(_, value)| !value.is_empty()) {
            item(label, value);
        }
        let body = step.response.as_ref().map(|response| response.body.as_str());
        if let Some(body) = body.filter(|body| !body.is_empty()) {
            item("body", body);
        }
    }
    if let Some(known) = &cause.known {
        item("was known", &over(known));
    }
    if let Some(hint) = &cause.hint {
        item("hint", hint);
    }
    if let Some(also) = shown.also() {
        item("also", &also);
    }
    if let Some(likewise) = kind.likewise(LIKEWISE) {
        item("likewise", &likewise);
    }
    if let Some(line) = shown.at.and_then(|(step, _)| step.shell_line(CURL)) {
        let line: String = line.chars().map(plain).collect();
        let fence = "`".repeat(longest_run(&line).max(2) + 1);
        let _ = write!(text, "\n{fence}sh\n{line}\n{fence}\n");
    }
    text.push_str("\n</details>\n");
    text
}

/// The failures that the profile knows, a line each: those that are gone first.
fn known(report: &Report) -> String {
    if report.known.is_empty() {
        return String::new();
    }
    let mut text = String::from("\n### Known failures\n\n");
    let entries = in_order(&report.known);
    for entry in entries.iter().take(KNOWN) {
        let link = entry.link.as_ref().map(|link| format!(" ({})", inline(link)));
        let _ = writeln!(
            text,
            "- {} {}: {}{} ({})",
            if entry.state == KnownState::Fixed { "✅" } else { "🔶" },
            code(&cut(&entry.name, VALUE)),
            inline(&cut(&state(entry), VALUE)),
            link.unwrap_or_default(),
            code(&entry.place),
        );
    }
    let more = entries.len().saturating_sub(KNOWN);
    if more > 0 {
        let _ = writeln!(text, "- and {more} more");
    }
    text
}

fn remarks(shown: &[Shown<'_>]) -> String {
    let remarks = kinds(shown.iter().filter(|one| one.cause.is_remark()));
    if remarks.is_empty() {
        return String::new();
    }
    let mut text = String::from("\n### Remarks, which fail nothing\n\n");
    for remark in remarks.iter().take(REMARKS) {
        let _ = writeln!(
            text,
            "- {} {} ({}, {})",
            code(remark.title().trim_end_matches(':')),
            inline(&cut(&remark.message(), VALUE)),
            remark.first().cause.level,
            inline(&remark.extent()),
        );
    }
    let more = remarks.len().saturating_sub(REMARKS);
    if more > 0 {
        let _ = writeln!(text, "- and {}", some(more, "more kind"));
    }
    text
}

fn untested(title: &str, what: &str, groups: &[Group]) -> String {
    if groups.is_empty() {
        return String::new();
    }
    let mut text = format!("\n### {title}\n\n");
    for group in groups.iter().take(REASONS) {
        let _ = writeln!(
            text,
            "- {}: {}: {}",
            group.extent(what),
            inline(&cut(&group.reason, VALUE)),
            code(&cut(&first_of(&group.names, NAMED), VALUE)),
        );
    }
    let more: usize = groups.iter().skip(REASONS).map(|group| group.names.len()).sum();
    if more > 0 {
        let _ = writeln!(text, "- {} for other reasons", some(more, what));
    }
    text
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

/// Text within a line of HTML, where Markdown means nothing (CommonMark §4.6).
fn html(text: &str) -> String {
    one_line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A code span, fenced by more backticks than it contains.
fn code(text: &str) -> String {
    let text = one_line(text).replace('|', "\\|");
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { plain(c) }).collect()
}

/// Without what turns the direction of text.
fn plain(c: char) -> char {
    let is_harmful = super::words::turns_direction(c) || (c.is_control() && c != '\n');
    if is_harmful { char::REPLACEMENT_CHARACTER } else { c }
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or(0)
}
