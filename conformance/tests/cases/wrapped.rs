//! Answers that wrap what they are about, `{"data": {…}}`: all that holds of a thing holds of what is wrapped.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const TERMS: &str = "
paths:
  /terms:
    get:
      operationId: list
      parameters:
        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 100, default: 100 } }
        - { name: offset, in: query, schema: { type: integer, minimum: 0, default: 0 } }
      responses: { '200': { $ref: '#/components/responses/Terms' }, '400': { $ref: '#/components/responses/No' } }
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
      description: The state may be the present one, or the next one; any other is a conflict (409).
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [name, state], properties: { name: { type: string }, state: { type: string, enum: [closed, running, planned] } } } } } }
      responses: { '200': { $ref: '#/components/responses/Term' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      responses: { '204': { description: Done. }, '404': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  responses:
    Term: { description: It., content: { application/json: { schema: { type: object, required: [data], properties: { data: { $ref: '#/components/schemas/Term' }, meta: { type: object } } } } } }
    Terms: { description: They., content: { application/json: { schema: { type: object, required: [data], properties: { data: { type: array, items: { $ref: '#/components/schemas/Term' } }, meta: { type: object, properties: { total_count: { type: integer } } } } } } } }";

const SCHEMAS: &str = "
  schemas:
    Term: { type: object, required: [id, name, state, begun_at], properties: { id: { type: string }, name: { type: string }, state: { type: string, enum: [closed, running, planned] }, begun_at: { type: [string, 'null'], format: date-time, description: When the term became `running` or `closed`; null while it is neither. } } }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// The name of what is replaced is answered, and not kept.
    KeepsName,
    /// What was dropped is there still.
    Stays,
    /// What runs doesn't tell since when.
    IsNeverDated,
    /// What is planned does.
    IsDatedBefore,
}

async fn run(fault: Fault) -> Run {
    Suite::of_components(TERMS, RESPONSES, SCHEMAS).run_against(fault, respond).await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    const STATES: [&str; 3] = ["planned", "running", "closed"];
    let wrapped = |status: u16, term: &Value| Answer::json(status, json!({"data": term}));
    let Some(id) = request.below("/terms") else {
        return match request.method.as_str() {
            "GET" => list(store, request),
            "POST" if !request.has_text("name") => Answer::error(422),
            "POST" => {
                let id = store.uuid();
                let name = &request.json()["name"];
                let term = json!({"id": id, "name": name, "state": "planned", "begun_at": null});
                store.put(&id, term.clone());
                wrapped(201, &term)
            }
            _ => Answer::error(405).with("allow", "GET, POST"),
        };
    };
    let Some(mut term) = store.get(&id) else { return Answer::error(404) };
    match request.method.as_str() {
        "GET" => wrapped(200, &term),
        "PUT" => {
            let body = request.json();
            let place = |state: &Value| STATES.iter().position(|one| state == one);
            let (Some(to), true) = (place(&body["state"]), request.has_text("name")) else {
                return Answer::error(422);
            };
            let at = place(&term["state"]).unwrap_or_default();
            if to != at && to != at + 1 {
                return Answer::error(409);
            }
            let before = term["name"].clone();
            let is_dated = match fault {
                Fault::IsNeverDated => false,
                Fault::IsDatedBefore => true,
                _ => to > 0,
            };
            let begun_at = if is_dated { json!("2026-01-02T03:04:05Z") } else { Value::Null };
            let (name, state) = (&body["name"], &body["state"]);
            term = json!({"id": id, "name": name, "state": state, "begun_at": begun_at});
            let mut kept = term.clone();
            if fault == Fault::KeepsName {
                kept["name"] = before;
            }
            store.put(&id, kept);
            wrapped(200, &term)
        }
        "DELETE" => {
            if fault != Fault::Stays {
                store.remove(&id);
            }
            Answer::empty(204)
        }
        _ => Answer::error(405).with("allow", "GET, PUT, DELETE"),
    }
}

/// How many there are isn't told: nobody has promised to.
fn list(store: &Store, request: &Request) -> Answer {
    let number = |name: &str, usual: usize| match request.query(name).as_slice() {
        [] => Some(usual),
        [text] => text.parse::<usize>().ok().filter(|number| *number <= 100 || name == "offset"),
        _ => None,
    };
    let (Some(limit @ 1..), Some(offset)) = (number("limit", 100), number("offset", 0)) else {
        return Answer::error(400);
    };
    let data: Vec<Value> = store.values().into_iter().skip(offset).take(limit).collect();
    Answer::json(200, json!({"data": data}))
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None).await;
    run.assert_sound(&[
        "replace:200:happy-path:minimal",
        "drop:204:happy-path:minimal",
        "list:200:law:pages-add-up",
    ]);
}

#[tokio::test]
async fn what_holds_of_a_thing_holds_of_a_wrapped_one() {
    for (fault, expected) in [
        (Fault::KeepsName, "replace:200:written-is-read-back"),
        (Fault::Stays, "drop:204:cleaned-up"),
        (Fault::IsNeverDated, "replace:200:there-in-its-states"),
        (Fault::IsDatedBefore, "replace:200:there-in-its-states"),
    ] {
        run(fault).await.assert_finds(fault, expected);
    }
}
