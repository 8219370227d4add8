//! The failures that the profile knows, and what has become of each.

use std::fmt::Write as _;

use super::super::known::{KnownState, in_order, state};
use super::super::model::Report;
use super::super::words::{first_of, some};
use super::escape::escape;
use crate::text::cut;

/// How many entries are shown, and how many causes of each are named.
const ENTRIES: usize = 200;
const CAUSES: usize = 5;
/// How long a text may be.
const TEXT: usize = 1_000;

pub(super) fn known(report: &Report, page: &mut String) {
    if report.known.is_empty() {
        return;
    }
    let entries = in_order(&report.known);
    let _ = writeln!(
        page,
        "<h2>Known failures <small>{}</small></h2>\n<ul class=\"reasons\">",
        entries.len()
    );
    for entry in entries.iter().take(ENTRIES) {
        let class = match entry.state {
            KnownState::Fixed => "passed",
            KnownState::Expired => "failed",
            KnownState::Failing | KnownState::NotJudged => "known",
        };
        let link = entry.link.as_ref().map(|link| link_to(link)).unwrap_or_default();
        let _ = writeln!(
            page,
            "<li><strong class=\"{class}\">{}</strong> {}{link} <small>{} {}</small></li>",
            escape(&entry.name),
            escape(&cut(&state(entry), TEXT)),
            escape(&entry.place),
            escape(&first_of(&entry.causes, CAUSES)),
        );
    }
    page.push_str("</ul>\n");
    let more = entries.len().saturating_sub(ENTRIES);
    if more > 0 {
        let more = some(more, "more known failure");
        let _ = writeln!(page, "<p class=\"dropped\">{more}, left out of this page.</p>");
    }
}

/// What is no web address is text: nobody is led to a script.
fn link_to(link: &str) -> String {
    let shown = escape(link);
    match link.starts_with("https://") || link.starts_with("http://") {
        true => format!(" <a href=\"{shown}\" rel=\"noreferrer\">{shown}</a>"),
        false => format!(" {shown}"),
    }
}
