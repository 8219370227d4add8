//! Which constraints of requests were put to the test, those first that were not.

use std::fmt::Write as _;

use super::super::constraints::{ConstraintReport, told};
use super::super::model::Report;
use super::super::words::some;
use super::escape::escape;
use crate::text::cut;

/// How much of the page they may take.
const MOST: usize = 300_000;
/// How long a text may be.
const TEXT: usize = 120;

pub(super) fn constraints(report: &Report, page: &mut String) {
    let Some(line) = told(&report.constraints) else { return };
    let mut sorted: Vec<&ConstraintReport> = report.constraints.iter().collect();
    sorted.sort_by_key(|one| (one.is_tested(), one.violated > 0, one.met > 0));
    let _ = write!(
        page,
        "<h2>Constraints of requests</h2>\n<details><summary>{}</summary>\n\
         <div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Constraints of requests\">\n\
         <table class=\"matrix\">\n<thead><tr><th scope=\"col\">operation</th><th scope=\"col\">value</th>\
         <th scope=\"col\">constraint</th><th scope=\"col\">met</th><th scope=\"col\">violated</th>\
         <th scope=\"col\">refused</th></tr></thead>\n<tbody>\n",
        escape(&line)
    );
    let start = page.len();
    let mut shown = 0;
    for one in &sorted {
        if page.len() - start > MOST {
            break;
        }
        row(one, page);
        shown += 1;
    }
    page.push_str("</tbody>\n</table>\n</div>\n");
    if shown < sorted.len() {
        let more = some(sorted.len() - shown, "more constraint");
        let _ = writeln!(page, "<p class=\"dropped\">{more}, left out of this page.</p>");
    }
    page.push_str("</details>\n");
}

fn row(one: &ConstraintReport, page: &mut String) {
    let ConstraintReport { met, violated, refused, .. } = one;
    let class = |good: bool, bad: &'static str| if good { "passed" } else { bad };
    let refused_class = class(refused == violated && *violated > 0, "failed");
    let _ = writeln!(
        page,
        "<tr><th scope=\"row\"><span>{}</span></th><td>{}</td><td title=\"{}\">{}</td>\
         <td class=\"{}\">{met}</td><td class=\"{}\">{violated}</td><td class=\"{}\">{refused}</td></tr>",
        escape(&cut(&one.operation_id, TEXT)),
        escape(&cut(&one.target, TEXT)),
        escape(&one.place),
        escape(&cut(&one.says, TEXT)),
        class(*met > 0, "skipped"),
        class(*violated > 0, "skipped"),
        if *violated == 0 { "skipped" } else { refused_class },
    );
}
