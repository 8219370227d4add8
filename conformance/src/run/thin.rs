//! Long runs in little memory: of most cases nobody looks at more than what is wrong.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;

use super::outcome::{CaseOutcome, StepOutcome};
use crate::case::Cell;
use crate::judge::{Check, Verdict};

/// In runs of more cases than this, most are kept in short.
pub const LONG_RUN: usize = 2_000;
/// How many passed, failed and skipped cases of each cell are kept whole all the same, and what all of these may weigh.
const WHOLE: usize = 3;
const ROOM: usize = 32 << 20;
/// How much of a body is kept in short.
const BODY: usize = 1_024;

/// Decides which cases of a run are kept in short: in a long one, all but the first few of each cell and verdict.
#[derive(Debug)]
pub struct Thinning {
    is_long: bool,
    whole: HashMap<(Cell, Verdict), usize>,
    room: usize,
}

impl Thinning {
    /// For a run of so many cases.
    #[must_use]
    pub fn new(cases: usize) -> Self {
        Self { is_long: cases > LONG_RUN, whole: HashMap::new(), room: ROOM }
    }

    /// Takes the outcome of a case of this cell as it ends, and thins it where that is due.
    pub fn keep(&mut self, cell: &Cell, outcome: &mut CaseOutcome) {
        if !self.is_long {
            return;
        }
        let count = self.whole.entry((cell.clone(), outcome.verdict)).or_default();
        *count += 1;
        match self.room.checked_sub(weight(outcome)) {
            Some(room) if *count <= WHOLE => self.room = room,
            _ => outcome.thin(),
        }
    }
}

impl CaseOutcome {
    /// Keeps no more than 1 KiB of each body, and of the checks those that did not pass.
    pub fn thin(&mut self) {
        self.steps.iter_mut().for_each(thin_step);
        self.steps.shrink_to_fit();
    }
}

/// About how many bytes an outcome takes: bodies, and what checks say.
fn weight(outcome: &CaseOutcome) -> usize {
    let step = |step: &StepOutcome| {
        let sent = step.exchange.request.body.as_ref().map_or(0, Bytes::len);
        let received = step.exchange.outcome.as_ref().map_or(0, |response| response.body.len());
        sent + received + step.checks.len() * size_of::<Check>()
    };
    outcome.steps.iter().map(step).sum()
}

fn thin_step(step: &mut StepOutcome) {
    step.checks.retain(|check| check.verdict != Verdict::Passed);
    step.checks.shrink_to_fit();
    let kept = &mut step.exchange;
    let beginning = kept.request.body.as_ref().and_then(|body| body.get(..BODY));
    if let Some(beginning) = beginning.map(Bytes::copy_from_slice) {
        Arc::make_mut(&mut kept.request).body = Some(beginning);
    }
    if let Ok(response) = &mut kept.outcome {
        // A copy: what is received may be a slice of a larger buffer.
        let end = response.body.len().min(BODY);
        response.body = Bytes::copy_from_slice(&response.body[..end]);
        response.headers.shrink_to_fit();
    }
}
