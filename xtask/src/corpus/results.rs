//! What came of a document, and the folder where it is kept.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use spec::{Finding, Severity};

use crate::bench::Figures;
use crate::fidelity;

/// What came of a document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    /// What the document and its crate are like.
    #[serde(flatten)]
    pub(super) facts: Facts,
    /// A digest of the document, the crate and the toolchain: what passed with the same passes again.
    pub(super) digest: String,
    /// What came of each stage that was reached, in their order.
    pub(super) outcomes: IndexMap<String, Outcome>,
}

/// What a document and its crate are like.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Facts {
    pub(super) name: String,
    /// Which OpenAPI it is written in.
    pub(super) openapi: String,
    pub(super) bytes: u64,
    pub(super) operations: usize,
    /// Lines of Rust in the crate.
    pub(super) lines: usize,
    pub(super) findings: Counts,
    /// What came of values that went through the types, where that stage was reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fidelity: Option<fidelity::Figures>,
}

/// How many findings there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Counts {
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) notes: usize,
}

impl Counts {
    /// Adds findings.
    pub(super) fn add(&mut self, findings: &[Finding]) {
        for finding in findings {
            match finding.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Note => self.notes += 1,
            }
        }
    }
}

/// What came of a stage.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Outcome {
    pub(super) passed: bool,
    /// Processor time.
    pub(super) seconds: f64,
    /// Peak memory, where it was a process of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) peak_mb: Option<f64>,
    /// What was said, where it failed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) said: String,
}

impl Outcome {
    /// It passed, in this process.
    pub(super) fn passed(took: Duration) -> Self {
        Self { passed: true, seconds: took.as_secs_f64(), ..Self::default() }
    }

    /// It passed, as a process.
    pub(super) fn measured(figures: Figures) -> Self {
        let seconds = figures.cpu_ms / 1000.0;
        Self { passed: true, seconds, peak_mb: Some(figures.peak_mb), ..Self::default() }
    }

    /// It failed.
    pub(super) fn failed(said: impl Into<String>) -> Self {
        Self { said: said.into(), ..Self::default() }
    }
}

impl Record {
    /// The stage that failed, if one did; the later ones were not reached.
    pub(super) fn failed(&self) -> Option<(&str, &Outcome)> {
        let (stage, outcome) = self.outcomes.iter().find(|(_, outcome)| !outcome.passed)?;
        Some((stage, outcome))
    }
}

/// The folder where results, crates and what cargo makes of them are kept.
#[derive(Debug)]
pub(super) struct Store {
    folder: PathBuf,
}

impl Store {
    /// A store in this folder.
    ///
    /// # Errors
    /// Where the folder can't be made.
    pub(super) fn new(folder: &Path) -> anyhow::Result<Self> {
        let store = Self { folder: folder.to_owned() };
        let results = folder.join("results");
        std::fs::create_dir_all(&results)
            .with_context(|| format!("{} can't be made", results.display()))?;
        Ok(store)
    }

    /// Where a document's workspace is.
    pub(super) fn workspace(&self, name: &str) -> PathBuf {
        self.folder.join("crates").join(name)
    }

    /// The target folder of a worker.
    pub(super) fn target(&self, worker: usize) -> PathBuf {
        self.folder.join(format!("build-{worker}"))
    }

    /// What is kept of a document. What can't be read is not kept.
    pub(super) fn load(&self, name: &str) -> Option<Record> {
        let text = std::fs::read(self.path(name)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Keeps what came of a document so far.
    ///
    /// # Errors
    /// Where it can't be written.
    pub(super) fn save(&self, record: &Record) -> anyhow::Result<()> {
        super::write(&self.path(&record.facts.name), &serde_json::to_string_pretty(record)?)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join("results").join(format!("{name}.json"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path()).unwrap();
        let mut record = Record { digest: "d".to_owned(), ..Record::default() };
        record.facts.name = "pets".to_owned();
        record.outcomes.insert("check".to_owned(), Outcome::passed(Duration::from_secs(2)));
        record.outcomes.insert("clippy".to_owned(), Outcome::failed("warning: x"));
        assert_eq!(store.load("pets"), None);
        store.save(&record).unwrap();
        assert_eq!(store.load("pets").as_ref(), Some(&record));
        assert_eq!(record.failed().map(|(stage, _)| stage), Some("clippy"));

        std::fs::write(folder.path().join("results/pets.json"), "{\"half\":").unwrap();
        assert_eq!(store.load("pets"), None);
    }
}
