//! `conformance known`: the failures of a report as entries of a profile, so that only new ones fail a run from now on.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;

use time::Date;
use time::macros::format_description;

use super::KnownFlags;
use super::merge::read_report;
use crate::exit::Exit;
use crate::profile::{comment, quoted};
use crate::report::{CauseReport, Report};

/// What the exit codes say, for a help text.
pub(super) const EXIT_CODES: &str = "Exit codes:
  0    the entries are printed, if there are any
  2    the file is no report";

/// Prints the entries.
pub(super) fn known(flags: &KnownFlags) -> Exit {
    match read_report(&flags.from) {
        Ok(report) => {
            let text = entries(&report, flags);
            if text.is_empty() {
                anstream::eprintln!("note: nothing failed there that isn't known");
            }
            // A closed pipe is the reader's choice.
            let _ = anstream::stdout().write_all(text.as_bytes());
            Exit::Conforms
        }
        Err(mistake) => {
            anstream::eprintln!("error: {mistake}");
            Exit::Mistake
        }
    }
}

/// A day as a flag has it: `2030-12-31`.
pub(super) fn day(text: &str) -> Result<Date, String> {
    let format = format_description!("[year]-[month]-[day]");
    Date::parse(text, format).map_err(|_| "expected a day, such as 2030-12-31".to_owned())
}

fn entries(report: &Report, flags: &KnownFlags) -> String {
    let mut seen = BTreeSet::new();
    let firm = report.causes.iter().filter(|cause| cause.is_firm());
    let new = firm.filter(|cause| seen.insert(pattern(cause)));
    new.map(|cause| entry(cause, flags)).collect()
}

fn entry(cause: &CauseReport, flags: &KnownFlags) -> String {
    let about = format!("{}:{}: {}", cause.operation_id, cause.status, cause.message);
    let mut text = format!("# {}\n[[known]]\n", comment(&about));
    let _ = writeln!(text, "cause = {}", quoted(&pattern(cause)));
    let _ = writeln!(text, "reason = {}", quoted(&flags.reason));
    let _ = writeln!(text, "until = {}", flags.until);
    if let Some(link) = &flags.link {
        let _ = writeln!(text, "link = {}", quoted(link));
    }
    text + "\n"
}

/// The name of a cause. A number that tells it from others of the same name is that of one report, and holds for none.
fn pattern(cause: &CauseReport) -> String {
    match cause.cause.rsplit_once('#') {
        Some((name, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{name}*")
        }
        _ => cause.cause.clone(),
    }
}
