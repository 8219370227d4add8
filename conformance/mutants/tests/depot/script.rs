//! Reads the script.

use std::collections::BTreeMap;

use axum::body::Body;
use http::Request;

use crate::answer::Answer;

/// One request of the script.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// As it is written.
    pub(crate) text: &'static str,
    /// Whether it is sent together with the next one.
    pub(crate) together: bool,
    key: Option<String>,
    method: &'static str,
    target: &'static str,
    headers: Vec<(&'static str, &'static str)>,
    body: Content,
    keep: Option<(&'static str, &'static str)>,
    number: usize,
}

#[derive(Debug, Clone, Copy)]
enum Content {
    None,
    Json(&'static str),
    Text(&'static str),
    Png,
    Form,
    FormWithoutFile,
}

pub(crate) fn script() -> Vec<Line> {
    let lines = include_str!("script.txt").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).flat_map(read).collect()
}

fn read(text: &'static str) -> Vec<Line> {
    let numbered = text.split_once(' ').and_then(|(times, rest)| Some((times.parse().ok()?, rest)));
    let (times, line) = numbered.unwrap_or((1, text));
    let (together, line) = line.strip_prefix("& ").map_or((false, line), |line| (true, line));
    let mut parts = line.split(" | ");
    let request: Vec<&str> = parts.next().unwrap_or_default().split(' ').collect();
    let [who, method, target] = request[..] else { panic!("{text}: who, method and target") };
    let key = match who {
        "nobody" => None,
        "south" => Some("south-admin-key".to_owned()),
        _ => Some(match who.strip_prefix("key:") {
            Some(key) => key.to_owned(),
            None => format!("north-{who}-key"),
        }),
    };
    let mut line = Line {
        text,
        together,
        key,
        method,
        target,
        headers: Vec::new(),
        body: Content::None,
        keep: None,
        number: 0,
    };
    for part in parts {
        line.take(part);
    }
    (0..times).map(|number| Line { number, ..line.clone() }).collect()
}

impl Line {
    fn take(&mut self, part: &'static str) {
        match part {
            "png" => self.body = Content::Png,
            "form" => self.body = Content::Form,
            "form-without-file" => self.body = Content::FormWithoutFile,
            _ if part.starts_with(['{', '[']) => self.body = Content::Json(part),
            _ => match (part.strip_prefix("= "), part.strip_prefix("text:")) {
                (Some(keep), _) => self.keep = keep.split_once(' '),
                (_, Some(text)) => self.body = Content::Text(text),
                _ => self.headers.extend(part.split_once(": ")),
            },
        }
    }

    /// The request, with what was kept in its places.
    pub(crate) fn request(&self, kept: &Kept) -> Request<Body> {
        let mut request = Request::builder().method(self.method).uri(kept.fill(self.target));
        if let Some(key) = &self.key {
            request = request.header("x-api-key", key);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, kept.fill(value));
        }
        let (media_type, body) = self.body.written(kept, self.number);
        let told = self.headers.iter().any(|(name, _)| *name == "content-type");
        if let Some(media_type) = media_type.filter(|_| !told) {
            request = request.header("content-type", media_type);
        }
        request.body(Body::from(body)).expect("a request")
    }
}

impl Content {
    fn written(self, kept: &Kept, number: usize) -> (Option<&'static str>, Vec<u8>) {
        const FORM: Option<&str> = Some("multipart/form-data; boundary=b");
        let reversed: Vec<u8> = photo().into_iter().rev().collect();
        match self {
            Self::None => (None, Vec::new()),
            Self::Json(json) => {
                let json = kept.fill(json).replace("%n", &number.to_string());
                (Some("application/json"), json.into_bytes())
            }
            Self::Text(text) => (None, text.into()),
            Self::Png => (Some("image/png"), photo()),
            Self::Form => {
                (FORM, form(&[("file\"; filename=\"a.png", &reversed), ("caption", b"Front")]))
            }
            Self::FormWithoutFile => (FORM, form(&[("caption", b"Front")])),
        }
    }
}

/// Bytes as photos have them: no text, line ends of both kinds, zeros, more than a block.
fn photo() -> Vec<u8> {
    let head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".iter().copied();
    head.chain((0..6000_u16).map(|number| number.to_be_bytes()[1])).collect()
}

fn form(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut form = Vec::new();
    for (name, content) in parts {
        form.extend(
            format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n").bytes(),
        );
        form.extend_from_slice(content);
        form.extend(b"\r\n");
    }
    form.extend(b"--b--\r\n");
    form
}

/// What earlier answers were kept as.
#[derive(Debug, Default)]
pub(crate) struct Kept(BTreeMap<&'static str, String>);

impl Kept {
    pub(crate) fn keep(&mut self, line: &Line, answer: &Answer) {
        if let Some((name, place)) = line.keep {
            self.0.insert(name, answer.value(place).unwrap_or_else(|| "0".to_owned()));
        }
    }

    fn fill(&self, text: &str) -> String {
        // The longest first: `$bolts` begins like `$bolt`.
        let mut names: Vec<_> = self.0.iter().collect();
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        names
            .into_iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("${name}"), value))
    }
}
