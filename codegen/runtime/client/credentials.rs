//! Secrets that a client shows, and that its own logs never do.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use super::error::Cause;

/// A token, a key or a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The secret itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

impl From<&str> for Secret {
    fn from(secret: &str) -> Self {
        Self(secret.to_owned())
    }
}

/// A secret that is being fetched.
pub type Fetched<'s> = Pin<Box<dyn Future<Output = Result<Secret, Cause>> + Send + 's>>;

/// Where a secret comes from that doesn't last: asked before each request, so what can be kept is for it to keep.
///
/// Any closure that returns a future will do:
///
/// ```ignore
/// // The method is called after the security scheme.
/// let client = client.with_bearer_from(move |refused: Option<Secret>| {
///     let tokens = tokens.clone();
///     async move { tokens.fetch(refused.is_some()).await.map(Secret::from) }
/// });
/// ```
pub trait Secrets: Send + Sync + 'static {
    /// The secret to show now. Where the server has just answered 401, `refused` is what it was shown; the request is
    /// sent once more if this gives another one.
    fn secret(&self, refused: Option<Secret>) -> Fetched<'_>;
}

impl<F, T, E> Secrets for F
where
    F: Fn(Option<Secret>) -> T + Send + Sync + 'static,
    T: Future<Output = Result<Secret, E>> + Send + 'static,
    E: Into<Cause>,
{
    fn secret(&self, refused: Option<Secret>) -> Fetched<'_> {
        let fetching = self(refused);
        Box::pin(async move { fetching.await.map_err(Into::into) })
    }
}

/// Where in a request a secret is shown.
#[derive(Debug, Clone)]
pub enum Place {
    /// `Authorization: <scheme> <secret>`
    Authorization(&'static str),
    /// `Authorization: Basic …`, with this name.
    Basic(String),
    /// A header field of its own.
    Header(&'static str),
    /// A query parameter.
    Query(&'static str),
    /// A cookie.
    Cookie(&'static str),
}

/// What a client shows for one security scheme.
#[derive(Debug, Clone)]
pub(super) struct Credential {
    pub(super) scheme: &'static str,
    pub(super) place: Place,
    pub(super) source: Source,
}

/// Where its secret comes from.
#[derive(Clone)]
pub(super) enum Source {
    Known(Secret),
    Asked(Arc<dyn Secrets>),
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Known(_) => "Known",
            Self::Asked(_) => "Asked",
        })
    }
}
