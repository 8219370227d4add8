//! Faults by what causes them: thirty violations that one operation takes for valid are told once, with one example.
//!
//! Two faults have one cause when they speak against the same operation, the same check failed on the same status, and
//! at the same place of the answer (whatever the index of an item or the key of a map) for the same reason. What a case itself asks for
//! has the kind of case as its reason, so that cases of one kind that fail alike are one cause.

use std::cmp::Reverse;
use std::collections::HashMap;

use indexmap::map::Entry;
use indexmap::{IndexMap, IndexSet};
use spec::model::Operation;

use super::build::Facts;
use super::cause_key::Key;
use super::cells::Cells;
use super::faults::{BREAKDOWNS, Fault};
use super::known::KnownAs;
use super::model::{CauseReport, StatusKey};
use super::null_hint::null_hint;
use crate::case::Cell;
use crate::profile::Failure;
use crate::promise::Level;
use crate::run::Confirmed;

/// Gathers faults by cause.
pub(super) struct Causes<'a> {
    facts: &'a Facts<'a>,
    operations: HashMap<&'a str, &'a Operation>,
    groups: IndexMap<Key<'a>, Group<'a>>,
}

/// A fault's cause, and where its checks stand in the case.
pub(super) struct Marked {
    /// The positions of the step and of its checks; `None`: the case as a whole.
    pub(super) at: Option<(usize, Vec<usize>)>,
    /// The position of the cause's group.
    group: usize,
    /// Whether it fails the cell that it speaks against, as far as the profile doesn't know it.
    pub(super) is_firm: bool,
    /// Whether the profile lets it pass.
    pub(super) known: bool,
}

/// The faults of one cause.
struct Group<'a> {
    example: Fault<'a>,
    cases: usize,
    last: &'a str,
    /// The cells that its firm faults speak against.
    cells: IndexSet<&'a Cell>,
}

impl<'a> Causes<'a> {
    pub(super) fn new(facts: &'a Facts<'a>) -> Self {
        let operations = facts.contract.operations.iter();
        let operations = operations.map(|one| (one.id.as_str(), one)).collect();
        Self { facts, operations, groups: IndexMap::new() }
    }

    /// Takes the faults of a case.
    pub(super) fn take(&mut self, faults: Vec<Fault<'a>>) -> Vec<Marked> {
        faults.into_iter().map(|fault| self.add(fault)).collect()
    }

    fn add(&mut self, fault: Fault<'a>) -> Marked {
        let at = fault.at.map(|(step, check)| {
            (step, [check].into_iter().chain(fault.explains.iter().copied()).collect())
        });
        let is_firm = fault.is_firm();
        let judged_by = fault.step().map(|step| step.operation_id.as_str());
        let operation = judged_by.and_then(|id| self.operations.get(id)).copied();
        let entry = self.groups.entry(Key::of(&fault, self.facts.contract, operation));
        let group = entry.index();
        match entry {
            Entry::Occupied(mut present) => present.get_mut().add(fault),
            Entry::Vacant(vacant) => drop(vacant.insert(Group::of(fault))),
        }
        Marked { at, group, is_firm, known: false }
    }

    /// The causes, the most important first, and the name of each group.
    pub(super) fn finish(self, cells: &Cells<'_>) -> (Vec<CauseReport>, Names) {
        let facts = self.facts;
        let mut names = Names::default();
        let mut taken: HashMap<String, usize> = HashMap::new();
        let mut causes = Vec::with_capacity(self.groups.len());
        for (key, group) in &self.groups {
            let mut cause = facts.redacted(&key.name());
            let count = taken.entry(cause.clone()).or_default();
            *count += 1;
            if *count > 1 {
                cause = format!("{cause}#{count}");
            }
            names.0.push(cause.clone());
            causes.push((group.rank(key, cells), group.report(facts, key, cause)));
        }
        causes.sort_by_key(|(rank, _)| *rank);
        (causes.into_iter().map(|(_, cause)| cause).collect(), names)
    }
}

/// The names of causes, by the position of their group.
#[derive(Default)]
pub(super) struct Names(Vec<String>);

