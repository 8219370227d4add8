//! A few requests to a running service: is it up, its document, its lists, a token.

use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use conformance::transport::{Base, Http, HttpRequest, HttpResponse, Limits, Transport as _};
use indexmap::IndexMap;
use serde_json::Value;

use super::file::List;

/// How long one of them may take.
const AT_MOST: Duration = Duration::from_secs(20);

/// Documents are larger than what a suite reads of an answer.
const BODY: usize = 64 * 1024 * 1024;

/// Where a service listens, and what every request carries.
#[derive(Debug, Clone)]
pub(super) struct Client {
    pub(super) url: String,
    pub(super) headers: IndexMap<String, String>,
}

impl Client {
    /// Gets a path, or posts JSON to it.
    ///
    /// # Errors
    /// Where no answer comes; any status is one.
    pub(super) fn send(&self, path: &str, post: Option<&str>) -> anyhow::Result<HttpResponse> {
        let base = Base::parse(&self.url).map_err(|error| anyhow!(error))?;
        let mut headers: Vec<_> =
            self.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        headers.push(("Accept".to_owned(), "application/json, */*;q=0.5".to_owned()));
        if post.is_some() {
            headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
        let request = HttpRequest {
            method: if post.is_some() { "POST" } else { "GET" }.to_owned(),
            target: path.to_owned(),
            headers,
            body: post.map(|text| text.to_owned().into()),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let limits = Limits { body: BODY, ..Limits::default() };
        let http = Http::new(base, limits);
        let exchange = runtime.block_on(http.exchange(request, AT_MOST));
        exchange.outcome.map_err(|failure| anyhow!("{path}: {failure}"))
    }

    /// Whether a path answers 2xx, or at all where any answer will do.
    pub(super) fn is_ready(&self, path: &str, by_any_answer: bool) -> bool {
        let answer = self.send(path, None);
        answer.is_ok_and(|answer| by_any_answer || (200..300).contains(&answer.status))
    }

    /// The content of a 2xx.
    ///
    /// # Errors
    /// Where another answer comes, or none.
    pub(super) fn content(&self, path: &str, post: Option<&str>) -> anyhow::Result<Vec<u8>> {
        let answer = self.send(path, post)?;
        if !(200..300).contains(&answer.status) {
            bail!("{path} answers {}", answer.status);
        }
        Ok(answer.body.to_vec())
    }

    /// The same, as JSON.
    ///
    /// # Errors
    /// Where it isn't that either.
    pub(super) fn json(&self, path: &str, post: Option<&str>) -> anyhow::Result<Value> {
        let content = self.content(path, post)?;
        serde_json::from_slice(&content).with_context(|| format!("{path} answers no JSON"))
    }

    /// How many objects a list has.
    ///
    /// # Errors
    /// Where it can't be had or has nothing to count at its pointer.
    pub(super) fn count(&self, list: &List) -> anyhow::Result<u64> {
        let answer = self.json(&list.path, list.post.as_deref())?;
        count(&answer, &list.pointer)
            .with_context(|| format!("{} has nothing to count at `{}`", list.path, list.pointer))
    }
}

fn count(answer: &Value, pointer: &str) -> Option<u64> {
    match answer.pointer(pointer)? {
        Value::Array(items) => u64::try_from(items.len()).ok(),
        Value::Object(properties) => u64::try_from(properties.len()).ok(),
        Value::Number(number) => number.as_u64(),
        Value::Null | Value::Bool(_) | Value::String(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_objects_and_numbers_are_counted() {
        let answer =
            serde_json::json!({ "data": [1, 2], "by_id": { "a": 1 }, "total": 7, "x": "y" });
        let counts = ["/data", "/by_id", "/total", "/x", "/y"].map(|at| count(&answer, at));
        assert_eq!(counts, [Some(2), Some(1), Some(7), None, None]);
    }
}
