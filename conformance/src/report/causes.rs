//! Faults by what causes them: thirty violations that one operation takes for valid are told once, with one example.
//!
//! Two faults have one cause when they speak against the same operation, the same check failed on the same status, and
//! at the same place of the answer (whatever the index of an item) for the same reason. What a case itself asks for
//! has the kind of case as its reason, so that cases of one kind that fail alike are one cause.

use std::cmp::Reverse;
use std::collections::HashMap;

use indexmap::IndexMap;
use indexmap::map::Entry;
use spec::Origin;

use super::build::Facts;
use super::cells::Cells;
use super::faults::{BREAKDOWNS, Fault, is_about_status, is_asked_by};
use super::model::{CauseReport, StatusKey};
use crate::case::Place;
use crate::promise::Level;
use crate::run::Confirmed;

/// Gathers faults by cause.
#[derive(Default)]
pub(super) struct Causes<'a> {
    groups: IndexMap<Key<'a>, Group<'a>>,
}

/// A fault's cause, and where its checks stand in the case.
pub(super) struct Marked {
    /// The positions of the step and of its checks; `None`: the case as a whole.
    pub(super) at: Option<(usize, Vec<usize>)>,
    /// The position of the cause's group.
    group: usize,
}

/// What faults of one cause have in common.
#[derive(PartialEq, Eq, Hash)]
struct Key<'a> {
    operation_id: &'a str,
    check: &'static str,
    level: Level,
    /// The status that came, or what came instead of an answer.
    came: String,
    /// The place in the answer, without indices.
    pointer: Option<String>,
    reason: Reason<'a>,
}

/// What asks for the check.
#[derive(PartialEq, Eq, Hash)]
enum Reason<'a> {
    /// Every answer has to keep it.
    Always,
    /// A place of a document.
    Place(&'a Origin),
    /// Cases of this kind, and what they say is wrong.
    Cases(&'static str, &'a str),
}

/// The faults of one cause.
struct Group<'a> {
    example: Fault<'a>,
    cases: usize,
    last: &'a str,
}

impl<'a> Causes<'a> {
    /// Takes the faults of a case.
    pub(super) fn take(&mut self, faults: Vec<Fault<'a>>) -> Vec<Marked> {
        faults.into_iter().map(|fault| self.add(fault)).collect()
    }

    fn add(&mut self, fault: Fault<'a>) -> Marked {
        let at = fault.at.map(|(step, check)| {
            (step, [check].into_iter().chain(fault.explains.iter().copied()).collect())
        });
        let entry = self.groups.entry(key(&fault));
        let group = entry.index();
        match entry {
            Entry::Occupied(mut present) => present.get_mut().add(fault),
            Entry::Vacant(vacant) => {
                let last = fault.case.id.as_str();
                vacant.insert(Group { example: fault, cases: 1, last });
            }
        }
        Marked { at, group }
    }

    /// The causes, the most important first, and the name of each group.
    pub(super) fn finish(self, facts: &Facts<'_>, cells: &Cells<'_>) -> (Vec<CauseReport>, Names) {
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
            causes.push((group.rank(key, cells), group.report(facts, cause)));
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
    fn add(&mut self, fault: Fault<'a>) {
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

    fn report(&self, facts: &Facts<'_>, cause: String) -> CauseReport {
        let example = &self.example;
        CauseReport {
            cause,
            operation_id: example.cell.operation_id.clone(),
            status: StatusKey(example.cell.status),
            check: example.id().to_owned(),
            level: example.level,
            message: facts.redacted(example.message()),
            cases: self.cases,
            example: example.case.id.clone(),
            confirmed: example.outcome.confirmed,
            flaky: example.outcome.confirmed.is_some_and(is_flaky),
        }
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

fn key<'a>(fault: &Fault<'a>) -> Key<'a> {
    let check = fault.check();
    let pointer = check.and_then(|check| check.pointer.as_deref()).map(without_indices);
    Key {
        operation_id: &fault.cell.operation_id,
        check: fault.id(),
        level: fault.level,
        came: came(fault),
        reason: reason(fault, pointer.is_some()),
        pointer,
    }
}

fn came(fault: &Fault<'_>) -> String {
    let Some(step) = fault.step() else { return "none".to_owned() };
    match (step.exchange.status(), fault.check().and_then(|check| check.got.as_deref())) {
        (Some(status), _) => status.to_string(),
        (None, Some(got)) => got.to_owned(),
        (None, None) => "none".to_owned(),
    }
}

fn reason<'a>(fault: &Fault<'a>, has_pointer: bool) -> Reason<'a> {
    let source = fault.case.source.as_str();
    let Some(check) = fault.check() else { return Reason::Cases(source, fault.message()) };
    match &check.place {
        // A place in the answer says as much as the kind of case.
        _ if is_asked_by(fault.case, check) && has_pointer => Reason::Always,
        _ if is_asked_by(fault.case, check) => Reason::Cases(source, &check.message),
        _ if is_about_status(check) => Reason::Always,
        Some(Place::Contract(origin) | Place::Workflows(origin)) => Reason::Place(origin),
        None => Reason::Always,
    }
}

impl Key<'_> {
    /// A name that people can read: `getPet:500:no-server-error`.
    fn name(&self) -> String {
        let mut name = format!("{}:{}:{}", self.operation_id, self.came, self.check);
        let further = match self.reason {
            Reason::Always => None,
            // Of a place in a schema the keyword.
            Reason::Place(place) if self.pointer.is_some() => place.pointer.rsplit('/').next(),
            Reason::Place(_) => None,
            Reason::Cases(source, _) => Some(source),
        };
        for part in [self.pointer.as_deref(), further].into_iter().flatten() {
            name.push(':');
            name.push_str(part);
        }
        name
    }
}

/// `/items/3/name` as `/items/*/name`.
fn without_indices(pointer: &str) -> String {
    let is_index = |token: &str| !token.is_empty() && token.bytes().all(|b| b.is_ascii_digit());
    let tokens = pointer.split('/').map(|token| if is_index(token) { "*" } else { token });
    tokens.collect::<Vec<_>>().join("/")
}
