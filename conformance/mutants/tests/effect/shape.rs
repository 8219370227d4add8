//! Answers without what differs from run to run: ids by the order of their appearance, times by their rank, cursors
//! and words for people not at all.

use http::response::Parts;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    /// `None`: there was none.
    status: Option<u16>,
    headers: Vec<(String, String)>,
    /// `None`: it broke off.
    body: Option<Vec<u8>>,
    /// The body, if it is JSON.
    pub(crate) json: Option<Value>,
}

/// The header fields that are promised.
const PROMISED: [&str; 4] = ["content-type", "www-authenticate", "allow", "location"];

impl Answer {
    pub(crate) fn new(parts: &Parts, body: Option<Vec<u8>>) -> Self {
        let value = |name: &str| Some(parts.headers.get(name)?.to_str().ok()?.to_owned());
        let promised = PROMISED.iter().filter_map(|name| Some(((*name).to_owned(), value(name)?)));
        Self {
            status: Some(parts.status.as_u16()),
            headers: promised.collect(),
            json: body.as_ref().and_then(|body| serde_json::from_slice(body).ok()),
            body,
        }
    }

    pub(crate) fn none() -> Self {
        Self { status: None, headers: Vec::new(), body: None, json: None }
    }

    /// What is different in another answer, if anything is.
    pub(crate) fn differs(&self, other: &Self) -> Option<String> {
        let said = |status: Option<u16>| status.map_or("none".to_owned(), |it| it.to_string());
        let mut told = Vec::new();
        if self.status != other.status {
            told.push(format!("{} becomes {}", said(self.status), said(other.status)));
        } else if self.json != other.json {
            told.push(match (&self.json, &other.json) {
                (Some(sound), Some(broken)) => pointers(sound, broken).join(" "),
                _ => "not JSON".to_owned(),
            });
        } else if self.body.is_some() != other.body.is_some() {
            told.push("breaks off".to_owned());
        }
        if self.headers != other.headers && self.status == other.status {
            told.push(format!("{:?}", other.headers));
        }
        (!told.is_empty()).then(|| told.join(", "))
    }
}

/// Where two values differ.
fn pointers(one: &Value, other: &Value) -> Vec<String> {
    let below = |name: &str, inner: Vec<String>| -> Vec<String> {
        inner.into_iter().map(|rest| format!("/{name}{rest}")).collect()
    };
    match (one, other) {
        (Value::Object(a), Value::Object(b)) => {
            let added = b.keys().filter(|name| !a.contains_key(*name));
            let names = a.keys().chain(added);
            let differences = names.map(|name| match (a.get(name), b.get(name)) {
                (Some(a), Some(b)) => below(name, pointers(a, b)),
                (Some(_), None) => vec![format!("-/{name}")],
                _ => vec![format!("+/{name}")],
            });
            differences.flatten().collect()
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let differing = a.iter().zip(b).position(|(a, b)| a != b);
            let at = differing.map(|at| below(&at.to_string(), pointers(&a[at], &b[at])));
            at.unwrap_or_default()
        }
        _ if one == other => Vec::new(),
        _ => vec![String::new()],
    }
}

/// What ids and times are called: after the place where they are seen first.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    ids: Vec<(String, String)>,
    times: Vec<(OffsetDateTime, String)>,
}

impl Shapes {
    /// Takes out of every answer what differs from run to run.
    pub(crate) fn all(mut self, mut answers: Vec<Answer>) -> Vec<Answer> {
        for (number, answer) in answers.iter().enumerate() {
            answer.json.iter().for_each(|json| self.collect(&number.to_string(), json));
        }
        let jsons = answers.iter_mut().filter_map(|answer| answer.json.as_mut());
        jsons.for_each(|json| self.shape("", json));
        answers
    }

    fn collect(&mut self, place: &str, value: &Value) {
        match value {
            Value::String(text) => {
                if let Ok(time) = OffsetDateTime::parse(text, &Rfc3339)
                    && !self.times.iter().any(|(known, _)| *known == time)
                {
                    self.times.push((time, format!("time of {place}")));
                }
                if is_uuid(text) && !self.ids.iter().any(|(known, _)| known == text) {
                    self.ids.push((text.clone(), format!("id of {place}")));
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.collect(place, item)),
            Value::Object(members) => {
                let below = members.iter();
                below.for_each(|(name, member)| self.collect(&format!("{place}/{name}"), member));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn shape(&self, name: &str, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(name, text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.shape(name, item)),
            Value::Object(members) => {
                members.iter_mut().for_each(|(name, member)| self.shape(name, member));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn text(&self, name: &str, text: &str) -> String {
        if ["message", "msg", "reason"].contains(&name) {
            return "words".to_owned();
        }
        if name == "next_cursor" && !text.is_empty() {
            return format!("cursor of {} hundred characters", text.len() / 100);
        }
        if name == "timestamp" {
            return text.chars().map(|it| if it.is_ascii_digit() { '9' } else { it }).collect();
        }
        // The parser takes a blank for the T.
        if let Ok(time) = OffsetDateTime::parse(text, &Rfc3339) {
            if text.contains(' ') {
                return "a time with a blank".to_owned();
            }
            // Whether two such are the same depends on when the test runs.
            let whole = !text.contains('.');
            let known = self.times.iter().find(|(known, _)| *known == time && !whole);
            return known.map_or("a whole second".to_owned(), |(_, name)| name.clone());
        }
        let mut text = text.to_owned();
        for (id, name) in &self.ids {
            text = text.replace(id, name);
        }
        text
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-')
}
