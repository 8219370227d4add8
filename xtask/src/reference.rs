//! The reference implementation as a child process: built through cargo, never linked.
//!
//! A contract that has moved ahead of the generated crate must never keep `generate` or `review` from building.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail};
use tempfile::TempDir;

use crate::cargo::{Build, build};

/// A running reference implementation with a database of its own; both are gone when this is dropped.
#[derive(Debug)]
pub(crate) struct Reference {
    /// Where it listens.
    pub(crate) url: String,
    child: Child,
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
        let mut child = Command::new(&binary)
            .args(["--listen", "127.0.0.1:0", "--faults", "--database", &database])
            .env("RUST_LOG", std::env::var_os("RUST_LOG").unwrap_or_else(|| "warn".into()))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            // Ctrl-C goes to the whole group of a terminal: the suite still has to clean up after itself.
            .process_group(0)
            .spawn()
            .with_context(|| format!("{} could not be started", binary.display()))?;
        match wait_until_ready(&mut child) {
            Ok(url) => Ok(Self { url, child, _folder: folder }),
            Err(error) => {
                end(&mut child);
                Err(error)
            }
        }
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// The database is temporary, so there is nothing that a gentler end would save.
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

fn wait_until_ready(child: &mut Child) -> anyhow::Result<String> {
    let Some(output) = child.stdout.take() else { bail!("the reference has no standard output") };
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line).context("the reference says nothing")?;
    match line.trim_end().strip_prefix("listening on ") {
        Some(url) => Ok(url.to_owned()),
        None => bail!("the reference did not get ready; what it says stands above"),
    }
}
