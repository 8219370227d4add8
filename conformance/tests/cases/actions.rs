//! 16x: things that are booked at a time, moved from state to state, used up one by one and never deleted, as descriptions
//! say; and ids that only a `Location`, another path or a list tells.

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const VISITS: &str = "
paths:
  /rooms:
    get:
      operationId: listRooms
      responses:
        '200': { description: All., content: { application/json: { schema: { type: array, items: { type: object, required: [id], properties: { id: { type: string, format: uuid } } } } } } }
  /people:
    post:
      operationId: join
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '422': { $ref: '#/components/responses/No' } }
  /people/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: person
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: leave
      description: Whoever has a visit stays.
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
  /people/{id}/passes:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: buyPass
      requestBody: { required: true, content: { application/json: { schema: { type: object, properties: { uses_bought: { type: integer, minimum: 0, maximum: 9, default: 0 } } } } } }
      responses: { '201': { $ref: '#/components/responses/Pass' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /passes/{code}:
    parameters: [{ $ref: '#/components/parameters/code' }]
    get:
      operationId: pass
      responses: { '200': { $ref: '#/components/responses/Pass' }, '404': { $ref: '#/components/responses/No' } }
  /passes/{code}/use:
    parameters: [{ $ref: '#/components/parameters/code' }]
    post:
      operationId: usePass
      description: Takes one from `uses_left` and sets `used_at`. When there is none left the answer is 409.
      responses: { '200': { $ref: '#/components/responses/Pass' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
  /visits:
    get:
      operationId: listVisits
      parameters:
        - { name: from, in: query, description: Starts at this time or later., schema: { type: string, format: date-time } }
        - { name: to, in: query, description: Starts before this time., schema: { type: string, format: date-time } }
        - { name: person, in: query, description: Those of this one., schema: { type: string, pattern: '^[0-9a-f-]{36}$' } }
      responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Visit' } } } } } }
    post:
      operationId: book
      description: A room is used by one at a time, else 409. A new visit is `booked`.
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [person_id, room_id, starts_at]
              properties:
                person_id: { type: string }
                room_id: { type: string, format: uuid }
                starts_at: { type: string, format: date-time, description: Must be in the future. }
      responses: { '201': { $ref: '#/components/responses/Visit' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /visits/export:
    get:
      operationId: exportVisits
      description: All visits that match. The first line has the names of the columns.
      parameters:
        - { name: from, in: query, description: Starts at this time or later., schema: { type: string, format: date-time } }
      responses: { '200': { description: All., content: { text/csv: { schema: { type: string } } } } }
  /visits/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: visit
      responses: { '200': { $ref: '#/components/responses/Visit' }, '404': { $ref: '#/components/responses/No' } }
  /visits/{id}/confirm:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: confirm
      description: Turns a `booked` visit into a `confirmed` one. In any other state the answer is 409.
      responses: { '200': { $ref: '#/components/responses/Visit' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
  /visits/{id}/start:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: start
      description: Turns a `confirmed` visit into a `started` one. In any other state the answer is 409.
      responses: { '200': { $ref: '#/components/responses/Visit' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
  /visits/{id}/cancel:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: cancel
      description: A `booked` or `confirmed` visit becomes `cancelled`. In any other state the answer is 409.
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [why], properties: { why: { type: string, description: Becomes the `reason`. } } } } } }
      responses: { '200': { $ref: '#/components/responses/Visit' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /visits/{id}/notes:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: note
      description: A cancelled visit takes no notes, that is a 409.
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses:
        '201': { description: Made., headers: { Location: { required: true, schema: { type: string } } } }
        '404': { $ref: '#/components/responses/No' }
        '409': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
  /visits/{id}/notes/{note_id}:
    parameters:
      - { $ref: '#/components/parameters/id' }
      - { name: note_id, in: path, required: true, schema: { type: string } }
    get:
      operationId: getNote
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' } }
";

/// The parts that only these documents need.
const MORE: &str = "
  responses:
    Visit: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Visit' } } } }
    Pass: { description: It., content: { application/json: { schema: { type: object, required: [code, uses_left, used_at], properties: { code: { type: string }, uses_left: { type: integer }, used_at: { type: [string, 'null'] } } } } } }
";
const VISIT: &str = "
  schemas:
    Visit:
      type: object
      required: [id, status, person_id, room_id, starts_at, reason]
      properties:
        id: { type: string, format: uuid }
        status: { enum: [booked, confirmed, started, cancelled] }
        person_id: { type: string, pattern: '^[0-9a-f-]{36}$' }
        room_id: { type: string, format: uuid }
        starts_at: { type: string, format: date-time }
        reason: { type: [string, 'null'] }
";
const CODE: &str = "
  parameters:
    code: { name: code, in: path, required: true, schema: { type: string } }
";

const ROOM: &str = "77777777-0000-4000-8000-000000000000";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    ConfirmsAnything,
    StartIsLost,
    ConfirmedStays,
    NotesOnCancelled,
    ReasonIsLost,
    NoteIsCut,
    NoteIsAtNotes,
    TakesTwo,
    GoesBelowNone,
    NotSet,
    FromLeavesOut,
    ToTakesIn,
    PersonIgnored,
    ExportsAll,
}

#[derive(Clone, Default)]
struct Visits {
    people: Store,
    visits: Store,
    notes: Store,
    passes: Store,
}

impl Visits {
    fn respond(&self, request: &Request, fault: Fault) -> Answer {
        let segments: Vec<&str> = request.path.trim_matches('/').split('/').collect();
        match (request.method.as_str(), segments.as_slice()) {
            ("GET", ["rooms"]) => Answer::json(200, json!([{ "id": ROOM }])),
            ("POST", ["people"]) => self.people.make(request, self.people.uuid().into()),
            ("DELETE", ["people", id]) if self.has_visit(id) => Answer::error(409),
            (_, ["people", id]) => self.people.item(request, id),
            ("POST", ["people", id, "passes"]) => self.buy(request, id),
            ("GET", ["passes", code]) => self.passes.item(request, code),
            ("POST", ["passes", code, "use"]) => self.take(code, fault),
            ("GET", ["visits"]) => self.list(request, fault),
            ("POST", ["visits"]) => self.book(request),
            ("GET", ["visits", "export"]) => self.export(request, fault),
            ("GET", ["visits", id]) => self.visits.item(request, id),
            ("POST", ["visits", id, "notes"]) => self.note(request, id, fault),
            ("GET", ["visits", id, "notes", note]) if self.visits.get(id).is_some() => {
                self.notes.item(request, note)
            }
            ("POST", ["visits", id, action]) => self.act(request, id, action, fault),
            ("GET", _) => Answer::error(404),
            _ => Answer::error(405).with("allow", "GET, POST, DELETE"),
        }
    }

    fn has_visit(&self, person: &str) -> bool {
        self.visits.values().iter().any(|visit| visit["person_id"] == *person)
    }

    fn buy(&self, request: &Request, person: &str) -> Answer {
        let body = request.json();
        let bought = body.get("uses_bought").cloned().unwrap_or(json!(0));
        if self.people.get(person).is_none() {
            return Answer::error(404);
        }
        let is_right = bought.as_i64().is_some_and(|bought| (0..=9).contains(&bought));
        if !body.is_object() || !is_right || !is_json(request) {
            return Answer::error(422);
        }
        let code = self.passes.uuid();
        let pass = json!({"code": code, "uses_left": bought, "used_at": null});
        self.passes.put(&code, pass.clone());
        Answer::json(201, pass)
    }

    fn take(&self, code: &str, fault: Fault) -> Answer {
        let Some(mut pass) = self.passes.get(code) else { return Answer::error(404) };
        let left = pass["uses_left"].as_i64().unwrap_or(0);
        if left == 0 && fault != Fault::GoesBelowNone {
            return Answer::error(409);
        }
        let taken = if fault == Fault::TakesTwo { 2 } else { 1 };
        pass["uses_left"] = (left - taken).into();
        if fault != Fault::NotSet {
            pass["used_at"] = "2031-01-01T00:00:00Z".into();
        }
        self.passes.put(code, pass.clone());
        Answer::json(200, pass)
    }

    fn export(&self, request: &Request, fault: Fault) -> Answer {
        let mut table = "id,status,starts_at\r\n".to_owned();
        let from = request.query("from").first().copied().unwrap_or_default();
        for visit in self.visits.values() {
            let text = |name: &str| visit[name].as_str().unwrap_or_default().to_owned();
            if text("starts_at").as_str() >= from || fault == Fault::ExportsAll {
                table += &format!("{},{},{}\r\n", text("id"), text("status"), text("starts_at"));
            }
        }
        Answer::text(200, "text/csv", &table)
    }

    fn list(&self, request: &Request, fault: Fault) -> Answer {
        let mut visits = self.visits.values();
        if let [person] = request.query("person")[..]
            && fault != Fault::PersonIgnored
        {
            visits.retain(|visit| visit["person_id"] == *person);
        }
        let starts = |visit: &Value| instant(visit["starts_at"].as_str().unwrap_or_default());
        if let [from] = request.query("from")[..] {
            let from = instant(from);
            visits.retain(|visit| {
                starts(visit) > from || (starts(visit) == from && fault != Fault::FromLeavesOut)
            });
        }
        if let [to] = request.query("to")[..] {
            let to = instant(to);
            visits.retain(|visit| {
                starts(visit) < to || (starts(visit) == to && fault == Fault::ToTakesIn)
            });
        }
        Answer::json(200, visits.into())
    }

    fn book(&self, request: &Request) -> Answer {
        let body = request.json();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let is_time = text("starts_at").len() == 20 && text("starts_at").as_str() > "2035";
        let is_there = self.people.get(&text("person_id")).is_some() && text("room_id") == ROOM;
        if !is_json(request) || !is_time || !is_there {
            return Answer::error(422);
        }
        let visits = self.visits.values();
        if visits
            .iter()
            .any(|one| one["starts_at"] == body["starts_at"] && one["status"] != "cancelled")
        {
            return Answer::error(409);
        }
        let id = self.visits.uuid();
        let visit = json!({
            "id": id, "status": "booked", "person_id": body["person_id"], "room_id": ROOM,
            "starts_at": body["starts_at"], "reason": null,
        });
        self.visits.put(&id, visit.clone());
        Answer::json(201, visit)
    }

    fn note(&self, request: &Request, visit: &str, fault: Fault) -> Answer {
        let Some(visit) = self.visits.get(visit) else { return Answer::error(404) };
        if !request.has_text("name") {
            return Answer::error(422);
        }
        if visit["status"] == "cancelled" && fault != Fault::NotesOnCancelled {
            return Answer::error(409);
        }
        let id = self.notes.uuid();
        let name = request.json()["name"].as_str().unwrap_or_default().to_owned();
        let kept = if fault == Fault::NoteIsCut { name.chars().take(5).collect() } else { name };
        self.notes.put(&id, json!({"id": id, "name": kept}));
        let notes = format!("/visits/{}/notes", visit["id"].as_str().unwrap_or_default());
        let place = if fault == Fault::NoteIsAtNotes { notes } else { format!("{notes}/{id}") };
        Answer::empty(201).with("location", &place)
    }

    fn act(&self, request: &Request, id: &str, action: &str, fault: Fault) -> Answer {
        let Some(mut visit) = self.visits.get(id) else { return Answer::error(404) };
        let (from, to): (&[&str], &str) = match action {
            "confirm" if fault == Fault::ConfirmsAnything => {
                (&["booked", "confirmed", "started", "cancelled"], "confirmed")
            }
            "confirm" => (&["booked"], "confirmed"),
            "start" => (&["confirmed"], "started"),
            "cancel" if fault == Fault::ConfirmedStays => (&["booked"], "cancelled"),
            "cancel" => (&["booked", "confirmed"], "cancelled"),
            _ => return Answer::error(404),
        };
        if action == "cancel" && !request.has_text("why") {
            return Answer::error(422);
        }
        if !from.contains(&visit["status"].as_str().unwrap_or_default()) {
            return Answer::error(409);
        }
        visit["status"] = to.into();
        if action == "cancel" && fault != Fault::ReasonIsLost {
            visit["reason"] = request.json()["why"].clone();
        }
        if !(action == "start" && fault == Fault::StartIsLost) {
            self.visits.put(id, visit.clone());
        }
        Answer::json(200, visit)
    }
}

fn is_json(request: &Request) -> bool {
    let media_type = request.header("content-type").first().copied().unwrap_or_default();
    media_type.to_lowercase().starts_with("application/json")
        && media_type
            .split(';')
            .next()
            .is_some_and(|it| it.trim().len() == "application/json".len())
}

async fn run(fault: Fault, check: &str) -> Run {
    let visits = Visits::default();
    let service = Service::start(move |request| visits.respond(request, fault)).await;
    let parts = |parts: String| {
        let into = |parts: String, key: &str, more: &str| {
            parts.replacen(key, more.trim_start_matches('\n').trim_end(), 1)
        };
        let parts = into(parts, "  responses:", MORE);
        into(into(parts, "  schemas:", VISIT), "  parameters:", CODE)
    };
    let profile = "creates = [\"*\"]\n[levels]\nfilter-is-kept = \"must\"\n";
    Suite::of_parts(VISITS, parts).profile(profile).only(check).run(&service.url).await
}

/// When it is, at whatever offset that is written.
fn instant(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok()
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, "").await;
    assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{}", run.told);
    let skipped: Vec<_> =
        run.cells().into_iter().filter(|cell| !cell.contains(" passed")).collect();
    assert!(skipped.is_empty(), "{skipped:#?}\n{}", run.told);
    for case in [
        "start:200:law:state-moves:confirmed",
        "cancel:200:law:state-moves:confirmed",
        "confirm:409:law:state-refuses:cancelled",
        "note:409:law:state-refuses:cancelled",
        "usePass:200:law:action-does",
        "usePass:409:law:used-up-is-refused",
        "leave:409:law:in-use-stays",
        "listVisits:200:law:filter-is-kept:query.from:apart",
        "listVisits:200:law:filter-is-kept:query.person:other",
        "exportVisits:200:law:export-has-all:query.from",
        "confirm:409:law:one-action-wins",
        "usePass:409:law:one-action-wins",
    ] {
        assert_eq!(run.verdict(case), Some("passed"), "{case}\n{}", run.told);
    }
}

#[tokio::test]
async fn what_does_something_else_than_its_description_says_is_found() {
    for (fault, check) in [
        (Fault::ConfirmsAnything, "confirm:200:state-refuses"),
        (Fault::StartIsLost, "start:200:state-moves"),
        (Fault::ConfirmedStays, "cancel:"),
        (Fault::NotesOnCancelled, "note:201:state-refuses"),
        (Fault::ReasonIsLost, "cancel:200:action-does"),
        (Fault::NoteIsCut, "note:200:written-is-read-back"),
        (Fault::NoteIsAtNotes, "note:404:made-is-at-location"),
        (Fault::TakesTwo, "usePass:200:action-does"),
        (Fault::GoesBelowNone, "usePass:200:used-up-is-refused"),
        (Fault::NotSet, "usePass:200:action-does"),
        (Fault::FromLeavesOut, "listVisits:200:filter-is-kept"),
        (Fault::ToTakesIn, "listVisits:200:filter-is-kept"),
        (Fault::PersonIgnored, "listVisits:200:filter-is-kept"),
        (Fault::ExportsAll, "exportVisits:200:export-has-all"),
        (Fault::ConfirmsAnything, "confirm:200:one-action-wins"),
        (Fault::GoesBelowNone, "usePass:200:one-action-wins"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
