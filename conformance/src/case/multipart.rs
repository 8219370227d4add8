//! `multipart/form-data` (RFC 7578), written.

use serde::Serialize;

use super::{Template, Text};
use crate::expression::{Context, Expression, Unresolved};

/// What stands between the parts: nothing that the suite sends has it.
const BOUNDARY: &str = "conformance-5c1f7a0e9b3d4826";

/// A part of a body.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// The name of the field.
    pub name: String,
    /// The name of the file, if it is one.
    pub filename: Option<String>,
    /// `Content-Type` of the part.
    pub content_type: Option<String>,
    /// The content.
    pub content: PartContent,
}

/// The content of a part.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartContent {
    /// Text as it is.
    Text(Text),
    /// A JSON value.
    Json(Template),
    /// Exactly these bytes.
    Bytes(Vec<u8>),
}

/// The media type of such a body.
#[must_use]
pub fn content_type() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

/// The bytes of a body.
pub(super) fn fill(parts: &[Part], context: &Context<'_>) -> Result<Vec<u8>, Unresolved> {
    let mut body = Vec::new();
    for part in parts {
        body.extend_from_slice(format!("--{BOUNDARY}\r\n{}\r\n", part.head()).as_bytes());
        match &part.content {
            PartContent::Text(text) => {
                body.extend_from_slice(text.fill(context, &str::to_owned)?.as_bytes());
            }
            PartContent::Json(json) => {
                body.extend_from_slice(json.fill(context)?.to_string().as_bytes());
            }
            PartContent::Bytes(bytes) => body.extend_from_slice(bytes),
        }
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    Ok(body)
}

impl Part {
    fn head(&self) -> String {
        let mut head = format!("Content-Disposition: form-data; name=\"{}\"", escaped(&self.name));
        if let Some(filename) = &self.filename {
            head.push_str(&format!("; filename=\"{}\"", escaped(filename)));
        }
        head.push_str("\r\n");
        if let Some(content_type) = &self.content_type {
            head.push_str(&format!("Content-Type: {content_type}\r\n"));
        }
        head
    }

    /// The expressions in it.
    pub(super) fn expressions(&self) -> Vec<&Expression> {
        match &self.content {
            PartContent::Text(text) => text.expressions().collect(),
            PartContent::Json(json) => json.expressions(),
            PartContent::Bytes(_) => Vec::new(),
        }
    }

    pub(super) fn holes(&mut self) -> Vec<&mut Expression> {
        match &mut self.content {
            PartContent::Text(text) => text.holes(),
            PartContent::Json(json) => json.holes(),
            PartContent::Bytes(_) => Vec::new(),
        }
    }
}

/// As browsers write names: what would end the line or the quotes is percent-encoded.
fn escaped(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
