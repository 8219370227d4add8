//! What is in a state for which it is refused, what callers of a role are not shown, whose something is, what keeps a thing, and
//! what numbers are of others, as descriptions say.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const SHOP: &str = "
security: [{ token: [] }]
paths:
  /products:
    post:
      operationId: make
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/NewProduct' } } } }
      responses: { '201': { $ref: '#/components/responses/Product' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/Taken' }, '422': { $ref: '#/components/responses/No' } }
  /products/{product_id}:
    parameters: [{ name: product_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: get
      description: 'For a `guest` an inactive product does not exist (404). What it cost the shop, guests are not told: `cost_cents` is null for them.'
      responses: { '200': { $ref: '#/components/responses/Product' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
    patch:
      operationId: change
      requestBody: { required: true, content: { application/merge-patch+json: { schema: { $ref: '#/components/schemas/ProductPatch' } } } }
      responses: { '200': { $ref: '#/components/responses/Product' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/Taken' }, '422': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' }, '409': { description: There are orders of this product., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } } }
  /orders:
    post:
      operationId: order
      description: An inactive product is a 409.
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [product_id, quantity], properties: { product_id: { type: string }, quantity: { type: integer, minimum: 1, maximum: 9 } } } } } }
      responses: { '201': { $ref: '#/components/responses/Order' }, '401': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '422': { description: 'The body is wrong, or there is no such product.', content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } } }
  /orders/{order_id}:
    parameters: [{ name: order_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: look
      description: Only the buyer looks at an order; for everybody else there is nothing at this address.
      responses: { '200': { $ref: '#/components/responses/Order' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  responses:
    Product: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Product' } } } }
    Order: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }
    Taken: { description: Another product has this code already., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }";

const SCHEMAS: &str = "
  schemas:
    NewProduct:
      type: object
      required: [code, price_cents]
      properties: { code: { type: string, minLength: 1 }, price_cents: { type: integer, minimum: 1, maximum: 100000, examples: [4500] }, cost_cents: { type: integer, minimum: 1, maximum: 100000 }, active: { type: boolean } }
    ProductPatch:
      type: object
      properties: { code: { type: string, minLength: 1 }, price_cents: { type: integer, minimum: 1, maximum: 100000 }, active: { type: boolean } }
    Product:
      type: object
      required: [product_id, code, price_cents, cost_cents, active]
      properties: { product_id: { type: string }, code: { type: string }, price_cents: { type: integer }, cost_cents: { type: [integer, 'null'] }, active: { type: boolean } }
    Order:
      type: object
      required: [order_id, buyer_id, product_id, quantity, price_cents, net_cents, tax_cents, total_cents, ordered_on, due_on]
      properties:
        order_id: { type: string }
        buyer_id: { type: string }
        product_id: { type: string }
        quantity: { type: integer }
        price_cents: { type: integer }
        net_cents: { type: integer, description: '`price_cents` times `quantity`' }
        tax_cents: { type: integer, description: '19 % of the net, rounded to whole cents, half a cent upwards.' }
        total_cents: { type: integer, description: Net and tax. }
        ordered_on: { type: string, format: date }
        due_on: { type: string, format: date, description: 14 days after `ordered_on`. }
";

const PROFILE: &str = "
creates = ['*']
[credentials.keeper]
bearer = 'keeper'
may = ['*']
[credentials.guest]
bearer = 'guest'
may = ['get', 'order', 'look']
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    SellsInactive,
    ShowsInactive,
    ShowsCost,
    ShowsOrders,
    TakesCodes,
    DropsOrdered,
    TakesUnknown,
    CutsTax,
    NetOfOne,
    DueLater,
}

async fn run(fault: Fault, contract: &str, check: &str) -> Run {
    Suite::of_components(contract, RESPONSES, SCHEMAS)
        .profile(PROFILE)
        .only(check)
        .run_against(fault, respond)
        .await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let Some(caller) = request.token().filter(|one| ["keeper", "guest"].contains(one)) else {
        return Answer::error(401).with("www-authenticate", "Bearer");
    };
    if request.path == "/orders" {
        return match request.method.as_str() {
            "POST" => order(store, fault, request, caller),
            _ => Answer::error(405).with("allow", "POST"),
        };
    }
    if let Some(id) = request.below("/orders") {
        let found = store.get(&id).filter(|one| one["order_id"].is_string());
        let is_seen = |one: &Value| one["buyer_id"] == caller || fault == Fault::ShowsOrders;
        return match (request.method.as_str(), found.filter(is_seen)) {
            ("GET", Some(order)) => Answer::json(200, order),
            ("GET", None) => Answer::error(404),
            _ => Answer::error(405).with("allow", "GET"),
        };
    }
    let item = request.below("/products");
    let allowed = if item.is_some() { "GET, PATCH, DELETE" } else { "POST" };
    match (request.method.as_str(), item) {
        ("POST", None) | ("PATCH" | "DELETE", Some(_)) if caller != "keeper" => Answer::error(403),
        ("POST", None) => write(store, fault, request, None),
        ("GET" | "PATCH" | "DELETE", Some(id)) => {
            let found = store.get(&id).filter(|one| one["code"].is_string());
            let Some(product) = found else { return Answer::error(404) };
            product_answer(store, fault, request, (caller, &id, product))
        }
        _ => Answer::error(405).with("allow", allowed),
    }
}

fn product_answer(
    store: &Store,
    fault: Fault,
    request: &Request,
    (caller, id, mut product): (&str, &str, Value),
) -> Answer {
    let is_ordered =
        || store.values().iter().any(|one| one["order_id"].is_string() && one["product_id"] == id);
    match request.method.as_str() {
        "GET"
            if caller == "guest" && product["active"] == false && fault != Fault::ShowsInactive =>
        {
            Answer::error(404)
        }
        "GET" => {
            if caller == "guest" && fault != Fault::ShowsCost {
                product["cost_cents"] = Value::Null;
            }
            Answer::json(200, product)
        }
        "PATCH" => write(store, fault, request, Some(product)),
        _ if is_ordered() && fault != Fault::DropsOrdered => Answer::error(409),
        _ => {
            store.remove(id);
            Answer::empty(204)
        }
    }
}

fn write(store: &Store, fault: Fault, request: &Request, before: Option<Value>) -> Answer {
    let media_type = if before.is_some() { "merge-patch" } else { "application/json" };
    let is_of_type = request.header("content-type").iter().any(|one| one.contains(media_type));
    let body = request.json();
    let price =
        |name: &str| body[name].as_i64().is_some_and(|cents| (1..=100_000).contains(&cents));
    let code = body["code"].as_str().is_some_and(|code| !code.is_empty());
    let is_sound =
        |name: &str, is: bool| if body.get(name).is_some() { is } else { before.is_some() };
    let is_optional = |name: &str, is: bool| body.get(name).is_none() || is;
    let is_right = is_sound("code", code) && is_sound("price_cents", price("price_cents"));
    let is_right = is_right && is_optional("cost_cents", price("cost_cents") || before.is_some());
    if !is_of_type
        || !body.is_object()
        || !is_right
        || !is_optional("active", body["active"].is_boolean())
    {
        return Answer::error(422);
    }
    let is_update = before.is_some();
    let id = before.as_ref().map(|one| one["product_id"].clone());
    let same = |one: &Value| one["code"] == body["code"] && Some(&one["product_id"]) != id.as_ref();
    let is_checked = !is_update || fault != Fault::TakesCodes;
    if code && is_checked && store.values().iter().any(same) {
        return Answer::error(409);
    }
    let new = || json!({"product_id": store.uuid(), "active": true, "cost_cents": null});
    let mut product = before.unwrap_or_else(new);
    for name in ["code", "price_cents", "active", "cost_cents"] {
        if let Some(value) = body.get(name).filter(|_| !is_update || name != "cost_cents") {
            product[name] = value.clone();
        }
    }
    store.put(product["product_id"].as_str().unwrap_or_default(), product.clone());
    Answer::json(if is_update { 200 } else { 201 }, product)
}

fn order(store: &Store, fault: Fault, request: &Request, caller: &str) -> Answer {
    let body = request.json();
    let quantity = body["quantity"].as_i64().filter(|one| (1..=9).contains(one));
    let (true, Some(quantity), Some(product_id)) =
        (request.is_json(), quantity, body["product_id"].as_str())
    else {
        return Answer::error(422);
    };
    let product = store.get(product_id).filter(|one| one["code"].is_string());
    let unknown = json!({"price_cents": 100, "active": true});
    let product = product.or_else(|| (fault == Fault::TakesUnknown).then_some(unknown));
    let Some(product) = product else { return Answer::error(422) };
    if product["active"] == false && fault != Fault::SellsInactive {
        return Answer::error(409);
    }
    let price = product["price_cents"].as_i64().unwrap_or_default();
    let net = if fault == Fault::NetOfOne { price } else { price * quantity };
    let half = if fault == Fault::CutsTax { 0 } else { 50 };
    let tax = (net * 19 + half) / 100;
    let due_on = if fault == Fault::DueLater { "2031-03-02" } else { "2031-03-01" };
    let id = store.uuid();
    let order = json!({
        "order_id": id, "buyer_id": caller, "product_id": product_id, "quantity": quantity,
        "price_cents": price, "net_cents": net, "tax_cents": tax, "total_cents": net + tax,
        "ordered_on": "2031-02-15", "due_on": due_on,
    });
    store.put(&id, order.clone());
    Answer::json(201, order)
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, SHOP, "").await;
    run.assert_sound(&[
        "order:409:law:unfit-reference-refused:make:active",
        "get:404:law:unseen-by-role:guest:active",
        "get:200:law:unseen-by-role:guest:cost_cents",
        "look:404:law:owners-alone:keeper:guest",
        "look:404:law:owners-alone:guest:keeper",
        "change:409:law:key-is-alone:taken:code",
        "drop:409:law:in-use-stays",
        "order:201:law:computed-as-told:uneven:3",
    ]);
}

#[tokio::test]
async fn what_is_told_is_asked_for() {
    for (fault, check) in [
        (Fault::SellsInactive, "order:201:unfit-reference-refused"),
        (Fault::ShowsInactive, "get:200:unseen-by-role"),
        (Fault::ShowsCost, "get:200:unseen-by-role"),
        (Fault::ShowsOrders, "look:200:owners-alone"),
        (Fault::TakesCodes, "change:200:key-is-alone"),
        (Fault::DropsOrdered, "drop:204:in-use-stays"),
        (Fault::TakesUnknown, "order:201:unknown-reference-refused"),
        (Fault::CutsTax, "order:201:computed-as-told"),
        (Fault::NetOfOne, "order:201:computed-as-told"),
        (Fault::DueLater, "order:201:computed-as-told"),
    ] {
        run(fault, SHOP, check).await.assert_finds(fault, check);
    }
}

/// Where nothing is said of them, none of these are faults.
#[tokio::test]
async fn silence_forbids_nothing() {
    let silent = SHOP
        .replace("For a `guest` an inactive product does not exist (404). ", "")
        .replace("What it cost the shop, guests are not told: `cost_cents` is null for them.", "Shows it.")
        .replace("An inactive product is a 409.", "Orders it.")
        .replace("Only the buyer looks at an order; for everybody else there is nothing at this address.", "Shows it.");
    for fault in [Fault::SellsInactive, Fault::ShowsInactive, Fault::ShowsCost, Fault::ShowsOrders]
    {
        let run = run(fault, &silent, "").await;
        assert_eq!(run.faults(), [""; 0], "{fault:?}: {}", run.told);
    }
}
