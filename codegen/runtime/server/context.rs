//! What a request is, beside its body: the steps and handlers of a server see it as a [`Context`].

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use http::request::Parts;
use http::{Extensions, HeaderMap, Method, Uri};

use crate::status::admits;

/// What the contract says of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationInfo {
    /// The `operationId`.
    pub id: &'static str,
    /// The method: `GET`.
    pub method: &'static str,
    /// The path as in the contract: `/pets/{pet_id}`; empty for a callback or webhook, which has none.
    pub path: &'static str,
    /// The documented responses: `200`, `4XX`, `default`.
    pub responses: &'static [&'static str],
    /// How to authenticate, for `WWW-Authenticate`: `Bearer`; empty where nobody is asked.
    pub challenge: &'static str,
    /// The methods of the path, for `Allow`: `GET, HEAD`.
    pub allow: &'static str,
}

impl OperationInfo {
    /// Whether the contract documents a response of this status, be it by range or by `default`.
    #[must_use]
    pub fn documents(&self, status: u16) -> bool {
        self.responses.iter().any(|key| admits(key, status))
    }
}

/// A request but for its body, and the operation it is for.
#[derive(Debug)]
pub struct Context {
    parts: Parts,
    operation: &'static OperationInfo,
    /// Where the body is read while the handler runs: whether there was more of it than is taken.
    overrun: OnceLock<Arc<AtomicBool>>,
}

impl Context {
    /// The context of a request for an operation.
    #[must_use]
    pub fn new(parts: Parts, operation: &'static OperationInfo) -> Self {
        Self { parts, operation, overrun: OnceLock::new() }
    }

    /// What the contract says of the operation.
    #[must_use]
    pub fn operation(&self) -> &'static OperationInfo {
        self.operation
    }

    /// The method as sent: a `HEAD` is served by the operation of the `GET`.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.parts.method
    }

    /// The request target.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.parts.uri
    }

    /// The header fields.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    pub(super) fn overrun(&self) -> Arc<AtomicBool> {
        Arc::clone(self.overrun.get_or_init(Arc::default))
    }

    pub(super) fn is_overrun(&self) -> bool {
        self.overrun.get().is_some_and(|overrun| overrun.load(Ordering::Relaxed))
    }

    /// What layers around the router have attached to the request: a request id, the peer's address.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.parts.extensions
    }
}
