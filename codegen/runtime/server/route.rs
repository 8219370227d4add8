//! The operations of one path, as axum sees them.

#[cfg(feature = "other-methods")]
mod other_methods;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter, any};
use http::request::Parts;

use super::serve::refuse;
use super::{Context, Operation, Piece, Reason, Refusal, not_found, serve};

/// How much an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many bytes of a body are taken: of all of it, or of each item where it is a stream of items. One mebibyte,
    /// unless told otherwise.
    pub body: usize,
    /// How long a request may take until the answer begins; `None`: as long as it does.
    pub time: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { body: 1 << 20, time: None }
    }
}

impl Limits {
    /// The same, but taking this many bytes of a body.
    #[must_use]
    pub fn with_body(self, body: usize) -> Self {
        Self { body, ..self }
    }

    /// The same, but giving a request this long until the answer begins. It is then dropped where it waits, and
    /// answered as the operation documents for 503, 504 or 500.
    #[must_use]
    pub fn with_time(self, time: Duration) -> Self {
        Self { time: Some(time), ..self }
    }
}

/// What a server can be told.
#[derive(Debug, Clone, Default)]
pub struct Options {
    limits: Limits,
    of_operations: BTreeMap<String, Limits>,
}

impl Options {
    /// The same, but with these limits where an operation has none of its own.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The same, but with limits of its own for the operation of this id. A router of all operations panics as it is
    /// built where there is no such operation.
    #[must_use]
    pub fn with_limits_of(mut self, operation: impl Into<String>, limits: Limits) -> Self {
        self.of_operations.insert(operation.into(), limits);
        self
    }

    /// The same, but reading this many bytes of a body at most.
    #[must_use]
    pub fn with_body_limit(self, body: usize) -> Self {
        let limits = self.limits.with_body(body);
        self.with_limits(limits)
    }

    /// The limits of an operation.
    #[must_use]
    pub fn limits(&self, operation: &str) -> Limits {
        self.of_operations.get(operation).copied().unwrap_or(self.limits)
    }

    /// Makes sure that no limit is meant for an operation that isn't there: nobody would notice that it is without.
    ///
    /// # Panics
    /// Where one is.
    pub fn check(&self, operations: &[&str]) {
        let unknown = self.of_operations.keys().find(|id| !operations.contains(&id.as_str()));
        assert!(unknown.is_none(), "there are limits of {unknown:?}, but no such operation");
    }
}

/// The operations of one path.
#[derive(Debug)]
pub struct Route<S> {
    service: Arc<S>,
    options: Options,
    methods: MethodRouter,
}

impl<S: Send + Sync + 'static> Route<S> {
    /// A path without operations.
    #[must_use]
    pub fn new(service: &Arc<S>, options: &Options) -> Self {
        let (service, options) = (Arc::clone(service), options.clone());
        Self { service, options, methods: MethodRouter::new() }
    }

    /// Adds an operation. As axum has it, a `GET` also serves `HEAD`.
    #[must_use]
    pub fn on<O: Operation<S>>(mut self, method: MethodFilter) -> Self {
        let (service, limits) = (Arc::clone(&self.service), self.options.limits(O::INFO.id));
        let handler = move |request: Request| async move {
            if leaves_out_a_segment(O::INFO.path, request.uri().path()) {
                return not_found().await;
            }
            serve::<S, O>(&service, limits, request).await
        };
        self.methods = self.methods.on(method, handler);
        self
    }

    /// The path, to be merged with a router that has its other methods.
    pub fn open(self) -> MethodRouter {
        self.methods
    }

    /// The path, answering other methods as `O` documents it, else with the fallback.
    pub fn otherwise<O: Operation<S>>(self) -> MethodRouter {
        let service = self.service;
        self.methods.fallback(move |request: Request| async move {
            if leaves_out_a_segment(O::INFO.path, request.uri().path()) {
                return not_found().await;
            }
            let (parts, _): (Parts, _) = request.into_parts();
            let context = Context::new(parts, O::INFO);
            refuse::<S, O>(&service, Refusal::new(Reason::MethodNotAllowed, &[], &context))
        })
    }
}

/// To axum an empty segment is a parameter's value like any other; here it is a path that the contract doesn't have.
fn leaves_out_a_segment(template: &str, path: &str) -> bool {
    // Few paths have an empty segment at all.
    if !path.contains("//") && !path.ends_with('/') {
        return false;
    }
    let mut segments = template.split('/').zip(path.split('/'));
    segments.any(|(expected, segment)| segment.is_empty() && !expected.is_empty())
}

/// The route of a path with text that is percent-encoded, whose digits may be of either letter case (RFC 3986 §6.2.2.1).
pub fn spelled(path: &str, methods: MethodRouter) -> Router {
    let mut lower = String::with_capacity(path.len());
    for (at, text) in path.split('%').enumerate() {
        let digits = text.get(..2).filter(|_| at > 0).unwrap_or_default();
        lower.push_str(if at > 0 { "%" } else { "" });
        lower.push_str(&digits.to_ascii_lowercase());
        lower.push_str(&text[digits.len()..]);
    }
    let router = Router::new().route(path, methods.clone());
    if lower == path { router } else { router.route(&lower, methods) }
}

/// The segments of a path that axum doesn't look into, and the literals around their parameters.
pub type Pieces = &'static [(usize, &'static [&'static str])];

/// Several paths that are one to axum, most literal text first: the first whose literals are there is taken.
pub fn choose<const N: usize>(alternatives: [(Pieces, MethodRouter); N]) -> MethodRouter {
    let alternatives = Arc::new(alternatives);
    any(move |request: Request| async move {
        let path = request.uri().path();
        let matches = |pieces: Pieces| {
            pieces.iter().all(|(segment, literals)| {
                Piece { segment: *segment, literals, index: 0 }.find(path).is_some()
            })
        };
        match alternatives.iter().find(|(pieces, _)| matches(pieces)) {
            Some((_, methods)) => methods.clone().call(request, ()).await,
            None => not_found().await,
        }
    })
}
