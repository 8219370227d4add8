//! What all calls of a client share: where the API is, who is asking, and the limits of an answer.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bytes::BytesMut;
use reqwest::Url;
use reqwest::redirect::Policy;

use super::credentials::Credential;
use super::error::Unanswered;
use super::{Error, Payload, Received, Request, Secret};

/// How long an answer may take, all of it.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How many bytes of an answer are taken.
const BODY_LIMIT: usize = 64 << 20;

/// What all calls of a client share.
#[derive(Debug, Clone)]
pub struct Core {
    base: String,
    http: reqwest::Client,
    timeout: Duration,
    body_limit: usize,
    credentials: Vec<(&'static str, Credential)>,
}

/// Why there is no client.
#[derive(Debug)]
pub struct ConfigurationError(String);

impl fmt::Display for ConfigurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for ConfigurationError {}

impl Core {
    /// A client of the API at this URL.
    ///
    /// # Errors
    /// Where it is not the URL of a server, or the system lacks what TLS needs.
    pub fn new(base: &str) -> Result<Self, ConfigurationError> {
        let url = Url::parse(base).map_err(|e| ConfigurationError(format!("{base:?}: {e}")))?;
        if url.cannot_be_a_base() || url.query().is_some() || url.fragment().is_some() {
            return Err(ConfigurationError(format!("{base:?} is not the URL of a server")));
        }
        #[cfg(feature = "rustls")]
        install_crypto();
        // An answer that leads elsewhere is for the caller to see: credentials must not follow it.
        let http = reqwest::Client::builder().redirect(Policy::none()).build();
        let http = http.map_err(|error| ConfigurationError(error.to_string()))?;
        Ok(Self {
            base: url.as_str().trim_end_matches('/').to_owned(),
            http,
            timeout: TIMEOUT,
            body_limit: BODY_LIMIT,
            credentials: Vec::new(),
        })
    }

    /// The same, sending through this client, whose redirect policy then counts.
    #[must_use]
    pub fn with_http(self, http: reqwest::Client) -> Self {
        Self { http, ..self }
    }

    /// The same, waiting this long for an answer.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// The same, taking this many bytes of an answer.
    #[must_use]
    pub fn with_body_limit(self, body_limit: usize) -> Self {
        Self { body_limit, ..self }
    }

    /// The same, showing `Authorization: <prefix> <secret>` for a security scheme.
    #[must_use]
    pub fn with_authorization(
        self,
        scheme: &'static str,
        prefix: &'static str,
        secret: Secret,
    ) -> Self {
        self.with_credential(scheme, Credential::Authorization(prefix, secret))
    }

    /// The same, showing name and password for a security scheme.
    #[must_use]
    pub fn with_basic(self, scheme: &'static str, name: String, password: Secret) -> Self {
        self.with_credential(scheme, Credential::Basic(name, password))
    }

    /// The same, showing a key in a header field for a security scheme.
    #[must_use]
    pub fn with_key_in_header(self, scheme: &'static str, name: &'static str, key: Secret) -> Self {
        self.with_credential(scheme, Credential::Header(name, key))
    }

    /// The same, showing a key in the query for a security scheme.
    #[must_use]
    pub fn with_key_in_query(self, scheme: &'static str, name: &'static str, key: Secret) -> Self {
        self.with_credential(scheme, Credential::Query(name, key))
    }

    /// The same, showing a key in a cookie for a security scheme.
    #[must_use]
    pub fn with_key_in_cookie(self, scheme: &'static str, name: &'static str, key: Secret) -> Self {
        self.with_credential(scheme, Credential::Cookie(name, key))
    }

    fn with_credential(mut self, scheme: &'static str, credential: Credential) -> Self {
        self.credentials.retain(|(known, _)| *known != scheme);
        self.credentials.push((scheme, credential));
        self
    }

    fn credential(&self, scheme: &str) -> Option<&Credential> {
        self.credentials.iter().find(|(known, _)| *known == scheme).map(|(_, found)| found)
    }

    /// Shows what the first alternative wants for which all is there; where none is, the server shall say so.
    pub(super) fn authenticate(
        &self,
        request: &mut Request,
        security: &'static [&'static [&'static str]],
    ) {
        let complete = |schemes: &&&[&str]| schemes.iter().all(|s| self.credential(s).is_some());
        // Being someone is preferred to being nobody, whatever the order of the contract.
        let named = security.iter().filter(|schemes| !schemes.is_empty()).find(complete);
        for credential in
            named.into_iter().flat_map(|s| s.iter()).filter_map(|s| self.credential(s))
        {
            request.authenticate(credential);
        }
    }

    pub(super) async fn send<E>(
        &self,
        request: Request,
        timeout: Option<Duration>,
    ) -> Result<Received, Error<E>> {
        let mut url = format!("{}{}", self.base, request.path);
        let query = request.query.into_text();
        if !query.is_empty() {
            url.push('?');
            url.push_str(&query);
        }
        // Neither here nor in what reqwest says may the URL be told: a key may stand in its query.
        let url = Url::parse(&url).map_err(|error| Error::Request(error.to_string()))?;
        let mut builder = self.http.request(request.method, url).headers(request.headers);
        if let Payload::Bytes(bytes) = request.payload {
            builder = builder.body(bytes);
        }
        let builder = builder.timeout(timeout.unwrap_or(self.timeout));
        self.receive(builder.send().await.map_err(unanswered)?).await
    }

    async fn receive<E>(&self, mut response: reqwest::Response) -> Result<Received, Error<E>> {
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let limit = self.body_limit;
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(unanswered)? {
            if body.len() + chunk.len() > limit {
                return Err(Error::TooLarge { status, limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Received::new(status, headers, body.freeze()))
    }
}

fn unanswered<E>(error: reqwest::Error) -> Error<E> {
    Error::Transport(Unanswered(error.without_url()))
}

/// reqwest takes whichever provider the process has; ours only where it has none.
#[cfg(feature = "rustls")]
fn install_crypto() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // It fails where another thread was faster, and then there is one.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}
