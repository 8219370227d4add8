//! 34x: what was done is told by whom: in the answer, in a log and in the history of the thing.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const CLOCKS: &str = "
security: [{ token: [] }]
paths:
  /me:
    get:
      operationId: whoami
      responses: { '200': { description: It., content: { application/json: { schema: { type: object, required: [id], properties: { id: { $ref: '#/components/schemas/Person' } } } } } }, '401': { $ref: '#/components/responses/No' } }
  /clocks:
    post:
      operationId: takeIn
      summary: Create a clock
      description: A new clock is `taken_in`.
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Clock' }, '401': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /clocks/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: clock
      responses: { '200': { $ref: '#/components/responses/Clock' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
  /clocks/{id}/moves:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: move
      description: |
        Moves a clock on.

        - `mended`: from `taken_in`.
        - `handed_out`: from `mended`.
        - From any other status it is 409.
      requestBody:
        required: true
        content:
          application/json:
            schema: { type: object, required: [to, remark], properties: { to: { type: string, enum: [mended, handed_out] }, remark: { type: string, minLength: 1 } } }
      responses: { '200': { $ref: '#/components/responses/Clock' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /clocks/{id}/notes:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: addNote
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Note' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /clocks/{id}/look:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: lookAt
      summary: Look at a clock
      responses: { '204': { description: Looked at. }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
  /clocks/{id}/diary:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: diary
      description: What happened to a clock, newest first. Every change leaves exactly one entry; looks are not recorded.
      responses: { '200': { description: It., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Entry' } } } } }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  responses:
    Clock: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Clock' } } } }
    Note: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Note' } } } }";

const SCHEMAS: &str = "
  schemas:
    Person: { type: string, pattern: '^p_[a-z]+$' }
    Status: { type: string, enum: [taken_in, mended, handed_out] }
    Clock:
      type: object
      required: [id, name, status, taken_in_by, stages]
      properties:
        id: { type: string }
        name: { type: string }
        status: { $ref: '#/components/schemas/Status' }
        taken_in_by: { allOf: [{ $ref: '#/components/schemas/Person' }], description: The one who took it in. }
        stages:
          type: array
          description: Every status that it had, oldest first
          items: { type: object, required: [status, at, remark], properties: { status: { $ref: '#/components/schemas/Status' }, at: { type: string, format: date-time }, remark: { type: [string, 'null'] } } }
    Note: { type: object, required: [id, name, author_id], properties: { id: { type: string }, name: { type: string }, author_id: { $ref: '#/components/schemas/Person' } } }
    Entry: { type: object, required: [at, action, actor_id], properties: { at: { type: string, format: date-time }, action: { type: string, enum: [created, noted, moved] }, actor_id: { $ref: '#/components/schemas/Person' } } }";

const PROFILE: &str = "creates = ['*']
allow = ['*']
[credentials.ann]
bearer = 'ann-secret-token'
may = ['*']
[credentials.ben]
bearer = 'ben-secret-token'
may = ['*']
";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    TakenInByAnn,
    NotedByWhoTookIn,
    NotesLeaveNoEntry,
    NotesLeaveTwoEntries,
    OldestEntryFirst,
    EntriesAreAnns,
    LooksAreRecorded,
    MovesAreNotedAsNotes,
    HandingOutIsNoStage,
    RemarksAreLost,
}

struct Shop {
    clocks: Store,
    diaries: Store,
    fault: Fault,
}

impl Shop {
    fn respond(&self, request: &Request) -> Answer {
        let caller = request.token().and_then(|token| token.strip_suffix("-secret-token"));
        let Some(caller) = caller.filter(|one| ["ann", "ben"].contains(one)) else {
            return Answer::error(401).with("www-authenticate", "Bearer realm=\"a\"");
        };
        let person = format!("p_{caller}");
        let segments: Vec<&str> = request.path.trim_matches('/').split('/').collect();
        match (request.method.as_str(), segments.as_slice()) {
            ("GET", ["me"]) => Answer::json(200, json!({"id": person})),
            ("POST", ["clocks"]) if !request.has_text("name") => Answer::error(422),
            ("POST", ["clocks"]) => self.taken_in(&person, request),
            ("GET", ["clocks", id]) => self.clocks.item(request, id),
            (method, ["clocks", id, part]) => match (method, *part, self.clocks.get(id)) {
                (_, _, None) => Answer::error(404),
                ("POST", "moves", Some(clock)) => self.moved(&person, clock, request),
                ("POST", "notes", _) if !request.has_text("name") => Answer::error(422),
                ("POST", "notes", Some(clock)) => self.noted(&person, &clock, request),
                ("POST", "look", _) => {
                    if self.fault == Fault::LooksAreRecorded {
                        self.record(id, "noted", &person);
                    }
                    Answer::empty(204)
                }
                ("GET", "diary", _) => self.diary(id),
                _ => Answer::error(405).with("allow", "GET, POST"),
            },
            ("GET", _) => Answer::error(404),
            _ => Answer::error(405).with("allow", "GET, POST"),
        }
    }

    fn taken_in(&self, person: &str, request: &Request) -> Answer {
        let id = self.clocks.uuid();
        let by = if self.fault == Fault::TakenInByAnn { "p_ann" } else { person };
        let first = json!({"status": "taken_in", "at": self.now(), "remark": null});
        let clock = json!({
            "id": id, "name": request.json()["name"], "status": "taken_in", "taken_in_by": by,
            "stages": [first],
        });
        self.clocks.put(&id, clock.clone());
        self.record(&id, "created", person);
        Answer::json(201, clock)
    }

    fn moved(&self, person: &str, mut clock: Value, request: &Request) -> Answer {
        let body = request.json();
        let from = match body["to"].as_str() {
            Some("mended") => "taken_in",
            Some("handed_out") => "mended",
            _ => return Answer::error(422),
        };
        if !request.has_text("remark") || body["remark"] == "" {
            return Answer::error(422);
        }
        if clock["status"] != from {
            return Answer::error(409);
        }
        clock["status"] = body["to"].clone();
        let is_lost = self.fault == Fault::RemarksAreLost;
        let remark = if is_lost { Value::Null } else { body["remark"].clone() };
        let stage = json!({"status": body["to"], "at": self.now(), "remark": remark});
        let is_stage = self.fault != Fault::HandingOutIsNoStage || from == "taken_in";
        if let Some(stages) = clock["stages"].as_array_mut().filter(|_| is_stage) {
            stages.push(stage);
        }
        let id = clock["id"].as_str().unwrap_or_default().to_owned();
        self.clocks.put(&id, clock.clone());
        let is_noted = self.fault == Fault::MovesAreNotedAsNotes;
        self.record(&id, if is_noted { "noted" } else { "moved" }, person);
        Answer::json(200, clock)
    }

    fn noted(&self, person: &str, clock: &Value, request: &Request) -> Answer {
        let id = clock["id"].as_str().unwrap_or_default();
        let author = match self.fault {
            Fault::NotedByWhoTookIn => clock["taken_in_by"].clone(),
            _ => person.into(),
        };
        let entries = match self.fault {
            Fault::NotesLeaveNoEntry => 0,
            Fault::NotesLeaveTwoEntries => 2,
            _ => 1,
        };
        (0..entries).for_each(|_| self.record(id, "noted", person));
        let note = self.clocks.uuid();
        let name = request.json()["name"].clone();
        Answer::json(201, json!({"id": note, "name": name, "author_id": author}))
    }

    fn record(&self, clock: &str, action: &str, person: &str) {
        let person = if self.fault == Fault::EntriesAreAnns { "p_ann" } else { person };
        let entry = json!({"at": self.now(), "action": action, "actor_id": person});
        let mut entries = self.diaries.get(clock).unwrap_or_else(|| json!([]));
        if let Some(entries) = entries.as_array_mut() {
            entries.insert(0, entry);
        }
        self.diaries.put(clock, entries);
    }

    fn diary(&self, clock: &str) -> Answer {
        let mut entries = self.diaries.get(clock).unwrap_or_else(|| json!([]));
        if let Some(entries) =
            entries.as_array_mut().filter(|_| self.fault == Fault::OldestEntryFirst)
        {
            entries.reverse();
        }
        Answer::json(200, entries)
    }

    /// Another moment each time.
    fn now(&self) -> String {
        let seconds = self.clocks.serial() % 86_400;
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        format!("2026-03-01T{hours:02}:{minutes:02}:{:02}Z", seconds % 60)
    }
}

async fn run(fault: Fault, check: &str) -> Run {
    let shop = Arc::new(Shop { clocks: Store::default(), diaries: Store::default(), fault });
    let service = Service::start(move |request| shop.respond(request)).await;
    let suite = Suite::of_components(CLOCKS, RESPONSES, SCHEMAS).profile(PROFILE).only(check);
    suite.run(&service.url).await
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, "").await;
    assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{}", run.told);
    for case in [
        "takeIn:201:law:tells-who-did-it:taken_in_by:ben",
        "addNote:201:law:tells-who-did-it:author_id:ben",
        "takeIn:201:law:done-is-logged:diary",
        "addNote:201:law:done-is-logged:diary:ben",
        "lookAt:204:law:done-is-logged:diary",
        "move:200:law:done-is-logged:diary",
        "move:200:law:done-is-logged:clock:mended:handed_out",
    ] {
        assert_eq!(run.verdict(case), Some("passed"), "{case}\n{}", run.told);
    }
}

#[tokio::test]
async fn who_did_it_is_found_to_be_told_wrongly() {
    for (fault, check) in [
        (Fault::TakenInByAnn, "takeIn:201:tells-who-did-it"),
        (Fault::NotedByWhoTookIn, "addNote:201:tells-who-did-it"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}

#[tokio::test]
async fn what_is_not_logged_as_it_was_done_is_found() {
    for (fault, check) in [
        (Fault::NotesLeaveNoEntry, "addNote:200:done-is-logged"),
        (Fault::NotesLeaveTwoEntries, "addNote:200:done-is-logged"),
        (Fault::OldestEntryFirst, "addNote:200:done-is-logged"),
        (Fault::EntriesAreAnns, "addNote:200:done-is-logged"),
        (Fault::LooksAreRecorded, "lookAt:200:done-is-logged"),
        (Fault::MovesAreNotedAsNotes, "move:200:done-is-logged"),
        (Fault::HandingOutIsNoStage, "move:200:done-is-logged"),
        (Fault::RemarksAreLost, "move:200:done-is-logged"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
