//! 17x: what descriptions say outright: limits, sums, defaults within objects, filters of what nothing writes, names of files,
//! and what lies within what.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const STAYS: &str = "
paths:
  /rooms:
    get:
      operationId: listRooms
      parameters:
        - { name: kind, in: query, schema: { type: string, enum: [single, double] } }
        - { name: accepting, in: query, description: 'Only those that take dogs (`true`), or only those that take none (`false`).', schema: { type: boolean } }
      responses:
        '200': { description: All., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Room' } } } } }
        '422': { $ref: '#/components/responses/No' }
  /stays:
    get:
      operationId: listStays
      parameters:
        - { name: from, in: query, description: Starts at this time or later., schema: { type: string, format: date-time } }
        - { name: to, in: query, description: Starts before this time. Must not be earlier than `from`., schema: { type: string, format: date-time } }
        - { name: sort, in: query, schema: { type: string, enum: [guest_name, -guest_name], default: guest_name } }
      responses:
        '200': { description: All., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Stay' } } } } }
        '422': { $ref: '#/components/responses/No' }
    post:
      operationId: stay
      description: >
        An unknown room, or a discount above the subtotal, is a 422. Malformed JSON is a 400.
        A line's `amount` is `quantity` times `price`, `subtotal` is the sum of the lines' amounts and `total` is that less
        the discount.
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [room_id, guest_name, starts_at, minutes, terms, lines]
              properties:
                room_id: { type: string, format: uuid }
                guest_name: { type: string }
                starts_at: { type: string, format: date-time, description: Must be in the future. }
                minutes: { type: integer, minimum: 30, maximum: 600 }
                terms: { type: object, required: [word], properties: { word: { type: string }, days: { type: integer, default: 14 } } }
                discount: { type: integer, minimum: 0, default: 0 }
                lines:
                  type: array
                  minItems: 1
                  items: { type: object, required: [quantity, price], properties: { quantity: { type: integer, minimum: 1, maximum: 9 }, price: { type: integer, minimum: 2, maximum: 99 } } }
      responses:
        '201': { description: Made., content: { application/json: { schema: { $ref: '#/components/schemas/Stay' } } } }
        '400': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
  /stays/{stay_id}:
    parameters: [{ $ref: '#/components/parameters/stay' }]
    get:
      operationId: getStay
      responses:
        '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Stay' } } } }
        '404': { $ref: '#/components/responses/No' }
  /stays/{stay_id}/notes:
    parameters: [{ $ref: '#/components/parameters/stay' }]
    post:
      operationId: note
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses:
        '201': { description: Made., content: { application/json: { schema: { $ref: '#/components/schemas/Note' } } } }
        '404': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
  /stays/{stay_id}/notes/{id}:
    parameters: [{ $ref: '#/components/parameters/stay' }, { $ref: '#/components/parameters/id' }]
    get:
      operationId: getNote
      responses:
        '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Note' } } } }
        '404': { $ref: '#/components/responses/No' }
    put:
      operationId: rewrite
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses:
        '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Note' } } } }
        '404': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
  /scans:
    post:
      operationId: scan
      description: It is stored byte for byte.
      parameters: [{ name: filename, in: query, required: true, example: letter.txt, schema: { type: string, pattern: '^[a-z.]{1,20}$' } }]
      requestBody: { required: true, content: { text/plain: {} } }
      responses:
        '201': { description: Made., content: { application/json: { schema: { $ref: '#/components/schemas/Scan' } } } }
        '422': { $ref: '#/components/responses/No' }
  /scans/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: getScan
      responses:
        '200':
          description: The file.
          headers: { Content-Disposition: { required: true, description: With the name that it was uploaded under., schema: { type: string } } }
          content: { text/plain: {} }
        '404': { $ref: '#/components/responses/No' }
";

const SCHEMAS: &str = "
  parameters:
    stay: { name: stay_id, in: path, required: true, schema: { type: string } }
";
const MORE: &str = "
  schemas:
    Room: { type: object, required: [id, kind, accepts_dogs], properties: { id: { type: string, format: uuid }, kind: { type: string, enum: [single, double] }, accepts_dogs: { type: boolean } } }
    Note: { type: object, required: [id, stay_id, name], properties: { id: { type: string }, stay_id: { type: string }, name: { type: string } } }
    Scan: { type: object, required: [id, size, sha256], properties: { id: { type: string }, size: { type: integer, description: In bytes. }, sha256: { type: string, pattern: '^[0-9a-f]{64}$', description: SHA-256 of the file. } } }
    Stay:
      type: object
      required: [id, room_id, guest_name, starts_at, minutes, ends_at, terms, lines, subtotal, discount, total, notes_count]
      properties:
        id: { type: string }
        room_id: { type: string, format: uuid }
        guest_name: { type: string }
        starts_at: { type: string, format: date-time }
        minutes: { type: integer }
        ends_at: { type: string, format: date-time, description: '`starts_at` plus `minutes`.' }
        terms: { type: object, required: [word, days], properties: { word: { type: string }, days: { type: integer } } }
        lines: { type: array, items: { type: object, required: [quantity, price, amount], properties: { quantity: { type: integer }, price: { type: integer }, amount: { type: integer } } } }
        subtotal: { type: integer }
        discount: { type: integer }
        total: { type: integer }
        notes_count: { type: integer, description: How many notes there are. }
