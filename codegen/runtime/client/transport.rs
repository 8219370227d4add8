//! Who carries requests: a client of reqwest, or whatever is put in front of one.

use std::pin::Pin;

use super::OperationInfo;
use super::error::Cause;

/// An answer on its way.
pub type Carried<'t> = Pin<Box<dyn Future<Output = Result<reqwest::Response, Cause>> + Send + 't>>;

/// Carries a request to the server, and its answer back. Retries and credentials are on this side of it: it sees each
/// attempt, complete.
///
/// What follows redirects and undoes compression is a matter of the transport (RFC 9110 §15.4, §8.4); unless another is given,
/// neither is done. A client of reqwest does both as it is told. To another host it takes neither `Authorization` nor `Cookie`
/// along, but any other header field, one of an API key too: a policy that stops at other hosts keeps that.
///
/// ```ignore
/// let http = reqwest::Client::builder().gzip(true).redirect(Policy::limited(3)).build()?;
/// let client = client.with_transport(http);
/// ```
///
/// A client of reqwest is one, and so is any closure that returns a future of the answer. That makes every
/// `tower::Service` one, and everything that wraps a client of reqwest:
///
/// ```ignore
/// let service = ServiceBuilder::new().concurrency_limit(8).service(reqwest::Client::new());
/// let client = client.with_transport(move |request| service.clone().oneshot(request));
///
/// let middleware = reqwest_middleware::ClientBuilder::new(http).with(cache).build();
/// let client = client.with_transport(move |request| {
///     let middleware = middleware.clone();
///     async move { middleware.execute(request).await }
/// });
/// ```
pub trait Transport: Send + Sync + 'static {
    /// Sends a request of this operation.
    fn carry(&self, request: reqwest::Request, operation: &'static OperationInfo) -> Carried<'_>;
}

impl Transport for reqwest::Client {
    fn carry(&self, request: reqwest::Request, _: &'static OperationInfo) -> Carried<'_> {
        let answer = self.execute(request);
        Box::pin(async move { answer.await.map_err(Into::into) })
    }
}

impl<F, T, E> Transport for F
where
    F: Fn(reqwest::Request) -> T + Send + Sync + 'static,
    T: Future<Output = Result<reqwest::Response, E>> + Send + 'static,
    E: Into<Cause>,
{
    fn carry(&self, request: reqwest::Request, _: &'static OperationInfo) -> Carried<'_> {
        let answer = self(request);
        Box::pin(async move { answer.await.map_err(Into::into) })
    }
}

/// The client of reqwest that is there unless another transport is given, in a crate that has no TLS by itself.
#[cfg(not(feature = "rustls"))]
pub(super) struct WithoutTls(pub(super) reqwest::Client);

#[cfg(not(feature = "rustls"))]
impl Transport for WithoutTls {
    fn carry(&self, request: reqwest::Request, _: &'static OperationInfo) -> Carried<'_> {
        let is_https = request.url().scheme() == "https";
        let answer = self.0.execute(request);
        Box::pin(async move {
            answer.await.map_err(|error| match is_https && error.is_connect() {
                true => NoTls(error.without_url()).into(),
                false => error.into(),
            })
        })
    }
}

/// What reqwest says of a missing TLS is "invalid URL".
#[cfg(not(feature = "rustls"))]
#[derive(Debug)]
struct NoTls(reqwest::Error);

#[cfg(not(feature = "rustls"))]
impl std::fmt::Display for NoTls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hint = "https takes the feature `rustls`, or a transport that has TLS";
        write!(f, "{} ({hint})", self.0)
    }
}

#[cfg(not(feature = "rustls"))]
impl std::error::Error for NoTls {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}
