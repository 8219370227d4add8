//! What all calls of a client share: where the API is, who is asking, and the limits of an answer.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::ACCEPT_ENCODING;
use http::{HeaderMap, HeaderValue};
use reqwest::Url;
use reqwest::redirect::Policy;

use super::credentials::{Credential, Source};
use super::{Place, Retry, Secret, Secrets, Transport};

/// How long an answer may take, all of it.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How many bytes of an answer are taken.
const BODY_LIMIT: usize = 64 << 20;

/// What all calls of a client share.
#[derive(Clone)]
pub struct Core {
    pub(super) base: String,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) timeout: Duration,
    pub(super) body_limit: usize,
    pub(super) retry: Retry,
    credentials: Vec<Credential>,
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
        Self::at(url.as_str().trim_end_matches('/').to_owned())
    }

    fn at(base: String) -> Result<Self, ConfigurationError> {
        #[cfg(feature = "rustls")]
        install_crypto();
        // An answer that leads elsewhere is for the caller to see: credentials must not follow it.
        // Where nothing is said any coding may come (RFC 9110 §12.5.3), and none is undone here.
        let plain = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("identity"))]);
        let http = reqwest::Client::builder().redirect(Policy::none()).default_headers(plain);
        let http = http.build();
        let http = http.map_err(|error| ConfigurationError(error.to_string()))?;
        #[cfg(not(feature = "rustls"))]
        let http = super::transport::WithoutTls(http);
        Ok(Self {
            base,
            transport: Arc::new(http),
            timeout: TIMEOUT,
            body_limit: BODY_LIMIT,
            retry: Retry::never(),
            credentials: Vec::new(),
        })
    }

    /// A client of whoever each call says it is for, by its URL.
    ///
    /// # Errors
    /// Where the system lacks what TLS needs.
    pub fn without_base() -> Result<Self, ConfigurationError> {
        Self::at(String::new())
    }

    /// The same, sending through this, whose redirect policy then counts.
    #[must_use]
    pub fn with_transport(self, transport: impl Transport) -> Self {
        Self { transport: Arc::new(transport), ..self }
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

    /// The same, sending again what had no luck.
    #[must_use]
    pub fn with_retry(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }

    /// The same, showing this secret for a security scheme.
    #[must_use]
    pub fn with_secret(self, scheme: &'static str, place: Place, secret: Secret) -> Self {
        self.with_credential(Credential { scheme, place, source: Source::Known(secret) })
    }

    /// The same, asking for the secret to show for a security scheme.
    #[must_use]
    pub fn with_secrets(self, scheme: &'static str, place: Place, secrets: impl Secrets) -> Self {
        self.with_credential(Credential { scheme, place, source: Source::Asked(Arc::new(secrets)) })
    }

    fn with_credential(mut self, credential: Credential) -> Self {
        self.credentials.retain(|known| known.scheme != credential.scheme);
        self.credentials.push(credential);
        self
    }

    fn credential(&self, scheme: &str) -> Option<&Credential> {
        self.credentials.iter().find(|known| known.scheme == scheme)
    }

    /// What is shown: all of the first alternative for which all is there; where none is, the server shall say so.
    pub(super) fn credentials(
        &self,
        security: &'static [&'static [&'static str]],
    ) -> impl Iterator<Item = &Credential> {
        let complete = |schemes: &&&[&str]| schemes.iter().all(|s| self.credential(s).is_some());
        // Being someone is preferred to being nobody, whatever the order of the contract.
        let named = security.iter().filter(|schemes| !schemes.is_empty()).find(complete);
        named.into_iter().flat_map(|schemes| schemes.iter()).filter_map(|s| self.credential(s))
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("base", &self.base)
            .field("timeout", &self.timeout)
            .field("body_limit", &self.body_limit)
            .field("retry", &self.retry)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

/// reqwest takes whichever provider the process has; ours only where it has none.
#[cfg(feature = "rustls")]
fn install_crypto() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // It fails where another thread was faster, and then there is one.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}
