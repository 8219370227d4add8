//! The parts of a `multipart/form-data` body (RFC 7578, RFC 2046 §5.1), taken apart and read as what the contract says.

use std::borrow::Cow;

use bytes::Bytes;

use super::body::malformed;
use super::input::{at, missing, read_found};
use super::{Content, Reason, Refused};
use crate::runtime::json::Json;
use crate::runtime::multipart::FilePart;
use crate::runtime::rules::Rules;
use crate::runtime::text::{Fault, Form, Raw};
use crate::runtime::validation::{Code, Report, Strictness, Violation};

/// What is read from parts. The generator writes the implementations.
pub trait ReadParts: Sized {
    /// Reads each part; `None` where `parts` was told of violations.
    fn read(parts: &mut Parts) -> Option<Self>;
}

/// The parts of a body, and what is wrong with them.
#[derive(Debug)]
pub struct Parts {
    parts: Vec<Part>,
    report: Report,
}

#[derive(Debug)]
struct Part {
    name: String,
    file_name: Option<String>,
    media_type: Option<String>,
    bytes: Bytes,
}

impl Content {
    /// The body as parts.
    ///
    /// # Errors
    /// Where it is not of parts, or violates the contract.
    pub fn parts<T: ReadParts>(&self) -> Result<T, Refused> {
        let media_type = self.media_type.as_ref().and_then(|value| value.to_str().ok());
        let parts = Parts::parse(&self.bytes, media_type.unwrap_or_default());
        let mut parts =
            parts.ok_or_else(|| malformed("is not of parts, as its media type says"))?;
        match (T::read(&mut parts), parts.into_violations()) {
            (Some(value), violations) if violations.is_empty() => Ok(value),
            (_, violations) => Err((Reason::InvalidBody, violations)),
        }
    }
}

impl Parts {
    /// Takes a body apart; `None` where it is not of parts.
    fn parse(body: &Bytes, media_type: &str) -> Option<Self> {
        let boundary = parameter(media_type, "boundary").filter(|boundary| !boundary.is_empty())?;
        let delimiter = format!("\r\n--{boundary}");
        let delimiter = delimiter.as_bytes();
        let mut parts = Vec::new();
        // What stands in front of the first delimiter is for mail readers.
        let mut at = if body.starts_with(&delimiter[2..]) {
            delimiter.len() - 2
        } else {
            find(body, delimiter)? + delimiter.len()
        };
        loop {
            let rest = &body[at..];
            if rest.starts_with(b"--") {
                return Some(Self { parts, report: Report::of_text(Strictness::Strict) });
            }
            let padding = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            if !rest[padding..].starts_with(b"\r\n") {
                return None;
            }
            // The line break may be that of an empty head.
            let start = at + padding;
            let head = find(&body[start..], b"\r\n\r\n")?;
            let content = start + head + 4;
            let end = content - 2 + find(&body[content - 2..], delimiter)?;
            let head = std::str::from_utf8(&body[start..start + head]).ok()?;
            parts.extend(part(head, body.slice(content.min(end)..end)));
            at = end + delimiter.len();
        }
    }

    /// What is wrong.
    fn into_violations(self) -> Vec<Violation> {
        self.report.into_violations()
    }

    /// A value that must be there; `None` where it is wrong.
    pub fn value<T: Json>(&mut self, name: &'static str, form: Form, rules: &Rules) -> Option<T> {
        let found = self.value_optional(name, form, rules)?;
        found.or_else(|| missing(&mut self.report, ["body", name]))
    }

    /// A value that may be absent; `None` where it is wrong.
    pub fn value_optional<T: Json>(
        &mut self,
        name: &'static str,
        form: Form,
        rules: &Rules,
    ) -> Option<Option<T>> {
        let texts = self.parts.iter().filter(|part| part.name == name).map(|part| {
            std::str::from_utf8(&part.bytes).map(Cow::Borrowed).map_err(|_| Fault::Escape)
        });
        let found = texts.collect::<Result<Vec<_>, _>>().and_then(|mut texts| match form {
            Form::List(..) => Ok((!texts.is_empty()).then_some(Raw::List(texts))),
            _ if texts.len() > 1 => Err(Fault::Repeated),
            _ => Ok(texts.pop().map(Raw::Text)),
        });
        read_found(&mut self.report, ["body", name], form, rules, found)
    }

    /// A file that must be there; `None` where it is wrong.
    pub fn file(&mut self, name: &'static str) -> Option<FilePart> {
        let found = self.file_optional(name)?;
        found.or_else(|| missing(&mut self.report, ["body", name]))
    }

    /// A file that may be absent; `None` where it is wrong.
    pub fn file_optional(&mut self, name: &'static str) -> Option<Option<FilePart>> {
        let mut files = self.files(name)?;
        if files.len() <= 1 {
            return Some(files.pop());
        }
        at(&mut self.report, ["body", name], |report| {
            report.add(Code::Repeated, Fault::Repeated.to_string());
            None
        })
    }

    /// All files of a name.
    pub fn files(&mut self, name: &str) -> Option<Vec<FilePart>> {
        let files = self.parts.iter().filter(|part| part.name == name).map(|part| FilePart {
            file_name: part.file_name.clone(),
            media_type: part.media_type.as_deref().unwrap_or("application/octet-stream").to_owned(),
            bytes: part.bytes.clone().into(),
        });
        Some(files.collect())
    }
}

/// A part of this head, if it has a name.
fn part(head: &str, bytes: Bytes) -> Option<Part> {
    let field = |wanted: &str| {
        let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
        lines.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted)).map(|(_, v)| v.trim())
    };
    let disposition = field("content-disposition")?;
    Some(Part {
        name: parameter(disposition, "name")?,
        file_name: parameter(disposition, "filename"),
        media_type: field("content-type").map(str::to_owned),
        bytes,
    })
}

/// A parameter of a header field: `name="…"`.
fn parameter(field: &str, wanted: &str) -> Option<String> {
    let mut rest = field.split_once(';')?.1;
    loop {
        let (name, value) = rest.split_once('=')?;
        let (value, next) = match value.trim_start().strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?,
            None => {
                let (value, next) = value.split_once(';').unwrap_or((value, ""));
                (value.trim().to_owned(), next)
            }
        };
        if name.trim_start_matches([';', ' ', '\t']).trim_end().eq_ignore_ascii_case(wanted) {
            // As HTML forms escape what would end a name.
            return Some(value.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n"));
        }
        rest = next;
    }
}

/// What stands between quotes, and what follows them.
fn unquoted(quoted: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, &quoted[at + 1..])),
            '\\' => match chars.next()?.1 {
                escaped @ ('"' | '\\') => value.push(escaped),
                // Browsers of old wrote paths.
                other => value.extend(['\\', other]),
            },
            c => value.push(c),
        }
    }
    None
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    while let Some(at) = bytes.get(from..)?.iter().position(|byte| *byte == first) {
        if bytes[from + at..].starts_with(wanted) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}
