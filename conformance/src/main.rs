//! `conformance run …`: see [`conformance::cli`].

use std::process::ExitCode;

/// A plan is millions of small pieces: with the system's allocator, making that of a large document takes a third longer.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    conformance::cli::main(std::env::args_os()).into()
}
