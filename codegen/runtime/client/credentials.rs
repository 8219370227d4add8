//! Secrets that a client shows, and that its own logs never do.

use std::fmt;

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

/// What a client shows for one security scheme.
#[derive(Debug, Clone)]
pub(super) enum Credential {
    /// `Authorization: <scheme> <secret>`
    Authorization(&'static str, Secret),
    /// `Authorization: Basic …`
    Basic(String, Secret),
    /// A header field of its own.
    Header(&'static str, Secret),
    /// A query parameter.
    Query(&'static str, Secret),
    /// A cookie.
    Cookie(&'static str, Secret),
}
