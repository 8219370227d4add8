//! Each cause with its example in full.

use std::fmt::Write as _;

use super::super::matrix::{Positions, positions};
use super::super::model::{CauseReport, Report};
use super::super::shown::Shown;
use super::super::words::some;
use super::escape::{cut, escape};
use super::exchange;
use crate::promise;

/// How much of the page causes may take, and how much of that those with exchanges.
const MOST: usize = 1_200_000;
const WITH_EXCHANGES: usize = 900_000;
/// How much of a body is shown; of the further causes less.
const BODY: usize = 8_000;
const SHORT_BODY: usize = 1_000;
const FIRST: usize = 20;
/// How many steps of an example are shown beside the one that failed.
const STEPS: usize = 8;
/// How many remarks are shown.
const REMARKS: usize = 100;
/// Messages and values, at most.
const VALUE: usize = 2_000;

pub(super) fn failures(report: &Report, shown: &[Shown<'_>], page: &mut String) {
    let failures: Vec<_> = shown.iter().filter(|one| one.is_failure()).collect();
    if failures.is_empty() {
        return;
    }
    let cells = positions(report);
    let causes = some(failures.len(), "cause");
    let _ = writeln!(page, "<h2 id=\"failures\">Failures <small>{causes}</small></h2>");
    let start = page.len();
    for (number, one) in failures.iter().enumerate() {
        let used = page.len() - start;
        if used > MOST {
            let more = some(failures.len() - number, "more cause");
            let _ = writeln!(page, "<p class=\"dropped\">{more}, left out of this page.</p>");
            break;
        }
        let body = if number < FIRST { BODY } else { SHORT_BODY };
        card(number, one, &cells, (used < WITH_EXCHANGES).then_some(body), page);
    }
}

fn link(cause: &CauseReport, cells: &Positions<'_>) -> String {
    let name = format!("{}:{}", escape(&cause.operation_id), cause.status);
    match cells.get(&(cause.operation_id.as_str(), cause.status)) {
        Some(at) => format!("<a href=\"#c{at}\">{name}</a>"),
        None => name,
    }
}

fn card(
    number: usize,
    shown: &Shown<'_>,
    cells: &Positions<'_>,
    body: Option<usize>,
    page: &mut String,
) {
    let cause = shown.cause;
    let flaky = if cause.flaky { " <span class=\"badge skipped\">flaky</span>" } else { "" };
    let _ = write!(
        page,
        "<article class=\"card\" id=\"cause-{number}\">\n<h3><span class=\"failed\">{}: {}</span> {} \
         <span class=\"badge\">{}</span>{flaky}</h3>\n<dl class=\"facts\">\n",
        escape(&cause.operation_id),
        escape(&cause.check),
        escape(&cut(&cause.message, VALUE)),
        some(cause.cases, "case"),
    );
    facts(shown, cells, page);
    page.push_str("</dl>\n");
    if let Some(most) = body {
        steps(shown, most, page);
    }
    page.push_str("</article>\n");
}

fn facts(shown: &Shown<'_>, cells: &Positions<'_>, page: &mut String) {
    let Shown { cause, case, at, .. } = shown;
    let mut fact = |label: &str, value: &str| {
        let _ = writeln!(page, "<dt>{label}</dt><dd>{value}</dd>");
    };
    let code = |text: &str| format!("<code>{}</code>", escape(&cut(text, VALUE)));
    fact("cell", &link(cause, cells));
    fact("example", &format!("{} {}", code(&case.id), escape(&cut(&case.summary, VALUE))));
    for (label, value) in at.iter().flat_map(|(_, check)| check.details()) {
        fact(label, &if value.is_empty() { "the whole body".to_owned() } else { code(value) });
    }
    if at.is_none() {
        fact("contract", &code(&case.place));
    }
    if let Some(promise) = promise::find(&cause.check) {
        fact("promised by", &escape(promise.clause));
        fact("about it", &escape(promise.about));
    }
    if let Some(confirmed) = cause.confirmed {
        fact("seen again", &format!("{} of {} times, alone", confirmed.seen, confirmed.of));
    }
    if let Some(also) = shown.also() {
        fact("also", &escape(&also));
    }
    fact("again with", &code(&format!("--case '{}'", case.id)));
}

/// The exchange that failed, and the others of its case folded away.
fn steps(shown: &Shown<'_>, most: usize, page: &mut String) {
    let steps = &shown.case.steps;
    for (number, step) in steps.iter().enumerate() {
        if let Some((_, check)) = shown.at.filter(|(failed, _)| std::ptr::eq(*failed, step)) {
            page.push_str("<div class=\"step\">\n");
            exchange::step(step, Some(check), most, page);
            page.push_str("</div>\n");
            continue;
        }
        if number >= STEPS {
            continue;
        }
        let line = escape(&cut(&exchange::line(step), VALUE));
        let _ = writeln!(page, "<details class=\"step\"><summary><code>{line}</code></summary>");
        exchange::step(step, None, most.min(SHORT_BODY), page);
        page.push_str("</details>\n");
    }
    if steps.len() > STEPS {
        let all = some(steps.len(), "step");
        let _ = writeln!(page, "<p class=\"dropped\">of {all} only these are shown</p>");
    }
}

/// Remarks, a line each.
pub(super) fn remarks(shown: &[Shown<'_>], page: &mut String) {
    let remarks: Vec<_> = shown.iter().filter(|one| !one.is_failure()).collect();
    if remarks.is_empty() {
        return;
    }
    let _ = writeln!(
        page,
        "<details class=\"remarks\"><summary>Remarks, which fail nothing <small>({})</small></summary>\n<ul>",
        remarks.len()
    );
    for Shown { cause, .. } in remarks.iter().take(REMARKS) {
        let _ = writeln!(
            page,
            "<li><strong>{} {}</strong> {} <small>{}, {}, as in</small> <code>{}</code></li>",
            escape(&cause.operation_id),
            escape(&cause.check),
            escape(&cut(&cause.message, VALUE)),
            cause.level,
            some(cause.cases, "case"),
            escape(&cause.example),
        );
    }
    page.push_str("</ul>\n");
    let more = remarks.len().saturating_sub(REMARKS);
    if more > 0 {
        let more = some(more, "more remark");
        let _ = writeln!(page, "<p class=\"dropped\">{more}, left out of this page.</p>");
    }
    page.push_str("</details>\n");
}
