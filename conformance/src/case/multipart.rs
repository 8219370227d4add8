//! Bodies of parts: `multipart/form-data` (RFC 7578).

use indexmap::IndexMap;
use serde::Serialize;

use super::{Template, Text};
use crate::expression::{Context, Expression, Unresolved, value_text};

/// Stands between the parts; none of the suite's own values has it in it.
pub const BOUNDARY: &str = "conformance-b7c1e0f5a9d342e8";

/// A part of a body.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// What it is called.
    pub name: String,
    /// What its file is called, if it is one.
    pub file_name: Option<String>,
    /// `Content-Type`; `None`: the header is left out, which means text.
    pub content_type: Option<String>,
    /// What is in it.
    pub content: PartContent,
}

/// What is in a part.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartContent {
    /// Text, as it is.
    Text(Text),
    /// JSON; a string, number or boolean stands as text.
    Json(Template),
    /// Exactly these bytes.
    File(Vec<u8>),
}

impl Part {
    fn fill(&self, context: &Context<'_>) -> Result<Vec<u8>, Unresolved> {
        Ok(match &self.content {
            PartContent::Text(text) => text.fill(context, &str::to_owned)?.into_bytes(),
            PartContent::Json(template) => {
                let value = template.fill(context)?;
                value_text(&value).unwrap_or_else(|| value.to_string()).into_bytes()
            }
            PartContent::File(bytes) => bytes.clone(),
        })
    }

    fn head(&self) -> String {
        let mut head = format!("Content-Disposition: form-data; name=\"{}\"", quoted(&self.name));
        if let Some(file_name) = &self.file_name {
            head.push_str(&format!("; filename=\"{}\"", quoted(file_name)));
        }
        if let Some(content_type) = &self.content_type {
            head.push_str(&format!("\r\nContent-Type: {content_type}"));
        }
        head
    }

    pub(super) fn expressions(&self) -> Vec<&Expression> {
        match &self.content {
            PartContent::Text(text) => text.expressions().collect(),
            PartContent::Json(template) => template.expressions(),
            PartContent::File(_) => Vec::new(),
        }
    }

    pub(super) fn holes(&mut self) -> Vec<&mut Expression> {
        match &mut self.content {
            PartContent::Text(text) => text.holes(),
            PartContent::Json(template) => template.holes(),
            PartContent::File(_) => Vec::new(),
        }
    }
}

/// The bytes of all parts.
pub(super) fn fill(parts: &[Part], context: &Context<'_>) -> Result<Vec<u8>, Unresolved> {
    let mut body = Vec::new();
    for part in parts {
        body.extend(format!("--{BOUNDARY}\r\n{}\r\n\r\n", part.head()).bytes());
        body.extend(part.fill(context)?);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    Ok(body)
}

/// What the parts that are no files say, as an object; of parts of one name the last.
pub(super) fn members(parts: &[Part]) -> Template {
    let said = parts.iter().filter_map(|part| {
        let value = match &part.content {
            PartContent::Text(text) => Template::Text(text.clone()),
            PartContent::Json(template) => template.clone(),
            PartContent::File(_) => return None,
        };
        Some((part.name.clone(), value))
    });
    Template::object(said.collect::<IndexMap<_, _>>())
}

/// As WHATWG's HTML has it, which RFC 7578 §4.2 leaves to senders: what would end the quotes is percent-encoded.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
