//! `--shard K/N`: one of several runs that share the cases of a plan.
//!
//! The plan is cut into parts that follow each other and that send about as many requests: whoever makes the same plan cuts
//! it in the same places, and the parts, one behind the other, are the plan again. A case is never cut, so that what it
//! needs is made where it is performed. Every part has all cells: an answer may credit a cell, or a failure speak against
//! one, of which the cases are in another part.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use crate::case::{Case, Cell, Isolation};
use crate::plan::{Plan, Unprovoked};

/// More parts than this nobody starts.
const MOST: usize = 1_000;

/// One of several parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which one, from 1.
    pub index: usize,
    /// Of how many.
    pub count: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(index, count)| {
            Some(Self { index: index.parse().ok()?, count: count.parse().ok()? })
        });
        match parts {
            Some(shard) if (1..=MOST).contains(&shard.count) => match shard.index {
                0 => Err("the first one is 1, not 0".to_owned()),
                index if index > shard.count => {
                    Err(format!("there is no {index} of {}", shard.count))
                }
                _ => Ok(shard),
            },
            Some(_) => Err(format!("expected 1 to {MOST} parts")),
            None => Err("expected K/N, such as 2/4".to_owned()),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl Shard {
    /// Keeps its part of the cases; of the cells without one here it is said where theirs are.
    pub fn select(self, plan: &mut Plan) {
        set_last_aside(plan);
        let elsewhere: HashSet<Cell> = plan.cases.iter().flat_map(provoked).cloned().collect();
        let places = self.places(&plan.cases);
        let mut place = 0..;
        plan.cases.retain(|_| place.next().is_some_and(|place| places.contains(&place)));
        let here: HashSet<&Cell> = plan.cases.iter().flat_map(provoked).collect();
        let elsewhere = plan.cells.iter().filter(|cell| elsewhere.contains(*cell));
        for cell in elsewhere.filter(|cell| !here.contains(cell)) {
            let reason = "its cases are performed by other shards".to_owned();
            plan.unprovoked.push(Unprovoked { cell: cell.clone(), reason });
        }
    }

    /// The places of its cases: those of which the middle lies in its part of all requests.
    fn places(self, cases: &[Case]) -> HashSet<usize> {
        let all: usize = cases.iter().map(effort).sum();
        let mut before = 0;
        let mut places = HashSet::new();
        for (place, case) in cases.iter().enumerate() {
            let middle = 2 * before + effort(case);
            if middle * self.count / (2 * all) + 1 == self.index {
                places.insert(place);
            }
            before += effort(case);
        }
        places
    }
}

/// What a plan is told by: shards of one plan have the same.
#[must_use]
pub fn fingerprint(plan: &Plan) -> String {
    let mut digest = Sha256::new();
    for case in &plan.cases {
        digest.update(case.id.as_bytes());
        digest.update(b"\n");
    }
    digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// What ends what others need would end it for the other shards, too.
fn set_last_aside(plan: &mut Plan) {
    let (last, cases): (Vec<_>, Vec<_>) =
        plan.cases.drain(..).partition(|case| case.isolation == Isolation::Last);
    plan.cases = cases;
    let rest: HashSet<&Cell> = plan.cases.iter().flat_map(provoked).collect();
    let mut bare: HashSet<&Cell> = HashSet::new();
    for case in &last {
        if !rest.contains(&case.cell) && bare.insert(&case.cell) {
            let reason = format!(
                "it ends what other shards may need: perform it after all of them, with `--case {}`",
                case.id
            );
            plan.unprovoked.push(Unprovoked { cell: case.cell.clone(), reason });
        }
    }
}

fn provoked(case: &Case) -> impl Iterator<Item = &Cell> {
    [&case.cell].into_iter().chain(&case.also)
}

/// How many requests a case sends, about; one that sends none takes time, too.
fn effort(case: &Case) -> usize {
    (case.steps.len() + case.cleanup.len()).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_shard_is_refused() {
        assert_eq!("2/4".parse(), Ok(Shard { index: 2, count: 4 }));
        for (text, words) in [
            ("0/4", "the first one is 1"),
            ("5/4", "there is no 5 of 4"),
            ("1/0", "1 to 1000"),
            ("1/1001", "1 to 1000"),
            ("2", "K/N"),
            ("-1/4", "K/N"),
            ("a/b", "K/N"),
        ] {
            assert!(text.parse::<Shard>().expect_err(text).contains(words), "{text}");
        }
    }
}
