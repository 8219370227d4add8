//! One command, measured by the operating system: a process of its own, so that its peak memory is its own too.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Context as _, bail};
use clap::Args as ClapArgs;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::{TimeVal, TimeValLike as _};
use serde::{Deserialize, Serialize};

use crate::exit;

/// A command to be measured
#[derive(Debug, ClapArgs)]
pub(crate) struct MeasureArgs {
    /// The greatest exit code that is no failure to be measured: a verdict is none
    #[arg(long, default_value_t = 0, value_name = "CODE")]
    accept: i32,
    /// The command and its arguments
    #[arg(last = true, required = true)]
    command: Vec<String>,
}

/// What a command took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Figures {
    pub(crate) wall_ms: f64,
    /// Processor time, of all its processes.
    pub(crate) cpu_ms: f64,
    pub(crate) peak_mb: f64,
}

/// `xtask measure`: runs the command and prints its figures as JSON.
pub(crate) fn measure(args: &MeasureArgs) -> ExitCode {
    match run(args) {
        Ok(figures) => {
            anstream::println!("{}", serde_json::json!(figures));
            exit::OK
        }
        Err(error) => {
            anstream::eprintln!("error: {error:#}");
            exit::FAILED
        }
    }
}

fn run(args: &MeasureArgs) -> anyhow::Result<Figures> {
    let (program, arguments) = args.command.split_first().context("no command is given")?;
    let start = Instant::now();
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output()?;
    let wall_ms = start.elapsed().as_secs_f64() * 1000.0;
    let has_done_its_work = output.status.code().is_some_and(|code| code <= args.accept);
    if !has_done_its_work {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` ended with {}:\n{said}", args.command.join(" "), output.status);
    }
    // The one child that was waited for: its peak, in kilobytes.
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let milliseconds = |time: TimeVal| time.num_microseconds() as f64 / 1000.0;
    let cpu_ms = milliseconds(usage.user_time()) + milliseconds(usage.system_time());
    Ok(Figures { wall_ms, cpu_ms, peak_mb: usage.max_rss() as f64 / 1024.0 })
}

/// `xtask measure -- …` around a command, with its folder and environment.
pub(crate) fn measuring(xtask: &Path, command: &Command) -> Command {
    let mut measuring = Command::new(xtask);
    measuring.arg("measure").arg("--").arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        measuring.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => measuring.env(name, value),
            None => measuring.env_remove(name),
        };
    }
    measuring
}

/// Measures a command, and shows what it says.
pub(super) fn measured(xtask: &Path, command: &Command) -> anyhow::Result<Figures> {
    measured_as(measuring(xtask, command))
}

/// Measures a command that ends with a verdict: 1 is no failure.
pub(super) fn measured_verdict(xtask: &Path, command: &Command) -> anyhow::Result<Figures> {
    let mut accepting = Command::new(xtask);
    accepting.args(["measure", "--accept", "1", "--"]);
    accepting.arg(command.get_program()).args(command.get_args());
    measured_as(accepting)
}

fn measured_as(mut measuring: Command) -> anyhow::Result<Figures> {
    let output = measuring.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("the command to be measured failed; what it says stands above");
    }
    figures(&output.stdout)
}

/// What `xtask measure` printed.
pub(crate) fn figures(printed: &[u8]) -> anyhow::Result<Figures> {
    serde_json::from_slice(printed).context("no figures came back")
}
