//! From a base URL to an open connection.

use std::fmt;
use std::io;

use ::http::Uri;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// Where a target is: scheme, host, port, and the path that every request begins with.
#[derive(Debug, Clone)]
pub struct Base {
    host: String,
    port: u16,
    tls: bool,
    /// As the `Host` header has it.
    pub(super) authority: String,
    /// Without a slash at its end.
    pub(super) path: String,
}

impl Base {
    /// Reads an `http` or `https` URL.
    ///
    /// # Errors
    /// What is wrong with it, as a lower-case fragment.
    pub fn parse(url: &str) -> Result<Self, String> {
        let url = crate::profile::check_url(url)?;
        let uri: Uri = url.parse().map_err(|error| format!("the URL `{url}`: {error}"))?;
        let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
        let tls = uri.scheme_str() == Some("https");
        if tls && cfg!(not(feature = "tls")) {
            return Err(format!("the URL `{url}` needs TLS, which was left out of this build"));
        }
        Ok(Self {
            host: uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned(),
            port: uri.port_u16().unwrap_or(if tls { 443 } else { 80 }),
            tls,
            authority,
            path: uri.path().trim_end_matches('/').to_owned(),
        })
    }

    /// Opens a connection.
    pub(super) async fn connect(&self) -> Result<Box<dyn Stream>, Unreachable> {
        let stream = TcpStream::connect((self.host.as_str(), self.port))
            .await
            .map_err(|error| self.unreachable(&error))?;
        // Small requests must not wait for each other's acknowledgements.
        stream.set_nodelay(true).map_err(|error| self.unreachable(&error))?;
        if self.tls { self.encrypt(stream).await } else { Ok(Box::new(stream)) }
    }

    #[cfg(feature = "tls")]
    async fn encrypt(&self, stream: TcpStream) -> Result<Box<dyn Stream>, Unreachable> {
        use tokio_rustls::rustls::pki_types::ServerName;

        let name = ServerName::try_from(self.host.clone())
            .map_err(|error| self.unreachable(&io::Error::other(error)))?;
        let connector = tls_connector().map_err(|error| self.unreachable(&error))?;
        let stream =
            connector.connect(name, stream).await.map_err(|error| self.unreachable(&error))?;
        Ok(Box::new(stream))
    }

    #[cfg(not(feature = "tls"))]
    async fn encrypt(&self, _: TcpStream) -> Result<Box<dyn Stream>, Unreachable> {
        Err(self.unreachable(&io::Error::other("TLS was left out of this build")))
    }

    fn unreachable(&self, error: &io::Error) -> Unreachable {
        Unreachable(format!("{}:{}: {error}", self.host, self.port))
    }
}

/// A connector that trusts whom the machine trusts, made once.
#[cfg(feature = "tls")]
fn tls_connector() -> io::Result<tokio_rustls::TlsConnector> {
    use std::sync::{Arc, OnceLock};
    use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring, version};

    static CONFIG: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    if let Some(config) = CONFIG.get() {
        return Ok(Arc::clone(config).into());
    }
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        return Err(io::Error::other("this machine has no trusted root certificates"));
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&version::TLS13, &version::TLS12])
        .map_err(io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::clone(CONFIG.get_or_init(|| Arc::new(config))).into())
}

/// Both directions of a connection, encrypted or not.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// No connection could be made, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreachable(pub String);

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreachable {}
