//! `conformance run …`: see [`conformance::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    conformance::cli::main(std::env::args_os()).into()
}
