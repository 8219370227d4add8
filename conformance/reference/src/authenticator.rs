//! From a bearer token to the caller: the boundary, and the table of tokens that a directory gives.

use std::collections::HashMap;
use std::error::Error;

use sha2::{Digest as _, Sha256};

use crate::access::Caller;

/// Finds out whose token a request carries.
pub trait Authenticator: Send + Sync + 'static {
    /// The caller, or `None` when the token isn't valid.
    fn authenticate(
        &self,
        token: &str,
    ) -> impl Future<Output = Result<Option<Caller>, AuthenticatorError>> + Send;
}

/// Whose token it is could not be found out. Never the fault of a request.
#[derive(Debug, thiserror::Error)]
#[error("the authenticator failed: {0}")]
pub struct AuthenticatorError(#[source] pub Box<dyn Error + Send + Sync>);

/// The SHA-256 of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// Hashes `token`.
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token).into())
    }

    /// Reads 64 hexadecimal digits in any letter case.
    pub fn parse(digits: &str) -> Option<Self> {
        let mut hash = [0; 32];
        hex::decode_to_slice(digits, &mut hash).ok()?;
        Some(Self(hash))
    }
}

/// Tokens by their hashes; the tokens themselves are nowhere.
///
/// A look-up is not done in constant time, and needn't be: what its time could tell is about hashes, and nobody can
/// choose tokens by the hash that they will have.
#[derive(Debug, Clone, Default)]
pub struct TokenTable {
    callers: HashMap<TokenHash, Caller>,
}

impl TokenTable {
    /// Adds a token, unless there is one with that hash.
    pub fn insert(&mut self, hash: TokenHash, caller: Caller) -> bool {
        let vacant = !self.callers.contains_key(&hash);
        if vacant {
            self.callers.insert(hash, caller);
        }
        vacant
    }

    /// Whose token it is.
    pub fn get(&self, token: &str) -> Option<Caller> {
        self.callers.get(&TokenHash::of(token)).copied()
    }
}

impl Authenticator for TokenTable {
    async fn authenticate(&self, token: &str) -> Result<Option<Caller>, AuthenticatorError> {
        Ok(self.get(token))
    }
}
