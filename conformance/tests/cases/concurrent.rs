//! Several requests at the same time: what was looked at may be over when it is acted upon.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const TAGS: &str = "
paths:
  /tags:
    post:
      operationId: make
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /tags/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: get
      responses:
        '200': { description: It., headers: { ETag: { required: true, schema: { type: string } } }, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
        '404': { $ref: '#/components/responses/No' }
    put:
      operationId: put
      parameters: [{ name: If-Match, in: header, schema: { type: string } }]
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '412': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    patch:
      operationId: patch
      requestBody: { required: true, content: { application/merge-patch+json: { schema: { type: object, properties: { name: { type: string }, note: { type: string } } } } } }
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /shelves/{code}:
    parameters: [{ name: code, in: path, required: true, schema: { type: string, pattern: '^[a-z]{3,12}$' } }]
    put:
      operationId: shelve
      parameters: [{ name: If-None-Match, in: header, schema: { type: string, enum: ['*'] } }]
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '200': { $ref: '#/components/responses/Thing' }, '201': { $ref: '#/components/responses/Thing' }, '412': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    get:
      operationId: shelf
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    delete:
      operationId: unshelve
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
";

/// What a service looks at too early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// Everybody else was first, whoever asks: sound, though nobody would want it.
    NobodyWins,
    WhichNamesThereAre,
    WhichShelvesThereAre,
    WhetherItIsTheFirst,
    TheTag,
    TheWhole,
}

/// Tags with names of their own, and shelves.
#[derive(Clone)]
struct Tags {
    fault: Fault,
    tags: Store,
    shelves: Store,
    writers: Arc<Mutex<BTreeMap<String, Writers>>>,
}

/// Those that write one thing at the same time.
#[derive(Default)]
struct Writers {
    under_way: usize,
    /// Whether there have been several since there was none.
    several: bool,
}

impl Tags {
    fn new(fault: Fault) -> Self {
        let (tags, shelves) = (Store::default(), Store::default());
        Self { fault, tags, shelves, writers: Arc::default() }
    }

    /// What is there as a request comes.
    fn look(&self, request: &Request) -> Self {
        if request.method == "PUT" && request.below("/tags").is_some() {
            let mut writers = self.writers.lock().expect("no panic");
            let those = writers.entry(request.path.clone()).or_default();
            those.under_way += 1;
            those.several |= those.under_way > 1;
        }
        Self { tags: self.tags.copy(), shelves: self.shelves.copy(), ..self.clone() }
    }

    /// Whether somebody else writes it at the same time, or did until just now.
    fn is_contended(&self, request: &Request) -> bool {
        let mut writers = self.writers.lock().expect("no panic");
        let those = writers.entry(request.path.clone()).or_default();
        let is_contended = those.several;
        those.under_way -= 1;
        those.several &= those.under_way > 0;
        is_contended
    }

    /// What is there now, or what was there as the request came.
    fn seen<'s>(&'s self, early: &'s Self, fault: Fault) -> &'s Self {
        if self.fault == fault { early } else { self }
    }

    fn act(&self, request: &Request, early: &Self) -> Answer {
        if let Some(code) = request.below("/shelves") {
            return self.shelf(request, early, &code);
        }
        let is_contended = request.method == "PUT" && self.is_contended(request);
        let names = self.seen(early, Fault::WhichNamesThereAre);
        let id = request.below("/tags").unwrap_or_default();
        let taken = |name: &Value| {
            let others = names.tags.values().into_iter().filter(|one| one["id"] != id.as_str());
            others.into_iter().any(|one| one["name"] == *name)
        };
        if taken(&request.json()["name"]) && request.json()["name"].is_string() {
            return Answer::error(409);
        }
        match request.method.as_str() {
            "POST" => self.tags.make(request, self.tags.uuid().into()),
            "GET" => match self.tags.get(&id) {
                Some(tag) => Answer::json(200, tag.clone()).with("etag", &version(&tag)),
                None => Answer::error(404),
            },
            "PATCH" => self.patch(request, early, &id),
            "PUT" => self.put(request, early, &id, is_contended),
            _ => self.tags.item(request, &id),
        }
    }

