//! `conformance merge`: one report of those of all shards.

use std::io::BufReader;
use std::path::Path;

use super::MergeFlags;
use super::conclude::{Rules, conclude};
use super::prepare::check_target;
use crate::exit::Exit;
use crate::report::{self, Part, Report};

/// What the exit codes say, for a help text.
pub(super) const EXIT_CODES: &str = "Exit codes:
  0    the target conforms
  1    it does not, or nothing could be judged, or a shard is missing or ended before its end
  2    a file is no report, or of another run than the others
  130  a shard was interrupted";

pub(super) fn merge(flags: &MergeFlags) -> Exit {
    match merged(flags) {
        Ok(report) => {
            let MergeFlags { require_all, fail_on_fixed, .. } = *flags;
            conclude(&report, &flags.report, Rules { require_all, fail_on_fixed })
        }
        Err(mistake) => {
            anstream::eprintln!("error: {mistake}");
            Exit::Mistake
        }
    }
}

fn merged(flags: &MergeFlags) -> Result<Report, String> {
    for target in &flags.report {
        check_target(target)?;
    }
    let parts: Result<Vec<Part>, String> = flags.reports.iter().map(|path| part(path)).collect();
    report::merge(parts?)
}

fn part(path: &Path) -> Result<Part, String> {
    Ok(Part { name: path.display().to_string(), report: read_report(path)? })
}

/// A report that was written as JSON.
///
/// # Errors
/// What is wrong with it, and what to do.
pub(super) fn read_report(path: &Path) -> Result<Report, String> {
    let name = path.display();
    let file = std::fs::File::open(path).map_err(|error| format!("can't read {name}: {error}"))?;
    serde_json::from_reader(BufReader::new(file)).map_err(|error| {
        let help = "it is what `run --report json=FILE` of this version writes";
        format!("{name} is no report: {error}\n  help: {help}")
    })
}
