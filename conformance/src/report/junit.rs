//! The report as JUnit XML: a suite an operation, a test a case, and one for each cell without a case.
//!
//! Elements, attributes and their order are those of the schemas that Jenkins and Maven Surefire publish. A failure
//! names its cause; its example has all that is known in its text, further cases of the cause have a line.

use std::collections::HashSet;
use std::fmt::Write as _;

use indexmap::IndexMap;

use super::model::{CaseReport, CellReport, Report, StepReport};
use crate::judge::Verdict;

/// The longest text of a failure.
const DETAILS: usize = 20_000;

/// The tests of an operation.
#[derive(Default)]
struct Suite<'r> {
    cases: Vec<&'r CaseReport>,
    /// The cells that no case provokes.
    bare: Vec<&'r CellReport>,
}

/// The report as JUnit XML.
#[must_use]
pub fn junit(report: &Report) -> String {
    let mut suites: IndexMap<&str, Suite<'_>> = IndexMap::new();
    for cell in &report.cells {
        let suite = suites.entry(&cell.operation_id).or_default();
        if cell.cases.is_empty() {
            suite.bare.push(cell);
        }
    }
    for case in &report.cases {
        suites.entry(&case.operation_id).or_default().cases.push(case);
    }
    let examples: HashSet<&str> =
        report.causes.iter().map(|cause| cause.example.as_str()).collect();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let failed = report.cases.iter().filter(|case| has_failed(case)).count();
    let bare: usize = suites.values().map(|suite| suite.bare.len()).sum();
    let _ = writeln!(
        xml,
        "<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"{}\">",
        escape(&report.title),
        report.cases.len() + bare,
        failed,
        seconds(report.summary.duration_ms),
    );
    for (operation_id, suite) in &suites {
        suite.write(operation_id, &examples, &mut xml);
    }
    xml.push_str("</testsuites>\n");
    xml
}

impl Suite<'_> {
    fn write(&self, operation_id: &str, examples: &HashSet<&str>, xml: &mut String) {
        let Self { cases, bare } = self;
        let failed = cases.iter().filter(|case| has_failed(case)).count();
        let passed = cases.iter().filter(|case| case.verdict == Verdict::Passed).count();
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{}\">",
            escape(operation_id),
            cases.len() + bare.len(),
            failed,
            cases.len() - failed - passed + bare.len(),
            seconds(cases.iter().map(|case| case.duration_ms).sum()),
        );
        for case in cases {
            test(case, examples.contains(case.id.as_str()), xml);
        }
        for cell in bare {
            let name = escape(&format!("{}:{}", cell.operation_id, cell.status));
            let class = class(&cell.operation_id, &cell.status.to_string());
            let reason = escape(cell.reason.as_deref().unwrap_or_default());
            let _ = writeln!(
                xml,
                "    <testcase name=\"{name}\" classname=\"{class}\" time=\"0.000\">\n      \
                 <skipped message=\"{reason}\"/>\n    </testcase>",
            );
        }
        xml.push_str("  </testsuite>\n");
    }
}

/// What viewers group tests by: a dot would make a package of it.
fn class(operation_id: &str, status: &str) -> String {
    escape(&format!("{}.{status}", operation_id.replace('.', "_")))
}

fn test(case: &CaseReport, is_example: bool, xml: &mut String) {
    let _ = write!(
        xml,
        "    <testcase name=\"{}\" classname=\"{}\" time=\"{}\"",
        escape(&case.id),
        class(&case.operation_id, &case.status.to_string()),
        seconds(case.duration_ms),
    );
    let reason = escape(case.reason.as_deref().unwrap_or_default());
    match case.verdict {
        Verdict::Passed => xml.push_str("/>\n"),
        // JUnit has no word for it; what it knows as skipped fails no build either.
        Verdict::Failed if case.known => {
            let cause = escape(case.cause.as_deref().unwrap_or("case"));
            let _ = writeln!(
                xml,
                ">\n      <skipped message=\"known failure ({cause}): {reason}\"/>\n    </testcase>"
            );
        }
        Verdict::Skipped => {
            let _ = writeln!(xml, ">\n      <skipped message=\"{reason}\"/>\n    </testcase>");
        }
        Verdict::Failed => {
            let cause = escape(case.cause.as_deref().unwrap_or("case"));
            let details = escape(&details(case, is_example));
            let _ = writeln!(
                xml,
                ">\n      <failure message=\"{reason}\" type=\"{cause}\">{details}</failure>\n    </testcase>",
            );
        }
    }
}

/// Whether a case failed in a way that nobody knew of.
fn has_failed(case: &CaseReport) -> bool {
    case.verdict == Verdict::Failed && !case.known
}

/// What failed, as text.
fn details(case: &CaseReport, is_example: bool) -> String {
    let mut text = String::new();
    if case.flaky {
        let seen = case.confirmed.map(|one| format!("{} of {}", one.seen, one.of));
        let _ = writeln!(text, "flaky: seen again {} times", seen.unwrap_or_default());
    }
    for step in &case.steps {
        failed_checks(step, is_example, &mut text);
        if text.len() > DETAILS {
            text.push_str("…\n");
            break;
        }
    }
    text
}

/// A step's failed checks; with all that is known of them, or a line each.
fn failed_checks(step: &StepReport, whole: bool, text: &mut String) {
    let failed: Vec<_> =
        step.checks.iter().filter(|check| check.verdict == Verdict::Failed).collect();
    for check in &failed {
        let _ = writeln!(text, "{} ({}): {}", check.id, check.level, check.message);
        for (label, value) in check.details().filter(|_| whole) {
            let _ = writeln!(text, "  {label}: {value}");
        }
    }
    if let Some(line) = step.shell_line(DETAILS).filter(|_| !failed.is_empty()) {
        let _ = writeln!(text, "  {line}");
    }
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
