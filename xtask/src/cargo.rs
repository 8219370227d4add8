//! What we ask of cargo.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

/// Whether to build for the run or for a measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// Quick to build.
    Dev,
    /// Quick to run.
    Release,
}

/// The cargo that runs us, at the top of the repository.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(crate::root());
    cargo
}

/// Builds the binary that a package is named after, and says where it is.
///
/// # Errors
/// Where it doesn't build; what the compiler says stands on standard error.
pub(crate) fn build(package: &str, build: Build) -> anyhow::Result<PathBuf> {
    let mut command = cargo();
    command.args(["build", "--package", package, "--bin", package]);
    command.arg("--message-format=json-render-diagnostics");
    if build == Build::Release {
        command.arg("--release");
    }
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("cargo could not be started")?;
    if !output.status.success() {
        bail!("`{package}` does not build; what cargo says stands above");
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let executable = messages.lines().filter_map(|line| executable(line, package)).next_back();
    executable.with_context(|| format!("cargo built `{package}` but named no executable"))
}

/// The path in one of cargo's messages, if it is that of the binary.
fn executable(message: &str, binary: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    let is_wanted = message["target"]["name"] == binary;
    message["executable"].as_str().filter(|_| is_wanted).map(PathBuf::from)
}
