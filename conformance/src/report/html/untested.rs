//! What was not tested, by the reason.

use std::fmt::Write as _;

use super::super::groups::{Group, left_out, skipped};
use super::super::model::Report;
use super::super::words::{first_of, some};
use super::escape::escape;
use crate::text::cut;

/// How many reasons are shown, and how many names with each.
const REASONS: usize = 100;
const NAMED: usize = 30;
/// How long a reason may be.
const REASON: usize = 1_000;

pub(super) fn untested(report: &Report, page: &mut String) {
    list("Skipped", "cell", &skipped(report), page);
    list("Not called", "operation", &left_out(report), page);
}

fn list(title: &str, what: &str, groups: &[Group], page: &mut String) {
    if groups.is_empty() {
        return;
    }
    let all: usize = groups.iter().map(|group| group.names.len()).sum();
    let _ = writeln!(
        page,
        "<h2>{title} <small>{}</small></h2>\n<ul class=\"reasons\">",
        some(all, what)
    );
    for group in groups.iter().take(REASONS) {
        let _ = writeln!(
            page,
            "<li><strong>{}</strong> {} <small>{}</small></li>",
            group.extent(what),
            escape(&cut(&group.reason, REASON)),
            escape(&first_of(&group.names, NAMED)),
        );
    }
    page.push_str("</ul>\n");
    let more = groups.len().saturating_sub(REASONS);
    if more > 0 {
        let more = some(more, "more reason");
        let _ = writeln!(page, "<p class=\"dropped\">{more}, left out of this page.</p>");
    }
}