";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    KindIgnored,
    AcceptingTurned,
    EitherFilter,
    UnknownRoomIsTaken,
    PastIsTaken,
    DiscountAbove,
    MalformedIs422,
    AmountOfOne,
    FirstLineOnly,
    DiscountIgnored,
    EndsWrong,
    NoDays,
    ToBeforeFrom,
    UnsortedUnasked,
    NotesNotCounted,
    NoteAnywhere,
    RewritesNewest,
    AnyName,
    SizeInKilobytes,
    DigestOfTheName,
}

#[derive(Clone, Default)]
struct Stays {
    stays: Store,
    notes: Store,
    scans: Store,
}

fn rooms() -> Vec<Value> {
    let room = |n: u64, kind: &str, dogs: bool| json!({"id": format!("7777777{n}-0000-4000-8000-000000000000"), "kind": kind, "accepts_dogs": dogs});
    vec![room(1, "single", true), room(2, "double", true), room(3, "double", false)]
}

fn whole(value: &Value, least: i64, most: i64) -> Option<i64> {
    value.as_i64().filter(|number| (least..=most).contains(number))
}

impl Stays {
    fn respond(&self, request: &Request, fault: Fault) -> Answer {
        let segments: Vec<&str> = request.path.trim_matches('/').split('/').collect();
        match (request.method.as_str(), segments.as_slice()) {
            ("GET", ["rooms"]) => Self::rooms(request, fault),
            ("GET", ["stays"]) => self.list(request, fault),
            ("POST", ["stays"]) => self.stay(request, fault),
            ("GET", ["stays", id]) => self.stays.item(request, id),
            ("POST", ["stays", id, "notes"]) => self.note(request, id, fault),
            (_, ["stays", stay, "notes", id])
                if matches!(request.method.as_str(), "GET" | "PUT") =>
            {
                self.noted(request, stay, id, fault)
            }
            ("POST", ["scans"]) => self.scan(request, fault),
            ("GET", ["scans", id]) => self.scanned(id, fault),
            ("GET", _) => Answer::error(404),
            _ => Answer::error(405).with("allow", "GET, POST, PUT"),
        }
    }

    fn rooms(request: &Request, fault: Fault) -> Answer {
        let (kind, dogs) = (request.query("kind"), request.query("accepting"));
        let is_right = kind.iter().all(|one| ["single", "double"].contains(one))
            && dogs.iter().all(|one| ["true", "false"].contains(one));
        if !is_right {
            return Answer::error(422);
        }
        let fits = |room: &Value| {
            let kind =
                kind.first().map(|kind| room["kind"] == **kind || fault == Fault::KindIgnored);
            let dogs = dogs.first().map(|dogs| {
                (room["accepts_dogs"] == (*dogs == "true")) != (fault == Fault::AcceptingTurned)
            });
            match (kind, dogs) {
                (Some(kind), Some(dogs)) if fault == Fault::EitherFilter => kind || dogs,
                (kind, dogs) => kind.unwrap_or(true) && dogs.unwrap_or(true),
            }
        };
        Answer::json(200, rooms().into_iter().filter(fits).collect())
    }

    fn list(&self, request: &Request, fault: Fault) -> Answer {
        let (from, to) = (request.query("from"), request.query("to"));
        let sort = request.query("sort");
        let is_time = |one: &&str| moment(one).is_some();
        let is_sort = sort.iter().all(|one| ["guest_name", "-guest_name"].contains(one));
        let is_turned =
            from.first().zip(to.first()).is_some_and(|(from, to)| moment(to) < moment(from));
        if !from.iter().chain(&to).all(is_time)
            || !is_sort
            || (is_turned && fault != Fault::ToBeforeFrom)
        {
            return Answer::error(422);
        }
        let mut stays = self.stays.values();
        let text = |stay: &Value, name: &str| stay[name].as_str().unwrap_or_default().to_owned();
        let starts = |stay: &Value| moment(&text(stay, "starts_at"));
        stays.retain(|stay| from.first().is_none_or(|from| starts(stay) >= moment(from)));
        stays.retain(|stay| to.first().is_none_or(|to| starts(stay) < moment(to)));
        if !sort.is_empty() || fault != Fault::UnsortedUnasked {
            stays.sort_by_key(|stay| text(stay, "guest_name"));
        }
        if sort.first().is_some_and(|sort| sort.starts_with('-')) {
            stays.reverse();
        }
        Answer::json(200, stays.into())
    }

