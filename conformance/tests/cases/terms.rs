//! Rules that a description tells in a list, item by item; moments of a body that lie between those of the thing; days of the next
//! year; values that need something to be there; and lists that are asked by what their items' objects have.

use serde_json::{Value, json};
use time::{Date, OffsetDateTime};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const PATHS: &str = "
paths:
  /flats:
    get:
      operationId: flats
      parameters:
        - { name: city, in: query, schema: { type: string, minLength: 1 }, description: 'The whole name, upper and lower case do not matter.' }
        - { name: max_rent_cents, in: query, schema: { type: integer, minimum: 0 }, description: Flats of at most this rent. }
        - { name: sort, in: query, schema: { type: string, enum: [asking_rent_cents] } }
      responses: { '200': { description: All of them., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Flat' } } } } }, '400': { $ref: '#/components/responses/No' } }
    post:
      operationId: letting
      description: A name is unique, without regard to upper and lower case (409).
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/NewFlat' } } } }
      responses: { '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Flat' } } } }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /flats/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /flats/{id}/visits:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: visit
      description: |
        Today is today in UTC.

        - `day` is at least tomorrow, and at most 90 days from today: 422 otherwise.
        - A `handover` needs a term of the flat: 409.
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/NewVisit' } } } }
      responses: { '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Visit' } } } }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /terms:
    post:
      operationId: agree
      description: |
        Rules beyond the schema (each 422):

        - `ends_on` isn't before `starts_on`
        - `deposit` is at most three times `rent`
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/NewTerm' } } } }
      responses: { '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Term' } } } }, '422': { $ref: '#/components/responses/No' } }
  /terms/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: term
      responses: { '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Term' } } } }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: forget
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /terms/{id}/end:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: end
      description: |
        `agreed` → `ended`. Otherwise: 409.

        - `ends_on` before the start of the term or after the `ends_on` that it has: 422.
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/End' } } } }
      responses: { '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Term' } } } }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
";

const SCHEMAS: &str = "
  schemas:
    Address: { type: object, required: [street, city], additionalProperties: false, properties: { street: { type: string, minLength: 1 }, city: { type: string, minLength: 1, maxLength: 60 } } }
    NewFlat: { type: object, required: [name, address, asking_rent_cents], additionalProperties: false, properties: { name: { type: string, minLength: 1, maxLength: 60 }, address: { $ref: '#/components/schemas/Address' }, asking_rent_cents: { type: integer, minimum: 100, maximum: 10000000 } } }
    Flat: { type: object, required: [id, name, address, asking_rent_cents], properties: { id: { type: string }, name: { type: string }, address: { $ref: '#/components/schemas/Address' }, asking_rent_cents: { type: integer } } }
    NewVisit: { type: object, required: [kind, day, rooms], additionalProperties: false, properties: { kind: { type: string, enum: [handover, viewing] }, day: { type: string, format: date }, rooms: { type: array, minItems: 1, items: { type: string, minLength: 1 } } } }
    Visit: { type: object, required: [kind, day, rooms], properties: { kind: { type: string }, day: { type: string, format: date }, rooms: { type: array, items: { type: object, required: [place, room], properties: { place: { type: integer }, room: { type: string } } } } } }
    NewTerm: { type: object, required: [starts_on, rent], additionalProperties: false, properties: { starts_on: { type: string, format: date }, ends_on: { type: [string, 'null'], format: date, default: null }, rent: { type: integer, minimum: 1, maximum: 100000 }, deposit: { type: integer, minimum: 0, default: 0 } } }
    Term: { type: object, required: [id, status, starts_on, ends_on, rent, deposit], properties: { id: { type: string }, status: { type: string, enum: [agreed, ended] }, starts_on: { type: string, format: date }, ends_on: { type: [string, 'null'], format: date }, rent: { type: integer }, deposit: { type: integer } } }
    End: { type: object, required: [ends_on], additionalProperties: false, properties: { ends_on: { type: string, format: date } } }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// The city has to be written as it is.
    CityByCase,
    /// A flat of the very rent is left out.
    RentIsBelow,
    /// Rents are sorted as texts.
    RentsAsTexts,
    /// A name in capitals is another one.
    NameByCase,
    /// A visit may be today.
    VisitToday,
    /// A visit may be a day later than is said.
    VisitLater,
    /// A term of one day is refused.
    NoDay,
    /// A deposit may be four times the rent.
    FourRents,
    /// A term may be ended after its end.
    EndsLater,
    /// A term may be ended before its start.
    EndsBefore,
}

