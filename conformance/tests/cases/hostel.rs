//! A hostel: jobs whose grades rank as is told, ratings of which each guest gives one, stays that are made under another name and
//! listed to those alone whose they are, and meters that don't go down.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const PATHS: &str = "
security: [{ token: [] }]
paths:
  /jobs:
    get:
      operationId: jobs
      description: All jobs. Jobs with equal sort values come newest first.
      parameters:
        - { name: sort, in: query, description: 'A leading `-` means descending; the default is `-number`. Grades rank low, urgent, deadly.', schema: { type: string, enum: [number, -number, changed_at, -changed_at, grade, -grade] } }
      responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Job' } } } } }, '400': { $ref: '#/components/responses/No' }, '401': { $ref: '#/components/responses/No' } }
    post:
      operationId: report
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/JobWrite' } } } }
      responses: { '201': { $ref: '#/components/responses/Job' }, '400': { $ref: '#/components/responses/No' }, '401': { $ref: '#/components/responses/No' } }
  /jobs/{number}:
    parameters: [{ name: number, in: path, required: true, schema: { type: integer, minimum: 1 } }]
    put:
      operationId: rewrite
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/JobWrite' } } } }
      responses: { '200': { $ref: '#/components/responses/Job' }, '400': { $ref: '#/components/responses/No' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
  /rooms:
    post:
      operationId: furnish
      description: Clerks only (403 for guests).
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [kwh], additionalProperties: false, properties: { kwh: { type: integer, minimum: 1, maximum: 9000 } } }, example: { kwh: 120 } } } }
      responses: { '201': { description: It., content: { application/json: { schema: { type: object, required: [id, kwh], properties: { id: { type: integer }, kwh: { type: integer } } } } } }, '400': { $ref: '#/components/responses/No' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' } }
  /rooms/{room_id}/readings:
    parameters: [{ $ref: '#/components/parameters/room' }]
    post:
      operationId: read
      description: Clerks only (403 for guests). `kwh` must not be below that of the room (422).
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [kwh], additionalProperties: false, properties: { kwh: { type: integer, minimum: 1, maximum: 9000 } } }, example: { kwh: 412 } } } }
      responses: { '201': { description: It., content: { application/json: { schema: { type: object, required: [kwh], properties: { kwh: { type: integer } } } } } }, '400': { $ref: '#/components/responses/No' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /rooms/{room_id}/ratings:
    parameters: [{ $ref: '#/components/parameters/room' }]
    get:
      operationId: ratings
      description: All ratings of the room, newest first.
      responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Rating' } } } } }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
    post:
      operationId: rate
      description: Guests only (403 for clerks). Each guest has one rating per room (409).
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/RatingWrite' } } } }
      responses: { '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Rating' } } } }, '400': { $ref: '#/components/responses/No' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
  /bookings:
    post:
      operationId: book
      description: Guests only (403 for clerks). A stay begins.
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [nights], additionalProperties: false, properties: { nights: { type: integer, minimum: 1, maximum: 60 } } } } } }
      responses: { '201': { $ref: '#/components/responses/Stay' }, '400': { $ref: '#/components/responses/No' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' } }
  /stays:
    get:
      operationId: stays
      description: Clerks see all stays, guests their own only. Guests who filter by `guest` of somebody else get 403.
      parameters: [{ name: guest, in: query, schema: { type: string } }]
      responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Stay' } } } } }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' } }
  /stays/{stay_id}:
    parameters: [{ name: stay_id, in: path, required: true, schema: { type: integer, minimum: 1 } }]
    get:
      operationId: stay
      description: For guests, the stays of other guests do not exist (404). The `remark` is there for clerks only; guests get the stay without this member.
      responses: { '200': { $ref: '#/components/responses/Stay' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  parameters:
    room: { name: room_id, in: path, required: true, schema: { type: integer, minimum: 1 } }
  responses:
    Job: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Job' } } } }
    Stay: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Stay' } } } }";

const SCHEMAS: &str = "
  schemas:
    JobWrite: { type: object, required: [grade], additionalProperties: false, properties: { grade: { type: string, enum: [deadly, low, urgent] } } }
    Job: { type: object, required: [number, grade, created_at, changed_at], properties: { number: { type: integer }, grade: { type: string, enum: [deadly, low, urgent] }, created_at: { type: string, format: date-time }, changed_at: { type: string, format: date-time } } }
    RatingWrite: { type: object, required: [stars], additionalProperties: false, properties: { stars: { type: integer, minimum: 1, maximum: 5 } } }
    Rating: { type: object, required: [id, stars, guest], properties: { id: { type: integer }, stars: { type: integer }, guest: { type: string } } }
    Stay: { type: object, required: [id, nights, guest], properties: { id: { type: integer }, nights: { type: integer }, guest: { type: string }, remark: { type: string } } }
";

const WHO: &str = "
creates = ['*']
[credentials.clerk]
bearer = 'clerk'
may = ['jobs', 'report', 'rewrite', 'furnish', 'read', 'ratings', 'stays', 'stay']
[credentials.guest]
bearer = 'guest'
may = ['jobs', 'report', 'rewrite', 'ratings', 'rate', 'book', 'stays', 'stay']
[credentials.guest_too]
bearer = 'guest_too'
may = ['jobs', 'report', 'rewrite', 'ratings', 'rate', 'book', 'stays', 'stay']
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// Grades are sorted by their letters.
    ByLetters,
    /// Of equal jobs, the oldest come first.
    TiesOldest,
    /// Jobs are sorted by when they were made, where they should be by when they were changed.
    ByMaking,
    /// Without `sort`, the oldest come first.
    OldestFirst,
    /// A guest may rate as often as they like.
    RatesAgain,
    /// The oldest ratings come first.
    RatingsOldest,
    /// Guests see all stays.
    AllStays,
    /// Guests may ask for those of others.
    AnyGuest,
    /// Any guest may look at any stay.
    AnyStay,
    /// Guests get the remark.
    Remark,
    /// A meter may go down.
    Down,
    /// A meter has to go up.
    Up,
}

async fn run(fault: Fault, check: &str) -> Run {
    Suite::of_components(PATHS, RESPONSES, SCHEMAS)
        .profile(WHO)
        .only(check)
        .run_against(fault, respond)
        .await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let path: Vec<&str> = request.path.split('/').skip(1).collect();
    let allow = match path.as_slice() {
        ["jobs"] | ["rooms", _, "ratings"] => "GET, POST",
        ["jobs", _] => "PUT",
        ["rooms"] | ["bookings"] | ["rooms", _, "readings"] => "POST",
        ["stays"] | ["stays", _] => "GET",
        _ => return Answer::error(404),
    };
    if !allow.split(", ").any(|method| method == request.method) {
        return Answer::error(405).with("allow", allow);
    }
    let Some(who) = request.token().filter(|one| ["clerk", "guest", "guest_too"].contains(one))
    else {
        return Answer::error(401).with("www-authenticate", "Bearer");
    };
    let is_clerk = who == "clerk";
    let there = |key: String| store.get(&key);
    match (path.as_slice(), request.method.as_str()) {
        (["jobs"], "GET") => jobs(store, fault, request),
        (["jobs"], _) => job(store, request, None),
        (["jobs", number], _) => match there(format!("jobs/{number}")) {
            Some(known) => job(store, request, Some(&known)),
            None => Answer::error(404),
        },
        (["rooms"], _) if is_clerk => match number(request, "kwh", 9000) {
            Some(kwh) => made(store, "rooms", json!({ "kwh": kwh })),
            None => Answer::error(400),
        },
        (["rooms"], _) => Answer::error(403),
        (["bookings"], _) if is_clerk => Answer::error(403),
        (["bookings"], _) => match number(request, "nights", 60) {
            Some(nights) => made(store, "stays", json!({ "nights": nights, "guest": who })),
            None => Answer::error(400),
        },
        (["stays"], _) => stays(store, fault, request, who),
        (["stays", id], _) => match there(format!("stays/{id}")) {
            Some(stay) if is_clerk || stay["guest"] == who || fault == Fault::AnyStay => {
                Answer::json(200, shown(stay, is_clerk || fault == Fault::Remark))
            }
            _ => Answer::error(404),
        },
        (["rooms", id, part], method) => {
            let is_refused = method == "POST" && is_clerk == (*part == "ratings");
            match there(format!("rooms/{id}")) {
                _ if is_refused => Answer::error(403),
                None => Answer::error(404),
                Some(room) if *part == "readings" => read(fault, request, &room),
                Some(_) => ratings(store, fault, request, (id, who)),
            }
        }
        _ => Answer::error(404),
    }
}

/// The only member of a body, which is a whole number from 1 to this.
fn number(request: &Request, name: &str, most: i64) -> Option<i64> {
    let body = request.json();
    let is_alone = request.is_json() && body.as_object().is_some_and(|one| one.len() == 1);
    let number = body[name].as_f64().filter(|one| is_alone && one.fract() == 0.0)?;
    #[allow(clippy::cast_possible_truncation)]
    let number = number as i64;
    (1..=most).contains(&number).then_some(number)
}

fn made(store: &Store, kind: &str, mut thing: Value) -> Answer {
    let id = store.serial();
    thing["id"] = json!(id);
    store.put(&format!("{kind}/{id}"), thing.clone());
    Answer::json(201, thing)
}

/// The things of a kind, in the order of their making.
fn all(store: &Store, kind: &str) -> Vec<Value> {
    let ids = store.ids().into_iter().filter(|id| id.starts_with(kind));
    let mut all: Vec<Value> = ids.filter_map(|id| store.get(&id)).collect();
    all.sort_by_key(|one| one["id"].as_u64().or(one["number"].as_u64()));
    all
}

fn moment(serial: &Value) -> String {
    let serial = serial.as_u64().unwrap_or_default();
    format!("2026-01-01T{:02}:{:02}:{:02}Z", serial / 3600 % 24, serial / 60 % 60, serial % 60)
}

fn job(store: &Store, request: &Request, known: Option<&Value>) -> Answer {
    let body = request.json();
    let is_alone = request.is_json() && body.as_object().is_some_and(|one| one.len() == 1);
    let grade = body["grade"].as_str().filter(|one| ["deadly", "low", "urgent"].contains(one));
    let Some(grade) = grade.filter(|_| is_alone) else { return Answer::error(400) };
    let now = json!(store.serial());
    let number = known.map_or(now.clone(), |known| known["number"].clone());
    let job = json!({"number": number, "grade": grade, "created_at": moment(&number), "changed_at": moment(&now)});
    store.put(&format!("jobs/{number}"), job.clone());
    Answer::json(if known.is_some() { 200 } else { 201 }, job)
}

fn jobs(store: &Store, fault: Fault, request: &Request) -> Answer {
    let asked = request.query("sort");
    let default = if fault == Fault::OldestFirst { "number" } else { "-number" };
    let sort = asked.first().copied().unwrap_or(default);
    let (key, descending) = sort.strip_prefix('-').map_or((sort, false), |key| (key, true));
    if !["number", "changed_at", "grade"].contains(&key) || asked.len() > 1 {
        return Answer::error(400);
    }
    let mut jobs = all(store, "jobs/");
    if fault != Fault::TiesOldest {
        jobs.reverse();
    }
    let key = if key == "changed_at" && fault == Fault::ByMaking { "number" } else { key };
    jobs.sort_by_cached_key(|job| match (key, job["grade"].as_str().unwrap_or_default()) {
        ("number", _) => (job["number"].as_u64().unwrap_or_default(), String::new()),
        ("grade", grade) if fault == Fault::ByLetters => (0, grade.to_owned()),
        ("grade", "low") => (0, String::new()),
        ("grade", "urgent") => (1, String::new()),
        ("grade", _) => (2, String::new()),
        _ => (0, job["changed_at"].to_string()),
    });
    if descending {
        // What is equal stays as it is.
        jobs = in_reverse(jobs, key);
    }
    Answer::json(200, Value::Array(jobs))
}

fn in_reverse(jobs: Vec<Value>, key: &str) -> Vec<Value> {
    let mut groups: Vec<Vec<Value>> = Vec::new();
    for job in jobs {
        match groups.last_mut() {
            Some(last) if last[0][key] == job[key] => last.push(job),
            _ => groups.push(vec![job]),
        }
    }
    groups.into_iter().rev().flatten().collect()
}

fn read(fault: Fault, request: &Request, room: &Value) -> Answer {
    let Some(kwh) = number(request, "kwh", 9000) else { return Answer::error(400) };
    let least = room["kwh"].as_i64().unwrap_or_default();
    let is_below = match fault {
        Fault::Down => false,
        Fault::Up => kwh <= least,
        _ => kwh < least,
    };
    if is_below { Answer::error(422) } else { Answer::json(201, json!({ "kwh": kwh })) }
}

fn ratings(store: &Store, fault: Fault, request: &Request, (room, who): (&str, &str)) -> Answer {
    let kind = format!("ratings/{room}");
    let mut given = all(store, &format!("{kind}/"));
    if request.method == "GET" {
        if fault != Fault::RatingsOldest {
            given.reverse();
        }
        return Answer::json(200, Value::Array(given));
    }
    let Some(stars) = number(request, "stars", 5) else { return Answer::error(400) };
    if given.iter().any(|one| one["guest"] == who) && fault != Fault::RatesAgain {
        return Answer::error(409);
    }
    made(store, &kind, json!({ "stars": stars, "guest": who }))
}

fn shown(mut stay: Value, with_remark: bool) -> Value {
    if with_remark {
        stay["remark"] = json!("Pays in cash.");
    }
    stay
}

fn stays(store: &Store, fault: Fault, request: &Request, who: &str) -> Answer {
    let asked = request.query("guest").first().copied();
    let is_clerk = who == "clerk";
    if !is_clerk && asked.is_some_and(|asked| asked != who) && fault != Fault::AnyGuest {
        return Answer::error(403);
    }
    let sees_all = is_clerk || matches!(fault, Fault::AllStays | Fault::AnyGuest);
    let mut stays = all(store, "stays/");
    stays.retain(|stay| sees_all || stay["guest"] == who);
    stays.retain(|stay| asked.is_none_or(|asked| stay["guest"] == asked));
    let stays = stays.into_iter().map(|stay| shown(stay, is_clerk)).collect();
    Answer::json(200, Value::Array(stays))
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    run(Fault::None, "").await.assert_sound(&[
        "jobs:200:law:sorted-as-asked:query.sort:grade",
        "jobs:200:law:sorted-as-asked:query.sort:-grade",
        "jobs:200:law:sorted-as-asked:query.sort:changed_at:changed",
        "jobs:200:law:absent-is-default:query.sort",
        "rate:409:law:said-twice-refused",
        "ratings:200:law:order-is-kept",
        "stays:200:law:made-is-listed",
        "stays:200:law:hidden-stays-hidden:listed:guest:guest_too",
        "stays:403:law:for-oneself-alone:query.guest:guest_too",
        "stay:200:law:unseen-by-role:guest:remark",
        "read:422:violation:body.kwh:below",
        "read:201:law:body.kwh:just-as-much",
    ]);
}

#[tokio::test]
async fn jobs_come_in_the_order_that_is_told() {
    for (fault, check) in [
        (Fault::ByLetters, "jobs:200:sorted-as-asked"),
        (Fault::TiesOldest, "jobs:200:sorted-as-asked"),
        (Fault::ByMaking, "jobs:200:sorted-as-asked"),
        (Fault::OldestFirst, "jobs:200:absent-is-default"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}

#[tokio::test]
async fn each_guest_has_what_is_theirs() {
    for (fault, check) in [
        (Fault::RatesAgain, "rate:201:said-twice-refused:law"),
        (Fault::RatingsOldest, "ratings:200:order-is-kept"),
        (Fault::AllStays, "stays:200:hidden-stays-hidden"),
        (Fault::AnyGuest, "stays:200:for-oneself-alone"),
        (Fault::AnyStay, "stay:200:own-alone"),
        (Fault::Remark, "stay:200:unseen-by-role"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}

#[tokio::test]
async fn a_meter_may_stay_and_not_go_down() {
    for (fault, check) in [
        (Fault::Down, "read:201:told-limit-kept:violation"),
        (Fault::Up, "read:422:limit-accepted:law"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