    fn stay(&self, request: &Request, fault: Fault) -> Answer {
        let media_type = request.header("content-type").first().copied().unwrap_or_default();
        if !media_type.to_lowercase().starts_with("application/json") {
            return Answer::error(422);
        }
        let body = request.json();
        if body.is_null() && request.body.trim() != "null" {
            return Answer::error(if fault == Fault::MalformedIs422 { 422 } else { 400 });
        }
        self.made(&body, fault).map_or_else(|| Answer::error(422), |stay| Answer::json(201, stay))
    }

    fn made(&self, body: &Value, fault: Fault) -> Option<Value> {
        let starts = body["starts_at"].as_str()?;
        moment(starts)?;
        (starts > "2030" || fault == Fault::PastIsTaken).then_some(())?;
        let is_room = rooms().iter().any(|room| room["id"] == body["room_id"]);
        let is_uuid = body["room_id"].as_str().is_some_and(|id| id.len() == 36);
        (is_room || (is_uuid && fault == Fault::UnknownRoomIsTaken)).then_some(())?;
        let minutes = whole(&body["minutes"], 30, 600)?;
        let guest = body["guest_name"].as_str()?;
        let word = body["terms"]["word"].as_str()?;
        let days = match body["terms"].get("days") {
            Some(days) => days.as_i64()?,
            None if fault == Fault::NoDays => 0,
            None => 14,
        };
        let lines = body["lines"].as_array().filter(|lines| !lines.is_empty())?;
        let mut shown = Vec::new();
        for line in lines {
            let (quantity, price) =
                (whole(&line["quantity"], 1, 9)?, whole(&line["price"], 2, 99)?);
            let amount = if fault == Fault::AmountOfOne { price } else { quantity * price };
            shown.push(json!({"quantity": quantity, "price": price, "amount": amount}));
        }
        let counted = if fault == Fault::FirstLineOnly { 1 } else { shown.len() };
        let subtotal: i64 =
            shown.iter().take(counted).filter_map(|line| line["amount"].as_i64()).sum();
        let discount = match body.get("discount") {
            Some(discount) => whole(discount, 0, i64::MAX)?,
            None => 0,
        };
        (discount <= subtotal || fault == Fault::DiscountAbove).then_some(())?;
        let less = if fault == Fault::DiscountIgnored { 0 } else { discount };
        let id = self.stays.uuid();
        let after = if fault == Fault::EndsWrong { 45 } else { minutes };
        let stay = json!({
            "id": id, "room_id": body["room_id"], "guest_name": guest, "starts_at": starts, "minutes": minutes,
            "ends_at": later(starts, after)?, "terms": {"word": word, "days": days}, "lines": shown, "subtotal": subtotal,
            "discount": discount, "total": subtotal - less, "notes_count": 0,
        });
        self.stays.put(&id, stay.clone());
        Some(stay)
    }

    fn note(&self, request: &Request, stay: &str, fault: Fault) -> Answer {
        let Some(mut noted) = self.stays.get(stay) else { return Answer::error(404) };
        if !request.has_text("name") {
            return Answer::error(422);
        }
        if fault != Fault::NotesNotCounted {
            noted["notes_count"] = (noted["notes_count"].as_i64().unwrap_or_default() + 1).into();
        }
        self.stays.put(stay, noted);
        let id = self.notes.uuid();
        let note = json!({"id": id, "stay_id": stay, "name": request.json()["name"]});
        self.notes.put(&id, note.clone());
        Answer::json(201, note)
    }

    fn noted(&self, request: &Request, stay: &str, id: &str, fault: Fault) -> Answer {
        let Some(mut note) = self.notes.get(id) else { return Answer::error(404) };
        if note["stay_id"] != stay && fault != Fault::NoteAnywhere {
            return Answer::error(404);
        }
        if request.method == "GET" {
            return Answer::json(200, note);
        }
        if !request.has_text("name") {
            return Answer::error(422);
        }
        note["name"] = request.json()["name"].clone();
        let newest = self.notes.ids().pop().filter(|_| fault == Fault::RewritesNewest);
        let own = newest.unwrap_or_else(|| id.to_owned());
        let kept = self.notes.get(&own).unwrap_or_default();
        self.notes.put(&own, json!({"id": own, "stay_id": kept["stay_id"], "name": note["name"]}));
        Answer::json(200, note)
    }

