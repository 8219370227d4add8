//! The end of a run: its report printed and written, and the exit code.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::RunFlags;
use super::targets::path_for;
use crate::exit::Exit;
use crate::report::{self, Comparison, Format, KnownState, Outcome, Report, Target};

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

/// The same for runs against several targets, and what differs between the first and each other one. The worst of them is
/// how the command ends.
pub(super) fn conclude_all(reports: &[(&str, &Report)], flags: &RunFlags) -> Exit {
    let rules = Rules::of(flags);
    let mut exits: Vec<Exit> = Vec::new();
    for (name, report) in reports {
        let own = |target: &Target| Target { path: path_for(&target.path, name), ..target.clone() };
        let targets: Vec<Target> = flags.report.iter().map(own).collect();
        exits.push(conclude(report, &targets, rules));
    }
    let Some((first, others)) = reports.split_first() else { return Exit::Mistake };
    let compared = others.iter().map(|other| report::compare(*first, *other));
    let compared: Vec<Comparison> = compared.collect();
    let told: String = compared.iter().map(report::differences).collect();
    let _ = anstream::stdout().write_all(told.as_bytes());
    if let Some(path) = &flags.differences
        && let Err(error) = write_differences(path, &compared)
    {
        anstream::eprintln!("error: can't write {}: {error}", path.display());
        exits.push(Exit::Mistake);
    }
    exits.into_iter().max_by_key(|exit| exit.code()).unwrap_or(Exit::Mistake)
}

fn write_differences(path: &Path, compared: &[Comparison]) -> std::io::Result<()> {
    let text = serde_json::to_string_pretty(compared)?;
    std::fs::write(path, text + "\n")
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
