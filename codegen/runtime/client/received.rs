//! An answer, to be judged by its status.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};

use super::{Error, Undecodable, Undocumented};
use crate::charset::{self, unmarked};
use crate::json::{Json, Wire};
use crate::media::{self, Media};
use crate::rules::Rules;
use crate::stream::ByteStream;
use crate::text::query::Query;
use crate::text::split::take_field_apart;
use crate::text::{Form, Raw, set_cookie};
use crate::validation::{Report, Strictness};

/// An answer as it came.
#[derive(Debug)]
pub struct Received {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    open: Option<ByteStream>,
    limit: usize,
}

impl Received {
    /// An answer of these parts.
    #[must_use]
    pub fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self { status, headers, body, open: None, limit: 0 }
    }

    /// An answer whose body is still to come; an item of it may have this many bytes.
    #[must_use]
    pub fn open(status: StatusCode, headers: HeaderMap, body: ByteStream, limit: usize) -> Self {
        Self { status, headers, body: Bytes::new(), open: Some(body), limit }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The header fields.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The bytes of the body.
    #[must_use]
    pub fn bytes(&self) -> Bytes {
        self.body.clone()
    }

    /// Which of these media types (or ranges) the body is of. An answer that doesn't say is taken for the first.
    ///
    /// # Errors
    /// [`Error::Undocumented`] where it is none of them: what a proxy says by the way, for one. [`Error::Undecodable`] where
    /// it is compressed: a transport that undoes that takes the field away (RFC 9110 §8.4).
    pub fn media_type<E>(&self, documented: &[&str]) -> Result<usize, Error<E>> {
        if let Some(coding) = media::coding(&self.headers) {
            let message = format!("the body is encoded as {coding:?}, which nobody asked for");
            return Err(self.undecodable(message));
        }
        let Some(value) = self.headers.get(CONTENT_TYPE) else { return Ok(0) };
        let value = value.to_str().ok();
        let position =
            value.and_then(|value| media::position(value, documented, Strictness::Lenient));
        position.ok_or_else(|| {
            let (status, headers) = (self.status, self.headers.clone());
            let body = self.body.clone();
            Error::Undocumented(Box::new(Undocumented { status, headers, body }))
        })
    }

    /// The body with its media type.
    #[must_use]
    pub fn media(&self) -> Media {
        let media_type = self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = media_type.unwrap_or("application/octet-stream").to_owned();
        Media { media_type, bytes: self.body.clone() }
    }

    /// How many bytes are taken at once: of the whole body, or of one item of it.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// The bytes of the body, as they come.
    #[must_use]
    pub fn stream(self) -> ByteStream {
        self.open.unwrap_or_else(|| self.body.into())
    }

    /// The bytes of the body as they come, with their media type.
    #[must_use]
    pub fn media_stream(self) -> Media<ByteStream> {
        Media { media_type: self.media().media_type, bytes: self.stream() }
    }

    /// The body as HTML forms have it, but for the members that have a form of their own.
    ///
    /// # Errors
    /// [`Error::Undecodable`] where it is of another type, or not encoded so.
    pub fn form<T: Json, E>(
        &self,
        members: &'static [(&'static str, Form)],
    ) -> Result<T, Error<E>> {
        let wrong = |message: String| self.undecodable(message);
        let text = std::str::from_utf8(&self.body).map_err(|error| wrong(error.to_string()))?;
        let raw = Query::parse(text).into_members(members);
        let raw = raw.map_err(|fault| wrong(fault.to_string()))?;
        read(raw, members).map_err(wrong)
    }

    /// The body as JSON, read leniently: listed values and limits are the server's business.
    ///
    /// # Errors
    /// [`Error::Undecodable`] where it is of another type, or not JSON.
    pub fn json<T: Json, E>(&self) -> Result<T, Error<E>> {
        match serde_json::from_slice::<Wire<T>>(unmarked(&self.body)) {
            Ok(Wire(value)) => Ok(value),
            Err(error) => Err(self.undecodable(error.to_string())),
        }
    }

    /// The body as JSON, where it is of one of these media types.
    ///
    /// # Errors
    /// Those of [`Received::media_type`] and [`Received::json`].
    pub fn json_of<T: Json, E>(&self, documented: &[&str]) -> Result<T, Error<E>> {
        self.media_type(documented)?;
        self.json()
    }

    /// Fails as documented, with a body of JSON in one of these media types.
    ///
    /// # Errors
    /// Always: the failure, or why it can't be read.
    pub fn failure_json<S, T: Json, E>(
        &self,
        documented: &[&str],
        failure: fn(T) -> E,
    ) -> Result<S, Error<E>> {
        Err(Error::documented(failure(self.json_of(documented)?)))
    }

    /// Fails as documented, with what this function reads.
    ///
    /// # Errors
    /// Always: the failure, or why it can't be read.
    pub fn failure<S, T, E>(
        self,
        read: fn(Self) -> Result<T, Error<E>>,
        failure: fn(T) -> E,
    ) -> Result<S, Error<E>> {
        Err(Error::documented(failure(read(self)?)))
    }

    /// The body as text, by the charset that its media type names (RFC 9110 §8.3.2): UTF-8, US-ASCII, ISO-8859-1,
    /// UTF-16, or with the feature `charsets` any that browsers know.
    ///
    /// # Errors
    /// [`Error::Undecodable`] where it is none of these, or not what it says.
    pub fn text<E>(&self) -> Result<String, Error<E>> {
        let media_type = self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let text = charset::decode(media_type.unwrap_or_default(), &self.body);
        text.map_err(|unreadable| self.undecodable(format!("the body {unreadable}")))
    }

    /// The body as text that is one value.
    ///
    /// # Errors
    /// Those of [`Received::text`], and [`Error::Undecodable`] where it is of another type.
    pub fn value<T: Json, E>(&self) -> Result<T, Error<E>> {
        let text = self.text()?;
        read(Raw::Text(text.into()), &[])
            .map_err(|message| self.undecodable(format!("the body {message}")))
    }

    /// A header field that must be there.
    ///
    /// # Errors
    /// [`Error::Undecodable`] where it isn't, or is of another type.
    pub fn header<T: Json, E>(&self, name: &'static str, form: Form) -> Result<T, Error<E>> {
        match self.header_optional(name, form)? {
            Some(value) => Ok(value),
            None => Err(self.undecodable(format!("there is no header field {name}"))),
        }
    }

    /// A header field that may be absent.
    ///
    /// # Errors
    /// [`Error::Undecodable`] where it is of another type.
    pub fn header_optional<T: Json, E>(
        &self,
        name: &'static str,
        form: Form,
    ) -> Result<Option<T>, Error<E>> {
        let mut texts = Vec::new();
        for value in self.headers.get_all(name) {
            match std::str::from_utf8(value.as_bytes()) {
                Ok(text) => texts.push(text),
                Err(_) => return Err(self.undecodable(format!("{name} is not text"))),
            }
        }
        if texts.is_empty() {
            return Ok(None);
        }
        // RFC 9110 §5.3: several fields of a name are one, their values joined.
        let text = texts.join(",");
        let wrong = |message: String| self.undecodable(format!("{name} {message}"));
        let raw = if set_cookie::is_name(name) {
            set_cookie::read(&texts, form)
        } else {
            take_field_apart(&text, form)
        };
        let raw = raw.map_err(|fault| wrong(fault.to_string()))?;
        read(raw, &[]).map(Some).map_err(wrong)
    }

    /// An answer that the contract doesn't know.
    #[must_use]
    pub fn undocumented<E>(self) -> Error<E> {
        let Self { status, headers, body, .. } = self;
        Error::Undocumented(Box::new(Undocumented { status, headers, body }))
    }

    fn undecodable<E>(&self, message: String) -> Error<E> {
        Error::Undecodable(Box::new(Undecodable {
            status: self.status,
            headers: self.headers.clone(),
            body: self.body.clone(),
            message,
        }))
    }
}

/// Reads what was taken apart; some members may be JSON.
fn read<T: Json>(raw: Raw<'_>, members: &'static [(&'static str, Form)]) -> Result<T, String> {
    if let Raw::Json(text) = &raw {
        let value = serde_json::from_str::<Wire<T>>(text);
        return value.map(|Wire(value)| value).map_err(|error| error.to_string());
    }
    let mut report = Report::of_text(Strictness::Lenient);
    match report.with_json(members, |report| T::read(raw, &Rules::NONE, report)) {
        Ok(Some(value)) if report.is_empty() => Ok(value),
        Ok(_) => {
            Err(report.violations().iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
        }
        Err(fault) => Err(fault.to_string()),
    }
}
