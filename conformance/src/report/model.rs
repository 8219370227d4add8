//! The report as data. Serialized, it is the JSON report: names and meanings here are stable.

use std::fmt;

use indexmap::IndexMap;
use serde::{Serialize, Serializer};
use spec::model::Status;

use crate::judge::Verdict;
use crate::promise::Level;
use crate::run::Confirmed;

/// A run, told.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The contract's title.
    pub title: String,
    /// The contract's own version.
    pub version: String,
    /// The target's URL.
    pub url: String,
    /// Whether the run was interrupted.
    pub interrupted: bool,
    /// Why the run ended before every case had been performed: it ran out of time, or the target went down.
    pub ended: Option<String>,
    /// The numbers.
    pub summary: Summary,
    /// What the whole of the answers suggests, for people.
    pub hints: Vec<String>,
    /// Every selected cell, in the contract's order.
    pub cells: Vec<CellReport>,
    /// Every selected case, in the plan's order.
    pub cases: Vec<CaseReport>,
    /// What is wrong, each cause once, the most important first.
    pub causes: Vec<CauseReport>,
    /// The operations and workflows that are left out, and why.
    pub left_out: Vec<LeftOutReport>,
}

/// One cause of failures: the same check of the same operation, with the same coming of it.
#[derive(Debug, Clone, Serialize)]
pub struct CauseReport {
    /// What groups them: stable from run to run.
    pub cause: String,
    /// What groups causes: the check, what came, and the kind of case or the keyword, whatever the operation. It is
    /// stable from run to run, too.
    pub kind: String,
    /// The operation of the cell that it speaks against.
    pub operation_id: String,
    /// The status of that cell.
    pub status: StatusKey,
    /// The check's id.
    pub check: String,
    /// How much it weighs.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// What may be missing in the document, where the example suggests it.
    pub hint: Option<String>,
    /// How many cases met it.
    pub cases: usize,
    /// The id of the case that shows it best.
    pub example: String,
    /// How often it was seen again, of how many times.
    pub confirmed: Option<Confirmed>,
    /// Whether it was not seen again each time.
    pub flaky: bool,
}

impl CauseReport {
    /// Whether it is a broken promise rather than a remark.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        self.level == Level::Must
    }

    /// Whether it fails a run: one that was not seen again doesn't.
    #[must_use]
    pub fn is_firm(&self) -> bool {
        self.is_failure() && !self.confirmed.is_some_and(|one| one.seen == 0 && one.of > 0)
    }
}

/// An operation or a workflow that isn't called.
#[derive(Debug, Clone, Serialize)]
pub struct LeftOutReport {
    /// The operation's or the workflow's id.
    pub id: String,
    /// Why, and the line of the profile that would change it.
    pub reason: String,
}

impl Report {
    /// How the run turned out.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.summary.outcome
    }

    /// The cells that nothing is known of, each with the reason.
    pub fn skipped(&self) -> impl Iterator<Item = (&CellReport, &str)> {
        let skipped = self.cells.iter().filter(|cell| cell.verdict == Verdict::Skipped);
        skipped.map(|cell| (cell, cell.reason.as_deref().unwrap_or_default()))
    }
}

/// How a run turned out. Only [`Outcome::Conforms`] is a success.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Something passed, and nothing failed.
    Conforms,
    /// Some cell failed.
    DoesNotConform,
    /// No cell passed and none failed: nothing is known of the target.
    #[default]
    NothingJudged,
    /// Not every case was performed: it ran out of time, or the target went down.
    Incomplete,
    /// The run was interrupted before its end.
    Interrupted,
}

impl Outcome {
    pub(super) fn of(interrupted: bool, complete: bool, passed: usize, failed: usize) -> Self {
        match (interrupted, complete, passed, failed) {
            (true, ..) => Self::Interrupted,
            (false, _, _, 1..) => Self::DoesNotConform,
            (false, false, ..) => Self::Incomplete,
            (false, true, 0, 0) => Self::NothingJudged,
            (false, true, 1.., 0) => Self::Conforms,
        }
    }

    /// For people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Conforms => "conforms",
            Self::DoesNotConform => "does not conform",
            Self::Incomplete => "ended before its end",
            Self::NothingJudged => "nothing could be judged",
            Self::Interrupted => "interrupted",
        }
    }

    /// The verdict that it amounts to. To have judged nothing is as bad as a failure, since nobody would look.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Conforms => Verdict::Passed,
            Self::DoesNotConform | Self::NothingJudged | Self::Incomplete => Verdict::Failed,
            Self::Interrupted => Verdict::Skipped,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The numbers of a run. `passed`, `failed` and `skipped` count cells, and add up to `cells_documented`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// How the run turned out.
    pub outcome: Outcome,
    /// The (operation, status) pairs.
    pub cells_documented: usize,
    /// Those that an answer fell on, in whichever case it came.
    pub cells_exercised: usize,
    /// Cells.
    pub passed: usize,
    /// Cells.
    pub failed: usize,
    /// Cells.
    pub skipped: usize,
    /// Requests that were sent.
    pub requests: u64,
    /// How long it took.
    pub duration_ms: u64,
}

