//! Pages with links to each other beside offsets, a number of all pages, how long a period may be, and codes of errors: the leases
//! of a depot.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const PATHS: &str = "
paths:
  /leases:
    get:
      operationId: leases
      description: >-
        All leases, in the order of their numbers. `meta.days` is how many days all of them have, not only those on the page.
        `links` lead to the neighbouring pages and are null where there is none.
      parameters:
        - { name: offset, in: query, schema: { type: integer, minimum: 0, default: 0 } }
        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 50, default: 20 } }
        - { name: sort, in: query, schema: { type: string, enum: [name, '-name'] } }
      responses:
        '200': { description: A page., content: { application/json: { schema: { $ref: '#/components/schemas/Leases' } } } }
        '400': { $ref: '#/components/responses/Refused' }
    post:
      operationId: lease
      description: It has at most 28 days, first and last included (422).
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/LeaseWrite' } } } }
      responses: { '201': { $ref: '#/components/responses/Lease' }, '400': { $ref: '#/components/responses/Refused' }, '422': { $ref: '#/components/responses/Refused' } }
  /leases/{lease_id}:
    parameters: [{ name: lease_id, in: path, required: true, schema: { type: integer, minimum: 1 } }]
    get:
      operationId: leased
      responses: { '200': { $ref: '#/components/responses/Lease' }, '404': { $ref: '#/components/responses/Refused' } }
    put:
      operationId: change
      description: The rules of `lease` apply.
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/LeaseWrite' } } } }
      responses: { '200': { $ref: '#/components/responses/Lease' }, '400': { $ref: '#/components/responses/Refused' }, '404': { $ref: '#/components/responses/Refused' }, '422': { $ref: '#/components/responses/Refused' } }
    delete:
      operationId: end
      responses: { '204': { description: Ended. }, '404': { $ref: '#/components/responses/Refused' } }
";

const RESPONSES: &str = "
  responses:
    Refused: { description: No., content: { application/json: { schema: { $ref: '#/components/schemas/Wrong' } } } }
    Lease: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Lease' } } } }";

const SCHEMAS: &str = "
  schemas:
    Wrong: { type: object, required: [code], properties: { code: { type: string, enum: [bad_request, not_found, method_not_allowed, unprocessable] } } }
    Link: { type: [string, 'null'], format: uri-reference }
    LeaseWrite: { type: object, required: [name, from, until], properties: { name: { type: string, minLength: 1 }, from: { type: string, format: date }, until: { type: string, format: date } } }
    Lease: { type: object, required: [id, name, from, until], properties: { id: { type: integer }, name: { type: string }, from: { type: string, format: date }, until: { type: string, format: date } } }
    Leases:
      type: object
      required: [leases, meta, links]
      properties:
        leases: { type: array, items: { $ref: '#/components/schemas/Lease' } }
        meta: { type: object, required: [total, days], properties: { total: { type: integer }, days: { type: integer } } }
        links: { type: object, required: [next, prev], properties: { next: { $ref: '#/components/schemas/Link' }, prev: { $ref: '#/components/schemas/Link' } } }
";

const PROFILE: &str = "creates = ['lease']\n";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// The next page is one of the list as nobody sorted it.
    Unsorted,
    /// The last page leads on.
    Endless,
    /// The page before is the one behind.
    Forward,
    /// What is said of all is said of the page.
    OfThePage,
    /// A day too many is taken.
    TooLong,
    /// A change may have a day too many.
    ChangedTooLong,
    /// The longest one is too long.
    TooShort,
    /// What isn't there is called a bad request.
    OtherCode,
}

async fn run(fault: Fault, check: &str) -> Run {
    Suite::of_components(PATHS, RESPONSES, SCHEMAS)
        .profile(PROFILE)
        .only(check)
        .run_against(fault, respond)
        .await
}

fn error(fault: Fault, status: u16) -> Answer {
    let code = match status {
        404 if fault == Fault::OtherCode => "bad_request",
        404 => "not_found",
        405 => "method_not_allowed",
        422 => "unprocessable",
        _ => "bad_request",
    };
    Answer::json(status, json!({"code": code}))
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let id = request.below("/leases");
    let allow = match (&id, request.path.as_str()) {
        (Some(_), _) => "GET, PUT, DELETE",
        (None, "/leases") => "GET, POST",
        _ => return error(fault, 404),
    };
    if !allow.split(", ").any(|method| method == request.method) {
        return error(fault, 405).with("allow", allow);
    }
    let key = id.map(|id| format!("{:>8}", id));
    match (key, request.method.as_str()) {
        (None, "GET") => page(store, fault, request),
        (None, _) => match written(fault, request, false) {
            Ok(mut lease) => {
                let id = store.serial();
                lease["id"] = id.into();
                store.put(&format!("{id:>8}"), lease.clone());
                Answer::json(201, lease)
            }
            Err(status) => error(fault, status),
        },
        (Some(key), method) => match (store.get(&key), method) {
            (None, _) => error(fault, 404),
            (Some(lease), "GET") => Answer::json(200, lease),
            (Some(_), "DELETE") => {
                store.remove(&key);
                Answer::empty(204)
            }
            (Some(lease), _) => match written(fault, request, true) {
                Ok(mut changed) => {
                    changed["id"] = lease["id"].clone();
                    store.put(&key, changed.clone());
                    Answer::json(200, changed)
                }
                Err(status) => error(fault, status),
            },
        },
    }
}

