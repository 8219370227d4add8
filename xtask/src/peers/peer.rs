//! A peer: its file, and how it is run.
//!
//! A server is run with the path of the contract, and tells where it listens ([`Listening`](crate::listening::Listening)). A
//! client is run with the contract, the server's URL and the file of exchanges, and prints `{"seen": …}` or `{"error": …}` for
//! each exchange, a line each.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde::Deserialize;

use crate::packages::{Install, Installation};

/// Which side of the exchange it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Role {
    Server,
    Client,
}

/// A peer as its file describes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Peer {
    #[serde(skip)]
    pub(super) name: String,
    pub(super) role: Role,
    /// The program and the script beside the file.
    run: [String; 2],
    pub(super) install: Vec<Install>,
}

/// All peers, by name.
///
/// # Errors
/// Where a file can't be read, means nothing, or names a package without its exact version.
pub(super) fn read_all(folder: &Path) -> anyhow::Result<Vec<Peer>> {
    let mut peers = Vec::new();
    for entry in std::fs::read_dir(folder.join("tools"))? {
        let path = entry?.path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let text = std::fs::read_to_string(&path)?;
        let mut peer: Peer = toml::from_str(&text).with_context(|| path.display().to_string())?;
        peer.name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for install in &peer.install {
            for package in &install.packages {
                ensure!(install.from.is_pinned(package), "{package} has no exact version");
            }
        }
        peers.push(peer);
    }
    peers.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(peers)
}

impl Peer {
    /// What runs it, with its packages, the contract as its first argument.
    ///
    /// # Errors
    /// Where the environment's `PATH` can't be extended.
    pub(super) fn command(
        &self,
        files: &Path,
        installation: &Installation,
    ) -> anyhow::Result<Command> {
        let [program, script] = &self.run;
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = installation.programs().into_iter().chain(std::env::split_paths(&path));
        let mut command = Command::new("env");
        command.arg(program).arg(files.join("tools").join(script)).arg(files.join("contract.yaml"));
        command.env("PATH", std::env::join_paths(path)?);
        command.env("NODE_PATH", installation.0.join("node_modules"));
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command.current_dir(&installation.0);
        Ok(command)
    }
}
