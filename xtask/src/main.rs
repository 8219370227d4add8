//! The commands of this repository: `cargo xtask <command>`. Thin: the work is done in the crates.

mod ci;
mod exit;
mod mutants;
mod review;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The commands of this repository
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run everything that must be green: format, generated code, lints, tests, documentation, conformance
    Ci,

    Mutants(mutants::Arguments),

    Review(review::Arguments),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Ci => ci::run(),
        Command::Mutants(arguments) => mutants::run(&arguments),
        Command::Review(arguments) => review::run(&arguments),
    }
}

/// The top of the repository.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or_else(|| here.clone(), PathBuf::from)
}
