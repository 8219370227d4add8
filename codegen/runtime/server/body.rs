//! The body of a request: its media type, its size, and what it says.

use std::borrow::Cow;

use axum::body::Body as HttpBody;
use bytes::Bytes;
use http::HeaderValue;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::{Context, Reason};
use crate::runtime::json::Json;
use crate::runtime::media::{self, Media};
use crate::runtime::rules::Rules;
use crate::runtime::text::query::Query;
use crate::runtime::validation::{Code, Report, Segment, Strictness, Violation};

/// Why a body is refused.
pub type Refused = (Reason, Vec<Violation>);

/// The body of a request, still to be read.
#[derive(Debug)]
pub struct Body<'r> {
    context: &'r Context,
    body: HttpBody,
    limit: usize,
}

impl<'r> Body<'r> {
    /// A body that may have this many bytes.
    #[must_use]
    pub fn new(body: HttpBody, context: &'r Context, limit: usize) -> Self {
        Self { context, body, limit }
    }

    /// Reads the body as one of these media types (or ranges); tells which one.
    ///
    /// # Errors
    /// Where it is none of them, too large, or breaks off.
    pub async fn content(self, media_types: &[&str]) -> Result<(usize, Content), Refused> {
        let Some(essence) = self.essence() else {
            return Err((
                Reason::UnsupportedMediaType,
                vec![violation("no content type is given")],
            ));
        };
        let Some(index) = media::position(essence, media_types) else {
            let message = format!("the content type must be {}", media_types.join(" or "));
            return Err((Reason::UnsupportedMediaType, vec![violation(message)]));
        };
        Ok((index, self.read().await?))
    }

    /// Like [`Body::content`], but a request without a body is fine.
    ///
    /// # Errors
    /// Where there is a body, and it is none of the media types, too large, or breaks off.
    pub async fn optional(self, media_types: &[&str]) -> Result<Option<(usize, Content)>, Refused> {
        let headers = self.context.headers();
        if headers.contains_key(CONTENT_TYPE) {
            return self.content(media_types).await.map(Some);
        }
        let content = self.read().await?;
        if content.bytes.is_empty() {
            return Ok(None);
        }
        Err((Reason::UnsupportedMediaType, vec![violation("no content type is given")]))
    }

    /// The media type without its parameters.
    fn essence(&self) -> Option<&'r str> {
        let mut values = self.context.headers().get_all(CONTENT_TYPE).iter();
        let value = values.next()?.to_str().ok()?;
        if values.next().is_some() { None } else { media::essence(value) }
    }

    async fn read(self) -> Result<Content, Refused> {
        let too_large = (Reason::BodyTooLarge, Vec::new());
        let declared = self.context.headers().get(CONTENT_LENGTH);
        let length = declared.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if length.is_some_and(|length| length > self.limit as u64) {
            return Err(too_large);
        }
        let media_type = self.context.headers().get(CONTENT_TYPE).cloned();
        match Limited::new(self.body, self.limit).collect().await {
            Ok(collected) => Ok(Content { media_type, bytes: collected.to_bytes() }),
            Err(error) if error.is::<LengthLimitError>() => Err(too_large),
            Err(_) => Err((Reason::UnreadableBody, Vec::new())),
        }
    }
}

/// What is wrong with the body as a whole.
fn violation(message: impl Into<Cow<'static, str>>) -> Violation {
    let location = vec![Segment::from("body")];
    Violation { location, code: Code::WrongType, message: message.into() }
}

/// A body that has been read.
#[derive(Debug, Clone)]
pub struct Content {
    media_type: Option<HeaderValue>,
    bytes: Bytes,
}

impl Content {
    /// The bytes.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }

    /// The bytes with their media type.
    #[must_use]
    pub fn media(self) -> Media {
        let media_type = self.media_type.as_ref().and_then(|value| value.to_str().ok());
        Media { media_type: media_type.unwrap_or_default().to_owned(), bytes: self.bytes }
    }

    /// The body as text.
    ///
    /// # Errors
    /// Where it is not UTF-8.
    pub fn text(self) -> Result<String, Refused> {
        String::from_utf8(self.bytes.into()).map_err(|_| malformed("is not UTF-8"))
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// Where it is not JSON, or violates the contract.
    pub fn json<T: Json>(&self, rules: &Rules) -> Result<T, Refused> {
        let mut report = Report::new(Strictness::Strict);
        let mut input = serde_json::Deserializer::from_slice(&self.bytes);
        let value = report
            .within("body", |report| T::read(&mut input, rules, report))
            .and_then(|value| input.end().map(|()| value))
            .map_err(|error| malformed(format!("is not JSON: {error}")))?;
        judged(value, report)
    }

    /// The body as HTML forms have it.
    ///
    /// # Errors
    /// Where it is not encoded so, or violates the contract.
    pub fn form<T: Json>(&self, rules: &Rules) -> Result<T, Refused> {
        let text = std::str::from_utf8(&self.bytes).map_err(|_| malformed("is not UTF-8"))?;
        let members = Query::parse(text).into_members();
        let raw = members.map_err(|fault| malformed(fault.to_string()))?;
        let mut report = Report::of_text(Strictness::Strict);
        let value = report
            .within("body", |report| T::read(raw, rules, report))
            .map_err(|fault| malformed(fault.to_string()))?;
        judged(value, report)
    }
}

fn judged<T>(value: Option<T>, report: Report) -> Result<T, Refused> {
    match value {
        Some(value) if report.is_empty() => Ok(value),
        _ => Err((Reason::InvalidBody, report.into_violations())),
    }
}

fn malformed(message: impl Into<Cow<'static, str>>) -> Refused {
    (Reason::MalformedBody, vec![violation(message)])
}
