//! Errands that everybody may ask for, of which some may not send all that there is to say.

use serde_json::json;

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const PATHS: &str = "
security: [{ token: [] }]
paths:
  /errands:
    post:
      operationId: ask
      description: Everybody may ask. Guests must not set `urgency` or `budget` (403); the rest is theirs. Guests cannot send errands as `remote` (403).
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [title], properties: { title: { type: string, minLength: 1 }, urgency: { type: string, enum: [low, high] }, budget: { type: integer, minimum: 1 }, place: { type: string, enum: [here, remote] } } } } } }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /errands/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
";

const PROFILE: &str = "
[credentials.clerk]
bearer = 'clerk'
may = ['*']
[credentials.guest]
bearer = 'guest'
may = ['ask', 'drop']
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// Guests set how urgent it is.
    Urgent,
    /// Guests set what it may cost.
    Costly,
    /// Guests ask for errands elsewhere.
    Remote,
}

async fn run(fault: Fault, check: &str) -> Run {
    Suite::of(PATHS).profile(PROFILE).only(check).run_against(fault, respond).await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let Some(caller) = request.token().filter(|one| ["clerk", "guest"].contains(one)) else {
        return Answer::error(401).with("www-authenticate", "Bearer");
    };
    let is_guest = caller == "guest";
    if let Some(id) = request.below("/errands") {
        return match request.method.as_str() {
            "DELETE" if store.get(&id).is_some() => {
                store.remove(&id);
                Answer::empty(204)
            }
            "DELETE" => Answer::error(404),
            _ => Answer::error(405).with("allow", "DELETE"),
        };
    }
    if request.method != "POST" {
        return Answer::error(405).with("allow", "POST");
    }
    let body = request.json();
    let is_urgency = |one: &serde_json::Value| one == "low" || one == "high";
    let is_budget =
        |one: &serde_json::Value| one.as_f64().is_some_and(|one| one >= 1.0 && one.fract() == 0.0);
    let is_place = |one: &serde_json::Value| one == "here" || one == "remote";
    let is_valid = request.has_text("title")
        && body["title"] != ""
        && body.get("urgency").is_none_or(is_urgency)
        && body.get("budget").is_none_or(is_budget)
        && body.get("place").is_none_or(is_place);
    if !is_valid {
        return Answer::error(422);
    }
    let may_not = |name: &str, own: Fault| is_guest && body.get(name).is_some() && fault != own;
    let is_remote = is_guest && body["place"] == "remote" && fault != Fault::Remote;
    if may_not("urgency", Fault::Urgent) || may_not("budget", Fault::Costly) || is_remote {
        return Answer::error(403);
    }
    let id = store.uuid();
    store.put(&id, json!({"id": id}));
    Answer::json(201, json!({"id": id, "name": body["title"]}))
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    run(Fault::None, "").await.assert_sound(&[
        "ask:403:rights:guest:body.urgency",
        "ask:403:rights:guest:body.budget",
        "ask:403:rights:guest:body.place:remote",
    ]);
}

#[tokio::test]
async fn who_may_not_send_a_member_is_refused_for_it() {
    let check = "ask:201:status-expected";
    for fault in [Fault::Urgent, Fault::Costly, Fault::Remote] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
