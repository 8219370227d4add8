//! Voyages of a ship: what a move of one does to what was booked for it, wherever that shows: by itself, in a list, or as a
//! member of the voyage.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const PATHS: &str = "
paths:
  /voyages:
    post:
      operationId: plan
      description: A new voyage is `planned`.
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [captain], properties: { captain: { type: string, minLength: 1 } } } } } }
      responses: { '201': { $ref: '#/components/responses/Voyage' }, '422': { $ref: '#/components/responses/No' } }
  /voyages/{voyageId}:
    parameters: [{ $ref: '#/components/parameters/Voyage' }]
    get:
      operationId: voyage
      responses: { '200': { $ref: '#/components/responses/Voyage' }, '404': { $ref: '#/components/responses/No' } }
    patch:
      operationId: change
      description: When a voyage is marked as full, a pending quote is withdrawn.
      requestBody: { required: true, content: { application/json: { schema: { type: object, minProperties: 1, properties: { captain: { type: string, minLength: 1 }, full: { type: boolean } } } } } }
      responses: { '200': { $ref: '#/components/responses/Voyage' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /voyages/{voyageId}/moves:
    parameters: [{ $ref: '#/components/parameters/Voyage' }]
    post:
      operationId: move
      description: |
        - `planned` moves to `sailing`.
        - `cancelled` can be reached from `planned` and `sailing`.

        Any other move is a 409.

        When a voyage is cancelled, its booked berths are released and a pending quote is withdrawn, and all its
        tickets that are still `valid` become `void` with the reason `calledOff`.
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [to], properties: { to: { type: string, enum: [sailing, cancelled] } } } } } }
      responses: { '200': { $ref: '#/components/responses/Voyage' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /voyages/{voyageId}/berths:
    parameters: [{ $ref: '#/components/parameters/Voyage' }]
    post:
      operationId: book
      description: A voyage holds at most three berths (409).
      responses: { '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Berth' } } } }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
  /voyages/{voyageId}/quotes:
    parameters: [{ $ref: '#/components/parameters/Voyage' }]
    post:
      operationId: quote
      responses: { '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Quote' } } } }, '404': { $ref: '#/components/responses/No' } }
  /berths:
    get:
      operationId: berths
      responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Berth' } } } } } }
  /tickets:
    post:
      operationId: sell
      description: A new ticket is `valid`.
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [voyageId], properties: { voyageId: { type: integer, minimum: 1 } } } } } }
      responses: { '201': { $ref: '#/components/responses/Ticket' }, '422': { $ref: '#/components/responses/No' } }
  /tickets/{ticketId}:
    parameters: [{ $ref: '#/components/parameters/Ticket' }]
    get:
      operationId: ticket
      responses: { '200': { $ref: '#/components/responses/Ticket' }, '404': { $ref: '#/components/responses/No' } }
  /tickets/{ticketId}/use:
    parameters: [{ $ref: '#/components/parameters/Ticket' }]
    post:
      operationId: use
      description: A ticket that is `valid` becomes `used`, any other is refused with 409. `boarded` of the voyage goes up by one.
      responses: { '200': { $ref: '#/components/responses/Ticket' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  parameters:
    Voyage: { name: voyageId, in: path, required: true, schema: { type: integer, minimum: 1 } }
    Ticket: { name: ticketId, in: path, required: true, schema: { type: integer, minimum: 1 } }
  responses:
    Voyage: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Voyage' } } } }
    Ticket: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Ticket' } } } }";

const SCHEMAS: &str = "
  schemas:
    Voyage:
      type: object
      required: [id, captain, full, status, boarded, quote]
      properties:
        id: { type: integer }
        captain: { type: string }
        full: { type: boolean }
        status: { type: string, enum: [planned, sailing, cancelled] }
        boarded: { type: integer, minimum: 0 }
        quote: { description: 'The latest one; `null` if there is none.', oneOf: [{ $ref: '#/components/schemas/Quote' }, { type: 'null' }] }
    Quote: { type: object, required: [id, status], properties: { id: { type: integer }, status: { type: string, enum: [pending, accepted, withdrawn] } } }
    Berth: { type: object, required: [id, status], properties: { id: { type: integer }, status: { type: string, enum: [booked, released] } } }
    Ticket: { type: object, required: [id, voyageId, status, voidReason], properties: { id: { type: integer }, voyageId: { type: integer }, status: { type: string, enum: [valid, used, void] }, voidReason: { type: [string, 'null'], enum: [calledOff, lost, null] } } }
";

const CREATES: &str = "creates = ['plan', 'book', 'quote', 'sell']";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// Berths of a voyage that was cancelled stay booked.
    KeepsBerths,
    /// Its quote stays pending.
    KeepsQuote,
    /// Its tickets stay valid.
    KeepsTickets,
    /// They are void for another reason.
    OtherReason,
    /// Who comes on board isn't counted.
    Uncounted,
    /// The quote of a voyage that is full stays pending.
    KeepsQuoteWhenFull,
    /// What is sailing can't be cancelled.
    SailsOn,
    /// There is a fourth berth.
    FourBerths,
    /// There is no third berth.
    TwoBerths,
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
    let found = |kind: &str, id: &str| store.get(&format!("{kind}/{id}"));
    match (path.as_slice(), request.method.as_str()) {
        (["voyages"], "POST") => {
            if !request.has_text("captain") || request.json()["captain"] == "" {
                return Answer::error(422);
            }
            let captain = request.json()["captain"].clone();
            let voyage = json!({"id": store.serial(), "captain": captain, "full": false, "status": "planned", "boarded": 0, "quote": null});
            keep(store, "voyages", &voyage);
            Answer::json(201, voyage)
        }
        (["berths"], "GET") => Answer::json(200, all(store, "berths").into()),
        (["tickets"], "POST") => sell(store, request),
        (["voyages" | "tickets"], _) => Answer::error(405).with("allow", "POST"),
        (["berths"], _) => Answer::error(405).with("allow", "GET"),
        (["voyages", id, rest @ ..], method) => match (found("voyages", id), rest, method) {
            (None, ..) => Answer::error(404),
            (Some(voyage), [], "GET") => Answer::json(200, voyage),
            (Some(voyage), [], "PATCH") => change(store, fault, voyage, request),
            (Some(voyage), ["moves"], "POST") => moved(store, fault, voyage, request),
            (Some(voyage), ["berths"], "POST") => {
                let most = match fault {
                    Fault::FourBerths => 4,
                    Fault::TwoBerths => 2,
                    _ => 3,
                };
                if of(store, "berths", &voyage).len() >= most {
                    return Answer::error(409);
                }
                let berth =
                    json!({"id": store.serial(), "status": "booked", "voyage": voyage["id"]});
                keep(store, "berths", &berth);
                Answer::json(201, berth)
            }
            (Some(mut voyage), ["quotes"], "POST") => {
                let quote = json!({"id": store.serial(), "status": "pending"});
                voyage["quote"] = quote.clone();
                keep(store, "voyages", &voyage);
                Answer::json(201, quote)
            }
            (_, [], _) => Answer::error(405).with("allow", "GET, PATCH"),
            _ => Answer::error(405).with("allow", "POST"),
        },
        (["tickets", id, rest @ ..], method) => match (found("tickets", id), rest, method) {
            (None, ..) => Answer::error(404),
            (Some(ticket), [], "GET") => Answer::json(200, ticket),
            (Some(ticket), ["use"], "POST") => used(store, fault, ticket),
            (_, [], _) => Answer::error(405).with("allow", "GET"),
            _ => Answer::error(405).with("allow", "POST"),
        },
        _ => Answer::error(404),
    }
}

fn keep(store: &Store, kind: &str, thing: &Value) {
    store.put(&format!("{kind}/{}", thing["id"]), thing.clone());
}

/// What is told apart by the member that names its voyage.
fn all(store: &Store, kind: &str) -> Vec<Value> {
    let member = member_of(kind);
    store.values().into_iter().filter(|one| one.get(member).is_some()).collect()
}

/// What was booked for a voyage.
fn of(store: &Store, kind: &str, voyage: &Value) -> Vec<Value> {
    let member = member_of(kind);
    all(store, kind).into_iter().filter(|one| one[member] == voyage["id"]).collect()
}

fn member_of(kind: &str) -> &'static str {
    if kind == "berths" { "voyage" } else { "voyageId" }
}

