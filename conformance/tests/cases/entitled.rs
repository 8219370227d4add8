//! Who gets at a single thing: operations that say in the same words whom they forbid forbid the same; and what lies in a draft
//! is no test of who may change it.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const TRIPS: &str = "
security: [{ token: [] }]
paths:
  /trips:
    post:
      operationId: plan
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '401': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /trips/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: get
      responses: { '200': { $ref: '#/components/responses/Thing' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
    put:
      operationId: change
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses:
        '200': { $ref: '#/components/responses/Thing' }
        '401': { $ref: '#/components/responses/No' }
        '403': { description: The caller is neither the traveller nor a delegate of theirs., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
        '404': { description: There is no such trip for the caller., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
        '422': { $ref: '#/components/responses/No' }
    delete:
      operationId: drop
      responses:
        '204': { $ref: '#/components/responses/Done' }
        '401': { $ref: '#/components/responses/No' }
        '403': { description: The caller is neither the traveller nor a delegate of theirs., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
        '404': { description: There is no such trip for the caller., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
";

/// Two of one department, and one of another.
const PROFILE: &str = "
[credentials.anna]
bearer = 'annas-token'
may = ['*']
[credentials.ben]
bearer = 'bens-token'
may = ['*']
[credentials.zoe]
bearer = 'zoes-token'
may = ['*']
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// Who sees a trip changes it.
    SeersChange,
    /// Who sees a trip removes it.
    SeersDrop,
    /// Who doesn't see a trip removes it.
    StrangersDrop,
    /// Ben is everybody's delegate: that is right, and none of the suite's business.
    BenIsADelegate,
}

async fn run(fault: Fault, change: impl Fn(&str) -> String) -> Run {
    Suite::of(&change(TRIPS)).profile(PROFILE).run_against(fault, respond).await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let tokens = ["annas-token", "bens-token", "zoes-token"];
    let Some(caller) = request.token().filter(|token| tokens.contains(token)) else {
        return Answer::error(401).with("www-authenticate", "Bearer");
    };
    let Some(id) = request.below("/trips") else {
        return match request.method.as_str() {
            "POST" if request.has_text("name") => {
                let id = store.uuid();
                let name = request.json()["name"].clone();
                store.put(&id, json!({"id": id, "name": name, "of": caller}));
                Answer::json(201, json!({"id": id, "name": name}))
            }
            "POST" => Answer::error(422),
            _ => Answer::error(405).with("allow", "POST"),
        };
    };
    let trip = store.get(&id).filter(|trip| {
        let is_zoes = |one: &Value| one == "zoes-token";
        trip["of"] == caller || is_zoes(&trip["of"]) == (caller == "zoes-token")
    });
    let Some(trip) = trip else {
        let is_dropped = fault == Fault::StrangersDrop && request.method == "DELETE";
        let dropped = is_dropped.then(|| store.remove(&id)).flatten();
        return dropped.map_or_else(|| Answer::error(404), |_| Answer::empty(204));
    };
    let is_own = trip["of"] == caller || fault == Fault::BenIsADelegate && caller == "bens-token";
    let lets = |what: Fault| is_own || fault == what;
    match request.method.as_str() {
        "GET" => Answer::json(200, json!({"id": id, "name": trip["name"]})),
        "PUT" if !lets(Fault::SeersChange) => Answer::error(403),
        "DELETE" if !lets(Fault::SeersDrop) => Answer::error(403),
        "PUT" if !request.has_text("name") => Answer::error(422),
        "PUT" => {
            let name = request.json()["name"].clone();
            store.put(&id, json!({"id": id, "name": name, "of": trip["of"]}));
            Answer::json(200, json!({"id": id, "name": name}))
        }
        "DELETE" => {
            store.remove(&id);
            Answer::empty(204)
        }
        _ => Answer::error(405).with("allow", "GET, PUT, DELETE"),
    }
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    for fault in [Fault::None, Fault::BenIsADelegate] {
        let run = run(fault, str::to_owned).await;
        assert_eq!(run.faults(), [""; 0], "{fault:?}: {}", run.told);
        for cell in ["change:403 passed", "drop:403 passed"] {
            assert!(run.cells().iter().any(|one| one == cell), "{cell}: {:#?}", run.cells());
        }
    }
}

#[tokio::test]
async fn who_is_refused_one_thing_is_refused_the_other() {
    for (fault, expected) in [
        (Fault::SeersChange, "change:200:rights-are-one:law"),
        (Fault::SeersDrop, "drop:204:rights-are-one:law"),
        (Fault::StrangersDrop, "drop:204:sight-is-one:law"),
    ] {
        let run = run(fault, str::to_owned).await;
        assert_eq!(run.faults(), [expected], "{}", run.told);
    }
}

#[tokio::test]
async fn other_words_may_be_other_rights() {
    let other =
        |text: &str| text.replacen("nor a delegate of theirs", "nor the one who booked it", 1);
    let run = run(Fault::SeersChange, other).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    let vague = |text: &str| {
        text.replace(
            "The caller is neither the traveller nor a delegate of theirs.",
            "Not allowed.",
        )
    };
    let run = self::run(Fault::SeersChange, vague).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
}
