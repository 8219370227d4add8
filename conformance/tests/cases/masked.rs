//! What is wrong with a body shows only where nothing else is: the rest of it is what the document's example has, no place names
//! what isn't there, and what a thing has of the server's own isn't taken from a body. And what ends before it begins, as a
//! refusal says.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const TRIPS: &str = "
paths:
  /trips:
    post:
      operationId: makeTrip
      description: A trip in another currency than the euro is a 422.
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/TripInput' }, example: { title: North, currency: EUR, amount: 100, starts_on: '2031-01-02', ends_on: '2031-01-04' } } } }
      responses:
        '201': { $ref: '#/components/responses/Trip' }
        '400': { description: 'The body does not fit its schema, or the trip ends before it starts.', content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
        '422': { $ref: '#/components/responses/No' }
  /trips/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: getTrip
      responses: { '200': { $ref: '#/components/responses/Trip' }, '404': { $ref: '#/components/responses/No' } }
    patch:
      operationId: changeTrip
      requestBody: { required: true, content: { application/merge-patch+json: { schema: { $ref: '#/components/schemas/TripPatch' } } } }
      responses:
        '200': { $ref: '#/components/responses/Trip' }
        '400': { description: 'The body does not fit its schema, or the trip would end before it starts.', content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
        '404': { $ref: '#/components/responses/No' }
    delete:
      operationId: dropTrip
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
";

/// With the schemas of trips among the parts.
fn suite() -> Suite {
    const RESPONSE: &str = "
  responses:
    Trip: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Trip' } } } }";
    const SCHEMAS: &str = "
  schemas:
    TripInput:
      type: object
      required: [title, currency, amount, starts_on, ends_on]
      additionalProperties: false
      properties: { title: { type: string, minLength: 1, maxLength: 60 }, currency: { type: string, pattern: '^[A-Z]{3}$' }, amount: { type: integer, minimum: 1, maximum: 1000000 }, starts_on: { type: string, format: date }, ends_on: { type: string, format: date } }
    TripPatch:
      type: object
      minProperties: 1
      additionalProperties: false
      properties: { title: { type: string, minLength: 1, maxLength: 60 }, starts_on: { type: string, format: date }, ends_on: { type: string, format: date } }
    Trip:
      type: object
      required: [id, title, currency, amount, starts_on, ends_on, status]
      properties: { id: { type: string }, title: { type: string }, currency: { type: string }, amount: { type: integer }, starts_on: { type: string, format: date }, ends_on: { type: string, format: date }, status: { type: string, enum: [paid, draft] } }";
    Suite::of_components(TRIPS, RESPONSE, SCHEMAS)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    NothingIsAnAmount,
    StatusIsTaken,
    EndsBeforeItStarts,
    OneDateIsNotCompared,
}

async fn run(fault: Fault) -> Run {
    suite().run_against(fault, respond).await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let id = match request.path.split('/').skip(1).collect::<Vec<_>>().as_slice() {
        ["trips"] => None,
        ["trips", id] => Some((*id).to_owned()),
        _ => return Answer::error(404),
    };
    let there = id.as_ref().and_then(|id| store.get(id));
    match (request.method.as_str(), id, there) {
        ("POST", None, _) => make(store, fault, request),
        (_, None, _) => Answer::error(405).with("allow", "POST"),
        ("GET" | "PATCH" | "DELETE", Some(_), None) => Answer::error(404),
        ("GET", _, Some(trip)) => Answer::json(200, trip),
        ("PATCH", Some(id), Some(trip)) => change(store, fault, request, (&id, trip)),
        ("DELETE", Some(id), _) => {
            store.remove(&id);
            Answer::empty(204)
        }
        _ => Answer::error(405).with("allow", "GET, PATCH, DELETE"),
    }
}

const TEXTS: [&str; 4] = ["title", "currency", "starts_on", "ends_on"];

/// Whether the members that are there fit the schema.
fn fits(body: &Value, fault: Fault) -> bool {
    let Some(members) = body.as_object() else { return false };
    let is_date = |text: &str| {
        let parts: Vec<&str> = text.split('-').collect();
        let number = |part: &str| {
            part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u32>().ok())?
        };
        let [year, month, day] = parts.as_slice() else { return false };
        let lengths = [year.len(), month.len(), day.len()] == [4, 2, 2];
        let leap =
            number(year).is_some_and(|year| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
        let days = match number(month) {
            Some(2) => 28 + u32::from(leap),
            Some(4 | 6 | 9 | 11) => 30,
            Some(1..=12) => 31,
            _ => 0,
        };
        lengths
            && number(year).is_some()
            && number(day).is_some_and(|day| (1..=days).contains(&day))
    };
    members.iter().all(|(name, value)| match (name.as_str(), value) {
        ("title", Value::String(text)) => (1..=60).contains(&text.chars().count()),
        ("currency", Value::String(text)) => {
            text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
        }
        ("starts_on" | "ends_on", Value::String(text)) => is_date(text),
        ("amount", Value::Number(number)) => {
            let least = i64::from(fault != Fault::NothingIsAnAmount);
            let whole = number.as_f64().filter(|number| number.fract() == 0.0);
            whole.is_some_and(|number| (least..=1_000_000).contains(&(number as i64)))
        }
        ("status", _) => fault == Fault::StatusIsTaken,
        _ => false,
    })
}

fn make(store: &Store, fault: Fault, request: &Request) -> Answer {
    let mut body = request.json();
    let is_whole = TEXTS.iter().chain(&["amount"]).all(|name| !body[*name].is_null());
    if !is_whole || !fits(&body, fault) {
        return Answer::error(400);
    }
    let is_reversed = body["starts_on"].as_str() > body["ends_on"].as_str();
    if is_reversed && fault != Fault::EndsBeforeItStarts {
        return Answer::error(400);
    }
    if body["currency"] != "EUR" {
        return Answer::error(422);
    }
    let id = store.uuid();
    body["id"] = json!(id);
    body["amount"] = json!(body["amount"].as_f64().unwrap_or_default() as i64);
    if body["status"].is_null() {
        body["status"] = json!("draft");
    }
    store.put(&id, body.clone());
    Answer::json(201, body)
}

fn change(store: &Store, fault: Fault, request: &Request, (id, mut trip): (&str, Value)) -> Answer {
    let body = request.json();
    let names = ["title", "starts_on", "ends_on"];
    let Some(members) = body.as_object().filter(|members| !members.is_empty()) else {
        return Answer::error(400);
    };
    if !fits(&body, fault) || !members.keys().all(|name| names.contains(&name.as_str())) {
        return Answer::error(400);
    }
    for (name, value) in members {
        trip[name] = value.clone();
    }
    let is_compared = fault != Fault::OneDateIsNotCompared || members.len() > 1;
    if is_compared && trip["starts_on"].as_str() > trip["ends_on"].as_str() {
        return Answer::error(400);
    }
    store.put(id, trip.clone());
    Answer::json(200, trip)
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    for case in [
        "makeTrip:422:violation:body.amount:minimum",
        "makeTrip:422:violation:body.additional-properties:status",
        "makeTrip:422:violation:body.ends_on:reversed",
        "changeTrip:400:violation:body.starts_on:alone",
        "changeTrip:400:violation:body.ends_on:alone",
    ] {
        assert_eq!(run.verdict(case), Some("passed"), "{case}\n{}", run.told);
    }
}

#[tokio::test]
async fn what_is_wrong_shows_beside_nothing_else() {
    for (fault, found) in [
        (Fault::NothingIsAnAmount, "makeTrip:422:violation:body.amount:minimum"),
        (Fault::StatusIsTaken, "makeTrip:422:violation:body.additional-properties:status"),
        (Fault::EndsBeforeItStarts, "makeTrip:422:violation:body.ends_on:reversed"),
        (Fault::OneDateIsNotCompared, "changeTrip:400:violation:body.starts_on:alone"),
    ] {
        let run = run(fault).await;
        assert_eq!(run.verdict(found), Some("failed"), "{fault:?}\n{}", run.told);
    }
}
