//! All that is kept of the services as Markdown: two tables, then each service with its failures.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use indexmap::IndexMap;

use super::compare::Entry;
use super::failure::{Failure, Tool};
use super::file::{Examined, Judgement};
use super::results::Left;
use super::{peer, table};

/// What was measured, service after service.
pub(super) struct Report<'a> {
    pub(super) entries: Vec<Entry<'a>>,
    /// Services that nothing is kept of.
    pub(super) missing: Vec<String>,
}

impl Report<'_> {
    /// Failures of ours that nobody judged, in all services.
    pub(super) fn not_examined(&self) -> usize {
        self.entries.iter().map(|entry| entry.not_examined().count()).sum()
    }

    /// Judgements of a service that was measured, and that no failure of it has.
    pub(super) fn unneeded(&self) -> Vec<String> {
        let mut unneeded = BTreeSet::new();
        for file in self.entries.iter().map(|entry| entry.file) {
            let entries = || self.entries.iter().filter(|entry| entry.file.name == file.name);
            for one in &file.judgements {
                let covers = |entry: &Entry<'_>| {
                    entry.failures(one.tool).iter().any(|failure| one.covers(one.tool, failure))
                };
                // What a tool was not run for, it can't be asked.
                if entries().all(|entry| entry.ran(one.tool)) && !entries().any(covers) {
                    let of = (&one.operation, &one.check, &one.came);
                    unneeded.insert(format!("{}: {} {} {}", file.name, of.0, of.1, of.2));
                }
            }
        }
        unneeded.into_iter().collect()
    }

    pub(super) fn markdown(&self) -> String {
        let mut out = INTRODUCTION.replace("{peer}", peer::PACKAGE);
        let _ = write!(out, "\n## Our suite\n\n{}", self.reach());
        let _ = write!(out, "\n## Beside Schemathesis\n\n{COMPARED}\n{}", self.compared());
        for name in &self.missing {
            let _ = write!(out, "\n`{name}` was not run.\n");
        }
        for entry in &self.entries {
            entry.markdown(&mut out);
        }
        out
    }

    /// How much of each document was reached.
    pub(super) fn reach(&self) -> String {
        let mut rows = Vec::new();
        for entry in &self.entries {
            let name = entry.measured.name.clone();
            rows.push(match &entry.measured.ours {
                None => vec![name, "not measured".to_owned()],
                Some(ours) => vec![
                    name,
                    ours.documented.to_string(),
                    ours.reached.to_string(),
                    ours.passed.to_string(),
                    ours.failed.to_string(),
                    ours.skipped.to_string(),
                    entry.not_examined().count().to_string(),
                    left(&ours.left),
                    ours.requests.to_string(),
                    format!("{:.1}", ours.seconds),
                ],
            });
        }
        table::markdown(
            &[
                "service",
                "cells",
                "reached",
                "passed",
                "failed",
                "skipped",
                "not examined",
                "left behind",
                "requests",
                "seconds",
            ],
            &rows,
        )
    }

    fn compared(&self) -> String {
        let mut rows = Vec::new();
        for entry in &self.entries {
            let Some(peer) = &entry.measured.peer else { continue };
            let compared = entry.comparison();
            rows.push(vec![
                entry.measured.name.clone(),
                compared.both.len().to_string(),
                compared.ours.len().to_string(),
                compared.remarked.len().to_string(),
                compared.theirs.len().to_string(),
                compared.uncalled.len().to_string(),
                compared.false_alarms.to_string(),
                compared.their_false_alarms.to_string(),
                compared.open.len().to_string(),
                left(&peer.left),
                peer.requests.to_string(),
                format!("{:.1}", peer.seconds),
            ]);
        }
        table::markdown(
            &[
                "service",
                "both",
                "ours alone",
                "remarked by ours",
                "theirs alone",
                "of these not called by ours",
                "our false alarms",
                "their false alarms",
                "theirs, not examined",
                "left by them",
                "their requests",
                "their seconds",
            ],
            &rows,
        )
    }
}

const INTRODUCTION: &str = "\
# Services

Written by `cargo xtask services`: real services by other teams, started on this machine, each replayed from its own
OpenAPI document by our suite and by `{peer}`. How each is installed, started and judged stands in
[services/](services).
";

const COMPARED: &str = "\
A fault is an operation and a kind of failure. It counts where somebody examined it and found the service to break its
own document; whoever tells a fault that counts has found it. What ours only remarks on (level `should`) does not fail a
run. Operations that may act on what a run did not make are not called by ours without being asked. Both tools get the same
time.
";

