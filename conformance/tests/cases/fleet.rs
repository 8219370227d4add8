//! Numbers that count what names a thing in some of its states, moves that are told point by point, periods that lie ahead, room
//! that is used up, and what an action does to one thing and to no other.

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const FLEET: &str = "
paths:
  /garages:
    post:
      operationId: build
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [capacity], properties: { capacity: { type: integer, minimum: 1, maximum: 50 } } } } } }
      responses: { '201': { $ref: '#/components/responses/Garage' }, '422': { $ref: '#/components/responses/No' } }
  /garages/{garage_id}:
    parameters: [{ name: garage_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: enter
      responses: { '200': { $ref: '#/components/responses/Garage' }, '404': { $ref: '#/components/responses/No' } }
  /garages/{garage_id}/places:
    parameters: [{ name: garage_id, in: path, required: true, schema: { type: string } }]
    post:
      operationId: park
      responses: { '201': { $ref: '#/components/responses/Garage' }, '404': { $ref: '#/components/responses/No' }, '409': { description: The garage is full., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } } }
  /vans:
    post:
      operationId: buy
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Van' }, '422': { $ref: '#/components/responses/No' } }
  /vans/{van_id}:
    parameters: [{ name: van_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: look
      responses: { '200': { $ref: '#/components/responses/Van' }, '404': { $ref: '#/components/responses/No' } }
  /vans/{van_id}/calendar:
    parameters: [{ name: van_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: plan
      description: The days from `from` to `to`. More than 92 days give 422.
      parameters: [{ name: from, in: query, required: true, schema: { type: string, format: date } }, { name: to, in: query, required: true, schema: { type: string, format: date } }]
      responses: { '200': { $ref: '#/components/responses/Van' }, '400': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /trips:
    post:
      operationId: book
      description: 'The trip starts `planned`. 422 if the van does not exist, or `starts_on` is before today or more than 700 days after it. A day that is covered by another trip of the van gives 409.'
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [van_id, starts_on, ends_on], properties: { van_id: { type: string }, starts_on: { type: string, format: date }, ends_on: { type: string, format: date } } } } } }
      responses: { '201': { $ref: '#/components/responses/Trip' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /trips/{trip_id}:
    parameters: [{ name: trip_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: follow
      responses: { '200': { $ref: '#/components/responses/Trip' }, '404': { $ref: '#/components/responses/No' } }
  /trips/{trip_id}/moves:
    parameters: [{ name: trip_id, in: path, required: true, schema: { type: string } }]
    post:
      operationId: move
      description: |
        Allowed moves (any other gives 409):

        - `planned` to `running` or `dropped`
        - `running` to `done`
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [to], properties: { to: { type: string, enum: [planned, running, done, dropped] } } } } } }
      responses: { '200': { $ref: '#/components/responses/Trip' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /trips/{trip_id}/stops:
    parameters: [{ name: trip_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: stops
      responses: { '200': { $ref: '#/components/responses/Stops' }, '404': { $ref: '#/components/responses/No' } }
    post:
      operationId: stop
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Stop' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /trips/{trip_id}/stops/{stop_id}:
    parameters: [{ name: trip_id, in: path, required: true, schema: { type: string } }, { name: stop_id, in: path, required: true, schema: { type: string } }]
    delete:
      operationId: skip
      responses: { '204': { description: Done. }, '404': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  responses:
    Garage: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Garage' } } } }
    Van: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Van' } } } }
    Trip: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Trip' } } } }
    Stop: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Stop' } } } }
    Stops: { description: They., content: { application/json: { schema: { type: object, required: [items], properties: { items: { type: array, items: { $ref: '#/components/schemas/Stop' } } } } } } }";

const SCHEMAS: &str = "
  schemas:
    Garage: { type: object, required: [garage_id, capacity], properties: { garage_id: { type: string }, capacity: { type: integer } } }
    Van: { type: object, required: [van_id, name, ahead, begun], properties: { van_id: { type: string }, name: { type: string }, ahead: { type: integer, description: The number of its trips that are `planned`. }, begun: { type: integer, description: 'How many trips it has, not counting planned or dropped ones.' } } }
    Trip: { type: object, required: [trip_id, van_id, status, starts_on, ends_on], properties: { trip_id: { type: string }, van_id: { type: string }, status: { type: string, enum: [planned, running, done, dropped] }, starts_on: { type: string, format: date }, ends_on: { type: string, format: date } } }
    Stop: { type: object, required: [stop_id, name], properties: { stop_id: { type: string }, name: { type: string } } }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    CountsAll,
    CountsDropped,
    MovesOthers,
    DoneRunsAgain,
    PastIsTaken,
    OverlapIsTaken,
    StopsAllGo,
    OneTooMany,
}

async fn run(fault: Fault, check: &str) -> Run {
    Suite::of_components(FLEET, RESPONSES, SCHEMAS)
        .profile("creates = ['*']\n")
        .only(check)
        .run_against(fault, respond)
        .await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let method = request.method.as_str();
    match (method, request.path.as_str()) {
        ("POST", "/vans") => store.make_with(request, "van_id", json!({"ahead": 0, "begun": 0})),
        ("POST", "/trips") => book(store, fault, request),
        ("POST", "/garages") => build(store, request),
        (_, "/vans" | "/trips" | "/garages") => Answer::error(405).with("allow", "POST"),
        _ => match (request.below("/vans"), request.below("/trips")) {
            (Some(below), _) => van(store, fault, request, &below),
            (_, Some(below)) => trip(store, fault, request, &below),
            _ => match request.below("/garages") {
                Some(below) => garage(store, fault, request, &below),
                None => Answer::error(404),
            },
        },
    }
}

fn build(store: &Store, request: &Request) -> Answer {
    let capacity = request.json()["capacity"].as_i64().filter(|one| (1..=50).contains(one));
    let Some(capacity) = capacity.filter(|_| request.is_json()) else { return Answer::error(422) };
    let id = store.uuid();
    store.put(&id, json!({"garage_id": id, "capacity": capacity, "taken": 0}));
    Answer::json(201, json!({"garage_id": id, "capacity": capacity}))
}

fn garage(store: &Store, fault: Fault, request: &Request, below: &str) -> Answer {
    let (id, rest) = below.split_once('/').unwrap_or((below, ""));
    let allowed = if rest.is_empty() { "GET" } else { "POST" };
    if request.method != allowed {
        return Answer::error(405).with("allow", allowed);
    }
    let Some(mut garage) = store.get(id).filter(|one| one["garage_id"] == id) else {
        return Answer::error(404);
    };
    let shown = json!({"garage_id": id, "capacity": garage["capacity"]});
    if rest.is_empty() {
        return Answer::json(200, shown);
    }
    let (taken, capacity) = (garage["taken"].as_i64(), garage["capacity"].as_i64());
    let (taken, capacity) = (taken.unwrap_or_default(), capacity.unwrap_or_default());
    if taken >= capacity + i64::from(fault == Fault::OneTooMany) {
        return Answer::error(409);
    }
    garage["taken"] = (taken + 1).into();
    store.put(id, garage);
    Answer::json(201, shown)
}

/// What a van shows of its trips.
fn with_numbers(store: &Store, fault: Fault, mut thing: Value) -> Value {
    if thing["van_id"].is_string() && thing["trip_id"].is_null() {
        let count = |states: &[&str]| trips(store, &thing["van_id"], states).len();
        let ahead = count(match fault {
            Fault::CountsAll => &["planned", "running", "done", "dropped"],
            _ => &["planned"],
        });
        let begun = count(match fault {
            Fault::CountsDropped => &["running", "done", "dropped"],
            _ => &["running", "done"],
        });
        thing["ahead"] = ahead.into();
        thing["begun"] = begun.into();
    }
    thing
}

fn trips(store: &Store, van: &Value, states: &[&str]) -> Vec<Value> {
    let mut all = store.values();
    all.retain(|one| one["trip_id"].is_string() && one["van_id"] == *van);
    all.retain(|one| states.iter().any(|state| one["status"] == *state));
    all
}

fn day(value: &Value) -> Option<time::Date> {
    time::Date::parse(value.as_str()?, format_description!("[year]-[month]-[day]")).ok()
}

fn book(store: &Store, fault: Fault, request: &Request) -> Answer {
    let body = request.json();
    let days = day(&body["starts_on"]).zip(day(&body["ends_on"]));
    let van = body["van_id"].as_str().and_then(|id| store.get(id));
    let is_van = van.is_some_and(|one| one["van_id"] == body["van_id"] && one["trip_id"].is_null());
    let (Some((start, end)), true, true) = (days, is_van, request.is_json()) else {
        return Answer::error(422);
    };
    let today = OffsetDateTime::now_utc().date();
    let is_soon = start >= today || fault == Fault::PastIsTaken;
    if end < start || !is_soon || (start - today).whole_days() > 700 {
        return Answer::error(422);
    }
    let others = trips(store, &body["van_id"], &["planned", "running", "done"]);
    let overlaps = others.iter().any(|one| {
        let other = day(&one["starts_on"]).zip(day(&one["ends_on"]));
        other.is_some_and(|(from, to)| from <= end && start <= to)
    });
    if overlaps && fault != Fault::OverlapIsTaken {
        return Answer::error(409);
    }
    let id = store.uuid();
    let trip = json!({
        "trip_id": id, "van_id": body["van_id"], "status": "planned",
        "starts_on": body["starts_on"], "ends_on": body["ends_on"],
    });
    store.put(&id, trip.clone());
    Answer::json(201, trip)
}

fn van(store: &Store, fault: Fault, request: &Request, below: &str) -> Answer {
    let (id, rest) = below.split_once('/').unwrap_or((below, ""));
    if request.method != "GET" {
        return Answer::error(405).with("allow", "GET");
    }
    let van = store.get(id).filter(|one| one["van_id"] == id && one["trip_id"].is_null());
    let Some(van) = van.map(|van| with_numbers(store, fault, van)) else {
        return Answer::error(404);
    };
    match rest {
        "" => Answer::json(200, van),
        "calendar" => {
            let asked = |name: &str| match request.query(name).as_slice() {
                [text] => day(&(*text).into()),
                _ => None,
            };
            match asked("from").zip(asked("to")) {
                None => Answer::error(400),
                Some((from, to)) if to < from => Answer::error(422),
                Some((from, to)) if (to - from).whole_days() >= 92 => Answer::error(422),
                Some(_) => Answer::json(200, van),
            }
        }
        _ => Answer::error(404),
    }
}

fn trip(store: &Store, fault: Fault, request: &Request, below: &str) -> Answer {
    let (id, rest) = below.split_once('/').unwrap_or((below, ""));
    let allowed = match rest {
        "" => "GET",
        "moves" => "POST",
        "stops" => "GET, POST",
        _ => "DELETE",
    };
    if !allowed.split(", ").any(|one| one == request.method) {
        return Answer::error(405).with("allow", allowed);
    }
    let Some(trip) = store.get(id).filter(|one| one["trip_id"] == id) else {
        return Answer::error(404);
    };
    match (request.method.as_str(), rest) {
        (_, "") => Answer::json(200, trip),
        (_, "moves") => moved(store, fault, request, &trip),
        ("GET", _) => Answer::json(200, json!({"items": stops(store, id)})),
        ("POST", _) => store.make_with(request, "stop_id", json!({"in": id})),
        _ => skip(store, fault, id, rest.strip_prefix("stops/").unwrap_or_default()),
    }
}

fn stops(store: &Store, trip: &str) -> Vec<Value> {
    let mut all = store.values();
    all.retain(|one| one["stop_id"].is_string() && one["in"] == trip);
    all
}

fn skip(store: &Store, fault: Fault, trip: &str, stop: &str) -> Answer {
    let all = stops(store, trip);
    if all.iter().all(|one| one["stop_id"] != stop) {
        return Answer::error(404);
    }
    for one in all {
        if one["stop_id"] == stop || fault == Fault::StopsAllGo {
            store.remove(one["stop_id"].as_str().unwrap_or_default());
        }
    }
    Answer::empty(204)
}

fn moved(store: &Store, fault: Fault, request: &Request, trip: &Value) -> Answer {
    const MOVES: [(&str, &str); 3] =
        [("planned", "running"), ("planned", "dropped"), ("running", "done")];
    let body = request.json();
    let Some(to) = body["to"].as_str().filter(|_| request.is_json()) else {
        return Answer::error(422);
    };
    if !["planned", "running", "done", "dropped"].contains(&to) {
        return Answer::error(422);
    }
    let at = trip["status"].as_str().unwrap_or_default();
    let is_fine = MOVES.contains(&(at, to));
    let runs_again = fault == Fault::DoneRunsAgain && (at, to) == ("done", "running");
    if !is_fine && !runs_again {
        return Answer::error(409);
    }
    let mut moved = vec![trip.clone()];
    if fault == Fault::MovesOthers {
        moved.extend(trips(store, &trip["van_id"], &[at]));
    }
    for mut one in moved {
        one["status"] = to.into();
        store.put(one["trip_id"].as_str().unwrap_or_default(), one.clone());
    }
    Answer::json(200, store.get(trip["trip_id"].as_str().unwrap_or_default()).unwrap_or_default())
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, "").await;
    run.assert_sound(&[
        "look:200:law:number-follows-state:book:planned",
        "look:200:law:number-follows-state:book:running",
        "look:200:law:number-follows-state:book:done",
        "look:200:law:number-follows-state:book:dropped",
        "move:200:law:state-moves:running:done",
        "plan:200:happy-path:minimal",
        "book:201:happy-path:minimal",
        "stops:200:law:others-stay",
        "park:409:law:full-is-refused",
        "park:201:law:full-is-refused:at-once",
    ]);
}

#[tokio::test]
async fn what_is_said_of_states_and_numbers_is_put_to_the_test() {
    for (fault, check) in [
        (Fault::CountsAll, "look:200:number-follows-state"),
        (Fault::CountsDropped, "look:200:number-follows-state"),
        (Fault::MovesOthers, "move:200:others-stay"),
        (Fault::DoneRunsAgain, "move:200:state-refuses"),
        (Fault::PastIsTaken, "book:201:told-limit-kept"),
        (Fault::OverlapIsTaken, "book:201:"),
        (Fault::StopsAllGo, "stops:200:others-stay"),
        (Fault::OneTooMany, "park:201:full-is-refused"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
