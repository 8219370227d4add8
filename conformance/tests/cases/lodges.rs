//! 32x: who may write of what was theirs: stays that are booked with a key and come to an end, notes that they show, and comments,
//! which nothing shows by themselves and a host decides on before anybody sees them.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const LODGE: &str = "
security: [{ token: [] }]
paths:
  /stays:
    post:
      operationId: book
      description: >
        A new stay is `booked`. The same `Idempotency-Key` with the same body gets the first answer again, even if the stay has
        changed since. Refused requests do not use a key up.
      parameters: [{ name: Idempotency-Key, in: header, schema: { type: string, minLength: 1 } }]
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Stay' }, '401': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /stays/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: stay
      responses: { '200': { $ref: '#/components/responses/Stay' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
  /stays/{id}/leave:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: leave
      description: Turns a `booked` stay into an `ended` one. In any other state the answer is 409.
      responses:
        '200': { $ref: '#/components/responses/Stay' }
        '401': { $ref: '#/components/responses/No' }
        '404': { $ref: '#/components/responses/No' }
        '409': { $ref: '#/components/responses/No' }
  /stays/{id}/notes:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: note
      description: Adds a note to the `notes` of the stay, where the oldest comes first; that is, oldest first.
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /comments:
    get:
      operationId: comments
      description: Everybody sees shown comments only.
      responses:
        '200': { description: All., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Comment' } } } } }
        '401': { $ref: '#/components/responses/No' }
    post:
      operationId: comment
      description: Only who has a stay of their own that is `ended` may comment, others get a 403. A new comment is `waiting`.
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses:
        '201': { $ref: '#/components/responses/Comment' }
        '401': { $ref: '#/components/responses/No' }
        '403': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
  /comments/{id}/verdict:
    parameters: [{ $ref: '#/components/parameters/id' }]
    put:
      operationId: judge
      description: A comment that isn't `waiting` is a 409.
      requestBody:
        required: true
        content: { application/json: { schema: { type: object, required: [verdict], properties: { verdict: { type: string, enum: [shown, hidden] } } } } }
      responses:
        '200': { $ref: '#/components/responses/Comment' }
        '401': { $ref: '#/components/responses/No' }
        '404': { $ref: '#/components/responses/No' }
        '409': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
";

const RESPONSES: &str = "
  responses:
    Stay: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Stay' } } } }
    Comment: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Comment' } } } }";

const SCHEMAS: &str = "
  schemas:
    Stay: { type: object, required: [id, name, status, notes], properties: { id: { type: string }, name: { type: string }, status: { enum: [booked, ended] }, notes: { type: array, items: { $ref: '#/components/schemas/Thing' } } } }
    Comment: { type: object, required: [id, name, status], properties: { id: { type: string }, name: { type: string }, status: { enum: [waiting, shown, hidden] } } }";

const PROFILE: &str = "creates = ['*']
allow = ['*']
[credentials.guest]
bearer = 'guests-token'
may = ['*']
";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// What is hidden is in the list.
    HiddenIsListed,
    /// What waits for a verdict is in the list.
    WaitingIsListed,
    /// A verdict may be given twice.
    JudgedTwice,
    /// Whatever the verdict, a comment is hidden.
    AlwaysHidden,
    /// A key with which something was refused is taken.
    FailedKeyIsTaken,
    /// A repetition is answered with what the stay is by now.
    AnsweredAsItIsNow,
    /// What has ended is booked once more.
    ForgottenAfterTheEnd,
    NoteIsLost,
    NoteReplaces,
    NewestNoteFirst,
}

#[derive(Clone, Default)]
struct Lodge {
    stays: Store,
    comments: Store,
    keys: Store,
}

impl Lodge {
    fn respond(&self, request: &Request, fault: Fault) -> Answer {
        if request.token() != Some("guests-token") {
            return Answer::error(401).with("www-authenticate", "Bearer realm=\"a\"");
        }
        let segments: Vec<&str> = request.path.trim_matches('/').split('/').collect();
        match (request.method.as_str(), segments.as_slice()) {
            ("POST", ["stays"]) => self.book(request, fault),
            ("GET", ["stays", id]) => self.stays.item(request, id),
            ("POST", ["stays", id, "leave"]) => self.leave(id),
            ("POST", ["stays", id, "notes"]) => self.note(request, id, fault),
            ("GET", ["comments"]) => self.listed(fault),
            ("POST", ["comments"]) => self.comment(request),
            ("PUT", ["comments", id, "verdict"]) => self.judge(request, id, fault),
            ("GET", _) => Answer::error(404),
            _ => Answer::error(405).with("allow", "GET, POST, PUT"),
        }
    }

    fn book(&self, request: &Request, fault: Fault) -> Answer {
        let key = request.header("idempotency-key").first().copied();
        if key == Some("") {
            return Answer::error(422);
        }
        let known = key.and_then(|key| self.keys.get(key));
        let is_fine = request.has_text("name");
        if let Some(known) = known {
            let now = known["id"].as_str().and_then(|id| self.stays.get(id));
            let is_taken = known == Value::Null;
            let has_ended = now.as_ref().is_some_and(|now| now["status"] == "ended");
            return match now {
                _ if is_taken || !is_fine => Answer::error(422),
                Some(now) if fault == Fault::AnsweredAsItIsNow => Answer::json(201, now),
                _ if has_ended && fault == Fault::ForgottenAfterTheEnd => self.booked(request, key),
                _ => Answer::json(201, known),
            };
        }
        if !is_fine {
            if let Some(key) = key.filter(|_| fault == Fault::FailedKeyIsTaken) {
                self.keys.put(key, Value::Null);
            }
            return Answer::error(422);
        }
        self.booked(request, key)
    }

    fn booked(&self, request: &Request, key: Option<&str>) -> Answer {
        let id = self.stays.uuid();
        let stay =
            json!({"id": id, "name": request.json()["name"], "status": "booked", "notes": []});
        self.stays.put(&id, stay.clone());
        if let Some(key) = key {
            self.keys.put(key, stay.clone());
        }
        Answer::json(201, stay)
    }

    fn leave(&self, id: &str) -> Answer {
        let Some(mut stay) = self.stays.get(id) else { return Answer::error(404) };
        if stay["status"] != "booked" {
            return Answer::error(409);
        }
        stay["status"] = "ended".into();
        self.stays.put(id, stay.clone());
        Answer::json(200, stay)
    }

    fn note(&self, request: &Request, id: &str, fault: Fault) -> Answer {
        let Some(mut stay) = self.stays.get(id) else { return Answer::error(404) };
        if !request.has_text("name") {
            return Answer::error(422);
        }
        let note = json!({"id": self.stays.uuid(), "name": request.json()["name"]});
        let mut notes = stay["notes"].as_array().cloned().unwrap_or_default();
        match fault {
            Fault::NoteIsLost => {}
            Fault::NoteReplaces => notes = vec![note.clone()],
            Fault::NewestNoteFirst => notes.insert(0, note.clone()),
            _ => notes.push(note.clone()),
        }
        stay["notes"] = notes.into();
        self.stays.put(id, stay);
        Answer::json(201, note)
    }

    fn listed(&self, fault: Fault) -> Answer {
        let is_shown = |comment: &Value| match fault {
            Fault::HiddenIsListed => comment["status"] != "waiting",
            Fault::WaitingIsListed => comment["status"] != "hidden",
            _ => comment["status"] == "shown",
        };
        let mut all = self.comments.values();
        all.retain(is_shown);
        Answer::json(200, all.into())
    }

    fn comment(&self, request: &Request) -> Answer {
        let stays = self.stays.values();
        if !stays.iter().any(|stay| stay["status"] == "ended") {
            return Answer::error(403);
        }
        if !request.has_text("name") {
            return Answer::error(422);
        }
        let id = self.comments.uuid();
        let comment = json!({"id": id, "name": request.json()["name"], "status": "waiting"});
        self.comments.put(&id, comment.clone());
        Answer::json(201, comment)
    }

    fn judge(&self, request: &Request, id: &str, fault: Fault) -> Answer {
        let Some(mut comment) = self.comments.get(id) else { return Answer::error(404) };
        let verdict = request.json()["verdict"].clone();
        let media_type = request.header("content-type").first().copied().unwrap_or_default();
        let is_json = media_type.to_lowercase().starts_with("application/json");
        if !is_json || !["shown", "hidden"].iter().any(|one| verdict == *one) {
            return Answer::error(422);
        }
        if comment["status"] != "waiting" && fault != Fault::JudgedTwice {
            return Answer::error(409);
        }
        comment["status"] = if fault == Fault::AlwaysHidden { json!("hidden") } else { verdict };
        self.comments.put(id, comment.clone());
        Answer::json(200, comment)
    }
}

async fn run(fault: Fault, check: &str) -> Run {
    let lodge = Lodge::default();
    let service = Service::start(move |request| lodge.respond(request, fault)).await;
    let suite = Suite::of_components(LODGE, RESPONSES, SCHEMAS).profile(PROFILE).only(check);
    suite.run(&service.url).await
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, "").await;
    assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{}", run.told);
    for case in [
        "book:201:law:failed-key-is-free:invalid",
        "book:201:law:key-makes-once:later:moved",
        "note:201:law:part-is-shown:notes",
        "note:201:law:part-is-shown:notes:two",
        "comment:201:happy-path:minimal",
        "comments:200:law:made-is-listed",
        "comments:200:law:listed-in-one-state:waiting",
        "comments:200:law:listed-in-one-state:hidden",
        "judge:200:law:state-moves:waiting:shown",
        "judge:409:law:state-refuses:hidden",
    ] {
        assert_eq!(run.verdict(case), Some("passed"), "{case}\n{}", run.told);
    }
}

#[tokio::test]
async fn what_is_shown_or_answered_too_early_or_twice_is_found() {
    for (fault, check) in [
        (Fault::NoteIsLost, "note:200:part-is-shown"),
        (Fault::NoteReplaces, "note:200:part-is-shown"),
        (Fault::NewestNoteFirst, "note:200:part-is-shown"),
        (Fault::HiddenIsListed, "comments:200:listed-in-one-state"),
        (Fault::WaitingIsListed, "comments:200:listed-in-one-state"),
        (Fault::JudgedTwice, "judge:200:state-refuses"),
        (Fault::AlwaysHidden, "judge:200:state-moves"),
        (Fault::FailedKeyIsTaken, "book:422:failed-key-is-free"),
        (Fault::AnsweredAsItIsNow, "book:201:key-makes-once"),
        (Fault::ForgottenAfterTheEnd, "book:201:key-makes-once"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
