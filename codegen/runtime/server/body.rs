//! The body of a request: its media type, its size, and what it says.

use std::borrow::Cow;
use std::error::Error;

use axum::body::Body as HttpBody;
use bytes::Bytes;
use http::HeaderValue;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::{Context, Reason};
use crate::charset::{self, UnreadableText, unmarked};
use crate::json::Json;
use crate::media::{self, Media};
use crate::rules::Rules;
use crate::stream::{ByteStream, LimitedBody};
use crate::text::query::Query;
use crate::text::{Form, Raw};
use crate::validation::{Code, Report, Segment, Strictness, Violation};

/// Why a body is refused.
pub type Refused = (Reason, Vec<Violation>);

/// The body of a request, still to be read.
#[derive(Debug)]
pub struct Body<'r> {
    context: &'r Context,
    pub(super) body: HttpBody,
    pub(super) limit: usize,
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
        let (index, open) = self.open(media_types)?;
        Ok((index, open.read().await?))
    }

    /// Reads the body as JSON of one of these media types.
    ///
    /// # Errors
    /// Where it is none of them, too large, breaks off, is not JSON, or violates the contract.
    pub async fn json<T: Json>(self, media_types: &[&str], rules: &Rules) -> Result<T, Refused> {
        let (_, content) = self.content(media_types).await?;
        content.json(rules)
    }

    /// Like [`Body::content`], but nothing is read yet.
    ///
    /// # Errors
    /// Where it is none of the media types, or compressed: what undoes that in front of a router takes the field away.
    pub fn open(self, media_types: &[&str]) -> Result<(usize, Self), Refused> {
        self.check_coding()?;
        let Some(media_type) = self.only_media_type() else {
            return Err((
                Reason::UnsupportedMediaType,
                vec![violation("no content type is given")],
            ));
        };
        let Some(index) = media::position(media_type, media_types, Strictness::Strict) else {
            let message = format!("the content type must be {}", media_types.join(" or "));
            return Err((Reason::UnsupportedMediaType, vec![violation(message)]));
        };
        Ok((index, self))
    }

    /// Like [`Body::content`], but a request without a body is fine.
    ///
    /// # Errors
    /// Where there is a body, and it is none of the media types, too large, or breaks off.
    pub async fn optional(self, media_types: &[&str]) -> Result<Option<(usize, Content)>, Refused> {
        let Some((index, open)) = self.optional_open(media_types).await? else { return Ok(None) };
        Ok(Some((index, open.read().await?)))
    }

    /// Like [`Body::optional`], but nothing is read yet where there is a body.
    ///
    /// # Errors
    /// Where there is a body, and it is none of the media types.
    pub async fn optional_open(
        self,
        media_types: &[&str],
    ) -> Result<Option<(usize, Self)>, Refused> {
        if self.context.headers().contains_key(CONTENT_TYPE) {
            return self.open(media_types).map(Some);
        }
        if self.read().await?.bytes.is_empty() {
            return Ok(None);
        }
        Err((Reason::UnsupportedMediaType, vec![violation("no content type is given")]))
    }

    /// The bytes as they come, for the handler to read: no more than there may be.
    ///
    /// # Errors
    /// Where it says that it is too large.
    pub fn stream(self) -> Result<ByteStream, Refused> {
        self.check_length()?;
        let limit = self.limit;
        Ok(self.limited(limit))
    }

    /// The bytes as they come, with their media type.
    ///
    /// # Errors
    /// Where it says that it is too large.
    pub fn media_stream(self) -> Result<Media<ByteStream>, Refused> {
        let media_type = self.media_type().unwrap_or_default().to_owned();
        Ok(Media { media_type, bytes: self.stream()? })
    }

    /// The media type with its parameters.
    pub(super) fn media_type(&self) -> Option<&'r str> {
        self.context.headers().get(CONTENT_TYPE)?.to_str().ok()
    }

    pub(super) fn limited(self, left: usize) -> ByteStream {
        let overrun = Some(self.context.overrun());
        let chunks = LimitedBody { body: self.body, left, limit: self.limit, overrun };
        ByteStream::of_chunks(Box::pin(chunks))
    }

    /// The media type with its parameters, where one is given.
    fn only_media_type(&self) -> Option<&'r str> {
        let mut values = self.context.headers().get_all(CONTENT_TYPE).iter();
        let value = values.next()?.to_str().ok()?;
        media::essence(value).filter(|_| values.next().is_none()).map(|_| value)
    }

    /// That no content coding is applied: none is undone here (RFC 9110 §8.4, §15.5.16).
    fn check_coding(&self) -> Result<(), Refused> {
        let Some(coding) = media::coding(self.context.headers()) else { return Ok(()) };
        let message = format!("is encoded as {coding:?}, and no content coding is undone here");
        Err((Reason::UnsupportedMediaType, vec![violation(message)]))
    }

    pub(super) fn check_length(&self) -> Result<(), Refused> {
        let declared = self.context.headers().get(CONTENT_LENGTH);
        let length = declared.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        match length {
            Some(length) if length > self.limit as u64 => Err(too_large()),
            _ => Ok(()),
        }
    }

    /// Reads it as a whole.
    ///
    /// # Errors
    /// Where it is too large, or breaks off.
    pub async fn read(self) -> Result<Content, Refused> {
        self.check_length()?;
        let media_type = self.context.headers().get(CONTENT_TYPE).cloned();
        match Limited::new(self.body, self.limit).collect().await {
            Ok(collected) => Ok(Content { media_type, bytes: collected.to_bytes() }),
            Err(error) => Err(unread(&*error)),
        }
    }
}

