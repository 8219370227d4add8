//! What cargo says of a generated crate, and what it takes to say it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use codegen::output;
use codegen::{GeneratedFile, Options};

use super::results::Outcome;
use crate::bench::Figures;
use crate::fidelity;

/// The least document: its crate has all dependencies, and nothing else.
const NOTHING: &str = "openapi: 3.0.3\ninfo: {title: Nothing, version: '1'}\npaths: {}\n";

/// The workspace that a generated crate is the one member of: were it in ours, it would be part of ours.
const MANIFEST: &str = "[workspace]\nresolver = \"3\"\nmembers = [\"crate\"]\n";

/// A target folder that one crate after another is compiled in.
#[derive(Debug)]
pub(super) struct Builder {
    target: PathBuf,
    /// Where the crate of nothing goes.
    nothing: PathBuf,
    is_ready: bool,
}

impl Builder {
    pub(super) fn new(target: PathBuf) -> Self {
        Self { nothing: target.join("nothing"), target, is_ready: false }
    }

    /// Runs `cargo …` on the crate in a workspace, and measures it. Dependencies are compiled before, unmeasured.
    ///
    /// # Errors
    /// Where cargo can't be run, or the dependencies don't compile.
    pub(super) fn run(&mut self, workspace: &Path, cargo: &[&str]) -> anyhow::Result<Outcome> {
        self.prepare()?;
        self.measured(workspace, cargo)
    }

    /// What the fidelity test found that ran last.
    pub(super) fn take_fidelity(&self) -> Option<fidelity::Figures> {
        fidelity::take_figures(&self.target)
    }

    fn prepare(&mut self) -> anyhow::Result<()> {
        if self.is_ready {
            return Ok(());
        }
        let source = spec::Memory::one("nothing.yaml", NOTHING);
        let reading = spec::read(Path::new("nothing.yaml"), &source);
        let contract = reading.contract.context("the least document can't be read")?;
        let options = Options { spec: "nothing.yaml".to_owned(), ..Options::default() };
        place(&codegen::generate(&contract, &options).files, &self.nothing)?;
        let outcome = self.measured(&self.nothing, &["check"])?;
        if !outcome.passed {
            bail!("the crate of the least document does not compile:\n{}", outcome.said);
        }
        self.measured(&self.nothing, &fidelity::BUILD)?;
        self.is_ready = true;
        Ok(())
    }

    fn measured(&self, workspace: &Path, cargo: &[&str]) -> anyhow::Result<Outcome> {
        let itself = std::env::current_exe().context("this program can't find itself")?;
        let output = Command::new(itself)
            .args(["measure", "--"])
            .arg(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(cargo)
            .current_dir(workspace)
            .env("CARGO_TARGET_DIR", &self.target)
            // Each crate is compiled once, beside others.
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_BUILD_JOBS", "1")
            .env("CARGO_TERM_COLOR", "never")
            .env_remove("RUSTFLAGS")
            .stdin(Stdio::null())
            .output()
            .context("cargo could not be started")?;
        if !output.status.success() {
            return Ok(Outcome::failed(String::from_utf8_lossy(&output.stderr)));
        }
        let figures: Figures =
            serde_json::from_slice(&output.stdout).context("no figures came back")?;
        Ok(Outcome::measured(figures))
    }
}

/// Writes a crate into a workspace of its own, with the versions of this repository's dependencies.
///
/// # Errors
/// Where something can't be written.
pub(super) fn place(files: &[GeneratedFile], workspace: &Path) -> anyhow::Result<()> {
    let place = || format!("{} can't be written", workspace.display());
    output::write(files, &workspace.join("crate")).with_context(place)?;
    std::fs::write(workspace.join("Cargo.toml"), MANIFEST).with_context(place)?;
    let versions = crate::root().join("Cargo.lock");
    std::fs::copy(versions, workspace.join("Cargo.lock")).with_context(place)?;
    Ok(())
}
