//! What only components, descriptions and documented conflicts tell of a valid request.

use serde_json::json;

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const MEMBERS: &str = "
paths:
  /branches:
    get:
      operationId: branches
      responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: { type: object, required: [id], properties: { id: { $ref: '#/components/schemas/BranchCode' } } } } } } } }
  /members:
    post:
      operationId: join
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [name, home], properties: { name: { type: string }, home: { $ref: '#/components/schemas/BranchCode' } } } } } }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '422': { $ref: '#/components/responses/No' } }
  /members/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: member
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: leave
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /members/{id}/payments:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: pay
      description: Who pays more than is owed gets a 409. Members may leave `payer` out; the desk must say for whom.
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [amount], properties: { amount: { type: integer, minimum: 1 }, payer: { type: string, minLength: 1 } } } } } }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' }, '409': { description: More than is owed., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }, '422': { $ref: '#/components/responses/No' } }
";

const SCHEMA: &str = "
    BranchCode: { type: string, pattern: '^[a-z]{3,12}$' }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// Members of no branch are members.
    AnyHome,
    /// Nobody becomes a member.
    Closed,
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    if request.path == "/branches" {
        return match request.method.as_str() {
            "GET" => Answer::json(200, json!([{ "id": "harbour" }, { "id": "north" }])),
            _ => Answer::error(404),
        };
    }
    let Some(id) = request.below("/members") else { return join(store, fault, request) };
    let Some(id) = id.strip_suffix("/payments") else { return store.item(request, &id) };
    let body = request.json();
    match (request.method.as_str(), store.get(id)) {
        ("POST", Some(_)) if body["amount"].as_i64().is_none_or(|amount| amount < 1) => {
            Answer::error(422)
        }
        ("POST", Some(_)) if body["payer"].as_str().is_none_or(str::is_empty) => Answer::error(422),
        // Nobody owes anything.
        ("POST", Some(_)) => Answer::error(409),
        _ => Answer::error(404),
    }
}

fn join(store: &Store, fault: Fault, request: &Request) -> Answer {
    if request.method != "POST" {
        return Answer::error(404);
    }
    let body = request.json();
    let home = body["home"].as_str().unwrap_or_default().to_owned();
    let is_code =
        (3..=12).contains(&home.len()) && home.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_ours = ["harbour", "north"].contains(&home.as_str()) || fault == Fault::AnyHome;
    if !request.has_text("name") || !is_code || !is_ours || fault == Fault::Closed {
        return Answer::error(422);
    }
    store.make(request, store.uuid().into())
}

async fn run(fault: Fault) -> Run {
    let suite = Suite::of_parts(MEMBERS, |parts| parts + SCHEMA);
    suite.profile("creates = ['pay']\n").run_against(fault, respond).await
}

#[tokio::test]
async fn what_is_of_the_kind_of_a_listed_id_is_one() {
    let run = run(Fault::None).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    assert_eq!(run.verdict("join:201:happy-path:minimal"), Some("passed"), "{}", run.told);
    let remarks = run.causes("should");
    assert!(remarks.iter().any(|one| one.contains("state-allows")), "{remarks:?}");
}

#[tokio::test]
async fn a_refusal_of_what_is_valid_is_found_all_the_same() {
    let run = run(Fault::Closed).await;
    assert!(run.faults().iter().any(|one| one.contains("join")), "{}", run.told);
}

#[tokio::test]
async fn what_is_of_that_kind_and_is_not_there_is_asked_for() {
    let run = run(Fault::AnyHome).await;
    let remarks = run.causes("should");
    let found = remarks.iter().any(|one| one.contains("unknown-reference-refused"));
    assert!(found, "{remarks:?}: {}", run.told);
}
