//! Cases with their exchanges.

use std::fmt::Write as _;

use indexmap::IndexMap;

use super::{class, escape};
use crate::judge::Verdict;
use crate::report::model::{CaseReport, CheckReport, StepReport};

/// How much of a body is shown, in characters.
const PASSED_BODY: usize = 2_000;
const FAILED_BODY: usize = 16_000;

/// One case, closed.
pub(super) fn case(case: &CaseReport, index: usize, page: &mut String) {
    let verdict = class(case.verdict);
    let _ = write!(
        page,
        "<details class=\"case\" id=\"case-{index}\" data-verdict=\"{verdict}\">\n\
         <summary><span class=\"badge {verdict}\">{verdict}</span> <code>{}</code> {}</summary>\n<div class=\"inside\">\n",
        escape(&case.id),
        escape(&case.summary),
    );
    if let Some(reason) = &case.reason {
        let _ = writeln!(page, "<p class=\"reason {verdict}\">{}</p>", escape(reason));
    }
    let _ = writeln!(
        page,
        "<p class=\"kept\">{}, asked for by {}; {} ms</p>",
        case.source,
        escape(&case.place),
        case.duration_ms,
    );
    let most = if case.verdict == Verdict::Failed { FAILED_BODY } else { PASSED_BODY };
    for one in &case.steps {
        step(one, most, page);
    }
    page.push_str("</div>\n</details>\n");
}

/// A case that provokes this cell on the way to its own, where it stands.
pub(super) fn elsewhere(case: &CaseReport, index: usize, page: &mut String) {
    let verdict = class(case.verdict);
    let _ = writeln!(
        page,
        "<p class=\"inside reason\"><span class=\"badge {verdict}\">{verdict}</span> \
         <a href=\"#case-{index}\">{}</a> {}</p>",
        escape(&case.id),
        escape(&case.summary),
    );
}

fn step(step: &StepReport, most: usize, page: &mut String) {
    let answer = match (&step.response, &step.error) {
        (_, Some(error)) => escape(error),
        (Some(response), None) => response.status.to_string(),
        (None, None) => "no answer".to_owned(),
    };
    let role = if step.cleanup { ", cleaning up" } else { "" };
    let _ = write!(
        page,
        "<div class=\"step\">\n<h4>{} {} → {answer} <small>step {}{role}; {} ms</small></h4>\n",
        escape(&step.request.method),
        escape(&step.request.url),
        escape(&step.id),
        step.duration_ms,
    );
    checks(&step.checks, page);
    page.push_str("<div class=\"exchange\">\n");
    message("sent", &step.request.headers, step.request.body.as_deref(), most, page);
    if let Some(response) = &step.response {
        message("received", &response.headers, Some(&response.body), most, page);
    }
    page.push_str("</div>\n");
    curl(&step.curl, page);
    page.push_str("</div>\n");
}

fn checks(checks: &[CheckReport], page: &mut String) {
    page.push_str("<ul class=\"checks\">\n");
    for check in checks.iter().filter(|check| check.verdict != Verdict::Passed) {
        let _ = write!(
            page,
            "<li class=\"{}\"><strong>{}</strong>: {}",
            class(check.verdict),
            escape(check.id),
            escape(&check.message),
        );
        for (label, value) in [("expected", &check.expected), ("got", &check.got)] {
            if let Some(value) = value {
                let _ = write!(page, "; {label} <code>{}</code>", escape(value));
            }
        }
        page.push_str("</li>\n");
    }
    let kept: Vec<_> = checks
        .iter()
        .filter(|check| check.verdict == Verdict::Passed)
        .map(|check| escape(check.id))
        .collect();
    if !kept.is_empty() {
        let _ = writeln!(page, "<li class=\"kept\">✓ {}</li>", kept.join(", "));
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
    let _ = write!(page, "<div><span class=\"kept\">{label}</span><pre><code>");
    for (name, value) in headers {
        let _ = writeln!(page, "{}: {}", escape(name), escape(value));
    }
    if let Some(body) = body.filter(|body| !body.is_empty()) {
        let readable = readable(body);
        page.push('\n');
        match readable.char_indices().nth(most) {
            Some((end, _)) => {
                page.push_str(&escape(&readable[..end]));
                page.push('…');
            }
            None => page.push_str(&escape(&readable)),
        }
    }
    page.push_str("</code></pre></div>\n");
}

/// JSON is indented; the JSON report has it as it came.
fn readable(body: &str) -> String {
    serde_json::from_str::<serde_json::Value>(body)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| body.to_owned())
}

/// A line to run.
pub(super) fn curl(line: &str, page: &mut String) {
    let _ = writeln!(page, "<div class=\"curl\"><pre><code>{}</code></pre></div>", escape(line));
}
