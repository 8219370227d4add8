//! `cargo xtask conformance`: the suite with this repository's contract, workflows and reference filled in.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use conformance::cli::{Defaults, EXIT_CODES, Launched, RunFlags};

use crate::cargo::Build;
use crate::reference::Reference;

/// Replay every documented status of the contract against a running implementation
///
/// Without --url, and where the profile names no URL either, the reference implementation is built and started for
/// this run: on a free port of 127.0.0.1, with a temporary database.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    flags: RunFlags,
}

impl Launched for Reference {
    fn url(&self) -> &str {
        &self.url
    }
}

/// Runs the suite.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let defaults = Defaults {
        spec: Some(here("spec/workspace.yaml")),
        workflows: Some(here("spec/workspace.arazzo.yaml")),
        profile: Some(here("conformance/reference/profile.toml")),
        launch: Some(&launch),
    };
    conformance::cli::run(&arguments.flags, &defaults).into()
}

fn launch() -> Result<Box<dyn Launched>, String> {
    match Reference::start(Build::Dev) {
        Ok(reference) => Ok(Box::new(reference)),
        Err(error) => Err(format!("{error:#}")),
    }
}

/// A file of this repository, as short as it can be said from where the user stands.
fn here(path: &str) -> PathBuf {
    let root = crate::root();
    match std::env::current_dir() {
        Ok(current) if current == root => Path::new(path).to_path_buf(),
        _ => root.join(path),
    }
}
