//! The document that a server keeps to, for whoever wants to read it.

use std::hash::{DefaultHasher, Hasher};

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::get;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, StatusCode};

/// A route that shows the OpenAPI document, JSON or YAML, at a path of choice; to be merged with the router.
///
/// The generated crate doesn't hold the document, which may be larger than all else in a server: whoever wants to show it
/// says which file it is, as it was written or bundled.
///
/// ```ignore
/// let app = router(&service, Options::default())
///     .merge(serve_document("/openapi.yaml", include_str!("../openapi.yaml")));
/// ```
///
/// It has an `ETag`, so that a document that is known already isn't sent again.
pub fn serve_document(path: &str, document: impl Into<Bytes>) -> Router {
    let document = document.into();
    let is_json = document.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let media_type = if is_json { "application/json" } else { "application/yaml" };
    let mut hasher = DefaultHasher::new();
    hasher.write(&document);
    let tag = format!("\"{:016x}\"", hasher.finish());
    Router::new().route(
        path,
        get(move |headers: HeaderMap| async move { shown(&document, media_type, &tag, &headers) }),
    )
}

fn shown(document: &Bytes, media_type: &'static str, tag: &str, headers: &HeaderMap) -> Response {
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let is_known = known.flat_map(|tags| tags.split(',')).any(|known| {
        let known = known.trim();
        known == "*" || known.trim_start_matches("W/") == tag
    });
    let mut response = Response::new(Body::empty());
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        *response.body_mut() = Body::from(document.clone());
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    }
    if let Ok(tag) = HeaderValue::from_str(tag) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}
