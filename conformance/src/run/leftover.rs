//! Removes by a journal what a run left.

use std::time::Duration;

use indexmap::IndexMap;
use spec::model::{Contract, Method};

use super::fill::{Sender, Unfilled};
use super::{Entry, Runner};
use crate::case::{Body, Content, Credentials, Request};
use crate::expression::Context;
use crate::profile::Profile;
use crate::transport::Transport;

/// How many removals in a row may fail before no more are tried.
const PATIENCE: u32 = 5;

impl<T: Transport> Runner<'_, T> {
    /// Tries once more, at the very end, to remove what cases could not: it may have been in use by what is gone by now. The newest goes
    /// first, as it may lie within an older one.
    pub async fn remove_leftovers(&self) {
        let Some(journal) = self.journal else { return };
        let mut failed = 0;
        for entry in journal.left().into_iter().rev() {
            if failed >= PATIENCE || self.stop.is_urgent() || self.down().is_some() {
                return;
            }
            let (contract, timeout) = (self.judge.contract(), self.options.timeout);
            match remove(&entry, contract, self.profile, self.transport, timeout).await {
                Ok(_) => {
                    journal.removed(entry);
                    failed = 0;
                }
                Err(_) => failed += 1,
            }
        }
    }
}

/// Sends the request that removes something; the status that came, which is a 2xx, 404 or 410.
///
/// # Errors
/// Why it may still be there, for people.
pub async fn remove(
    entry: &Entry,
    contract: &Contract,
    profile: &Profile,
    transport: &impl Transport,
    timeout: Duration,
) -> Result<u16, String> {
    let body = entry.body.clone().map(|(content_type, json)| Body {
        content_type: Some(content_type),
        content: Content::Json(json.into()),
    });
    let method = Method::parse(&entry.method);
    let request = Request {
        method: method.ok_or_else(|| format!("`{}` is no method", entry.method))?,
        // Encoded as it was sent, without braces.
        path: entry.target.clone(),
        path_parameters: IndexMap::new(),
        query: Vec::new(),
        headers: Vec::new(),
        body,
        credentials: entry.credential.clone().map_or(Credentials::None, Credentials::As),
    };
    let (inputs, outputs) = (IndexMap::new(), IndexMap::new());
    let context = Context { inputs: &inputs, outputs: &outputs, exchange: None };
    let sender = Sender { contract, profile, performer: None, gives: false };
    let filled = sender.fill(&entry.operation_id, &request, &[], &context).await;
    let filled =
        filled.map_err(|(Unfilled::Unresolved(reason) | Unfilled::NoCredential(reason))| reason)?;
    let exchange = transport.exchange(filled.http, timeout).await;
    match exchange.outcome {
        Ok(response) if matches!(response.status, 200..=299 | 404 | 410) => Ok(response.status),
        Ok(response) => Err(format!("answered {}", response.status)),
        Err(failure) => Err(failure.to_string()),
    }
}