/// Why not all of a body came.
pub(super) fn unread(error: &(dyn Error + 'static)) -> Refused {
    if error.is::<LengthLimitError>() { too_large() } else { (Reason::UnreadableBody, Vec::new()) }
}

pub(super) fn too_large() -> Refused {
    (Reason::BodyTooLarge, Vec::new())
}

/// What is wrong with the body as a whole.
fn violation(message: impl Into<Cow<'static, str>>) -> Violation {
    let location = vec![Segment::from("body")];
    Violation { location, code: Code::WrongType, message: message.into() }
}

/// A body that has been read.
#[derive(Debug, Clone)]
pub struct Content {
    pub(super) media_type: Option<HeaderValue>,
    pub(super) bytes: Bytes,
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

    /// The body as text, by the charset that its media type names (RFC 9110 §8.3.2): UTF-8, US-ASCII, ISO-8859-1,
    /// UTF-16, or with the feature `charsets` any that browsers know.
    ///
    /// # Errors
    /// Where it is none of these, or not what it says.
    pub fn text(self) -> Result<String, Refused> {
        let media_type = self.media_type.as_ref().and_then(|value| value.to_str().ok());
        let text = charset::decode(media_type.unwrap_or_default(), &self.bytes);
        text.map_err(|unreadable| match unreadable {
            UnreadableText::Charset(_) => {
                (Reason::UnsupportedMediaType, vec![violation(unreadable.to_string())])
            }
            UnreadableText::Broken(_) => malformed(unreadable.to_string()),
        })
    }

    /// The body as text that is one value.
    ///
    /// # Errors
    /// Those of [`Content::text`], and where it violates the contract.
    pub fn value<T: Json>(self, rules: &Rules) -> Result<T, Refused> {
        let raw = Raw::Text(self.text()?.into());
        let mut report = Report::of_text(Strictness::Strict);
        let value = report.within("body", |report| T::read(raw, rules, report));
        judged(value.map_err(|fault| malformed(fault.to_string()))?, report)
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// Where it is not JSON, or violates the contract.
    pub fn json<T: Json>(&self, rules: &Rules) -> Result<T, Refused> {
        let mut report = Report::new(Strictness::Strict);
        let mut input = serde_json::Deserializer::from_slice(unmarked(&self.bytes));
        let value = report
            .within("body", |report| T::read(&mut input, rules, report))
            .and_then(|value| input.end().map(|()| value))
            .map_err(|error| malformed(format!("is not JSON: {error}")))?;
        judged(value, report)
    }

    /// The body as HTML forms have it, but for the members that have a form of their own.
    ///
    /// # Errors
    /// Where it is not encoded so, or violates the contract.
    pub fn form<T: Json>(
        &self,
        members: &'static [(&'static str, Form)],
        rules: &Rules,
    ) -> Result<T, Refused> {
        let text = std::str::from_utf8(&self.bytes).map_err(|_| malformed("is not UTF-8"))?;
        let raw = Query::parse(text).into_members(members);
        let raw = raw.map_err(|fault| malformed(fault.to_string()))?;
        if let Some(name) = raw.broken_member() {
            let location = vec![Segment::from("body"), Segment::from(name.to_owned())];
            let message = "is not JSON".into();
            let violation = Violation { location, code: Code::WrongType, message };
            return Err((Reason::InvalidBody, vec![violation]));
        }
        let mut report = Report::of_text(Strictness::Strict);
        let read = |report: &mut Report| T::read(raw, rules, report);
        let value = report.within("body", |report| report.with_json(members, read));
        judged(value.map_err(|fault| malformed(fault.to_string()))?, report)
    }
}

fn judged<T>(value: Option<T>, report: Report) -> Result<T, Refused> {
    match value {
        Some(value) if report.is_empty() => Ok(value),
        _ => Err((Reason::InvalidBody, report.into_violations())),
    }
}

pub(super) fn malformed(message: impl Into<Cow<'static, str>>) -> Refused {
    (Reason::MalformedBody, vec![violation(message)])
}
