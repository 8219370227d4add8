//! The same documents through us and through the generators that people would take instead.
//!
//! Each run of ours stands beside one of theirs, so that a machine that gets slower on the way slows both. Theirs write
//! a client; ours writes client and server.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::bail;

use super::checks;
use super::measure::{Figures, measured};
use super::peer_crates::{self, PeerCrate};
use super::{median, print_row};
use crate::cargo::cargo;
use crate::corpus::documents::{self, Document};

/// A published generator of Rust.
pub(super) struct Peer {
    /// The crate, and the version that we compare with.
    pub(super) package: &'static str,
    version: &'static str,
    /// The binary that the crate has.
    binary: &'static str,
    /// Generates a client from a document into a folder.
    generate: fn(&mut Command, &Path, &Path),
    /// The crates that it makes of a document, and whose checking is compared with ours.
    pub(super) crates: &'static [PeerCrate],
}

const PEERS: [Peer; 2] = [
    Peer {
        package: "openapi-to-rust",
        version: "0.23.0",
        binary: "openapi-to-rust",
        generate: |command, document, out| {
            command.arg("generate").arg(document).arg("--quiet").arg("--output-dir").arg(out);
        },
        crates: &[
            PeerCrate { feature: "client", write: peer_crates::openapi_to_rust_client },
            PeerCrate { feature: "server", write: peer_crates::openapi_to_rust_server },
        ],
    },
    Peer {
        package: "cargo-progenitor",
        version: "0.15.0",
        binary: "cargo-progenitor",
        generate: |command, document, out| {
            command.args(["progenitor", "--name", "peer", "--version", "0.1.0"]);
            command.arg("--input").arg(document).arg("--output").arg(out);
        },
        crates: &[PeerCrate { feature: "client", write: peer_crates::as_generated }],
    },
];

/// Where the peers are installed, from the top of the repository.
const FOLDER: &str = "target/peers";

/// The crate whose checking is measured: large enough to tell, and all of us generate it.
const CHECKED: &str = "omicron-sled-agent";

/// Prints our figures beside theirs, for the largest document, the one of median size, and the check of a client.
pub(super) fn bench(xtask: &Path, folder: &Path, runs: usize) -> anyhow::Result<()> {
    if !folder.is_dir() {
        anstream::println!("no documents in {}: the peers are left out", folder.display());
        return Ok(());
    }
    let documents = documents::find(folder)?;
    let (Some(largest), Some(middle)) = (documents.last(), documents.get(documents.len() / 2))
    else {
        bail!("{} has no documents", folder.display());
    };
    for peer in &PEERS {
        peer.install()?;
        for document in [middle, largest] {
            peer.bench_generate(xtask, document, runs)?;
        }
        if let Some(document) = documents.iter().find(|document| document.name == CHECKED) {
            checks::bench(peer, xtask, document, runs)?;
        }
    }
    Ok(())
}

impl Peer {
    pub(super) fn path(&self) -> PathBuf {
        crate::root().join(FOLDER).join("bin").join(self.binary)
    }

    fn install(&self) -> anyhow::Result<()> {
        if self.path().is_file() {
            return Ok(());
        }
        let mut command = cargo();
        command.args(["install", "--locked", "--version", self.version, self.package]);
        let status = command.arg("--root").arg(FOLDER).status()?;
        if !status.success() {
            bail!("{} {} could not be installed", self.package, self.version);
        }
        Ok(())
    }

    pub(super) fn command(&self, document: &Path, out: &Path) -> Command {
        let mut command = Command::new(self.path());
        (self.generate)(&mut command, document, out);
        command
    }

    fn bench_generate(&self, xtask: &Path, document: &Document, runs: usize) -> anyhow::Result<()> {
        let what = format!("generate {}", document.name);
        let folder = tempfile::tempdir()?;
        if !quietly(self.command(&document.root, &folder.path().join("first"))) {
            print_row(&what, "fails", "", self.package);
            return Ok(());
        }
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for run in 0..runs {
            // Both write everything, each time: into folders that aren't there. None is removed in between, for some
            // file systems are slow for minutes where many files have been removed.
            let us = folder.path().join(format!("ours-{run}"));
            let them = folder.path().join(format!("theirs-{run}"));
            ours.push(measured(xtask, &self::ours(xtask, &document.root, &us))?);
            theirs.push(measured(xtask, &self.command(&document.root, &them))?);
        }
        self.print(&what, &ours, &theirs, |figures| figures.wall_ms);
        Ok(())
    }

    pub(super) fn print(
        &self,
        what: &str,
        ours: &[Figures],
        theirs: &[Figures],
        time: fn(&Figures) -> f64,
    ) {
        let memory = |figures| median(figures, |one| one.peak_mb);
        let (mine, other) = (median(ours, time), median(theirs, time));
        print_row(what, &format!("{mine:.0} ms"), &format!("{:.0} MB", memory(ours)), "ours");
        let ratio = format!("{}, {:.2} times ours", self.package, other / mine.max(0.001));
        print_row("", &format!("{other:.0} ms"), &format!("{:.0} MB", memory(theirs)), &ratio);
    }
}

pub(super) fn ours(xtask: &Path, document: &Path, out: &Path) -> Command {
    let mut command = Command::new(xtask);
    command.arg("generate").arg("--spec").arg(document).arg("--out").arg(out);
    command
}

pub(super) fn quietly(mut command: Command) -> bool {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
