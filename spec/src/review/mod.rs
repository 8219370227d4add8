//! The report of a review: what has changed between two contracts, and what lint says of the new one.
//!
//! ```text
//! Vec<Change>, Vec<Finding> ──▶ Review ──render──▶ terminal, Markdown, JSON
//! ```
//!
//! A [`Review`] is plain data with every position looked up, so a renderer is a pure function from it to text:
//! another format (GitHub annotations, SARIF, HTML) is another module beside the three here.

mod json;
mod markdown;
mod terminal;

use std::cmp::Ordering;

use serde::Serialize;
use serde_json::Value;

use crate::compare::{Change, Direction, Severity};
use crate::{Contract, Finding, Origin, Sources};

/// All that a review has to say, the worst first.
#[derive(Debug, Clone)]
pub struct Review {
    /// The old document.
    pub old: Document,
    /// The new document.
    pub new: Document,
    /// What was found.
    pub items: Vec<Item>,
}

/// One of the two documents.
#[derive(Debug, Clone, Serialize)]
pub struct Document {
    /// Its path, as it was asked for.
    pub file: String,
    /// The git revision that it was read from; `None`: the file system.
    pub revision: Option<String>,
}

/// One thing that a review has to say.
#[derive(Debug, Clone, Serialize)]
pub struct Item {
    /// Stable, kebab-case, never reused.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Whether it is about a change or about the new contract alone.
    pub kind: Kind,
    /// Where the change was met; `None` for lint.
    pub direction: Option<Direction>,
    /// The ids of the operations that it affects.
    pub operations: Vec<String>,
    /// What is the matter.
    pub message: String,
    /// Why it has this severity.
    pub reason: Option<&'static str>,
    /// The way out.
    pub help: Option<String>,
    /// Where in the old document.
    pub old: Option<Place>,
    /// Where in the new document.
    pub new: Option<Place>,
    /// A value that shows what has changed, where one was looked for and found: in requests it was valid and isn't any
    /// more, in responses it may come now and could not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<Value>,
    /// Whether such a value was looked for, and neither found nor proven not to be.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub undecided: bool,
}

/// What an [`Item`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A change.
    Change,
    /// The new contract, whatever it was before.
    Lint,
}

/// A place in a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file, as it was asked for.
    pub file: String,
    /// The line, from 1; `None` where the file has no positions.
    pub line: Option<usize>,
    /// The column in code points, from 1.
    pub column: Option<usize>,
    /// The JSON pointer, without `#`.
    pub pointer: String,
}

/// How many items there are of each severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "their names are those of `Severity`")]
pub struct Summary {
    pub breaking: usize,
    pub dangerous: usize,
    pub compatible: usize,
}

/// A way to write a review down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal, with ANSI colours: strip them where they aren't wanted.
    Terminal,
    /// For a pull request comment.
    Markdown,
    /// For programs.
    Json,
}

impl Review {
    /// A review of these changes and, of the new contract alone, these findings of reading and lint.
    #[must_use]
    pub fn new(
        (old, revision): (&Contract, Option<&str>),
        new: &Contract,
        changes: Vec<Change>,
        findings: &[Finding],
    ) -> Self {
        let changes = changes.into_iter().map(|change| Item {
            message: with_witness(&change),
            reason: Some(reason(&change)),
            code: change.rule.code,
            severity: change.severity,
            kind: Kind::Change,
            direction: Some(change.rule.direction),
            operations: change.operations,
            help: None,
            old: change.old.as_ref().map(|at| Place::of(&old.sources, at)),
            new: change.new.as_ref().map(|at| Place::of(&new.sources, at)),
            witness: change.witness,
            undecided: change.is_undecided,
        });
        let lint = findings.iter().map(|finding| Item::lint(finding, new));
        let mut items: Vec<_> = changes.chain(lint).collect();
        items.sort_by_key(|item| (std::cmp::Reverse(item.severity), item.kind == Kind::Lint));
        Self {
            old: Document::of(&old.sources, revision),
            new: Document::of(&new.sources, None),
            items,
        }
    }

