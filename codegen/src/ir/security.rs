//! Who may ask, in Rust.

use spec::model::Location;

use super::Docs;

/// A security scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheme {
    /// Its name in the document.
    pub wire: String,
    /// In snake case: `bearer`. Unique among schemes.
    pub rust: String,
    /// In Pascal case: `Bearer`. Unique among schemes.
    pub stem: String,
    /// What a client has to show.
    pub credential: Credential,
    /// What it is for.
    pub docs: Docs,
}

/// What a client has to show, as it stands in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// `Authorization: Bearer …`: HTTP bearer, OAuth 2.0 and OpenID Connect.
    Bearer,
    /// `Authorization: Basic …`
    Basic,
    /// Another scheme of `Authorization`, in lower case.
    Authorization(String),
    /// A secret of its own.
    ApiKey {
        /// Header, query or cookie.
        location: Location,
        /// The name of the header, parameter or cookie.
        name: String,
    },
    /// A client certificate: nothing of it stands in a request.
    Certificate,
}

/// Schemes that must all be met; none: anonymous is fine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Requirement {
    /// Index into [`Api::schemes`](super::Api::schemes), with the scopes that the caller must have.
    pub schemes: Vec<(usize, Vec<String>)>,
}
