//! `cargo xtask mutants`: which deliberately broken servers does the conformance suite find?
//!
//! The crate `mutants` links the reference implementation, so it is built through cargo, as that is, and not linked.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Args;

use crate::cargo::cargo;
use crate::exit;

/// Try the conformance suite on servers that are broken on purpose; `cargo xtask mutants --help` tells how
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Arguments {
    /// Mutants or groups of them, and flags, as the crate `mutants` takes them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
    arguments: Vec<OsString>,
}

/// Builds and runs it. The exit code is its own, or 101 where it could not be built.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let mut command = cargo();
    command.args(["run", "--quiet", "--package", "mutants", "--bin", "mutants", "--"]);
    match command.args(&arguments.arguments).status() {
        Ok(status) => match status.code().and_then(|code| u8::try_from(code).ok()) {
            Some(code) => ExitCode::from(code),
            None => exit::FAILED,
        },
        Err(error) => {
            anstream::eprintln!("error: cargo could not be started: {error}");
            exit::unable()
        }
    }
}