    /// How many items there are of each severity.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for item in &self.items {
            *summary.of(item.severity) += 1;
        }
        summary
    }

    /// The worst severity; `None` where there is nothing to say.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.items.iter().map(|item| item.severity).max()
    }

    /// Writes it down.
    #[must_use]
    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Terminal => terminal::render(self),
            Format::Markdown => markdown::render(self),
            Format::Json => json::render(self),
        }
    }
}

impl Summary {
    fn of(&mut self, severity: Severity) -> &mut usize {
        match severity {
            Severity::Breaking => &mut self.breaking,
            Severity::Dangerous => &mut self.dangerous,
            Severity::Compatible => &mut self.compatible,
        }
    }
}

impl Document {
    fn of(sources: &Sources, revision: Option<&str>) -> Self {
        let path = sources.path(&Origin::root(""));
        Self { file: path.display().to_string(), revision: revision.map(str::to_owned) }
    }
}

impl std::fmt::Display for Document {
    /// As git writes it: `HEAD:spec/pets.yaml`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.revision {
            Some(revision) => write!(f, "{revision}:{}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

impl Item {
    /// A finding about the new contract alone: an error is as bad as a broken promise, as nobody can tell what
    /// stands behind it; a warning is a danger.
    fn lint(finding: &Finding, new: &Contract) -> Self {
        Self {
            code: finding.code,
            severity: match finding.severity {
                crate::Severity::Error => Severity::Breaking,
                crate::Severity::Warning => Severity::Dangerous,
                crate::Severity::Note => Severity::Compatible,
            },
            kind: Kind::Lint,
            direction: None,
            operations: operations_at(&finding.at, new),
            message: finding.message.clone(),
            reason: crate::lint::reason(finding.code),
            help: finding.help.clone(),
            old: None,
            new: Some(Place::of(&new.sources, &finding.at)),
            witness: None,
            undecided: false,
        }
    }
}

/// Why a change has its severity: by the rule, or by proof.
fn reason(change: &Change) -> &'static str {
    match change.severity.cmp(&change.rule.severity) {
        Ordering::Equal => change.rule.reason,
        Ordering::Less => "whatever one side sends, the other takes",
        Ordering::Greater => "one side sends the value, the other refuses it",
    }
}

/// What has changed, and the value that shows it.
fn with_witness(change: &Change) -> String {
    /// The longest value that people read.
    const LONGEST: usize = 200;
    let witness = change.witness.as_ref().map(Value::to_string);
    let Some(witness) = witness.filter(|text| text.chars().count() <= LONGEST) else {
        return change.message.clone();
    };
    let what = match change.rule.direction {
        Direction::Response => "is valid now, was not before",
        Direction::Request | Direction::Both => "was valid, is not any more",
    };
    format!("{}; `{witness}` {what}", change.message)
}

/// The operation that a place lies in; for a place among the components those that an error there costs.
fn operations_at(at: &Origin, contract: &Contract) -> Vec<String> {
    let within = |operation: &&crate::model::Operation| {
        operation.origin.file == at.file
            && at
                .pointer
                .strip_prefix(&operation.origin.pointer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let whole = contract.operations.iter().filter(within).map(|operation| operation.id.clone());
    let lost = contract.left_out.iter().filter(|one| one.at == *at);
    whole.chain(lost.filter_map(|one| one.operation_id.clone())).collect()
}

impl Place {
    fn of(sources: &Sources, origin: &Origin) -> Self {
        let position = sources.position(origin);
        Self {
            file: sources.path(origin).display().to_string(),
            line: position.map(|position| position.line),
            column: position.map(|position| position.column),
            pointer: origin.pointer.clone(),
        }
    }
}

impl std::fmt::Display for Place {
    /// As compilers write it: `spec/pets.yaml:41:9`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.file)?;
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, ":{line}:{column}"),
            _ => Ok(()),
        }
    }
}
