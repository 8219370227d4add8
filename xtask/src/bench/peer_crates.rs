//! What published generators write, made into crates that can be checked.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::Context as _;
use spec::FileSystem;

use super::peers::{Peer, quietly};
use crate::corpus::documents::Document;

/// A crate that a peer makes of a document.
pub(super) struct PeerCrate {
    /// Our feature that is the same.
    pub(super) feature: &'static str,
    /// Writes it into a folder; tells how many operations the peer can't do, or `None` where it can do nothing.
    pub(super) write: fn(&Peer, &Document, &Path) -> anyhow::Result<Option<usize>>,
}

/// What the peer writes is a crate.
pub(super) fn as_generated(
    peer: &Peer,
    document: &Document,
    out: &Path,
) -> anyhow::Result<Option<usize>> {
    Ok(quietly(peer.command(&document.root, out)).then_some(0))
}

/// Its client, from a list of dependencies and modules.
pub(super) fn openapi_to_rust_client(
    peer: &Peer,
    document: &Document,
    out: &Path,
) -> anyhow::Result<Option<usize>> {
    let output = configured(peer, document, out, "[features]\nenable_async_client = true\n")?;
    if !output.status.success() {
        return Ok(None);
    }
    assemble(out)?;
    Ok(Some(0))
}

/// Its server. What it can't do it refuses, one operation at a time.
pub(super) fn openapi_to_rust_server(
    peer: &Peer,
    document: &Document,
    out: &Path,
) -> anyhow::Result<Option<usize>> {
    let contract = spec::read(&document.root, &FileSystem).contract.context("no contract")?;
    let all = contract.operations.iter().filter(|operation| operation.id_is_written);
    let mut ids: Vec<&str> = all.map(|operation| operation.id.as_str()).collect();
    let count = ids.len();
    loop {
        let rest = format!(
            "[features]\nenable_async_client = false\n[server]\nframework = \"axum\"\noperations = {ids:?}\n"
        );
        let output = configured(peer, document, out, &rest)?;
        if output.status.success() {
            assemble(out)?;
            return Ok(Some(count - ids.len()));
        }
        let complaint = String::from_utf8_lossy(&output.stderr);
        let is_refused = |id: &&str| complaint.contains(&format!("`{id}`"));
        if ids.is_empty() || !ids.iter().any(is_refused) {
            return Ok(None);
        }
        ids.retain(|id| !is_refused(id));
    }
}

fn configured(peer: &Peer, document: &Document, out: &Path, rest: &str) -> anyhow::Result<Output> {
    fs::create_dir_all(out)?;
    let settings = out.join("openapi-to-rust.toml");
    let source = document.root.canonicalize()?;
    let text = format!(
        "[generator]\nspec_path = {source:?}\noutput_dir = \"src\"\nmodule_name = \"peer\"\n{rest}"
    );
    fs::write(&settings, text)?;
    let mut command = Command::new(peer.path());
    Ok(command.args(["generate", "-c"]).arg(&settings).current_dir(out).output()?)
}

fn assemble(out: &Path) -> anyhow::Result<()> {
    let source = out.join("src");
    fs::rename(source.join("mod.rs"), source.join("lib.rs"))?;
    let dependencies = fs::read_to_string(source.join("REQUIRED_DEPS.toml"))?;
    let package =
        "[package]\nname = \"peer\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n";
    fs::write(out.join("Cargo.toml"), format!("{package}{dependencies}"))?;
    Ok(())
}
