//! For a pull request comment: what breaks first and in full, what is compatible folded away.

use std::fmt::Write as _;

use super::{Item, Place, Review};
use crate::compare::Severity;

/// GitHub refuses comments of more than 65,536 characters.
const LONGEST: usize = 60_000;

pub(super) fn render(review: &Review) -> String {
    let summary = review.summary();
    let mut text = format!(
        "## Contract review: {} breaking, {} dangerous, {} compatible\n\n",
        summary.breaking, summary.dangerous, summary.compatible
    );
    let _ = writeln!(
        text,
        "{} against {}.",
        code(&review.new.to_string()),
        code(&review.old.to_string())
    );
    if review.items.is_empty() {
        text.push_str("\nNothing has changed in meaning.\n");
    }
    for severity in [Severity::Breaking, Severity::Dangerous, Severity::Compatible] {
        let items: Vec<_> = review.items.iter().filter(|item| item.severity == severity).collect();
        if !items.is_empty() {
            write_section(&mut text, severity, &items, review);
        }
    }
    text
}

fn write_section(text: &mut String, severity: Severity, items: &[&Item], review: &Review) {
    let (title, folded) = match severity {
        Severity::Breaking => ("Breaking", false),
        Severity::Dangerous => ("Dangerous", false),
        Severity::Compatible => ("Compatible", true),
    };
    if folded {
        let _ = writeln!(text, "\n<details>\n<summary>{title} ({})</summary>\n", items.len());
    } else {
        let _ = writeln!(text, "\n### {title} ({})\n", items.len());
    }
    for (place, item) in items.iter().enumerate() {
        let entry = entry(item, review);
        if text.len() + entry.len() > LONGEST {
            let _ = writeln!(text, "- … and {} more", items.len() - place);
            break;
        }
        text.push_str(&entry);
    }
    if folded {
        text.push_str("\n</details>\n");
    }
}

fn entry(item: &Item, review: &Review) -> String {
    let mut text = format!("- **{}**: {}\n", item.code, prose(&item.message));
    if let Some(reason) = item.reason {
        let _ = writeln!(text, "  <br>{}", prose(reason));
    }
    if let Some(help) = &item.help {
        let _ = writeln!(text, "  <br>{}", prose(help));
    }
    let mut places = Vec::new();
    if let Some(new) = &item.new {
        places.push(code(&line(new)));
    }
    if let Some(old) = &item.old {
        let revision = review.old.revision.as_ref().map(|revision| format!("{revision}:"));
        places.push(format!("was {}", code(&(revision.unwrap_or_default() + &line(old)))));
    }
    if !item.operations.is_empty() {
        places.push(shorten(&item.operations));
    }
    if !places.is_empty() {
        let _ = writeln!(text, "  <br><sub>{}</sub>", places.join(" · "));
    }
    text
}

fn line(place: &Place) -> String {
    match place.line {
        Some(line) => format!("{}:{line}", place.file),
        None => place.file.clone(),
    }
}

fn shorten(operations: &[String]) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<_> = operations.iter().take(SHOWN).map(|id| code(id)).collect();
    match operations.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Text as it is, in a code span that nothing in it can end.
fn code(text: &str) -> String {
    format!("`{}`", one_line(text).replace('`', "'"))
}

/// A message with code spans of its own: what stands outside them can't become markup.
fn prose(text: &str) -> String {
    let text = one_line(text);
    let parts: Vec<_> = text.split('`').collect();
    // An odd backtick comes from the document and would turn the rest inside out.
    if parts.len() % 2 == 0 {
        return escape(&text);
    }
    let mut out = String::new();
    for (place, part) in parts.iter().enumerate() {
        match place % 2 {
            0 => out.push_str(&escape(part)),
            _ if part.is_empty() => out.push_str("\\`\\`"),
            _ => {
                let _ = write!(out, "`{part}`");
            }
        }
    }
    out
}

fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '@' | '#' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