fn sell(store: &Store, request: &Request) -> Answer {
    let id = request.json()["voyageId"].as_u64().unwrap_or_default();
    let Some(voyage) = store.get(&format!("voyages/{id}")) else { return Answer::error(422) };
    let ticket = json!({"id": store.serial(), "voyageId": voyage["id"], "status": "valid", "voidReason": null});
    keep(store, "tickets", &ticket);
    Answer::json(201, ticket)
}

fn change(store: &Store, fault: Fault, mut voyage: Value, request: &Request) -> Answer {
    let body = request.json();
    let is_text = |one: &Value| one.as_str().is_some_and(|text| !text.is_empty());
    let [captain, full] = ["captain", "full"].map(|name| body.get(name).cloned());
    let is_valid = captain.as_ref().is_none_or(is_text)
        && full.as_ref().is_none_or(Value::is_boolean)
        && (captain.is_some() || full.is_some());
    if !is_valid {
        return Answer::error(422);
    }
    if let Some(captain) = captain {
        voyage["captain"] = captain;
    }
    if let Some(full) = full {
        voyage["full"] = full;
    }
    if voyage["full"] == true && fault != Fault::KeepsQuoteWhenFull {
        withdraw_quote(&mut voyage);
    }
    keep(store, "voyages", &voyage);
    Answer::json(200, voyage)
}

