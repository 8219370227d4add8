//! A service of a held-out contract, from its start to its end.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::listening::Listening;

/// Starts one, sound or with one fault, on a free port of 127.0.0.1.
///
/// # Errors
/// Where it can't be started, or ends before it listens.
pub(super) fn start(program: &Path, fault: Option<&str>) -> anyhow::Result<Listening> {
    let mut command = python(program);
    command.args(["--port", "0"]).stderr(Stdio::null());
    if let Some(fault) = fault {
        command.args(["--fault", fault]);
    }
    Listening::start(command)
}

/// The interpreter, with a service of one file.
pub(super) fn python(program: &Path) -> Command {
    let mut command = Command::new("python3");
    command.arg("-B").arg(program);
    command
}
