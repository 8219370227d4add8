//! What cargo says of a generated crate, and what it takes to say it.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, bail};
use codegen::Options;

use super::results::Outcome;
use crate::bench::{figures, measuring};
use crate::fidelity;
use crate::workspace::{cargo_in, place};

/// The least document: its crate has all dependencies, and nothing else.
const NOTHING: &str = "openapi: 3.0.3\ninfo: {title: Nothing, version: '1'}\npaths: {}\n";

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
        let mut command = cargo_in(workspace, &self.target, cargo);
        command.env("CARGO_BUILD_JOBS", "1").env_remove("RUSTFLAGS");
        let output = measuring(&itself, &command)
            .stdin(Stdio::null())
            .output()
            .context("cargo could not be started")?;
        if !output.status.success() {
            return Ok(Outcome::failed(String::from_utf8_lossy(&output.stderr)));
        }
        Ok(Outcome::measured(figures(&output.stdout)?))
    }
}