/// A documented status: a number where it is one, else `4XX` or `default`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatusKey(pub Status);

impl Serialize for StatusKey {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Status::Code(code) => to.serialize_u16(code),
            Status::Range(_) | Status::Default => to.collect_str(&self.0),
        }
    }
}

impl fmt::Display for StatusKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What came of a cell.
#[derive(Debug, Clone, Serialize)]
pub struct CellReport {
    /// The operation.
    pub operation_id: String,
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// The documented status.
    pub status: StatusKey,
    /// How it turned out.
    pub verdict: Verdict,
    /// Whether an answer of the operation fell on it, in whichever case it came.
    pub exercised: bool,
    /// Why, unless it passed.
    pub reason: Option<String>,
    /// The ids of its cases.
    pub cases: Vec<String>,
    /// Why it isn't reached, and the entry of a profile or the workflow that would reach it, to be filled in.
    pub needs: Option<String>,
}

/// What came of a case.
#[derive(Debug, Clone, Serialize)]
pub struct CaseReport {
    /// Its id, for `--case`.
    pub id: String,
    /// The operation of its cell.
    pub operation_id: String,
    /// The status of its cell.
    pub status: StatusKey,
    /// What it was derived from.
    pub source: &'static str,
    /// How it turned out.
    pub verdict: Verdict,
    /// Why, unless it passed.
    pub reason: Option<String>,
    /// What it does, for people.
    pub summary: String,
    /// The place that asks for it.
    pub place: String,
    /// How long it took.
    pub duration_ms: u64,
    /// How often its failure was seen again, of how many times.
    pub confirmed: Option<Confirmed>,
    /// Whether its failure was not seen again each time.
    pub flaky: bool,
    /// The cause of the first thing that is wrong with it: one of [`Report::causes`].
    pub cause: Option<String>,
    /// Its exchanges.
    pub steps: Vec<StepReport>,
}

/// What came of a step.
#[derive(Debug, Clone, Serialize)]
pub struct StepReport {
    /// Its id in the case.
    pub id: String,
    /// The operation that the answer was judged by.
    pub operation_id: String,
    /// Whether it only undid what another step made.
    pub cleanup: bool,
    /// What was sent.
    pub request: RequestReport,
    /// The answer; null: there was none.
    pub response: Option<ResponseReport>,
    /// Why there was no answer.
    pub error: Option<String>,
    /// How long it took.
    pub duration_ms: u64,
    /// The judgements; in most cases of a long run only those that did not pass.
    pub checks: Vec<CheckReport>,
    /// The request as a shell line; empty where only the beginning of its content was kept.
    pub curl: String,
}

impl StepReport {
    /// The line for a shell, where it is whole and no longer than that.
    pub(super) fn shell_line(&self, most: usize) -> Option<&str> {
        Some(self.curl.as_str()).filter(|line| !line.is_empty() && line.len() <= most)
    }
}

/// A request as sent, but for its secrets.
#[derive(Debug, Clone, Serialize)]
pub struct RequestReport {
    /// The method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// Header fields; several of one name are joined.
    pub headers: IndexMap<String, String>,
    /// The content as text, perhaps only its beginning; null: none.
    pub body: Option<String>,
    /// The length of the whole content in bytes.
    pub body_length: usize,
}

/// A response, but for secrets that it echoed.
#[derive(Debug, Clone, Serialize)]
pub struct ResponseReport {
    /// The status.
    pub status: u16,
    /// Header fields; several of one name are joined.
    pub headers: IndexMap<String, String>,
    /// The content as text, perhaps only its beginning.
    pub body: String,
    /// The length of the whole content in bytes.
    pub body_length: usize,
}

/// One judgement.
#[derive(Debug, Clone, Serialize)]
pub struct CheckReport {
    /// Stable, kebab-case.
    pub id: &'static str,
    /// How it turned out.
    pub verdict: Verdict,
    /// How much it weighs when it fails: only `must` fails a run.
    pub level: Level,
    /// What makes it fail: one of [`Report::causes`].
    pub cause: Option<String>,
    /// What is promised, or what is wrong.
    pub message: String,
    /// The place in the answer's body.
    pub pointer: Option<String>,
    /// What had to be.
    pub expected: Option<String>,
    /// What was.
    pub got: Option<String>,
    /// The place that asks for it: `file:line:column (#/pointer)`.
    pub place: Option<String>,
}

impl CheckReport {
    /// What there is to say beside the message, each with its label.
    pub(super) fn details(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let details = [
            ("expected", &self.expected),
            ("got", &self.got),
            ("pointer", &self.pointer),
            ("contract", &self.place),
        ];
        details.into_iter().filter_map(|(label, value)| Some((label, value.as_deref()?)))
    }
}
