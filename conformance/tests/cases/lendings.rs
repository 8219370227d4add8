//! Copies that are lent to members: what is lent is on loan, of two things that can be named once each is tried alone, several
//! states are asked for at once, and a number is given once.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const PATHS: &str = "
paths:
  /readers:
    post:
      operationId: join
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [name], properties: { name: { type: string, minLength: 1 } } } } } }
      responses: { '201': { description: It., content: { application/json: { schema: { type: object, required: [id], properties: { id: { type: integer } } } } } }, '422': { $ref: '#/components/responses/No' } }
  /copies:
    get:
      operationId: copies
      parameters: [{ name: state, in: query, description: 'One or more states.', schema: { type: array, items: { $ref: '#/components/schemas/State' } } }]
      responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Copy' } } } } }, '422': { $ref: '#/components/responses/No' } }
    post:
      operationId: buy
      description: A new copy is `onShelf`. It gets a `tag`, which is never given twice.
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [title], properties: { title: { type: string, minLength: 1 } } } } } }
      responses: { '201': { $ref: '#/components/responses/Copy' }, '422': { $ref: '#/components/responses/No' } }
  /copies/{copy_id}:
    parameters: [{ name: copy_id, in: path, required: true, schema: { type: integer, minimum: 1 } }]
    get:
      operationId: copy
      responses: { '200': { $ref: '#/components/responses/Copy' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: discard
      description: Whatever state it is in.
      responses: { '204': { description: Gone. }, '404': { $ref: '#/components/responses/No' } }
  /copies/{copy_id}/repair:
    parameters: [{ name: copy_id, in: path, required: true, schema: { type: integer, minimum: 1 } }]
    post:
      operationId: repair
      description: A copy that is `onShelf` becomes `inRepair`. Any other is refused with 409.
      responses: { '200': { $ref: '#/components/responses/Copy' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
  /loans:
    post:
      operationId: lend
      description: >-
        Lends a copy to a reader. The copy becomes `onLoan`. It is a conflict (409) if the copy is not free, or the reader already has
        an open loan.
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [copy_id, reader_id], properties: { copy_id: { type: integer, minimum: 1 }, reader_id: { type: integer, minimum: 1 } } } } } }
      responses: { '201': { description: It., content: { application/json: { schema: { type: object, required: [id], properties: { id: { type: integer } } } } } }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  responses:
    Copy: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Copy' } } } }";

const SCHEMAS: &str = "
  schemas:
    State: { type: string, enum: [onShelf, onLoan, inRepair] }
    Copy: { type: object, required: [id, tag, title, state], properties: { id: { type: integer }, tag: { type: string }, title: { type: string }, state: { $ref: '#/components/schemas/State' } } }
";

const CREATES: &str = "creates = ['join', 'lend']";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// What is lent stays on its shelf, and is lent to nobody else.
    OnShelf,
    /// A copy is lent to two.
    CopyTwice,
    /// A reader has two loans.
    ReaderTwice,
    /// Of several states the last one counts.
    LastState,
    /// Two copies get one tag.
    TagTwice,
}

async fn run(fault: Fault, check: &str) -> Run {
    Suite::of_components(PATHS, RESPONSES, SCHEMAS)
        .profile(CREATES)
        .only(check)
        .run_against(fault, respond)
        .await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let path: Vec<&str> = request.path.split('/').skip(1).collect();
    match (path.as_slice(), request.method.as_str()) {
        (["readers"], "POST") => {
            if !request.has_text("name") || request.json()["name"] == "" {
                return Answer::error(422);
            }
            let reader = json!({"id": store.serial()});
            store.put(&format!("readers/{}", reader["id"]), reader.clone());
            Answer::json(201, reader)
        }
        (["copies"], "GET") => list(store, fault, request),
        (["copies"], "POST") => buy(store, fault, request),
        (["loans"], "POST") => lend(store, fault, request),
        (["readers" | "loans"], _) => Answer::error(405).with("allow", "POST"),
        (["copies"], _) => Answer::error(405).with("allow", "GET, POST"),
        (["copies", id], method) => match (store.get(&format!("copies/{id}")), method) {
            (None, _) => Answer::error(404),
            (Some(copy), "GET") => Answer::json(200, copy),
            (Some(_), "DELETE") => {
                store.remove(&format!("copies/{id}"));
                Answer::empty(204)
            }
            _ => Answer::error(405).with("allow", "GET, DELETE"),
        },
        (["copies", id, "repair"], "POST") => match store.get(&format!("copies/{id}")) {
            None => Answer::error(404),
            Some(copy) if copy["state"] != "onShelf" => Answer::error(409),
            Some(mut copy) => {
                copy["state"] = "inRepair".into();
                store.put(&format!("copies/{id}"), copy.clone());
                Answer::json(200, copy)
            }
        },
        (["copies", _, "repair"], _) => Answer::error(405).with("allow", "POST"),
        _ => Answer::error(404),
    }
}

