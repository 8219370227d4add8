//! Lists of what is made only in a state of what it lies in, of what may name each thing once, and of what comes of an
//! action alone.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const PARTIES: &str = "
paths:
  /drinks:
    post:
      operationId: pour
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Drink' }, '422': { $ref: '#/components/responses/No' } }
  /drinks/{drink_id}:
    parameters: [{ name: drink_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: taste
      responses: { '200': { $ref: '#/components/responses/Drink' }, '404': { $ref: '#/components/responses/No' } }
  /parties:
    post:
      operationId: plan
      description: A new party is `planned`.
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Party' }, '422': { $ref: '#/components/responses/No' } }
  /parties/{party_id}:
    parameters: [{ name: party_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: look
      responses: { '200': { $ref: '#/components/responses/Party' }, '404': { $ref: '#/components/responses/No' } }
  /parties/{party_id}/start:
    parameters: [{ name: party_id, in: path, required: true, schema: { type: string } }]
    post:
      operationId: start
      description: A party that is `planned` becomes `started`.
      responses: { '200': { $ref: '#/components/responses/Party' }, '404': { $ref: '#/components/responses/No' }, '409': { description: The party isn't `planned`., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } } }
  /parties/{party_id}/close:
    parameters: [{ name: party_id, in: path, required: true, schema: { type: string } }]
    post:
      operationId: close
      description: A party that is `started` becomes `closed`, and a bill for it comes into being.
      responses: { '200': { $ref: '#/components/responses/Party' }, '404': { $ref: '#/components/responses/No' }, '409': { description: The party isn't `started`., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } } }
  /parties/{party_id}/rounds:
    parameters: [{ name: party_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: rounds
      description: All rounds of the party, in the order in which they were made.
      responses: { '200': { $ref: '#/components/responses/Rounds' }, '404': { $ref: '#/components/responses/No' } }
    post:
      operationId: serve
      description: Serves a drink while the party is `started`.
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [drink_id], properties: { drink_id: { type: string } } } } } }
      responses: { '201': { $ref: '#/components/responses/Round' }, '404': { $ref: '#/components/responses/No' }, '409': { description: 'The party isn''t `started`, or there is a round with this drink already.', content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }, '422': { $ref: '#/components/responses/No' } }
  /bills:
    get:
      operationId: bills
      description: All bills, the one with the highest number first.
      parameters: [{ name: party_id, in: query, description: Only the bill of this party., schema: { type: string } }]
      responses: { '200': { $ref: '#/components/responses/Bills' } }
";

const RESPONSES: &str = "
  responses:
    Drink: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Drink' } } } }
    Party: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Party' } } } }
    Round: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Round' } } } }
    Rounds: { description: They., content: { application/json: { schema: { type: object, required: [items], properties: { items: { type: array, items: { $ref: '#/components/schemas/Round' } } } } } } }
    Bills: { description: They., content: { application/json: { schema: { type: object, required: [items], properties: { items: { type: array, items: { $ref: '#/components/schemas/Bill' } } } } } } }";

const SCHEMAS: &str = "
  schemas:
    Drink: { type: object, required: [drink_id, name], properties: { drink_id: { type: string }, name: { type: string } } }
    Party: { type: object, required: [party_id, name, status], properties: { party_id: { type: string }, name: { type: string }, status: { type: string, enum: [planned, started, closed] } } }
    Round: { type: object, required: [round_id, drink_id, served_at], properties: { round_id: { type: string }, drink_id: { type: string }, served_at: { type: string, format: date-time } } }
    Bill: { type: object, required: [bill_id, number, party_id], properties: { bill_id: { type: string }, number: { type: integer }, party_id: { type: string } } }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    NewestRoundFirst,
    OldestBillFirst,
    BillsOfAll,
}

async fn run(fault: Fault) -> Run {
    Suite::of_components(PARTIES, RESPONSES, SCHEMAS)
        .profile("creates = ['*']\n")
        .run_against(fault, respond)
        .await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let method = request.method.as_str();
    match (method, request.path.as_str()) {
        ("POST", "/drinks") => store.make_with(request, "drink_id", json!({})),
        ("POST", "/parties") => store.make_with(request, "party_id", json!({"status": "planned"})),
        ("GET", "/bills") => bills(store, fault, request),
        (_, "/drinks" | "/parties") => Answer::error(405).with("allow", "POST"),
        (_, "/bills") => Answer::error(405).with("allow", "GET"),
        _ => within(store, fault, request),
    }
}

fn within(store: &Store, fault: Fault, request: &Request) -> Answer {
    let (things, below) = match (request.below("/drinks"), request.below("/parties")) {
        (Some(below), _) => ("drink_id", below),
        (_, Some(below)) => ("party_id", below),
        _ => return Answer::error(404),
    };
    let (id, rest) = below.split_once('/').unwrap_or((&below, ""));
    let allowed = match rest {
        "rounds" => "GET, POST",
        "" => "GET",
        _ => "POST",
    };
    if !allowed.split(", ").any(|one| one == request.method) {
        return Answer::error(405).with("allow", allowed);
    }
    let Some(thing) = store.get(id).filter(|one| one[things] == id) else {
        return Answer::error(404);
    };
    match rest {
        "" => Answer::json(200, thing),
        "start" => moved(store, thing, "planned", "started"),
        "close" => moved(store, thing, "started", "closed"),
        "rounds" if request.method == "GET" => {
            let mut items = rounds(store, id);
            if fault == Fault::NewestRoundFirst {
                items.reverse();
            }
            Answer::json(200, json!({"items": items}))
        }
        "rounds" => serve(store, request, &thing),
        _ => Answer::error(404),
    }
}

fn moved(store: &Store, mut party: Value, from: &str, to: &str) -> Answer {
    if party["status"] != from {
        return Answer::error(409);
    }
    party["status"] = to.into();
    store.put(party["party_id"].as_str().unwrap_or_default(), party.clone());
    if to == "closed" {
        let (id, number) = (store.uuid(), store.serial());
        store.put(&id, json!({"bill_id": id, "number": number, "party_id": party["party_id"]}));
    }
    Answer::json(200, party)
}

fn rounds(store: &Store, party: &str) -> Vec<Value> {
    let mut all = store.values();
    all.retain(|one| one["round_id"].is_string() && one["in"] == party);
    all.sort_by_key(|one| one["serial"].as_u64());
    all
}

fn serve(store: &Store, request: &Request, party: &Value) -> Answer {
    let body = request.json();
    let drink = body["drink_id"].as_str().and_then(|id| store.get(id));
    if !request.is_json() || drink.is_none_or(|one| one["drink_id"].is_null()) {
        return Answer::error(422);
    }
    let id = party["party_id"].as_str().unwrap_or_default();
    let is_served = rounds(store, id).iter().any(|one| one["drink_id"] == body["drink_id"]);
    if party["status"] != "started" || is_served {
        return Answer::error(409);
    }
    let (round_id, serial) = (store.uuid(), store.serial());
    let second = serial % 60;
    let round = json!({
        "round_id": round_id, "drink_id": body["drink_id"], "in": id, "serial": serial,
        "served_at": format!("2031-01-01T00:{:02}:{second:02}Z", serial / 60 % 60),
    });
    store.put(&round_id, round.clone());
    Answer::json(201, round)
}

fn bills(store: &Store, fault: Fault, request: &Request) -> Answer {
    let mut items = store.values();
    items.retain(|one| one["bill_id"].is_string());
    if let [party] = request.query("party_id").as_slice()
        && fault != Fault::BillsOfAll
    {
        items.retain(|one| one["party_id"] == *party);
    }
    items.sort_by_key(|one| std::cmp::Reverse(one["number"].as_u64()));
    if fault == Fault::OldestBillFirst {
        items.reverse();
    }
    Answer::json(200, json!({"items": items}))
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None).await;
    run.assert_sound(&[
        "rounds:200:law:order-is-kept",
        "bills:200:law:order-is-kept",
        "bills:200:law:filter-is-kept:query.party_id:first",
    ]);
}

#[tokio::test]
async fn lists_are_filled_as_they_have_to_be() {
    for (fault, expected) in [
        (Fault::NewestRoundFirst, "rounds:200:order-is-kept"),
        (Fault::OldestBillFirst, "bills:200:order-is-kept"),
        (Fault::BillsOfAll, "bills:200:filter-is-kept"),
    ] {
        run(fault).await.assert_finds(fault, expected);
    }
}
