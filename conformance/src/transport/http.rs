//! Exchanges over TCP and TLS, with connections kept alive.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::body;
use super::connect::{Base, Connector, Network, Unreachable};
use super::{Exchange, Failure, FailureKind, HttpRequest, HttpResponse, Transport};

/// What an exchange may cost beside its time.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a body that are read before the exchange is given up.
    pub body: usize,
    /// How long making a connection may take.
    pub connect: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { body: 8 * 1024 * 1024, connect: Duration::from_secs(10) }
    }
}

/// A target behind a URL.
pub struct Http {
    connector: Connector,
    limits: Limits,
    idle: Mutex<Vec<Connection>>,
}

impl Http {
    /// A target at this place; nothing is connected yet.
    #[must_use]
    pub fn new(base: Base, limits: Limits) -> Self {
        Self::over(Network::default(), base, limits)
    }

    /// The same, reached in a particular way.
    #[must_use]
    pub fn over(network: Network, base: Base, limits: Limits) -> Self {
        Self { connector: Connector::new(base, network), limits, idle: Mutex::new(Vec::new()) }
    }

    /// Makes a first connection, and keeps it for the first request.
    ///
    /// # Errors
    /// When there is nothing to connect to.
    pub async fn reach(&self) -> Result<(), Unreachable> {
        let mut made = self.connect(None).await;
        // A target may speak to nobody but those it knows.
        for identity in self.connector.network.identities.keys() {
            if made.is_err() {
                made = self.connect(Some(identity)).await;
            }
        }
        self.keep(made?);
        Ok(())
    }

    async fn connect(&self, identity: Option<&str>) -> Result<Connection, Unreachable> {
        let made = timeout(self.limits.connect, async {
            let stream = self.connector.connect(identity).await?;
            let (sender, driver) = http1::handshake(TokioIo::new(stream))
                .await
                .map_err(|error| Unreachable(error.to_string()))?;
            // What the driver fails of, the request that is under way hears of too.
            let driver = tokio::spawn(async move { drop(driver.await) }).abort_handle();
            let identity = identity.map(str::to_owned);
            Ok(Connection { sender, driver: Driver(driver), reused: false, identity })
        });
        made.await.unwrap_or_else(|_| {
            let seconds = self.limits.connect.as_secs_f64();
            let authority = &self.connector.base.authority;
            Err(Unreachable(format!("no connection to {authority} within {seconds} s")))
        })
    }

    /// An idle connection of this identity that is still open, else a new one.
    async fn checkout(&self, identity: Option<&str>) -> Result<Connection, FailureKind> {
        while let Some(mut connection) = self.idle(identity) {
            if connection.sender.ready().await.is_ok() {
                return Ok(connection);
            }
        }
        self.fresh(identity).await
    }

