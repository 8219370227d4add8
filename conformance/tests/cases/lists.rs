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
        - { name: kinds, in: query, schema: { type: array, items: { $ref: '#/components/schemas/Kind' } } }
        - { name: maker, in: query, schema: { type: string } }
        - { name: max_price, in: query, schema: { type: integer } }
        - { name: q, in: query, description: 'What the name or the maker contains, in any letter case.', schema: { type: string, minLength: 1 } }
        - name: sort
          in: query
          description: Names by their code points. Goods of equal price stand in the order in which they were made.
          schema: { type: string, enum: [price, -price, 'name:desc'] }
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
    put:
      operationId: change
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Good' } } } }
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
    Page: { type: object, required: [goods, total], properties: { total: { type: integer }, goods: { type: array, items: { $ref: '#/components/schemas/Good' } } } }
";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    Ignores(&'static str),
    /// A filter that lets nothing through.
    FindsNothing(&'static str),
    SortsTheOtherWayRound,
    /// Of two filters, this one.
    IgnoresBesideAnother(&'static str),
    TakesTheFirstOfSeveral,
    AdmitsOneMore,
    CountsAll,
    MindsLetterCase,
    LooksAtBeginnings,
    LooksAtNamesOnly,
    TakesSignsForAll,
    FindsWhatWasDeleted,
    FindsByTheFirstName,
    SortsPricesAsText,
    SortsNamesInAnyLetterCase,
    TurnsEqualsRound,
    /// The list shows this price.
    ListsAPriceOf(i64),
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

/// What a search for a text finds.
fn contains(good: &Value, text: &str, fault: Fault) -> bool {
    let fold = |text: &str| match fault {
        Fault::MindsLetterCase => text.to_owned(),
        _ => text.to_lowercase(),
    };
    let has = |member: &str| {
        let own = fold(good[member].as_str().unwrap_or_default());
        match fault {
            Fault::LooksAtBeginnings => own.starts_with(&fold(text)),
            _ => own.contains(&fold(text)),
        }
    };
    let is_sign = fault == Fault::TakesSignsForAll && text == "%";
    let name = if fault == Fault::FindsByTheFirstName { "first" } else { "name" };
    is_sign || has(name) || (fault != Fault::LooksAtNamesOnly && has("maker"))
}

fn sort(goods: &mut [Value], by: &str, fault: Fault) -> Option<()> {
    let price = |good: &Value| good["price"].as_i64();
    let name = |good: &Value| {
        let name = good["name"].as_str().unwrap_or_default();
        let is_folded = fault == Fault::SortsNamesInAnyLetterCase;
        if is_folded { name.to_lowercase() } else { name.to_owned() }
    };
    match (by, fault) {
        ("price", Fault::SortsPricesAsText) => goods.sort_by_key(|good| good["price"].to_string()),
        ("price", Fault::TurnsEqualsRound) => {
            goods.reverse();
            goods.sort_by_key(price);
        }
        ("-price", Fault::SortsTheOtherWayRound) | ("price", _) => goods.sort_by_key(price),
        ("-price", _) => goods.sort_by_key(|good| Reverse(price(good))),
        ("name:desc", _) => goods.sort_by_key(|good| Reverse(name(good))),
        _ => return None,
    }
    Some(())
}

/// A good as the list shows it.
fn shown(mut good: Value, fault: Fault) -> Value {
    if let Fault::ListsAPriceOf(price) = fault {
        good["price"] = json!(price);
    }
    good
}

fn list(goods: &Store, gone: &Store, fault: Fault, request: &Request) -> Option<Value> {
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
    let search = one("q")?;
    let all = |store: &Store| -> Vec<Value> {
        store.ids().iter().filter_map(|id| store.get(id)).collect()
    };
    let mut found = all(goods);
    if fault == Fault::FindsWhatWasDeleted && search.is_some() {
        found.extend(all(gone));
    }
    found.sort_by_key(|good| good["id"].as_i64());
    let there = found.len();
    let asked = ["kind", "maker", "max_price"];
    let asked = asked.iter().filter(|name| !request.query(name).is_empty()).count();
    let mut keep = |name: &'static str, holds: &dyn Fn(&Value) -> bool| {
        if fault == Fault::FindsNothing(name) {
            found.clear();
        }
        let is_ignored = fault == Fault::Ignores(name)
            || fault == Fault::IgnoresBesideAnother(name) && asked > 1;
        found.retain(|good| is_ignored || holds(good));
    };
    if let Some(kind) = one("kind")? {
        ["round", "square"].contains(&kind.as_str()).then_some(())?;
        keep("kind", &|good| good["kind"] == kind);
    }
    let mut kinds = request.query("kinds");
    if !kinds.is_empty() {
        kinds.iter().all(|kind| ["round", "square"].contains(kind)).then_some(())?;
        kinds.truncate(if fault == Fault::TakesTheFirstOfSeveral { 1 } else { kinds.len() });
        keep("kinds", &|good| good["kind"].as_str().is_some_and(|kind| kinds.contains(&kind)));
    }
    if let Some(maker) = one("maker")? {
        keep("maker", &|good| good["maker"] == maker);
    }
    if let Some(most) = number("max_price")? {
        let most = if fault == Fault::AdmitsOneMore { most + 1 } else { most };
        keep("max_price", &|good| good["price"].as_i64() <= Some(most));
    }
    if let Some(text) = search {
        (!text.is_empty()).then_some(())?;
        keep("q", &|good| contains(good, &text, fault));
    }
    if let Some(by) = one("sort")? {
        let before = found.clone();
        sort(&mut found, &by, fault)?;
        found = if fault == Fault::Ignores("sort") { before } else { found };
    }
    let total = if fault == Fault::CountsAll { there } else { found.len() };
    let limit = limit.unwrap_or(10);
    let (limit, offset) = ((1..=50).contains(&limit).then_some(limit)?, offset.unwrap_or(0));
    let (limit, offset) = (usize::try_from(limit).ok()?, usize::try_from(offset).ok()?);
    let page = found.into_iter().skip(offset).take(limit).map(|good| shown(good, fault));
    Some(json!({ "goods": page.collect::<Vec<_>>(), "total": total }))
}

fn respond(goods: &Store, gone: &Store, fault: Fault, request: &Request) -> Answer {
    if let Some(id) = request.below("/goods") {
        return item(goods, gone, request, &id);
    }
    match request.method.as_str() {
        "GET" => match list(goods, gone, fault, request) {
            Some(page) => Answer::json(200, page),
            None => Answer::error(422),
        },
        "POST" => {
            let Some(mut good) = good(request) else { return Answer::error(422) };
            let id = goods.serial();
            good["id"] = json!(id);
            good["first"] = good["name"].clone();
            goods.put(&id.to_string(), good.clone());
            Answer::json(201, good)
        }
        _ => Answer::error(405).with("allow", "GET, POST"),
    }
}

fn item(goods: &Store, gone: &Store, request: &Request, id: &str) -> Answer {
    if id.parse::<i64>().is_err() {
        return Answer::error(422);
    }
    let Some(before) = goods.get(id) else { return Answer::error(404) };
    match request.method.as_str() {
        "PUT" => {
            let Some(mut good) = good(request) else { return Answer::error(422) };
            (good["id"], good["first"]) = (before["id"].clone(), before["first"].clone());
            goods.put(id, good.clone());
            Answer::json(200, good)
        }
        "DELETE" => {
            gone.put(id, before);
            goods.item(request, id)
        }
        _ => goods.item(request, id),
    }
}

async fn run(fault: Fault, check: &str) -> Run {
    let (goods, gone) = (Store::default(), Store::default());
    let service = Service::start(move |request| respond(&goods, &gone, fault, request)).await;
    let suite = Suite::of_parts(GOODS, |parts| format!("{}{SCHEMAS}", parts.trim_end()));
    // What names alone suggest is made a promise.
    let codes = ["filter-is-kept", "search-finds", "sorted-as-asked", "total-is-true"];
    let levels = codes.map(|code| format!("{code} = \"must\"\n")).concat();
    let levels = &format!("[levels]\n{levels}");
    suite.profile(levels).only(check).run(&service.url).await
}

#[tokio::test]
async fn queries_of_a_sound_service_are_answered_as_asked() {
    let run = run(Fault::None, "").await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    assert_eq!(run.code, Some(0), "{}", run.told);
}

#[tokio::test]
async fn queries_that_are_not_answered_as_asked_are_found() {
    for (fault, check) in [
        (Fault::Ignores("kind"), "list:200:filter-is-kept"),
        (Fault::Ignores("maker"), "list:200:filter-is-kept"),
        (Fault::Ignores("max_price"), "list:200:filter-is-kept"),
        (Fault::Ignores("q"), "list:200:search-finds"),
        (Fault::Ignores("sort"), "list:200:sorted-as-asked"),
        (Fault::FindsNothing("kind"), "list:200:filter-is-kept"),
        (Fault::FindsNothing("max_price"), "list:200:filter-is-kept"),
        (Fault::FindsNothing("q"), "list:200:search-finds"),
        (Fault::SortsTheOtherWayRound, "list:200:sorted-as-asked"),
        (Fault::IgnoresBesideAnother("kind"), "list:200:filter-is-kept"),
        (Fault::IgnoresBesideAnother("maker"), "list:200:filter-is-kept"),
        (Fault::IgnoresBesideAnother("max_price"), "list:200:filter-is-kept"),
        (Fault::Ignores("kinds"), "list:200:filter-is-kept"),
        (Fault::TakesTheFirstOfSeveral, "list:200:filter-is-kept"),
        (Fault::AdmitsOneMore, "list:200:filter-is-kept"),
        (Fault::CountsAll, "list:200:total-is-true"),
        (Fault::MindsLetterCase, "list:200:search-finds"),
        (Fault::LooksAtBeginnings, "list:200:search-finds"),
        (Fault::LooksAtNamesOnly, "list:200:search-finds"),
        (Fault::TakesSignsForAll, "list:200:search-finds"),
        (Fault::FindsWhatWasDeleted, "list:200:deleted-is-not-listed"),
        (Fault::FindsByTheFirstName, "list:200:search-finds"),
        (Fault::SortsPricesAsText, "list:200:sorted-as-asked"),
        (Fault::SortsNamesInAnyLetterCase, "list:200:sorted-as-asked"),
        (Fault::TurnsEqualsRound, "list:200:sorted-as-asked"),
        (Fault::ListsAPriceOf(7), "list:200:listed-as-read"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
