//! Where callers are said to see their own alone, what isn't in somebody's list isn't there for them by its id either.

use serde_json::json;

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const SAID: &str = "Senders see their own parcels and nobody else's.";
const PARCELS: &str = "
security: [{ token: [] }]
paths:
  /parcels:
    get:
      operationId: list
      responses: { '200': { description: They., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Thing' } } } } }, '401': { $ref: '#/components/responses/No' } }
    post:
      operationId: post
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '401': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /parcels/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: show
      description: SAID
      responses: { '200': { $ref: '#/components/responses/Thing' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
";

/// Nobody of them is called after a role.
const PROFILE: &str = "
[credentials.anna]
bearer = 'anna'
may = ['*']
[credentials.ben]
bearer = 'benn'
may = ['*']
[credentials.office]
bearer = 'office'
may = ['*']
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// Whoever knows its id is shown it.
    ShowsAll,
    /// The list leaves out what was just made, for everybody.
    ListsLate,
}

async fn run(fault: Fault, said: &str) -> Run {
    let contract = PARCELS.replace("SAID", said);
    Suite::of(&contract).profile(PROFILE).run_against(fault, respond).await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let token = request.token().filter(|one| ["anna", "benn", "office"].contains(one));
    let Some(caller) = token else {
        return Answer::error(401).with("www-authenticate", "Bearer");
    };
    let sees = |parcel: &serde_json::Value| caller == "office" || parcel["of"] == caller;
    let shown = |parcel: &serde_json::Value| json!({"id": parcel["id"], "name": parcel["name"]});
    let Some(id) = request.below("/parcels") else {
        return match request.method.as_str() {
            "GET" => {
                let seen = store.values().into_iter().filter(|_| fault != Fault::ListsLate);
                Answer::json(
                    200,
                    seen.filter(sees).map(|one| shown(&one)).collect::<Vec<_>>().into(),
                )
            }
            "POST" if request.has_text("name") => {
                let id = store.uuid();
                let name = request.json()["name"].clone();
                store.put(&id, json!({"id": id, "name": name, "of": caller}));
                Answer::json(201, json!({"id": id, "name": name}))
            }
            "POST" => Answer::error(422),
            _ => Answer::error(405).with("allow", "GET, POST"),
        };
    };
    let is_seen = |parcel: &serde_json::Value| {
        sees(parcel) || fault != Fault::None && request.method == "GET"
    };
    let Some(parcel) = store.get(&id).filter(is_seen) else { return Answer::error(404) };
    match request.method.as_str() {
        "GET" => Answer::json(200, shown(&parcel)),
        "DELETE" => {
            store.remove(&id);
            Answer::empty(204)
        }
        _ => Answer::error(405).with("allow", "GET, DELETE"),
    }
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, SAID).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    assert_eq!(run.verdict("show:404:law:seen-by-own-alone:ben"), Some("passed"), "{}", run.told);
    // Who sees all sees it in the list as well.
    assert_eq!(
        run.verdict("show:404:law:seen-by-own-alone:office"),
        Some("skipped"),
        "{}",
        run.told
    );
}

#[tokio::test]
async fn what_is_not_in_the_list_is_not_shown_by_its_id() {
    let run = run(Fault::ShowsAll, SAID).await;
    run.assert_finds(Fault::ShowsAll, "show:200:seen-by-own-alone");
}

/// A list may leave out what its path shows, for all or for some.
#[tokio::test]
async fn a_list_that_tells_nothing_of_who_sees_what_is_no_reason() {
    for (fault, said) in [
        (Fault::ShowsAll, "Whoever has its id is shown it."),
        (Fault::ShowsAll, "Everybody sees every parcel by its id, senders list their own only."),
        (Fault::ListsLate, SAID),
    ] {
        let run = run(fault, said).await;
        let told = run.causes("must");
        let is_blamed = told.iter().any(|cause| cause.contains("seen-by-own-alone"));
        assert!(!is_blamed, "{fault:?}, {said}: {}", run.told);
    }
}
