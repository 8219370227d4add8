//! What each caller has one of, parts that are named by themselves, amounts that repeat a total, and what goes with a choice: the
//! baskets and orders of a shop. Of two roles that the contract lists, credentials are called after one alone.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const PATHS: &str = "
paths:
  /people:
    get:
      operationId: people
      security: [{ token: [] }]
      responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Person' } } } } }, '401': { $ref: '#/components/responses/No' } }
  /goods:
    post:
      operationId: offer
      description: A `gift` has a `note`, a `plain` one has no `note` (422). All prices have to be in one currency (422).
      security: [{ token: [] }]
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/GoodWrite' } } } }
      responses: { '201': { $ref: '#/components/responses/Good' }, '400': { $ref: '#/components/responses/No' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /goods/{good_id}:
    parameters: [{ name: good_id, in: path, required: true, schema: { type: integer, minimum: 1 } }]
    get:
      operationId: good
      security: [{}, { token: [] }]
      responses: { '200': { $ref: '#/components/responses/Good' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: withdraw
      security: [{ token: [] }]
      responses: { '204': { description: Gone. }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
  /basket/items/{sku}:
    put:
      operationId: fill
      description: Sets how many of a part are in the own basket; 0 takes it out.
      security: [{ token: [] }]
      parameters: [{ name: sku, in: path, required: true, schema: { $ref: '#/components/schemas/Sku' } }]
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [quantity], properties: { quantity: { type: integer, minimum: 0, maximum: 9 } } } } } }
      responses: { '200': { description: The basket., content: { application/json: { schema: { type: object } } } }, '400': { $ref: '#/components/responses/No' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
  /orders:
    post:
      operationId: order
      description: Orders what is in the own basket, which is empty then. An empty basket gives 409. A postal code that doesn't fit the country gives 422.
      security: [{ token: [] }]
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [postal_code, country], properties: { postal_code: { type: string, minLength: 4 }, country: { type: string, enum: [IN, US] } } } } } }
      responses:
        '201':
          description: It.
          content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } }
          links: { order: { operationId: ordered, parameters: { order_id: '$response.body#/id' } } }
        '400': { $ref: '#/components/responses/No' }
        '401': { $ref: '#/components/responses/No' }
        '403': { $ref: '#/components/responses/No' }
        '409': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
  /orders/{order_id}:
    get:
      operationId: ordered
      security: [{ token: [] }]
      parameters: [{ name: order_id, in: path, required: true, schema: { type: integer, minimum: 1 } }]
      responses: { '200': { $ref: '#/components/responses/Order' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
  /orders/{order_id}/payments:
    post:
      operationId: pay
      description: A `new` order becomes `paid` (409 otherwise). The amount must be exactly the order's total (422).
      security: [{ token: [] }]
      parameters: [{ name: order_id, in: path, required: true, schema: { type: integer, minimum: 1 } }]
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [amount], properties: { amount: { $ref: '#/components/schemas/Money' } } } } } }
      responses: { '201': { $ref: '#/components/responses/Order' }, '400': { $ref: '#/components/responses/No' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /orders/{order_id}/moves:
    post:
      operationId: move
      description: |
        Moves an order on:

        - `sent`: from `paid`, by clerks.
        - `kept`: from `sent`, by clerks.

        From any other state it is a 409.
      security: [{ token: [] }]
      parameters: [{ name: order_id, in: path, required: true, schema: { type: integer, minimum: 1 } }]
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [to], properties: { to: { type: string, enum: [sent, kept] } } } } } }
      responses: { '200': { $ref: '#/components/responses/Order' }, '400': { $ref: '#/components/responses/No' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  responses:
    Good: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Good' } } } }
    Order: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }";

const SCHEMAS: &str = "
  schemas:
    Person: { type: object, required: [name, role], properties: { name: { type: string }, role: { type: string, enum: [clerk, customer] } } }
    Sku: { type: string, pattern: '^[A-Z]{6}$' }
    Money: { type: object, required: [cents, currency], properties: { cents: { type: integer, minimum: 1 }, currency: { type: string, enum: [EUR, USD] } } }
    Part: { type: object, required: [sku, price], properties: { sku: { $ref: '#/components/schemas/Sku' }, price: { $ref: '#/components/schemas/Money' } } }
    Kind: { type: string, enum: [plain, gift] }
    GoodWrite: { type: object, required: [kind, parts], properties: { kind: { $ref: '#/components/schemas/Kind' }, note: { type: string, minLength: 1 }, parts: { type: array, minItems: 1, items: { $ref: '#/components/schemas/Part' } } } }
    Good: { type: object, required: [id, kind, parts], properties: { id: { type: integer }, kind: { $ref: '#/components/schemas/Kind' }, note: { type: string }, margin: { type: integer, description: 'Clerks always get this member, customers never.' }, parts: { type: array, items: { $ref: '#/components/schemas/Part' } } } }
    Order: { type: object, required: [id, total, state], properties: { id: { type: integer }, total: { $ref: '#/components/schemas/Money' }, state: { type: string, enum: [new, paid, sent, kept] } } }
";

const WHO: &str = "
creates = ['order', 'pay']
allow = ['move', 'fill']
[credentials.clerk]
bearer = 'token-clerk'
may = ['people', 'offer', 'good', 'withdraw', 'ordered', 'move']
[credentials.ann]
bearer = 'token-ann'
may = ['people', 'good', 'fill', 'order', 'ordered', 'pay']
[credentials.ben]
bearer = 'token-ben'
may = ['people', 'good', 'fill', 'order', 'ordered', 'pay']
";

const CLERK: &str = "token-clerk";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// Any amount pays an order.
    AnyAmount,
    /// A gift needs no note.
    Bare,
    /// What is plain may have a note.
    Noted,
    /// Customers see what is earned.
    Margin,
    /// Any order can be kept.
    Kept,
}

