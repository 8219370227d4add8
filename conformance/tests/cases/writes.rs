//! 11x: what writes do, and what they name.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const PARTS: &str = "
paths:
  /makers:
    post:
      operationId: addMaker
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '422': { $ref: '#/components/responses/No' } }
  /makers/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    delete:
      operationId: dropMaker
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /parts:
    post:
      operationId: make
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Part' } } } }
      responses:
        '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Part' } } } }
        '422': { $ref: '#/components/responses/No' }
  /parts/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: get
      responses:
        '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Part' } } } }
        '404': { $ref: '#/components/responses/No' }
    put:
      operationId: put
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Part' } } } }
      responses:
        '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Part' } } } }
        '404': { $ref: '#/components/responses/No' }
        '409': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
";

const SCHEMAS: &str = "
    Part:
      type: object
      required: [id, name, maker_id]
      properties:
        id: { type: string, readOnly: true }
        name: { type: string }
        maker_id: { type: string }
        note: { type: string }
        secret: { type: string, writeOnly: true }
";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    NotesStay,
    NamesConflictWithThemselves,
    AnyMakerWillDo,
    SecretsAreShown,
}

fn part(request: &Request, makers: &Store, fault: Fault) -> Option<Value> {
    let body = request.json();
    let texts = ["name", "maker_id"].iter().all(|name| body[*name].is_string());
    let may = |name: &str| body.get(name).is_none_or(Value::is_string);
    let maker = body["maker_id"].as_str()?;
    let is_known = makers.get(maker).is_some() || fault == Fault::AnyMakerWillDo;
    let is_right = request.has_text("name") && texts && may("note") && may("secret") && is_known;
    is_right.then(|| {
        let mut part = json!({"name": body["name"], "maker_id": maker});
        let shown =
            if fault == Fault::SecretsAreShown { &["note", "secret"][..] } else { &["note"] };
        for name in shown {
            if let Some(value) = body.get(*name) {
                part[*name] = value.clone();
            }
        }
        part
    })
}

fn respond(makers: &Store, parts: &Store, fault: Fault, request: &Request) -> Answer {
    if let Some(id) = request.below("/makers") {
        return makers.item(request, &id);
    }
    if request.path == "/makers" {
        return makers.make(request, makers.uuid().into());
    }
    let Some(id) = request.below("/parts") else {
        let Some(mut part) = part(request, makers, fault) else { return Answer::error(422) };
        let id = parts.uuid();
        part["id"] = json!(id);
        parts.put(&id, part.clone());
        return Answer::json(201, part);
    };
    let Some(old) = parts.get(&id) else { return Answer::error(404) };
    if request.method != "PUT" {
        return parts.item(request, &id);
    }
    let Some(mut new) = part(request, makers, fault) else { return Answer::error(422) };
    let all: Vec<Value> = parts.ids().iter().filter_map(|id| parts.get(id)).collect();
    let mut others =
        all.iter().filter(|one| one["id"] != id || fault == Fault::NamesConflictWithThemselves);
    if others.any(|one| one["name"] == new["name"]) {
        return Answer::error(409);
    }
    if fault == Fault::NotesStay && new.get("note").is_none() && old.get("note").is_some() {
        new["note"] = old["note"].clone();
    }
    new["id"] = json!(id);
    parts.put(&id, new.clone());
    Answer::json(200, new)
}

async fn run(fault: Fault, check: &str) -> Run {
    let (makers, parts) = (Store::default(), Store::default());
    let service = Service::start(move |request| respond(&makers, &parts, fault, request)).await;
    let suite = Suite::of_parts(PARTS, |parts| format!("{}{SCHEMAS}", parts.trim_end()));
    let levels = "[levels]\nreplaced-is-gone = \"must\"\nput-again-succeeds = \"must\"\n\
                  unknown-reference-refused = \"must\"\nwrite-only-hidden = \"must\"\n";
    suite.profile(levels).only(check).run(&service.url).await
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, "").await;
    assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{}", run.told);
}

#[tokio::test]
async fn what_writes_do_wrong_is_found() {
    for (fault, check) in [
        (Fault::NotesStay, "put:200:replaced-is-gone"),
        (Fault::NamesConflictWithThemselves, "put:409:put-again-succeeds"),
        (Fault::AnyMakerWillDo, "make:201:unknown-reference-refused"),
        (Fault::SecretsAreShown, "make:201:write-only-hidden"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
