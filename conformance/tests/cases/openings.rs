//! Rules that no schema has, around things with states: what is told of bodies is kept to as far as it is understood, and nobody is
//! blamed for the rest. Openings are published and applied to; an offer lies within the salary range of its opening.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const PATHS: &str = "
paths:
  /users:
    get:
      operationId: users
      description: The entry of the caller has `isMe` set.
      security: [{ token: [] }]
      parameters: [{ name: role, in: query, schema: { $ref: '#/components/schemas/Role' } }]
      responses: { '200': { description: All., content: { application/json: { schema: { type: object, required: [items], properties: { items: { type: array, items: { $ref: '#/components/schemas/User' } } } } } } }, '400': { $ref: '#/components/responses/No' }, '401': { $ref: '#/components/responses/No' } }
  /openings:
    post:
      operationId: open
      description: A new opening is a `draft`. The `ownerId` is of a user with the role `owner` (400 otherwise).
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Posted' } } } }
      responses: { '201': { $ref: '#/components/responses/Opening' }, '400': { $ref: '#/components/responses/No' } }
  /openings/{opening_id}:
    parameters: [{ name: opening_id, in: path, required: true, schema: { type: integer, minimum: 1 } }]
    get:
      operationId: look
      responses: { '200': { $ref: '#/components/responses/Opening' }, '404': { $ref: '#/components/responses/No' } }
    patch:
      operationId: change
      description: |
        The status moves like this:

        - from `draft` to `published`,
        - from `published` to `closed`.

        Any other move is a 409, and so is publishing an opening that has no salary range. Who is no owner is a 400.
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Patch' } } } }
      responses: { '200': { $ref: '#/components/responses/Opening' }, '400': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      description: Possible only while the opening is a draft (409 otherwise).
      responses: { '204': { description: Gone. }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
  /offers:
    post:
      operationId: offer
      description: |
        - The opening has to be published (409).
        - `salary` has to lie within the salary range of the opening (409).
        - `reason` must not be given for an offer of less than 9 million (400).
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [openingId, salary], properties: { openingId: { type: integer, minimum: 1 }, salary: { type: integer, minimum: 1 }, reason: { type: string } } } } } }
      responses: { '201': { $ref: '#/components/responses/Offer' }, '400': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
  /offers/{offer_id}:
    parameters: [{ name: offer_id, in: path, required: true, schema: { type: integer, minimum: 1 } }]
    delete:
      operationId: revoke
      responses: { '204': { description: Gone. }, '404': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  responses:
    Opening: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Opening' } } } }
    Offer: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Offer' } } } }";

const SCHEMAS: &str = "
  schemas:
    Role: { type: string, enum: [admin, owner] }
    User: { type: object, required: [id, role, isMe], properties: { id: { type: integer }, role: { $ref: '#/components/schemas/Role' }, isMe: { type: boolean } } }
    Range: { type: [object, 'null'], required: [min, max], properties: { min: { type: integer, minimum: 1 }, max: { type: integer, minimum: 1 } } }
    Posted: { type: object, required: [title, ownerId], properties: { title: { type: string }, ownerId: { type: integer, minimum: 1 }, salaryRange: { $ref: '#/components/schemas/Range' } } }
    Patch: { type: object, properties: { title: { type: string }, ownerId: { type: integer, minimum: 1 }, status: { type: string, enum: [closed, draft, published] } } }
    Opening: { type: object, required: [id, title, ownerId, salaryRange, status], properties: { id: { type: integer }, title: { type: string }, ownerId: { type: integer }, salaryRange: { $ref: '#/components/schemas/Range' }, status: { type: string, enum: [closed, draft, published] } } }
    Offer: { type: object, required: [id, openingId, salary], properties: { id: { type: integer }, openingId: { type: integer }, salary: { type: integer } } }
";

/// The user who is an owner, by whom the credential of that name is.
const OWNER: u64 = 7;

const WHO: &str = "
[credentials.admin]
bearer = 'admin'
may = ['*']
[credentials.owner]
bearer = 'owner'
may = ['users']
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// An offer is made for what is a draft.
    Unpublished,
    /// What is published is deleted.
    Removable,
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
    match (path.as_slice(), request.method.as_str()) {
        (["users"], "GET") => users(request),
        (["openings"], "POST") => open(store, request),
        (["offers"], "POST") => offer(store, fault, request),
        (["users"], _) => Answer::error(405).with("allow", "GET"),
        (["openings" | "offers"], _) => Answer::error(405).with("allow", "POST"),
        (["openings", id], method) => match (store.get(id), method) {
            (None, _) => Answer::error(404),
            (Some(opening), "GET") => Answer::json(200, opening),
            (Some(opening), "PATCH") => change(store, request, (id, opening)),
            (Some(opening), "DELETE") => {
                if opening["status"] != "draft" && fault != Fault::Removable {
                    return Answer::error(409);
                }
                store.remove(id);
                Answer::empty(204)
            }
            _ => Answer::error(405).with("allow", "GET, PATCH, DELETE"),
        },
        (["offers", id], "DELETE") => match store.remove(id) {
            Some(_) => Answer::empty(204),
            None => Answer::error(404),
        },
        (["offers", _], _) => Answer::error(405).with("allow", "DELETE"),
        _ => Answer::error(404),
    }
}

fn users(request: &Request) -> Answer {
    let Some(name) = request.token().filter(|token| ["admin", "owner"].contains(token)) else {
        return Answer::error(401).with("www-authenticate", "Bearer");
    };
    let asked = request.query("role");
    if asked.iter().any(|role| !["admin", "owner"].contains(role)) || asked.len() > 1 {
        return Answer::error(400);
    }
    let all = [(1, "admin"), (6, "owner"), (OWNER, "owner")];
    let shown = all.into_iter().filter(|(_, role)| asked.is_empty() || asked.contains(role));
    let items: Vec<Value> = shown
        .map(|(id, role)| json!({"id": id, "role": role, "isMe": (id == OWNER) == (name == "owner") && id != 6}))
        .collect();
    Answer::json(200, json!({"items": items}))
}

fn is_range(range: &Value) -> bool {
    let bound = |name: &str| range[name].as_u64().filter(|bound| *bound > 0);
    range.is_null() || bound("min").zip(bound("max")).is_some_and(|(min, max)| min <= max)
}

fn open(store: &Store, request: &Request) -> Answer {
    let body = request.json();
    if !request.has_text("title") || body["ownerId"] != OWNER || !is_range(&body["salaryRange"]) {
        return Answer::error(400);
    }
    let id = store.serial();
    let opening = json!({"id": id, "title": body["title"], "ownerId": OWNER, "salaryRange": body["salaryRange"], "status": "draft"});
    store.put(&id.to_string(), opening.clone());
    Answer::json(201, opening)
}

fn change(store: &Store, request: &Request, (id, mut opening): (&str, Value)) -> Answer {
    let body = request.json();
    let Some(members) = body.as_object() else { return Answer::error(400) };
    let is_given = |name: &str| members.contains_key(name);
    let to = body["status"].as_str();
    let is_wrong = is_given("title") && !body["title"].is_string()
        || is_given("ownerId") && body["ownerId"] != OWNER
        || is_given("status")
            && !to.is_some_and(|to| ["draft", "published", "closed"].contains(&to));
    if is_wrong {
        return Answer::error(400);
    }
    if let Some(to) = to.filter(|to| opening["status"] != *to) {
        let is_move = matches!(
            (opening["status"].as_str(), to),
            (Some("draft"), "published") | (Some("published"), "closed")
        );
        if !is_move || to == "published" && opening["salaryRange"].is_null() {
            return Answer::error(409);
        }
        opening["status"] = to.into();
    }
    if is_given("title") {
        opening["title"] = body["title"].clone();
    }
    store.put(id, opening.clone());
    Answer::json(200, opening)
}

fn offer(store: &Store, fault: Fault, request: &Request) -> Answer {
    let body = request.json();
    let named = body["openingId"].as_u64().and_then(|id| store.get(&id.to_string()));
    let salary = body["salary"].as_u64().filter(|salary| *salary > 0);
    let (Some(opening), Some(salary)) = (named.filter(|one| one.get("status").is_some()), salary)
    else {
        return Answer::error(400);
    };
    let reason = &body["reason"];
    if body.get("reason").is_some() && (!reason.is_string() || salary < 9_000_000) {
        return Answer::error(400);
    }
    let range = &opening["salaryRange"];
    let is_within = range["min"].as_u64() <= Some(salary) && Some(salary) <= range["max"].as_u64();
    if opening["status"] != "published" && fault != Fault::Unpublished {
        return Answer::error(409);
    }
    if !is_within {
        return Answer::error(409);
    }
    let id = store.serial();
    let offer = json!({"id": id, "openingId": opening["id"], "salary": salary});
    store.put(&id.to_string(), offer.clone());
    Answer::json(201, offer)
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, "").await;
    run.assert_sound(&[
        "open:201:happy-path:minimal",
        "offer:201:happy-path:minimal",
        "offer:409:law:unfit-reference-refused:open:status:draft",
        "drop:409:law:state-refuses:published",
    ]);
}

#[tokio::test]
async fn what_is_told_of_states_is_kept_to() {
    for (fault, check) in [
        (Fault::Unpublished, "offer:201:unfit-reference-refused:law"),
        (Fault::Removable, "drop:204:state-refuses:law"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