async fn run(fault: Fault, check: &str) -> Run {
    Suite::of_components(PATHS, RESPONSES, SCHEMAS)
        .profile(WHO)
        .only(check)
        .run_against(fault, respond)
        .await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let path: Vec<&str> = request.path.split('/').skip(1).collect();
    let allow = match path.as_slice() {
        ["people"] => "GET",
        ["goods"] | ["orders"] | ["orders", _, "payments" | "moves"] => "POST",
        ["goods", _] => "GET, DELETE",
        ["basket", "items", _] => "PUT",
        ["orders", _] => "GET",
        _ => return Answer::error(404),
    };
    if !allow.split(", ").any(|method| method == request.method) {
        return Answer::error(405).with("allow", allow);
    }
    let is_shown = !request.header("authorization").is_empty();
    let who = request.token().filter(|token| [CLERK, "token-ann", "token-ben"].contains(token));
    let is_public = matches!((path.as_slice(), request.method.as_str()), (["goods", _], "GET"));
    if who.is_none() && (is_shown || !is_public) {
        return Answer::error(401).with("www-authenticate", "Bearer");
    }
    let who = who.unwrap_or("nobody");
    match (path.as_slice(), request.method.as_str()) {
        (["people"], _) => Answer::json(200, json!([{"name": "Ann", "role": "customer"}])),
        (["goods"], _) if who != CLERK => Answer::error(403),
        (["goods"], _) => offer(store, fault, request),
        (["goods", id], "GET") => match store.get(&format!("goods/{id}")) {
            Some(mut good) => {
                let sees = who == CLERK || fault == Fault::Margin;
                if sees {
                    good["margin"] = 7.into();
                }
                Answer::json(200, good)
            }
            None => Answer::error(404),
        },
        (["goods", _], _) if who != CLERK => Answer::error(403),
        (["goods", id], _) => match store.remove(&format!("goods/{id}")) {
            Some(_) => Answer::empty(204),
            None => Answer::error(404),
        },
        (["basket", ..] | ["orders"], _) if who == CLERK => Answer::error(403),
        (["basket", _, sku], _) => fill(store, request, who, sku),
        (["orders"], _) => order(store, request, who),
        (["orders", id, rest @ ..], _) => ordered(store, fault, request, (who, id, rest)),
        _ => Answer::error(404),
    }
}

fn is_money(value: &Value) -> bool {
    value["cents"].as_u64().is_some_and(|cents| cents > 0)
        && ["EUR", "USD"].iter().any(|one| value["currency"] == *one)
}

fn is_sku(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    text.len() == 6 && text.chars().all(|c| c.is_ascii_uppercase())
}

fn offer(store: &Store, fault: Fault, request: &Request) -> Answer {
    let body = request.json();
    let parts = body["parts"].as_array().cloned().unwrap_or_default();
    let are_parts = parts.iter().all(|part| is_sku(&part["sku"]) && is_money(&part["price"]));
    let note = body.get("note");
    let is_note = note.is_none_or(|note| note.as_str().is_some_and(|note| !note.is_empty()));
    let kind = body["kind"].as_str().unwrap_or_default();
    if parts.is_empty() || !are_parts || !is_note || !["plain", "gift"].contains(&kind) {
        return Answer::error(400);
    }
    let are_alike =
        parts.iter().all(|part| part["price"]["currency"] == parts[0]["price"]["currency"]);
    let is_bare = kind == "gift" && note.is_none() && fault != Fault::Bare;
    let is_noted = kind == "plain" && note.is_some() && fault != Fault::Noted;
    if is_bare || is_noted || !are_alike {
        return Answer::error(422);
    }
    let id = store.serial();
    let mut good = json!({"id": id, "kind": kind, "parts": parts});
    if let Some(note) = note {
        good["note"] = note.clone();
    }
    store.put(&format!("goods/{id}"), good.clone());
    Answer::json(201, good)
}

