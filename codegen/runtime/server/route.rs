//! The operations of one path, as axum sees them.

use std::sync::Arc;

use axum::extract::Request;
use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter, any};
use http::request::Parts;

use super::serve::refuse;
use super::{Context, Operation, Piece, Reason, Refusal, not_found, serve};

/// What a server can be told.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Options {
    /// How many bytes of a body are read at most.
    pub body_limit: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { body_limit: 1 << 20 }
    }
}

impl Options {
    /// The same, but reading this many bytes of a body at most.
    #[must_use]
    pub fn with_body_limit(self, body_limit: usize) -> Self {
        Self { body_limit }
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
    pub fn new(service: &Arc<S>, options: Options) -> Self {
        Self { service: Arc::clone(service), options, methods: MethodRouter::new() }
    }

    /// Adds an operation. As axum has it, a `GET` also serves `HEAD`.
    #[must_use]
    pub fn on<O: Operation<S>>(mut self, method: MethodFilter) -> Self {
        let (service, options) = (Arc::clone(&self.service), self.options);
        let handler = move |request: Request| async move {
            if leaves_out_a_segment(O::INFO.path, request.uri().path()) {
                return not_found().await;
            }
            serve::<S, O>(&service, options, request).await
        };
        self.methods = self.methods.on(method, handler);
        self
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
