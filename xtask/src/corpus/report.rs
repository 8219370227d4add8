//! What came of all documents, as a table for a terminal, as Markdown and as JSON.

use std::fmt::Write as _;

use serde::Serialize;

use super::allowed::Allowed;
use super::results::Record;
use super::stages::STAGES;

/// What came of all documents.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    documents: Vec<Row>,
    /// Known failures that are none any more.
    unneeded: Vec<String>,
}

/// What came of one document.
#[derive(Debug, Serialize)]
struct Row {
    #[serde(flatten)]
    record: Record,
    /// Whether it failed as it is known to.
    known: bool,
}

impl Row {
    fn is_green(&self) -> bool {
        self.known || self.record.failed().is_none()
    }

    /// How a stage is shown.
    fn mark(&self, stage: &str) -> &'static str {
        match self.record.outcomes.get(stage) {
            Some(outcome) if outcome.passed => "✓",
            Some(_) if self.known => "known",
            Some(_) => "✗",
            None => "",
        }
    }

    fn seconds(&self, stage: &str) -> String {
        let passed = self.record.outcomes.get(stage).filter(|outcome| outcome.passed);
        passed.map(|outcome| format!("{:.1}", outcome.seconds)).unwrap_or_default()
    }

    fn peak(&self) -> String {
        let peaks = self.record.outcomes.values().filter_map(|outcome| outcome.peak_mb);
        peaks.reduce(f64::max).map(|peak| format!("{peak:.0}")).unwrap_or_default()
    }

    /// What is the same in every run.
    fn facts(&self) -> Vec<String> {
        let facts = &self.record.facts;
        let findings = facts.findings;
        let mut cells =
            vec![facts.name.clone(), facts.openapi.clone(), facts.operations.to_string()];
        cells.extend(STAGES.iter().map(|stage| self.mark(stage.name).to_owned()));
        cells.push(facts.lines.to_string());
        cells.extend([findings.errors, findings.warnings, findings.notes].map(|n| n.to_string()));
        cells.extend(facts.fidelity.as_ref().map_or_else(Default::default, |found| {
            [found.types, found.values, found.violations, found.excused].map(|n| n.to_string())
        }));
        cells
    }

    /// What is measured, and differs from run to run.
    fn figures(&self) -> Vec<String> {
        let mut cells: Vec<String> = STAGES.iter().map(|stage| self.seconds(stage.name)).collect();
        cells.push(self.peak());
        cells
    }
}

impl Report {
    /// A report on these documents, in their order.
    pub(super) fn new(records: Vec<Record>, allowed: &Allowed) -> Self {
        let unneeded = allowed.unneeded(&records);
        let row = |record: Record| {
            let failed = record.failed();
            let known = failed.is_some_and(|(stage, _)| allowed.covers(&record.facts.name, stage));
            Row { record, known }
        };
        Self { documents: records.into_iter().map(row).collect(), unneeded }
    }

    /// Whether nothing failed but what is known to, and all of that did.
    pub(super) fn is_green(&self) -> bool {
        self.unneeded.is_empty() && self.documents.iter().all(Row::is_green)
    }

    /// For a terminal.
    pub(super) fn terminal(&self) -> String {
        let rows = self.documents.iter().map(|row| [row.facts(), row.figures()].concat());
        let mut rows: Vec<Vec<String>> = rows.collect();
        rows.insert(0, heads().concat());
        let columns = rows[0].len();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
        let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
        let mut text = String::new();
        for row in &rows {
            let _ = write!(text, "{:<width$}", row[0], width = widths[0]);
            for (cell, width) in row.iter().zip(&widths).skip(1) {
                let _ = write!(text, "  {cell:>width$}");
            }
            text.push('\n');
        }
        let _ = writeln!(text, "\n{}", self.summary());
        for entry in &self.unneeded {
            let _ = writeln!(text, "no failure any more, so take it off the list: {entry}");
        }
        text
    }

    fn summary(&self) -> String {
        let known = self.documents.iter().filter(|row| row.known).count();
        let passed = self.documents.iter().filter(|row| row.record.failed().is_none()).count();
        let failed = self.documents.len() - passed - known;
        format!(
            "{} documents: {passed} passed, {failed} failed, {known} known to fail",
            self.documents.len()
        )
    }

