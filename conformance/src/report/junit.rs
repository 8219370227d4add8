//! The report as JUnit XML: a suite an operation, a test a case, and one for each cell without a case.

use std::fmt::Write as _;

use super::model::{CaseReport, Report, StepReport};
use crate::judge::Verdict;

/// The report as JUnit XML.
#[must_use]
pub fn junit(report: &Report) -> String {
    let mut suites: Vec<&str> =
        report.cells.iter().map(|cell| cell.operation_id.as_str()).collect();
    suites.dedup();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let body: String = suites.iter().map(|operation_id| suite(report, operation_id)).collect();
    let count = |verdict| report.cases.iter().filter(|case| case.verdict == verdict).count();
    let bare = report.cells.iter().filter(|cell| cell.cases.is_empty()).count();
    let _ = write!(
        xml,
        "<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\" time=\"{}\">\n{body}</testsuites>\n",
        escape(&report.title),
        report.cases.len() + bare,
        count(Verdict::Failed),
        count(Verdict::Skipped) + bare,
        seconds(report.summary.duration_ms),
    );
    xml
}

fn suite(report: &Report, operation_id: &str) -> String {
    let cases: Vec<_> =
        report.cases.iter().filter(|case| case.operation_id == operation_id).collect();
    let bare: Vec<_> = report
        .cells
        .iter()
        .filter(|cell| cell.operation_id == operation_id && cell.cases.is_empty())
        .collect();
    let count = |verdict| cases.iter().filter(|case| case.verdict == verdict).count();
    let mut xml = format!(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{}\">\n",
        escape(operation_id),
        cases.len() + bare.len(),
        count(Verdict::Failed),
        count(Verdict::Skipped) + bare.len(),
        seconds(cases.iter().map(|case| case.duration_ms).sum()),
    );
    for case in cases {
        xml.push_str(&test(case));
    }
    for cell in bare {
        let _ = write!(
            xml,
            "    <testcase classname=\"{0}.{1}\" name=\"{0}:{1}\" time=\"0.000\">\n      \
             <skipped message=\"{2}\"/>\n    </testcase>\n",
            escape(&cell.operation_id),
            cell.status,
            escape(cell.reason.as_deref().unwrap_or_default()),
        );
    }
    xml.push_str("  </testsuite>\n");
    xml
}

fn test(case: &CaseReport) -> String {
    let mut xml = format!(
        "    <testcase classname=\"{}.{}\" name=\"{}\" time=\"{}\"",
        escape(&case.operation_id),
        case.status,
        escape(&case.id),
        seconds(case.duration_ms),
    );
    let reason = escape(case.reason.as_deref().unwrap_or_default());
    match case.verdict {
        Verdict::Passed => xml.push_str("/>\n"),
        Verdict::Skipped => {
            let _ = write!(xml, ">\n      <skipped message=\"{reason}\"/>\n    </testcase>\n");
        }
        Verdict::Failed => {
            let kind = first_failed(case);
            let details: String = case.steps.iter().map(details).collect();
            let _ = write!(
                xml,
                ">\n      <failure message=\"{reason}\" type=\"{kind}\">{}</failure>\n    </testcase>\n",
                escape(&details),
            );
        }
    }
    xml
}

fn first_failed(case: &CaseReport) -> &'static str {
    let mut checks = case.steps.iter().flat_map(|step| &step.checks);
    checks.find(|check| check.verdict == Verdict::Failed).map_or("case", |check| check.id)
}

/// A step's failed checks, as text.
fn details(step: &StepReport) -> String {
    let mut text = String::new();
    for check in step.checks.iter().filter(|check| check.verdict == Verdict::Failed) {
        let _ = writeln!(text, "{}: {}", check.id, check.message);
        for (label, value) in check.details() {
            let _ = writeln!(text, "  {label}: {value}");
        }
    }
    if !text.is_empty() {
        let _ = writeln!(text, "  {}", step.curl);
    }
    text
}

fn seconds(milliseconds: u64) -> String {
    format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000)
}

/// Text as an attribute or as content. XML 1.0 §2.2 has no way to write most control characters.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push(char::REPLACEMENT_CHARACTER),
            c if c.is_control() => escaped.push(char::REPLACEMENT_CHARACTER),
            c => escaped.push(c),
        }
    }
    escaped
}
