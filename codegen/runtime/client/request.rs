//! A request in the making.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use super::Secret;
use super::credentials::Place;
use crate::json::{Json, Wire};
use crate::media::Media;
use crate::stream::ByteStream;
use crate::text::write::{self, Pairs};
use crate::text::{Form, Style, cookie};

/// What is wrong with a body that is a stream, the second time.
pub(super) const SENT_ALREADY: &str = "the body is a stream, and has been sent already";

/// A body on its way out.
#[derive(Debug, Clone, Default)]
pub enum Payload {
    /// None at all.
    #[default]
    Empty,
    /// These bytes.
    Bytes(Bytes),
    /// Bytes as they come, once.
    Stream(Arc<ByteStream>),
}

/// A request in the making; a mistake is kept until the end.
#[derive(Debug, Clone)]
pub struct Request {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Pairs,
    pub(super) headers: HeaderMap,
    pub(super) cookies: String,
    pub(super) payload: Payload,
    mistake: Option<String>,
}

impl Request {
    /// A request of this method to the API's root.
    #[must_use]
    pub fn new(method: Method) -> Self {
        Self {
            method,
            path: String::new(),
            query: Pairs::default(),
            headers: HeaderMap::new(),
            cookies: String::new(),
            payload: Payload::Empty,
            mistake: None,
        }
    }

    /// Adds to the path what stands for itself.
    #[must_use]
    pub fn literal(mut self, text: &str) -> Self {
        self.path.push_str(text);
        self
    }

