//! 8x: what queries ask of a list by their names.

use std::cmp::Reverse;

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const GOODS: &str = "
paths:
  /goods:
    get:
      operationId: list
      parameters:
        - { name: kind, in: query, schema: { $ref: '#/components/schemas/Kind' } }
        - { name: maker, in: query, schema: { type: string } }
        - { name: max_price, in: query, schema: { type: integer } }
        - { name: q, in: query, schema: { type: string, minLength: 1 } }
        - { name: sort, in: query, schema: { type: string, enum: [price, -price, 'name:desc'] } }
        - { name: offset, in: query, schema: { type: integer, minimum: 0 } }
        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 50 } }
      responses:
        '200': { description: Them., content: { application/json: { schema: { $ref: '#/components/schemas/Page' } } } }
        '422': { $ref: '#/components/responses/No' }
    post:
      operationId: make
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Good' } } } }
      responses:
        '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Good' } } } }
        '422': { $ref: '#/components/responses/No' }
  /goods/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
    get:
      operationId: get
      responses:
        '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Good' } } } }
        '404': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
";

const SCHEMAS: &str = "
    Kind: { type: string, enum: [round, square] }
    Good:
      type: object
      required: [id, name, maker, kind, price]
      properties:
        id: { type: integer, readOnly: true }
        name: { type: string, minLength: 1 }
        maker: { type: string, minLength: 1 }
        kind: { $ref: '#/components/schemas/Kind' }
        price: { type: integer, minimum: 0, maximum: 1000 }
    Page: { type: object, required: [goods], properties: { goods: { type: array, items: { $ref: '#/components/schemas/Good' } } } }
";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    Ignores(&'static str),
    /// A filter that lets nothing through.
    FindsNothing(&'static str),
    SortsTheOtherWayRound,
}

fn good(request: &Request) -> Option<Value> {
    let body = request.json();
    let kind = body["kind"].as_str().filter(|kind| ["round", "square"].contains(kind))?;
    let price = body["price"].as_f64().filter(|price| price.fract() == 0.0)?;
    let maker = body["maker"].as_str().filter(|maker| !maker.is_empty())?;
    let name = body["name"].as_str().filter(|name| !name.is_empty())?;
    let is_json = request.has_text("name") && (0.0..=1000.0).contains(&price);
    is_json.then(|| json!({"name": name, "maker": maker, "kind": kind, "price": price as i64}))
}

fn list(goods: &Store, fault: Fault, request: &Request) -> Option<Vec<Value>> {
    let one = |name: &'static str| match request.query(name).as_slice() {
        [] => Some(None),
        [value] => Some(Some((*value).to_owned())),
        _ => None,
    };
    let number = |name| match one(name)? {
        Some(text) => Some(Some(text.parse::<i64>().ok()?)),
        None => Some(None),
    };
    let (limit, offset) = (number("limit")?, number("offset")?);
    let mut all: Vec<Value> = goods.ids().iter().filter_map(|id| goods.get(id)).collect();
    all.sort_by_key(|good| good["id"].as_i64());
    let mut keep = |name: &'static str, holds: &dyn Fn(&Value) -> bool| {
        if fault == Fault::FindsNothing(name) {
            all.clear();
        }
        all.retain(|good| fault == Fault::Ignores(name) || holds(good));
    };
    if let Some(kind) = one("kind")? {
        ["round", "square"].contains(&kind.as_str()).then_some(())?;
        keep("kind", &|good| good["kind"] == kind);
    }
    if let Some(maker) = one("maker")? {
        keep("maker", &|good| good["maker"] == maker);
    }
    if let Some(most) = number("max_price")? {
        keep("max_price", &|good| good["price"].as_i64() <= Some(most));
    }
    if let Some(text) = one("q")? {
        (!text.is_empty()).then_some(())?;
        keep("q", &|good| good["name"].as_str().is_some_and(|name| name.contains(&text)));
    }
    let price = |good: &Value| good["price"].as_i64();
    let name = |good: &Value| good["name"].as_str().map(str::to_owned);
    match one("sort")?.as_deref() {
        _ if fault == Fault::Ignores("sort") => {}
        None => {}
        Some("price") => all.sort_by_key(price),
        Some("-price") if fault == Fault::SortsTheOtherWayRound => all.sort_by_key(price),
        Some("-price") => all.sort_by_key(|good| Reverse(price(good))),
        Some("name:desc") => all.sort_by_key(|good| Reverse(name(good))),
        Some(_) => return None,
    }
    let limit = limit.unwrap_or(10);
    let (limit, offset) = ((1..=50).contains(&limit).then_some(limit)?, offset.unwrap_or(0));
    let offset = usize::try_from(offset).ok()?;
    Some(all.into_iter().skip(offset).take(usize::try_from(limit).ok()?).collect())
}

fn respond(goods: &Store, fault: Fault, request: &Request) -> Answer {
    if let Some(id) = request.below("/goods") {
        if id.parse::<i64>().is_err() {
            return Answer::error(422);
        }
        return goods.item(request, &id);
    }
    match request.method.as_str() {
        "GET" => match list(goods, fault, request) {
            Some(goods) => Answer::json(200, json!({ "goods": goods })),
            None => Answer::error(422),
        },
        "POST" => {
            let Some(mut good) = good(request) else { return Answer::error(422) };
            let id = goods.serial();
            good["id"] = json!(id);
            goods.put(&id.to_string(), good.clone());
            Answer::json(201, good)
        }
        _ => Answer::error(405).with("allow", "GET, POST"),
    }
}

async fn run(fault: Fault) -> Run {
    let goods = Store::default();
    let service = Service::start(move |request| respond(&goods, fault, request)).await;
    let suite = Suite::of_parts(GOODS, |parts| format!("{}{SCHEMAS}", parts.trim_end()));
    // What names alone suggest is made a promise.
    let levels = "[levels]\nfilter-is-kept = \"must\"\nsearch-finds = \"must\"\nsorted-as-asked = \"must\"\n";
    suite.profile(levels).run(&service.url).await
}

#[tokio::test]
async fn queries_of_a_sound_service_are_answered_as_asked() {
    let run = run(Fault::None).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    assert_eq!(run.code, Some(0), "{}", run.told);
}

#[tokio::test]
async fn queries_that_are_not_answered_as_asked_are_found() {
    for (fault, check) in [
        (Fault::Ignores("kind"), "filter-is-kept"),
        (Fault::Ignores("maker"), "filter-is-kept"),
        (Fault::Ignores("max_price"), "filter-is-kept"),
        (Fault::Ignores("q"), "search-finds"),
        (Fault::Ignores("sort"), "sorted-as-asked"),
        (Fault::FindsNothing("kind"), "filter-is-kept"),
        (Fault::FindsNothing("max_price"), "filter-is-kept"),
        (Fault::FindsNothing("q"), "search-finds"),
        (Fault::SortsTheOtherWayRound, "sorted-as-asked"),
    ] {
        let run = run(fault).await;
        let found = run.faults().iter().any(|one| one.contains(check));
        assert!(found, "{fault:?} is not found: {:?}\n{}", run.faults(), run.told);
    }
}
