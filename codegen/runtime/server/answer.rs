//! A documented response as an HTTP response.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, StatusCode};

use crate::runtime::json::{Json, Wire};
use crate::runtime::text;

/// The documented responses of an operation.
pub trait Answer: Send {
    /// The response as it goes out.
    ///
    /// # Errors
    /// Where HTTP can't carry it.
    fn into_http(self) -> Result<Response, Unanswerable>;
}

/// What a handler answered can't be sent: a header value with a line break, or a body that is no JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unanswerable;

/// A response being put together.
#[derive(Debug)]
pub struct Reply(Response);

impl Reply {
    /// A response of this status without header fields and body.
    #[must_use]
    pub fn new(status: StatusCode) -> Self {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        Self(response)
    }

    /// Adds a header field, its value in the style `simple`; null adds none.
    ///
    /// # Errors
    /// Where the value is not one that a header field can have.
    pub fn header<T: Json>(
        mut self,
        name: &'static str,
        explode: bool,
        value: &T,
    ) -> Result<Self, Unanswerable> {
        let Some(text) = text::header(&Wire(value), explode).map_err(|_| Unanswerable)? else {
            return Ok(self);
        };
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Unanswerable)?;
        let value = HeaderValue::try_from(text).map_err(|_| Unanswerable)?;
        self.0.headers_mut().append(name, value);
        Ok(self)
    }

    /// The response with a body of JSON.
    ///
    /// # Errors
    /// Where the body can't be written as JSON.
    pub fn json<T: Json>(
        self,
        media_type: &'static str,
        body: &T,
    ) -> Result<Response, Unanswerable> {
        // Most answers are larger than the 128 bytes that `to_vec` begins with.
        let mut bytes = Vec::with_capacity(512);
        serde_json::to_writer(&mut bytes, &Wire(body)).map_err(|_| Unanswerable)?;
        self.bytes(media_type, bytes)
    }

    /// The response with a body as it is.
    ///
    /// # Errors
    /// Where the media type is not one that a header field can have.
    pub fn bytes(
        mut self,
        media_type: &'static str,
        body: impl Into<Bytes>,
    ) -> Result<Response, Unanswerable> {
        let media_type = HeaderValue::from_str(media_type).map_err(|_| Unanswerable)?;
        self.0.headers_mut().insert(CONTENT_TYPE, media_type);
        *self.0.body_mut() = Body::from(body.into());
        Ok(self.0)
    }

    /// The response without a body.
    ///
    /// # Errors
    /// Never; so that all ends of a reply look alike.
    pub fn empty(self) -> Result<Response, Unanswerable> {
        Ok(self.0)
    }
}
