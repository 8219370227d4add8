//! The handlers: from parsed, validated requests of known callers to documented responses.
//!
//! The generated router has already checked everything that the contract says about a request by itself. What is left
//! is what only the service knows: tokens, organizations, rights, workspaces, cursors and names.

mod admin;
mod failure;
mod refusal;
mod view;
mod workspaces;

use std::sync::Arc;

use axum::Router;
use http::HeaderMap;
use http::header::HeaderName;
use workspace_api::responses::{AdminMethodNotAllowed, AdminUnauthorized, Unauthorized};
use workspace_api::server::{
    AuthenticationError, Context, Credentials, Interruption, Options, Refusal, router,
};
use workspace_api::types::{InternalServerError, UnprocessableContentProblem, ValidationError};

use crate::access::Caller;
use crate::authenticator::{Authenticator, TokenTable};
use crate::config::PublicUrl;
use crate::directory::{Directory, Orgs};
use crate::request_log::{log_requests, log_user};
use crate::store::{Store, StoreError};

/// The Workspace API over a store and an authenticator.
pub struct WorkspaceService<S, A> {
    store: S,
    authenticator: A,
    orgs: Orgs,
    settings: Settings,
}

/// What is left to choose.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What links to the service begin with.
    pub public_url: PublicUrl,
    /// Whether to honour `Prefer: code=500`.
    pub faults: bool,
}

impl<S: Store, A: Authenticator> WorkspaceService<S, A> {
    /// Puts the parts together. The store must know the organizations, and every user that the authenticator lets in.
    pub fn new(store: S, authenticator: A, orgs: Orgs, settings: Settings) -> Self {
        Self { store, authenticator, orgs, settings }
    }

    /// Where the workspaces are.
    pub fn store(&self) -> &S {
        &self.store
    }
}

impl<S: Store> WorkspaceService<S, TokenTable> {
    /// Lets in whom a directory lets in, and tells the store who that may be.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn with_directory(
        store: S,
        directory: Directory,
        settings: Settings,
    ) -> Result<Self, StoreError> {
        let users: Vec<_> = directory.users.into_values().collect();
        store.enrol(&directory.orgs.ids(), &users).await?;
        Ok(Self::new(store, directory.tokens, directory.orgs, settings))
    }
}

/// The whole service as a router, request log included. Other layers may go around it.
pub fn app<S: Store, A: Authenticator>(service: &Arc<WorkspaceService<S, A>>) -> Router {
    router(service, Options::default()).layer(axum::middleware::from_fn(log_requests))
}

impl<S: Store, A: Authenticator> workspace_api::server::Service for WorkspaceService<S, A> {
    type Caller = Caller;

    async fn authenticate(
        &self,
        credentials: Credentials,
        _context: &Context,
    ) -> Result<Caller, AuthenticationError> {
        let Credentials::Bearer { token } = credentials;
        match self.authenticator.authenticate(&token).await {
            Ok(Some(caller)) => {
                log_user(caller.user);
                Ok(caller)
            }
            Ok(None) => Err(AuthenticationError::Rejected),
            Err(error) => {
                tracing::error!(%error, "no caller");
                Err(AuthenticationError::Failed)
            }
        }
    }

    async fn admit(&self, _caller: Option<&Caller>, context: &Context) -> Result<(), Interruption> {
        if self.settings.faults && asks_for_fault(context.headers()) {
            return Err(Interruption::Fault);
        }
        Ok(())
    }

    fn unauthorized(&self, refusal: &Refusal<'_>) -> Unauthorized {
        refusal::unauthorized(refusal)
    }

    fn unprocessable_content(&self, refusal: &Refusal<'_>) -> ValidationError {
        refusal::unprocessable_content(refusal)
    }

    fn internal_server_error(&self, refusal: &Refusal<'_>) -> InternalServerError {
        refusal::server_error(refusal)
    }

    fn admin_unauthorized(&self, refusal: &Refusal<'_>) -> AdminUnauthorized {
        refusal::admin_unauthorized(refusal)
    }

    fn admin_unprocessable_content(&self, refusal: &Refusal<'_>) -> UnprocessableContentProblem {
        refusal::admin_unprocessable_content(refusal)
    }

    fn admin_method_not_allowed(&self, refusal: &Refusal<'_>) -> AdminMethodNotAllowed {
        refusal::admin_method_not_allowed(refusal)
    }
}

/// Whether a request carries `Prefer: code=500`, exactly so.
fn asks_for_fault(headers: &HeaderMap) -> bool {
    const PREFER: HeaderName = HeaderName::from_static("prefer");
    let mut preferences = headers.get_all(PREFER).iter();
    preferences.next().is_some_and(|preference| preference == "code=500")
        && preferences.next().is_none()
}
