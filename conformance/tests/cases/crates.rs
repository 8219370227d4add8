//! What each caller has one of and fills part by part: the crate of who orders seeds. It holds what was put into it last, and nobody
//! else's; a parcel takes all of it, and of each packet's stock. What is told of amounts with a currency is so, what is new is in the
//! state that is told, and what a body is refused for besides hides nothing else that is wrong with it.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const PATHS: &str = "
paths:
  /seeds:
    post:
      operationId: sow
      description: Adds seeds, in packets. A `mixed` sort has a `note`, a `pure` one has no `note` (422).
      security: [{ token: [] }]
      requestBody:
        required: true
        content:
          application/json:
            schema: { $ref: '#/components/schemas/SeedWrite' }
            example: { kind: pure, packets: [{ sku: AAAAAA, price: { amount: 250, currency: EUR }, stock: 9 }] }
      responses: { '201': { $ref: '#/components/responses/Seed' }, '400': { $ref: '#/components/responses/No' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /seeds/{seed_id}:
    parameters: [{ name: seed_id, in: path, required: true, schema: { type: integer, minimum: 1 } }]
    get:
      operationId: seed
      security: [{ token: [] }]
      responses: { '200': { $ref: '#/components/responses/Seed' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: uproot
      security: [{ token: [] }]
      responses: { '204': { description: Gone. }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
  /crate:
    get:
      operationId: crate
      description: The caller's own crate. Packets come in the order in which they were first added.
      security: [{ token: [] }]
      responses: { '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Crate' } } } }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' } }
  /crate/packets/{sku}:
    put:
      operationId: fill
      description: Sets how many of a packet are in the own crate; 0 takes it out, and is fine if it wasn't in. More than there are in stock gives 409.
      security: [{ token: [] }]
      parameters: [{ name: sku, in: path, required: true, schema: { $ref: '#/components/schemas/Sku' } }]
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [quantity], properties: { quantity: { type: integer, minimum: 0, maximum: 99 } } } } } }
      responses: { '200': { description: The crate., content: { application/json: { schema: { $ref: '#/components/schemas/Crate' } } } }, '400': { $ref: '#/components/responses/No' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
  /orders:
    post:
      operationId: order
      description: |
        Orders what is in the own crate.

        - An empty crate gives 409.
        - The stock of each packet goes down by the ordered quantity.
        - The crate is empty afterwards.
        - `express` is refused where there is nobody to drive (422).

        A new order is `packed`.
      security: [{ token: [] }]
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [town], properties: { town: { type: string, minLength: 2 }, express: { type: boolean } } } } } }
      responses: { '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Parcel' } } } }, '400': { $ref: '#/components/responses/No' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  responses:
    Seed: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Seed' } } } }";

const SCHEMAS: &str = "
  schemas:
    Sku: { type: string, pattern: '^[A-Z]{6}$' }
    Money: { type: object, required: [amount, currency], properties: { amount: { type: integer, minimum: 0 }, currency: { type: string, enum: [EUR] } } }
    Packet: { type: object, required: [sku, price, stock], properties: { sku: { $ref: '#/components/schemas/Sku' }, price: { $ref: '#/components/schemas/Money' }, stock: { type: integer, minimum: 0, maximum: 999 } } }
    SeedWrite: { type: object, required: [kind, packets], properties: { kind: { type: string, enum: [pure, mixed] }, note: { type: string, minLength: 1, maxLength: 20 }, packets: { type: array, minItems: 1, items: { $ref: '#/components/schemas/Packet' } } } }
    Seed: { type: object, required: [id, kind, packets, from], properties: { id: { type: integer }, kind: { type: string }, note: { type: string }, from: { description: The lowest price of all packets, allOf: [{ $ref: '#/components/schemas/Money' }] }, packets: { type: array, items: { $ref: '#/components/schemas/Packet' } } } }
    Line: { type: object, required: [sku, quantity, price, line_total], properties: { sku: { $ref: '#/components/schemas/Sku' }, quantity: { type: integer }, price: { $ref: '#/components/schemas/Money' }, line_total: { description: '`price` times `quantity`', allOf: [{ $ref: '#/components/schemas/Money' }] } } }
    Crate: { type: object, required: [lines, count, sum], properties: { lines: { type: array, items: { $ref: '#/components/schemas/Line' } }, count: { type: integer, description: Sum of the quantities }, sum: { description: Sum of the line totals, allOf: [{ $ref: '#/components/schemas/Money' }] } } }
    Parcel: { type: object, required: [id, state, sum, postage, rebate, total], properties: { id: { type: integer }, state: { type: string, enum: [packed, sent] }, sum: { $ref: '#/components/schemas/Money' }, postage: { $ref: '#/components/schemas/Money' }, rebate: { $ref: '#/components/schemas/Money' }, total: { description: '`sum` minus `rebate` plus `postage`', allOf: [{ $ref: '#/components/schemas/Money' }] } } }
";

const WHO: &str = "
creates = ['order']
allow = ['fill']
[credentials.keeper]
bearer = 'token-keeper'
may = ['sow', 'seed', 'uproot']
[credentials.ann]
bearer = 'token-ann'
may = ['seed', 'crate', 'fill', 'order']
[credentials.ben]
bearer = 'token-ben'
may = ['seed', 'crate', 'fill', 'order']
";

const KEEPER: &str = "token-keeper";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// What is put in comes to what is there already.
    Adds,
    /// None of a packet leaves it in.
    StaysIn,
    /// None of a packet that isn't in is refused.
    NotIn,
    /// What is put in once more comes last.
    Reordered,
    /// All have one crate.
    Shared,
    /// The crate stays full.
    Kept,
    /// Of each packet one is taken from stock.
    ByOne,
    /// The sum is that of the prices.
    SumOfPrices,
    /// It is counted how many packets there are.
    CountsLines,
    /// The postage is forgotten.
    NoPostage,
    /// The first price is told for the lowest.
    FirstPrice,
    /// New parcels are sent.
    SentAtOnce,
    /// Towns need no name.
    NoTown,
    /// Notes may be as long as they like.
    LongNotes,
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
        ["seeds"] | ["orders"] => "POST",
        ["seeds", _] => "GET, DELETE",
        ["crate"] => "GET",
        ["crate", "packets", _] => "PUT",
        _ => return Answer::error(404),
    };
    if !allow.split(", ").any(|method| method == request.method) {
        return Answer::error(405).with("allow", allow);
    }
    let known = [KEEPER, "token-ann", "token-ben"];
    let Some(who) = request.token().filter(|token| known.contains(token)) else {
        return Answer::error(401).with("www-authenticate", "Bearer");
    };
    let is_keepers = matches!((path[0], request.method.as_str()), ("seeds", "POST" | "DELETE"));
    let is_shown = request.method == "GET" && path[0] == "seeds";
    if !is_shown && is_keepers != (who == KEEPER) {
        return Answer::error(403);
    }
    let owner = if fault == Fault::Shared { "all" } else { who };
    match (path.as_slice(), request.method.as_str()) {
        (["seeds"], _) => sow(store, fault, request),
        (["seeds", id], "GET") => match store.get(&format!("seeds/{id}")) {
            Some(seed) => Answer::json(200, seed),
            None => Answer::error(404),
        },
        (["seeds", id], _) => match store.remove(&format!("seeds/{id}")) {
            Some(_) => Answer::empty(204),
            None => Answer::error(404),
        },
        (["crate"], _) => Answer::json(200, shown(store, fault, owner)),
        (["crate", _, code], _) => fill(store, fault, request, (owner, code)),
        _ => order(store, fault, request, owner),
    }
}

