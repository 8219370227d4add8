//! Orders that are told: of the parts that a thing shows within itself, of texts, and of a log that other operations fill.

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const ALBUMS: &str = "
paths:
  /albums:
    post:
      operationId: make
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/NewAlbum' } } } }
      responses: { '201': { $ref: '#/components/responses/Album' }, '422': { $ref: '#/components/responses/No' } }
  /albums/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: look
      description: An album with its notes, which are sorted by text.
      responses: { '200': { $ref: '#/components/responses/Album' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /albums/{id}/photos:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post: { operationId: addPhoto, requestBody: { $ref: '#/components/requestBodies/Part' }, responses: { '201': { $ref: '#/components/responses/Part' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } } }
  /albums/{id}/views:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post: { operationId: addView, requestBody: { $ref: '#/components/requestBodies/Part' }, responses: { '201': { $ref: '#/components/responses/Part' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } } }
  /albums/{id}/notes:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post: { operationId: addNote, requestBody: { $ref: '#/components/requestBodies/Part' }, responses: { '201': { $ref: '#/components/responses/Part' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } } }
  /log:
    get:
      operationId: log
      description: What was done to albums, newest first.
      responses: { '200': { description: The log., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Entry' } } } } } }
";

const BODIES: &str = "
  requestBodies:
    Part: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/NewPart' } } } }";

const RESPONSES: &str = "
  responses:
    Album: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Album' } } } }
    Part: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Part' } } } }";

const SCHEMAS: &str = "
  schemas:
    NewAlbum:
      type: object
      required: [name, tags]
      properties:
        name: { type: string, minLength: 1 }
        tags: { type: array, uniqueItems: true, minItems: 3, maxItems: 3, items: { type: string, minLength: 1 } }
    Album:
      type: object
      required: [id, name, tags, photos, views, notes]
      properties:
        id: { type: string }
        name: { type: string }
        tags: { type: array, description: In alphabetical order., items: { type: string } }
        photos: { type: array, description: Oldest first, items: { $ref: '#/components/schemas/Part' } }
        views: { type: array, description: 'All of them, the newest view first.', items: { $ref: '#/components/schemas/Part' } }
        notes: { type: array, items: { $ref: '#/components/schemas/Part' } }
    NewPart: { type: object, required: [text], properties: { text: { type: string, minLength: 1, pattern: '^[a-z0-9]+$' } } }
    Part: { type: object, required: [id, text], properties: { id: { type: string }, text: { type: string } } }
    Entry: { type: object, required: [at, what], properties: { at: { type: string, format: date-time }, what: { type: string } } }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    TagsAsSent,
    PhotosNewestFirst,
    ViewsOldestFirst,
    NotesAsMade,
    LogOldestFirst,
}

async fn run(fault: Fault, check: &str) -> Run {
    let parts = |parts: String| {
        let parts = parts.replace("\n  requestBodies:", BODIES);
        parts.replace("\n  responses:", RESPONSES).replace("\n  schemas:", SCHEMAS)
    };
    let suite = Suite::of_parts(ALBUMS, parts).profile("creates = ['*']\n");
    suite.only(check).run_against(fault, respond).await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let path: Vec<&str> = request.path.split('/').skip(1).collect();
    let method = request.method.as_str();
    match (method, path.as_slice()) {
        ("GET", ["log"]) => log(store, fault),
        ("POST", ["albums"]) => make(store, fault, request),
        ("GET", ["albums", id]) => match store.get(id) {
            Some(album) => Answer::json(200, album),
            None => Answer::error(404),
        },
        ("DELETE", ["albums", id]) => match store.get(id).and_then(|_| store.remove(id)) {
            Some(_) => note(store, "removed", Answer::empty(204)),
            None => Answer::error(404),
        },
        ("POST", ["albums", id, parts @ ("photos" | "views" | "notes")]) => match store.get(id) {
            Some(album) => add(store, fault, request, (id, album, parts)),
            None => Answer::error(404),
        },
        (_, ["albums"] | ["albums", _, _]) => Answer::error(405).with("allow", "POST"),
        (_, ["albums", _]) => Answer::error(405).with("allow", "GET, DELETE"),
        _ => Answer::error(405).with("allow", "GET"),
    }
}

fn make(store: &Store, fault: Fault, request: &Request) -> Answer {
    let body = request.json();
    let tags = body["tags"].as_array().cloned().unwrap_or_default();
    let mut tags: Vec<&str> = tags.iter().filter_map(Value::as_str).collect();
    let are_right = tags.len() == 3 && tags.iter().all(|tag| !tag.is_empty());
    let mut apart = tags.clone();
    apart.sort_unstable();
    apart.dedup();
    if !request.has_text("name") || !are_right || apart.len() < 3 || body["name"] == "" {
        return Answer::error(422);
    }
    if fault != Fault::TagsAsSent {
        tags = apart;
    }
    let id = store.uuid();
    let album = json!({"id": id, "name": body["name"], "tags": tags, "photos": [], "views": [], "notes": []});
    store.put(&id, album.clone());
    note(store, "made", Answer::json(201, album))
}

fn add(
    store: &Store,
    fault: Fault,
    request: &Request,
    (id, mut album, parts): (&str, Value, &str),
) -> Answer {
    let body = request.json();
    let text = body["text"].as_str().unwrap_or_default();
    let is_plain = |one: char| one.is_ascii_lowercase() || one.is_ascii_digit();
    if text.is_empty() || !text.chars().all(is_plain) || !request.is_json() {
        return Answer::error(422);
    }
    let part = json!({"id": store.uuid(), "text": text});
    let Some(all) = album[parts].as_array_mut() else { return Answer::error(404) };
    let is_newest_first = match parts {
        "photos" => fault == Fault::PhotosNewestFirst,
        "views" => fault != Fault::ViewsOldestFirst,
        _ => false,
    };
    all.insert(if is_newest_first { 0 } else { all.len() }, part.clone());
    if parts == "notes" && fault != Fault::NotesAsMade {
        all.sort_by_key(|part| part["text"].to_string());
    }
    store.put(id, album);
    note(store, "changed", Answer::json(201, part))
}

/// Notes down what was done.
fn note(store: &Store, what: &str, answer: Answer) -> Answer {
    let at = OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default();
    let mut log = store.get("log").unwrap_or_else(|| json!([]));
    log.as_array_mut().into_iter().for_each(|log| log.insert(0, json!({"at": at, "what": what})));
    store.put("log", log);
    answer
}

fn log(store: &Store, fault: Fault) -> Answer {
    let mut log = store.get("log").unwrap_or_else(|| json!([]));
    if fault == Fault::LogOldestFirst {
        log.as_array_mut().into_iter().for_each(|log| log.reverse());
    }
    Answer::json(200, log)
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, "").await;
    assert_eq!(run.causes("should"), [""; 0], "{}", run.told);
    run.assert_sound(&[
        "look:200:law:order-is-kept:photos",
        "look:200:law:order-is-kept:views",
        "look:200:law:order-is-kept:notes",
    ]);
}

#[tokio::test]
async fn what_comes_in_another_order_is_found() {
    for (fault, check) in [
        (Fault::TagsAsSent, "make:201:order-is-kept"),
        (Fault::PhotosNewestFirst, "look:200:order-is-kept"),
        (Fault::ViewsOldestFirst, "look:200:order-is-kept"),
        (Fault::NotesAsMade, "look:200:order-is-kept"),
        (Fault::LogOldestFirst, "order-is-kept"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
