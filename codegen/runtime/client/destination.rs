//! Where a callback goes, by what a request said.

use serde_json::Value;

use crate::json::{Json, Wire};

/// A URL in the making, as a runtime expression has it (OAS 3.0.3 §4.7.18): literals, and values of a request.
#[derive(Debug, Clone, Default)]
pub struct Destination {
    url: String,
    is_lacking: bool,
}

impl Destination {
    /// An empty text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what stands for itself.
    #[must_use]
    pub fn literal(mut self, text: &str) -> Self {
        self.url.push_str(text);
        self
    }

    /// Adds what stands in a value at a JSON pointer (RFC 6901), as it is: a text, a number, or whether it is so.
    #[must_use]
    pub fn value<T: Json>(mut self, value: Option<&T>, pointer: &str) -> Self {
        let written = value.and_then(|value| serde_json::to_value(Wire(value)).ok());
        match written.as_ref().and_then(|value| value.pointer(pointer)) {
            Some(Value::String(text)) => self.url.push_str(text),
            Some(value @ (Value::Number(_) | Value::Bool(_))) => {
                self.url.push_str(&value.to_string());
            }
            _ => self.is_lacking = true,
        }
        self
    }

    /// The URL; `None` where the request lacks a part of it.
    #[must_use]
    pub fn finish(self) -> Option<String> {
        (!self.is_lacking).then_some(self.url)
    }
}
