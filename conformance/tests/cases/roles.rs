//! What one of a role has made isn't there for the others of it, where descriptions say so: in lists, and for what may be done.

use serde_json::json;

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const NOTES: &str = "
security: [{ token: [] }]
paths:
  /notes:
    get:
      operationId: list
      description: Clerks see all notes, members their own.
      responses: { '200': { description: They., content: { application/json: { schema: { type: object, required: [items], properties: { items: { type: array, items: { $ref: '#/components/schemas/Thing' } } } } } } }, '401': { $ref: '#/components/responses/No' } }
    post:
      operationId: write
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '401': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /notes/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    delete:
      operationId: drop
      description: Clerks drop any note, and members their own; for other members a 403.
      responses:
        '204': { $ref: '#/components/responses/Done' }
        '401': { $ref: '#/components/responses/No' }
        '403': { $ref: '#/components/responses/No' }
        '404': { $ref: '#/components/responses/No' }
";

/// A clerk, and two members, of whom one is called otherwise.
const PROFILE: &str = "
[credentials.clerk]
bearer = 'clerk'
may = ['*']
[credentials.member]
bearer = 'member'
may = ['drop', 'list', 'write']
[credentials.guest]
bearer = 'guest'
may = ['list', 'write', 'drop']
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// Members see all notes.
    ListsAll,
    /// Members drop the notes of others.
    DropsAll,
    /// Members may not write: right or not, nothing can be said of what they have.
    WritesNothing,
}

async fn run(fault: Fault, contract: &str, profile: &str) -> Run {
    Suite::of(contract).profile(profile).run_against(fault, respond).await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    // The member's key is the member's, too.
    let key = request.header("x-key").first().filter(|key| **key == "members").map(|_| "member");
    let token = request.token().filter(|one| ["clerk", "member", "guest"].contains(one));
    let Some(caller) = token.or(key) else {
        return Answer::error(401).with("www-authenticate", "Bearer");
    };
    let is_clerk = caller == "clerk";
    let Some(id) = request.below("/notes") else {
        return match request.method.as_str() {
            "GET" => {
                let sees =
                    |of: &serde_json::Value| is_clerk || fault == Fault::ListsAll || of == caller;
                let seen = store.values().into_iter().filter(|note| sees(&note["of"]));
                let items: Vec<_> =
                    seen.map(|note| json!({"id": note["id"], "name": note["name"]})).collect();
                Answer::json(200, json!({"items": items}))
            }
            "POST" if !is_clerk && fault == Fault::WritesNothing => Answer::error(403),
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
    let Some(note) = store.get(&id) else { return Answer::error(404) };
    match request.method.as_str() {
        "DELETE" if is_clerk || fault == Fault::DropsAll || note["of"] == caller => {
            store.remove(&id);
            Answer::empty(204)
        }
        "DELETE" => Answer::error(403),
        _ => Answer::error(405).with("allow", "DELETE"),
    }
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    for fault in [Fault::None, Fault::WritesNothing] {
        let run = run(fault, NOTES, PROFILE).await;
        let alarms: Vec<_> =
            run.faults().into_iter().filter(|one| !one.starts_with("write:")).collect();
        assert_eq!(alarms, [""; 0], "{fault:?}: {}", run.told);
    }
}

#[tokio::test]
async fn what_is_of_others_of_a_role_is_not_there() {
    for (fault, expected) in
        [(Fault::ListsAll, "list:200:hidden-stays-hidden"), (Fault::DropsAll, "drop:204:own-alone")]
    {
        run(fault, NOTES, PROFILE).await.assert_finds(fault, expected);
    }
}

/// Who is of the role is told by the names of credentials and by their rights: where neither tells, nothing is asked.
#[tokio::test]
async fn who_is_of_no_role_is_nobodys_peer() {
    let anna = PROFILE.replace("credentials.member", "credentials.anna");
    let all = PROFILE.replace("may = ['drop', 'list', 'write']", "may = ['*']");
    let silent = NOTES.replace("; for other members a 403", "").replace(", members their own", "");
    for (contract, profile) in [(NOTES, &*anna), (NOTES, &*all), (&*silent, PROFILE)] {
        for fault in [Fault::ListsAll, Fault::DropsAll] {
            let run = run(fault, contract, profile).await;
            assert_eq!(run.faults(), [""; 0], "{fault:?}: {}", run.told);
        }
    }
}

/// What somebody has made by a token is there by their key.
#[tokio::test]
async fn a_key_beside_a_token_may_be_the_same_ones() {
    let paths = NOTES.replace("[{ token: [] }]", "[{ token: [] }, { key: [] }]");
    let suite = Suite::of_parts(&paths, |parts| {
        let schemes = "securitySchemes: { key: { type: apiKey, in: header, name: x-key },";
        parts.replace("securitySchemes: {", schemes)
    });
    let guest = "[credentials.guest]\nbearer = 'guest'";
    let profile = PROFILE.replace(guest, "[credentials.other]\napi_key = 'members'");
    let store = Store::default();
    let service = Service::start(move |request| respond(&store, Fault::None, request)).await;
    let run = suite.profile(&profile).run(&service.url).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    assert!(run.cells().iter().any(|one| one == "drop:204 passed"), "{:#?}", run.cells());
}
