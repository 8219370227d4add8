//! Which part of a plan a report speaks of.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::Outcome;
use super::words::some;

/// What flags selected of a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SelectionReport {
    /// The operations and cells of `--only`.
    pub only: Vec<String>,
    /// The case of `--case`.
    pub case: Option<String>,
    /// What `--since` left out.
    pub since: Option<SinceReport>,
    /// The part of `--shard`.
    pub shard: Option<ShardReport>,
}

/// One of several parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShardReport {
    /// Which one, from 1.
    pub index: usize,
    /// Of how many.
    pub count: usize,
    /// What the plan is told by: shards of one plan have the same.
    pub plan: String,
    /// How many cases are performed by others.
    pub cases_left_out: usize,
}

/// What an earlier report left to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SinceReport {
    /// The report, as it was named.
    pub report: String,
    /// How many cases passed there, and aren't performed.
    pub cases_left_out: usize,
    /// How many cells passed there, and aren't told.
    pub cells_left_out: usize,
}

impl SelectionReport {
    /// Whether all of the plan was selected.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        *self == Self::default()
    }

    /// What is left out, for people.
    #[must_use]
    pub fn told(&self) -> Option<String> {
        let since = self.since.as_ref().map(|since| {
            let (cases, cells) =
                (some(since.cases_left_out, "case"), some(since.cells_left_out, "cell"));
            format!("since {}: leaves out {cases} and {cells} that passed there", since.report)
        });
        let shard = self.shard.as_ref().map(|shard| {
            let others = some(shard.cases_left_out, "case");
            format!("shard {}/{}: leaves {others} to the others", shard.index, shard.count)
        });
        let parts: Vec<String> = since.into_iter().chain(shard).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    /// How a run of this part turned out: where the rest is judged elsewhere, a part in which there was nothing to judge is no
    /// failure.
    pub(super) fn outcome(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::NothingJudged if self.since.is_some() || self.shard.is_some() => {
                Outcome::Conforms
            }
            other => other,
        }
    }
}