impl Names {
    pub(super) fn of(&self, marked: &Marked) -> Option<&String> {
        self.0.get(marked.group)
    }
}

/// The smaller, the more important.
type Rank = (Reverse<Level>, bool, bool, Reverse<usize>, usize);

impl<'a> Group<'a> {
    fn of(fault: Fault<'a>) -> Self {
        let last = fault.case.id.as_str();
        let cells = fault.is_firm().then_some(fault.cell).into_iter().collect();
        Self { example: fault, cases: 1, last, cells }
    }

    /// What all of it is known as; nothing where the profile knows of some of its cells only.
    fn known(&self, facts: &Facts<'_>, cause: &str) -> Option<KnownAs> {
        let known = |cell: &Cell| {
            let Cell { operation_id, status } = cell;
            let check = self.example.id();
            let failure = Failure { cause, operation_id, status: *status, check };
            facts.known.known_as(&failure)
        };
        let own = known(self.example.cell)?;
        let others: Option<Vec<KnownAs>> = self.cells.iter().map(|cell| known(cell)).collect();
        // One whose day is over speaks for all.
        others?.into_iter().find(|one| one.expired).or(Some(own))
    }

    fn add(&mut self, fault: Fault<'a>) {
        if fault.is_firm() {
            self.cells.insert(fault.cell);
        }
        if self.last != fault.case.id {
            self.last = &fault.case.id;
            self.cases += 1;
        }
        if effort(&fault) < effort(&self.example) {
            self.example = fault;
        }
    }

    fn rank(&self, key: &Key<'_>, cells: &Cells<'_>) -> Rank {
        let is_breakdown = BREAKDOWNS.contains(&key.check);
        let position = cells.position(self.example.cell).unwrap_or(usize::MAX);
        let excused = self.example.is_excused();
        (Reverse(key.level), excused, !is_breakdown, Reverse(self.cases), position)
    }

    fn report(&self, facts: &Facts<'_>, key: &Key<'_>, cause: String) -> CauseReport {
        let example = &self.example;
        CauseReport {
            known: self.known(facts, &cause),
            cause,
            kind: facts.redacted(&key.kind(example)),
            operation_id: example.cell.operation_id.clone(),
            status: StatusKey(example.cell.status),
            check: example.id().to_owned(),
            level: example.level,
            message: facts.redacted(&message(key, example)),
            hint: null_hint(facts.contract, example),
            cases: self.cases,
            example: example.case.id.clone(),
            confirmed: example.outcome.confirmed,
            flaky: example.outcome.confirmed.is_some_and(is_flaky),
        }
    }
}

/// What is wrong, with the place that all cases of the cause share instead of the example's own.
fn message(key: &Key<'_>, example: &Fault<'_>) -> String {
    let own = example.check().and_then(|check| check.pointer.as_deref());
    let own = own.filter(|pointer| !pointer.is_empty());
    match (own, &key.pointer) {
        (Some(own), Some(shared)) => {
            example.message().replacen(&format!("`{own}`"), &format!("`{shared}`"), 1)
        }
        _ => example.message().to_owned(),
    }
}

/// Whether a failure was not seen again each time.
pub(super) fn is_flaky(confirmed: Confirmed) -> bool {
    confirmed.seen < confirmed.of
}

/// How hard it is to see the fault in its case: the surest first, then the one with the fewest steps and the shortest
/// request.
fn effort(fault: &Fault<'_>) -> (u8, usize, usize) {
    let sureness = match fault.outcome.confirmed {
        Some(confirmed) if !is_flaky(confirmed) && confirmed.of > 0 => 0,
        Some(confirmed) if confirmed.seen > 0 => 1,
        None | Some(Confirmed { of: 0, .. }) => 2,
        Some(_) => 3,
    };
    let length = fault.step().map_or(0, |step| {
        let request = &step.exchange.request;
        let headers: usize =
            request.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        request.target.len() + headers + request.body.as_ref().map_or(0, |body| body.len())
    });
    (sureness, fault.outcome.steps.len(), length)
}
