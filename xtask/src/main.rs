//! The commands of this repository: `cargo xtask <command>`. Thin: the work is done in the crates.

mod bench;
mod cargo;
mod ci;
mod conformance;
mod corpus;
mod exit;
mod fidelity;
mod generate;
mod held_out;
mod listening;
mod mutants;
mod packages;
mod peers;
mod process;
mod reference;
mod review;
mod services;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A large document is millions of strings and maps: with the system's allocator, generating from it takes a quarter longer.
/// Without huge pages (`no_thp`), for a process that lives for a blink touches whole ones for nothing.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The commands of this repository
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure the tools on whole processes, in release builds, beside the bounds that we set ourselves
    Bench(bench::BenchArgs),

    Conformance(Box<conformance::Arguments>),

    Corpus(corpus::Arguments),

    /// Run everything that must be green: format, generated code, lints, tests, documentation, conformance
    Ci,

    Fidelity(fidelity::Arguments),

    Generate(generate::Arguments),

    HeldOut(held_out::Arguments),

    /// Run one command and print its wall time and peak memory as JSON; `bench` uses it
    #[command(hide = true)]
    Measure(bench::MeasureArgs),

    Mutants(mutants::Arguments),

    Peers(peers::Arguments),

    Review(review::Arguments),

    Services(services::Arguments),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Ci => ci::run(),
        Command::Conformance(arguments) => conformance::run(&arguments),
        Command::Corpus(arguments) => corpus::run(&arguments),
        Command::Fidelity(arguments) => fidelity::run(&arguments),
        Command::Generate(arguments) => generate::run(&arguments),
        Command::HeldOut(arguments) => held_out::run(&arguments),
        Command::Measure(arguments) => bench::measure(&arguments),
        Command::Mutants(arguments) => mutants::run(&arguments),
        Command::Peers(arguments) => peers::run(&arguments),
        Command::Review(arguments) => review::run(&arguments),
        Command::Services(arguments) => services::run(&arguments),
    }
}

/// The top of the repository.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or_else(|| here.clone(), PathBuf::from)
}
