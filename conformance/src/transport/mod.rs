//! One HTTP exchange: a request as it is to be sent in, what came back out.
//!
//! ```text
//! HttpRequest ──Transport──▶ Exchange { request, outcome: HttpResponse | Failure, elapsed }
//! ```
//!
//! Promises: whatever a target does, an exchange ends within its time limit and holds no more of the body than the
//! limit; a redirect is an answer like any other, never followed, so credentials go to the target alone; nothing is
//! sent twice, but for a request that found its idle connection closed before any byte of an answer.
//!
//! [`Http`] speaks to real targets over hyper's connections rather than through a client over them: a suite sends
//! what no client would (`%zz` in a path, a body without a type), and has to know whether a connection was reused.
//! Tests put targets in memory behind the same trait. A proxy is used where the profile names one, those of the
//! environment are not.

mod body;
mod connect;
mod http;
mod pace;
mod proxy;
mod tls;

pub use self::http::{Http, Limits};
pub use connect::{Base, Network, Unreachable};
pub use pace::Paced;
pub(crate) use pace::retry_after;
pub use tls::{Certificates, Identity};

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

/// Performs exchanges with a target.
pub trait Transport {
    /// Sends the request and waits for the whole answer, but not longer than `at_most`.
    fn exchange(&self, request: HttpRequest, at_most: Duration) -> impl Future<Output = Exchange>;
}

/// A request, ready to be sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method.
    pub method: String,
    /// Path and query as they go out behind the target's URL, percent-encoded (or wrongly so, on purpose).
    pub target: String,
    /// Header fields, in order; `Host` and `Content-Length` are added when it is sent.
    pub headers: Vec<(String, String)>,
    /// The content; `None`: none, and no `Content-Length`.
    pub body: Option<Bytes>,
    /// Whose client certificate the target is shown, by the name that the [`Network`] has for it; `None`: nobody's in
    /// particular.
    pub identity: Option<String>,
    /// Whether the operation has a limit of its own of how often it is called: no other request waits for it.
    pub is_limited: bool,
}

impl HttpRequest {
    /// The first header field of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
}

/// A response, wholly read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status.
    pub status: u16,
    /// Header fields, in order; bytes that are not UTF-8 are replaced.
    pub headers: Vec<(String, String)>,
    /// The content.
    pub body: Bytes,
}

impl HttpResponse {
    /// The first header field of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// Every header field of this name.
    pub fn header_all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers
            .iter()
            .filter(move |(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let (_, value) = headers.iter().find(|(field, _)| field.eq_ignore_ascii_case(name))?;
    Some(value)
}

/// A request and what came of it.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// As sent.
    pub request: Arc<HttpRequest>,
    /// The answer, or why there is none.
    pub outcome: Result<HttpResponse, Failure>,
    /// From before the request was written until the answer was read.
    pub elapsed: Duration,
}

impl Exchange {
    /// The answer's status, where there is a whole answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.outcome.as_ref().ok().map(|response| response.status)
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What happened.
    pub kind: FailureKind,
    /// Status and header fields, where they came.
    pub head: Option<Box<HttpResponse>>,
}

/// The ways for an exchange to fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FailureKind {
    /// No whole answer within this time.
    Timeout(Duration),
    /// The connection ended before the answer did.
    ClosedEarly,
    /// The body is longer than this many bytes.
    TooLarge(usize),
    /// What came is not HTTP/1.1.
    NotHttp(String),
    /// No connection could be made.
    Unreachable(String),
    /// The request can't be written in HTTP/1.1: a mistake of whoever made it.
    Unsendable(String),
}

impl FailureKind {
    /// Stable, kebab-case.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::Timeout(_) => "timeout",
            Self::ClosedEarly => "closed-early",
            Self::TooLarge(_) => "too-large",
            Self::NotHttp(_) => "not-http",
            Self::Unreachable(_) => "unreachable",
            Self::Unsendable(_) => "unsendable",
        }
    }
}

impl From<FailureKind> for Failure {
    fn from(kind: FailureKind) -> Self {
        Self { kind, head: None }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let after = if self.head.is_some() { " after the header" } else { "" };
        match &self.kind {
            FailureKind::Timeout(limit) => {
                let whole = if self.head.is_some() { "whole answer" } else { "answer" };
                write!(f, "no {whole} within {} s", limit.as_secs_f64())
            }
            FailureKind::ClosedEarly if self.head.is_some() => {
                f.write_str("the target closed the connection in the middle of the body")
            }
            FailureKind::ClosedEarly => {
                f.write_str("the target closed the connection without an answer")
            }
            FailureKind::TooLarge(limit) => {
                write!(f, "the body is longer than {limit} bytes")
            }
            FailureKind::NotHttp(detail) => {
                write!(f, "what came{after} is not HTTP/1.1: {detail}")
            }
            FailureKind::Unreachable(detail) => write!(f, "can't reach the target: {detail}"),
            FailureKind::Unsendable(detail) => write!(f, "the request can't be sent: {detail}"),
        }
    }
}
