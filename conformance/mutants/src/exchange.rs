//! Requests and answers, wholly read, with the questions and edits that mutants of any contract are made of.
//!
//! An edit that finds nothing to change leaves every byte as it was: what a mutant doesn't break stays the work of
//! the sound server.

#[cfg(test)]
mod tests;

use std::time::Duration;

use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// A request, wholly read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The method.
    pub method: Method,
    /// The path, still percent-encoded.
    pub path: String,
    /// The query without its question mark, still percent-encoded.
    pub query: Option<String>,
    /// Header fields.
    pub headers: HeaderMap,
    /// The content.
    pub body: Vec<u8>,
    /// How long it is held back before the sound server gets it.
    pub delay: Duration,
}

impl Asked {
    /// Whether it asks for a method and path: `GET /items/*`, where a star is any one segment.
    pub fn at(&self, route: &str) -> bool {
        let Some((method, path)) = route.split_once(' ') else { return false };
        let (wanted, segments) = (path.split('/'), self.path.split('/'));
        self.method.as_str() == method
            && wanted.clone().count() == segments.clone().count()
            && wanted.zip(segments).all(|(a, b)| a == b || (a == "*" && !b.is_empty()))
    }

    /// The segment of its path after this one, still percent-encoded.
    pub fn behind(&self, segment: &str) -> Option<&str> {
        self.path.split('/').skip_while(|part| *part != segment).nth(1)
    }

    /// Every value of a query parameter, decoded; bytes that are not UTF-8 are replaced.
    pub fn parameters(&self, name: &str) -> Vec<String> {
        let pairs = self.query.as_deref().unwrap_or_default().split('&');
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        pairs.filter(|(key, _)| decode(key) == name).map(|(_, value)| decode(value)).collect()
    }

    /// The value of a query parameter that is given exactly once.
    pub fn parameter(&self, name: &str) -> Option<String> {
        <[String; 1]>::try_from(self.parameters(name)).ok().map(|[value]| value)
    }

    /// Takes a query parameter away, however often it is given.
    pub fn drop_parameter(&mut self, name: &str) {
        let pairs = self.query.as_deref().unwrap_or_default().split('&');
        let kept: Vec<_> = pairs
            .filter(|pair| decode(pair.split('=').next().unwrap_or_default()) != name)
            .collect();
        self.query = Some(kept.join("&")).filter(|query| !query.is_empty());
    }

    /// Gives a query parameter exactly once. The value is taken as it is, so it has to be encoded already.
    pub fn set_parameter(&mut self, name: &str, value: &str) {
        self.drop_parameter(name);
        let before = self.query.take().map(|query| query + "&").unwrap_or_default();
        self.query = Some(format!("{before}{name}={value}"));
    }

    /// A header field as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Sets a header field.
    pub fn set_header(&mut self, name: &'static str, value: &'static str) {
        self.headers.insert(name, HeaderValue::from_static(value));
    }

    /// The scheme and the rest of `Authorization`.
    pub fn authorization(&self) -> Option<(&str, &str)> {
        self.header("authorization").map(|value| value.split_once(' ').unwrap_or((value, "")))
    }

    /// Its content as JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// A member of its JSON object.
    pub fn member(&self, name: &str) -> Option<Value> {
        self.json()?.as_object_mut()?.remove(name)
    }

    /// A member of its JSON object that is a string.
    pub fn text(&self, name: &str) -> Option<String> {
        self.member(name)?.as_str().map(str::to_owned)
    }

    /// Changes its JSON object, if it has one.
    pub fn edit(&mut self, change: impl FnOnce(&mut Map<String, Value>)) {
        let Some(Value::Object(mut object)) = self.json() else { return };
        let before = object.clone();
        change(&mut object);
        if object != before {
            self.set_json(&Value::Object(object));
        }
    }

    /// Sets a member of its JSON object, if it has one.
    pub fn set_member(&mut self, name: &str, value: impl Into<Value>) {
        self.edit(|object| {
            object.insert(name.to_owned(), value.into());
        });
    }

    /// Carries this JSON instead.
    pub fn set_json(&mut self, value: &Value) {
        self.body = value.to_string().into_bytes();
        self.headers.remove(CONTENT_LENGTH);
    }

    /// Its body is text with this in it.
    pub fn body_contains(&self, part: &str) -> bool {
        self.body.windows(part.len()).any(|window| window == part.as_bytes())
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// An answer, wholly read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// Header fields; the length is left to whoever sends it.
    pub headers: HeaderMap,
    /// The content.
    pub body: Vec<u8>,
    /// How it is sent.
    pub delivery: Delivery,
}

/// How an answer is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// As it should be.
    Whole,
    /// Half of the content, then the connection is closed.
    CutShort,
    /// Never.
    Withheld,
}

impl Answered {
    /// An answer with JSON of its own.
    pub fn json_with(status: u16, media_type: &'static str, body: &Value) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        let body = body.to_string().into_bytes();
        Self { status, headers, body, delivery: Delivery::Whole }
    }

    /// Whether the request succeeded.
    pub fn succeeded(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Its content as JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// A value in its JSON.
    pub fn at(&self, pointer: &str) -> Option<Value> {
        self.json()?.pointer_mut(pointer).map(Value::take)
    }

    /// A string in its JSON.
    pub fn text_at(&self, pointer: &str) -> Option<String> {
        self.at(pointer)?.as_str().map(str::to_owned)
    }

    /// Sets a header field.
    pub fn set_header(&mut self, name: &'static str, value: &'static str) {
        self.headers.insert(name, HeaderValue::from_static(value));
    }

    /// Has this content type instead.
    pub fn set_media_type(&mut self, media_type: &'static str) {
        self.set_header("content-type", media_type);
    }

    /// Carries this JSON instead.
    pub fn set_json(&mut self, value: &Value) {
        self.body = value.to_string().into_bytes();
    }

    /// Changes its JSON, if it has any.
    pub fn edit(&mut self, change: impl FnOnce(&mut Value)) {
        let Some(mut value) = self.json() else { return };
        let before = value.clone();
        change(&mut value);
        if value != before {
            self.set_json(&value);
        }
    }

    /// Changes its JSON object, if it has one.
    pub fn edit_object(&mut self, change: impl FnOnce(&mut Map<String, Value>)) {
        self.edit(|value| {
            if let Some(object) = value.as_object_mut() {
                change(object);
            }
        });
    }

    /// Sets a member of its JSON object, if it has one.
    pub fn set_member(&mut self, name: &str, value: impl Into<Value>) {
        self.edit_object(|object| {
            object.insert(name.to_owned(), value.into());
        });
    }

    /// Takes a member of its JSON object away.
    pub fn drop_member(&mut self, name: &str) {
        self.edit_object(|object| {
            object.shift_remove(name);
        });
    }

    /// Replaces a value in its JSON, if it is there.
    pub fn replace(&mut self, pointer: &str, value: impl Into<Value>) {
        self.edit(|json| {
            if let Some(place) = json.pointer_mut(pointer) {
                *place = value.into();
            }
        });
    }
}