async fn run(fault: Fault, check: &str) -> Run {
    // Two that are there already.
    let old = |id: &str, city: &str, rent: u64| json!({"kind": "flat", "id": id, "name": id, "address": {"street": "Row", "city": city}, "asking_rent_cents": rent});
    let store = Store::with("old", old("old", "Bremen", 70_000));
    store.put("older", old("older", "Hamburg", 90_000));
    let service = crate::service::Service::start(move |request| respond(&store, fault, request));
    let suite = Suite::of_components(PATHS, "\n  responses:", SCHEMAS);
    suite.profile("creates = ['*']\n").only(check).run(&service.await.url).await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let path: Vec<&str> = request.path.split('/').skip(1).collect();
    match (request.method.as_str(), path.as_slice()) {
        ("GET", ["flats"]) => flats(store, fault, request),
        ("POST", ["flats"]) => letting(store, fault, request),
        ("POST", ["flats", id, "visits"]) if store.get(id).is_some() => visit(fault, request),
        ("POST", ["terms"]) => agree(store, fault, request),
        ("POST", ["terms", id, "end"]) => match store.get(id) {
            Some(term) => end(store, fault, (id, term), request),
            None => Answer::error(404),
        },
        ("GET", ["terms", id]) => {
            store.get(id).map_or_else(|| Answer::error(404), |one| Answer::json(200, one))
        }
        ("DELETE", ["flats" | "terms", id]) => match store.remove(id) {
            Some(_) => Answer::empty(204),
            None => Answer::error(404),
        },
        ("POST", ["flats", _, "visits"]) => Answer::error(404),
        (_, ["flats"]) => Answer::error(405).with("allow", "GET, POST"),
        (_, ["flats", _]) => Answer::error(405).with("allow", "DELETE"),
        (_, ["terms", _]) => Answer::error(405).with("allow", "GET, DELETE"),
        _ => Answer::error(405).with("allow", "POST"),
    }
}

/// Whether a body is as its schema says.
fn is_right(request: &Request, schema: &str) -> bool {
    let document: Value = yaml(SCHEMAS);
    let root = json!({"components": document, "$ref": format!("#/components/schemas/{schema}")});
    let options = jsonschema::options().should_validate_formats(true);
    let validator = options.build(&root).expect("a schema");
    request.is_json() && validator.is_valid(&request.json())
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).expect("YAML")
}

fn flats(store: &Store, fault: Fault, request: &Request) -> Answer {
    let mut all = store.values();
    all.retain(|one| one["kind"] == "flat");
    if let [city] = request.query("city").as_slice() {
        if city.is_empty() {
            return Answer::error(400);
        }
        all.retain(|one| {
            let own = one["address"]["city"].as_str().unwrap_or_default();
            own == *city || fault != Fault::CityByCase && own.to_lowercase() == city.to_lowercase()
        });
    }
    if let [most] = request.query("max_rent_cents").as_slice() {
        let digits = most.bytes().all(|one| one.is_ascii_digit());
        let Some(most) = most.parse::<u64>().ok().filter(|_| digits) else {
            return Answer::error(400);
        };
        let rent = |one: &Value| one["asking_rent_cents"].as_u64().unwrap_or_default();
        all.retain(|one| rent(one) < most || rent(one) == most && fault != Fault::RentIsBelow);
    }
    match request.query("sort").as_slice() {
        [] => {}
        ["asking_rent_cents"] if fault == Fault::RentsAsTexts => {
            all.sort_by_key(|one| one["asking_rent_cents"].to_string());
        }
        ["asking_rent_cents"] => all.sort_by_key(|one| one["asking_rent_cents"].as_u64()),
        _ => return Answer::error(400),
    }
    let shown: Vec<Value> = all.into_iter().map(flat).collect();
    Answer::json(200, shown.into())
}

fn flat(mut flat: Value) -> Value {
    flat.as_object_mut().into_iter().for_each(|flat| drop(flat.remove("kind")));
    flat
}

