//! Causes of several reports: the same cause is one, with the cases of all.

use std::collections::HashMap;

use super::faults::BREAKDOWNS;
use super::model::CauseReport;
use crate::promise::Level;

/// What tells causes apart: a name may have a number behind it, which only counts within its report.
type Key = (String, String, Level, String);

/// Causes as they were taken, each once.
#[derive(Default)]
pub(super) struct Merged {
    causes: Vec<CauseReport>,
    positions: HashMap<Key, usize>,
    /// How many have a name, without its number.
    taken: HashMap<String, usize>,
}

impl Merged {
    /// Takes the causes of a report; what each is called from now on, by its name there.
    pub(super) fn take(&mut self, causes: Vec<CauseReport>) -> HashMap<String, String> {
        let named = |cause: CauseReport| (cause.cause.clone(), self.take_one(cause));
        causes.into_iter().map(named).collect()
    }

    fn take_one(&mut self, cause: CauseReport) -> String {
        let base = base(&cause.cause).to_owned();
        // The kind of a breakdown is that of its example, which need not be the same in each report.
        let is_breakdown = BREAKDOWNS.contains(&cause.check.as_str());
        let kind = if is_breakdown { String::new() } else { cause.kind.clone() };
        let key = (base.clone(), kind, cause.level, cause.message.clone());
        if let Some(present) = self.positions.get(&key).and_then(|at| self.causes.get_mut(*at)) {
            absorb(present, cause);
            return present.cause.clone();
        }
        let count = self.taken.entry(base.clone()).or_default();
        *count += 1;
        let name = if *count > 1 { format!("{base}#{count}") } else { base };
        self.positions.insert(key, self.causes.len());
        self.causes.push(CauseReport { cause: name.clone(), ..cause });
        name
    }

    pub(super) fn into_causes(self) -> Vec<CauseReport> {
        self.causes
    }
}

/// A name without the number that tells it from others of the same name.
fn base(name: &str) -> &str {
    match name.rsplit_once('#') {
        Some((base, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => base,
        _ => name,
    }
}

/// The example of the one that was seen more surely stands for both.
fn absorb(present: &mut CauseReport, other: CauseReport) {
    let cases = present.cases + other.cases;
    let known = match (present.known.take(), other.known.clone()) {
        (Some(one), Some(_)) if one.expired => Some(one),
        (Some(_), Some(other)) => Some(other),
        _ => None,
    };
    let doubt = |cause: &CauseReport| (cause.is_excused(), cause.flaky);
    if doubt(&other) < doubt(present) {
        let cause = std::mem::take(&mut present.cause);
        *present = CauseReport { cause, ..other };
    }
    present.cases = cases;
    present.known = known;
}
