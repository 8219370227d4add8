//! The report for a terminal, with colours as ANSI sequences: whoever prints it takes them out where they don't belong.
//!
//! What matters most stands where the eye falls first: causes behind the matrix, the numbers at the very end.

mod cause;
mod table;

use std::collections::HashSet;
use std::fmt::Write as _;

use super::constraints;
use super::groups::{Group, left_out, skipped};
use super::kinds::{Kind, kinds};
use super::known::{KnownState, in_order, state};
use super::model::Report;
use super::shown::{Shown, shown};
use super::words::{exercised, first_of, number, of_which_known, seconds, some};
use crate::judge::Verdict;

/// How many kinds of causes are shown, and how many of remarks.
const KINDS: usize = 20;
const REMARKS: usize = 10;
/// How many known failures are shown.
const KNOWN: usize = 30;
/// How many reasons are shown, and how many names with each.
const REASONS: usize = 20;
const NAMED: usize = 3;
/// How wide the matrix may be where nobody knows how wide the terminal is.
const WIDTH: usize = 120;

const GREEN: &str = "\u{1b}[32m";
const RED: &str = "\u{1b}[31m";
const YELLOW: &str = "\u{1b}[33m";
const DIM: &str = "\u{1b}[2m";
const BOLD: &str = "\u{1b}[1m";
const RESET: &str = "\u{1b}[0m";

/// The report for a terminal as wide as this one.
#[must_use]
pub fn terminal(report: &Report) -> String {
    terminal_of_width(report, width())
}

/// The report with a matrix that fits this many columns: the matrix, each cause, remarks, what was not tested, and
/// the numbers.
#[must_use]
pub fn terminal_of_width(report: &Report, width: usize) -> String {
    let shown = shown(report);
    let failures = shown.iter().filter(|one| one.is_failure());
    let remarks = shown.iter().filter(|one| one.cause.is_remark());
    let mut text = format!(
        "{BOLD}{}{RESET} {DIM}{}{RESET} at {}\n\n",
        report.title, report.version, report.url
    );
    if let Some(selected) = report.selection.told() {
        let _ = writeln!(text, "{DIM}{selected}{RESET}\n");
    }
    for hint in &report.hints {
        let _ = writeln!(text, "{YELLOW}{BOLD}hint{RESET}: {hint}\n");
    }
    text.push_str(&table::table(report, width));
    text.push_str(&causes(&kinds(failures)));
    text.push_str(&known(report));
    text.push_str(&told_in_short(&kinds(remarks)));
    text.push_str(&untested(&skipped(report), "cell", YELLOW, "–"));
    text.push_str(&untested(&left_out(report), "operation", DIM, "not called,"));
    if let Some(ended) = &report.ended {
        let _ = writeln!(text, "\n{YELLOW}{BOLD}ended early{RESET}: {ended}");
    }
    if let Some(line) = constraints::told(&report.constraints) {
        let _ = writeln!(text, "\n{DIM}{line}{RESET}");
    }
    text.push_str(&summary(report));
    clean(&text)
}

/// The terminal's own width before what the environment says.
fn width() -> usize {
    let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
    let own = console::Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
    own.or_else(columns).filter(|&width| width > 0).unwrap_or(WIDTH)
}

fn colour(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Passed) => GREEN,
        Some(Verdict::Failed) => RED,
        Some(Verdict::Skipped) => YELLOW,
        None => DIM,
    }
}

fn causes(failures: &[Kind<'_, '_>]) -> String {
    let mut text = String::new();
    for failure in failures.iter().take(KINDS) {
        text.push('\n');
        text.push_str(&cause::describe(failure));
    }
    let more = failures.iter().skip(KINDS);
    let causes: usize = more.clone().map(Kind::len).sum();
    if causes > 0 {
        let (kinds, causes) = (some(more.len(), "more kind"), some(causes, "cause"));
        let _ = writeln!(text, "\n… and {kinds} of failures ({causes}): see --report html=FILE");
    }
    text
}

