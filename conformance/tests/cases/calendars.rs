//! 18x: rooms that are booked for a time: what overlaps, what only touches, what is free again, for which of several rooms; and
//! who may rewrite what somebody else has written.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const BOOKINGS: &str = "
security: [{ token: [] }]
paths:
  /rooms:
    get:
      operationId: listRooms
      responses:
        '200': { description: All., content: { application/json: { schema: { type: array, items: { type: object, required: [id], properties: { id: { type: string, format: uuid } } } } } } }
        '401': { $ref: '#/components/responses/No' }
  /bookings:
    post:
      operationId: book
      description: >
        If the time overlaps another booking of the same room that isn't cancelled, the answer is 409. Bookings that only touch
        are fine. A new booking is `booked`.
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [room_id, starts_at]
              properties:
                room_id: { type: string, format: uuid }
                starts_at: { type: string, format: date-time, description: Must be in the future. }
                duration_minutes: { type: integer, minimum: 10, maximum: 120, default: 30 }
      responses:
        '201': { description: Made., content: { application/json: { schema: { $ref: '#/components/schemas/Booking' } } } }
        '401': { $ref: '#/components/responses/No' }
        '409': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
  /bookings/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: booking
      responses:
        '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Booking' } } } }
        '401': { $ref: '#/components/responses/No' }
        '404': { $ref: '#/components/responses/No' }
  /bookings/{id}/cancel:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: cancel
      description: A `booked` booking becomes `cancelled`, and its time is free again. In any other state the answer is 409.
      responses:
        '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Booking' } } } }
        '401': { $ref: '#/components/responses/No' }
        '404': { $ref: '#/components/responses/No' }
        '409': { $ref: '#/components/responses/No' }
  /remarks:
    post:
      operationId: remark
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses:
        '201': { description: Made., content: { application/json: { schema: { $ref: '#/components/schemas/Remark' } } } }
        '401': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
  /remarks/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: getRemark
      responses:
        '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Remark' } } } }
        '401': { $ref: '#/components/responses/No' }
        '404': { $ref: '#/components/responses/No' }
    put:
      operationId: rewrite
      description: Only the one who made it may rewrite a remark, others get a 403.
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses:
        '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Remark' } } } }
        '401': { $ref: '#/components/responses/No' }
        '403': { $ref: '#/components/responses/No' }
        '404': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
";

const SCHEMAS: &str = "
  schemas:
    Remark: { type: object, required: [id, name, author], properties: { id: { type: string }, name: { type: string }, author: { type: string } } }
    Booking:
      type: object
      required: [id, status, room_id, starts_at, duration_minutes, updated_at]
      properties:
        id: { type: string }
        status: { enum: [booked, cancelled] }
        room_id: { type: string, format: uuid }
        starts_at: { type: string, format: date-time }
        duration_minutes: { type: integer }
        updated_at: { type: string, format: date-time, description: Moves with every change of state. }
";

