//! Methods that axum has no filter for: `QUERY`, and those of `additionalOperations` (OAS 3.2.0 §4.9.1).

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any};
use http::StatusCode;

use super::{Operation, Route, leaves_out_a_segment, not_found, serve};

type Serving = Pin<Box<dyn Future<Output = Response> + Send>>;

/// How the operation of a method is served.
#[derive(Clone)]
struct OtherMethod {
    name: &'static str,
    serve: Arc<dyn Fn(Request) -> Serving + Send + Sync>,
}

impl fmt::Debug for OtherMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The operations of one path, of which some have such methods.
#[derive(Debug)]
pub struct Extended<S> {
    route: Route<S>,
    others: Vec<OtherMethod>,
}

impl<S: Send + Sync + 'static> Route<S> {
    /// Adds an operation of another method, by its name: letter case matters (RFC 9110 §9.1).
    #[must_use]
    pub fn also<O: Operation<S>>(self, name: &'static str) -> Extended<S> {
        Extended { route: self, others: Vec::new() }.also::<O>(name)
    }
}

impl<S: Send + Sync + 'static> Extended<S> {
    /// [`Route::also`]
    #[must_use]
    pub fn also<O: Operation<S>>(mut self, name: &'static str) -> Self {
        let (service, limits) =
            (Arc::clone(&self.route.service), self.route.options.limits(O::INFO.id));
        let serve = move |request: Request| -> Serving {
            let service = Arc::clone(&service);
            Box::pin(async move {
                if leaves_out_a_segment(O::INFO.path, request.uri().path()) {
                    return not_found().await;
                }
                serve::<S, O>(&service, limits, request).await
            })
        };
        self.others.push(OtherMethod { name, serve: Arc::new(serve) });
        self
    }

    /// [`Route::open`]
    pub fn open(self) -> MethodRouter {
        let Self { route, others } = self;
        route.open().fallback(move |request: Request| {
            let found = find(&others, &request).cloned();
            async move {
                match found {
                    Some(other) => (other.serve)(request).await,
                    None => StatusCode::METHOD_NOT_ALLOWED.into_response(),
                }
            }
        })
    }

    /// [`Route::otherwise`]
    pub fn otherwise<O: Operation<S>>(self) -> MethodRouter {
        let Self { route, others } = self;
        let methods = route.otherwise::<O>();
        any(move |request: Request| {
            let (found, methods) = (find(&others, &request).cloned(), methods.clone());
            async move {
                match found {
                    Some(other) => (other.serve)(request).await,
                    None => methods.call(request, ()).await,
                }
            }
        })
    }
}

fn find<'o>(others: &'o [OtherMethod], request: &Request) -> Option<&'o OtherMethod> {
    others.iter().find(|other| other.name == request.method().as_str())
}
