//! The report as an HTTP Archive (HAR 1.2): every exchange, for the network tools of browsers and proxies.
//!
//! A case is a page, so that viewers group by it; what was checked of an exchange stands in its comment and, for programs,
//! in `_conformance`. An exchange without an answer has the status 0, as browsers write it, and `_error`.

use indexmap::IndexMap;
use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::model::{CaseReport, Report, RequestReport, ResponseReport, StepReport};
use crate::judge::Verdict;

/// The report as HAR, written piece by piece: a long run is never twice in memory.
pub(super) struct Har<'r>(pub(super) &'r Report);

impl Serialize for Har<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(1))?;
        map.serialize_entry("log", &Log(self.0))?;
        map.end()
    }
}

struct Log<'r>(&'r Report);

impl Serialize for Log<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("version", "1.2")?;
        let creator = json!({ "name": "conformance", "version": env!("CARGO_PKG_VERSION") });
        map.serialize_entry("creator", &creator)?;
        map.serialize_entry("pages", &Pages(self.0))?;
        map.serialize_entry("entries", &Entries(self.0))?;
        map.end()
    }
}

struct Pages<'r>(&'r Report);

impl Serialize for Pages<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut list = to.serialize_seq(None)?;
        for case in &self.0.cases {
            if let Some(first) = case.steps.first() {
                list.serialize_element(&page(case, first))?;
            }
        }
        list.end()
    }
}

struct Entries<'r>(&'r Report);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut list = to.serialize_seq(None)?;
        for case in &self.0.cases {
            for step in &case.steps {
                list.serialize_element(&entry(case, step))?;
            }
        }
        list.end()
    }
}

fn page(case: &CaseReport, first: &StepReport) -> Value {
    json!({
        "startedDateTime": first.started,
        "id": case.id,
        "title": format!("{}: {}", case.verdict.as_str(), case.id),
        "pageTimings": { "onLoad": case.duration_ms },
        "comment": case.summary,
    })
}

fn entry(case: &CaseReport, step: &StepReport) -> Value {
    let failed: Vec<&str> = step
        .checks
        .iter()
        .filter(|check| check.verdict == Verdict::Failed)
        .map(|check| &*check.id)
        .collect();
    let mut entry = json!({
        "pageref": case.id,
        "startedDateTime": step.started,
        "time": step.duration_ms,
        "request": request(&step.request),
        "response": response(step.response.as_ref()),
        "cache": {},
        // What there was of writing and reading isn't told apart from waiting.
        "timings": { "send": 0, "wait": step.duration_ms, "receive": 0 },
        "comment": comment(step, &failed),
        "_conformance": {
            "case": case.id,
            "step": step.id,
            "operation_id": step.operation_id,
            "cleanup": step.cleanup,
            "failed": failed,
        },
    });
    if let (Some(error), Some(members)) = (&step.error, entry.as_object_mut()) {
        members.insert("_error".to_owned(), Value::from(error.as_str()));
    }
    entry
}

fn comment(step: &StepReport, failed: &[&str]) -> String {
    let undoes = if step.cleanup { "undoes what the case made; " } else { "" };
    match failed {
        [] => format!("{undoes}{}", step.operation_id),
        failed => format!("{undoes}{}: failed {}", step.operation_id, failed.join(", ")),
    }
}

fn request(request: &RequestReport) -> Value {
    let query = request.url.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let query: Vec<Value> = form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    let mut told = json!({
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": cookies(field(&request.headers, "cookie")),
        "headers": headers(&request.headers),
        "queryString": query,
        "headersSize": -1,
        "bodySize": request.body_length,
    });
    if let (Some(body), Some(members)) = (&request.body, told.as_object_mut()) {
        let media_type = field(&request.headers, "content-type").unwrap_or_default();
        let data = json!({ "mimeType": media_type, "params": [], "text": body });
        members.insert("postData".to_owned(), data);
    }
    told
}

fn response(response: Option<&ResponseReport>) -> Value {
    let none = IndexMap::new();
    let headers_of = response.map_or(&none, |response| &response.headers);
    let status = response.map_or(0, |response| response.status);
    let length = response.map_or(0, |response| response.body_length);
    let reason = http::StatusCode::from_u16(status).ok();
    let media_type = field(headers_of, "content-type").unwrap_or("x-unknown");
    json!({
        "status": status,
        "statusText": reason.and_then(|code| code.canonical_reason()).unwrap_or_default(),
        "httpVersion": if response.is_some() { "HTTP/1.1" } else { "unknown" },
        "cookies": [],
        "headers": headers(headers_of),
        "content": {
            "size": length,
            "mimeType": media_type,
            "text": response.map_or("", |response| &response.body),
        },
        "redirectURL": field(headers_of, "location").unwrap_or_default(),
        "headersSize": -1,
        "bodySize": if response.is_some() { length as i64 } else { -1 },
    })
}

fn field<'r>(headers: &'r IndexMap<String, String>, name: &str) -> Option<&'r str> {
    let found = headers.iter().find(|(field, _)| field.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str())
}

fn headers(headers: &IndexMap<String, String>) -> Vec<Value> {
    headers.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

/// The pairs of a `Cookie` field (RFC 6265 §4.2.1).
fn cookies(field: Option<&str>) -> Vec<Value> {
    let pairs = field.unwrap_or_default().split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.map(|(name, value)| json!({ "name": name, "value": value })).collect()
}
