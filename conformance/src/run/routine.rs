//! Set-up before the first case, and tear-down after the last.

use indexmap::IndexMap;
use serde_json::Value;

use super::session::{Purpose, Session};
use super::{CaseOutcome, Runner};
use crate::case::Case;
use crate::judge::Verdict;
use crate::plan::Routine;
use crate::transport::Transport;

/// The set-ups that were performed. What they made is there until [`Runner::tear_down`].
pub struct SetUp<'r, 'a, T> {
    sessions: Vec<Session<'r, 'a, T>>,
    values: IndexMap<String, Value>,
    failed: Option<String>,
}

impl<T> SetUp<'_, '_, T> {
    /// What they gave, by name; what a later one gave stands over what an earlier one did.
    #[must_use]
    pub fn values(&self) -> &IndexMap<String, Value> {
        &self.values
    }

    /// Why no case can be performed, if so, for people.
    #[must_use]
    pub fn failed(&self) -> Option<&str> {
        self.failed.as_deref()
    }
}

impl<'a, T: Transport> Runner<'a, T> {
    /// Performs set-ups one after the other. The first that fails is the last; what they give are inputs from then on, over
    /// those of the profile.
    pub async fn set_up<'r>(&'r self, routines: &'r [Routine]) -> SetUp<'r, 'a, T> {
        let mut set_up = SetUp { sessions: Vec::new(), values: IndexMap::new(), failed: None };
        for routine in routines {
            let mut session = Session::new(self, &routine.case);
            session.perform_steps().await;
            let gave = session.evaluate(&routine.outputs);
            let reason = session.shortfall().or_else(|| missing(routine, &gave));
            set_up.sessions.push(session);
            if let Some(reason) = reason {
                // Where the run ends anyway, each case says so by itself.
                let id = &routine.workflow;
                let failed = || format!("the set-up workflow `{id}` failed: {reason}");
                set_up.failed = self.halt().is_none().then(failed);
                break;
            }
            self.given.borrow_mut().extend(gave.clone());
            set_up.values.extend(gave);
        }
        set_up
    }

    /// Performs tear-downs one after the other, whatever became of the run, and then undoes what the set-ups made, the
    /// last first. What came of both, set-ups first.
    pub async fn tear_down(
        &self,
        routines: &[Routine],
        set_up: SetUp<'_, 'a, T>,
    ) -> Vec<CaseOutcome> {
        let mut after = Vec::new();
        for routine in routines {
            let session = Session::for_purpose(self, &routine.case, Purpose::TearDown);
            after.push(session.run().await);
        }
        let mut before = Vec::new();
        for session in set_up.sessions.into_iter().rev() {
            before.insert(0, session.finish().await);
        }
        before.extend(after);
        before
    }
}

fn missing(routine: &Routine, gave: &IndexMap<String, Value>) -> Option<String> {
    let name = routine.outputs.keys().find(|name| !gave.contains_key(*name))?;
    Some(format!("no answer has what its output `{name}` is taken from"))
}

/// Cases that are not performed, and why.
#[must_use]
pub fn not_judged(cases: &[Case], reason: &str) -> Vec<CaseOutcome> {
    let outcome = |case: &Case| CaseOutcome {
        id: case.id.clone(),
        verdict: Verdict::Skipped,
        reason: Some(reason.to_owned()),
        steps: Vec::new(),
        elapsed: std::time::Duration::ZERO,
        confirmed: None,
    };
    cases.iter().map(outcome).collect()
}