/// The failures that the profile knows, a line each.
fn known(report: &Report) -> String {
    if report.known.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{DIM}known failures:{RESET}\n");
    let entries = in_order(&report.known);
    for entry in entries.iter().take(KNOWN) {
        let (colour, mark) = match entry.state {
            KnownState::Fixed => (GREEN, "✓"),
            KnownState::Expired => (RED, "✗"),
            KnownState::Failing => (YELLOW, "!"),
            KnownState::NotJudged => (DIM, "–"),
        };
        let (name, place) = (&entry.name, &entry.place);
        let link = entry.link.as_ref().map(|link| format!(" {link}")).unwrap_or_default();
        let _ = writeln!(
            text,
            "{BOLD}{colour}{mark} {name}{RESET} {}{link} {DIM}({place}){RESET}",
            state(entry)
        );
    }
    let more = entries.len().saturating_sub(KNOWN);
    if more > 0 {
        let _ = writeln!(text, "{DIM}· and {}{RESET}", some(more, "more known failure"));
    }
    text
}

/// Remarks, a line for each kind.
fn told_in_short(remarks: &[Kind<'_, '_>]) -> String {
    if remarks.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{DIM}remarks, which fail nothing:{RESET}\n");
    for remark in remarks.iter().take(REMARKS) {
        let Shown { cause, .. } = remark.first();
        let _ = writeln!(
            text,
            "{DIM}· {} {} ({}, {}, as in {}){RESET}",
            remark.title(),
            remark.message(),
            cause.level,
            remark.extent(),
            cause.example,
        );
    }
    let more = remarks.len().saturating_sub(REMARKS);
    if more > 0 {
        let _ = writeln!(text, "{DIM}· and {}{RESET}", some(more, "more kind"));
    }
    text
}

/// What was not tested, a line for each reason.
fn untested(groups: &[Group], what: &str, colour: &str, mark: &str) -> String {
    let mut text = String::new();
    for group in groups.iter().take(REASONS) {
        let Group { reason, names, .. } = group;
        let named = first_of(names, NAMED);
        let line = match names.len() {
            1 if group.cells <= 1 => format!("{named}: {reason}"),
            1 => format!("{named} ({}): {reason}", some(group.cells, "cell")),
            _ => format!("{}: {reason}: {named}", group.extent(what)),
        };
        let _ = writeln!(text, "{colour}{mark}{RESET} {line}");
    }
    let more: usize = groups.iter().skip(REASONS).map(|group| group.names.len()).sum();
    if more > 0 {
        let _ = writeln!(text, "{colour}{mark}{RESET} and {} for other reasons", some(more, what));
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}

fn summary(report: &Report) -> String {
    let one = &report.summary;
    let outcome = report.outcome();
    let colour = colour(Some(outcome.verdict()));
    format!(
        "\n{BOLD}{colour}{outcome}{RESET}: {} of {} passed, {} failed{}{}, {} skipped; {}\n\
         {DIM}{}, {} in {}{RESET}\n",
        number(one.passed),
        some(one.cells_documented, "cell"),
        number(one.failed),
        causes_of_kinds(report),
        of_which_known(one),
        number(one.skipped),
        exercised(one.cells_exercised),
        some(report.cases.len(), "case"),
        some(usize::try_from(one.requests).unwrap_or(usize::MAX), "request"),
        seconds(one.duration_ms),
    )
}

/// ` (118 causes of 14 kinds)`, or nothing.
fn causes_of_kinds(report: &Report) -> String {
    let firm = report.causes.iter().filter(|cause| cause.is_firm());
    let kinds: HashSet<&str> = firm.clone().map(|cause| cause.kind.as_str()).collect();
    match firm.count() {
        0 => String::new(),
        count if count == kinds.len() => format!(" ({})", some(count, "cause")),
        count => format!(" ({} of {})", some(count, "cause"), some(kinds.len(), "kind")),
    }
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
        let is_harmful = c.is_control() && c != '\n' || super::words::turns_direction(c);
        cleaned.push(if is_harmful { char::REPLACEMENT_CHARACTER } else { c });
        rest = &rest[c.len_utf8()..];
    }
    cleaned
}
