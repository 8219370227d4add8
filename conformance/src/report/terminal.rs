//! The report for a terminal, with colours as ANSI sequences: whoever prints it takes them out where they don't belong.

use std::fmt::Write as _;

use super::matrix::{Matrix, mark};
use super::model::{Report, StepReport};
use super::shown::{Shown, shown};
use crate::judge::Verdict;

/// How many failures are shown.
const MOST: usize = 30;

const GREEN: &str = "\u{1b}[32m";
const RED: &str = "\u{1b}[31m";
const YELLOW: &str = "\u{1b}[33m";
const DIM: &str = "\u{1b}[2m";
const BOLD: &str = "\u{1b}[1m";
const RESET: &str = "\u{1b}[0m";

/// The matrix, each failure, each skipped cell, and the numbers.
#[must_use]
pub fn terminal(report: &Report) -> String {
    let mut text = matrix(report);
    let failures: Vec<_> = shown(report).into_iter().filter(Shown::is_failure).collect();
    for failure in failures.iter().take(MOST) {
        text.push('\n');
        text.push_str(&describe(failure));
    }
    if failures.len() > MOST {
        let _ = writeln!(text, "\n… and {} more failures", failures.len() - MOST);
    }
    text.push_str(&skipped(report));
    text.push_str(&summary(report));
    clean(&text)
}

fn matrix(report: &Report) -> String {
    let matrix = Matrix::of(report);
    let width = matrix.rows.iter().map(|(id, _)| id.chars().count()).max().unwrap_or(0);
    let mut text = format!(
        "{BOLD}{}{RESET} {DIM}{}{RESET} at {}\n\n",
        report.title, report.version, report.url
    );
    let _ = write!(text, "{:width$}", "");
    for status in &matrix.statuses {
        let _ = write!(text, " {:>4}", status.to_string());
    }
    text.push('\n');
    for (id, cells) in &matrix.rows {
        let _ = write!(text, "{id:width$}");
        for cell in cells {
            let _ =
                write!(text, "    {}{}{RESET}", colour(cell.map(|cell| cell.verdict)), mark(*cell));
        }
        text.push('\n');
    }
    text
}

fn colour(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Passed) => GREEN,
        Some(Verdict::Failed) => RED,
        Some(Verdict::Skipped) => YELLOW,
        None => DIM,
    }
}

fn describe(failure: &Shown<'_>) -> String {
    let case = failure.case;
    let mut text =
        format!("{RED}{BOLD}✗ {}{RESET} {}\n", failure.cause.check, failure.cause.message);
    let mut line = |label: &str, value: &str| {
        let _ = writeln!(text, "  {DIM}{label:9}{RESET} {value}");
    };
    line("case", &format!("{}  {DIM}{}{RESET}", case.id, case.summary));
    if let Some((step, check)) = failure.at {
        line("step", &step_line(step));
        for (label, value) in check.details() {
            line(label, if value.is_empty() { "(the whole body)" } else { value });
        }
        line("replay", &replay(step, &case.id));
    } else {
        line("contract", &case.place);
    }
    if let Some(also) = failure.also() {
        line("also", &also);
    }
    text
}

/// The step as a `curl` line, unless nobody would want to read it.
fn replay(step: &StepReport, case: &str) -> String {
    const LONGEST: usize = 1_000;
    if step.curl.len() <= LONGEST { step.curl.clone() } else { format!("--case '{case}'") }
}

fn step_line(step: &StepReport) -> String {
    let answer = match (&step.response, &step.error) {
        (_, Some(error)) => error.clone(),
        (Some(response), None) => response.status.to_string(),
        (None, None) => "no answer".to_owned(),
    };
    format!("{}: {} {} → {answer}", step.id, step.request.method, step.request.url)
}

fn skipped(report: &Report) -> String {
    let mut text = String::new();
    for (cell, reason) in report.skipped() {
        let _ = writeln!(
            text,
            "{YELLOW}–{RESET} {}:{} skipped: {reason}",
            cell.operation_id, cell.status
        );
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}

fn summary(report: &Report) -> String {
    let one = &report.summary;
    let outcome = report.outcome();
    let colour = colour(Some(outcome.verdict()));
    format!(
        "\n{BOLD}{colour}{outcome}{RESET}: {} of {} cells exercised; {} passed, {} failed, {} skipped{RESET}\n\
         {DIM}{} cases, {} requests in {}.{:02} s{RESET}\n",
        one.cells_exercised,
        one.cells_documented,
        one.passed,
        one.failed,
        one.skipped,
        report.cases.len(),
        one.requests,
        one.duration_ms / 1000,
        one.duration_ms % 1000 / 10,
    )
}

/// Control characters that a target sent must not reach the terminal.
fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let own =
            [GREEN, RED, YELLOW, DIM, BOLD, RESET].into_iter().find(|one| rest.starts_with(one));
        if let Some(own) = own {
            cleaned.push_str(own);
            rest = &rest[own.len()..];
            continue;
        }
        let shown = if c.is_control() && c != '\n' { char::REPLACEMENT_CHARACTER } else { c };
        cleaned.push(shown);
        rest = &rest[c.len_utf8()..];
    }
    cleaned
}
