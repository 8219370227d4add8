//! Answers without what differs from run to run: times, which are told by their rank.

use std::collections::BTreeMap;

use axum::body::Bytes;
use http::response::Parts;
use regex::Regex;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// An answer; by default, none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    /// `None`: it broke off.
    body: Option<Body>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Body {
    Text(String),
    Bytes(Bytes),
}

impl Answer {
    pub(crate) fn new(parts: &Parts, body: Option<Bytes>) -> Self {
        let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let headers = parts.headers.iter().filter(|(name, _)| *name != "content-length");
        let body = body.map(|body| match std::str::from_utf8(&body) {
            Ok(text) => Body::Text(text.to_owned()),
            Err(_) => Body::Bytes(body),
        });
        Self { status: parts.status.as_u16(), headers: headers.map(header).collect(), body }
    }

    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    /// A value of its JSON, or a header field: `/id`, `@etag`.
    pub(crate) fn value(&self, place: &str) -> Option<String> {
        if let Some(name) = place.strip_prefix('@') {
            return self.headers.get(name).cloned();
        }
        let Some(Body::Text(text)) = &self.body else { return None };
        match serde_json::from_str::<Value>(text).ok()?.pointer(place)? {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }
}

/// The same answers, with each time replaced by how many others are before it.
pub(crate) fn without_times(mut answers: Vec<Answer>) -> Vec<Answer> {
    let pattern = Regex::new(r"\d{4}-\d\d-\d\dT[0-9:.]+Z?").expect("a pattern");
    let parse =
        |text: &str| OffsetDateTime::parse(&format!("{}Z", text.trim_end_matches('Z')), &Rfc3339);
    let mut times: Vec<OffsetDateTime> = Vec::new();
    for answer in &answers {
        if let Some(Body::Text(text)) = &answer.body {
            times.extend(pattern.find_iter(text).filter_map(|it| parse(it.as_str()).ok()));
        }
    }
    times.sort();
    times.dedup();
    for answer in &mut answers {
        let Some(Body::Text(text)) = &mut answer.body else { continue };
        let ranked = pattern.replace_all(text, |found: &regex::Captures<'_>| {
            let rank = parse(&found[0]).ok().and_then(|it| times.binary_search(&it).ok());
            let end = if found[0].ends_with('Z') { "Z" } else { "" };
            format!("time {}{end}", rank.unwrap_or_default())
        });
        *text = ranked.into_owned();
    }
    answers
}
