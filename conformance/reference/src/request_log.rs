//! An id and a log line for every request.
//!
//! A sane `x-request-id` of the client's is kept, so that one id follows a request through several services; anything
//! else gets an id of ours. It comes back in the response and stands on every line that is logged meanwhile. Neither
//! headers, bodies nor queries are logged: tokens stay out of the log.

use std::time::Instant;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue};
use tracing::Instrument as _;
use uuid::Uuid;

/// The header that carries the id, both ways.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a client's id may be at most, in bytes.
const LONGEST_ID: usize = 128;

/// The middleware, for [`axum::middleware::from_fn`].
pub async fn log_requests(request: Request, next: Next) -> Response {
    let id = request_id(request.headers());
    let span = tracing::info_span!(
        "request",
        id = id.to_str().unwrap_or_default(),
        method = %request.method(),
        path = request.uri().path(),
        user = tracing::field::Empty,
    );
    let begun = Instant::now();
    async {
        let mut response = next.run(request).await;
        let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        tracing::info!(status = response.status().as_u16(), micros, "answered");
        response.headers_mut().insert(REQUEST_ID, id);
        response
    }
    .instrument(span)
    .await
}

/// Notes whose request it is, once that is known.
pub(crate) fn log_user(user: Uuid) {
    tracing::Span::current().record("user", tracing::field::display(user));
}

fn request_id(headers: &HeaderMap) -> HeaderValue {
    let mut given = headers.get_all(REQUEST_ID).iter();
    match (given.next(), given.next()) {
        (Some(id), None) if is_sane(id) => id.clone(),
        _ => fresh_id(),
    }
}

/// Nothing that a log or a shell would take for something else.
fn is_sane(id: &HeaderValue) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:+/=".contains(byte);
    (1..=LONGEST_ID).contains(&id.len()) && id.as_bytes().iter().all(plain)
}

fn fresh_id() -> HeaderValue {
    let id = Uuid::new_v4().to_string();
    HeaderValue::try_from(id).unwrap_or_else(|_| HeaderValue::from_static("unknown"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(ids: &[&[u8]]) -> HeaderValue {
        let mut headers = HeaderMap::new();
        for id in ids {
            headers.append(REQUEST_ID, HeaderValue::from_bytes(id).expect("a header value"));
        }
        request_id(&headers)
    }

    #[test]
    fn a_sane_id_is_kept() {
        let longest = "x".repeat(LONGEST_ID);
        for id in ["a", "01JD-3.f_", "Root=1-67890:abc+/", longest.as_str()] {
            assert_eq!(given(&[id.as_bytes()]), id);
        }
    }

    #[test]
    fn anything_else_is_replaced() {
        let too_long = "x".repeat(LONGEST_ID + 1);
        let odd: [&[&[u8]]; 7] = [
            &[],
            &[b""],
            &[b"a b"],
            &[b"a\tb"],
            &[b"\xff"],
            &[too_long.as_bytes()],
            &[b"one", b"two"],
        ];
        for ids in odd {
            let id = given(ids);
            assert!(Uuid::try_parse_ascii(id.as_bytes()).is_ok(), "{ids:?} became {id:?}");
        }
    }
}
