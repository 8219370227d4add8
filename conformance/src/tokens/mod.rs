//! Access tokens: had when they are first needed, kept, and renewed when they are over or refused.
//!
//! ```text
//! Grant ──request──▶ authorization server ──▶ token, kept by the credential's name until it expires
//! FromWorkflow ──run──▶ the target ──▶ outputs, kept by the workflow and its inputs until one is refused
//! ```
//!
//! Promises: a server that gives none is asked [`ATTEMPTS`] times at most, and each time is bounded; no message holds
//! a secret, whatever the server answers; every token that was had is told for redaction.

mod outputs;
mod request;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

pub(crate) use outputs::Wanted;

use indexmap::{IndexMap, IndexSet};
use tokio::sync::Mutex as Turn;

use crate::profile::{Endpoint, Flow, Grant, Secret};
use crate::transport::Network;

/// How often a server that gives no token is asked, in a row.
pub const ATTEMPTS: u32 = 3;

/// How long nobody asks again after that.
const PAUSE: Duration = Duration::from_secs(2);

/// A token is renewed so long before it is over.
const MARGIN: Duration = Duration::from_secs(30);

/// The tokens of a run. Clones share them.
#[derive(Clone, Default)]
pub struct Tokens(Arc<Shared>);

#[derive(Default)]
struct Shared {
    held: Mutex<IndexMap<String, Arc<Turn<Holder>>>>,
    obtained: Mutex<Vec<(String, Secret)>>,
}

/// What is known of one credential, or of one workflow. Whoever needs its token waits for whoever is asking for it.
#[derive(Default)]
struct Holder {
    token: Option<Held>,
    /// Where the token endpoint was found to be.
    endpoint: Option<String>,
    /// A newer refresh token than the profile's.
    refresh: Option<Secret>,
    failure: Option<Failure>,
    /// When a workflow was performed for it last.
    performed: Option<Instant>,
    /// Operations that refused a token and had a newer one since, to no avail.
    refused_by: IndexSet<String>,
}

/// A token, or all that one performance of a workflow gave.
struct Held {
    secrets: IndexMap<String, Secret>,
    until: Option<Instant>,
}

/// What a token alone is called among the secrets that are held.
const TOKEN: &str = "";

struct Failure {
    reason: String,
    attempts: u32,
    at: Instant,
}

impl Tokens {
    /// The token of a credential, asked for where there is none that is still good.
    ///
    /// # Errors
    /// Why there is none, for people.
    pub async fn get(
        &self,
        name: &str,
        grant: &Grant,
        network: &Network,
    ) -> Result<Secret, String> {
        let holder = self.holder(name);
        let mut holder = holder.lock().await;
        if let Some(secret) = holder.fresh().and_then(|held| held.secrets.get(TOKEN)) {
            return Ok(secret.clone());
        }
        if let Some(reason) = holder.given_up() {
            return Err(reason);
        }
        // Boxed: it is large and rare, and every case would carry it.
        match Box::pin(holder.obtain(name, grant, network)).await {
            Ok(secret) => {
                holder.failure = None;
                self.note(name, &secret);
                Ok(secret)
            }
            Err(reason) => Err(holder.fails(format!("credential `{name}` can't be had: {reason}"))),
        }
    }

    /// Whether a request that was refused with this token should be sent again with a newer one. An operation that
    /// refuses a newer one as well has its reasons: it makes no further token be asked for until it takes one.
    pub async fn renew(&self, name: &str, operation_id: &str, refused: &Secret) -> bool {
        let holder = self.holder(name);
        let mut holder = holder.lock().await;
        let is_latest = holder.token.as_ref().is_some_and(|held| held.has(refused));
        if !is_latest {
            return true;
        }
        let first = holder.refused_by.insert(operation_id.to_owned());
        if first {
            holder.token = None;
        }
        first
    }

    /// Tells that an operation took a token, so that a later refusal is worth a newer one again.
    pub async fn admitted(&self, name: &str, operation_id: &str) {
        self.holder(name).lock().await.refused_by.swap_remove(operation_id);
    }

    /// Every token that was had, with its credential's name.
    #[must_use]
    pub fn secrets(&self) -> Vec<(String, Secret)> {
        self.0.obtained.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, name: &str, secret: &Secret) {
        let mut obtained = self.0.obtained.lock().unwrap_or_else(PoisonError::into_inner);
        obtained.push((name.to_owned(), secret.clone()));
    }

    fn holder(&self, name: &str) -> Arc<Turn<Holder>> {
        let mut held = self.0.held.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(held.entry(name.to_owned()).or_default())
    }
}

impl Held {
    fn has(&self, secret: &Secret) -> bool {
        self.secrets.values().any(|one| one == secret)
    }
}

impl Holder {
    fn fresh(&self) -> Option<&Held> {
        let held = self.token.as_ref()?;
        held.until.is_none_or(|until| Instant::now() < until).then_some(held)
    }

    /// Remembers that it was asked for in vain.
    fn fails(&mut self, reason: String) -> String {
        let attempts = self.failure.as_ref().map_or(1, |failure| failure.attempts + 1);
        self.failure = Some(Failure { reason: reason.clone(), attempts, at: Instant::now() });
        reason
    }

    fn given_up(&self) -> Option<String> {
        let failure = self.failure.as_ref()?;
        let pausing = failure.at.elapsed() < PAUSE;
        (pausing || failure.attempts >= ATTEMPTS).then(|| failure.reason.clone())
    }

    async fn obtain(
        &mut self,
        name: &str,
        grant: &Grant,
        network: &Network,
    ) -> Result<Secret, String> {
        let identity = network.identities.contains_key(name).then_some(name);
        let asking = request::Asking { network, identity };
        let endpoint = match (&self.endpoint, &grant.endpoint) {
            (Some(found), _) | (None, Endpoint::Token(Some(found))) => found.clone(),
            (None, Endpoint::Discovery(Some(url))) => asking.discover(url).await?,
            (None, Endpoint::Token(None) | Endpoint::Discovery(None)) => {
                return Err("nothing says where tokens are had".to_owned());
            }
        };
        self.endpoint = Some(endpoint.clone());
        let refresh = match (&self.refresh, &grant.flow) {
            (Some(newer), Flow::RefreshToken(_)) => Some(newer),
            _ => None,
        };
        let answer = asking.token(&endpoint, grant, refresh).await?;
        self.refresh = answer.refresh.or(self.refresh.take());
        let until = answer.lifetime.map(|life| {
            // A short life must leave time to be used.
            Instant::now() + life.saturating_sub(MARGIN.min(life / 10))
        });
        let secrets = IndexMap::from([(TOKEN.to_owned(), answer.token.clone())]);
        self.token = Some(Held { secrets, until });
        Ok(answer.token)
    }
}
