//! The handlers: from parsed, validated requests of known callers to documented responses.

mod accept;
mod condition;
mod counts;
mod csv;
mod export;
mod items;
mod list_items;
mod moves;
mod orders;
mod page;
mod patch;
mod photos;
mod refusal;
mod sites;
mod suppliers;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use depot_api::responses::{GetLabelMethodNotAllowed, StartCountTooManyRequests, Unauthorized};
use depot_api::server::{
    AuthenticationError, Context, Credentials, Options, Refusal, Service, router,
};
use depot_api::types::{InvalidProblem, Problem};

use crate::state::{Clock, Company, KEYS, Role, State};

/// The service.
#[derive(Debug, Clone, Default)]
pub struct Depot {
    state: Arc<Mutex<State>>,
}

/// The service as a router.
pub fn app(depot: Depot) -> Router {
    router(&Arc::new(depot), Options::default())
}

impl Depot {
    /// What it holds, for nobody else until this is dropped.
    pub fn state(&self) -> MutexGuard<'_, State> {
        // A handler that panicked has changed nothing, or all that it had to.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<R>(&self, caller: &Caller, act: impl FnOnce(&mut Company, &mut Clock) -> R) -> R {
        let mut state = self.state();
        let (company, clock) = state.of(caller.company);
        act(company, clock)
    }
}

/// Whoever sends a request.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    company: &'static str,
    /// Whether the key's role is high enough for the operation.
    may: bool,
}

impl Caller {
    /// Lets the request through, or words why not.
    fn permit<R>(&self, forbidden: impl FnOnce(Problem) -> R) -> Result<(), R> {
        if self.may { Ok(()) } else { Err(forbidden(problem(403, "the key's role is too low"))) }
    }
}

impl Service for Depot {
    type Caller = Caller;

    async fn authenticate(
        &self,
        credentials: Credentials,
        _: &Context,
    ) -> Result<Caller, AuthenticationError> {
        let (Credentials::Key { key, scopes } | Credentials::KeyInQuery { key, scopes }) =
            credentials;
        let known = KEYS.into_iter().find(|(known, ..)| *known == key);
        let (_, company, role) = known.ok_or(AuthenticationError::Rejected)?;
        let may = scopes.iter().all(|scope| Role::named(scope).is_some_and(|asked| asked <= role));
        Ok(Caller { company, may })
    }

    fn unauthorized(&self, refusal: &Refusal<'_>) -> Unauthorized {
        refusal::unauthorized(refusal)
    }

    fn invalid(&self, refusal: &Refusal<'_>) -> InvalidProblem {
        refusal::invalid(refusal)
    }

    fn unsupported_media_type(&self, refusal: &Refusal<'_>) -> Problem {
        refusal::worded(refusal)
    }

    fn malformed(&self, refusal: &Refusal<'_>) -> Problem {
        refusal::worded(refusal)
    }

    fn get_label_method_not_allowed(&self, refusal: &Refusal<'_>) -> GetLabelMethodNotAllowed {
        GetLabelMethodNotAllowed {
            allow: refusal.allow().to_owned(),
            body: refusal::worded(refusal),
        }
    }

    fn start_count_too_many_requests(&self, _: &Refusal<'_>) -> StartCountTooManyRequests {
        counts::too_many()
    }
}

/// What went wrong, in the contract's shape.
fn problem(status: i32, detail: &str) -> Problem {
    let title = match status {
        400 => "Malformed",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        409 => "Conflict",
        412 => "Precondition Failed",
        415 => "Unsupported Media Type",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        _ => "Failed",
    };
    Problem { title: title.to_owned(), status, detail: Some(detail.to_owned()) }
}

fn missing(what: &str) -> Problem {
    problem(404, &format!("there is no such {what}"))
}

/// Authorization of an operation that not every role may ask for: nothing but the key's role decides.
macro_rules! permits {
    ($name:ident() -> $response:ident) => {
        async fn $name(&self, caller: &Caller, _: &Context) -> Result<(), $response> {
            caller.permit($response::Forbidden)
        }
    };
    ($name:ident($parameters:ty) -> $response:ident) => {
        async fn $name(
            &self,
            caller: &Caller,
            _: &$parameters,
            _: &Context,
        ) -> Result<(), $response> {
            caller.permit($response::Forbidden)
        }
    };
}
use permits;
