//! The one answer of a server where its contract has none: a bare problem document (RFC 9457).

use std::fmt::Write as _;

use axum::body::Body;
use axum::response::Response;
use http::header::{ACCEPT_ENCODING, ALLOW, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};

use super::{Reason, Refusal};
use crate::media::coding;

/// How many violations a problem document tells: a client that makes more mistakes fixes these first.
const TOLD: usize = 8;

/// The answer to a path that no operation has.
pub async fn not_found() -> Response {
    problem(StatusCode::NOT_FOUND, None)
}

/// A problem document of this status.
#[must_use]
pub fn problem(status: StatusCode, detail: Option<&str>) -> Response {
    let mut document = serde_json::Map::new();
    document.insert("type".to_owned(), "about:blank".into());
    document.insert("title".to_owned(), status.canonical_reason().unwrap_or("Error").into());
    document.insert("status".to_owned(), status.as_u16().into());
    if let Some(detail) = detail {
        document.insert("detail".to_owned(), detail.into());
    }
    let mut response = Response::new(Body::from(serde_json::Value::Object(document).to_string()));
    *response.status_mut() = status;
    let media_type = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    response
}

/// A refusal for which the contract documents nothing.
pub(super) fn refused(refusal: &Refusal<'_>) -> Response {
    let status = StatusCode::from_u16(refusal.reason().status());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    problem(status, Some(&detail(refusal)))
}

/// The response with the header fields that HTTP wants of its status, unless it has them (RFC 9110 §15.5.2, §15.5.6 and §15.5.16).
pub(super) fn with_fields(mut response: Response, refusal: &Refusal<'_>) -> Response {
    let header = match refusal.reason() {
        Reason::MissingCredentials | Reason::InvalidCredentials
            if response.status() == StatusCode::UNAUTHORIZED =>
        {
            Some((WWW_AUTHENTICATE, refusal.challenge()))
        }
        Reason::MethodNotAllowed => Some((ALLOW, refusal.allow())),
        // Without it nobody could tell that it isn't the media type (RFC 9110 §12.5.3).
        Reason::UnsupportedMediaType if coding(refusal.context().headers()).is_some() => {
            Some((ACCEPT_ENCODING, "identity"))
        }
        _ => None,
    };
    if let Some((name, value)) = header
        && !value.is_empty()
        && !response.headers().contains_key(&name)
        && let Ok(value) = HeaderValue::from_str(value)
    {
        response.headers_mut().insert(name, value);
    }
    response
}

fn detail(refusal: &Refusal<'_>) -> String {
    let mut detail = refusal.message().to_owned();
    for (n, violation) in refusal.violations().iter().take(TOLD).enumerate() {
        let separator = if n == 0 { ": " } else { "; " };
        // Writing to a string never fails.
        let _ = write!(detail, "{separator}{violation}");
    }
    detail
}
