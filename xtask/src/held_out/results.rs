//! What was measured, kept as JSON: single faults can be tried again without all others.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

/// One contract.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Results {
    /// The day, in UTC.
    pub(super) date: String,
    /// (operation, documented status).
    pub(super) cells: usize,
    /// Cells that the sound service answered.
    pub(super) reached: usize,
    /// What the sound service was accused of, in any of its runs.
    pub(super) alarms: Vec<String>,
    /// What was remarked on the sound service: a fault is not found by that.
    pub(super) remarks: Vec<String>,
    /// By the id of a fault.
    pub(super) verdicts: BTreeMap<String, Verdict>,
}

/// What the suite said of a service with a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    /// The run failed.
    Found,
    /// It was told without failing the run.
    Remarked,
    Missed,
}

impl Results {
    pub(super) fn is_found(&self, fault: &str) -> bool {
        self.verdicts.get(fault) == Some(&Verdict::Found)
    }

    pub(super) fn count(&self, verdict: Verdict) -> usize {
        self.verdicts.values().filter(|it| **it == verdict).count()
    }

    /// One line, for people.
    pub(super) fn summary(&self, name: &str) -> String {
        format!(
            "{name}: {} of {} cells, {} alarms; of {} faults {} found, {} remarked on, {} missed",
            self.reached,
            self.cells,
            self.alarms.len(),
            self.verdicts.len(),
            self.count(Verdict::Found),
            self.count(Verdict::Remarked),
            self.count(Verdict::Missed),
        )
    }
}

/// The folder of results.
#[derive(Debug)]
pub(super) struct Store(PathBuf);

impl Store {
    /// Opens it.
    ///
    /// # Errors
    /// Where it can't be made.
    pub(super) fn new(folder: PathBuf) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("{} can't be made", folder.display()))?;
        Ok(Self(folder))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.json"))
    }

    /// Keeps a result.
    ///
    /// # Errors
    /// Where it can't be written.
    pub(super) fn keep(&self, name: &str, results: &Results) -> anyhow::Result<()> {
        let path = self.path(name);
        std::fs::write(&path, serde_json::to_vec_pretty(results)?)
            .with_context(|| format!("{} can't be written", path.display()))
    }

    /// What is kept of this name; what can't be read isn't there.
    pub(super) fn get(&self, name: &str) -> Option<Results> {
        serde_json::from_slice(&std::fs::read(self.path(name)).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::new(folder.path().join("results")).expect("a store");
        assert_eq!(store.get("shop"), None);
        let verdicts = [("a", Verdict::Found), ("b", Verdict::Missed)];
        let verdicts = verdicts.map(|(id, verdict)| (id.to_owned(), verdict)).into();
        let results = Results { cells: 3, reached: 2, verdicts, ..Results::default() };
        store.keep("shop", &results).expect("it is kept");
        assert_eq!(store.get("shop").as_ref(), Some(&results));
        assert!(results.is_found("a") && !results.is_found("b") && !results.is_found("c"));
        let told = "shop: 2 of 3 cells, 0 alarms; of 2 faults 1 found, 0 remarked on, 1 missed";
        assert_eq!(results.summary("shop"), told);
    }
}