fn left(lists: &[Left]) -> String {
    let told =
        lists.iter().filter(|list| list.count() + list.gone() > 0).map(|list| match list.gone() {
            0 => format!("{} {}", list.count(), list.what),
            gone => format!("−{gone} {}", list.what),
        });
    let told: Vec<_> = told.collect();
    match (lists.is_empty(), told.is_empty()) {
        (true, _) => "–".to_owned(),
        (false, true) => "0".to_owned(),
        (false, false) => told.join(", "),
    }
}

impl Entry<'_> {
    fn markdown(&self, out: &mut String) {
        let packages = self.file.install.iter().flat_map(|install| &install.packages);
        let packages: Vec<_> = packages.map(|package| format!("`{package}`")).collect();
        let measured = &self.measured;
        let _ = write!(
            out,
            "\n## {}\n\n{} {}, on {}.\n",
            measured.name,
            self.file.about,
            packages.join(", "),
            measured.date
        );
        for trouble in &measured.troubles {
            let _ = write!(out, "\n- {trouble}\n");
        }
        self.skipped(out);
        self.failed(out);
        self.alone(out);
    }

    fn skipped(&self, out: &mut String) {
        let Some(ours) = self.measured.ours.as_ref().filter(|ours| !ours.reasons.is_empty()) else {
            return;
        };
        let rows = ours.reasons.iter();
        let rows: Vec<_> =
            rows.map(|(reason, cells)| vec![cells.to_string(), reason.clone()]).collect();
        let _ = write!(out, "\n{}", table::markdown(&["skipped", "why"], &rows));
    }

    /// Our failures: what one judgement is about in one row, what nobody judged by what it is.
    fn failed(&self, out: &mut String) {
        let mut groups: IndexMap<Group<'_>, Vec<&Failure>> = IndexMap::new();
        for failure in self.failures(Tool::Suite) {
            let judgement = failure.judgement(Tool::Suite, self.judgements());
            groups.entry(Group::of(failure, judgement)).or_default().push(failure);
        }
        groups.sort_by(|a, _, b, _| a.cmp(b));
        let rows: Vec<_> = groups.iter().map(|(group, failures)| group.row(failures)).collect();
        if !rows.is_empty() {
            let heads = ["examined", "check", "came", "operations", "times", "first of", "why"];
            let _ = write!(out, "\n{}", table::markdown(&heads, &rows));
        }
    }

    /// What Schemathesis alone was right about, and nobody examined of ours.
    fn alone(&self, out: &mut String) {
        let alone = self.comparison().theirs;
        let mut groups: IndexMap<Group<'_>, Vec<&Failure>> = IndexMap::new();
        for failure in self.failures(Tool::Schemathesis) {
            let judgement = failure.judgement(Tool::Schemathesis, self.judgements());
            let is_alone = alone.contains(&(failure.operation.as_str(), failure.kind));
            if is_alone && judgement.is_some_and(|found| found.verdict == Examined::TrueFault) {
                groups.entry(Group::of(failure, judgement)).or_default().push(failure);
            }
        }
        let rows: Vec<_> = groups.iter().map(|(group, failures)| group.row(failures)).collect();
        if !rows.is_empty() {
            let heads = [
                "found by Schemathesis alone",
                "check",
                "came",
                "operations",
                "times",
                "first of",
                "why",
            ];
            let _ = write!(out, "\n{}", table::markdown(&heads, &rows));
        }
    }
}

/// Failures that one row tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Group<'a> {
    verdict: Option<Examined>,
    check: &'a str,
    came: &'a str,
    /// The judgement's reason; what nobody judged has none.
    why: &'a str,
}

impl<'a> Group<'a> {
    fn of(failure: &'a Failure, judgement: Option<&'a Judgement>) -> Self {
        match judgement {
            Some(found) => Self {
                verdict: Some(found.verdict),
                check: &failure.check,
                came: &found.came,
                why: &found.why,
            },
            None => Self { verdict: None, check: &failure.check, came: &failure.came, why: "" },
        }
    }

    fn row(&self, failures: &[&Failure]) -> Vec<String> {
        let operations: BTreeSet<_> = failures.iter().map(|failure| &failure.operation).collect();
        let times: usize = failures.iter().map(|failure| failure.times).sum();
        let first = operations.first().map(|operation| format!("`{operation}`"));
        let message = failures.first().map(|failure| failure.message.clone());
        vec![
            self.verdict.map_or("not examined", label).to_owned(),
            self.check.to_owned(),
            self.came.to_owned(),
            operations.len().to_string(),
            times.to_string(),
            first.unwrap_or_default(),
            if self.why.is_empty() { message.unwrap_or_default() } else { self.why.to_owned() },
        ]
    }
}

fn label(verdict: Examined) -> &'static str {
    match verdict {
        Examined::TrueFault => "true fault",
        Examined::FalseAlarm => "false alarm",
    }
}
