//! A folder to run the binary in, and a sound implementation of its contract.

#![allow(dead_code, reason = "each test file uses a part of it")]

#[path = "../valid/mod.rs"]
mod valid;

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;

use crate::target::{RawTarget, answer, json, read_request};

pub(crate) const CONTRACT: &str = r"
openapi: 3.0.3
info: { title: Things, version: '1' }
security: [{ bearer: [] }]
paths:
  /things:
    get:
      operationId: listThings
      responses:
        '200':
          description: All of them.
          content: { application/json: { schema: { type: object, required: [things], properties: { things: { type: array, items: { $ref: '#/components/schemas/Thing' } } } } } }
        '401': { $ref: '#/components/responses/Unauthorized' }
    post:
      operationId: createThing
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/NewThing' } } } }
      responses:
        '201': { description: Made., content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
        '401': { $ref: '#/components/responses/Unauthorized' }
  /things/{thing_id}:
    parameters: [{ name: thing_id, in: path, required: true, schema: { type: string, format: uuid } }]
    get:
      operationId: getThing
      responses:
        '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
        '401': { $ref: '#/components/responses/Unauthorized' }
        '404': { $ref: '#/components/responses/NotFound' }
    delete:
      operationId: deleteThing
      responses:
        '200': { description: Gone., content: { application/json: { schema: { type: object } } } }
        '401': { $ref: '#/components/responses/Unauthorized' }
        '404': { $ref: '#/components/responses/NotFound' }
components:
  securitySchemes: { bearer: { type: http, scheme: bearer } }
  responses:
    Unauthorized: { description: Who?, content: { application/json: { schema: { $ref: '#/components/schemas/Problem' } } } }
    NotFound: { description: Where?, content: { application/json: { schema: { $ref: '#/components/schemas/Problem' } } } }
  schemas:
    NewThing: { type: object, required: [name], properties: { name: { type: string, maxLength: 40 } } }
    Thing:
      type: object
      required: [thing_id, name]
      properties: { thing_id: { type: string, format: uuid }, name: { type: string } }
    Problem: { type: object, required: [error], properties: { error: { type: string } } }
";

pub(crate) const SECRET: &str = "tok-8f2e1c/very+secret";

/// A folder with the contract, a profile, and room for reports.
pub(crate) struct Bench {
    pub(crate) folder: tempfile::TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let bench = Self { folder: tempfile::tempdir().expect("a folder") };
        bench.write("things.yaml", CONTRACT);
        bench.write(
            "profile.toml",
            &format!("[credentials.admin]\nbearer = \"{SECRET}\"\nmay = [\"*\"]\n"),
        );
        bench
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("written");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a report")
    }

    /// `conformance run` on this bench, with more flags.
    pub(crate) fn command(&self, flags: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_conformance"));
        command.current_dir(self.folder.path());
        command.args(["run", "--spec", "things.yaml", "--profile", "profile.toml"]).args(flags);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs it while targets of this test go on answering.
    pub(crate) async fn run(&self, flags: &[&str]) -> Output {
        let mut command = self.command(flags);
        tokio::task::spawn_blocking(move || command.output().expect("it runs"))
            .await
            .expect("no panic")
    }
}

/// A report that was written as JSON.
pub(crate) fn report(bench: &Bench, name: &str) -> Value {
    let report = serde_json::from_str(&bench.read(name)).expect("JSON");
    valid::assert_valid(&report);
    report
}

pub(crate) fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

/// A sound implementation of the contract; what it holds can be looked at.
#[derive(Clone, Default)]
pub(crate) struct Things(pub(crate) Arc<Mutex<Vec<(String, String)>>>);

impl Things {
    pub(crate) fn count(&self) -> usize {
        self.0.lock().expect("no panic").len()
    }

    pub(crate) fn respond(&self, request: &str) -> String {
        let (head, body) = request.split_once("\r\n\r\n").unwrap_or((request, ""));
        let authorized = head.lines().any(|line| {
            line.split_once(": ").is_some_and(|(name, value)| {
                name.eq_ignore_ascii_case("authorization")
                    && value.split_once(' ').is_some_and(|(scheme, token)| {
                        scheme.eq_ignore_ascii_case("bearer") && token == SECRET
                    })
            })
        });
        if !authorized {
            let body = r#"{"error":"who?"}"#;
            return json(401, body).replacen("\r\n", "\r\nwww-authenticate: Bearer\r\n", 1);
        }
        let mut words = head.split_whitespace();
        let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let path = target.split('?').next().unwrap_or(target);
        let mut things = self.0.lock().expect("no panic");
        let shown =
            |(id, name): &(String, String)| serde_json::json!({"thing_id": id, "name": name});
        match (method, path.strip_prefix("/things/")) {
            ("GET", None) => {
                let all: Vec<_> = things.iter().map(shown).collect();
                json(200, &serde_json::json!({"things": all}).to_string())
            }
            ("POST", None) => {
                let body: Value = serde_json::from_str(body).unwrap_or_default();
                let name = body["name"].as_str().unwrap_or_default().to_owned();
                let serial = SERIAL.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                things.push((format!("{serial:08x}-0000-4000-8000-000000000000"), name));
                json(201, &shown(things.last().expect("just pushed")).to_string())
            }
            (method, Some(id)) => {
                let Some(place) = things.iter().position(|(one, _)| *one == id.to_lowercase())
                else {
                    return json(404, r#"{"error":"where?"}"#);
                };
                if method == "DELETE" {
                    things.remove(place);
                    return json(200, "{}");
                }
                json(200, &shown(&things[place]).to_string())
            }
            _ => json(404, r#"{"error":"where?"}"#),
        }
    }

    pub(crate) async fn serve(&self, delay: Duration) -> RawTarget {
        let things = self.clone();
        RawTarget::start(move |mut stream| {
            let things = things.clone();
            async move {
                while let Some(request) = read_request(&mut stream).await {
                    sleep(delay).await;
                    answer(&mut stream, things.respond(&request)).await;
                }
            }
        })
        .await
    }
}

/// A sound implementation, of whose answers some become others: by the request and the sound answer.
pub(crate) async fn serve_but(
    spoil: impl Fn(&str, String) -> String + Send + Sync + 'static,
) -> RawTarget {
    let (things, spoil) = (Things::default(), Arc::new(spoil));
    RawTarget::start(move |mut stream| {
        let (things, spoil) = (things.clone(), Arc::clone(&spoil));
        async move {
            while let Some(request) = read_request(&mut stream).await {
                let sound = things.respond(&request);
                answer(&mut stream, spoil(&request, sound)).await;
            }
        }
    })
    .await
}

/// The list answers 500 to whoever may have it.
pub(crate) fn without_list(request: &str, sound: String) -> String {
    match request.starts_with("GET /things HTTP") && sound.contains(" 200 ") {
        true => json(500, r#"{"error":"oh"}"#),
        false => sound,
    }
}

static SERIAL: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