fn letting(store: &Store, fault: Fault, request: &Request) -> Answer {
    if !is_right(request, "NewFlat") {
        return Answer::error(422);
    }
    let mut body = request.json();
    let name = body["name"].as_str().unwrap_or_default().to_owned();
    let is_same = |own: &str| {
        own == name || fault != Fault::NameByCase && own.to_lowercase() == name.to_lowercase()
    };
    if store.values().iter().any(|one| one["name"].as_str().is_some_and(is_same)) {
        return Answer::error(409);
    }
    let id = store.uuid();
    body["id"] = id.clone().into();
    body["kind"] = "flat".into();
    store.put(&id, body.clone());
    Answer::json(201, flat(body))
}

/// A day, by how many it is from today.
fn days_ahead(day: &str) -> Option<i64> {
    let day = Date::parse(day, &time::format_description::well_known::Iso8601::DATE).ok()?;
    Some((day - OffsetDateTime::now_utc().date()).whole_days())
}

fn visit(fault: Fault, request: &Request) -> Answer {
    let mut body = request.json();
    let first = if fault == Fault::VisitToday { 0 } else { 1 };
    let last = if fault == Fault::VisitLater { 91 } else { 90 };
    let days = body["day"].as_str().and_then(days_ahead);
    if !is_right(request, "NewVisit") || !days.is_some_and(|days| (first..=last).contains(&days)) {
        return Answer::error(422);
    }
    if body["kind"] == "handover" {
        return Answer::error(409);
    }
    let rooms = body["rooms"].as_array().into_iter().flatten().enumerate();
    let rooms: Vec<Value> = rooms.map(|(n, room)| json!({"place": n + 1, "room": room})).collect();
    body["rooms"] = rooms.into();
    Answer::json(201, body)
}

fn agree(store: &Store, fault: Fault, request: &Request) -> Answer {
    if !is_right(request, "NewTerm") {
        return Answer::error(422);
    }
    let body = request.json();
    let deposit = body["deposit"].as_u64().unwrap_or_default();
    let times = if fault == Fault::FourRents { 4 } else { 3 };
    let (start, end) = (body["starts_on"].as_str(), body["ends_on"].as_str());
    let is_over = end.is_some() && end < start;
    let is_a_day = end.is_some() && end == start && fault == Fault::NoDay;
    if is_over || is_a_day || deposit > body["rent"].as_u64().unwrap_or_default() * times {
        return Answer::error(422);
    }
    let id = store.uuid();
    let term = json!({"id": id, "status": "agreed", "starts_on": start, "ends_on": end, "rent": body["rent"], "deposit": deposit});
    store.put(&id, term.clone());
    Answer::json(201, term)
}

fn end(store: &Store, fault: Fault, (id, mut term): (&str, Value), request: &Request) -> Answer {
    let body = request.json();
    if !is_right(request, "End") {
        return Answer::error(422);
    }
    let day = body["ends_on"].as_str();
    let is_before = day < term["starts_on"].as_str() && fault != Fault::EndsBefore;
    let own = term["ends_on"].as_str();
    let is_after = own.is_some() && day > own && fault != Fault::EndsLater;
    if is_before || is_after {
        return Answer::error(422);
    }
    if term["status"] != "agreed" {
        return Answer::error(409);
    }
    term["status"] = "ended".into();
    term["ends_on"] = body["ends_on"].clone();
    store.put(id, term.clone());
    Answer::json(200, term)
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, "").await;
    run.assert_sound(&[
        "flats:200:law:filter-is-kept:query.city:capitals:before",
        "visit:201:happy-path:minimal",
        "visit:422:violation:body.day:today",
        "agree:201:boundary:body.ends_on:one-day",
        "end:200:law:state-moves:agreed",
        "end:422:violation:body.ends_on:after-thing",
    ]);
}

#[tokio::test]
async fn what_is_wrong_is_found() {
    for (fault, check) in [
        (Fault::CityByCase, "flats:200:filter-is-kept"),
        (Fault::RentIsBelow, "flats:200:filter-is-kept"),
        (Fault::RentsAsTexts, "flats:200:sorted-as-asked"),
        (Fault::NameByCase, "letting:201:key-is-alone"),
        (Fault::VisitToday, "visit:201:told-limit-kept"),
        (Fault::VisitLater, "visit:201:told-limit-kept"),
        (Fault::NoDay, "agree:422:status-expected"),
        (Fault::FourRents, "agree:201:told-limit-kept"),
        (Fault::EndsLater, "end:200:told-limit-kept"),
        (Fault::EndsBefore, "end:200:told-limit-kept"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
