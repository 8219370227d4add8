//! What requests carry that is had at run time: tokens of credentials, and header fields that workflows give.

use std::pin::Pin;

use indexmap::IndexMap;
use spec::model::{Location, SecurityKind, Status};

use super::Runner;
use super::fill::{Sender, Unfilled};
use super::session::{Purpose, Session};
use crate::case::Credentials;
use crate::expression::value_text;
use crate::profile::{Credential, FromWorkflow, Secret};
use crate::tokens::Wanted;
use crate::transport::{Exchange, Transport};

/// What came of a workflow: its outputs by name, or why there are none.
pub(super) type Given = Result<IndexMap<String, Secret>, String>;

/// Performs workflows that give something. It stands between a request and the run that the request belongs to.
pub(super) trait Performs {
    /// Performs the workflow.
    fn perform_workflow<'s>(
        &'s self,
        source: &'s FromWorkflow,
    ) -> Pin<Box<dyn Future<Output = Given> + 's>>;
}

/// Something that a request carried.
pub(super) struct Obtained {
    /// What it is kept by.
    holder: String,
    secret: Secret,
    /// The statuses that may mean that it isn't good any more.
    refusals: &'static [u16],
}

impl Obtained {
    pub(super) fn secret(&self) -> &Secret {
        &self.secret
    }
}

/// A token that isn't good any more.
const UNAUTHORIZED: &[u16] = &[401];
/// What services answer to a stale CSRF token; 419 is no status of HTTP, but of a widespread framework.
const STALE: &[u16] = &[401, 403, 419];

impl Sender<'_> {
    /// The token that the credential's grant or its workflow gives.
    pub(super) async fn token(
        &self,
        credentials: &Credentials,
    ) -> Result<Option<Obtained>, Unfilled> {
        let (Credentials::As(name) | Credentials::Behind { name, .. }) = credentials else {
            return Ok(None);
        };
        let Some(credential) = self.profile.credentials.get(name) else { return Ok(None) };
        if let Some(grant) = credential.grant() {
            let network = self.profile.network();
            let token = self.profile.tokens.get(name, grant, &network).await;
            let secret = token.map_err(Unfilled::NoCredential)?;
            return Ok(Some(Obtained { holder: name.clone(), secret, refusals: UNAUTHORIZED }));
        }
        let Some(source) = credential.workflow() else { return Ok(None) };
        let whose = format!("credential `{name}`");
        self.output(source, &whose, name, UNAUTHORIZED).await.map(Some)
    }

    /// The header fields that workflows give, with their names. What such a workflow sends itself has none of them.
    pub(super) async fn header_values(&self) -> Result<Vec<(&str, Obtained)>, Unfilled> {
        let mut values = Vec::new();
        let sources = self.profile.header_workflows.iter();
        for (name, source) in sources.filter(|_| !self.gives) {
            let whose = format!("header `{name}`");
            values.push((name.as_str(), self.output(source, &whose, name, STALE).await?));
        }
        Ok(values)
    }

    async fn output(
        &self,
        source: &FromWorkflow,
        whose: &str,
        name: &str,
        refusals: &'static [u16],
    ) -> Result<Obtained, Unfilled> {
        let holder = holder(source);
        let wanted = Wanted { holder: &holder, output: &source.output, whose, name };
        let perform = async {
            match self.performer {
                Some(performer) => performer.perform_workflow(source).await,
                None => Err("its workflow isn't performed here".to_owned()),
            }
        };
        // Boxed: it is large and rare, and every case would carry it.
        let secret = self.profile.tokens.output(&wanted, Box::pin(perform)).await;
        let secret = secret.map_err(Unfilled::NoCredential)?;
        Ok(Obtained { holder, secret, refusals })
    }

    /// Whether a request that was answered so, which isn't what it asks for, should be sent again, with newer values for
    /// those that it carried.
    pub(super) async fn renews(
        &self,
        operation_id: &str,
        carried: &[Obtained],
        exchange: &Exchange,
        wanted: &[Status],
    ) -> bool {
        let Some(status) = exchange.status() else { return false };
        let tokens = &self.profile.tokens;
        let mut renews = false;
        for one in carried {
            if one.refusals.contains(&status) {
                if wanted.iter().any(|one| one.admits(status)) {
                    continue;
                }
                renews |= tokens.renew(&one.holder, operation_id, &one.secret).await;
            } else if shows_admission(status) {
                tokens.admitted(&one.holder, operation_id).await;
            }
        }
        renews
    }
}

/// Whether an answer shows that a token was taken: one that says what is wrong with the request may come before anybody
/// looks at the token.
fn shows_admission(status: u16) -> bool {
    matches!(status, 200..=399 | 403 | 404 | 409 | 410 | 412)
}

/// What one performance of a workflow is kept by. No credential is called so.
fn holder(source: &FromWorkflow) -> String {
    let inputs = serde_json::to_string(&source.inputs).unwrap_or_default();
    format!("workflow\n{}\n{inputs}", source.workflow)
}

impl<T: Transport> Performs for Runner<'_, T> {
    fn perform_workflow<'s>(
        &'s self,
        source: &'s FromWorkflow,
    ) -> Pin<Box<dyn Future<Output = Given> + 's>> {
        Box::pin(async move {
            let mut routines = self.sources.iter();
            let routine = routines.find(|one| source.is_of(&one.workflow, &one.inputs));
            let id = &source.workflow;
            let routine = routine.ok_or_else(|| format!("the workflow `{id}` isn't planned"))?;
            let mut session = Session::for_purpose(self, &routine.case, Purpose::Source);
            session.perform_steps().await;
            if let Some(reason) = session.shortfall() {
                return Err(format!("the workflow `{id}` failed: {reason}"));
            }
            let outputs = session.evaluate(&routine.outputs).into_iter();
            let texts = outputs.filter_map(|(name, value)| Some((name, value_text(&value)?)));
            Ok(texts.map(|(name, text)| (name, Secret::new(self.cookie(&text)))).collect())
        })
    }
}

impl<T: Transport> Runner<'_, T> {
    /// What is meant by a whole `Set-Cookie` field that sets the cookie of a security scheme: its value.
    fn cookie<'t>(&self, text: &'t str) -> &'t str {
        let schemes = self.judge.contract().security_schemes.values();
        let mut values = schemes.filter_map(|scheme| match &scheme.kind {
            SecurityKind::ApiKey { location: Location::Cookie, name } => {
                let value = text.strip_prefix(name.as_str())?.strip_prefix('=')?;
                value.split(';').next()
            }
            _ => None,
        });
        values.next().unwrap_or(text)
    }

    /// Has everything that workflows give, before any case needs it.
    pub async fn log_in(&self) {
        let sender = self.sender(Purpose::Case);
        let credentials = self.profile.credentials.iter();
        for (name, _) in credentials.filter(|(_, one)| Credential::workflow(one).is_some()) {
            // Why it can't be had is told by the cases that need it.
            let _ = sender.token(&Credentials::As(name.clone())).await;
        }
        let _ = sender.header_values().await;
    }
}
