//! The exit codes of every command here.

use std::process::ExitCode;

/// All is well.
pub(crate) const OK: ExitCode = ExitCode::SUCCESS;

/// The command did its work, and what it looked at is not as it should be: stale files, findings, a failed step.
pub(crate) const FAILED: ExitCode = ExitCode::FAILURE;

/// The command could not do its work: a document that can't be read, a flag that makes no sense.
pub(crate) fn unable() -> ExitCode {
    ExitCode::from(2)
}

/// Somebody pressed Ctrl-C.
pub(crate) fn interrupted() -> ExitCode {
    ExitCode::from(130)
}
