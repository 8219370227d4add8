//! What several may make, and one of them can't by what is told in words alone: who is let is found out before the cases. And things
//! that nothing makes, but that are changed, or have things made within them, where the profile allows it.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{ANNA_AND_BERT, Run, Suite};

const PATHS: &str = "
security: [{ token: [] }]
paths:
  /sites:
    get:
      operationId: sites
      responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Site' } } } } }, '401': { $ref: '#/components/responses/No' } }
  /sites/{site_id}:
    parameters: [{ name: site_id, in: path, required: true, schema: { type: string } }]
    patch:
      operationId: rename
      requestBody: { required: true, content: { application/merge-patch+json: { schema: { $ref: '#/components/schemas/Rename' } } } }
      responses: { '200': { $ref: '#/components/responses/Site' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /jobs:
    post:
      operationId: order
      description: Who works here has to tell whose it is. All others mean themselves and tell nobody.
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }
      responses: { '201': { $ref: '#/components/responses/Job' }, '401': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /jobs/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: get
      responses: { '200': { $ref: '#/components/responses/Job' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  responses:
    Site: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Site' } } } }
    Job: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Job' } } } }";

const SCHEMAS: &str = "
  schemas:
    Order: { type: object, required: [name], additionalProperties: false, properties: { name: { type: string, minLength: 1 }, payer: { type: string, pattern: '^p-[0-9]+$' } } }
    Job: { type: object, required: [id, name], properties: { id: { type: string }, name: { type: string } } }
    Rename: { type: object, additionalProperties: false, minProperties: 1, properties: { name: { type: string, minLength: 1 } } }
    Site: { type: object, required: [id, name], properties: { id: { type: string }, name: { type: string } } }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// What was deleted is there all the same.
    Stays,
    /// A site keeps its name.
    KeepsName,
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let who = match request.token() {
        Some(who @ ("anna" | "bert")) => who.to_owned(),
        _ => return Answer::error(401).with("www-authenticate", "Bearer"),
    };
    let path: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
    match (request.method.as_str(), path.as_slice()) {
        ("GET", ["sites"]) => Answer::json(200, json!([site(store)])),
        ("PATCH", ["sites", "north"]) => {
            let media_type = request.header("content-type").first().copied().unwrap_or_default();
            let is_patch = media_type.to_lowercase().starts_with("application/merge-patch+json");
            let body = request.json();
            let name = body["name"].as_str().filter(|name| !name.is_empty());
            let is_alone = body.as_object().is_some_and(|all| all.len() == 1);
            let Some(name) = name.filter(|_| is_patch && is_alone) else {
                return Answer::error(422);
            };
            if fault != Fault::KeepsName {
                store.put("north", json!({"id": "north", "name": name}));
            }
            Answer::json(200, site(store))
        }
        ("POST", ["jobs"]) => order(store, &who, request),
        (method, ["jobs", id]) => match (method, store.get(id)) {
            (_, None) => Answer::error(404),
            ("DELETE", Some(_)) => {
                if fault != Fault::Stays {
                    store.remove(id);
                }
                Answer::empty(204)
            }
            (_, Some(job)) => Answer::json(200, job),
        },
        _ => Answer::error(404),
    }
}

fn site(store: &Store) -> Value {
    store.get("north").unwrap_or_else(|| json!({"id": "north", "name": "North"}))
}

fn order(store: &Store, who: &str, request: &Request) -> Answer {
    let body = request.json();
    let name = body["name"].as_str().filter(|name| !name.is_empty() && request.is_json());
    let known = |all: &serde_json::Map<String, Value>| {
        all.keys().all(|one| matches!(one.as_str(), "name" | "payer"))
    };
    let is_whole = body.as_object().is_some_and(known);
    // Anna works here; whom she could name, nobody tells.
    let payer = body["payer"].as_str().unwrap_or("p-0").strip_prefix("p-");
    let is_payer =
        payer.is_some_and(|it| !it.is_empty() && it.bytes().all(|one| one.is_ascii_digit()));
    let is_text = body.get("payer").is_none_or(Value::is_string);
    let is_told = is_payer && is_text && who == "bert";
    let Some(name) = name.filter(|_| is_whole && is_told) else { return Answer::error(422) };
    let job = json!({"id": store.uuid(), "name": name});
    store.put(job["id"].as_str().unwrap_or_default(), job.clone());
    Answer::json(201, job)
}

async fn run(fault: Fault, allow: &str) -> Run {
    Suite::of_components(PATHS, RESPONSES, SCHEMAS)
        .profile(&format!("{allow}{ANNA_AND_BERT}"))
        .run_against(fault, respond)
        .await
}

const ALLOW: &str = "allow = ['rename']\n";

#[tokio::test]
async fn who_is_let_makes_what_others_need() {
    let run = run(Fault::None, ALLOW).await;
    assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{}", run.told);
    for case in [
        "get:200:happy-path:minimal",
        "drop:204:happy-path:minimal",
        "rename:200:happy-path:minimal",
    ] {
        assert_eq!(run.verdict(case), Some("passed"), "{case}: {}", run.told);
    }
    assert!(run.told.contains("`order` is called as `bert`"), "{}", run.told);
}

#[tokio::test]
async fn what_is_there_is_left_as_it_is_unless_that_is_allowed() {
    let run = run(Fault::None, "").await;
    assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{}", run.told);
    assert_eq!(run.verdict("rename:200:happy-path:minimal"), None, "{}", run.told);
}

#[tokio::test]
async fn what_is_done_wrongly_with_it_is_found() {
    for (fault, expected) in
        [(Fault::Stays, "cleaned-up"), (Fault::KeepsName, "written-is-answered")]
    {
        run(fault, ALLOW).await.assert_finds(fault, expected);
    }
}
