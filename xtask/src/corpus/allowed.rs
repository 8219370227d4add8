//! Failures that are known: a list that can only get shorter.

use std::path::Path;

use anyhow::{Context as _, bail};
use serde::Deserialize;

use super::results::Record;
use super::stages::STAGES;

/// What is known to fail.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Allowed {
    #[serde(default)]
    known: Vec<Known>,
}

/// One known failure.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    /// The document's name.
    document: String,
    /// The stage that fails.
    stage: String,
    /// Why, and what it would take.
    reason: String,
}

impl Allowed {
    /// Reads the list.
    ///
    /// # Errors
    /// Where it can't be read, names a stage that there isn't, or gives no reason.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let place = || format!("{} can't be read", path.display());
        let text = std::fs::read_to_string(path).with_context(place)?;
        Self::parse(&text).with_context(place)
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let allowed: Self = toml::from_str(text)?;
        for Known { document, stage, reason } in &allowed.known {
            if !STAGES.iter().any(|known| known.name == stage) {
                bail!("`{document}`: there is no stage `{stage}`");
            }
            if reason.trim().is_empty() {
                bail!("`{document}`: a failure of `{stage}` is known without a reason");
            }
        }
        Ok(allowed)
    }

    /// Whether this failure is known.
    pub(super) fn covers(&self, document: &str, stage: &str) -> bool {
        self.known.iter().any(|known| known.document == document && known.stage == stage)
    }

    /// What is listed and did not fail, among what was tried.
    pub(super) fn unneeded(&self, records: &[Record]) -> Vec<String> {
        let is_unneeded = |known: &&Known| {
            let record = records.iter().find(|record| record.facts.name == known.document);
            record.is_some_and(|record| match record.failed() {
                Some((stage, _)) => stage != known.stage,
                // It may not have been asked for.
                None => record.outcomes.contains_key(&known.stage),
            })
        };
        let unneeded = self.known.iter().filter(is_unneeded);
        unneeded.map(|known| format!("`{}`, stage `{}`", known.document, known.stage)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::results::Outcome;

    fn record(name: &str, stage: &str, passed: bool) -> Record {
        let mut record = Record::default();
        record.facts.name = name.to_owned();
        record.outcomes.insert(stage.to_owned(), Outcome { passed, ..Outcome::default() });
        record
    }

    #[test]
    fn an_entry_that_is_not_needed_is_named() {
        let list = "[[known]]\ndocument = 'pets'\nstage = 'clippy'\nreason = 'being mended'\n";
        let allowed = Allowed::parse(list).unwrap();
        assert!(allowed.covers("pets", "clippy") && !allowed.covers("pets", "check"));
        assert!(allowed.unneeded(&[record("pets", "clippy", false)]).is_empty());
        assert!(allowed.unneeded(&[record("cats", "clippy", true)]).is_empty());
        assert_eq!(allowed.unneeded(&[record("pets", "clippy", true)]).len(), 1);
        assert_eq!(allowed.unneeded(&[record("pets", "check", false)]).len(), 1);
        assert!(allowed.unneeded(&[record("pets", "check", true)]).is_empty());
    }

    #[test]
    fn an_entry_names_a_stage_and_a_reason() {
        let entry = |stage: &str, reason: &str| {
            Allowed::parse(&format!(
                "[[known]]\ndocument = 'pets'\nstage = '{stage}'\nreason = '{reason}'\n"
            ))
        };
        assert!(entry("lips", "x").is_err());
        assert!(entry("check", " ").is_err());
        assert!(entry("check", "x").is_ok());
    }
}
