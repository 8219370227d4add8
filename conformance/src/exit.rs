//! The exit codes, in one place: scripts rely on them.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The target conforms.
    Conforms,
    /// The target does not conform; with `--require-all` also: a cell was skipped.
    DoesNotConform,
    /// The contract, the profile or a flag is wrong, or a report can't be written.
    Mistake,
    /// The first connection to the target failed.
    Unreachable,
    /// Somebody interrupted the run; what it made is undone, and the reports are written.
    Interrupted,
}

impl Exit {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Conforms => 0,
            Self::DoesNotConform => 1,
            Self::Mistake => 2,
            Self::Unreachable => 3,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