    fn idle(&self, identity: Option<&str>) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let at = idle.iter().rposition(|one| one.identity.as_deref() == identity)?;
        Some(idle.remove(at))
    }

    async fn fresh(&self, identity: Option<&str>) -> Result<Connection, FailureKind> {
        self.connect(identity).await.map_err(|error| FailureKind::Unreachable(error.0))
    }

    fn keep(&self, mut connection: Connection) {
        connection.reused = true;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }

    async fn attempt(
        &self,
        request: &HttpRequest,
        head: &mut Option<Box<HttpResponse>>,
    ) -> Result<HttpResponse, FailureKind> {
        let wire = self.wire(request)?;
        let identity = request.identity.as_deref();
        let mut connection = self.checkout(identity).await?;
        let mut answer = connection.sender.send_request(wire.clone()).await;
        if connection.reused && answer.as_ref().is_err_and(is_closed) {
            // The target may close an idle connection at any time, also just as a request is on its way
            // (RFC 9112 §9.5): that says nothing about the request.
            // Where no other connection can be made, though, the request may be what ended the target.
            connection = self.fresh(identity).await.map_err(|_| FailureKind::ClosedEarly)?;
            answer = connection.sender.send_request(wire).await;
        }
        let answer = answer?;
        let response = self.read(answer, head).await?;
        if response.header("connection").is_none_or(|value| !value.eq_ignore_ascii_case("close")) {
            self.keep(connection);
        }
        Ok(response)
    }

    fn wire(&self, request: &HttpRequest) -> Result<Request<Full<Bytes>>, FailureKind> {
        let unsendable = |what: &dyn std::fmt::Display| FailureKind::Unsendable(what.to_string());
        let base = &self.connector.base;
        let whole = match self.connector.is_proxied_in_plain() {
            true => format!("http://{}", base.authority),
            false => String::new(),
        };
        let mut wire = Request::builder()
            .method(request.method.as_str())
            .uri(format!("{whole}{}{}", base.path, request.target))
            .body(Full::new(request.body.clone().unwrap_or_default()))
            .map_err(|error| unsendable(&error))?;
        let headers = wire.headers_mut();
        for (name, value) in &request.headers {
            let name =
                HeaderName::from_bytes(name.as_bytes()).map_err(|error| unsendable(&error))?;
            let value =
                HeaderValue::from_bytes(value.as_bytes()).map_err(|error| unsendable(&error))?;
            headers.append(name, value);
        }
        if !headers.contains_key(header::HOST) {
            let host =
                HeaderValue::from_str(&base.authority).map_err(|error| unsendable(&error))?;
            headers.insert(header::HOST, host);
        }
        if let Some(body) = &request.body {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        }
        Ok(wire)
    }

    async fn read(
        &self,
        answer: Response<Incoming>,
        head: &mut Option<Box<HttpResponse>>,
    ) -> Result<HttpResponse, FailureKind> {
        let (parts, incoming) = answer.into_parts();
        let mut response = HttpResponse {
            status: parts.status.as_u16(),
            headers: fields(&parts.headers),
            body: Bytes::new(),
        };
        *head = Some(Box::new(response.clone()));
        response.body = body::read(incoming, self.limits.body).await?;
        Ok(response)
    }
}

impl Transport for Http {
    async fn exchange(&self, request: HttpRequest, at_most: Duration) -> Exchange {
        let started = Instant::now();
        let mut head = None;
        let outcome = timeout(at_most, self.attempt(&request, &mut head))
            .await
            .unwrap_or(Err(FailureKind::Timeout(at_most)))
            .map_err(|kind| Failure { kind, head });
        Exchange { request: Arc::new(request), outcome, elapsed: started.elapsed() }
    }
}

struct Connection {
    sender: SendRequest<Full<Bytes>>,
    #[expect(dead_code, reason = "kept for its Drop")]
    driver: Driver,
    reused: bool,
    /// Whose certificate the target has seen.
    identity: Option<String>,
}

/// Ends the task that moves a connection's bytes as soon as nobody wants them any more: a body that never ends would
/// otherwise be read on.
struct Driver(AbortHandle);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn fields(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect()
}

/// Whether the connection ended before anything of the answer came.
fn is_closed(error: &hyper::Error) -> bool {
    !error.is_parse() && !error.is_user()
}

impl From<hyper::Error> for FailureKind {
    fn from(error: hyper::Error) -> Self {
        if error.is_user() {
            Self::Unsendable(error.to_string())
        } else if error.is_parse() {
            Self::NotHttp(describe(&error))
        } else if let Some(detail) = broken_framing(&error) {
            Self::NotHttp(detail)
        } else {
            Self::ClosedEarly
        }
    }
}

/// A body whose chunks or lengths make no sense reaches us as an IO error of kind `InvalidInput` or `InvalidData`.
fn broken_framing(error: &hyper::Error) -> Option<String> {
    use std::error::Error as _;
    let cause = error.source()?.downcast_ref::<std::io::Error>()?;
    matches!(cause.kind(), std::io::ErrorKind::InvalidInput | std::io::ErrorKind::InvalidData)
        .then(|| cause.to_string())
}

fn describe(error: &hyper::Error) -> String {
    use std::error::Error as _;
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