fn money(amount: u64) -> Value {
    json!({"amount": amount, "currency": "EUR"})
}

fn amount(value: &Value) -> u64 {
    value["amount"].as_u64().unwrap_or_default()
}

fn sow(store: &Store, fault: Fault, request: &Request) -> Answer {
    let body = request.json();
    let packets = body["packets"].as_array().cloned().unwrap_or_default();
    let is_code = |value: &Value| {
        let code = value.as_str().unwrap_or_default();
        code.len() == 6 && code.chars().all(|c| c.is_ascii_uppercase())
    };
    let is_whole =
        |value: &Value| value.as_f64().is_some_and(|one| one >= 0.0 && one.fract() == 0.0);
    let is_packet = |one: &Value| {
        let price = &one["price"];
        let is_stock = is_whole(&one["stock"]) && one["stock"].as_f64() <= Some(999.0);
        is_code(&one["sku"]) && is_whole(&price["amount"]) && price["currency"] == "EUR" && is_stock
    };
    let note = body.get("note");
    let length = |note: &Value| note.as_str().map(|note| note.chars().count());
    let longest = if fault == Fault::LongNotes { usize::MAX } else { 20 };
    let is_note =
        note.is_none_or(|note| length(note).is_some_and(|it| (1..=longest).contains(&it)));
    let kind = body["kind"].as_str().unwrap_or_default();
    let is_kind = ["pure", "mixed"].contains(&kind);
    if packets.is_empty() || !packets.iter().all(is_packet) || !is_note || !is_kind {
        return Answer::error(400);
    }
    if note.is_some() != (kind == "mixed") {
        return Answer::error(422);
    }
    let id = store.serial();
    let prices = packets.iter().map(|one| amount(&one["price"]));
    let from = if fault == Fault::FirstPrice { prices.take(1).max() } else { prices.min() };
    let from = money(from.unwrap_or_default());
    let mut seed = json!({"id": id, "kind": kind, "packets": packets, "from": from});
    if let Some(note) = note {
        seed["note"] = note.clone();
    }
    store.put(&format!("seeds/{id}"), seed.clone());
    Answer::json(201, seed)
}