    /// For this repository: what is the same in every run first, what is measured behind it.
    pub(super) fn markdown(&self) -> String {
        let [facts, figures] = heads();
        let mut text = String::from(
            "# The generator on real documents\n\n\
             Written by `cargo xtask corpus --write`; the documents lie beside this repository and are no part of it.\n\
             Each becomes a crate, client and server together; `check` is `cargo check`, `clippy` is `cargo clippy -- -D warnings`.\n\
             `fidelity` sends values of each schema through its type: what is valid comes back equal, what breaks one constraint\n\
             is refused; excused are those where a finding of the generator says that it can't be so.\n\n",
        );
        let _ = writeln!(text, "{}.\n", self.summary());
        markdown_table(&mut text, &facts, self.documents.iter().map(Row::facts));
        text.push_str(
            "\n## Measured\n\n\
             Seconds of processor time, dependencies not counted, and the peak of memory; they differ from machine to machine.\n\n",
        );
        let name = |row: &Row| vec![row.record.facts.name.clone()];
        let rows = self.documents.iter().map(|row| [name(row), row.figures()].concat());
        markdown_table(&mut text, &[vec!["document".to_owned()], figures].concat(), rows);
        text
    }

    /// For programs.
    pub(super) fn json(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

/// The heads of the columns: what is the same in every run, and what is measured.
fn heads() -> [Vec<String>; 2] {
    let stages = || STAGES.iter().map(|stage| stage.name.to_owned());
    let mut facts = vec!["document".to_owned(), "OpenAPI".to_owned(), "operations".to_owned()];
    facts.extend(stages());
    facts.extend(["lines", "errors", "warnings", "notes"].map(str::to_owned));
    facts.extend(["types", "values", "violations", "excused"].map(str::to_owned));
    let mut figures: Vec<String> = stages().map(|stage| format!("{stage} s")).collect();
    figures.push("peak MB".to_owned());
    [facts, figures]
}

fn markdown_table(text: &mut String, heads: &[String], rows: impl Iterator<Item = Vec<String>>) {
    let _ = writeln!(text, "| {} |", heads.join(" | "));
    let _ = writeln!(text, "| --- |{}", " ---: |".repeat(heads.len() - 1));
    for row in rows {
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::results::Outcome;

    fn record(name: &str, outcomes: &[(&str, bool)]) -> Record {
        let mut record = Record::default();
        record.facts.name = name.to_owned();
        for (stage, passed) in outcomes {
            let outcome = Outcome { passed: *passed, seconds: 1.26, ..Outcome::default() };
            record.outcomes.insert((*stage).to_owned(), outcome);
        }
        record
    }

    #[test]
    fn one_failure_makes_it_red_unless_it_is_known() {
        let passed = || record("cats", &[("loads", true), ("generates", true), ("check", true)]);
        let failed = || record("dogs", &[("loads", true), ("generates", false)]);
        let none = Allowed::default();
        assert!(Report::new(vec![passed()], &none).is_green());
        let red = Report::new(vec![passed(), failed()], &none);
        assert!(!red.is_green());
        assert!(red.terminal().contains("2 documents: 1 passed, 1 failed, 0 known to fail"));
        let known = "[[known]]\ndocument = 'dogs'\nstage = 'generates'\nreason = 'x'\n";
        let known: Allowed = toml::from_str(known).unwrap();
        assert!(Report::new(vec![passed(), failed()], &known).is_green());
        assert!(!Report::new(vec![record("dogs", &[("generates", true)])], &known).is_green());
    }

    #[test]
    fn what_is_measured_stands_in_a_table_of_its_own() {
        let report = Report::new(vec![record("cats", &[("loads", true)])], &Allowed::default());
        let text = report.markdown();
        let (facts, figures) = text.split_once("## Measured").unwrap();
        assert!(facts.contains("| cats |") && !facts.contains("1.3"));
        assert!(figures.contains("| cats | 1.3 |"));
    }
}