    /// Adds a parameter to the path.
    #[must_use]
    pub fn path<T: Json>(mut self, name: &str, form: Form, value: &T) -> Self {
        match write::path(name, form, &Wire(value)) {
            Ok(text) => self.path.push_str(&text),
            Err(error) => self.mistake(&error),
        }
        self
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn query<T: Json>(mut self, name: &str, form: Form, value: &T) -> Self {
        if let Err(error) = self.query.add(name, form, false, &Wire(value)) {
            self.mistake(&error);
        }
        self
    }

    /// Adds a query parameter whose reserved characters stay as they are.
    #[must_use]
    pub fn query_reserved<T: Json>(mut self, name: &str, form: Form, value: &T) -> Self {
        if let Err(error) = self.query.add(name, form, true, &Wire(value)) {
            self.mistake(&error);
        }
        self
    }

    /// Makes a value all of the query.
    #[must_use]
    pub fn query_string<T: Json>(mut self, form: Form, value: &T) -> Self {
        if let Err(error) = self.query.replace(form, &Wire(value)) {
            self.mistake(&error);
        }
        self
    }

    /// Adds a header field.
    #[must_use]
    pub fn header<T: Json>(mut self, name: &'static str, form: Form, value: &T) -> Self {
        match write::header(&Wire(value), form) {
            Ok(Some(text)) => self.insert(name, &text),
            Ok(None) => {}
            Err(error) => self.mistake(&error),
        }
        self
    }

    /// Adds a cookie.
    #[must_use]
    pub fn cookie<T: Json>(mut self, name: &str, form: Form, value: &T) -> Self {
        match cookie::write(name, form, &Wire(value)) {
            Ok(pairs) => self.push_cookie(&pairs),
            Err(error) => self.mistake(&error),
        }
        self
    }

    /// Gives it a body of JSON.
    #[must_use]
    pub fn json<T: Json>(mut self, media_type: &'static str, body: &T) -> Self {
        match serde_json::to_vec(&Wire(body)) {
            Ok(bytes) => self.bytes(media_type, bytes),
            Err(error) => {
                self.mistake(&error);
                self
            }
        }
    }

    /// Gives it a body as HTML forms have it, but for the members that have a form of their own.
    #[must_use]
    pub fn form<T: Json>(
        mut self,
        media_type: &'static str,
        body: &T,
        members: &'static [(&'static str, Form)],
    ) -> Self {
        match write::form(&Wire(body), members) {
            Ok(text) => self.bytes(media_type, text),
            Err(error) => {
                self.mistake(&error);
                self
            }
        }
    }

    /// Gives it a value as text.
    #[must_use]
    pub fn value<T: Json>(mut self, media_type: &'static str, body: &T) -> Self {
        match write::value(&Wire(body)) {
            Ok(text) => self.bytes(media_type, text),
            Err(error) => {
                self.mistake(&error);
                self
            }
        }
    }

    /// Gives it a body whose bytes come as they do. Those that are there already can be sent more than once.
    #[must_use]
    pub fn stream(mut self, media_type: &str, body: &ByteStream) -> Self {
        if let Some(bytes) = body.whole() {
            return self.bytes(media_type, bytes);
        }
        self.insert(CONTENT_TYPE.as_str(), media_type);
        match body.take() {
            Some(stream) => self.payload = Payload::Stream(Arc::new(stream)),
            None => self.mistake(SENT_ALREADY),
        }
        self
    }

    /// Gives it a body that says itself what it is, and whose bytes come as they do.
    #[must_use]
    pub fn media_stream(self, body: &Media<ByteStream>) -> Self {
        self.stream(&body.media_type, &body.bytes)
    }

    /// Whether it can be sent once only.
    pub(super) fn is_once(&self) -> bool {
        matches!(self.payload, Payload::Stream(_))
    }

    /// Gives it a body that says itself what it is.
    #[must_use]
    pub fn media(self, body: &Media) -> Self {
        let bytes = body.bytes.clone();
        self.bytes(&body.media_type, bytes)
    }

    /// Gives it a body as it is.
    #[must_use]
    pub fn bytes(mut self, media_type: &str, body: impl Into<Bytes>) -> Self {
        self.insert(CONTENT_TYPE.as_str(), media_type);
        self.payload = Payload::Bytes(body.into());
        self
    }

    pub(super) fn authenticate(&mut self, place: &Place, secret: &Secret) {
        let secret = secret.expose();
        match place {
            Place::Authorization(scheme) => {
                self.insert_secret("authorization", &format!("{scheme} {secret}"));
            }
            Place::Basic(name) => {
                let pair = encode_base64(format!("{name}:{secret}").as_bytes());
                self.insert_secret("authorization", &format!("Basic {pair}"));
            }
            Place::Header(name) => self.insert_secret(name, secret),
            Place::Query(name) => {
                if let Err(error) = self.query.add(name, Form::Text(Style::Form), false, secret) {
                    self.mistake(&error);
                }
            }
            Place::Cookie(name) => match cookie::as_given(name, secret) {
                Ok(pair) => self.push_cookie(&pair),
                Err(error) => self.mistake(&error),
            },
        }
    }

    /// The finished request, or the first mistake in it.
    pub(super) fn finish(mut self) -> Result<Self, String> {
        if !self.cookies.is_empty() {
            let cookies = std::mem::take(&mut self.cookies);
            // A key may be all of the field.
            let given = self.headers.get(COOKIE).and_then(|given| given.to_str().ok());
            let cookies = given.map_or(cookies.clone(), |given| format!("{given}; {cookies}"));
            self.insert_secret(COOKIE.as_str(), &cookies);
        }
        match self.mistake.take() {
            Some(mistake) => Err(mistake),
            None => Ok(self),
        }
    }

    fn push_cookie(&mut self, pair: &str) {
        if !pair.is_empty() {
            if !self.cookies.is_empty() {
                self.cookies.push_str("; ");
            }
            self.cookies.push_str(pair);
        }
    }

    fn insert(&mut self, name: &str, value: &str) {
        let pair = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value));
        match pair {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
            }
            _ => self.mistake(&format!("the header field {name} can't have this value")),
        }
    }

    fn insert_secret(&mut self, name: &str, value: &str) {
        self.insert(name, value);
        if let Some(value) = self.headers.get_mut(name) {
            value.set_sensitive(true);
        }
    }

    pub(super) fn mistake(&mut self, error: &(impl ToString + ?Sized)) {
        self.mistake.get_or_insert_with(|| error.to_string());
    }
}

/// Base64 as RFC 4648 §4 has it.
fn encode_base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for at in 0..4 {
            let sextet = (bits >> (18 - 6 * at)) & 63;
            let digit = if at > chunk.len() { b'=' } else { ALPHABET[sextet as usize] };
            text.push(char::from(digit));
        }
    }
    text
}
