//! All that is kept of the services as Markdown: two tables, then each service with its failures.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::failure::{Failure, Kind, Tool};
use super::file::{Examined, Judgement, ServiceFile};
use super::results::{Left, Measured};
use super::{peer, table};

/// A service's file beside what was measured of it.
pub(super) struct Entry<'a> {
    pub(super) file: &'a ServiceFile,
    pub(super) measured: Measured,
}

/// What was measured, service after service.
pub(super) struct Report<'a> {
    pub(super) entries: Vec<Entry<'a>>,
    /// Services that nothing is kept of.
    pub(super) missing: Vec<String>,
}

/// What both tools say of a service: an operation and a kind of failure.
type Faults<'a> = BTreeSet<(&'a str, Kind)>;

/// The faults of a service by who found them.
pub(super) struct Comparison<'a> {
    pub(super) both: Faults<'a>,
    pub(super) ours: Faults<'a>,
    pub(super) theirs: Faults<'a>,
    /// What Schemathesis says and nobody examined.
    pub(super) open: Faults<'a>,
    pub(super) false_alarms: usize,
    pub(super) their_false_alarms: usize,
}

impl Entry<'_> {
    fn judgements(&self) -> &[Judgement] {
        &self.file.judgements
    }

    fn failures(&self, tool: Tool) -> &[Failure] {
        let measured = &self.measured;
        let failures = match tool {
            Tool::Suite => measured.ours.as_ref().map(|found| &found.failures),
            Tool::Schemathesis => measured.peer.as_ref().map(|found| &found.failures),
        };
        failures.map(Vec::as_slice).unwrap_or_default()
    }

    fn ran(&self, tool: Tool) -> bool {
        match tool {
            Tool::Suite => self.measured.ours.is_some(),
            Tool::Schemathesis => self.measured.peer.is_some(),
        }
    }

    /// Failures of ours that nobody judged.
    pub(super) fn not_examined(&self) -> impl Iterator<Item = &Failure> {
        let failures = self.failures(Tool::Suite).iter();
        failures.filter(|failure| failure.judgement(Tool::Suite, self.judgements()).is_none())
    }

    /// The failures of a tool that were judged so, by operation and kind.
    fn judged(&self, tool: Tool, as_what: Option<Examined>) -> Faults<'_> {
        let failures = self.failures(tool).iter().filter(|failure| {
            failure.judgement(tool, self.judgements()).map(|found| found.verdict) == as_what
        });
        failures.map(|failure| (failure.operation.as_str(), failure.kind)).collect()
    }

    pub(super) fn comparison(&self) -> Comparison<'_> {
        let fault = Some(Examined::TrueFault);
        let ours = self.judged(Tool::Suite, fault);
        let theirs = self.judged(Tool::Schemathesis, fault);
        // A fault that we were found right about is one, whoever tells it.
        let told = &self.judged(Tool::Schemathesis, None) | &theirs;
        let both = &ours & &told;
        Comparison {
            ours: &ours - &both,
            theirs: &(&theirs - &both) - &self.judged(Tool::Suite, None),
            open: &(&self.judged(Tool::Schemathesis, None) - &both) - &theirs,
            both,
            false_alarms: self.judged(Tool::Suite, Some(Examined::FalseAlarm)).len(),
            their_false_alarms: self.judged(Tool::Schemathesis, Some(Examined::FalseAlarm)).len(),
        }
    }
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
                compared.theirs.len().to_string(),
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
                "theirs alone",
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
own document; whoever tells a fault that counts has found it. Both tools get the same time.
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

    fn failed(&self, out: &mut String) {
        let mut rows = Vec::new();
        for failure in self.failures(Tool::Suite) {
            let judgement = failure.judgement(Tool::Suite, self.judgements());
            let (verdict, why) = match judgement {
                None => ("not examined", failure.message.as_str()),
                Some(found) => (label(found.verdict), found.why.as_str()),
            };
            rows.push(vec![
                format!("`{}`", failure.operation),
                failure.check.clone(),
                failure.came.clone(),
                failure.times.to_string(),
                verdict.to_owned(),
                why.to_owned(),
            ]);
        }
        if rows.is_empty() {
            return;
        }
        let heads = ["operation", "check", "came", "times", "examined", "why"];
        let _ = write!(out, "\n{}", table::markdown(&heads, &rows));
    }

    /// What Schemathesis alone was right about.
    fn alone(&self, out: &mut String) {
        let alone = self.comparison().theirs;
        let mut rows = Vec::new();
        for failure in self.failures(Tool::Schemathesis) {
            let is_alone = alone.contains(&(failure.operation.as_str(), failure.kind));
            let judgement = failure.judgement(Tool::Schemathesis, self.judgements());
            if let Some(found) = judgement.filter(|_| is_alone)
                && found.verdict == Examined::TrueFault
            {
                rows.push(vec![
                    format!("`{}`", failure.operation),
                    failure.kind.label().to_owned(),
                    failure.came.clone(),
                    found.why.clone(),
                ]);
            }
        }
        if !rows.is_empty() {
            let heads = ["found by Schemathesis alone", "kind", "came", "why"];
            let _ = write!(out, "\n{}", table::markdown(&heads, &rows));
        }
    }
}

fn label(verdict: Examined) -> &'static str {
    match verdict {
        Examined::TrueFault => "true fault",
        Examined::FalseAlarm => "false alarm",
    }
}
