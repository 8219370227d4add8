//! A generated crate in a workspace of its own: were it below ours, cargo would take it for a part of ours.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use codegen::{GeneratedFile, output};

use crate::cargo::cargo;

/// Where the crate is: in a folder that is called as its workspace. Cargo tells packages of one name, in workspaces that
/// share a target folder, apart by their place in the workspace.
pub(crate) fn krate(workspace: &Path) -> PathBuf {
    workspace.join(name(workspace))
}

fn name(workspace: &Path) -> &OsStr {
    workspace.file_name().unwrap_or(OsStr::new("crate"))
}

/// Writes a crate into a workspace, with the versions of this repository's dependencies.
///
/// # Errors
/// Where something can't be written.
pub(crate) fn place(files: &[GeneratedFile], workspace: &Path) -> anyhow::Result<()> {
    let place = || format!("{} can't be written", workspace.display());
    output::write(files, &krate(workspace)).with_context(place)?;
    let member = name(workspace).to_string_lossy();
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = [{member:?}]\n");
    std::fs::write(workspace.join("Cargo.toml"), manifest).with_context(place)?;
    let versions = crate::root().join("Cargo.lock");
    std::fs::copy(versions, workspace.join("Cargo.lock")).with_context(place)?;
    Ok(())
}

/// Cargo in a folder, with this target folder. Nothing is kept for a next time that is quicker: each crate is compiled
/// once, beside others.
pub(crate) fn cargo_in(workspace: &Path, target: &Path, arguments: &[&str]) -> Command {
    let mut command = cargo();
    command.args(arguments).current_dir(workspace).env("CARGO_TARGET_DIR", target);
    command.env("CARGO_INCREMENTAL", "0").env("CARGO_TERM_COLOR", "never");
    command
}
