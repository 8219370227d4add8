//! The reference implementation as a child process: built through cargo, never linked.
//!
//! A contract that has moved ahead of the generated crate must never keep `generate` or `review` from building.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::Context as _;
use tempfile::TempDir;

use crate::cargo::{Build, build};
use crate::listening::Listening;

/// A running reference implementation with a database of its own; both are gone when this is dropped.
#[derive(Debug)]
pub(crate) struct Reference {
    /// Where it listens.
    pub(crate) url: String,
    // Ended before its database goes; that is temporary, so there is nothing that a gentler end would save.
    _server: Listening,
    _folder: TempDir,
}

impl Reference {
    /// Builds and starts it, on a free port, with the demo directory and faults on.
    ///
    /// # Errors
    /// What kept it from being built or from getting ready.
    pub(crate) fn start(how: Build) -> anyhow::Result<Self> {
        let binary = build("reference", how)?;
        let folder = tempfile::tempdir().context("no temporary folder for the database")?;
        let database = format!("sqlite://{}", folder.path().join("workspaces.db").display());
        let mut command = Command::new(&binary);
        command
            .args(["--listen", "127.0.0.1:0", "--faults", "--database", &database])
            .env("RUST_LOG", std::env::var_os("RUST_LOG").unwrap_or_else(|| "warn".into()))
            // Ctrl-C goes to the whole group of a terminal: the suite still has to clean up after itself.
            .process_group(0);
        let server = Listening::start(command)
            .context("the reference did not get ready; what it says stands above")?;
        Ok(Self { url: server.url.clone(), _server: server, _folder: folder })
    }
}
