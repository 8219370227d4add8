//! Who may do something for themselves alone, an amount that has to be more than nothing, and two ends of a period that are asked for
//! together: the bookings of a club.

use serde_json::json;

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const PATHS: &str = "
paths:
  /members:
    post:
      operationId: admit
      security: [{ token: [] }]
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [name], properties: { name: { type: string, minLength: 1 } } } } } }
      responses: { '201': { $ref: '#/components/responses/Member' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /members/{member_id}:
    parameters: [{ name: member_id, in: path, required: true, schema: { type: integer, minimum: 1 } }]
    delete:
      operationId: expel
      security: [{ token: [] }]
      responses: { '204': { description: Gone. }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
  /bookings:
    get:
      operationId: bookings
      description: '`from` and `until` can only be given together (otherwise 422).'
      security: [{ token: [] }]
      parameters:
        - { name: from, in: query, schema: { type: string, format: date } }
        - { name: until, in: query, schema: { type: string, format: date } }
      responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Booking' } } } } }, '401': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    post:
      operationId: book
      description: >-
        Clerks book for any member, members only for themselves: naming anybody else is forbidden (403). Members may leave
        `member_id` out, it is their own then; clerks must say for whom (422).
      security: [{ token: [] }]
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [amount], properties: { member_id: { type: integer, minimum: 1 }, amount: { type: string, pattern: '^[0-9]{1,3}[.][0-9]{2}$', description: 'In EUR, more than `0.00` (422).' } } } } } }
      responses: { '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Booking' } } } }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  responses:
    Member: { description: It., content: { application/json: { schema: { type: object, required: [id], properties: { id: { type: integer } } } } } }";

const SCHEMAS: &str = "
  schemas:
    Booking: { type: object, required: [id, member_id, amount], properties: { id: { type: integer }, member_id: { type: integer }, amount: { type: string } } }
";

/// Whose credentials are called after their role.
const WHO: &str = "
creates = ['book']
[credentials.clerk]
bearer = 'clerk'
may = ['*']
[credentials.member_ann]
bearer = 'token-ann'
may = ['bookings', 'book']
[credentials.member_ben]
bearer = 'token-ben'
may = ['bookings', 'book']
";

const IDS: [(&str, u64); 2] = [("token-ann", 900_001), ("token-ben", 900_002)];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// Members book for others.
    ForOthers,
    /// Nothing is an amount.
    Nothing,
    /// One end of a period is taken alone.
    Alone,
}

async fn run(fault: Fault) -> Run {
    Suite::of_components(PATHS, RESPONSES, SCHEMAS).profile(WHO).run_against(fault, respond).await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let path: Vec<&str> = request.path.split('/').skip(1).collect();
    let allow = match path.as_slice() {
        ["members"] => "POST",
        ["members", _] => "DELETE",
        ["bookings"] => "GET, POST",
        _ => return Answer::error(404),
    };
    if !allow.split(", ").any(|method| method == request.method) {
        return Answer::error(405).with("allow", allow);
    }
    let own = request.token().and_then(|token| IDS.iter().find(|(name, _)| *name == token));
    if own.is_none() && request.token() != Some("clerk") {
        return Answer::error(401).with("www-authenticate", "Bearer");
    }
    match (path.as_slice(), request.method.as_str()) {
        (["members", ..], _) if own.is_some() => Answer::error(403),
        (["members"], _) => {
            if !request.has_text("name") || request.json()["name"] == "" {
                return Answer::error(422);
            }
            let id = store.serial();
            store.put(&format!("members/{id}"), json!({"id": id}));
            Answer::json(201, json!({"id": id}))
        }
        (["members", id], _) => match store.remove(&format!("members/{id}")) {
            Some(_) => Answer::empty(204),
            None => Answer::error(404),
        },
        (_, "GET") => {
            let ends = [request.query("from"), request.query("until")];
            let is_day = |text: &&str| text.len() == 10 && text.split('-').count() == 3;
            let are_days = ends.iter().flatten().all(is_day);
            let is_alone = ends[0].len() != ends[1].len() || ends[0].len() > 1;
            if !are_days || is_alone && fault != Fault::Alone {
                return Answer::error(422);
            }
            let all = store.values().into_iter().filter(|one| one.get("amount").is_some());
            Answer::json(200, all.collect())
        }
        _ => book(store, fault, request, own.map(|(_, id)| *id)),
    }
}

fn book(store: &Store, fault: Fault, request: &Request, own: Option<u64>) -> Answer {
    let body = request.json();
    let amount = body["amount"].as_str().unwrap_or_default();
    let is_amount = amount.split_once('.').is_some_and(|(before, behind)| {
        let are_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        (1..=3).contains(&before.len())
            && behind.len() == 2
            && are_digits(before)
            && are_digits(behind)
    });
    let named = &body["member_id"];
    let is_wrong = body.get("member_id").is_some() && named.as_u64().is_none_or(|id| id == 0);
    let is_nothing = amount.chars().all(|c| matches!(c, '0' | '.'));
    if !is_amount || is_wrong || is_nothing && fault != Fault::Nothing {
        return Answer::error(422);
    }
    let member = match (own, named.as_u64()) {
        (Some(own), Some(named)) if own != named && fault != Fault::ForOthers => {
            return Answer::error(403);
        }
        (None, None) => return Answer::error(422),
        (None, Some(named)) if store.get(&format!("members/{named}")).is_none() => {
            return Answer::error(422);
        }
        (own, named) => named.or(own),
    };
    let id = store.serial();
    let booking = json!({"id": id, "member_id": member, "amount": amount});
    store.put(&format!("bookings/{id}"), booking.clone());
    Answer::json(201, booking)
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None).await;
    run.assert_sound(&[
        "book:403:law:for-oneself-alone:member_ann",
        "book:201:rights:member_ann",
        "book:422:violation:body.amount:not-above",
        "bookings:422:violation:query.from:alone",
    ]);
}

#[tokio::test]
async fn what_is_told_of_whom_and_how_much_is_kept_to() {
    for (fault, expected) in [
        (Fault::ForOthers, "book:201:for-oneself-alone:law"),
        (Fault::Nothing, "book:201:told-limit-kept:violation"),
        (Fault::Alone, "bookings:200:told-limit-kept:violation"),
    ] {
        run(fault).await.assert_finds(fault, expected);
    }
}
