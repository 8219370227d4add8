//! What takes of a stock gets some put there first; a filter follows what is moved; and a PUT of the one part of a thing says
//! whether it made it.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const SALES: &str = "
paths:
  /goods:
    post:
      operationId: addGoods
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '422': { $ref: '#/components/responses/No' } }
  /goods/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: getGoods
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: dropGoods
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /goods/{id}/label:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: getLabel
      responses: { '200': { $ref: '#/components/responses/Label' }, '404': { $ref: '#/components/responses/No' } }
    put:
      operationId: putLabel
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Label' } } } }
      responses: { '200': { $ref: '#/components/responses/Label' }, '201': { $ref: '#/components/responses/Label' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /arrivals:
    post:
      operationId: arrive
      description: Puts so many of the goods into stock.
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Lot' }, example: { goods_id: a, quantity: 9 } } } }
      responses: { '201': { $ref: '#/components/responses/Lot' }, '422': { $ref: '#/components/responses/No' } }
  /sales:
    get:
      operationId: listSales
      parameters: [{ name: status, in: query, schema: { type: string, enum: [open, cancelled] } }]
      responses: { '200': { description: All., content: { application/json: { schema: { type: object, required: [items], properties: { items: { type: array, items: { $ref: '#/components/schemas/Sale' } } } } } } } }
    post:
      operationId: sell
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Lot' }, example: { goods_id: a, quantity: 2 } } } }
      responses: { '201': { $ref: '#/components/responses/Sale' }, '409': { description: There is not enough of it., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }, '422': { $ref: '#/components/responses/No' } }
  /sales/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: getSale
      responses: { '200': { $ref: '#/components/responses/Sale' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: dropSale
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /sales/{id}/cancel:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: cancel
      description: A sale that is `open` becomes `cancelled`.
      responses: { '200': { $ref: '#/components/responses/Sale' }, '404': { $ref: '#/components/responses/No' }, '409': { description: The sale is not open., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } } }
";

/// With goods and sales among the parts.
fn suite() -> Suite {
    const RESPONSES: &str = "
  responses:
    Label: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Label' } } } }
    Lot: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Lot' } } } }
    Sale: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Sale' } } } }";
    const SCHEMAS: &str = "
  schemas:
    Label: { type: object, required: [text], properties: { text: { type: string } } }
    Lot: { type: object, required: [goods_id, quantity], properties: { goods_id: { type: string }, quantity: { type: integer, minimum: 1, maximum: 1000 } } }
    Sale: { type: object, required: [id, goods_id, quantity, status], properties: { id: { type: string }, goods_id: { type: string }, quantity: { type: integer }, status: { type: string, enum: [open, cancelled], readOnly: true } } }";
    Suite::of_components(SALES, RESPONSES, SCHEMAS).profile("creates = [\"arrive\"]\n")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    FilterKnowsNoMoves,
    LabelIsAlwaysMade,
}

#[derive(Default)]
struct Shop {
    goods: Store,
    labels: Store,
    sales: Store,
}

async fn run(fault: Fault) -> Run {
    let shop = Shop::default();
    let service = Service::start(move |request| respond(&shop, fault, request)).await;
    suite().run(&service.url).await
}

fn respond(shop: &Shop, fault: Fault, request: &Request) -> Answer {
    let method = request.method.as_str();
    match request.path.split('/').skip(1).collect::<Vec<_>>().as_slice() {
        ["goods"] if method == "POST" => shop.goods.make(request, json!(shop.goods.uuid())),
        ["arrivals"] if method == "POST" => arrive(shop, request),
        ["goods" | "arrivals"] => Answer::error(405).with("allow", "POST"),
        ["goods", id, ..] if shop.goods.get(id).is_none() => Answer::error(404),
        ["goods", id] if matches!(method, "GET" | "DELETE") => shop.goods.item(request, id),
        ["goods", _] => Answer::error(405).with("allow", "GET, DELETE"),
        ["goods", id, "label"] => label(&shop.labels, fault, (request, id)),
        ["sales"] if method == "GET" => list(&shop.sales, fault, request),
        ["sales"] if method == "POST" => sell(shop, request),
        ["sales"] => Answer::error(405).with("allow", "GET, POST"),
        ["sales", id, ..] if shop.sales.get(id).is_none() => Answer::error(404),
        ["sales", id] if matches!(method, "GET" | "DELETE") => shop.sales.item(request, id),
        ["sales", _] => Answer::error(405).with("allow", "GET, DELETE"),
        ["sales", id, "cancel"] if method == "POST" => cancel(&shop.sales, id),
        ["sales", _, "cancel"] => Answer::error(405).with("allow", "POST"),
        _ => Answer::error(404),
    }
}

/// A lot of goods that are there, with how many of them are in stock.
fn lot(shop: &Shop, request: &Request) -> Option<(Value, i64, i64)> {
    let body = request.json();
    let quantity = body["quantity"].as_f64().filter(|number| number.fract() == 0.0)? as i64;
    let goods = shop.goods.get(body["goods_id"].as_str()?)?;
    let stock = goods["stock"].as_i64().unwrap_or_default();
    (1..=1000).contains(&quantity).then_some((goods, quantity, stock))
}

fn keep(shop: &Shop, mut goods: Value, stock: i64) {
    goods["stock"] = json!(stock);
    let id = goods["id"].as_str().unwrap_or_default().to_owned();
    shop.goods.put(&id, goods);
}

fn arrive(shop: &Shop, request: &Request) -> Answer {
    let Some((goods, quantity, stock)) = lot(shop, request) else { return Answer::error(422) };
    let lot = json!({"goods_id": goods["id"], "quantity": quantity});
    keep(shop, goods, stock + quantity);
    Answer::json(201, lot)
}

fn sell(shop: &Shop, request: &Request) -> Answer {
    let Some((goods, quantity, stock)) = lot(shop, request) else { return Answer::error(422) };
    if quantity > stock {
        return Answer::error(409);
    }
    let id = shop.sales.uuid();
    let sale = json!({"id": id, "goods_id": goods["id"], "quantity": quantity, "status": "open"});
    keep(shop, goods, stock - quantity);
    shop.sales.put(&id, sale.clone());
    Answer::json(201, sale)
}

fn list(sales: &Store, fault: Fault, request: &Request) -> Answer {
    let mut items = sales.values();
    let wanted = request.query("status").first().map(|status| (*status).to_owned());
    if let Some(wanted) = wanted {
        if !["open", "cancelled"].contains(&wanted.as_str()) {
            return Answer::error(422);
        }
        items.retain(|sale| match fault {
            Fault::FilterKnowsNoMoves => wanted == "open",
            _ => sale["status"] == wanted.as_str(),
        });
    }
    Answer::json(200, json!({"items": items}))
}

fn cancel(sales: &Store, id: &str) -> Answer {
    let mut sale = sales.get(id).unwrap_or_default();
    if sale["status"] != "open" {
        return Answer::error(409);
    }
    sale["status"] = json!("cancelled");
    sales.put(id, sale.clone());
    Answer::json(200, sale)
}

fn label(labels: &Store, fault: Fault, (request, id): (&Request, &str)) -> Answer {
    match (request.method.as_str(), labels.get(id)) {
        ("GET", Some(label)) => Answer::json(200, label),
        ("GET", None) => Answer::error(404),
        ("PUT", _) if !request.has_text("text") => Answer::error(422),
        ("PUT", there) => {
            let label = json!({"text": request.json()["text"]});
            labels.put(id, label.clone());
            let is_new = there.is_none() || fault == Fault::LabelIsAlwaysMade;
            Answer::json(if is_new { 201 } else { 200 }, label)
        }
        _ => Answer::error(405).with("allow", "GET, PUT"),
    }
}

const MOVED: &str = "listSales:200:law:filter-is-kept:query.status:moved";
const MOVED_ON: &str = "listSales:200:law:filter-is-kept:query.status:moved-on";
const REPLACED: &str = "putLabel:200:law:put-says-what-it-did";

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    let made = "putLabel:201:law:put-says-what-it-did";
    for case in ["sell:201:happy-path:minimal", MOVED, MOVED_ON, REPLACED, made] {
        assert_eq!(run.verdict(case), Some("passed"), "{case}\n{}", run.told);
    }
}

#[tokio::test]
async fn what_doesn_t_follow_is_found() {
    for (fault, found) in [
        (Fault::FilterKnowsNoMoves, MOVED),
        (Fault::FilterKnowsNoMoves, MOVED_ON),
        (Fault::LabelIsAlwaysMade, REPLACED),
    ] {
        let run = run(fault).await;
        assert_eq!(run.verdict(found), Some("failed"), "{fault:?}\n{}", run.told);
    }
}
