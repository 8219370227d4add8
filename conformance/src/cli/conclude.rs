//! The end of a run: its report printed and written, and the exit code.

use std::io::Write as _;

use super::RunFlags;
use crate::exit::Exit;
use crate::report::{self, KnownState, Outcome, Report};

/// What fails a run beside failures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    /// A skipped cell.
    pub(super) require_all: bool,
    /// A known failure that passes again.
    pub(super) fail_on_fixed: bool,
}

impl Rules {
    pub(super) fn of(flags: &RunFlags) -> Self {
        Self { require_all: flags.require_all, fail_on_fixed: flags.fail_on_fixed }
    }

    fn exit(self, report: &Report) -> Exit {
        let is_fixed = |state| state == KnownState::Fixed;
        let fixed = report.known.iter().any(|entry| is_fixed(entry.state));
        match report.outcome() {
            Outcome::Interrupted => Exit::Interrupted,
            Outcome::DoesNotConform | Outcome::NothingJudged | Outcome::Incomplete => {
                Exit::DoesNotConform
            }
            Outcome::Conforms | Outcome::KnownFailures => {
                let skipped = self.require_all && report.summary.skipped > 0;
                let fixed = self.fail_on_fixed && fixed;
                if skipped || fixed { Exit::DoesNotConform } else { Exit::Conforms }
            }
        }
    }
}

/// Prints a report, writes the files, and says how the command ends.
pub(super) fn conclude(report: &Report, targets: &[report::Target], rules: Rules) -> Exit {
    // A closed pipe is no reason to leave the files unwritten.
    let _ = anstream::stdout().write_all(report::terminal(report).as_bytes());
    let mut written = true;
    for target in targets {
        if let Err(error) = report::write(report, target) {
            anstream::eprintln!("error: can't write {}: {error}", target.path.display());
            written = false;
        }
    }
    if written { rules.exit(report) } else { Exit::Mistake }
}
