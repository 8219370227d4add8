//! How an access token is had: a grant of OAuth 2.0 (RFC 6749), its endpoint perhaps discovered by OpenID Connect.

use spec::model::{Contract, OAuthFlow, SecurityKind};

use super::{Credential, CredentialKind, Place, Problem, Profile, Secret};

/// What is asked of an authorization server.
#[derive(Debug, Clone)]
pub struct Grant {
    /// What is given for the token.
    pub flow: Flow,
    /// Where it is had.
    pub endpoint: Endpoint,
    /// The client's name there.
    pub client_id: Option<String>,
    /// The client's password there.
    pub client_secret: Option<Secret>,
    /// Whether the client's name and password stand in the body rather than in `Authorization`.
    pub client_in_body: bool,
    /// The scopes to ask for, with blanks between them; empty: whatever the server gives.
    pub scope: String,
    /// Where the profile says so.
    pub place: Place,
}

/// What is given for a token.
#[derive(Debug, Clone)]
pub enum Flow {
    /// The client itself (RFC 6749 §4.4).
    ClientCredentials,
    /// A user's name and password (§4.3).
    Password {
        /// The name.
        username: String,
        /// The password.
        password: Secret,
    },
    /// A token for further tokens (§6).
    RefreshToken(Secret),
}

impl Flow {
    /// What OpenAPI calls the flow in which such a grant is used.
    fn in_contract(&self) -> &'static [&'static str] {
        match self {
            Self::ClientCredentials => &["clientCredentials"],
            Self::Password { .. } => &["password"],
            Self::RefreshToken(_) => &["authorizationCode", "password", "clientCredentials"],
        }
    }
}

/// Where tokens are had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// The token endpoint; `None`: that of the contract's scheme.
    Token(Option<String>),
    /// What names it: the URL of a discovery document (OpenID Connect Discovery 1.0 §4); `None`: that of the
    /// contract's scheme.
    Discovery(Option<String>),
}

impl Grant {
    /// The secrets in it, each with what tells it from the others.
    pub(super) fn secrets(&self) -> Vec<(String, Secret)> {
        let mut secrets: Vec<(String, Secret)> = Vec::new();
        if let Some(secret) = &self.client_secret {
            secrets.push(("client_secret".to_owned(), secret.clone()));
        }
        match &self.flow {
            Flow::ClientCredentials => {}
            Flow::Password { password, .. } => {
                secrets.push(("password".to_owned(), password.clone()));
            }
            Flow::RefreshToken(token) => secrets.push(("refresh_token".to_owned(), token.clone())),
        }
        secrets
    }

    /// Fills in what the contract knows, and makes the URL whole; the target's URL is what a relative one starts from.
    fn complete(&mut self, contract: &Contract, url: &str) -> Result<(), &'static str> {
        let kinds = contract.security_schemes.values().map(|scheme| &scheme.kind);
        let (slot, known, missing) = match &mut self.endpoint {
            Endpoint::Token(slot) => {
                let flows = kinds.filter_map(|kind| match kind {
                    SecurityKind::OAuth2(flows) => Some(flows),
                    _ => None,
                });
                let known = token_url(flows.flatten(), &self.flow);
                (slot, known, "`token_url`")
            }
            Endpoint::Discovery(slot) => {
                let mut urls = kinds.filter_map(|kind| match kind {
                    SecurityKind::OpenIdConnect { url } => Some(url.clone()),
                    _ => None,
                });
                (slot, urls.next(), "`issuer`")
            }
        };
        let found = slot.take().or(known).ok_or(missing)?;
        *slot = Some(absolute(&found, url));
        Ok(())
    }
}

fn token_url<'c>(flows: impl Iterator<Item = &'c OAuthFlow>, flow: &Flow) -> Option<String> {
    let flows: Vec<_> = flows.collect();
    let named = |name: &&str| {
        let flow = flows.iter().find(|flow| flow.name == **name)?;
        flow.token_url.clone().filter(|url| !url.is_empty())
    };
    flow.in_contract().iter().find_map(named)
}

/// A reference as seen from a base URL.
fn absolute(reference: &str, base: &str) -> String {
    if reference.contains("://") {
        return reference.to_owned();
    }
    if !reference.starts_with('/') {
        return format!("{base}/{}", reference.trim_start_matches("./"));
    }
    let authority = base.find("://").map_or(0, |at| at + 3);
    let path = base[authority..].find('/').map_or(base.len(), |at| authority + at);
    format!("{}{reference}", &base[..path])
}

impl Profile {
    /// Makes credentials that are had at run time ready for a target at this URL.
    ///
    /// # Errors
    /// The credentials for which neither profile nor contract says where they are had.
    pub fn complete(&mut self, contract: &Contract, url: &str) -> Result<(), Vec<Problem>> {
        let mut problems = Vec::new();
        for (name, credential) in &mut self.credentials {
            let Some(grant) = credential.grant_mut() else { continue };
            if let Err(missing) = grant.complete(contract, url) {
                let message = format!("credential `{name}` doesn't say where its token is had");
                let help = format!("add {missing}: the contract doesn't name one for this flow");
                problems.push(Problem::new(grant.place.clone(), message).help(help));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

impl Credential {
    /// How its access token is had.
    #[must_use]
    pub fn grant(&self) -> Option<&Grant> {
        self.kinds.iter().find_map(|kind| match kind {
            CredentialKind::Grant(grant) => Some(grant),
            _ => None,
        })
    }

    fn grant_mut(&mut self) -> Option<&mut Grant> {
        self.kinds.iter_mut().find_map(|kind| match kind {
            CredentialKind::Grant(grant) => Some(grant),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::absolute;

    #[test]
    fn references_are_made_whole() {
        for (reference, expected) in [
            ("https://id.example/token", "https://id.example/token"),
            ("/token", "http://h:1/token"),
            ("token", "http://h:1/api/token"),
            ("./token", "http://h:1/api/token"),
        ] {
            assert_eq!(absolute(reference, "http://h:1/api"), expected);
        }
        assert_eq!(absolute("/token", "http://h:1"), "http://h:1/token");
    }
}