fn fill(store: &Store, request: &Request, who: &str, sku: &str) -> Answer {
    let goods = store.values();
    let mut parts = goods.iter().filter_map(|good| good["parts"].as_array()).flatten();
    let Some(part) = parts.find(|part| part["sku"] == sku) else { return Answer::error(404) };
    let Some(quantity) = request.json()["quantity"].as_u64().filter(|one| *one < 10) else {
        return Answer::error(400);
    };
    let key = format!("basket/{who}/{sku}");
    match quantity {
        0 => drop(store.remove(&key)),
        _ => drop(store.put(&key, json!({"price": part["price"], "quantity": quantity}))),
    }
    Answer::json(200, json!({}))
}

fn order(store: &Store, request: &Request, who: &str) -> Answer {
    let body = request.json();
    let code = body["postal_code"].as_str().unwrap_or_default();
    let digits = match body["country"].as_str() {
        Some("IN") => 6,
        Some("US") => 5,
        _ => return Answer::error(400),
    };
    if code.len() < 4 {
        return Answer::error(400);
    }
    if code.len() != digits || !code.chars().all(|c| c.is_ascii_digit()) {
        return Answer::error(422);
    }
    let own = store.ids().into_iter().filter(|id| id.starts_with(&format!("basket/{who}/")));
    let items: Vec<Value> = own.filter_map(|id| store.remove(&id)).collect();
    if items.is_empty() {
        return Answer::error(409);
    }
    let cents = |item: &Value| Some(item["price"]["cents"].as_u64()? * item["quantity"].as_u64()?);
    let total: u64 = items.iter().filter_map(cents).sum();
    let id = store.serial();
    let total = json!({"cents": total, "currency": items[0]["price"]["currency"]});
    let order = json!({"id": id, "total": total, "state": "new"});
    store.put(&format!("orders/{id}"), json!({"order": order, "who": who}));
    Answer::json(201, order)
}

fn ordered(
    store: &Store,
    fault: Fault,
    request: &Request,
    (who, id, rest): (&str, &str, &[&str]),
) -> Answer {
    let key = format!("orders/{id}");
    let Some(mut kept) = store.get(&key).filter(|one| who == CLERK || one["who"] == who) else {
        return Answer::error(404);
    };
    let state = kept["order"]["state"].clone();
    let body = request.json();
    let (status, to) = match rest {
        [] => return Answer::json(200, kept["order"].clone()),
        ["payments"] if who == CLERK => return Answer::error(403),
        ["payments"] => {
            if !is_money(&body["amount"]) {
                return Answer::error(400);
            }
            if state != "new" {
                return Answer::error(409);
            }
            if body["amount"] != kept["order"]["total"] && fault != Fault::AnyAmount {
                return Answer::error(422);
            }
            (201, json!("paid"))
        }
        _ if who != CLERK => return Answer::error(403),
        _ => {
            let needed = match body["to"].as_str() {
                Some("sent") => "paid",
                Some("kept") => "sent",
                _ => return Answer::error(400),
            };
            let is_kept_anyhow = fault == Fault::Kept && body["to"] == "kept";
            if state != needed && !is_kept_anyhow {
                return Answer::error(409);
            }
            (200, body["to"].clone())
        }
    };
    kept["order"]["state"] = to;
    store.put(&key, kept.clone());
    Answer::json(status, kept["order"].clone())
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    run(Fault::None, "").await.assert_sound(&[
        "order:201:happy-path:minimal",
        "pay:201:happy-path:minimal",
        "pay:400:law:other-value-refused:body.amount",
        "offer:422:violation:body.note:gift:without",
        "offer:422:violation:body.note:plain:with",
        "good:200:law:unseen-by-role:ann:margin",
        "move:409:law:state-refuses:new:kept",
        "good:200:security:optional",
        "move:200:law:state-moves:paid:sent",
    ]);
}

#[tokio::test]
async fn what_goes_with_what_is_asked_for() {
    for (fault, check) in [
        (Fault::AnyAmount, "pay:201:other-value-refused:law"),
        (Fault::Bare, "offer:201:told-limit-kept:violation"),
        (Fault::Noted, "offer:201:told-limit-kept:violation"),
        (Fault::Margin, "good:200:unseen-by-role:/margin"),
        (Fault::Kept, "move:200:state-refuses:law"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
