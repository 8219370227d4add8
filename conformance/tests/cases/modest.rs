//! What a service does that is as right as anything: a DELETE that archives, an operation with a limit of its own, bodies that are
//! refused for more than their schema says, lines of JSON whose schema is a text, and things that are unlike in what may be
//! left out.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const SHELVES: &str = "
paths:
  /titles:
    post:
      operationId: createTitle
      description: 'No other title, archived or not, may have the same `barcode` (409 `duplicate_barcode`).'
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [name], properties: { name: { type: string, minLength: 1 }, barcode: { type: string, minLength: 12, maxLength: 24, pattern: '^[0-9a-z]+$' } } } } } }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '400': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
  /titles/{title_id}:
    parameters: [{ name: title_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getTitle
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: archiveTitle
      description: Takes the title out of the catalogue; it is shown as before.
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /lists:
    post:
      operationId: createList
      description: 'A list of titles; an unknown title is a 422, and so is a `rating` above what the shelf allows.'
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [name], properties: { name: { type: string, minLength: 1 }, rating: { type: integer }, title_ids: { type: array, uniqueItems: true, maxItems: 9, items: { type: string, format: uuid } } } } } } }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '400': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /suggestions:
    post:
      operationId: suggest
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '400': { $ref: '#/components/responses/No' }, '429': { description: Not so often., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } } }
  /exports/titles:
    get:
      operationId: exportTitles
      responses: { '200': { description: A title a line., content: { application/x-ndjson: { schema: { type: string } } } } }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    BarcodesAreShared,
}

/// How many suggestions are taken, at first.
const SUGGESTIONS: usize = 3;

async fn run(fault: Fault) -> Run {
    Suite::of(SHELVES).profile("creates = [\"*\"]\n").run_against(fault, respond).await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    match request.path.split('/').skip(1).collect::<Vec<_>>().as_slice() {
        ["exports", "titles"] => match request.method.as_str() {
            "GET" => {
                Answer::text(200, "application/x-ndjson", "{\"name\":\"a\"}\n{\"name\":\"b\"}\n")
            }
            _ => Answer::error(405).with("allow", "GET"),
        },
        [things @ ("titles" | "lists" | "suggestions")] => match request.method.as_str() {
            "POST" => make(store, fault, things, request),
            _ => Answer::error(405).with("allow", "POST"),
        },
        ["titles", id] => match (request.method.as_str(), store.get(id)) {
            ("GET", Some(title)) => Answer::json(200, json!({"id": id, "name": title["name"]})),
            ("DELETE", Some(_)) => Answer::empty(204),
            ("GET" | "DELETE", None) => Answer::error(404),
            _ => Answer::error(405).with("allow", "GET, DELETE"),
        },
        _ => Answer::error(404),
    }
}

fn make(store: &Store, fault: Fault, things: &str, request: &Request) -> Answer {
    let body = request.json();
    let is_text = |name: &str| body[name].as_str().is_some_and(|text| !text.is_empty());
    let barcode = body["barcode"].as_str().unwrap_or_default();
    let is_code = (12..=24).contains(&barcode.len())
        && barcode.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
    let has_code = body.get("barcode").is_some();
    let rating = body
        .get("rating")
        .is_none_or(|rating| rating.as_f64().is_some_and(|one| one.fract() == 0.0));
    let titles = body["title_ids"].as_array().cloned().unwrap_or_default();
    let is_unlike = titles.iter().enumerate().all(|(n, one)| !titles[..n].contains(one));
    let are_ids = body.get("title_ids").is_none_or(serde_json::Value::is_array)
        && titles.len() < 10
        && titles.iter().all(|one| one.as_str().is_some_and(|one| one.len() == 36));
    let is_title = things == "titles";
    if !body.is_object()
        || things != "suggestions" && !is_text("name")
        || body["name"].as_str().is_none()
        || is_title && has_code && !is_code
        || things == "lists" && !(are_ids && is_unlike && rating)
    {
        return Answer::error(400);
    }
    let all = store.values();
    let of = |kind: &str| all.iter().filter(|one| one["of"] == kind).count();
    if things == "suggestions" && of("suggestions") >= SUGGESTIONS {
        return Answer::error(429).with("retry-after", "60");
    }
    // The shelf allows hardly anything.
    let is_unknown =
        |one: &serde_json::Value| store.get(one.as_str().unwrap_or_default()).is_none();
    let is_above = body["rating"].as_f64().is_some_and(|rating| rating > 1.0);
    if things == "lists" && (is_above || titles.iter().any(is_unknown)) {
        return Answer::error(422);
    }
    let is_there = all.iter().any(|one| has_code && one["barcode"] == body["barcode"]);
    if is_title && is_there && fault != Fault::BarcodesAreShared {
        return Answer::error(409);
    }
    let id = store.uuid();
    store.put(&id, json!({"of": things, "name": body["name"], "barcode": body["barcode"]}));
    Answer::json(201, json!({"id": id, "name": body["name"]}))
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let began = Instant::now();
    let run = run(Fault::None).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    for case in [
        "createTitle:409:law:key-is-alone:body.barcode",
        "createList:201:happy-path:complete",
        "exportTitles:200:happy-path:minimal",
        "archiveTitle:204:happy-path:minimal",
        "suggest:201:happy-path:minimal",
    ] {
        assert_eq!(run.verdict(case), Some("passed"), "{case}\n{}", run.told);
    }
    // No `Retry-After` of a minute was waited out.
    assert!(began.elapsed() < Duration::from_secs(50), "{}", run.told);
}

#[tokio::test]
async fn what_may_be_left_out_is_unlike_all_the_same() {
    let run = run(Fault::BarcodesAreShared).await;
    let found = run.verdict("createTitle:409:law:key-is-alone:body.barcode");
    assert_eq!(found, Some("failed"), "{}", run.told);
}
