//! The exit codes of every command here.

use std::process::ExitCode;

/// All is well.
pub(crate) const OK: ExitCode = ExitCode::SUCCESS;

/// The command did its work, and what it looked at is not as it should be: stale files, findings, a failed step.
pub(crate) const FAILED: ExitCode = ExitCode::FAILURE;
