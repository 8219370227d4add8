//! An exchange as text.

use std::fmt::Write as _;

use indexmap::IndexMap;

use super::super::model::{CheckReport, StepReport};
use super::escape::escape;
use crate::judge::Verdict;
use crate::text::cut;

/// Messages and values, at most.
const VALUE: usize = 1_000;
/// Header fields, at most.
const HEADERS: usize = 40;
/// The longest `curl` line that anybody would copy.
const CURL: usize = 4_000;

/// A step, with at most so much of its bodies; `told` is a check that the reader knows already.
pub(super) fn step(step: &StepReport, told: Option<&CheckReport>, most: usize, page: &mut String) {
    let role = if step.cleanup { ", cleaning up" } else { "" };
    let _ = writeln!(
        page,
        "<p class=\"line\"><code>{}</code> <small>step {}{role}; {} ms</small></p>",
        escape(&cut(&line(step), VALUE)),
        escape(&step.id),
        step.duration_ms,
    );
    checks(&step.checks, told, page);
    page.push_str("<div class=\"exchange\">\n");
    message("sent", &step.request.headers, step.request.body.as_deref(), most, page);
    if let Some(response) = &step.response {
        message("received", &response.headers, Some(&response.body), most, page);
    }
    page.push_str("</div>\n");
    if let Some(line) = step.shell_line(CURL).map(escape) {
        let _ = writeln!(
            page,
            "<div class=\"curl\"><pre tabindex=\"0\"><code>{line}</code></pre></div>"
        );
    }
}

/// What was sent and what came, in a line.
pub(super) fn line(step: &StepReport) -> String {
    let answer = match (&step.response, &step.error) {
        (_, Some(error)) => error.clone(),
        (Some(response), None) => response.status.to_string(),
        (None, None) => "no answer".to_owned(),
    };
    format!("{} {} → {answer}", step.request.method, step.request.url)
}

fn checks(checks: &[CheckReport], told: Option<&CheckReport>, page: &mut String) {
    let is_told = |check: &CheckReport| told.is_some_and(|told| std::ptr::eq(told, check));
    page.push_str("<ul class=\"checks\">\n");
    for check in checks.iter().filter(|one| one.verdict != Verdict::Passed && !is_told(one)) {
        let _ = write!(
            page,
            "<li class=\"{}\"><strong>{}</strong>: {}",
            check.verdict.as_str(),
            escape(&check.id),
            escape(&cut(&check.message, VALUE)),
        );
        for (label, value) in [("expected", &check.expected), ("got", &check.got)] {
            if let Some(value) = value {
                let _ = write!(page, "; {label} <code>{}</code>", escape(&cut(value, VALUE)));
            }
        }
        page.push_str("</li>\n");
    }
    let kept = checks.iter().filter(|check| check.verdict == Verdict::Passed);
    let kept: Vec<_> = kept.map(|check| escape(&check.id)).collect();
    if !kept.is_empty() {
        let _ = writeln!(page, "<li class=\"quiet\">✓ {}</li>", kept.join(", "));
    }
    page.push_str("</ul>\n");
}

fn message(
    label: &str,
    headers: &IndexMap<String, String>,
    body: Option<&str>,
    most: usize,
    page: &mut String,
) {
    let _ = write!(page, "<div><span class=\"quiet\">{label}</span><pre tabindex=\"0\"><code>");
    for (name, value) in headers.iter().take(HEADERS) {
        let _ = writeln!(page, "{}: {}", escape(&cut(name, VALUE)), escape(&cut(value, VALUE)));
    }
    if let Some(body) = body.filter(|body| !body.is_empty()) {
        page.push('\n');
        page.push_str(&escape(&cut(&readable(body), most)));
    }
    page.push_str("</code></pre></div>\n");
}

/// JSON is indented; the JSON report has it as it came.
fn readable(body: &str) -> String {
    serde_json::from_str::<serde_json::Value>(body)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| body.to_owned())
}
