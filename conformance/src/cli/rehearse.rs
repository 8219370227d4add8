//! Before the cases: who is let make what others need. Which of several callers that is, many contracts tell in words that nobody
//! has heard yet, or in none; the target tells it at once.
//!
//! ```text
//! plan ──▶ makers that several may call ──happy path──▶ refused? ──each other caller──▶ who is let ──▶ plan with them
//! ```
//!
//! What is sent is what the run would send anyway, and is undone as there. Nothing is judged.

use std::time::Instant;

use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

use super::prepare::Prepared;
use crate::case::{Case, Credentials, Derivation, Isolation};
use crate::plan::Plan;
use crate::run::{CaseOutcome, Runner, StepRole};
use crate::transport::Transport;

/// What is made by somebody else may be what something else needs: so often it is looked again.
const ROUNDS: usize = 4;
/// The step of a case that it is about.
const CALL: &str = "call";

/// Who is let call an operation, by its id, where whoever would be asked first is refused.
pub(super) type Senders = IndexMap<String, String>;

/// Finds them; `plan` is what is planned without knowing them.
pub(super) async fn senders<T: Transport>(
    runner: &Runner<'_, T>,
    prepared: &Prepared,
    given: &IndexMap<String, Value>,
    plan: &Plan,
    until: Instant,
) -> Senders {
    let mut senders = Senders::new();
    let mut seen = IndexSet::new();
    let needed = needed(prepared, plan);
    if needed.is_empty() {
        return senders;
    }
    for _ in 0..ROUNDS {
        let left = needed.iter().filter(|one| !seen.contains(*one)).cloned().collect();
        let cases = prepared.rehearsal(given, &senders, &left);
        let before = senders.len();
        for id in left.iter().take_while(|_| Instant::now() < until) {
            let own = |source| cases.iter().filter(move |one| is_of(one, id, source));
            if is_let(runner, own(Derivation::HappyPath)).await {
                continue;
            }
            seen.insert(id.clone());
            for case in own(Derivation::Rights) {
                let Some(Credentials::As(name)) = sender(case) else { continue };
                if !matches!(called(&runner.rehearse(case).await), Some(200..=299)) {
                    continue;
                }
                // Something else may have been in the way of the first.
                if !is_let(runner, own(Derivation::HappyPath)).await {
                    senders.insert(id.clone(), name.clone());
                }
                break;
            }
        }
        if senders.len() == before {
            break;
        }
    }
    senders
}

/// Whether one of some requests is answered with success, or none of them is refused for what it is.
async fn is_let<'c, T: Transport>(
    runner: &Runner<'_, T>,
    cases: impl Iterator<Item = &'c Case>,
) -> bool {
    let mut is_refused = false;
    for case in cases {
        match called(&runner.rehearse(case).await) {
            Some(200..=299) => return true,
            Some(400 | 403 | 404 | 409 | 422) => is_refused = true,
            _ => {}
        }
    }
    !is_refused
}

/// What a report tells of them.
pub(super) fn told(senders: &Senders) -> Vec<String> {
    let told = senders.iter().map(|(operation, name)| {
        format!("`{operation}` is called as `{name}` where others need what it does: whoever else was asked first was refused")
    });
    told.collect()
}

/// The operations that cases call to get at something, where more than one caller may.
fn needed(prepared: &Prepared, plan: &Plan) -> IndexSet<String> {
    let credentials = &prepared.profile.credentials;
    let callers = |id: &str| {
        let operation = prepared.contract.operations.iter().find(|one| one.id == id);
        let context = prepared.profile.plan_context(&prepared.contract);
        operation.map_or(0, |one| context.credentials.values().filter(|it| it.calls(one)).count())
    };
    if credentials.len() < 2 {
        return IndexSet::new();
    }
    let before = plan.cases.iter().flat_map(|case| case.steps.iter().filter(|one| one.id != CALL));
    let writes = before.filter(|step| !step.request.method.is_safe());
    let ids: IndexSet<&str> = writes.map(|step| step.operation_id.as_str()).collect();
    ids.into_iter().filter(|id| callers(id) > 1).map(str::to_owned).collect()
}

fn is_of(case: &Case, id: &str, source: Derivation) -> bool {
    // What ends the session, or the target, is called once.
    let is_last = case.isolation == Isolation::Last;
    case.cell.operation_id == id
        && case.source == source
        && case.cell.status.is_success()
        && !is_last
}

/// Who sends the request that a case is about.
fn sender(case: &Case) -> Option<&Credentials> {
    case.steps.iter().find(|step| step.id == CALL).map(|step| &step.request.credentials)
}

/// What the request that a case is about was answered with.
fn called(outcome: &CaseOutcome) -> Option<u16> {
    let mut own = outcome.steps.iter().filter(|step| step.role == StepRole::Case);
    own.find(|step| step.id == CALL).and_then(|step| step.exchange.status())
}
