//! What a run has to say: outcomes in, one [`Report`] out, and that in every format.
//!
//! ```text
//! (contract, plan, outcomes) ──build──▶ Report ──terminal, json, junit, markdown, html──▶ text
//! ```
//!
//! A [`Report`] is plain data, free of secrets, and adds up: each selected cell has exactly one verdict, each case
//! appears once. The renderers know nothing but the report.

mod build;
mod causes;
mod cells;
mod curl;
mod faults;
mod format;
mod html;
mod junit;
mod markdown;
mod matrix;
mod model;
mod redact;
mod shown;
mod tell;
mod terminal;

pub use build::{Facts, build};
pub use format::{Format, FormatError, Target, write};
pub use html::html;
pub use junit::junit;
pub use markdown::markdown;
pub use model::{
    CaseReport, CauseReport, CellReport, CheckReport, LeftOutReport, Outcome, Report,
    RequestReport, ResponseReport, StatusKey, StepReport, Summary,
};
pub use redact::Redactor;
pub use terminal::terminal;

/// The report as JSON; its members are stable, scripts rely on them.
#[must_use]
pub fn json(report: &Report) -> String {
    // Maps have string keys and numbers are finite, so there is nothing that could fail.
    serde_json::to_string_pretty(report).unwrap_or_default() + "\n"
}
