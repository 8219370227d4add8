//! Organisations that don't see each other's things, of which one who makes them may not remove them; lists that are asked for no
//! more often than they answer; versions that bodies name; and moves that are somebody's own.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const PATHS: &str = "
security: [{ token: [] }]
paths:
  /tenants:
    get:
      operationId: tenants
      description: They register themselves. Each caller may ask a few times.
      responses:
        '401': { $ref: '#/components/responses/No' }
        '200': { description: They., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Tenant' } } } } }
        '429': { description: Too often., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
  /houses:
    post:
      operationId: make
      description: A new house is `empty`.
      requestBody: { $ref: '#/components/requestBodies/House' }
      responses: { '401': { $ref: '#/components/responses/No' }, '201': { $ref: '#/components/responses/House' }, '403': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /houses/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: look
      responses: { '401': { $ref: '#/components/responses/No' }, '200': { $ref: '#/components/responses/House' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      description: For admins only.
      responses: { '401': { $ref: '#/components/responses/No' }, '204': { $ref: '#/components/responses/Done' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
  /houses/{id}/moves:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: move
      description: |
        Moves a house on.

        | action  | from    | to      | who           |
        |---------|---------|---------|---------------|
        | `let`   | `empty` | `taken` | its manager   |
        | `leave` | `taken` | `empty` | an admin      |

        - An action that the status doesn't allow: 409.
        - `version` has to be that of the house: otherwise 409.
        - `until` before today: 422.
      requestBody: { $ref: '#/components/requestBodies/Move' }
      responses: { '401': { $ref: '#/components/responses/No' }, '200': { $ref: '#/components/responses/House' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /houses/{id}/plan:
    parameters: [{ $ref: '#/components/parameters/id' }]
    put:
      operationId: draw
      description: |
        - More than 10,240 bytes: 413.
      requestBody: { required: true, content: { image/png: {} } }
      responses: { '401': { $ref: '#/components/responses/No' }, '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' }, '413': { $ref: '#/components/responses/No' } }
  /stays:
    post:
      operationId: stay
      description: Every house exists in the organisation (422 otherwise).
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Stay' } } } }
      responses: { '401': { $ref: '#/components/responses/No' }, '204': { $ref: '#/components/responses/Done' }, '422': { $ref: '#/components/responses/No' } }
  /runs:
    post:
      operationId: run
      description: Posts the rent of a month, which is over by then.
      requestBody: { $ref: '#/components/requestBodies/Run' }
      responses: { '401': { $ref: '#/components/responses/No' }, '204': { $ref: '#/components/responses/Done' }, '403': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
";

const BODIES: &str = "
  requestBodies:
    House: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/NewHouse' } } } }
    Move: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Move' } } } }
    Run: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Run' } } } }";

const RESPONSES: &str = "
  responses:
    House: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/House' } } } }";

const SCHEMAS: &str = "
  schemas:
    Tenant: { type: object, required: [id], properties: { id: { type: string } } }
    NewHouse:
      type: object
      required: [name, tenant_id]
      properties:
        name: { type: string, minLength: 1, maxLength: 80, pattern: '\\S', description: No two houses have the same name (409). }
        tenant_id: { type: string, description: One of the tenants. }
    House:
      type: object
      required: [id, name, tenant_id, status, version]
      properties:
        id: { type: string }
        name: { type: string }
        tenant_id: { type: string }
        status: { type: string, enum: [empty, taken] }
        version: { type: integer }
    Move:
      type: object
      required: [action, version, until]
      properties:
        action: { type: string, enum: [let, leave] }
        version: { type: integer, minimum: 1 }
        until: { type: string, format: date }
    Stay: { type: object, required: [house_ids], properties: { house_ids: { type: array, minItems: 1, items: { type: string } } } }
    Run: { type: object, required: [month], properties: { month: { type: string, pattern: '^20\\d\\d-(0[1-9]|1[0-2])$' } } }
";

/// The clerk of the second organisation makes houses, and nobody there may remove them.
const PROFILE: &str = "
creates = ['*']
allow = ['move', 'run', 'stay']
[credentials.admin]
bearer = 'admin'
may = ['*']
[credentials.clerk]
bearer = 'clerk'
may = ['make', 'look', 'tenants', 'move', 'draw', 'run', 'stay']
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// A plan may be of any size.
    AnySize,
    /// Houses stay when they are removed.
    HousesStay,
    /// A house that is empty is left.
    EmptyIsLeft,
    /// Any version is as good as the present one.
    AnyVersion,
    /// The houses of others may be named.
    AnyHouse,
    /// Of several houses the first has to be there.
    FirstHouse,
}

/// The run against a service that counts how often each caller has asked for tenants.
async fn run(fault: Fault, check: &str) -> Run {
    let (houses, asked) = (Store::default(), [AtomicUsize::new(0), AtomicUsize::new(0)]);
    let service = Service::start(move |request| respond(&houses, &asked, fault, request)).await;
    let parts = |parts: String| {
        let parts = parts.replace("\n  requestBodies:", BODIES);
        parts.replace("\n  responses:", RESPONSES).replace("\n  schemas:", SCHEMAS)
    };
    let suite = Suite::of_parts(PATHS, parts).profile(PROFILE).only(check);
    suite.run(&service.url).await
}

fn respond(houses: &Store, asked: &[AtomicUsize; 2], fault: Fault, request: &Request) -> Answer {
    const OFTEN: usize = 12;
    let admin = match request.token() {
        Some("admin") => true,
        Some("clerk") => false,
        _ => return Answer::error(401).with("www-authenticate", "Bearer"),
    };
    let organisation = if admin { "first" } else { "second" };
    let path: Vec<&str> = request.path.split('/').skip(1).collect();
    let own = |id: &str| houses.get(id).filter(|house| house["organisation"] == organisation);
    match (request.method.as_str(), path.as_slice()) {
        ("GET", ["tenants"]) => {
            let before = asked[usize::from(admin)].fetch_add(1, Ordering::Relaxed);
            if before >= OFTEN {
                return Answer::error(429).with("retry-after", "60");
            }
            Answer::json(200, json!([{"id": format!("{organisation}-1")}]))
        }
        ("POST", ["houses"]) => make(houses, organisation, request),
        ("GET", ["houses", id]) => {
            own(id).map_or_else(|| Answer::error(404), |one| shown(200, &one))
        }
        ("DELETE", ["houses", _]) if !admin => Answer::error(403),
        ("DELETE", ["houses", id]) => match own(id) {
            Some(_) => {
                if fault != Fault::HousesStay {
                    houses.remove(id);
                }
                Answer::empty(204)
            }
            None => Answer::error(404),
        },
        ("POST", ["houses", id, "moves"]) => match own(id) {
            Some(house) => moved(houses, fault, (id, house, admin), request),
            None => Answer::error(404),
        },
        ("PUT", ["houses", id, "plan"]) => match own(id) {
            // Bytes are no text: how many there are, the field tells.
            Some(_) => {
                let length = request
                    .header("content-length")
                    .first()
                    .map_or(0, |one| one.parse().unwrap_or(0));
                let is_too_large = length > 10_240 && fault != Fault::AnySize;
                if is_too_large { Answer::error(413) } else { Answer::empty(204) }
            }
            None => Answer::error(404),
        },
        ("POST", ["runs"]) => month(request),
        ("POST", ["stays"]) => stay(houses, fault, organisation, request),
        (_, ["tenants"]) => Answer::error(405).with("allow", "GET"),
        (_, ["houses" | "runs" | "stays"] | ["houses", _, "moves"]) => {
            Answer::error(405).with("allow", "POST")
        }
        (_, ["houses", _, "plan"]) => Answer::error(405).with("allow", "PUT"),
        _ => Answer::error(405).with("allow", "GET, DELETE"),
    }
}

fn shown(status: u16, house: &Value) -> Answer {
    let mut house = house.clone();
    house.as_object_mut().into_iter().for_each(|house| drop(house.remove("organisation")));
    Answer::json(status, house)
}

fn make(houses: &Store, organisation: &str, request: &Request) -> Answer {
    let body = request.json();
    let name = body["name"].as_str().unwrap_or_default();
    let is_right = !name.trim().is_empty() && name.chars().count() <= 80 && request.is_json();
    if !is_right || body["tenant_id"] != format!("{organisation}-1") {
        return Answer::error(422);
    }
    if houses.values().iter().any(|house| house["name"] == name) {
        return Answer::error(409);
    }
    let id = houses.uuid();
    let house = json!({"id": id, "name": name, "tenant_id": body["tenant_id"], "status": "empty", "version": 7, "organisation": organisation});
    houses.put(&id, house.clone());
    shown(201, &house)
}

fn moved(
    houses: &Store,
    fault: Fault,
    (id, mut house, admin): (&str, Value, bool),
    request: &Request,
) -> Answer {
    let body = request.json();
    let (from, to) = match body["action"].as_str() {
        Some("let") => ("empty", "taken"),
        Some("leave") => ("taken", "empty"),
        _ => return Answer::error(422),
    };
    let day = body["until"].as_str().filter(|day| day.len() == 10);
    let day = day.and_then(|day| {
        time::Date::parse(day, &time::format_description::well_known::Iso8601::DATE).ok()
    });
    let version = body["version"].as_i64().filter(|version| *version >= 1);
    let today = time::OffsetDateTime::now_utc().date();
    if version.is_none() || day.is_none_or(|day| day < today) || !request.is_json() {
        return Answer::error(422);
    }
    if to == "empty" && !admin {
        return Answer::error(403);
    }
    let is_there = house["status"] == from || fault == Fault::EmptyIsLeft && to == "empty";
    let is_present = house["version"] == body["version"] || fault == Fault::AnyVersion;
    if !is_present || !is_there {
        return Answer::error(409);
    }
    house["status"] = to.into();
    house["version"] = (house["version"].as_i64().unwrap_or_default() + 1).into();
    houses.put(id, house.clone());
    shown(200, &house)
}

/// All of the houses are there.
fn stay(houses: &Store, fault: Fault, organisation: &str, request: &Request) -> Answer {
    let body = request.json();
    let named = body["house_ids"].as_array().cloned().unwrap_or_default();
    let is_there = |id: &Value| {
        let house = id.as_str().and_then(|id| houses.get(id));
        house.is_some_and(|one| one["organisation"] == organisation || fault == Fault::AnyHouse)
    };
    let looked_at = if fault == Fault::FirstHouse { 1 } else { usize::MAX };
    let is_right = !named.is_empty() && named.iter().all(Value::is_string) && request.is_json();
    match is_right && named.iter().take(looked_at).all(is_there) {
        true => Answer::empty(204),
        false => Answer::error(422),
    }
}

/// Rent is posted for months that are over.
fn month(request: &Request) -> Answer {
    let body = request.json();
    let month = body["month"].as_str().unwrap_or_default();
    let is_month = month.len() == 7
        && time::Date::parse(
            &format!("{month}-01"),
            &time::format_description::well_known::Iso8601::DATE,
        )
        .is_ok();
    let is_over = month.starts_with("20") && month < "2026-01";
    if is_month && is_over && request.is_json() { Answer::empty(204) } else { Answer::error(422) }
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, "").await;
    assert_eq!(run.causes("should"), [""; 0], "{}", run.told);
    run.assert_sound(&[
        "make:201:happy-path:minimal",
        "look:200:happy-path:minimal",
        "move:200:happy-path:minimal",
        "drop:204:happy-path:minimal",
        "draw:413:violation:body:too-large",
        "run:204:happy-path:minimal",
    ]);
}

#[tokio::test]
async fn what_is_wrong_is_found() {
    for (fault, check) in [
        (Fault::AnySize, "draw:204:status-expected"),
        (Fault::HousesStay, "drop:"),
        (Fault::EmptyIsLeft, "move:200:state-refuses"),
        (Fault::AnyVersion, "move:200:stale-version-refused"),
        (Fault::AnyHouse, "stay:204:hidden-stays-hidden"),
        (Fault::FirstHouse, "stay:204:unknown-reference-refused"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
