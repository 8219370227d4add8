//! What takes more than one request, more than one person, or a key of two parts: claims that somebody else decides on and pays,
//! rates of a day, and deputies out of a list of people.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const CLAIMS: &str = "
security: [{ token: [] }]
paths:
  /claims:
    post:
      operationId: claim
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Claim' }, '401': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /claims/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: get
      responses: { '200': { $ref: '#/components/responses/Claim' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
  /claims/{id}/decision:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: decide
      description: A clerk decides, but never on a claim of their own.
      requestBody:
        required: true
        content:
          application/json:
            schema: { type: object, required: [decision], properties: { decision: { type: string, enum: [approve, reject] }, note: { type: string, description: Needed for `rejected`. } } }
      responses:
        '200': { description: The decision was taken., content: { application/json: { schema: { $ref: '#/components/schemas/Claim' } } } }
        '401': { $ref: '#/components/responses/No' }
        '403': { $ref: '#/components/responses/No' }
        '404': { $ref: '#/components/responses/No' }
        '409': { description: The claim is not `open`., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
        '422': { description: 'A claim is rejected without a note, or the body is none.', content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
  /claims/{id}/payment:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: pay
      description: A clerk pays, but never a claim of their own.
      requestBody:
        required: true
        content:
          application/json:
            schema: { type: object, required: [amount], properties: { amount: { type: integer, minimum: 0, description: Must be the claim's `total`. } } }
      responses:
        '200': { description: 'The paid claim, with its receipt codes.', content: { application/json: { schema: { $ref: '#/components/schemas/Claim' } } } }
        '401': { $ref: '#/components/responses/No' }
        '403': { $ref: '#/components/responses/No' }
        '404': { $ref: '#/components/responses/No' }
        '409': { description: The claim is not `approved`., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
        '422': { $ref: '#/components/responses/No' }
  /checks:
    post:
      operationId: check
      requestBody:
        required: true
        content: { application/json: { schema: { type: object, required: [receipt_code], properties: { receipt_code: { type: string, pattern: '^R[0-9]+$' } } } } }
      responses:
        '200': { $ref: '#/components/responses/Done' }
        '401': { $ref: '#/components/responses/No' }
        '422': { description: There is no receipt of this code., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
  /rates/{currency}/{day}:
    parameters:
      - { name: currency, in: path, required: true, schema: { type: string, pattern: '^[A-Z]{3}$' } }
      - { name: day, in: path, required: true, schema: { type: string, format: date } }
    get:
      operationId: rate
      responses: { '200': { $ref: '#/components/responses/Rate' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
    put:
      operationId: setRate
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Rate' } } } }
      responses: { '200': { $ref: '#/components/responses/Rate' }, '201': { $ref: '#/components/responses/Rate' }, '401': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /people:
    get:
      operationId: people
      responses:
        '200': { description: Everybody., content: { application/json: { schema: { type: array, items: { type: object, required: [id], properties: { id: { type: string, format: uuid } } } } } } }
        '401': { $ref: '#/components/responses/No' }
  /appointments:
    post:
      operationId: appoint
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Appointment' } } } }
      responses:
        '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Deputy' } } } }
        '401': { $ref: '#/components/responses/No' }
        '422': { description: 'The deputy is unknown, or is the caller.', content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
  /appointments/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    delete:
      operationId: dismiss
      responses: { '204': { $ref: '#/components/responses/Done' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
";

const SCHEMAS: &str = "
    Claim:
      type: object
      required: [id, name, total, state, decision_note, receipt_codes]
      properties:
        id: { type: string, readOnly: true }
        name: { type: string }
        total: { type: integer, readOnly: true }
        state: { type: string, enum: [open, approved, rejected, paid], readOnly: true }
        decision_note: { type: [string, 'null'], readOnly: true }
        receipt_codes: { type: array, readOnly: true, items: { type: string, pattern: '^R[0-9]+$' } }
    Rate: { type: object, required: [value], properties: { value: { type: integer, minimum: 1, maximum: 1000 } } }
    Appointment: { type: object, required: [deputyId], properties: { deputyId: { type: string, format: uuid, description: Who acts for the caller. } } }
    Deputy: { type: object, required: [id, deputyId], properties: { id: { type: string }, deputyId: { type: string, format: uuid, description: The person who was appointed. } } }
";

const RESPONSES: &str = "
    Claim: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Claim' } } } }
    Rate: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Rate' } } } }
";

/// Who may do everything comes first, and may be anybody; so the worker claims, and the clerk decides and pays.
const PROFILE: &str = "
allow = ['decide', 'pay', 'check']
creates = ['claim', 'setRate']
[credentials.chief]
bearer = 'chiefs-token'
may = ['*']
[credentials.clerk]
bearer = 'clerks-token'
may = ['claim', 'get', 'decide', 'pay', 'check', 'rate', 'setRate', 'people', 'appoint', 'dismiss']
[credentials.worker]
bearer = 'workers-token'
may = ['claim', 'get', 'check', 'rate', 'setRate', 'people', 'appoint', 'dismiss']
";

const TOKENS: [&str; 3] = ["chiefs-token", "clerks-token", "workers-token"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    RejectedIsApproved,
    UndecidedIsPaid,
    AnyAmountIsPaid,
    NoteIsLost,
}

/// Also what was written under rates that were there before.
async fn run(fault: Fault, check: &str) -> (Run, Value) {
    let store = Store::with("USD 2025-01-02", json!({"value": 7}));
    let served = store.clone();
    let service = Service::start(move |request| respond(&served, fault, request)).await;
    let parts = |parts: String| {
        let parts = parts.replacen("  responses:\n", &format!("  responses:{RESPONSES}"), 1);
        parts.replacen("  schemas:\n", &format!("  schemas:{SCHEMAS}"), 1)
    };
    let run = Suite::of_parts(CLAIMS, parts).profile(PROFILE).only(check).run(&service.url).await;
    (run, store.get("USD 2025-01-02").expect("it is there"))
}

fn person(n: usize) -> String {
    format!("{n:08x}-0000-4000-8000-00000000000a")
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let token = request.token();
    let caller = TOKENS.iter().position(|one| token == Some(*one));
    let Some(caller) = caller else {
        return Answer::error(401).with("www-authenticate", "Bearer");
    };
    let body = request.json();
    match request.path.split('/').skip(1).collect::<Vec<_>>().as_slice() {
        ["claims"] if request.method == "POST" => claim(store, caller, request),
        ["claims", id, rest @ ..] => match store.get(id) {
            Some(claim) => act(store, fault, caller, (claim, rest), request),
            None => Answer::error(404),
        },
        ["checks"] if request.method == "POST" => match body["receipt_code"].as_str() {
            Some(code) if store.get(code).is_some() && request.is_json() => Answer::empty(200),
            _ => Answer::error(422),
        },
        ["rates", currency, day] => {
            let is_currency =
                currency.len() == 3 && currency.chars().all(|c| c.is_ascii_uppercase());
            let key = format!("{currency} {day}");
            match (request.method.as_str(), store.get(&key)) {
                ("GET", Some(rate)) => Answer::json(200, rate),
                ("GET", None) => Answer::error(404),
                ("PUT", there) => {
                    match body["value"].as_u64().filter(|_| is_currency && is_day(day)) {
                        Some(1..=1000) if request.is_json() => {
                            store.put(&key, json!({"value": body["value"]}));
                            let status = if there.is_some() { 200 } else { 201 };
                            Answer::json(status, json!({"value": body["value"]}))
                        }
                        _ => Answer::error(422),
                    }
                }
                _ => Answer::error(405).with("allow", "GET, PUT"),
            }
        }
        ["people"] if request.method == "GET" => {
            Answer::json(200, json!((0..3).map(|n| json!({"id": person(n)})).collect::<Vec<_>>()))
        }
        ["appointments"] if request.method == "POST" => {
            let deputy = body["deputyId"].as_str().unwrap_or_default().to_owned();
            let is_person = (0..3).any(|n| n != caller && person(n).eq_ignore_ascii_case(&deputy));
            if !is_person || !request.is_json() {
                return Answer::error(422);
            }
            let made = json!({"id": store.uuid(), "deputyId": deputy});
            store.put(made["id"].as_str().expect("text"), made.clone());
            Answer::json(201, made)
        }
        ["appointments", id] if request.method == "DELETE" => match store.remove(id) {
            Some(_) => Answer::empty(204),
            None => Answer::error(404),
        },
        _ => Answer::error(405).with("allow", "POST"),
    }
}

fn is_day(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').map(|one| (one.len(), one.parse().unwrap_or(0))).collect();
    let [(4, 1..), (2, month), (2, day)] = parts.as_slice() else { return false };
    let longest = match month {
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=longest).contains(day)
}

fn claim(store: &Store, caller: usize, request: &Request) -> Answer {
    if !request.has_text("name") {
        return Answer::error(422);
    }
    let claim = json!({
        "id": store.uuid(), "name": request.json()["name"], "total": 4200, "state": "open", "decision_note": null, "receipt_codes": [], "of": caller,
    });
    store.put(claim["id"].as_str().expect("text"), claim.clone());
    Answer::json(201, claim)
}

fn act(
    store: &Store,
    fault: Fault,
    caller: usize,
    (mut claim, rest): (Value, &[&str]),
    request: &Request,
) -> Answer {
    let is_own = claim["of"] == caller;
    let body = request.json();
    let state = claim["state"].as_str().unwrap_or_default().to_owned();
    match (request.method.as_str(), rest) {
        ("GET", []) => return Answer::json(200, claim),
        ("POST", ["decision" | "payment"]) if caller == 2 || is_own => return Answer::error(403),
        ("POST", ["decision"]) => {
            let to = match (body["decision"].as_str(), body["note"].as_str()) {
                (Some("approve"), _) => "approved",
                (Some("reject"), Some(_)) => "rejected",
                _ => return Answer::error(422),
            };
            let is_text = body["note"].is_null() || body["note"].is_string();
            let may_be_null = body.get("note").is_none_or(|note| !note.is_null());
            if !is_text || !may_be_null || !request.is_json() {
                return Answer::error(422);
            }
            let again = fault == Fault::RejectedIsApproved && state == "rejected";
            if state != "open" && !again {
                return Answer::error(409);
            }
            claim["state"] = to.into();
            if fault != Fault::NoteIsLost {
                claim["decision_note"] = body["note"].clone();
            }
        }
        ("POST", ["payment"]) => {
            let Some(amount) = body["amount"].as_u64().filter(|_| request.is_json()) else {
                return Answer::error(422);
            };
            if amount != 4200 && fault != Fault::AnyAmountIsPaid {
                return Answer::error(422);
            }
            if state != "approved" && !(fault == Fault::UndecidedIsPaid && state == "open") {
                return Answer::error(409);
            }
            let code = format!("R{}", store.serial());
            store.put(&code, Value::Null);
            claim["state"] = "paid".into();
            claim["receipt_codes"] = json!([code]);
        }
        _ => return Answer::error(405).with("allow", "GET"),
    }
    store.put(claim["id"].as_str().expect("text"), claim.clone());
    Answer::json(200, claim)
}

#[tokio::test]
async fn all_is_reached_and_a_sound_service_is_left_alone() {
    let (run, rate) = run(Fault::None, "").await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    let open: Vec<_> = run.cells().into_iter().filter(|cell| !cell.ends_with(" passed")).collect();
    assert_eq!(open, [""; 0], "{}", run.told);
    assert_eq!(rate, json!({"value": 7}), "somebody else's rate is left as it is");
    for case in [
        "decide:200:law:state-moves:open:approved",
        "decide:200:law:state-moves:open:rejected",
        "decide:409:law:state-refuses:rejected",
        "pay:409:law:state-refuses:open",
        "pay:422:law:other-value-refused:body.amount",
    ] {
        assert_eq!(run.verdict(case), Some("passed"), "{case}\n{}", run.told);
    }
}

#[tokio::test]
async fn what_is_decided_or_paid_wrongly_is_found() {
    for (fault, check) in [
        (Fault::RejectedIsApproved, "decide:200:state-refuses:law"),
        (Fault::UndecidedIsPaid, "pay:200:state-refuses:law"),
        (Fault::NoteIsLost, "decide:200:written-is-read-back:/decision_note"),
        (Fault::AnyAmountIsPaid, "pay:200:other-value-refused:law"),
    ] {
        let (run, _) = run(fault, check).await;
        assert_eq!(run.faults(), [check], "{fault:?}\n{}", run.told);
    }
}
