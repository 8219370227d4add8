//! Packages of others in a folder of the cache: a virtual environment, `node_modules`, or both.
//!
//! What is installed is kept under a mark that names the packages: other packages, or an installation that was
//! interrupted, begin anew.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, bail};

use serde::Deserialize;

use crate::process::{self, Ended};

/// How long one registry's packages may take: they come over a network.
const AT_MOST: Duration = Duration::from_secs(600);

/// The file that tells what is installed.
const MARK: &str = ".installed";

/// Packages of one registry.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Install {
    pub(crate) from: Registry,
    /// `name==1.2.3` for PyPI, `name@1.2.3` for npm.
    pub(crate) packages: Vec<String>,
}

/// Where packages come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Registry {
    Pypi,
    Npm,
}

impl Registry {
    /// Whether a package is named with its exact version.
    pub(crate) fn is_pinned(self, package: &str) -> bool {
        match self {
            Self::Pypi => {
                package.split_once("==").is_some_and(|(_, version)| !version.contains('*'))
            }
            Self::Npm => package.rsplit_once('@').is_some_and(|(name, version)| {
                !name.is_empty() && version.starts_with(|first: char| first.is_ascii_digit())
            }),
        }
    }
}

/// A folder with packages.
#[derive(Debug, Clone)]
pub(crate) struct Installation(pub(crate) PathBuf);

impl Installation {
    /// Installs what isn't there yet.
    ///
    /// # Errors
    /// Where a package client is missing or fails; its last words are in the message.
    pub(crate) fn make(folder: &Path, packages: &[Install]) -> anyhow::Result<Self> {
        let wanted = mark(packages);
        if std::fs::read_to_string(folder.join(MARK)).is_ok_and(|found| found == wanted) {
            return Ok(Self(folder.to_path_buf()));
        }
        if folder.exists() {
            std::fs::remove_dir_all(folder)
                .with_context(|| format!("{} can't be removed", folder.display()))?;
        }
        std::fs::create_dir_all(folder)
            .with_context(|| format!("{} can't be made", folder.display()))?;
        for install in packages {
            let names = install.packages.join(", ");
            let made = match install.from {
                Registry::Pypi => pypi(folder, &install.packages),
                Registry::Npm => npm(folder, &install.packages),
            };
            made.with_context(|| format!("{names} can't be installed"))?;
        }
        std::fs::write(folder.join(MARK), wanted)?;
        Ok(Self(folder.to_path_buf()))
    }

    /// Where its programs are.
    pub(crate) fn programs(&self) -> [PathBuf; 2] {
        [self.0.join("bin"), self.0.join("node_modules/.bin")]
    }

    /// A file below it; `*` stands for one folder of any name.
    pub(crate) fn find(&self, pattern: &str) -> Option<PathBuf> {
        find(&self.0, pattern.split('/').collect::<Vec<_>>().as_slice())
    }
}

fn find(folder: &Path, rest: &[&str]) -> Option<PathBuf> {
    let Some((first, rest)) = rest.split_first() else { return Some(folder.to_path_buf()) };
    if *first != "*" {
        let path = folder.join(first);
        return if path.exists() { find(&path, rest) } else { None };
    }
    let mut folders: Vec<_> =
        std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    folders.sort();
    folders.iter().find_map(|folder| find(folder, rest))
}

fn mark(packages: &[Install]) -> String {
    packages.iter().flat_map(|install| &install.packages).map(|name| format!("{name}\n")).collect()
}

fn pypi(folder: &Path, packages: &[String]) -> anyhow::Result<()> {
    let mut python = Command::new("python3");
    client(python.args(["-m", "venv"]).arg(folder))?;
    let mut pip = Command::new(folder.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--no-input"]);
    client(pip.args(packages))
}

fn npm(folder: &Path, packages: &[String]) -> anyhow::Result<()> {
    std::fs::write(folder.join("package.json"), "{\"private\": true}\n")?;
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--save-exact"]);
    client(npm.args(packages).current_dir(folder))
}

fn client(command: &mut Command) -> anyhow::Result<()> {
    match process::run(command, AT_MOST)? {
        Ended { success: true, .. } => Ok(()),
        Ended { output, .. } => {
            let lines: Vec<_> = output.lines().filter(|line| !line.trim().is_empty()).collect();
            let last = &lines[lines.len().saturating_sub(4)..];
            bail!("{}: {}", command.get_program().to_string_lossy(), last.join(" / "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_one_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let installation = Installation(folder.path().to_path_buf());
        std::fs::create_dir_all(folder.path().join("lib/python3.11/site")).expect("folders");
        std::fs::write(folder.path().join("lib/python3.11/site/api.yaml"), "").expect("a file");
        assert!(installation.find("lib/*/site/api.yaml").is_some());
        assert!(installation.find("lib/*/api.yaml").is_none());
    }

    #[test]
    fn packages_are_pinned() {
        assert!(Registry::Npm.is_pinned("@scope/name@1.2.3"));
        assert!(!Registry::Npm.is_pinned("@scope/name"));
        assert!(!Registry::Npm.is_pinned("name@latest"));
        assert!(!Registry::Pypi.is_pinned("name==1.*"));
    }
}
