//! The command line: flags in, exit code out, and in between the one path from documents to reports.
//!
//! ```text
//! flags + Defaults ──prepare──▶ contract, plan, profile, URL ──execute──▶ Report ──▶ terminal, files, Exit
//! ```
//!
//! [`run`] is all that `conformance run` does, and what others build their own command on: they flatten [`RunFlags`]
//! into their arguments and say in [`Defaults`] what stands in for flags that aren't given.

mod base_path;
mod execute;
mod flags;
mod merge;
mod prepare;
mod progress;
mod select;

pub use flags::{EXIT_CODES, HeaderField, RunFlags, Selector};

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::exit::Exit;

/// What stands in for flags that aren't given.
#[derive(Default)]
pub struct Defaults<'a> {
    /// For `--spec`.
    pub spec: Option<PathBuf>,
    /// For `--workflows`.
    pub workflows: Option<PathBuf>,
    /// For `--profile`.
    pub profile: Option<PathBuf>,
    /// Starts a target where neither a flag nor the profile names one.
    pub launch: Option<&'a Launch>,
}

/// Starts a target, or says why it couldn't.
pub type Launch = dyn Fn() -> Result<Box<dyn Launched>, String>;

/// A target that was started for one run, and ends when this is dropped.
pub trait Launched {
    /// Where it listens.
    fn url(&self) -> &str;
}

/// The arguments of the binary `conformance`.
#[derive(Debug, Parser)]
#[command(name = "conformance", version, about, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Replays every documented status of a contract against a target
    #[command(after_help = EXIT_CODES)]
    Run(Box<RunFlags>),
}

/// The binary: parses arguments, and runs.
#[must_use]
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    match Arguments::try_parse_from(arguments) {
        Ok(Arguments { command: Command::Run(flags) }) => run(&flags, &Defaults::default()),
        Err(error) => {
            // Nobody is left to tell when even this can't be printed.
            let _ = error.print();
            if error.use_stderr() { Exit::Mistake } else { Exit::Conforms }
        }
    }
}

/// Runs the suite as the flags say, prints what came of it, and writes the reports.
#[must_use]
pub fn run(flags: &RunFlags, defaults: &Defaults<'_>) -> Exit {
    match prepare::prepare(flags, defaults) {
        Ok(prepared) => execute::execute(flags, &prepared),
        Err(mistake) => {
            anstream::eprintln!("{}", mistake.trim_end());
            Exit::Mistake
        }
    }
}