fn withdraw_quote(voyage: &mut Value) {
    if voyage["quote"]["status"] == "pending" {
        voyage["quote"]["status"] = "withdrawn".into();
    }
}

fn moved(store: &Store, fault: Fault, mut voyage: Value, request: &Request) -> Answer {
    let body = request.json();
    let Some(to @ ("sailing" | "cancelled")) = body["to"].as_str() else {
        return Answer::error(422);
    };
    let is_sailing = voyage["status"] == "sailing";
    if voyage["status"] == "cancelled" || is_sailing && (to == "sailing" || fault == Fault::SailsOn)
    {
        return Answer::error(409);
    }
    voyage["status"] = to.into();
    if to == "cancelled" {
        if fault != Fault::KeepsQuote {
            withdraw_quote(&mut voyage);
        }
        call_off(store, fault, &voyage);
    }
    keep(store, "voyages", &voyage);
    Answer::json(200, voyage)
}

/// What was booked for a voyage, once that is cancelled.
fn call_off(store: &Store, fault: Fault, voyage: &Value) {
    let berths = of(store, "berths", voyage).into_iter();
    for mut berth in berths.filter(|_| fault != Fault::KeepsBerths) {
        berth["status"] = "released".into();
        keep(store, "berths", &berth);
    }
    let tickets = of(store, "tickets", voyage).into_iter();
    let tickets = tickets.filter(|one| one["status"] == "valid");
    for mut ticket in tickets.filter(|_| fault != Fault::KeepsTickets) {
        ticket["status"] = "void".into();
        let reason = if fault == Fault::OtherReason { "lost" } else { "calledOff" };
        ticket["voidReason"] = reason.into();
        keep(store, "tickets", &ticket);
    }
}

fn used(store: &Store, fault: Fault, mut ticket: Value) -> Answer {
    if ticket["status"] != "valid" {
        return Answer::error(409);
    }
    ticket["status"] = "used".into();
    keep(store, "tickets", &ticket);
    let voyage = store.get(&format!("voyages/{}", ticket["voyageId"]));
    if let Some(mut voyage) = voyage.filter(|_| fault != Fault::Uncounted) {
        voyage["boarded"] = (voyage["boarded"].as_u64().unwrap_or_default() + 1).into();
        keep(store, "voyages", &voyage);
    }
    Answer::json(200, ticket)
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    run(Fault::None, "").await.assert_sound(&[
        "move:200:law:others-follow:berths:released:cancelled",
        "move:200:law:others-follow:voyage:withdrawn:cancelled",
        "move:200:law:others-follow:ticket:void:cancelled",
        "change:200:law:others-follow:voyage:withdrawn:full",
        "use:200:law:others-follow:voyage:boarded",
        "move:200:law:state-moves:sailing:cancelled",
        "book:409:law:part-limit-kept",
    ]);
}

#[tokio::test]
async fn moves_are_made_from_wherever_they_are_told_to_be() {
    let check = "move:409:status-expected";
    run(Fault::SailsOn, check).await.assert_finds(Fault::SailsOn, check);
}

#[tokio::test]
async fn there_are_as_many_parts_as_there_may_be_and_no_more() {
    let check = "book:201:part-limit-kept";
    run(Fault::FourBerths, check).await.assert_finds(Fault::FourBerths, check);
    // The voyage may have had one before.
    let run = run(Fault::TwoBerths, check).await;
    let is_remarked = run.causes("should").iter().any(|one| one.contains("part-limit-kept"));
    assert!(is_remarked, "{}", run.told);
}

#[tokio::test]
async fn what_a_move_does_to_others_is_looked_at_where_they_show() {
    for (fault, check) in [
        (Fault::KeepsBerths, "move:200:others-follow:law"),
        (Fault::KeepsQuote, "move:200:others-follow:/quote/status"),
        (Fault::KeepsTickets, "move:200:others-follow:/status"),
        (Fault::OtherReason, "move:200:others-follow:/voidReason"),
        (Fault::Uncounted, "use:200:others-follow:/boarded"),
        (Fault::KeepsQuoteWhenFull, "change:200:others-follow:/quote/status"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