/// The crate of somebody, as `[code, quantity]` in their order.
fn kept(store: &Store, owner: &str) -> Vec<Value> {
    store.get(&format!("crate/{owner}")).and_then(|all| all.as_array().cloned()).unwrap_or_default()
}

/// The seed and the place of a packet.
fn packet(store: &Store, code: &Value) -> Option<(Value, usize)> {
    let seeds = store.ids().into_iter().filter(|id| id.starts_with("seeds/"));
    seeds.filter_map(|id| store.get(&id)).find_map(|seed| {
        let at = seed["packets"].as_array()?.iter().position(|one| one["sku"] == *code)?;
        Some((seed, at))
    })
}

fn shown(store: &Store, fault: Fault, owner: &str) -> Value {
    let lines = kept(store, owner).into_iter().filter_map(|line| {
        let (seed, at) = packet(store, &line[0])?;
        let (price, quantity) = (amount(&seed["packets"][at]["price"]), line[1].as_u64()?);
        let total = money(price * quantity);
        Some(json!({"sku": line[0], "quantity": quantity, "price": money(price), "line_total": total}))
    });
    let lines: Vec<Value> = lines.collect();
    let of = if fault == Fault::SumOfPrices { "price" } else { "line_total" };
    let sum = lines.iter().map(|line| amount(&line[of])).sum();
    let count: u64 = lines.iter().filter_map(|line| line["quantity"].as_u64()).sum();
    let count = if fault == Fault::CountsLines { lines.len() as u64 } else { count };
    json!({"lines": lines, "count": count, "sum": money(sum)})
}

fn fill(store: &Store, fault: Fault, request: &Request, (owner, code): (&str, &str)) -> Answer {
    let code = json!(code);
    let Some((seed, at)) = packet(store, &code) else { return Answer::error(404) };
    let quantity = request.json()["quantity"].as_f64().filter(|one| one.fract() == 0.0);
    let Some(quantity) = quantity.filter(|one| (0.0..=99.0).contains(one)) else {
        return Answer::error(400);
    };
    let mut lines = kept(store, owner);
    let there = lines.iter().position(|line| line[0] == code);
    let mut count = quantity as u64;
    if let Some(line) = there.and_then(|there| lines.get(there)).filter(|_| fault == Fault::Adds) {
        count += line[1].as_u64().unwrap_or_default();
    }
    if count > seed["packets"][at]["stock"].as_u64().unwrap_or_default() {
        return Answer::error(409);
    }
    match (there, count) {
        (None, 0) if fault == Fault::NotIn => return Answer::error(404),
        (Some(_), 0) if fault == Fault::StaysIn => {}
        (None, 0) => {}
        (Some(there), 0) => drop(lines.remove(there)),
        (Some(there), _) if fault == Fault::Reordered => {
            lines.remove(there);
            lines.push(json!([code, count]));
        }
        (Some(there), _) => lines[there] = json!([code, count]),
        (None, _) => lines.push(json!([code, count])),
    }
    store.put(&format!("crate/{owner}"), Value::Array(lines));
    Answer::json(200, shown(store, fault, owner))
}

