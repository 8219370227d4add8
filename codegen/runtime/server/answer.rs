//! A documented response as an HTTP response.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody as _};
use axum::response::Response;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, StatusCode};
use http_body::Frame;

use crate::json::{Json, Wire};
use crate::media::Media;
use crate::stream::ByteStream;
use crate::text::{self, Form, set_cookie};

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

    /// A response of a status that the contract names.
    #[must_use]
    pub fn of(code: u16) -> Self {
        Self::new(StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
    }

    /// A response of a status in the range that the contract names by its first digit.
    ///
    /// # Errors
    /// Where the status is outside.
    pub fn of_range(digit: u16, status: StatusCode) -> Result<Self, Unanswerable> {
        if status.as_u16() / 100 == digit { Ok(Self::new(status)) } else { Err(Unanswerable) }
    }

    /// Adds a header field.
    ///
    /// # Errors
    /// Where the value is not one that a header field can have.
    pub fn header<T: Json>(
        mut self,
        name: &'static str,
        form: Form,
        value: &T,
    ) -> Result<Self, Unanswerable> {
        let lines = if set_cookie::is_name(name) {
            set_cookie::write(&Wire(value), form)
        } else {
            text::header(&Wire(value), form).map(|line| line.into_iter().collect())
        };
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Unanswerable)?;
        for line in lines.map_err(|_| Unanswerable)? {
            let value = HeaderValue::try_from(line).map_err(|_| Unanswerable)?;
            self.0.headers_mut().append(&name, value);
        }
        Ok(self)
    }

    /// Adds a header field that may be absent.
    ///
    /// # Errors
    /// Where the value is not one that a header field can have.
    pub fn header_optional<T: Json>(
        self,
        name: &'static str,
        form: Form,
        value: Option<&T>,
    ) -> Result<Self, Unanswerable> {
        match value {
            Some(value) => self.header(name, form, value),
            None => Ok(self),
        }
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
        self.finish(Bytes::from_static(media_type.as_bytes()), bytes.into())
    }

    /// The response with a body as HTML forms have it, but for the members that have a form of their own.
    ///
    /// # Errors
    /// Where the body can't be written so.
    pub fn form<T: Json>(
        self,
        media_type: &'static str,
        body: &T,
        members: &'static [(&'static str, Form)],
    ) -> Result<Response, Unanswerable> {
        let text = text::write::form(&Wire(body), members).map_err(|_| Unanswerable)?;
        self.bytes(media_type, text)
    }

    /// The response with a value as text.
    ///
    /// # Errors
    /// Where the value has no text.
    pub fn value<T: Json>(self, media_type: &str, body: &T) -> Result<Response, Unanswerable> {
        let text = text::write::value(&Wire(body)).map_err(|_| Unanswerable)?;
        self.bytes(media_type, text)
    }

    /// The response with a body that says itself what it is.
    ///
    /// # Errors
    /// Where the media type is not one that a header field can have.
    pub fn media(self, body: Media) -> Result<Response, Unanswerable> {
        self.bytes(&body.media_type, body.bytes)
    }

    /// The response with a body as it is.
    ///
    /// # Errors
    /// Where the media type is not one that a header field can have.
    pub fn bytes(self, media_type: &str, body: impl Into<Bytes>) -> Result<Response, Unanswerable> {
        self.finish(Bytes::copy_from_slice(media_type.as_bytes()), body.into())
    }

    /// The response with a body whose bytes come as they do.
    ///
    /// # Errors
    /// Where the media type is not one that a header field can have.
    pub fn stream(self, media_type: &str, body: ByteStream) -> Result<Response, Unanswerable> {
        let media_type = HeaderValue::from_str(media_type).map_err(|_| Unanswerable)?;
        Ok(self.with(media_type, Body::new(body)))
    }

    /// The response with a body that says itself what it is, and whose bytes come as they do.
    ///
    /// # Errors
    /// Where the media type is not one that a header field can have.
    pub fn media_stream(self, body: Media<ByteStream>) -> Result<Response, Unanswerable> {
        self.stream(&body.media_type, body.bytes)
    }

    fn finish(self, media_type: Bytes, body: Bytes) -> Result<Response, Unanswerable> {
        let media_type = HeaderValue::from_maybe_shared(media_type).map_err(|_| Unanswerable)?;
        Ok(self.with(media_type, Body::from(body)))
    }

    fn with(mut self, media_type: HeaderValue, body: Body) -> Response {
        if may_have_content(self.0.status()) {
            self.0.headers_mut().insert(CONTENT_TYPE, media_type);
            *self.0.body_mut() = body;
        }
        self.0
    }

    /// The response without a body.
    ///
    /// # Errors
    /// Never; so that all ends of a reply look alike.
    pub fn empty(self) -> Result<Response, Unanswerable> {
        Ok(self.0)
    }
}

/// Whether there may be content, whatever a range of statuses documents (RFC 9110 §15.2, §15.3.5, §15.3.6, §15.4.5).
fn may_have_content(status: StatusCode) -> bool {
    let without = [StatusCode::NO_CONTENT, StatusCode::RESET_CONTENT, StatusCode::NOT_MODIFIED];
    !status.is_informational() && !without.contains(&status)
}

/// An answer to `HEAD`. Its length is that of what a `GET` has (RFC 9110 §8.6), of which nothing is known here; were the
/// body just empty, it would be told as zero.
pub(super) fn without_length(response: Response) -> Response {
    response.map(|body| if body.is_end_stream() { Body::new(Unmeasured) } else { body })
}

/// No content, of a length that nobody tells.
struct Unmeasured;

impl http_body::Body for Unmeasured {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }
}