fn list(store: &Store, fault: Fault, request: &Request) -> Answer {
    let mut asked = request.query("state");
    if asked.iter().any(|state| !["onShelf", "onLoan", "inRepair"].contains(state)) {
        return Answer::error(422);
    }
    if fault == Fault::LastState {
        asked = asked.into_iter().next_back().into_iter().collect();
    }
    let is_asked =
        |copy: &Value| asked.is_empty() || asked.iter().any(|state| copy["state"] == *state);
    let copies = store.values().into_iter().filter(|one| one.get("title").is_some());
    Answer::json(200, copies.filter(is_asked).collect())
}

fn buy(store: &Store, fault: Fault, request: &Request) -> Answer {
    if !request.has_text("title") || request.json()["title"] == "" {
        return Answer::error(422);
    }
    let id = store.serial();
    let tag = if fault == Fault::TagTwice { id / 3 } else { id };
    let title = request.json()["title"].clone();
    let copy = json!({"id": id, "tag": format!("T{tag}"), "title": title, "state": "onShelf"});
    store.put(&format!("copies/{id}"), copy.clone());
    Answer::json(201, copy)
}

fn lend(store: &Store, fault: Fault, request: &Request) -> Answer {
    let body = request.json();
    let named = |kind: &str, member: &str| {
        store.get(&format!("{kind}/{}", body[member].as_u64().unwrap_or_default()))
    };
    let (Some(mut copy), Some(reader)) =
        (named("copies", "copy_id"), named("readers", "reader_id"))
    else {
        return Answer::error(422);
    };
    let loans = store.values().into_iter().filter(|one| one.get("copy_id").is_some());
    let loans: Vec<Value> = loans.collect();
    let is_lent = loans.iter().any(|loan| loan["copy_id"] == copy["id"]);
    let has_one = loans.iter().any(|loan| loan["reader_id"] == reader["id"]);
    if (is_lent || copy["state"] == "inRepair") && fault != Fault::CopyTwice
        || has_one && fault != Fault::ReaderTwice
    {
        return Answer::error(409);
    }
    let id = store.serial();
    store.put(
        &format!("loans/{id}"),
        json!({"id": id, "copy_id": copy["id"], "reader_id": reader["id"]}),
    );
    if fault != Fault::OnShelf {
        copy["state"] = "onLoan".into();
        store.put(&format!("copies/{}", copy["id"]), copy);
    }
    Answer::json(201, json!({"id": id}))
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, "").await;
    run.assert_sound(&[
        "lend:201:law:others-follow:copy",
        "lend:409:law:named-once:buy",
        "lend:409:law:named-once:join",
        "copies:200:law:filter-is-kept:query.state:either",
        "buy:201:law:ids-differ",
    ]);
}

#[tokio::test]
async fn what_is_lent_is_lent_once_and_on_loan() {
    for (fault, check) in [
        (Fault::OnShelf, "lend:200:others-follow:/state"),
        (Fault::CopyTwice, "lend:201:named-once:law"),
        (Fault::ReaderTwice, "lend:201:named-once:law"),
        (Fault::LastState, "copies:200:filter-is-kept:law"),
        (Fault::TagTwice, "buy:201:ids-differ:law"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
