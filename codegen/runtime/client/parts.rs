//! The parts of a `multipart/form-data` body (RFC 7578) on their way out.

use std::collections::VecDeque;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use super::Request;
use crate::json::{Json, Wire};
use crate::multipart::FilePart;
use crate::stream::{ByteStream, StreamError};
use crate::text::Form;
use crate::text::write::{header, texts};

/// What is sent as parts. The generator writes the implementations.
pub trait WriteParts {
    /// Writes each part.
    fn write(&self, parts: &mut Parts);
}

/// Parts being put together; a mistake is kept until the end.
#[derive(Debug)]
pub struct Parts {
    boundary: String,
    text: Vec<u8>,
    before: VecDeque<ByteStream>,
    length: Option<u64>,
    /// The header fields of the part that begins next.
    headers: String,
    mistake: Option<String>,
}

impl Request {
    /// Gives it a body of parts.
    #[must_use]
    pub fn parts(mut self, body: &impl WriteParts) -> Self {
        let mut parts = Parts::new();
        body.write(&mut parts);
        match parts.finish() {
            Ok((media_type, body)) => self.stream(&media_type, &body),
            Err(mistake) => {
                self.mistake(&mistake);
                self
            }
        }
    }
}

impl Parts {
    fn new() -> Self {
        // Nobody who chooses the content of a part can know this.
        let chance = || RandomState::new().hash_one(0_u8);
        Self {
            boundary: format!("part-{:016x}{:016x}", chance(), chance()),
            text: Vec::new(),
            before: VecDeque::new(),
            length: Some(0),
            headers: String::new(),
            mistake: None,
        }
    }

    /// Adds a value: a part, or one for each item of a list.
    pub fn value<T: Json>(&mut self, name: &str, form: Form, media_type: Option<&str>, value: &T) {
        match texts(&Wire(value), form) {
            Ok(texts) => {
                for text in texts {
                    self.begin(name, None, media_type);
                    self.text.extend_from_slice(text.as_bytes());
                    self.text.extend_from_slice(b"\r\n");
                }
            }
            Err(error) => self.mistake = self.mistake.take().or(Some(error.to_string())),
        }
    }

    /// Adds a header field to the part that is added next.
    pub fn header<T: Json>(
        &mut self,
        name: &'static str,
        form: Form,
        value: Option<&T>,
        is_required: bool,
    ) {
        let text = value.map(|value| header(&Wire(value), form)).transpose();
        let mistake = match text.map(Option::flatten) {
            Ok(None) if is_required => format!("a part needs the header field {name}"),
            Ok(None) => return,
            Ok(Some(text)) if !text.contains(char::is_control) => {
                self.headers.push_str(&format!("\r\n{name}: {text}"));
                return;
            }
            Ok(Some(text)) => format!("the header field {name} of a part can't be {text:?}"),
            Err(error) => format!("the header field {name} of a part: {error}"),
        };
        self.mistake.get_or_insert(mistake);
    }

    /// Adds a file.
    pub fn file(&mut self, name: &str, file: &FilePart) {
        let file_name = file.file_name.as_deref().unwrap_or("file");
        self.begin(name, Some(file_name), Some(&file.media_type));
        if let Some(bytes) = file.bytes.whole() {
            self.text.extend_from_slice(&bytes);
        } else if let Some(stream) = file.bytes.take() {
            self.flush();
            let length = http_body::Body::size_hint(&stream).exact();
            self.length = self.length.zip(length).map(|(one, other)| one + other);
            self.before.push_back(stream);
        } else {
            self.mistake = Some(format!("the part {name} is a stream, and has been sent already"));
        }
        self.text.extend_from_slice(b"\r\n");
    }

    fn begin(&mut self, name: &str, file_name: Option<&str>, media_type: Option<&str>) {
        let mut head = format!(
            "--{}\r\ncontent-disposition: form-data; name=\"{}\"",
            self.boundary,
            quoted(name)
        );
        if let Some(file_name) = file_name {
            head.push_str(&format!("; filename=\"{}\"", quoted(file_name)));
        }
        if let Some(media_type) = media_type {
            if media_type.contains(['\r', '\n']) {
                self.mistake = Some(format!("the part {name} can't be of the type {media_type:?}"));
            }
            head.push_str(&format!("\r\ncontent-type: {media_type}"));
        }
        head.push_str(&std::mem::take(&mut self.headers));
        head.push_str("\r\n\r\n");
        self.text.extend_from_slice(head.as_bytes());
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        self.length = self.length.map(|length| length + text.len() as u64);
        self.before.push_back(ByteStream::from(text));
    }

    /// The media type, and the body.
    fn finish(mut self) -> Result<(String, ByteStream), String> {
        self.text.extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        if let Some(mistake) = self.mistake {
            return Err(mistake);
        }
        let media_type = format!("multipart/form-data; boundary={}", self.boundary);
        if self.before.is_empty() {
            return Ok((media_type, ByteStream::from(self.text)));
        }
        self.flush();
        let body = ByteStream::of_chunks(Box::pin(Chained(self.before)));
        Ok((
            media_type,
            match self.length {
                Some(length) => body.with_length(length),
                None => body,
            },
        ))
    }
}

/// As HTML forms escape what would end a name, and backslashes as quoted text has them (RFC 9110 §5.6.4).
fn quoted(name: &str) -> String {
    name.replace('\\', "\\\\").replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// Streams, one after the other.
struct Chained(VecDeque<ByteStream>);

impl Stream for Chained {
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while let Some(first) = self.0.front_mut() {
            if let Some(chunk) = ready!(Pin::new(first).poll_next(cx)) {
                return Poll::Ready(Some(chunk));
            }
            self.0.pop_front();
        }
        Poll::Ready(None)
    }
}
