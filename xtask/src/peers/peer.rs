//! A peer: its file, and how it is run.
//!
//! A server is run with the path of the contract, says `listening on URL` in one line and ends when its standard input
//! closes. A client is run with the contract, the server's URL and the file of exchanges, and prints `{"seen": …}` or
//! `{"error": …}` for each exchange, a line each.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

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

/// A running server; ended when this is dropped.
pub(super) struct Server {
    child: Child,
    pub(super) url: String,
}

impl Server {
    /// Starts it and waits for the line that tells where it listens.
    ///
    /// # Errors
    /// Where it can't be started, or ends without that line.
    pub(super) fn start(mut command: Command) -> anyhow::Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("it can't be started")?;
        let output = child.stdout.take().context("it has no output")?;
        let mut server = Self { child, url: String::new() };
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let url = lines.find_map(|line| line.strip_prefix("listening on ").map(str::to_owned));
        server.url = url.context("it ended without saying where it listens")?;
        // Whatever else it says is read, or it would wait for us.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It may have ended by itself; what counts is that it's gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
