use indexmap::IndexMap;

use super::Location;
use crate::Origin;

/// OAS 3.0.3 §4.7.27.
#[derive(Debug, Clone)]
pub struct SecurityScheme {
    /// Its name among the components.
    pub name: String,
    /// What a client has to show, and where.
    pub kind: SecurityKind,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it should no longer be used (from OAS 3.2).
    pub deprecated: bool,
    /// Where the metadata of the authorization server are (RFC 8414), for OAuth 2.0 (from OAS 3.2).
    pub metadata_url: Option<String>,
    /// The security scheme object.
    pub origin: Origin,
}

/// The kinds of security scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecurityKind {
    /// A secret in a header, a query parameter or a cookie.
    ApiKey {
        /// Where it stands; never in the path.
        location: Location,
        /// The name of the header, parameter or cookie.
        name: String,
    },
    /// An `Authorization` scheme (RFC 9110 §11).
    Http {
        /// In lower case: `bearer`, `basic`.
        scheme: String,
    },
    /// OAuth 2.0; on the wire a bearer token.
    OAuth2(Vec<OAuthFlow>),
    /// OpenID Connect discovery; on the wire a bearer token.
    OpenIdConnect {
        /// Where the discovery document is.
        url: String,
    },
    /// A client certificate (3.1).
    MutualTls,
}

/// One of the flows of an OAuth 2.0 scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthFlow {
    /// `implicit`, `password`, `clientCredentials`, `authorizationCode` or `deviceAuthorization`.
    pub name: String,
    /// Where tokens are had, perhaps relative to the server; an implicit flow has no such place.
    pub token_url: Option<String>,
    /// Where a device asks for its code, in the device flow (from OAS 3.2).
    pub device_authorization_url: Option<String>,
    /// Scope to what it allows.
    pub scopes: IndexMap<String, String>,
}

/// Schemes that must all be met, with the scopes each must have; empty: anonymous is fine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityRequirement {
    /// Name of the scheme to scopes.
    pub schemes: IndexMap<String, Vec<String>>,
}
