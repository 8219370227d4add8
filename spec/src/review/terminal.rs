//! For people at a terminal: a paragraph for each finding, the worst first, and the count at the end.

use std::fmt::Write as _;

use super::{Item, Review};
use crate::compare::Severity;

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[1;33m";
const GREEN: &str = "\x1b[1;32m";
const RESET: &str = "\x1b[0m";

pub(super) fn render(review: &Review) -> String {
    let mut text = String::new();
    for item in &review.items {
        // Writing to a string can't fail.
        let _ = write_item(&mut text, item, review);
    }
    let summary = review.summary();
    let counts = [
        (Severity::Breaking, summary.breaking),
        (Severity::Dangerous, summary.dangerous),
        (Severity::Compatible, summary.compatible),
    ];
    let counts: Vec<_> = counts
        .into_iter()
        .map(|(severity, count)| {
            let colour = if count > 0 { colour(severity) } else { DIM };
            format!("{colour}{count} {severity}{RESET}")
        })
        .collect();
    let _ = writeln!(text, "{} against {}: {}", review.new, review.old, counts.join(", "));
    text
}

fn write_item(text: &mut String, item: &Item, review: &Review) -> std::fmt::Result {
    let colour = colour(item.severity);
    let message = visible(&item.message);
    writeln!(text, "{colour}{}[{}]{RESET}{BOLD}: {message}{RESET}", item.severity, item.code)?;
    if let Some(new) = &item.new {
        writeln!(text, "  --> {new}  {DIM}(#{}){RESET}", visible(&new.pointer))?;
    }
    if let Some(old) = &item.old {
        let revision = review.old.revision.as_ref().map(|revision| format!("{revision}:"));
        let revision = revision.unwrap_or_default();
        writeln!(text, "  was {revision}{old}  {DIM}(#{}){RESET}", visible(&old.pointer))?;
    }
    if !item.operations.is_empty() {
        writeln!(text, "  in  {}", shorten(&item.operations))?;
    }
    if let Some(reason) = item.reason {
        writeln!(text, "  why {reason}")?;
    }
    if let Some(help) = &item.help {
        writeln!(text, "  help: {}", visible(help))?;
    }
    text.push('\n');
    Ok(())
}

fn colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Breaking => RED,
        Severity::Dangerous => YELLOW,
        Severity::Compatible => GREEN,
    }
}

fn shorten(operations: &[String]) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<_> = operations.iter().take(SHOWN).map(|id| visible(id)).collect();
    match operations.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Text of a document, without what would steer the terminal.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
