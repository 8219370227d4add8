//! Which failures the profile knows already, and what has become of each entry that says so.

use std::collections::{HashMap, HashSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use spec::model::Contract;
use time::Date;

use super::cause_key::Key;
use super::faults::faults;
use super::model::{CauseReport, CellReport};
use crate::case::{Case, Cell};
use crate::judge::Verdict;
use crate::profile::{Failure, Known};
use crate::run::CaseOutcome;

/// An entry of the profile's `[[known]]`, and what the run says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KnownReport {
    /// What it names: cause, cell, check.
    pub name: String,
    /// Why it is there.
    pub reason: String,
    /// The last day (UTC) that it is taken as known: `2030-12-31`.
    pub until: String,
    /// Whether that day is over.
    pub expired: bool,
    /// Where more is said of it.
    pub link: Option<String>,
    /// Where the entry stands.
    pub place: String,
    /// What has become of it.
    pub state: KnownState,
    /// The cells that it can speak of: `getPet:500`.
    pub cells: Vec<String>,
    /// The causes that it means: names in `causes[]`.
    pub causes: Vec<String>,
}

/// What has become of a known failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KnownState {
    /// It still fails, which fails no run.
    Failing,
    /// It fails, and its day is over: it counts as any other failure.
    Expired,
    /// What failed passes: the entry can go.
    Fixed,
    /// It wasn't seen, and not everything that could have shown it was judged.
    NotJudged,
}

/// What a cause that the profile knows of is known as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KnownAs {
    /// Why it is there.
    pub reason: String,
    /// The last day (UTC).
    pub until: String,
    /// Where more is said of it.
    pub link: Option<String>,
    /// Whether that day is over: then it fails the run all the same.
    pub expired: bool,
}

/// The entries of a profile on a day.
#[derive(Clone, Copy)]
pub struct KnownFailures<'a> {
    /// The contract that selectors are read by.
    pub contract: &'a Contract,
    /// The entries.
    pub entries: &'a [Known],
    /// The day, in UTC.
    pub today: Date,
}

impl<'a> KnownFailures<'a> {
    /// The entry that means a failure: one whose day isn't over before one whose day is.
    pub(super) fn find(&self, failure: &Failure<'_>) -> Option<&'a Known> {
        let mut meant = self.entries.iter().filter(|one| one.means(self.contract, failure));
        let first = meant.clone().next();
        meant.find(|one| !one.is_expired(self.today)).or(first)
    }

    /// Whether a failure is known, and may be so today.
    pub(super) fn is_known(&self, failure: &Failure<'_>) -> bool {
        self.find(failure).is_some_and(|one| !one.is_expired(self.today))
    }

    /// What a cause is known as.
    pub(super) fn known_as(&self, failure: &Failure<'_>) -> Option<KnownAs> {
        self.find(failure).map(|one| KnownAs {
            reason: one.reason.clone(),
            until: one.until.to_string(),
            link: one.link.clone(),
            expired: one.is_expired(self.today),
        })
    }

    /// Whether what came of a case is a failure that the profile doesn't let pass.
    #[must_use]
    pub fn fails(&self, case: &Case, outcome: &CaseOutcome) -> bool {
        faults(case, outcome, &|_| true).iter().any(|fault| {
            let judged_by = fault.step().map(|step| step.operation_id.as_str());
            let operation = judged_by.and_then(|id| self.contract.operation(id));
            let cause = Key::of(fault, self.contract, operation).name();
            let Cell { operation_id, status } = fault.cell;
            let failure =
                Failure { cause: &cause, operation_id, status: *status, check: fault.id() };
            fault.is_firm() && !self.is_known(&failure)
        })
    }

    /// Every entry and its state: see [`settle`].
    pub(super) fn reports(
        &self,
        cells: &[CellReport],
        causes: &[CauseReport],
        is_whole: bool,
    ) -> Vec<KnownReport> {
        let report = |one: &Known| self.report(one, cells, causes);
        let mut reports: Vec<_> = self.entries.iter().map(report).collect();
        settle(&mut reports, cells, causes, is_whole);
        reports
    }

    fn report(&self, known: &Known, cells: &[CellReport], causes: &[CauseReport]) -> KnownReport {
        let is_meant = |cause: &&CauseReport| known.means(self.contract, &cause.failure());
        let own =
            |cell: &&CellReport| known.may_mean(self.contract, &cell.operation_id, cell.status.0);
        KnownReport {
            name: known.name(),
            reason: known.reason.clone(),
            until: known.until.to_string(),
            expired: known.is_expired(self.today),
            link: known.link.clone(),
            place: known.place.to_string(),
            state: KnownState::NotJudged,
            cells: cells.iter().filter(own).map(CellReport::name).collect(),
            causes: causes.iter().filter(is_meant).map(|cause| cause.cause.clone()).collect(),
        }
    }
}

/// Says what has become of each entry. `is_whole`: nothing was kept from being judged by flags or an early end.
pub(super) fn settle(
    entries: &mut [KnownReport],
    cells: &[CellReport],
    causes: &[CauseReport],
    is_whole: bool,
) {
    let seen = causes.iter().filter(|cause| cause.is_seen());
    let seen: HashSet<&str> = seen.map(|cause| cause.cause.as_str()).collect();
    let verdicts: HashMap<String, Verdict> =
        cells.iter().map(|cell| (cell.name(), cell.verdict)).collect();
    for entry in entries {
        let is_seen = entry.causes.iter().any(|cause| seen.contains(cause.as_str()));
        let own: Vec<Verdict> =
            entry.cells.iter().filter_map(|cell| verdicts.get(cell)).copied().collect();
        // One that was not seen again leaves it open.
        let is_gone = entry.causes.is_empty() && is_fine(&own);
        entry.state = match is_seen {
            true if entry.expired => KnownState::Expired,
            true => KnownState::Failing,
            false if is_whole && is_gone => KnownState::Fixed,
            false => KnownState::NotJudged,
        };
    }
}

/// Whether something of these cells passed, and nothing failed that could hide what failed before.
fn is_fine(cells: &[Verdict]) -> bool {
    cells.contains(&Verdict::Passed) && !cells.contains(&Verdict::Failed)
}

/// The entries that ask for something first: what is gone, then what is over.
pub(super) fn in_order(entries: &[KnownReport]) -> Vec<&KnownReport> {
    let mut entries: Vec<_> = entries.iter().collect();
    entries.sort_by_key(|entry| match entry.state {
        KnownState::Fixed => 0,
        KnownState::Expired => 1,
        KnownState::Failing => 2,
        KnownState::NotJudged => 3,
    });
    entries
}

/// What has become of an entry, in a line.
pub(super) fn state(entry: &KnownReport) -> String {
    let KnownReport { reason, until, .. } = entry;
    match entry.state {
        KnownState::Fixed => format!("it passes again, so that the entry can go; was: {reason}"),
        KnownState::Expired => format!("it still fails, and {until} is over: {reason}"),
        KnownState::Failing => format!("it still fails, known until {until}: {reason}"),
        KnownState::NotJudged if entry.expired => format!("not judged; {until} is over: {reason}"),
        KnownState::NotJudged => format!("not judged; known until {until}: {reason}"),
    }
}

/// What a failure was known as that isn't let pass any more.
pub(super) fn over(known: &KnownAs) -> String {
    let KnownAs { reason, until, .. } = known;
    let link = known.link.as_ref().map(|link| format!(" ({link})"));
    format!("until {until}, which is over: {reason}{}", link.unwrap_or_default())
}
