//! The report as data. Serialized, it is the JSON report: names and meanings here are stable.

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use spec::model::Status;

use super::constraints::ConstraintReport;
use super::known::{KnownAs, KnownReport};
use super::selection::SelectionReport;
use crate::judge::Verdict;
use crate::profile::Failure;
use crate::promise::Level;
use crate::run::Confirmed;

/// A run, told.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The contract's title.
    pub title: String,
    /// The contract's own version.
    pub version: String,
    /// The target's URL.
    pub url: String,
    /// When it began: an RFC 3339 date-time in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub started: String,
    /// Whether the run was interrupted.
    pub interrupted: bool,
    /// Why the run ended before every case had been performed: it ran out of time, or the target went down.
    pub ended: Option<String>,
    /// What was selected of all that there is to do.
    pub selection: SelectionReport,
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
    /// The constraints on requests of the selected operations, and what became of each.
    pub constraints: Vec<ConstraintReport>,
    /// The failures that the profile knows, and what has become of each.
    pub known: Vec<KnownReport>,
}

/// One cause of failures: the same check of the same operation, with the same coming of it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
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
    /// What the profile knows of it; null: nothing.
    pub known: Option<KnownAs>,
}

impl CauseReport {
    /// Whether it is a broken promise rather than a remark, and none that the profile lets pass as known.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        self.level == Level::Must && !self.is_known()
    }

    /// Whether it is a failure that the profile lets pass.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.level == Level::Must && self.known.as_ref().is_some_and(|known| !known.expired)
    }

    /// Whether it is a remark, which fails no run.
    #[must_use]
    pub fn is_remark(&self) -> bool {
        self.level != Level::Must
    }

    /// Whether it fails a run: one that was not seen again doesn't.
    #[must_use]
    pub fn is_firm(&self) -> bool {
        self.is_failure() && self.is_seen()
    }

    /// Whether it is a broken promise that was seen again, or that nobody looked for again.
    pub(super) fn is_seen(&self) -> bool {
        self.level == Level::Must && !self.is_excused()
    }

    /// Whether it was looked for again, and never seen.
    pub(super) fn is_excused(&self) -> bool {
        self.confirmed.is_some_and(|one| one.seen == 0 && one.of > 0)
    }

    /// As known failures are held against it.
    pub(super) fn failure(&self) -> Failure<'_> {
        Failure {
            cause: &self.cause,
            operation_id: &self.operation_id,
            status: self.status.0,
            check: &self.check,
        }
    }
}

/// An operation or a workflow that isn't called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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

/// How a run turned out. The first two are successes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Something passed, and nothing failed.
    Conforms,
    /// What failed is known, and nothing else failed.
    KnownFailures,
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
    pub(super) fn of(interrupted: bool, complete: bool, counts: &Summary) -> Self {
        let Summary { passed, failed, known, .. } = *counts;
        match (failed.saturating_sub(known), passed, known) {
            _ if interrupted => Self::Interrupted,
            (1.., ..) => Self::DoesNotConform,
            _ if !complete => Self::Incomplete,
            (0, _, 1..) => Self::KnownFailures,
            (0, 0, 0) => Self::NothingJudged,
            (0, 1.., 0) => Self::Conforms,
        }
    }

    /// For people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Conforms => "conforms",
            Self::KnownFailures => "conforms, but for known failures",
            Self::DoesNotConform => "does not conform",
            Self::Incomplete => "ended before its end",
            Self::NothingJudged => "nothing could be judged",
            Self::Interrupted => "interrupted",
        }
    }

    /// Whether nothing failed that nobody knew of, and something was judged.
    #[must_use]
    pub fn is_success(self) -> bool {
        self.verdict() == Verdict::Passed
    }

    /// The verdict that it amounts to. To have judged nothing is as bad as a failure, since nobody would look.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Conforms | Self::KnownFailures => Verdict::Passed,
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// Those of the failed cells of which all failures are known.
    pub known: usize,
    /// Cells.
    pub skipped: usize,
    /// Requests that were sent.
    pub requests: u64,
    /// How long it took.
    pub duration_ms: u64,
}

impl Summary {
    /// The numbers of these cells; how the run turned out is left open.
    pub(super) fn of(cells: &[CellReport], requests: u64, duration_ms: u64) -> Self {
        let count = |verdict| cells.iter().filter(|cell| cell.verdict == verdict).count();
        Self {
            outcome: Outcome::default(),
            cells_documented: cells.len(),
            cells_exercised: cells.iter().filter(|cell| cell.exercised).count(),
            passed: count(Verdict::Passed),
            failed: count(Verdict::Failed),
            known: cells.iter().filter(|cell| cell.known).count(),
            skipped: count(Verdict::Skipped),
            requests,
            duration_ms,
        }
    }
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

impl<'de> Deserialize<'de> for StatusKey {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(u16),
            Text(String),
        }
        match Written::deserialize(from)? {
            Written::Number(code) => Ok(Self(Status::Code(code))),
            Written::Text(text) => {
                let status = text.parse().map_err(|()| D::Error::custom("no status"))?;
                Ok(Self(status))
            }
        }
    }
}

impl JsonSchema for StatusKey {
    fn schema_name() -> Cow<'static, str> {
        "Status".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A documented status: a number where it is one, else `4XX` or `default`.",
            "oneOf": [
                { "type": "integer", "minimum": 100, "maximum": 999 },
                { "type": "string", "pattern": "^([1-9]XX|default)$" },
            ],
        })
    }
}

impl fmt::Display for StatusKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What came of a cell.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
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
    /// Whether it failed, and the profile knows all of its failures.
    pub known: bool,
    /// Whether a failure of it was seen once, and never again.
    pub flaky: bool,
    /// Whether an answer of the operation fell on it, in whichever case it came.
    pub exercised: bool,
    /// Why, unless it passed.
    pub reason: Option<String>,
    /// The ids of its cases.
    pub cases: Vec<String>,
    /// Why it isn't reached, and the entry of a profile or the workflow that would reach it, to be filled in.
    pub needs: Option<String>,
}

impl CellReport {
    /// Its name: `getPet:404`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.operation_id, self.status)
    }

    /// Whether it failed in a way that nobody knew of.
    #[must_use]
    pub fn has_failed_newly(&self) -> bool {
        self.verdict == Verdict::Failed && !self.known
    }
}

/// What came of a case.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CaseReport {
    /// Its id, for `--case`.
    pub id: String,
    /// The operation of its cell.
    pub operation_id: String,
    /// The status of its cell.
    pub status: StatusKey,
    /// What it was derived from.
    pub source: Cow<'static, str>,
    /// How it turned out.
    pub verdict: Verdict,
    /// Whether it failed, and the profile knows all of its failures.
    pub known: bool,
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
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct StepReport {
    /// Its id in the case.
    pub id: String,
    /// The operation that the answer was judged by.
    pub operation_id: String,
    /// Whether it only undid what another step made.
    pub cleanup: bool,
    /// When the request was sent: an RFC 3339 date-time in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub started: String,
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
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CheckReport {
    /// Stable, kebab-case.
    pub id: Cow<'static, str>,
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
