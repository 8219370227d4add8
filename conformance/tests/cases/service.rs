//! Services in process: a closure from requests to answers, and what it was asked.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::target::{RawTarget, answer, read_request};

/// A request as a service sees it.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// As it came, without the query.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    /// The name in small letters.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Request {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let mut words = lines.next().unwrap_or_default().split(' ');
        let method = words.next().unwrap_or_default().to_owned();
        let target = words.next().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        };
        let headers = lines.filter_map(|line| line.split_once(':'));
        let header = |(name, value): (&str, &str)| (name.to_lowercase(), value.trim().to_owned());
        Self {
            method,
            path: path.to_owned(),
            query: pairs.map(pair).collect(),
            headers: headers.map(header).collect(),
            body: body.to_owned(),
        }
    }

    /// The values of a query parameter.
    pub(crate) fn query(&self, name: &str) -> Vec<&str> {
        find_all(&self.query, name)
    }

    /// The values of a header field.
    pub(crate) fn header(&self, name: &str) -> Vec<&str> {
        find_all(&self.headers, name)
    }

    /// The body as JSON; null: it isn't, or isn't UTF-8.
    pub(crate) fn json(&self) -> Value {
        let is_utf8 = !self.body.contains(char::REPLACEMENT_CHARACTER);
        serde_json::from_str(&self.body).ok().filter(|_| is_utf8).unwrap_or_default()
    }

    /// The bearer token that it shows.
    pub(crate) fn token(&self) -> Option<&str> {
        let shown = self.header("authorization");
        let [shown] = shown.as_slice() else { return None };
        let (scheme, token) = shown.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token)
    }

    /// Whether it shows the token of the tests' profiles.
    pub(crate) fn has_token(&self) -> bool {
        self.token() == Some("tokentoken")
    }

    /// Whether the body is declared as JSON.
    pub(crate) fn is_json(&self) -> bool {
        let declared = self.header("content-type").first().copied().unwrap_or_default();
        let media_type = declared.split(';').next().unwrap_or_default();
        media_type.trim().eq_ignore_ascii_case("application/json")
    }

    /// Whether the body is declared as JSON, is an object, and has a text there.
    pub(crate) fn has_text(&self, name: &str) -> bool {
        self.is_json() && self.json()[name].is_string()
    }

    /// What stands in the path behind this and a slash.
    pub(crate) fn below(&self, collection: &str) -> Option<String> {
        self.path.strip_prefix(collection)?.strip_prefix('/').map(decoded)
    }
}

fn find_all<'a>(pairs: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    pairs.iter().filter(|(one, _)| one == name).map(|(_, value)| value.as_str()).collect()
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// An answer.
pub(crate) struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Option<Value>,
    /// The media type of a body that is a text as it is, rather than JSON.
    media_type: Option<&'static str>,
}

impl Answer {
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self { status, headers: Vec::new(), body: Some(body), media_type: None }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: None, media_type: None }
    }

    /// A text as it is.
    pub(crate) fn text(status: u16, media_type: &'static str, text: &str) -> Self {
        Self { media_type: Some(media_type), ..Self::json(status, text.into()) }
    }

    /// A refusal of the usual shape.
    pub(crate) fn error(status: u16) -> Self {
        Self::json(status, json!({"error": "no"}))
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    fn written(&self) -> String {
        let body = match (&self.body, self.media_type) {
            (Some(Value::String(text)), Some(_)) => text.clone(),
            (Some(json), _) => json.to_string(),
            (None, _) => String::new(),
        };
        let media_type = self.media_type.unwrap_or("application/json");
        let mut text = format!("HTTP/1.1 {} X\r\n", self.status);
        if self.body.is_some() {
            text.push_str(&format!("content-type: {media_type}\r\n"));
        }
        if self.status != 204 {
            text.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text + "\r\n" + &body
    }
}

/// A service on a port of this machine; it ends with the test.
pub(crate) struct Service {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Request>>>,
    under_way: Arc<AtomicUsize>,
    _target: RawTarget,
}

impl Service {
    pub(crate) async fn start(
        respond: impl Fn(&Request) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::start_slow(Duration::ZERO, respond).await
    }

    /// One that takes its time.
    pub(crate) async fn start_slow(
        delay: Duration,
        respond: impl Fn(&Request) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::start_in_two(delay, |_| (), move |request, ()| respond(request)).await
    }

    /// One that looks at a request, takes its time, and acts on it by what it has seen.
    pub(crate) async fn start_in_two<S: Send + 'static>(
        delay: Duration,
        look: impl Fn(&Request) -> S + Send + Sync + 'static,
        act: impl Fn(&Request, S) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let (look, act) = (Arc::new(look), Arc::new(act));
        let asked: Arc<Mutex<Vec<Request>>> = Arc::default();
        let log = Arc::clone(&asked);
        let under_way: Arc<AtomicUsize> = Arc::default();
        let counted = Arc::clone(&under_way);
        let target = RawTarget::start(move |mut stream| {
            let (look, act, log) = (Arc::clone(&look), Arc::clone(&act), Arc::clone(&log));
            let counted = Arc::clone(&counted);
            async move {
                while let Some(text) = read_request(&mut stream).await {
                    let request = Request::parse(&text);
                    counted.fetch_add(1, Ordering::SeqCst);
                    let seen = look(&request);
                    tokio::time::sleep(delay).await;
                    let written = act(&request, seen).written();
                    log.lock().expect("no panic").push(request);
                    counted.fetch_sub(1, Ordering::SeqCst);
                    answer(&mut stream, written).await;
                }
            }
        })
        .await;
        Self { url: target.url.clone(), asked, under_way, _target: target }
    }

    /// Whether nothing that was asked is still to be answered.
    pub(crate) fn is_idle(&self) -> bool {
        self.under_way.load(Ordering::SeqCst) == 0
    }

    /// What it was asked.
    pub(crate) fn asked(&self) -> Vec<Request> {
        self.asked.lock().expect("no panic").clone()
    }

    /// What it was asked that isn't safe: `DELETE /pets/2`.
    pub(crate) fn asked_to_write(&self) -> Vec<String> {
        let asked = self.asked();
        let writes = asked.iter().filter(|one| !matches!(one.method.as_str(), "GET" | "HEAD"));
        writes.map(|one| format!("{} {}", one.method, one.path)).collect()
    }
}

