//! How to reach a target, and who to be there: a TOML file, read and checked.
//!
//! ```text
//! TOML ──read──▶ Profile ──check_against(contract)──▶ what is wrong with it, each with its place
//! ```
//!
//! Promises: a key that means nothing is an error, never passed over; credentials keep the order of the file, since
//! the first that may call an operation is used where any would do; a secret is a [`Secret`], which no `Debug` or
//! message shows.

mod permissions;
mod read;
mod secret;
#[cfg(test)]
mod tests;

pub use permissions::Permissions;
pub(crate) use read::check_url;
pub use read::{read, read_text};
pub use secret::Secret;
pub(crate) use spec::problem::closest;
pub use spec::problem::{Place, Problem};

use std::time::Duration;

use indexmap::IndexMap;
use serde_json::Value;
use spec::model::Contract;

use crate::plan::{Caller, PlanContext, Rights};
use crate::promise::Levels;

/// A target's profile.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// The base of every request, without a slash at its end.
    pub url: Option<String>,
    /// Whether the target honours `Prefer: code=500`.
    pub faults: bool,
    /// Path parameters and workflow inputs, by name.
    pub inputs: IndexMap<String, Value>,
    /// Values for one operation alone, by its id.
    pub operations: IndexMap<String, OperationInputs>,
    /// Who requests are sent as, by name and in the order of the file.
    pub credentials: IndexMap<String, Credential>,
    /// What may be done beyond what a run does unasked.
    pub permissions: Permissions,
    /// How much the promises weigh here.
    pub levels: Levels,
    /// How long the target may take until a write shows in what is read.
    pub settle: Duration,
    /// The path between the target's URL and those of the contract, instead of that of the document's `servers`;
    /// empty: none.
    pub base_path: Option<String>,
}

/// Values for one operation, by where they go and by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OperationInputs {
    /// Path parameters.
    pub path: IndexMap<String, Value>,
    /// Query parameters, required or not.
    pub query: IndexMap<String, Value>,
    /// Header fields.
    pub headers: IndexMap<String, Value>,
    /// Cookies.
    pub cookies: IndexMap<String, Value>,
    /// Properties of the body, by name.
    pub body: IndexMap<String, Value>,
}

impl Profile {
    /// The first credential that may call this operation.
    #[must_use]
    pub fn first_that_may(&self, operation_id: &str) -> Option<(&str, &Credential)> {
        self.credentials
            .iter()
            .find(|(_, credential)| credential.may(operation_id))
            .map(|(name, credential)| (name.as_str(), credential))
    }

    /// The first credential that may not call this operation.
    #[must_use]
    pub fn first_that_may_not(&self, operation_id: &str) -> Option<(&str, &Credential)> {
        self.credentials
            .iter()
            .find(|(_, credential)| !credential.may(operation_id))
            .map(|(name, credential)| (name.as_str(), credential))
    }

    /// What a plan may know of a target: names and rights, and no secret.
    #[must_use]
    pub fn plan_context(&self) -> PlanContext {
        let rights = |may: &May| match may {
            May::Everything => Rights::All,
            May::Only(operations) => Rights::Only(operations.keys().cloned().collect()),
        };
        let credentials = self.credentials.iter();
        PlanContext {
            inputs: self.inputs.clone(),
            operations: self.operations.clone(),
            credentials: credentials
                .map(|(name, one)| {
                    (name.clone(), Caller { rights: rights(&one.may), schemes: None })
                })
                .collect(),
            faults: self.faults,
            permissions: self.permissions.clone(),
        }
    }

    /// Every secret with the credential's name, for redaction.
    pub fn secrets(&self) -> impl Iterator<Item = (&str, &Secret)> {
        self.credentials.iter().map(|(name, credential)| (name.as_str(), credential.kind.secret()))
    }

    /// What this profile says that the contract doesn't bear out: operations that it doesn't have.
    #[must_use]
    pub fn check_against(&self, contract: &Contract) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (name, credential) in &self.credentials {
            let May::Only(operations) = &credential.may else { continue };
            for (id, place) in operations {
                if contract.operation(id).is_none() {
                    problems.push(unknown_operation(contract, name, id, place.clone()));
                }
            }
        }
        problems
    }
}

fn unknown_operation(contract: &Contract, credential: &str, id: &str, place: Place) -> Problem {
    let known: Vec<_> = contract.operations.iter().map(|operation| operation.id.as_str()).collect();
    Problem::new(
        place,
        format!("credential `{credential}` may call `{id}`, which the contract doesn't have"),
    )
    .help(match closest(id, &known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("operations: {}", known.join(", ")),
    })
}

/// Who a request is sent as.
#[derive(Debug, Clone)]
pub struct Credential {
    /// What is shown to the target.
    pub kind: CredentialKind,
    /// Which operations it may call; the rest must answer 403.
    pub may: May,
}

impl Credential {
    /// Whether it may call this operation.
    #[must_use]
    pub fn may(&self, operation_id: &str) -> bool {
        match &self.may {
            May::Everything => true,
            May::Only(operations) => operations.contains_key(operation_id),
        }
    }
}

/// The ways to show who one is. API keys and basic authentication will be variants of their own.
#[derive(Debug, Clone)]
pub enum CredentialKind {
    /// `Authorization: Bearer …` (RFC 6750).
    Bearer(Secret),
}

impl CredentialKind {
    /// The part that no report shows.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        match self {
            Self::Bearer(secret) => secret,
        }
    }

    /// The header that a request carries for it.
    #[must_use]
    pub fn header(&self) -> (String, String) {
        match self {
            Self::Bearer(secret) => {
                ("Authorization".to_owned(), format!("Bearer {}", secret.expose()))
            }
        }
    }
}

/// The operations that a credential may call.
#[derive(Debug, Clone)]
pub enum May {
    /// `["*"]`
    Everything,
    /// Operation id to where the file says so.
    Only(IndexMap<String, Place>),
}
