//! What a run has to say: outcomes in, one [`Report`] out, and that in every format.
//!
//! ```text
//! (contract, plan, outcomes) ──build──▶ Report ──terminal, json, junit, markdown, html──▶ text
//! ```
//!
//! Reports of shards become one by [`merge`]. A [`Report`] is plain data, free of secrets, and adds up: each selected cell has exactly one verdict, each case
//! appears once. The renderers know nothing but the report.

mod build;
mod cause_key;
mod cause_merge;
mod causes;
mod cells;
mod compare;
mod constraints;
mod curl;
mod faults;
mod format;
mod github;
mod groups;
mod har;
mod hints;
mod html;
mod junit;
mod kinds;
mod known;
mod markdown;
mod matrix;
mod merge;
mod model;
mod needs;
mod null_hint;
mod pointers;
mod redact;
mod schema;
mod selection;
mod shown;
mod tell;
mod terminal;
pub(crate) mod words;

use crate::run::LONG_RUN;
pub use build::{Facts, build};
pub use compare::{CellDifference, Comparison, Difference, compare, differences};
pub use constraints::ConstraintReport;
pub use format::{Format, FormatError, Target, write};
pub use github::github;
use har::Har;
pub use html::html;
pub use junit::junit;
pub use known::{KnownAs, KnownFailures, KnownReport, KnownState};
pub use markdown::markdown;
pub use merge::{Part, merge};
pub use model::{
    CaseReport, CauseReport, CellReport, CheckReport, LeftOutReport, Outcome, Report,
    RequestReport, ResponseReport, StatusKey, StepReport, Summary,
};
pub use redact::{Redacting, Redactor};
pub use schema::{PUBLISHED, schema};
pub use selection::{SelectionReport, ShardReport, SinceReport};
pub use terminal::{terminal, terminal_of_width};

/// The report as JSON; its members are stable, scripts rely on them.
///
/// It has every case. In a run of more than [`LONG_RUN`] cases, only the first few of each cell and verdict are whole:
/// of the others' bodies there is 1 KiB at most (`body_length` says how long they were), and of their checks those
/// that did not pass. Such a report is written without indentation.
#[must_use]
pub fn json(report: &Report) -> String {
    // Maps have string keys and numbers are finite, so there is nothing that could fail.
    let text = match report.cases.len() > LONG_RUN {
        true => serde_json::to_string(report),
        false => serde_json::to_string_pretty(report),
    };
    text.unwrap_or_default() + "\n"
}

/// The report as an HTTP Archive (HAR 1.2): every exchange.
#[must_use]
pub fn har(report: &Report) -> String {
    serde_json::to_string(&Har(report)).unwrap_or_default() + "\n"
}

/// The JSON report, without holding the whole of it.
fn write_json(report: &Report, to: &mut dyn std::io::Write) -> std::io::Result<()> {
    match report.cases.len() > LONG_RUN {
        true => serde_json::to_writer(&mut *to, report)?,
        false => serde_json::to_writer_pretty(&mut *to, report)?,
    }
    writeln!(to)
}