/// The day of a year that a date is, as far as is told apart here: years of twelve months of thirty-one days each.
fn day(text: &Value) -> Option<i64> {
    let text = text.as_str().filter(|text| text.len() == 10)?;
    let parts: Vec<i64> = text.split('-').map_while(|part| part.parse().ok()).collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = |month: i64| match month {
        2 if is_leap => 29,
        month => lengths[usize::try_from(month - 1).expect("a month")],
    };
    ((1..=12).contains(month) && (1..=length(*month)).contains(day)).then_some(())?;
    let before: i64 = (1..*month).map(length).sum();
    Some(year * 365 + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 + before + day)
}

fn written(fault: Fault, request: &Request, is_change: bool) -> Result<Value, u16> {
    let body = request.json();
    let (from, until) = (day(&body["from"]).ok_or(400u16)?, day(&body["until"]).ok_or(400u16)?);
    if !request.has_text("name") || body["name"] == "" {
        return Err(400);
    }
    let longest = match fault {
        Fault::TooLong if !is_change => 29,
        Fault::ChangedTooLong if is_change => 29,
        Fault::TooShort => 27,
        _ => 28,
    };
    if until < from || until - from + 1 > longest {
        return Err(422);
    }
    Ok(json!({"name": body["name"], "from": body["from"], "until": body["until"]}))
}

fn days(leases: &[Value]) -> i64 {
    let length = |one: &Value| Some(day(&one["until"])? - day(&one["from"])? + 1);
    leases.iter().filter_map(length).sum()
}

fn page(store: &Store, fault: Fault, request: &Request) -> Answer {
    let number = |name: &str, usual: usize| match request.query(name).as_slice() {
        [] => Some(usual),
        [one] => one.parse().ok(),
        _ => None,
    };
    let (Some(offset), Some(limit)) = (number("offset", 0), number("limit", 20)) else {
        return error(fault, 400);
    };
    let sort = request.query("sort").first().copied().unwrap_or_default();
    if !(1..=50).contains(&limit) || !["", "name", "-name"].contains(&sort) {
        return error(fault, 400);
    }
    let mut all = store.values();
    all.sort_by_key(|one| one["id"].as_u64());
    if !sort.is_empty() {
        all.sort_by_key(|one| one["name"].as_str().map(str::to_owned));
    }
    if sort == "-name" {
        all.reverse();
    }
    let page: Vec<Value> = all.iter().skip(offset).take(limit).cloned().collect();
    let asked = if sort.is_empty() || fault == Fault::Unsorted {
        String::new()
    } else {
        format!("&sort={sort}")
    };
    let link = |offset: usize| json!(format!("/leases?offset={offset}&limit={limit}{asked}"));
    let next = match offset + limit < all.len() || fault == Fault::Endless {
        true => link(offset + limit),
        false => Value::Null,
    };
    let prev = match offset {
        0 => Value::Null,
        _ if fault == Fault::Forward => link(offset + limit),
        _ => link(offset.saturating_sub(limit)),
    };
    let counted = if fault == Fault::OfThePage { &page } else { &all };
    let meta = json!({"total": all.len(), "days": days(counted)});
    Answer::json(200, json!({"leases": page, "meta": meta, "links": {"next": next, "prev": prev}}))
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    run(Fault::None, "").await.assert_sound(&[
        "leases:200:law:link-leads-there",
        "leases:200:law:link-leads-there:query.sort:-name",
        "leases:200:law:pages-add-up",
        "lease:422:violation:body.until:too-long",
        "lease:201:law:body.until:just-as-long",
        "change:422:violation:body.until:too-long",
    ]);
}

#[tokio::test]
async fn what_pages_and_periods_are_told_to_be_is_asked_for() {
    for (fault, check) in [
        (Fault::Unsorted, "leases:200:link-leads-there:law"),
        (Fault::Endless, "leases:200:more-is-true:law"),
        (Fault::Forward, "leases:200:link-leads-there:law"),
        (Fault::OfThePage, "leases:200:figure-is-of-all-pages:law"),
        (Fault::TooLong, "lease:201:told-limit-kept:violation"),
        (Fault::ChangedTooLong, "change:200:told-limit-kept:violation"),
        (Fault::TooShort, "lease:422:limit-accepted:law"),
        (Fault::OtherCode, "leased:404:error-code:/code:Refused"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