    fn put(&self, request: &Request, early: &Self, id: &str, is_contended: bool) -> Answer {
        let Some(tag) = self.seen(early, Fault::TheTag).tags.get(id) else {
            return Answer::error(404);
        };
        let is_met = |tags: &[&str]| {
            let mut all = tags.iter().flat_map(|field| field.split(", "));
            all.any(|one| one == version(&tag) || one == "*")
        };
        let wanted = request.header("if-match");
        if !request.has_text("name") {
            return Answer::error(422);
        }
        let is_too_late = is_contended && self.fault == Fault::NobodyWins;
        if !wanted.is_empty() && (is_too_late || !is_met(&wanted)) {
            return Answer::error(412);
        }
        self.tags.item(request, id)
    }

    fn patch(&self, request: &Request, early: &Self, id: &str) -> Answer {
        let Some(mut tag) = self.seen(early, Fault::TheWhole).tags.get(id) else {
            return Answer::error(404);
        };
        let patch = request.json();
        let Some(members) = patch.as_object() else { return Answer::error(422) };
        for (name, value) in
            members.iter().filter(|(name, _)| ["name", "note"].contains(&name.as_str()))
        {
            if !value.is_string() {
                return Answer::error(422);
            }
            tag[name] = value.clone();
        }
        if self.tags.get(id).is_none() {
            return Answer::error(404);
        }
        self.tags.put(id, tag.clone());
        Answer::json(200, tag)
    }

    fn shelf(&self, request: &Request, early: &Self, code: &str) -> Answer {
        if !(3..=12).contains(&code.len()) || !code.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Answer::error(422);
        }
        if request.method != "PUT" {
            return self.shelves.item(request, code);
        }
        let only_makes = request.header("if-none-match") == ["*"];
        if request.header("if-none-match").iter().any(|it| *it != "*") {
            return Answer::error(422);
        }
        let was_there = |fault| self.seen(early, fault).shelves.get(code).is_some();
        if only_makes && was_there(Fault::WhichShelvesThereAre) {
            return Answer::error(412);
        }
        let is_first = !was_there(Fault::WhetherItIsTheFirst) || only_makes;
        let made = self.shelves.make(request, code.into());
        match self.shelves.get(code) {
            Some(shelf) if request.has_text("name") => {
                Answer::json(if is_first { 201 } else { 200 }, shelf)
            }
            _ => made,
        }
    }
}

fn version(tag: &Value) -> String {
    format!(
        "\"{:x}\"",
        tag.to_string()
            .bytes()
            .fold(7_u64, |sum, byte| { sum.wrapping_mul(31).wrapping_add(byte.into()) })
    )
}

async fn run(fault: Fault) -> Run {
    let tags = Tags::new(fault);
    let early = tags.clone();
    let gap = Duration::from_millis(15);
    let service = Service::start_in_two(
        gap,
        move |request| early.look(request),
        move |request, early| tags.act(request, &early),
    )
    .await;
    let with_note = |parts: String| {
        let (end, with_note) = ("} }\n    Error", ", note: { type: string } } }\n    Error");
        parts.replace(end, with_note)
    };
    Suite::of_parts(TAGS, with_note).run(&service.url).await
}

#[tokio::test]
async fn a_sound_service_is_left_alone_however_it_settles_who_wins() {
    for fault in [Fault::None, Fault::NobodyWins] {
        let run = run(fault).await;
        assert_eq!(run.faults(), [""; 0], "{fault:?}: {}", run.told);
        let should = run.causes("should");
        let laws = ["one-creation-wins", "one-write-a-version", "no-update-is-lost"];
        let blamed = should.iter().find(|one| laws.iter().any(|law| one.contains(law)));
        assert_eq!(blamed, None, "{fault:?}: {}", run.told);
    }
    let run = run(Fault::None).await;
    for case in [
        "make:409:law:one-creation-wins",
        "shelve:412:law:one-creation-wins",
        "shelve:201:law:one-creation-wins",
        "put:412:law:one-write-a-version",
        "patch:200:law:no-update-is-lost",
    ] {
        assert_eq!(run.verdict(case), Some("passed"), "{case}: {}", json!(run.report["cases"]));
    }
}

#[tokio::test]
async fn what_is_looked_at_too_early_is_found() {
    for (fault, cause) in [
        (Fault::WhichNamesThereAre, "make:201:one-creation-wins"),
        (Fault::WhichShelvesThereAre, "shelve:201:one-creation-wins"),
        (Fault::WhetherItIsTheFirst, "shelve:201:one-creation-wins"),
        (Fault::TheTag, "put:200:one-write-a-version"),
        (Fault::TheWhole, "no-update-is-lost"),
    ] {
        let run = run(fault).await;
        let found = run.causes("must");
        assert!(found.iter().any(|one| one.contains(cause)), "{fault:?}: {found:?}\n{}", run.told);
    }
}
