//! What is a draft, strangers don't see: whether they are let at it shows once it is public. And what was made within
//! something, under a path of its own, is refused by the state of what it was made in.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const NOTES: &str = "
security: [{ token: [] }]
paths:
  /notes:
    post:
      operationId: make
      description: A new note is `draft`.
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Note' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /notes/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: get
      responses: { '200': { $ref: '#/components/responses/Note' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      responses:
        '204': { $ref: '#/components/responses/Done' }
        '401': { $ref: '#/components/responses/No' }
        '403': { description: It is somebody else's., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
        '404': { description: There is no such note for the caller., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
  /notes/{id}/publish:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: publish
      description: Turns a `draft` note into a `public` one.
      responses:
        '200': { $ref: '#/components/responses/Note' }
        '401': { $ref: '#/components/responses/No' }
        '403': { $ref: '#/components/responses/No' }
        '404': { $ref: '#/components/responses/No' }
        '409': { $ref: '#/components/responses/No' }
  /notes/{id}/remarks:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: remark
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /remarks/{remark_id}:
    parameters: [{ name: remark_id, in: path, required: true, schema: { type: string } }]
    patch:
      operationId: rephrase
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses:
        '200': { $ref: '#/components/responses/Thing' }
        '401': { $ref: '#/components/responses/No' }
        '404': { $ref: '#/components/responses/No' }
        '409': { description: The note is public., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
        '422': { $ref: '#/components/responses/No' }
    delete:
      operationId: dropRemark
      responses: { '204': { $ref: '#/components/responses/Done' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
";

const PROFILE: &str = "
allow = ['publish']
[credentials.writer]
bearer = 'writers-token'
may = ['*']
[credentials.reader]
bearer = 'readers-token'
may = ['get']
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// A stranger who sees a note removes it.
    ReadersDrop,
    /// What was said of a public note can be changed.
    RephrasedInPublic,
}

async fn run(fault: Fault) -> Run {
    let with_state = |parts: String| {
        let note = "    Note: { type: object, required: [id, name, state], properties: { id: { type: string }, name: { type: string }, \
                    state: { type: string, enum: [draft, public], readOnly: true } } }\n";
        let answer = "    Note: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Note' } } } }\n";
        let parts = parts.replace("  responses:\n", &format!("  responses:\n{answer}"));
        parts.replace("  schemas:\n", &format!("  schemas:\n{note}"))
    };
    Suite::of_parts(NOTES, with_state).profile(PROFILE).run_against(fault, respond).await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let is_writer = match request.token() {
        Some("writers-token") => true,
        Some("readers-token") => false,
        _ => return Answer::error(401).with("www-authenticate", "Bearer"),
    };
    if let Some(id) = request.below("/remarks") {
        let Some(remark) = store.get(&id).filter(|one| one["on"].is_string() && is_writer) else {
            return Answer::error(404);
        };
        return rephrased(store, fault, request, &remark);
    }
    let Some(below) = request.below("/notes") else {
        return match request.method.as_str() {
            "POST" if is_writer && request.has_text("name") => {
                let id = store.uuid();
                let note = json!({"id": id, "name": request.json()["name"], "state": "draft"});
                store.put(&id, note.clone());
                Answer::json(201, note)
            }
            "POST" if is_writer => Answer::error(422),
            "POST" => Answer::error(403),
            _ => Answer::error(405).with("allow", "POST"),
        };
    };
    let (id, action) = below.split_once('/').unwrap_or((&below, ""));
    let Some(note) = store.get(id).filter(|note| is_writer || note["state"] == "public") else {
        return Answer::error(404);
    };
    match (request.method.as_str(), action) {
        ("GET", "") => Answer::json(200, note),
        ("DELETE", "") if is_writer || fault == Fault::ReadersDrop => {
            store.remove(id);
            Answer::empty(204)
        }
        _ if !is_writer => Answer::error(403),
        ("POST", "publish") if note["state"] == "draft" => {
            let note = json!({"id": id, "name": note["name"], "state": "public"});
            store.put(id, note.clone());
            Answer::json(200, note)
        }
        ("POST", "publish") => Answer::error(409),
        ("POST", "remarks") if request.has_text("name") => {
            let remark = store.uuid();
            store.put(&remark, json!({"id": remark, "name": request.json()["name"], "on": id}));
            Answer::json(201, json!({"id": remark, "name": request.json()["name"]}))
        }
        ("POST", "remarks") => Answer::error(422),
        _ => Answer::error(405),
    }
}

fn rephrased(store: &Store, fault: Fault, request: &Request, remark: &Value) -> Answer {
    let (id, on) =
        [&remark["id"], &remark["on"]].map(|one| one.as_str().unwrap_or_default()).into();
    let Some(note) = store.get(on) else { return Answer::error(404) };
    match request.method.as_str() {
        "DELETE" => {
            store.remove(id);
            Answer::empty(204)
        }
        "PATCH" if !request.has_text("name") => Answer::error(422),
        "PATCH" if note["state"] == "public" && fault != Fault::RephrasedInPublic => {
            Answer::error(409)
        }
        "PATCH" => {
            let name = request.json()["name"].clone();
            store.put(id, json!({"id": id, "name": name, "on": on}));
            Answer::json(200, json!({"id": id, "name": name}))
        }
        _ => Answer::error(405),
    }
}

#[tokio::test]
async fn a_stranger_is_forbidden_what_it_sees() {
    let run = run(Fault::None).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    let cells = run.cells();
    for cell in ["drop:403 passed", "rephrase:409 passed"] {
        assert!(cells.iter().any(|one| one == cell), "{cell}: {cells:#?}");
    }
    assert_eq!(run.verdict("drop:403:rights:reader:public"), Some("passed"));
}

#[tokio::test]
async fn who_lets_strangers_at_what_they_see_is_found() {
    let run = run(Fault::ReadersDrop).await;
    assert_eq!(run.faults(), ["drop:204:status-expected:rights"], "{}", run.told);
}

#[tokio::test]
async fn the_state_of_what_a_thing_was_made_in_is_asked_for() {
    let run = run(Fault::RephrasedInPublic).await;
    assert_eq!(run.faults(), ["rephrase:200:state-refuses:law"], "{}", run.told);
}
