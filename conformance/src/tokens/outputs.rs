//! What workflows give, kept like tokens.

use std::time::{Duration, Instant};

use indexmap::IndexMap;
use tokio::time::sleep;

use super::{Held, Tokens};
use crate::profile::Secret;

/// A workflow isn't performed again sooner: a login that is asked too often locks its user out.
const AGAIN: Duration = Duration::from_secs(1);

/// What is wanted of a workflow.
pub(crate) struct Wanted<'w> {
    /// The workflow with its inputs: what one performance gives belongs together.
    pub(crate) holder: &'w str,
    /// Which output.
    pub(crate) output: &'w str,
    /// What it is for, in messages: ``credential `user` ``.
    pub(crate) whose: &'w str,
    /// What stands for it where it is redacted.
    pub(crate) name: &'w str,
}

impl Tokens {
    /// What a workflow gave; it is performed where it hasn't been yet, or where what it gave was refused.
    ///
    /// # Errors
    /// Why there is nothing, for people.
    pub(crate) async fn output(
        &self,
        wanted: &Wanted<'_>,
        perform: impl Future<Output = Result<IndexMap<String, Secret>, String>>,
    ) -> Result<Secret, String> {
        let holder = self.holder(wanted.holder);
        let mut holder = holder.lock().await;
        let lacking = |reason: &str| format!("{} can't be had: {reason}", wanted.whose);
        if holder.fresh().is_none() {
            if let Some(reason) = holder.given_up() {
                return Err(lacking(&reason));
            }
            if let Some(performed) = holder.performed {
                sleep(AGAIN.saturating_sub(performed.elapsed())).await;
            }
            let gave = perform.await;
            holder.performed = Some(Instant::now());
            let secrets = gave.map_err(|reason| lacking(&holder.fails(reason)))?;
            holder.failure = None;
            holder.token = Some(Held { secrets, until: None });
        }
        let secret = holder.fresh().and_then(|held| held.secrets.get(wanted.output)).cloned();
        let missing = || lacking(&format!("its workflow gave no `{}`", wanted.output));
        let secret = secret.ok_or_else(missing)?;
        check(&secret).map_err(|what| lacking(&format!("its workflow gave a value {what}")))?;
        self.note_once(wanted.name, &secret);
        Ok(secret)
    }

    fn note_once(&self, name: &str, secret: &Secret) {
        if !self.secrets().iter().any(|(known, one)| known == name && one == secret) {
            self.note(name, secret);
        }
    }
}

/// Whether a request can carry it, and a report do without it.
fn check(secret: &Secret) -> Result<(), &'static str> {
    if !secret.is_searchable() {
        return Err("too short to be redacted safely");
    }
    match crate::profile::is_header_value(secret.expose()) {
        true => Ok(()),
        false => Err("that no header can carry"),
    }
}
