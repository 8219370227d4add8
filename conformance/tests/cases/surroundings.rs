//! What a request names has to be in a state, and a table tells how it gets there: a place is taken in a term that is `open`.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const PATHS: &str = "
paths:
  /terms:
    post:
      operationId: plan
      description: A new term is always `planned`.
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Term' }, '422': { $ref: '#/components/responses/No' } }
  /terms/{term_id}:
    parameters: [{ name: term_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: look
      responses: { '200': { $ref: '#/components/responses/Term' }, '404': { $ref: '#/components/responses/No' } }
    put:
      operationId: replace
      description: |
        Replaces the term.

        | From      | To       | What happens        |
        |-----------|----------|---------------------|
        | `planned` | `open`   | places can be taken |
        | `open`    | `closed` | everybody stays     |

        * The present state is no move, and is fine.
        * Every other move is refused with `409`.
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [name, state], properties: { name: { type: string }, state: { type: string, enum: [closed, open, planned] } } } } } }
      responses: { '200': { $ref: '#/components/responses/Term' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      responses: { '204': { description: Done. }, '404': { $ref: '#/components/responses/No' } }
  /places:
    post:
      operationId: take
      description: |
        Takes a place.

        Refused with `409`:

        | Code            | When                     |
        |-----------------|--------------------------|
        | `term_not_open` | the term is not `open`   |
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [term_id], properties: { term_id: { type: string } } } } } }
      responses: { '201': { $ref: '#/components/responses/Place' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /places/{place_id}:
    parameters: [{ name: place_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: see
      responses: { '200': { $ref: '#/components/responses/Place' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: leave
      responses: { '204': { description: Done. }, '404': { $ref: '#/components/responses/No' } }
  /places/{place_id}/marks:
    parameters: [{ name: place_id, in: path, required: true, schema: { type: string } }]
    post:
      operationId: mark
      description: Possible while the place's term is `closed` (409).
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [mark], properties: { mark: { type: integer, minimum: 0, maximum: 9 } } } } } }
      responses: { '200': { $ref: '#/components/responses/Place' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  responses:
    Term: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Term' } } } }
    Place: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Place' } } } }";

const SCHEMAS: &str = "
  schemas:
    Term: { type: object, required: [id, name, state], properties: { id: { type: string }, name: { type: string }, state: { type: string, enum: [closed, open, planned] } } }
    Place: { type: object, required: [id, term_id, mark], properties: { id: { type: string }, term_id: { type: string }, mark: { type: [integer, 'null'], minimum: 0, maximum: 9 } } }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// A place is taken in a term that has been closed.
    Late,
    /// A place is marked while its term is open.
    Early,
    /// What is planned is closed at once.
    Leaps,
}

async fn run(fault: Fault) -> Run {
    Suite::of_components(PATHS, RESPONSES, SCHEMAS).run_against(fault, respond).await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let path: Vec<&str> = request.path.split('/').skip(1).collect();
    match (path.as_slice(), request.method.as_str()) {
        (["terms"], "POST") if request.has_text("name") => {
            let id = store.uuid();
            let term = json!({"id": id, "name": request.json()["name"], "state": "planned"});
            store.put(&id, term.clone());
            Answer::json(201, term)
        }
        (["places"], "POST") => take(store, fault, request),
        (["terms"], "POST") => Answer::error(422),
        (["terms"] | ["places"] | ["places", _, "marks"], method) if method != "POST" => {
            Answer::error(405).with("allow", "POST")
        }
        ([_, id, ..], method) => match store.get(id) {
            Some(thing) => on(store, fault, request, (id, thing, method)),
            None => Answer::error(404),
        },
        _ => Answer::error(404),
    }
}

fn take(store: &Store, fault: Fault, request: &Request) -> Answer {
    let named = request.json()["term_id"].as_str().and_then(|id| store.get(id));
    match named {
        Some(term)
            if term["state"] == "open" || fault == Fault::Late && term["state"] == "closed" =>
        {
            let id = store.uuid();
            let place = json!({"id": id, "term_id": term["id"], "mark": null});
            store.put(&id, place.clone());
            Answer::json(201, place)
        }
        Some(_) => Answer::error(409),
        None => Answer::error(422),
    }
}

fn on(
    store: &Store,
    fault: Fault,
    request: &Request,
    (id, mut thing, method): (&str, Value, &str),
) -> Answer {
    const STATES: [&str; 3] = ["planned", "open", "closed"];
    let body = request.json();
    match method {
        "GET" => Answer::json(200, thing),
        "DELETE" => {
            store.remove(id);
            Answer::empty(204)
        }
        "PUT" if request.path.starts_with("/terms") => {
            let place = |state: &Value| STATES.iter().position(|one| state == one);
            let (Some(to), true) = (place(&body["state"]), request.has_text("name")) else {
                return Answer::error(422);
            };
            let at = place(&thing["state"]).unwrap_or_default();
            if to != at && to != at + 1 && fault != Fault::Leaps {
                return Answer::error(409);
            }
            thing = json!({"id": id, "name": body["name"], "state": body["state"]});
            store.put(id, thing.clone());
            Answer::json(200, thing)
        }
        "POST" if request.path.ends_with("/marks") => {
            let Some(mark) = body["mark"].as_u64().filter(|mark| *mark < 10) else {
                return Answer::error(422);
            };
            let term = thing["term_id"].as_str().and_then(|id| store.get(id)).unwrap_or_default();
            if term["state"] != "closed" && fault != Fault::Early {
                return Answer::error(409);
            }
            thing["mark"] = mark.into();
            store.put(id, thing.clone());
            Answer::json(200, thing)
        }
        _ if request.path.starts_with("/terms") => {
            Answer::error(405).with("allow", "GET, PUT, DELETE")
        }
        _ => Answer::error(405).with("allow", "GET, DELETE"),
    }
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None).await;
    run.assert_sound(&[
        "take:201:happy-path:minimal",
        "take:409:law:unfit-reference-refused:plan:state:closed",
        "mark:200:happy-path:minimal",
        "mark:409:law:unfit-reference-refused:plan:state:open",
        "replace:409:law:state-refuses:planned:closed",
    ]);
}

#[tokio::test]
async fn what_is_named_is_in_the_state_that_is_told() {
    for (fault, expected) in [
        (Fault::Late, "take:201:unfit-reference-refused:law"),
        (Fault::Early, "mark:200:unfit-reference-refused:law"),
        (Fault::Leaps, "replace:200:state-refuses:law"),
    ] {
        run(fault).await.assert_finds(fault, expected);
    }
}