fn order(store: &Store, fault: Fault, request: &Request, owner: &str) -> Answer {
    let body = request.json();
    let town = body["town"].as_str().map(|town| town.chars().count());
    let is_town = town.is_some_and(|length| length > 1) || fault == Fault::NoTown;
    if !is_town || body.get("express").is_some_and(|one| !one.is_boolean()) {
        return Answer::error(400);
    }
    if body.get("express").is_some() {
        return Answer::error(422);
    }
    let content = shown(store, Fault::None, owner);
    if content["count"] == 0 {
        return Answer::error(409);
    }
    for line in content["lines"].as_array().into_iter().flatten() {
        let Some((mut seed, at)) = packet(store, &line["sku"]) else { continue };
        let left = seed["packets"][at]["stock"].as_u64().unwrap_or_default();
        let taken = line["quantity"].as_u64().unwrap_or_default();
        let taken = if fault == Fault::ByOne { 1 } else { taken };
        seed["packets"][at]["stock"] = left.saturating_sub(taken).into();
        store.put(&format!("seeds/{}", seed["id"]), seed);
    }
    if fault != Fault::Kept {
        store.remove(&format!("crate/{owner}"));
    }
    let (id, sum) = (store.serial(), amount(&content["sum"]));
    let total = if fault == Fault::NoPostage { sum } else { sum + 490 };
    let state = if fault == Fault::SentAtOnce { "sent" } else { "packed" };
    let parcel = json!({"id": id, "state": state, "sum": money(sum), "postage": money(490), "rebate": money(0), "total": money(total)});
    store.put(&format!("orders/{id}"), parcel.clone());
    Answer::json(201, parcel)
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    run(Fault::None, "").await.assert_sound(&[
        "fill:200:law:basket-holds-what-was-put",
        "fill:200:law:basket-holds-what-was-put:none",
        "fill:200:law:basket-holds-what-was-put:none-before",
        "fill:200:law:hidden-stays-hidden:others",
        "order:201:law:basket-holds-what-was-put:taken",
        "order:201:law:stock-goes-down",
        "order:201:happy-path:minimal",
        "order:422:violation:body.town:min-length",
        "sow:422:violation:body.note:max-length",
        "sow:201:boundary:body.note:max-length",
    ]);
}

#[tokio::test]
async fn what_is_wrong_with_a_crate_is_found() {
    for (fault, check) in [
        (Fault::Adds, "fill:200:basket-holds-what-was-put"),
        (Fault::StaysIn, "fill:200:basket-holds-what-was-put"),
        (Fault::NotIn, "fill:404:status-expected:law"),
        (Fault::Reordered, "fill:200:basket-holds-what-was-put"),
        (Fault::Shared, "fill:200:hidden-stays-hidden"),
        (Fault::Kept, "order:200:basket-holds-what-was-put"),
        (Fault::ByOne, "order:200:stock-goes-down"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}

#[tokio::test]
async fn what_is_told_of_answers_is_looked_at() {
    for (fault, check) in [
        (Fault::SumOfPrices, "fill:200:computed-as-told"),
        (Fault::CountsLines, "fill:200:computed-as-told"),
        (Fault::NoPostage, "order:201:computed-as-told"),
        (Fault::FirstPrice, "sow:201:computed-as-told"),
        (Fault::SentAtOnce, "order:201:starts-as-told"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}

#[tokio::test]
async fn what_a_body_may_be_refused_for_besides_hides_nothing() {
    for (fault, check) in [
        (Fault::NoTown, "order:201:status-expected:violation"),
        (Fault::LongNotes, "sow:201:status-expected:violation"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