    fn scan(&self, request: &Request, fault: Fault) -> Answer {
        let name = request.query("filename");
        let [name] = name.as_slice() else { return Answer::error(422) };
        let is_name = (1..=20).contains(&name.len())
            && name.chars().all(|c| c.is_ascii_lowercase() || c == '.');
        let media_type = request.header("content-type").first().copied().unwrap_or_default();
        if !is_name || !media_type.to_lowercase().starts_with("text/plain") {
            return Answer::error(422);
        }
        let id = self.scans.uuid();
        self.scans.put(&id, json!({"name": name, "text": request.body}));
        let size = request.body.len();
        let size = if fault == Fault::SizeInKilobytes { size / 1024 } else { size };
        let digested =
            if fault == Fault::DigestOfTheName { name.as_bytes() } else { request.body.as_bytes() };
        let hash = Sha256::digest(digested);
        let sha256: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        Answer::json(201, json!({"id": id, "size": size, "sha256": sha256}))
    }

    fn scanned(&self, id: &str, fault: Fault) -> Answer {
        let Some(scan) = self.scans.get(id) else { return Answer::error(404) };
        let text = |name: &str| scan[name].as_str().unwrap_or_default().to_owned();
        let name = if fault == Fault::AnyName { "file".to_owned() } else { text("name") };
        Answer::text(200, "text/plain", &text("text"))
            .with("content-disposition", &format!("attachment; filename=\"{name}\""))
    }
}

fn moment(text: &str) -> Option<time::OffsetDateTime> {
    time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339).ok()
}

/// A moment so many minutes later.
fn later(text: &str, minutes: i64) -> Option<String> {
    let later = moment(text)?.checked_add(time::Duration::minutes(minutes))?;
    later.format(&time::format_description::well_known::Rfc3339).ok()
}

async fn run(fault: Fault, check: &str) -> Run {
    let stays = Stays::default();
    let service = Service::start(move |request| stays.respond(request, fault)).await;
    let parts = |parts: String| {
        let into = |parts: String, key: &str, more: &str| {
            parts.replacen(key, more.trim_start_matches('\n').trim_end(), 1)
        };
        into(into(parts, "  schemas:", MORE), "  parameters:", SCHEMAS)
    };
    Suite::of_parts(STAYS, parts).profile("creates = [\"*\"]\n").only(check).run(&service.url).await
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, "").await;
    assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{}", run.told);
    for case in [
        "listRooms:200:law:filter-is-kept:query.kind",
        "listRooms:200:law:filter-is-kept:query.accepting",
        "listRooms:200:law:filter-is-kept:query.accepting:beside.kind",
        "stay:422:violation:body.starts_at:past",
        "stay:422:violation:body.discount:above",
        "stay:422:violation:body.room_id:unknown",
        "listStays:422:violation:query.to:before.from",
        "listStays:200:law:absent-is-default:query.sort",
        "getStay:200:law:number-follows-parts:notes_count:note",
        "getStay:200:law:number-follows-parts:notes_count:note:at-once",
        "getNote:404:law:lies-within-one",
        "rewrite:200:law:others-stay",
        "getScan:200:law:file-name-is-kept",
        "scan:201:law:size-is-told",
    ] {
        assert_eq!(run.verdict(case), Some("passed"), "{case}\n{}", run.told);
    }
}

#[tokio::test]
async fn what_isnt_as_it_is_said_to_be_is_found() {
    for (fault, check) in [
        (Fault::KindIgnored, "listRooms:200:filter-is-kept"),
        (Fault::AcceptingTurned, "listRooms:200:filter-is-kept"),
        (Fault::EitherFilter, "listRooms:200:filter-is-kept"),
        (Fault::UnknownRoomIsTaken, "stay:201:unknown-reference-refused"),
        (Fault::PastIsTaken, "stay:201:told-limit-kept"),
        (Fault::DiscountAbove, "stay:201:told-limit-kept"),
        (Fault::MalformedIs422, "stay:422:malformed-is-400"),
        (Fault::AmountOfOne, "stay:201:computed-as-told"),
        (Fault::FirstLineOnly, "stay:201:computed-as-told"),
        (Fault::DiscountIgnored, "stay:201:computed-as-told"),
        (Fault::EndsWrong, "stay:201:computed-as-told"),
        (Fault::NoDays, "stay:201:default-applies"),
        (Fault::ToBeforeFrom, "listStays:200:told-limit-kept"),
        (Fault::UnsortedUnasked, "listStays:200:absent-is-default"),
        (Fault::NotesNotCounted, "getStay:200:number-follows-parts"),
        (Fault::NoteAnywhere, "getNote:200:lies-within-one"),
        (Fault::RewritesNewest, "rewrite:200:others-stay"),
        (Fault::AnyName, "file-name-is-kept"),
        (Fault::SizeInKilobytes, "scan:201:size-is-told"),
        (Fault::DigestOfTheName, "scan:201:digest-is-told"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
