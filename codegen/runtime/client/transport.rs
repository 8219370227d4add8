//! Who carries requests: a client of reqwest, or whatever is put in front of one.

use std::pin::Pin;

use super::OperationInfo;
use super::error::Cause;

/// An answer on its way.
pub type Carried<'t> = Pin<Box<dyn Future<Output = Result<reqwest::Response, Cause>> + Send + 't>>;

/// Carries a request to the server, and its answer back. Retries and credentials are on this side of it: it sees each
/// attempt, complete.
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
