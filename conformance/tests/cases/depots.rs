//! What is told in two clauses, of states in camel case, of numbers in words that leave nothing out: depots with racks, which are
//! put to use and given back.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const PATHS: &str = "
paths:
  /depots:
    post:
      operationId: build
      description: >-
        The name has to be unique, upper and lower case being alike; a second one is a conflict (409). Ids are never used again.
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/DepotNew' } } } }
      responses: { '201': { $ref: '#/components/responses/Depot' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /depots/{depot_id}:
    parameters: [{ name: depot_id, in: path, required: true, schema: { type: integer, minimum: 1 } }]
    get:
      operationId: look
      responses: { '200': { $ref: '#/components/responses/Depot' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: close
      responses: { '204': { description: Gone. }, '404': { $ref: '#/components/responses/No' } }
  /racks:
    post:
      operationId: place
      description: >-
        A new rack is `free`. A depot that is not known is refused with 422. A depot takes no more than its `max_racks`;
        both are told by `error`, and one more is a conflict (409).
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/RackNew' } } } }
      responses: { '201': { $ref: '#/components/responses/Rack' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /racks/{rack_id}:
    parameters: [{ name: rack_id, in: path, required: true, schema: { type: integer, minimum: 1 } }]
    get:
      operationId: see
      responses: { '200': { $ref: '#/components/responses/Rack' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: scrap
      description: Whatever state it is in.
      responses: { '204': { description: Gone. }, '404': { $ref: '#/components/responses/No' } }
  /racks/{rack_id}/take:
    parameters: [{ name: rack_id, in: path, required: true, schema: { type: integer, minimum: 1 } }]
    post:
      operationId: take
      description: A `free` rack becomes `inUse`. One that is `inUse` is refused with 409.
      responses: { '200': { $ref: '#/components/responses/Rack' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  responses:
    Depot: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Depot' } } } }
    Rack: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Rack' } } } }";

const SCHEMAS: &str = "
  schemas:
    DepotNew: { type: object, required: [name, max_racks], properties: { name: { type: string, minLength: 1 }, max_racks: { type: integer, minimum: 1, maximum: 50 } } }
    Depot: { type: object, required: [id, name, max_racks, rack_count], properties: { id: { type: integer }, name: { type: string }, max_racks: { type: integer }, rack_count: { type: integer, description: 'Computed: racks that the depot has now, including those that are in use.' } } }
    RackNew: { type: object, required: [depot_id], properties: { depot_id: { type: integer, minimum: 1 } } }
    Rack: { type: object, required: [id, depot_id, state], properties: { id: { type: integer }, depot_id: { type: integer }, state: { type: string, enum: [free, inUse] } } }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// Names that differ in letter case are two.
    TwoCases,
    /// A rack is placed in a depot that isn't there.
    Nowhere,
    /// A depot takes a rack more than it may.
    OneMore,
    /// What was scrapped counts.
    StillThere,
    /// What is in use is taken.
    TakenTwice,
    /// The id of the depot that was closed last is used again.
    SameId,
}

async fn run(fault: Fault, check: &str) -> Run {
    Suite::of_components(PATHS, RESPONSES, SCHEMAS).only(check).run_against(fault, respond).await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let path: Vec<&str> = request.path.split('/').skip(1).collect();
    let kept = |kind: &str, id: &str| store.get(&format!("{kind}/{id}"));
    match (path.as_slice(), request.method.as_str()) {
        (["depots"], "POST") => build(store, fault, request),
        (["racks"], "POST") => place(store, fault, request),
        (["depots" | "racks"], _) => Answer::error(405).with("allow", "POST"),
        ([kind @ ("depots" | "racks"), id], method) => match (kept(kind, id), method) {
            (None, _) => Answer::error(404),
            (Some(thing), "GET") => Answer::json(200, shown(store, thing)),
            (Some(_), "DELETE") => {
                let gone = store.remove(&format!("{kind}/{id}")).unwrap_or_default();
                if fault == Fault::StillThere && *kind == "racks" {
                    store.put(&format!("scrapped/{id}"), gone);
                }
                if fault == Fault::SameId && *kind == "depots" {
                    store.put("spare", json!(id.parse::<u64>().ok()));
                }
                Answer::empty(204)
            }
            _ => Answer::error(405).with("allow", "GET, DELETE"),
        },
        (["racks", id, "take"], "POST") => match kept("racks", id) {
            None => Answer::error(404),
            Some(rack) if rack["state"] == "inUse" && fault != Fault::TakenTwice => {
                Answer::error(409)
            }
            Some(mut rack) => {
                rack["state"] = "inUse".into();
                store.put(&format!("racks/{id}"), rack.clone());
                Answer::json(200, rack)
            }
        },
        (["racks", _, "take"], _) => Answer::error(405).with("allow", "POST"),
        _ => Answer::error(404),
    }
}

fn racks_of(store: &Store, depot: &Value) -> usize {
    store.values().iter().filter(|one| one["depot_id"] == depot["id"]).count()
}

fn shown(store: &Store, mut thing: Value) -> Value {
    if thing.get("max_racks").is_some() {
        thing["rack_count"] = racks_of(store, &thing).into();
    }
    thing
}

fn build(store: &Store, fault: Fault, request: &Request) -> Answer {
    let body = request.json();
    let name = body["name"].as_str().filter(|name| !name.is_empty());
    let room = body["max_racks"].as_u64().filter(|room| (1..=50).contains(room));
    let (Some(name), Some(room)) = (name, room) else { return Answer::error(422) };
    let is_alike = |other: &Value| {
        let other = other["name"].as_str().unwrap_or_default();
        match fault {
            Fault::TwoCases => other == name,
            _ => other.to_lowercase() == name.to_lowercase(),
        }
    };
    if store.values().iter().any(is_alike) {
        return Answer::error(409);
    }
    let spare = store.remove("spare").and_then(|id| id.as_u64());
    let id = spare.unwrap_or_else(|| store.serial());
    let depot = json!({"id": id, "name": name, "max_racks": room, "rack_count": 0});
    store.put(&format!("depots/{id}"), depot.clone());
    Answer::json(201, depot)
}

fn place(store: &Store, fault: Fault, request: &Request) -> Answer {
    let body = request.json();
    let Some(named) = body["depot_id"].as_u64().filter(|id| *id > 0) else {
        return Answer::error(422);
    };
    let depot = store.get(&format!("depots/{named}"));
    let more = u64::from(fault == Fault::OneMore);
    match depot {
        None if fault != Fault::Nowhere => return Answer::error(422),
        Some(depot)
            if racks_of(store, &depot) as u64
                >= depot["max_racks"].as_u64().unwrap_or(0) + more =>
        {
            return Answer::error(409);
        }
        _ => {}
    }
    let id = store.serial();
    let rack = json!({"id": id, "depot_id": named, "state": "free"});
    store.put(&format!("racks/{id}"), rack.clone());
    Answer::json(201, rack)
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, "").await;
    run.assert_sound(&[
        "build:409:law:key-is-alone:body.name",
        "place:409:law:full-is-refused",
        "take:409:law:state-refuses:inUse",
        "look:200:law:number-follows-state:place:inUse",
    ]);
}

#[tokio::test]
async fn what_is_told_in_other_words_is_kept_to() {
    for (fault, check) in [
        (Fault::TwoCases, "build:201:key-is-alone:law"),
        (Fault::Nowhere, "place:201:unknown-reference-refused:violation"),
        (Fault::OneMore, "place:201:full-is-refused:law"),
        (Fault::StillThere, "look:200:number-follows-state:/rack_count"),
        (Fault::TakenTwice, "take:200:state-refuses:law"),
        (Fault::SameId, "build:201:ids-are-not-reused:/id:must"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
