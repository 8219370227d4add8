//! What is reached only by what a document says beside its schemas: a body that goes together as its example does, a thing that
//! comes of an action on another one, and what was made with a key, told again with a status of its own.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const ORDERS: &str = "
paths:
  /orders:
    post:
      operationId: order
      description: An adjustment needs a `reason`, and a `delivery` an `address`; without them it is a 422.
      parameters: [{ name: Idempotency-Key, in: header, description: The same request with the same key is answered with the order that was made., schema: { type: string } }]
      requestBody:
        required: true
        content:
          application/json:
            schema: { type: object, required: [kind, lines], properties: { kind: { type: string, enum: [delivery, adjustment] }, address: { type: string }, reason: { type: string }, lines: { type: array, minItems: 1, items: { type: object, required: [count], properties: { count: { type: integer, minimum: 1 }, price: { type: integer } } } } } }
            example: { kind: adjustment, reason: broken, lines: [{ count: 2, price: 300 }] }
      responses:
        '200': { $ref: '#/components/responses/Order' }
        '201': { $ref: '#/components/responses/Order' }
        '400': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
  /orders/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: getOrder
      responses: { '200': { $ref: '#/components/responses/Order' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: dropOrder
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /orders/{id}/close:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: close
      description: An order that is `open` becomes `closed`, and a bill comes into being. `bill_id` refers to it.
      responses: { '200': { $ref: '#/components/responses/Order' }, '404': { $ref: '#/components/responses/No' }, '409': { description: The order is not open., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } } }
  /bills/{bill_id}:
    parameters: [{ name: bill_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getBill
      responses: { '200': { $ref: '#/components/responses/Bill' }, '404': { $ref: '#/components/responses/No' } }
  /bills/{bill_id}/notes:
    parameters: [{ name: bill_id, in: path, required: true, schema: { type: string } }]
    put:
      operationId: annotate
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
";

/// With orders and bills among the parts.
fn suite() -> Suite {
    const RESPONSES: &str = "
  responses:
    Order: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }
    Bill: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Bill' } } } }";
    const SCHEMAS: &str = "
  schemas:
    Order: { type: object, required: [id, kind, status, bill_id], properties: { id: { type: string }, kind: { type: string }, status: { type: string, enum: [open, closed], readOnly: true }, bill_id: { type: [string, 'null'] } } }
    Bill: { type: object, required: [id, order_id], properties: { id: { type: string }, order_id: { type: string } } }";
    Suite::of_components(ORDERS, RESPONSES, SCHEMAS)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    KeyMakesAnother,
}

#[derive(Default)]
struct Shop {
    orders: Store,
    bills: Store,
    keys: Store,
}

async fn run(fault: Fault) -> Run {
    let shop = Shop::default();
    let service = Service::start(move |request| respond(&shop, fault, request)).await;
    suite().run(&service.url).await
}

fn respond(shop: &Shop, fault: Fault, request: &Request) -> Answer {
    match request.path.split('/').skip(1).collect::<Vec<_>>().as_slice() {
        ["orders"] if request.method == "POST" => order(shop, fault, request),
        ["orders"] => Answer::error(405).with("allow", "POST"),
        ["orders", id, ..] if shop.orders.get(id).is_none() => Answer::error(404),
        ["orders", id] if matches!(request.method.as_str(), "GET" | "DELETE") => {
            shop.orders.item(request, id)
        }
        ["orders", _] => Answer::error(405).with("allow", "GET, DELETE"),
        ["orders", id, "close"] if request.method == "POST" => close(shop, id),
        ["orders", _, "close"] => Answer::error(405).with("allow", "POST"),
        ["bills", id, ..] if shop.bills.get(id).is_none() => Answer::error(404),
        ["bills", id] if request.method == "GET" => shop.bills.item(request, id),
        ["bills", _] => Answer::error(405).with("allow", "GET"),
        ["bills", _, "notes"] if request.method != "PUT" => Answer::error(405).with("allow", "PUT"),
        ["bills", _, "notes"] if request.has_text("name") => Answer::empty(204),
        ["bills", _, "notes"] => Answer::error(422),
        _ => Answer::error(404),
    }
}

fn order(shop: &Shop, fault: Fault, request: &Request) -> Answer {
    let body = request.json();
    let fits = |line: &Value| line["count"].as_i64().is_some_and(|count| count > 0);
    let lines = body["lines"].as_array().filter(|lines| !lines.is_empty());
    if !lines.is_some_and(|lines| lines.iter().all(fits)) {
        return Answer::error(400);
    }
    let texts = ["address", "reason"];
    if texts.iter().any(|name| body.get(name).is_some_and(|text| !text.is_string())) {
        return Answer::error(400);
    }
    match body["kind"].as_str() {
        Some("delivery" | "adjustment") => {}
        _ => return Answer::error(400),
    }
    let needed = if body["kind"] == "delivery" { "address" } else { "reason" };
    let is_priced = lines.into_iter().flatten().all(|line| line["price"].is_i64());
    if body[needed].is_null() || !is_priced {
        return Answer::error(422);
    }
    let key = request.header("idempotency-key").join(", ");
    let known = shop.keys.get(&key).filter(|_| !key.is_empty() && fault == Fault::None);
    if let Some(known) = known.and_then(|known| shop.orders.get(known.as_str()?)) {
        return Answer::json(200, known);
    }
    let id = shop.orders.uuid();
    let order = json!({"id": id, "kind": body["kind"], "status": "open", "bill_id": null});
    shop.orders.put(&id, order.clone());
    shop.keys.put(&key, json!(id));
    Answer::json(201, order)
}

fn close(shop: &Shop, id: &str) -> Answer {
    let mut order = shop.orders.get(id).unwrap_or_default();
    if order["status"] != "open" {
        return Answer::error(409);
    }
    let bill = shop.bills.uuid();
    shop.bills.put(&bill, json!({"id": bill, "order_id": id}));
    order["status"] = json!("closed");
    order["bill_id"] = json!(bill);
    shop.orders.put(id, order.clone());
    Answer::json(200, order)
}

#[tokio::test]
async fn what_a_document_says_beside_its_schemas_leads_everywhere() {
    let run = run(Fault::None).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    let unreached: Vec<String> =
        run.cells().into_iter().filter(|cell| !cell.ends_with("passed")).collect();
    assert_eq!(unreached, [""; 0], "{}", run.told);
}

#[tokio::test]
async fn a_key_that_makes_another_thing_is_found() {
    let run = run(Fault::KeyMakesAnother).await;
    assert!(run.faults().iter().any(|fault| fault.contains("key-makes-once")), "{}", run.told);
}