const PROFILE: &str = "creates = [\"*\"]
[credentials.anna]
bearer = \"anna-token\"
may = [\"*\"]
[credentials.bert]
bearer = \"bert-token\"
may = [\"*\"]
";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    TouchingIsRefused,
    CancelledBlocks,
    AllRoomsAreOne,
    FirstRoomAlways,
    CancelsNewest,
    TimeStandsStill,
    AnybodyRewrites,
}

#[derive(Clone, Default)]
struct Calendar {
    bookings: Store,
    remarks: Store,
}

const ROOMS: [&str; 2] =
    ["77777771-0000-4000-8000-000000000000", "77777772-0000-4000-8000-000000000000"];

impl Calendar {
    fn respond(&self, request: &Request, fault: Fault) -> Answer {
        let shown = request.header("authorization");
        let caller =
            shown.first().and_then(|shown| shown.split_once(' ')).and_then(|(scheme, token)| {
                match token {
                    _ if !scheme.eq_ignore_ascii_case("bearer") => None,
                    "anna-token" => Some("anna"),
                    "bert-token" => Some("bert"),
                    _ => None,
                }
            });
        let Some(caller) = caller else {
            return Answer::error(401).with("www-authenticate", "Bearer realm=\"a\"");
        };
        let segments: Vec<&str> = request.path.trim_matches('/').split('/').collect();
        match (request.method.as_str(), segments.as_slice()) {
            ("GET", ["rooms"]) => {
                Answer::json(200, ROOMS.map(|id| json!({ "id": id })).to_vec().into())
            }
            ("POST", ["bookings"]) => self.book(request, fault),
            ("GET", ["bookings", id]) => self.bookings.item(request, id),
            ("POST", ["bookings", id, "cancel"]) => self.cancel(id, fault),
            ("POST", ["remarks"]) if !request.has_text("name") => Answer::error(422),
            ("POST", ["remarks"]) => {
                let id = self.remarks.uuid();
                let remark = json!({"id": id, "name": request.json()["name"], "author": caller});
                self.remarks.put(&id, remark.clone());
                Answer::json(201, remark)
            }
            ("GET", ["remarks", id]) => self.remarks.item(request, id),
            ("PUT", ["remarks", id]) => self.rewrite(request, id, caller, fault),
            ("GET", _) => Answer::error(404),
            _ => Answer::error(405).with("allow", "GET, POST, PUT"),
        }
    }

    fn rewrite(&self, request: &Request, id: &str, caller: &str, fault: Fault) -> Answer {
        let Some(mut remark) = self.remarks.get(id) else { return Answer::error(404) };
        if remark["author"] != caller && fault != Fault::AnybodyRewrites {
            return Answer::error(403);
        }
        if !request.has_text("name") {
            return Answer::error(422);
        }
        remark["name"] = request.json()["name"].clone();
        self.remarks.put(id, remark.clone());
        Answer::json(200, remark)
    }

    fn book(&self, request: &Request, fault: Fault) -> Answer {
        let media_type = request.header("content-type").first().copied().unwrap_or_default();
        let body = request.json();
        let starts = body["starts_at"].as_str().and_then(seconds);
        let minutes = match body.get("duration_minutes") {
            Some(minutes) => minutes.as_i64().filter(|minutes| (10..=120).contains(minutes)),
            None => Some(30),
        };
        let is_room = body["room_id"].as_str().is_some_and(|id| ROOMS.contains(&id));
        let is_ahead = body["starts_at"].as_str().is_some_and(|starts| starts > "2030");
        let is_json = media_type.to_lowercase().starts_with("application/json");
        let (Some(starts), Some(minutes), true, true, true) =
            (starts, minutes, is_room, is_json, is_ahead)
        else {
            return Answer::error(422);
        };
        let ends = starts + minutes * 60;
        let is_in_the_way = |other: &Value| {
            let begins = other["starts_at"].as_str().and_then(seconds).unwrap_or_default();
            let over = begins + other["duration_minutes"].as_i64().unwrap_or_default() * 60;
            let overlaps = match fault {
                Fault::TouchingIsRefused => begins <= ends && starts <= over,
                _ => begins < ends && starts < over,
            };
            let is_room = other["room_id"] == body["room_id"] || fault == Fault::AllRoomsAreOne;
            let counts = other["status"] == "booked" || fault == Fault::CancelledBlocks;
            overlaps && is_room && counts
        };
        if self.bookings.values().iter().any(is_in_the_way) {
            return Answer::error(409);
        }
        let id = self.bookings.uuid();
        let room =
            if fault == Fault::FirstRoomAlways { json!(ROOMS[0]) } else { body["room_id"].clone() };
        let booking = json!({
            "id": id, "status": "booked", "room_id": room, "starts_at": body["starts_at"], "duration_minutes": minutes,
            "updated_at": self.now(),
        });
        self.bookings.put(&id, booking.clone());
        Answer::json(201, booking)
    }

    fn now(&self) -> String {
        format!("2031-01-01T00:00:00.{:06}Z", self.bookings.serial())
    }

    fn cancel(&self, id: &str, fault: Fault) -> Answer {
        let newest = self.bookings.ids().pop().filter(|_| fault == Fault::CancelsNewest);
        let Some(asked) = self.bookings.get(id) else { return Answer::error(404) };
        if asked["status"] != "booked" {
            return Answer::error(409);
        }
        let id = newest.unwrap_or_else(|| id.to_owned());
        let Some(mut booking) = self.bookings.get(&id) else { return Answer::error(404) };
        booking["status"] = "cancelled".into();
        if fault != Fault::TimeStandsStill {
            booking["updated_at"] = self.now().into();
        }
        self.bookings.put(&id, booking.clone());
        Answer::json(200, booking)
    }
}

/// The seconds of a moment in UTC, or with an offset.
fn seconds(moment: &str) -> Option<i64> {
    let rfc3339 = time::format_description::well_known::Rfc3339;
    time::OffsetDateTime::parse(moment, &rfc3339).ok().map(time::OffsetDateTime::unix_timestamp)
}

async fn run(fault: Fault, check: &str) -> Run {
    let calendar = Calendar::default();
    let service = Service::start(move |request| calendar.respond(request, fault)).await;
    let parts = |parts: String| {
        parts.replacen("  schemas:", SCHEMAS.trim_start_matches('\n').trim_end(), 1)
    };
    Suite::of_parts(BOOKINGS, parts).profile(PROFILE).only(check).run(&service.url).await
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, "").await;
    assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{}", run.told);
    for case in [
        "book:409:law:overlap-refused:before",
        "book:201:law:touching-accepted",
        "book:201:law:overlap-is-of-one",
        "book:201:law:name-is-free-again",
        "book:201:law:second-is-named:body.room_id",
        "cancel:200:law:state-moves:booked",
        "rewrite:403:law:author-alone:anna:bert",
    ] {
        assert_eq!(run.verdict(case), Some("passed"), "{case}\n{}", run.told);
    }
}

#[tokio::test]
async fn what_is_refused_or_done_to_another_is_found() {
    for (fault, check) in [
        (Fault::TouchingIsRefused, "book:409:touching-accepted"),
        (Fault::CancelledBlocks, "book:409:name-is-free-again"),
        (Fault::AllRoomsAreOne, "book:409:overlap-is-of-one"),
        (Fault::FirstRoomAlways, "book:201:second-is-named"),
        (Fault::CancelsNewest, "cancel:200:state-moves"),
        (Fault::TimeStandsStill, "cancel:200:modified-with-a-change"),
        (Fault::AnybodyRewrites, "rewrite:200:author-alone"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
