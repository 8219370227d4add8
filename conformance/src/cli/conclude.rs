//! The end of a run: its report printed and written, and the exit code.

use std::io::Write as _;
use std::path::PathBuf;

use super::RunFlags;
use crate::exit::Exit;
use crate::report::{self, Format, KnownState, Outcome, Report, Target};

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
pub(super) fn conclude(report: &Report, targets: &[Target], rules: Rules) -> Exit {
    print(report, targets);
    let mut written = true;
    for target in targets.iter().chain(unasked(report, targets).as_ref()) {
        if let Err(error) = report::write(report, target) {
            anstream::eprintln!("error: can't write {}: {error}", target.path.display());
            written = false;
        }
    }
    if written { rules.exit(report) } else { Exit::Mistake }
}

/// Prints the report for people, beside what programs read. A closed pipe is no reason to leave the files unwritten.
fn print(report: &Report, targets: &[Target]) {
    let text = report::terminal(report);
    let is_for_programs = |target: &Target| target.is_stdout() && target.format != Format::Github;
    let _ = match targets.iter().any(is_for_programs) {
        true => anstream::stderr().write_all(text.as_bytes()),
        false => anstream::stdout().write_all(text.as_bytes()),
    };
}

/// Annotations where GitHub Actions reads what is printed; those of a shard come when all are merged.
fn unasked(report: &Report, targets: &[Target]) -> Option<Target> {
    let is_read = std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    let is_asked = targets.iter().any(|one| one.format == Format::Github || one.is_stdout());
    let is_wanted = is_read && !is_asked && report.selection.shard.is_none();
    is_wanted.then(|| Target { format: Format::Github, path: PathBuf::from("-") })
}
