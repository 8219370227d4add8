//! A mutant around the sound server: every exchange is read wholly, broken where the mutant breaks it, and passed on.

#[cfg(test)]
mod tests;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use futures_util::stream;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, StatusCode, Uri};
use tower::ServiceExt as _;

use crate::exchange::{Answered, Asked, Delivery};
use crate::mutant::Breaks;
use crate::subject::Memory;

/// The sound server takes bodies up to 1 MiB; that it refuses larger ones is seen all the same.
const BODY_LIMIT: usize = 2 << 20;

/// The sound server, with one promise broken.
pub fn wrap<M: Memory>(sound: Router, breaks: Breaks<M>, memory: M) -> Router {
    let shared = Arc::new(Wrapped { sound, breaks, memory: Mutex::new(memory) });
    Router::new().fallback(exchange::<M>).with_state(shared)
}

struct Wrapped<M: 'static> {
    sound: Router,
    breaks: Breaks<M>,
    memory: Mutex<M>,
}

impl<M> Wrapped<M> {
    fn memory(&self) -> MutexGuard<'_, M> {
        // A rewriting that panicked fails its own exchange; there is nothing half done in the memory.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the sound server answers, or the status that says why that isn't known.
    async fn ask(&self, asked: &Asked) -> Result<Answered, StatusCode> {
        let request = build_request(asked).ok_or(StatusCode::BAD_REQUEST)?;
        let response = match self.sound.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        read_response(response).await.map_err(|_| StatusCode::BAD_GATEWAY)
    }
}

async fn exchange<M: Memory>(State(wrapped): State<Arc<Wrapped<M>>>, request: Request) -> Response {
    let Ok(asked) = read_request(request).await else { return bare(StatusCode::BAD_REQUEST) };
    let mut passed_on = asked.clone();
    wrapped.breaks.before(&mut passed_on, &mut wrapped.memory());
    if !passed_on.delay.is_zero() {
        tokio::time::sleep(passed_on.delay).await;
    }
    let sound = match wrapped.ask(&passed_on).await {
        Ok(sound) => sound,
        Err(status) => return bare(status),
    };
    let (answered, besides) = {
        let mut memory = wrapped.memory();
        let mut answered = sound.clone();
        wrapped.breaks.after(&asked, &mut answered, &mut memory);
        let besides = wrapped.breaks.besides(&asked, &sound, &memory);
        memory.learn(&asked, &sound);
        (answered, besides)
    };
    if let Some(besides) = besides {
        // Nobody is told what came of it.
        let _ = wrapped.ask(&besides).await;
    }
    if answered.delivery == Delivery::Withheld {
        std::future::pending::<()>().await;
    }
    build_response(answered)
}

async fn read_request(request: Request) -> Result<Asked, axum::Error> {
    let (parts, body) = request.into_parts();
    Ok(Asked {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers: parts.headers,
        body: to_bytes(body, BODY_LIMIT).await?.to_vec(),
        delay: Duration::ZERO,
    })
}

fn build_request(asked: &Asked) -> Option<Request> {
    let target = match &asked.query {
        Some(query) => format!("{}?{query}", asked.path),
        None => asked.path.clone(),
    };
    let uri: Uri = target.parse().ok()?;
    let mut request = Request::new(Body::from(asked.body.clone()));
    *request.method_mut() = asked.method.clone();
    *request.uri_mut() = uri;
    *request.headers_mut() = asked.headers.clone();
    Some(request)
}

async fn read_response(response: Response) -> Result<Answered, axum::Error> {
    let (parts, body) = response.into_parts();
    let mut headers = parts.headers;
    headers.remove(CONTENT_LENGTH);
    let body = to_bytes(body, usize::MAX).await?.to_vec();
    Ok(Answered { status: parts.status.as_u16(), headers, body, delivery: Delivery::Whole })
}

fn build_response(answered: Answered) -> Response {
    let Answered { status, headers, body, delivery } = answered;
    let Ok(status) = StatusCode::from_u16(status) else {
        return bare(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let body = match delivery {
        Delivery::Whole | Delivery::Withheld => Body::from(body),
        Delivery::CutShort => cut_short(&body),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// The first half of some content, and then an error, at which hyper closes the connection.
fn cut_short(body: &[u8]) -> Body {
    let half = Bytes::copy_from_slice(body.get(..body.len() / 2).unwrap_or_default());
    Body::from_stream(stream::iter([Ok(half), Err(io::Error::other("cut short"))]))
}

fn bare(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    *response.headers_mut() = HeaderMap::new();
    response
}
