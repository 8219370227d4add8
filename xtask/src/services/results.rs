//! What was measured, kept as JSON: a report is written from all that is kept, and a judgement needs no second run.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::failure::Failure;

/// One service, or one document of a service that serves several.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Measured {
    /// The service's name; `name/document` where it serves several.
    pub(crate) name: String,
    /// The day, in UTC.
    pub(crate) date: String,
    pub(crate) ours: Option<Ours>,
    pub(crate) peer: Option<Peer>,
    /// What kept something from being measured, or went wrong on the way.
    pub(crate) troubles: Vec<String>,
}

/// What our suite found.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Ours {
    /// Cells.
    pub(crate) documented: usize,
    /// Cells that the service answered.
    pub(crate) reached: usize,
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
    /// Why cells were skipped, and how many.
    pub(crate) reasons: Vec<(String, usize)>,
    pub(crate) requests: u64,
    pub(crate) seconds: f64,
    /// Causes that were not seen again when tried again.
    #[serde(default)]
    pub(crate) unconfirmed: usize,
    pub(crate) failures: Vec<Failure>,
    /// What it told without failing the run for it.
    #[serde(default)]
    pub(crate) remarks: Vec<Failure>,
    /// The operations that it doesn't call, since it might do harm.
    #[serde(default)]
    pub(crate) left_out: Vec<String>,
    pub(crate) left: Vec<Left>,
}

/// What Schemathesis found.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Peer {
    pub(crate) requests: u64,
    pub(crate) seconds: f64,
    pub(crate) failures: Vec<Failure>,
    pub(crate) left: Vec<Left>,
}

/// How many objects of a list there were before and after a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Left {
    pub(crate) what: String,
    pub(crate) before: u64,
    pub(crate) after: u64,
}

impl Left {
    /// Objects that a run left behind.
    pub(crate) fn count(&self) -> u64 {
        self.after.saturating_sub(self.before)
    }

    /// Objects that were there and are no more.
    pub(crate) fn gone(&self) -> u64 {
        self.before.saturating_sub(self.after)
    }
}

/// The folder of results.
#[derive(Debug)]
pub(crate) struct Store(PathBuf);

impl Store {
    /// Opens it.
    ///
    /// # Errors
    /// Where it can't be made.
    pub(crate) fn new(folder: PathBuf) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("{} can't be made", folder.display()))?;
        Ok(Self(folder))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(format!("{}.json", name.replace('/', "-")))
    }

    /// Keeps a result.
    ///
    /// # Errors
    /// Where it can't be written.
    pub(crate) fn keep(&self, measured: &Measured) -> anyhow::Result<()> {
        let path = self.path(&measured.name);
        std::fs::write(&path, serde_json::to_vec_pretty(measured)?)
            .with_context(|| format!("{} can't be written", path.display()))
    }

    /// What is kept of this name; what can't be read isn't there.
    pub(crate) fn get(&self, name: &str) -> Option<Measured> {
        read(&self.path(name))
    }
}

fn read(path: &Path) -> Option<Measured> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}
