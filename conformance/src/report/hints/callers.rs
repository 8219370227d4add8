//! Who is let in nowhere: a token that is wrong or has expired makes every answer a refusal, but for what anybody may
//! call.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use spec::model::{Operation, Status};

use super::super::build::{Facts, Performed};
use super::super::words::number;
use super::FEWEST;
use crate::case::{Credentials, Criterion, Step};
use crate::run::StepOutcome;

/// What one credential met with.
#[derive(Default)]
struct Met {
    /// Every answer, and every refusal among them.
    all: usize,
    refused: usize,
    /// The same without what says nothing of the credential.
    telling: usize,
    telling_refused: usize,
    let_in: bool,
}

/// A hint for each credential that is refused by all that asks for credentials.
pub(super) fn hints(facts: &Facts<'_>, performed: &[Performed<'_>]) -> Vec<String> {
    let operations: HashMap<&str, &Operation> =
        facts.contract.operations.iter().map(|one| (one.id.as_str(), one)).collect();
    let open = open(performed, &operations);
    let mut met: IndexMap<&str, Met> = IndexMap::new();
    for (planned, step) in performed.iter().flat_map(exchanges) {
        let Credentials::As(name) = &planned.request.credentials else { continue };
        let Some(status) = step.exchange.status() else { continue };
        let one = met.entry(name.as_str()).or_default();
        let operation = operations.get(step.operation_id.as_str());
        let is_probe = operation
            .is_some_and(|operation| operation.method.as_str() != step.exchange.request.method);
        let says_nothing = is_probe
            || is_said_to_anybody(status)
            || open.contains(step.operation_id.as_str())
            || is_to_be_refused(planned);
        one.add(status, !says_nothing);
    }
    let refused = met.iter().filter(|(_, one)| one.is_refused());
    refused.map(|(name, one)| one.hint(name, facts.variables.get(*name))).collect()
}

impl Met {
    fn add(&mut self, status: u16, is_telling: bool) {
        let is_refused = matches!(status, 401 | 403);
        self.all += 1;
        self.refused += usize::from(is_refused);
        if is_telling {
            self.telling += 1;
            self.telling_refused += usize::from(is_refused);
            self.let_in |= matches!(status, 200..=299);
        }
    }

    /// A few may be refused for another reason before anybody asks who it is.
    fn is_refused(&self) -> bool {
        self.telling_refused >= FEWEST
            && !self.let_in
            && self.telling_refused * 10 >= self.telling * 9
    }

    fn hint(&self, name: &str, variables: Option<&Vec<String>>) -> String {
        let met = match self.refused == self.all {
            true => format!(
                "every request as `{name}` was answered 401 or 403 ({} of them)",
                number(self.all)
            ),
            false => format!(
                "{} of {} requests as `{name}` were answered 401 or 403, and none that needs credentials succeeded",
                number(self.refused),
                number(self.all)
            ),
        };
        match variables.map(Vec::as_slice) {
            Some([variable]) => format!("{met}: is `{variable}` right, and not expired?"),
            Some([_, ..]) => {
                let names: Vec<_> =
                    variables.into_iter().flatten().map(|one| format!("`{one}`")).collect();
                format!("{met}: are {} right, and not expired?", names.join(" and "))
            }
            _ => format!("{met}: is this credential of the profile right, and not expired?"),
        }
    }
}

/// Whether an answer may come before anybody asks who it is: a fault of the request, or the way to a login.
fn is_said_to_anybody(status: u16) -> bool {
    matches!(status, 300..=399 | 400 | 405 | 406 | 413..=415 | 422)
}

/// The operations that let in whoever asks: they say nothing of a credential.
fn open<'a>(
    performed: &[Performed<'a>],
    operations: &HashMap<&'a str, &'a Operation>,
) -> HashSet<&'a str> {
    let public = operations.values().filter(|one| one.is_public()).map(|one| one.id.as_str());
    let let_in = performed.iter().flat_map(exchanges).filter(|(planned, step)| {
        let is_nobody = matches!(
            planned.request.credentials,
            Credentials::None | Credentials::Authorization(_)
        );
        is_nobody && matches!(step.exchange.status(), Some(200..=299))
    });
    public.chain(let_in.map(|(_, step)| step.operation_id.as_str())).collect()
}

/// The exchanges of a case, each with what was planned of it; of a repeated one only the first.
fn exchanges<'a>(one: &Performed<'a>) -> impl Iterator<Item = (&'a Step, &'a StepOutcome)> {
    let planned = &one.case.steps;
    let of = move |step: &'a StepOutcome| {
        let planned = planned.iter().find(|one| one.id == step.id)?;
        Some((&**planned, step))
    };
    one.outcome.steps.iter().filter_map(of)
}

/// Whether whoever sends it may not do so, by the profile.
fn is_to_be_refused(step: &Step) -> bool {
    step.criteria.iter().any(|criterion| match criterion {
        Criterion::Status(expected) => {
            let is_refusal = |status: &Status| matches!(status, Status::Code(401 | 403));
            expected.any_of.iter().all(is_refusal)
        }
        Criterion::Condition(_) | Criterion::Relation(_) => false,
    })
}
