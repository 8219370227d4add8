//! A contract with its service and that service's faults, as they lie in their folder.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde::Deserialize;

use super::service;

/// A folder of `conformance/held-out`.
#[derive(Debug)]
pub(super) struct HeldOut {
    pub(super) name: String,
    folder: PathBuf,
}

/// One way in which the service can be broken.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Fault {
    pub(super) id: String,
    pub(super) operation: String,
    /// What is wrong, in a sentence.
    pub(super) what: String,
}

impl HeldOut {
    /// All of them, by name.
    ///
    /// # Errors
    /// Where the folder can't be read or one of them lacks a file.
    pub(super) fn read_all(folder: &Path) -> anyhow::Result<Vec<Self>> {
        let entries = std::fs::read_dir(folder)
            .with_context(|| format!("{} can't be read", folder.display()))?;
        let mut all = Vec::new();
        for entry in entries {
            let folder = entry?.path();
            if folder.is_dir() {
                let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let contract = Self { name, folder };
                for file in [contract.document(), contract.profile(), contract.service()] {
                    ensure!(file.is_file(), "{} is missing", file.display());
                }
                all.push(contract);
            }
        }
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }

    pub(super) fn document(&self) -> PathBuf {
        self.folder.join("contract.yaml")
    }

    pub(super) fn profile(&self) -> PathBuf {
        self.folder.join("profile.toml")
    }

    pub(super) fn service(&self) -> PathBuf {
        self.folder.join("service.py")
    }

    /// The faults, as the service itself lists them.
    ///
    /// # Errors
    /// Where it can't be started, or lists none.
    pub(super) fn faults(&self) -> anyhow::Result<Vec<Fault>> {
        let output = service::python(&self.service())
            .arg("--list-faults")
            .output()
            .context("`python3` can't be started")?;
        serde_json::from_slice(&output.stdout).with_context(|| {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            format!("`{}` lists no faults: {said}", self.name)
        })
    }
}
