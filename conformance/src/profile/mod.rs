//! How to reach a target, and who to be there: a TOML file, read and checked.
//!
//! ```text
//! TOML ──read──▶ Profile ──check_against(contract)──▶ what is wrong with it, each with its place
//!                        └─unused(contract)─────────▶ what nothing uses
//! ```
//!
//! Promises: a key that means nothing is an error, never passed over; credentials keep the order of the file, since
//! the first that may call an operation is used where any would do; a secret is a [`Secret`], which no `Debug` or
//! message shows.

mod check;
mod credential;
mod grant;
mod known;
mod near;
mod places;
mod read;
mod secret;
#[cfg(test)]
mod tests;
mod text;
mod workflows;

pub use credential::{Credential, CredentialKind, May, Shown};
pub use grant::{Endpoint, Flow, Grant};
pub use known::{Failure, Known};
pub(crate) use near::near_pattern;
pub use places::Places;
pub(crate) use read::{
    check_base_path, check_header_name, check_target_name, check_url, is_header_value,
};
pub use read::{read, read_from, read_text};
pub use secret::Secret;
pub(crate) use spec::problem::closest;
pub use spec::problem::{Place, Problem};
pub(crate) use text::{comment, key, quoted};
pub use workflows::{FromWorkflow, KnownWorkflow, WorkflowRoles};

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use indexmap::{IndexMap, IndexSet};
use serde_json::Value;
use spec::model::Contract;

use crate::context::{Caller, PlanContext, Rights};
pub use crate::context::{OperationInputs, Permissions, resource_input};
use crate::promise::Levels;
use crate::tokens::Tokens;
use crate::transport::Network;

/// A target's profile.
#[derive(Clone, Default)]
pub struct Profile {
    /// The base of every request, without a slash at its end.
    pub url: Option<String>,
    /// Several targets instead of one: their URLs by their names.
    pub targets: IndexMap<String, String>,
    /// Whether the target honours `Prefer: code=500`.
    pub faults: bool,
    /// Values for parameters, properties and workflow inputs, by name.
    pub inputs: IndexMap<String, Value>,
    /// Values for one operation alone, by its id.
    pub operations: IndexMap<String, OperationInputs>,
    /// Values for the path parameters that name a thing of one kind, by the kind: see [`resource_input`].
    pub resources: IndexMap<String, IndexMap<String, Value>>,
    /// Header fields of every request. A value may be secret.
    pub headers: IndexMap<String, Secret>,
    /// The same, with values that workflows give.
    pub header_workflows: IndexMap<String, FromWorkflow>,
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
    /// How many requests are sent a second, at most.
    pub rate: Option<f64>,
    /// How many cases run at a time.
    pub workers: Option<usize>,
    /// The way to the target, but for the client certificates of credentials: see [`Profile::network`].
    pub network: Network,
    /// Where documents are read from that a `$ref` names by a URL, by the beginning of the URL.
    pub references: IndexMap<String, PathBuf>,
    /// Workflows with a part of their own in a run.
    pub workflows: WorkflowRoles,
    /// Failures that are known.
    pub known: Vec<Known>,
    /// The tokens that credentials got at run time.
    pub tokens: Tokens,
    /// Where all of this stands.
    pub places: Places,
    /// The environment variables that each credential is from, by its name.
    pub variables: IndexMap<String, Vec<String>>,
    /// Values from the environment, by the names of their variables.
    hidden: Vec<(String, Secret)>,
}

/// Names alone: a value may be a secret that came from the environment.
impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("url", &self.url)
            .field("inputs", &self.inputs.keys())
            .field("operations", &self.operations.keys())
            .field("resources", &self.resources.keys())
            .field("credentials", &self.credentials)
            .field("permissions", &self.permissions)
            .finish_non_exhaustive()
    }
}

impl Profile {
    /// What a plan may know of a target: names and rights, and no credentials.
    #[must_use]
    pub fn plan_context(&self, contract: &Contract) -> PlanContext {
        let credentials = self.credentials.iter();
        PlanContext {
            inputs: self.inputs.clone(),
            operations: self.operations.clone(),
            resources: self.resources.clone(),
            credentials: credentials
                .map(|(name, one)| (name.clone(), one.caller(contract)))
                .collect(),
            faults: self.faults,
            permissions: self.permissions.clone(),
            roles: self.roles(),
            senders: IndexMap::new(),
        }
    }

    /// The way to the target.
    #[must_use]
    pub fn network(&self) -> Network {
        let own = self.credentials.iter();
        let own = own.filter_map(|(name, one)| Some((name.clone(), one.identity()?.clone())));
        Network { identities: own.collect(), ..self.network.clone() }
    }

    /// Sets a header field of every request, over what the file says.
    pub fn set_header(&mut self, name: &str, value: Secret) {
        self.headers.retain(|present, _| !present.eq_ignore_ascii_case(name));
        self.header_workflows.retain(|present, _| !present.eq_ignore_ascii_case(name));
        if is_sensitive(name) && value.is_searchable() {
            self.hidden.push((name.to_owned(), value.clone()));
        }
        self.headers.insert(name.to_owned(), value);
    }

    /// Every secret with a name for it, for redaction: credentials and the tokens that they got by their own, what
    /// came from the environment by its variable. Tokens are got all through a run: ask at its end.
    #[must_use]
    pub fn secrets(&self) -> Vec<(String, Secret)> {
        let mut secrets = Vec::new();
        for (name, credential) in &self.credentials {
            for (part, secret) in credential.secrets() {
                let name = if part.is_empty() { name.clone() } else { format!("{name}_{part}") };
                secrets.push((name, secret));
            }
        }
        secrets.extend(self.hidden.iter().cloned());
        secrets.extend(self.tokens.secrets());
        secrets
    }
}

/// Whether a header field is one whose value people expect nobody to print.
fn is_sensitive(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["auth", "cookie", "key", "secret", "session", "token"].iter().any(|word| name.contains(word))
}

impl Credential {
    /// What a plan may know of it.
    fn caller(&self, contract: &Contract) -> Caller {
        let allowed = contract.operations.iter().filter(|one| self.may(contract, one));
        let allowed: IndexSet<String> = allowed.map(|operation| operation.id.clone()).collect();
        let rights = match &self.may {
            May::Everything if allowed.len() == contract.operations.len() => Rights::All,
            _ => Rights::Only(allowed),
        };
        let required = contract.operations.iter().flat_map(|operation| &operation.security);
        let required = required.flat_map(|requirement| requirement.schemes.keys());
        let schemes = contract.security_schemes.keys().chain(required);
        let schemes = schemes.filter(|name| self.is_for(contract, name)).cloned().collect();
        Caller {
            rights,
            schemes: Some(schemes),
            alterations: self.alterations(),
            tenant: self.tenant.clone(),
        }
    }
}
