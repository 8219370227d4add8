//! From a base URL to an open connection: straight or through a proxy, encrypted or not.

use std::fmt;
use std::io;
use std::sync::{Mutex, PoisonError};

use ::http::Uri;
use indexmap::IndexMap;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::tls::{self, Certificates, Identity};

/// Where a target is: scheme, host, port, and the path that every request begins with.
#[derive(Debug, Clone)]
pub struct Base {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: bool,
    /// As the `Host` header has it.
    pub(super) authority: String,
    /// Without a slash at its end.
    pub(crate) path: String,
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

    fn unreachable(&self, error: &io::Error) -> Unreachable {
        Unreachable(format!("{}:{}: {error}", self.host, self.port))
    }
}

/// The way to targets, and who to be at the level of connections.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// Trusted beside those that the machine trusts.
    pub roots: Certificates,
    /// What every connection goes through.
    pub proxy: Option<Base>,
    /// Shown where a request names no other.
    pub identity: Option<Identity>,
    /// Client certificates, by the names that requests have for them.
    pub identities: IndexMap<String, Identity>,
}

/// Opens connections to one target.
pub(super) struct Connector {
    pub(super) base: Base,
    pub(super) network: Network,
    /// By identity: each takes a while to make.
    configs: Mutex<IndexMap<Option<String>, tls::Config>>,
}

impl Connector {
    pub(super) fn new(base: Base, network: Network) -> Self {
        Self { base, network, configs: Mutex::default() }
    }

    /// Whether requests name their target wholly, since a proxy reads them (RFC 9112 §3.2.2).
    pub(super) fn is_proxied_in_plain(&self) -> bool {
        self.network.proxy.is_some() && !self.base.tls
    }

    /// Opens a connection as somebody.
    pub(super) async fn connect(
        &self,
        identity: Option<&str>,
    ) -> Result<Box<dyn Stream>, Unreachable> {
        let Some(proxy) = &self.network.proxy else {
            let stream = open(&self.base).await.map_err(|error| self.base.unreachable(&error))?;
            return self.secure(stream, identity).await;
        };
        let failed = |error| Unreachable(format!("proxy {}", proxy.unreachable(&error)));
        let mut stream = open(proxy).await.map_err(failed)?;
        if self.base.tls {
            super::proxy::tunnel(&mut stream, &self.base).await.map_err(failed)?;
        }
        self.secure(stream, identity).await
    }

    async fn secure(
        &self,
        stream: TcpStream,
        identity: Option<&str>,
    ) -> Result<Box<dyn Stream>, Unreachable> {
        if !self.base.tls {
            return Ok(Box::new(stream));
        }
        let config = self.config(identity).map_err(|error| self.base.unreachable(&error))?;
        let made = tls::encrypt(config, &self.base.host, stream).await;
        made.map_err(|error| self.base.unreachable(&error))
    }

    fn config(&self, identity: Option<&str>) -> io::Result<tls::Config> {
        let mut configs = self.configs.lock().unwrap_or_else(PoisonError::into_inner);
        let key = identity.map(str::to_owned);
        if let Some(config) = configs.get(&key) {
            return Ok(config.clone());
        }
        let own = identity.and_then(|name| self.network.identities.get(name));
        let config = tls::config(&self.network.roots, own.or(self.network.identity.as_ref()))?;
        configs.insert(key, config.clone());
        Ok(config)
    }
}

async fn open(base: &Base) -> io::Result<TcpStream> {
    let stream = TcpStream::connect((base.host.as_str(), base.port)).await?;
    // Small requests must not wait for each other's acknowledgements.
    stream.set_nodelay(true)?;
    Ok(stream)
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
