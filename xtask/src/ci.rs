//! `cargo xtask ci`: the one definition of green, quickest first.

use std::process::ExitCode;
use std::time::Instant;

use crate::cargo::cargo;
use crate::exit;

/// One thing that must succeed.
struct Step {
    title: &'static str,
    /// Behind `cargo`.
    arguments: &'static [&'static str],
    environment: &'static [(&'static str, &'static str)],
}

const STEPS: &[Step] = &[
    Step { title: "format", arguments: &["fmt", "--all", "--check"], environment: &[] },
    Step {
        title: "generated code is up to date",
        arguments: &["run", "--quiet", "--package", "xtask", "--", "generate", "--check"],
        environment: &[],
    },
    Step {
        title: "generated crate of the tests is up to date",
        arguments: &[
            "run",
            "--quiet",
            "--package",
            "xtask",
            "--",
            "generate",
            "--check",
            "--spec",
            "codegen/tests/media.yaml",
            "--out",
            "codegen/tests/media",
        ],
        environment: &[],
    },
    Step {
        title: "generated crate of the depot is up to date",
        arguments: &[
            "run",
            "--quiet",
            "--package",
            "xtask",
            "--",
            "generate",
            "--check",
            "--spec",
            "conformance/depot/depot.yaml",
            "--out",
            "conformance/depot/api",
        ],
        environment: &[],
    },
    Step {
        title: "generated crate of the peers is up to date",
        arguments: &[
            "run",
            "--quiet",
            "--package",
            "xtask",
            "--",
            "generate",
            "--check",
            "--spec",
            "codegen/peers/contract.yaml",
            "--out",
            "codegen/peers/api",
        ],
        environment: &[],
    },
    Step {
        title: "lint",
        arguments: &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--all-features",
            "--locked",
            "--",
            "--deny",
            "warnings",
        ],
        environment: &[],
    },
    Step {
        title: "generated crate without server or client",
        arguments: &["check", "--package", "workspace-api", "--no-default-features", "--locked"],
        environment: &[("RUSTFLAGS", "--deny warnings")],
    },
    Step {
        title: "tests",
        arguments: &["test", "--workspace", "--locked"],
        // Snapshots are compared here, never written.
        environment: &[("INSTA_UPDATE", "no")],
    },
    Step {
        title: "small documents of others",
        arguments: &[
            "run",
            "--quiet",
            "--package",
            "xtask",
            "--",
            "corpus",
            "--max-size",
            "12",
            "--until",
            "clippy",
        ],
        environment: &[],
    },
    Step {
        title: "values go through generated types and come back",
        arguments: &["run", "--quiet", "--package", "xtask", "--", "fidelity"],
        environment: &[],
    },
    Step {
        title: "documentation",
        arguments: &["doc", "--workspace", "--no-deps", "--locked"],
        environment: &[("RUSTDOCFLAGS", "--deny warnings")],
    },
    Step {
        title: "conformance of the reference implementation",
        arguments: &["run", "--quiet", "--package", "xtask", "--", "conformance", "--require-all"],
        environment: &[],
    },
];

/// Runs every step, and stops at the first that fails.
pub(crate) fn run() -> ExitCode {
    for (number, step) in STEPS.iter().enumerate() {
        anstream::eprintln!("\n==> {}/{} {}", number + 1, STEPS.len(), step.title);
        let start = Instant::now();
        if let Err(problem) = step.run() {
            anstream::eprintln!("==> failed: {}: {problem}", step.title);
            return exit::FAILED;
        }
        anstream::eprintln!("==> {} done in {:.1} s", step.title, start.elapsed().as_secs_f64());
    }
    check_dependencies()
}

impl Step {
    fn run(&self) -> Result<(), String> {
        let status = cargo()
            .args(self.arguments)
            .envs(self.environment.iter().copied())
            .status()
            .map_err(|error| format!("cargo could not be started: {error}"))?;
        if status.success() {
            return Ok(());
        }
        Err(format!("`cargo {}` ended with {status}", self.arguments.join(" ")))
    }
}

/// Licences, duplicates and sources of the dependencies, where `cargo-deny` is installed.
fn check_dependencies() -> ExitCode {
    let installed =
        cargo().args(["deny", "--version"]).output().is_ok_and(|out| out.status.success());
    if !installed {
        anstream::eprintln!(
            "\n==> SKIPPED: dependencies (`cargo install cargo-deny` to check them too)"
        );
        return exit::OK;
    }
    anstream::eprintln!("\n==> dependencies");
    let checked =
        cargo().args(["deny", "--offline", "check", "bans", "licenses", "sources"]).status();
    if checked.is_ok_and(|status| status.success()) { exit::OK } else { exit::FAILED }
}
