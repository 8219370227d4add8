//! Each cause with its example in full, those of one kind together.

use std::fmt::Write as _;

use super::super::kinds::{Kind, kinds};
use super::super::matrix::{Positions, positions};
use super::super::model::{CauseReport, Report};
use super::super::shown::Shown;
use super::super::words::some;
use super::escape::escape;
use super::exchange;
use crate::promise;
use crate::text::cut;

/// How much of the page causes may take, and how much of that those with exchanges.
const MOST: usize = 1_200_000;
const WITH_EXCHANGES: usize = 900_000;
/// How much of a body is shown; of the further causes less.
const BODY: usize = 8_000;
const SHORT_BODY: usize = 1_000;
const FIRST: usize = 20;
/// How many steps of an example are shown beside the one that failed.
const STEPS: usize = 8;
/// How many kinds of remarks are shown.
const REMARKS: usize = 100;
/// How many further operations or places of a kind are named.
const LIKEWISE: usize = 12;
/// Messages and values, at most.
const VALUE: usize = 2_000;

pub(super) fn failures(report: &Report, shown: &[Shown<'_>], page: &mut String) {
    let failures = kinds(shown.iter().filter(|one| one.is_failure()));
    if failures.is_empty() {
        return;
    }
    let all: usize = failures.iter().map(Kind::len).sum();
    let (causes, of) = (some(all, "cause"), some(failures.len(), "kind"));
    let _ = writeln!(page, "<h2 id=\"failures\">Failures <small>{causes} of {of}</small></h2>");
    let mut cards = Cards { cells: positions(report), used: 0, told: 0 };
    // One of each kind has room before the second of any.
    let firsts: Vec<_> = failures.iter().map(|kind| cards.card(kind.first())).collect();
    for (kind, first) in failures.iter().zip(firsts) {
        if kind.len() > 1 {
            let (title, message) = (escape(&kind.title()), escape(&cut(&kind.message(), VALUE)));
            let extent = escape(&kind.extent());
            let _ =
                writeln!(page, "<h3 class=\"kind\">{title} {message} <small>{extent}</small></h3>");
        }
        page.push_str(&first);
        if kind.len() > 1 {
            cards.others(kind, page);
        }
    }
    if all > cards.told {
        let more = some(all - cards.told, "more cause");
        let _ = writeln!(page, "<p class=\"dropped\">{more}, left out of this page.</p>");
    }
}

/// The cards that there is room for.
struct Cards<'r> {
    cells: Positions<'r>,
    /// How long they are.
    used: usize,
    told: usize,
}

impl Cards<'_> {
    /// Empty where there is no more room.
    fn card(&mut self, one: &Shown<'_>) -> String {
        let mut text = String::new();
        if self.used > MOST {
            return text;
        }
        let body = if self.told < FIRST { BODY } else { SHORT_BODY };
        let body = (self.used < WITH_EXCHANGES).then_some(body);
        card(one.position, one, &self.cells, body, &mut text);
        self.used += text.len();
        self.told += 1;
        text
    }

    /// Those of a kind but the first, folded away.
    fn others(&mut self, kind: &Kind<'_, '_>, page: &mut String) {
        let cards: String = kind.others().iter().map(|one| self.card(one)).collect();
        let more = some(kind.others().len(), "more cause");
        let named = kind.likewise(LIKEWISE).unwrap_or_default();
        let _ = writeln!(
            page,
            "<details class=\"likewise\"><summary>{more} of this kind: {}</summary>\n{cards}</details>",
            escape(&cut(&named, VALUE))
        );
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
    if let Some(known) = &cause.known {
        fact("was known", &escape(&super::super::known::over(known)));
    }
    if let Some(hint) = &cause.hint {
        fact("hint", &escape(hint));
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

/// Remarks, a line for each kind.
pub(super) fn remarks(shown: &[Shown<'_>], page: &mut String) {
    let remarks = kinds(shown.iter().filter(|one| one.cause.is_remark()));
    if remarks.is_empty() {
        return;
    }
    let _ = writeln!(
        page,
        "<details class=\"remarks\"><summary>Remarks, which fail nothing <small>({})</small></summary>\n<ul>",
        some(remarks.len(), "kind")
    );
    for remark in remarks.iter().take(REMARKS) {
        let cause = remark.first().cause;
        let _ = writeln!(
            page,
            "<li><strong>{}</strong> {} <small>{}, {}, as in</small> <code>{}</code></li>",
            escape(&remark.title()),
            escape(&cut(&remark.message(), VALUE)),
            cause.level,
            escape(&remark.extent()),
            escape(&cause.example),
        );
    }
    page.push_str("</ul>\n");
    let more = remarks.len().saturating_sub(REMARKS);
    if more > 0 {
        let more = some(more, "more kind");
        let _ = writeln!(page, "<p class=\"dropped\">{more}, left out of this page.</p>");
    }
    page.push_str("</details>\n");
}