/// Things by their ids, as a service keeps them.
#[derive(Clone, Default)]
pub(crate) struct Store(Arc<Mutex<BTreeMap<String, Value>>>, Arc<Mutex<u64>>);

impl Store {
    /// One that holds this already.
    pub(crate) fn with(id: &str, value: Value) -> Self {
        let store = Self::default();
        store.put(id, value);
        store
    }

    pub(crate) fn get(&self, id: &str) -> Option<Value> {
        self.0.lock().expect("no panic").get(id).cloned()
    }

    /// Whether it was there before.
    pub(crate) fn put(&self, id: &str, value: Value) -> bool {
        self.0.lock().expect("no panic").insert(id.to_owned(), value).is_some()
    }

    pub(crate) fn remove(&self, id: &str) -> Option<Value> {
        self.0.lock().expect("no panic").remove(id)
    }

    /// What is there now, for itself.
    pub(crate) fn copy(&self) -> Self {
        let things = self.0.lock().expect("no panic").clone();
        Self(Arc::new(Mutex::new(things)), Arc::clone(&self.1))
    }

    pub(crate) fn values(&self) -> Vec<Value> {
        self.0.lock().expect("no panic").values().cloned().collect()
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        self.0.lock().expect("no panic").keys().cloned().collect()
    }

    /// An id that was never there.
    pub(crate) fn serial(&self) -> u64 {
        let mut serial = self.1.lock().expect("no panic");
        *serial += 1;
        *serial
    }

    /// A UUID that was never there.
    pub(crate) fn uuid(&self) -> String {
        format!("{:08x}-0000-4000-8000-000000000000", self.serial())
    }

    /// Makes a thing of a body with a `name`, with an id of its own as this member, and with what else it has.
    pub(crate) fn make_with(&self, request: &Request, id: &str, mut thing: Value) -> Answer {
        if !request.has_text("name") {
            return Answer::error(422);
        }
        let own = self.uuid();
        thing[id] = own.clone().into();
        thing["name"] = request.json()["name"].clone();
        self.put(&own, thing.clone());
        Answer::json(201, thing)
    }

    /// Makes a thing of a body with a `name`, of this id.
    pub(crate) fn make(&self, request: &Request, id: Value) -> Answer {
        if !request.has_text("name") {
            return Answer::error(422);
        }
        let key = plain(&id);
        let members = [("id".to_owned(), id), ("name".to_owned(), request.json()["name"].clone())];
        let thing = Value::Object(members.into_iter().collect());
        self.put(&key, thing.clone());
        Answer::json(201, thing)
    }

    /// GET, PUT, PATCH and DELETE of a thing by its id.
    pub(crate) fn item(&self, request: &Request, id: &str) -> Answer {
        let Some(thing) = self.get(id) else { return Answer::error(404) };
        match request.method.as_str() {
            "GET" => Answer::json(200, thing),
            "PUT" | "PATCH" if !request.has_text("name") => Answer::error(422),
            "PUT" | "PATCH" => {
                let thing = json!({"id": thing["id"], "name": request.json()["name"]});
                self.put(id, thing.clone());
                Answer::json(200, thing)
            }
            "DELETE" => {
                self.remove(id);
                Answer::empty(204)
            }
            _ => Answer::error(405).with("allow", "GET, PUT, PATCH, DELETE"),
        }
    }
}

/// A value as a path has it.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
