//! Who was given a role within a thing is refused what that role may not do, as descriptions say.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{ANNA_AND_BERT, Run, Suite};

const CLUBS: &str = "
security: [{ token: [] }]
paths:
  /clubs:
    post:
      operationId: found
      description: The caller becomes its first member, a chair.
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Club' }, '401': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /clubs/{club_id}:
    parameters: [{ name: club_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: show
      responses: { '200': { $ref: '#/components/responses/Club' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
    patch:
      operationId: rename
      description: By chairs and clerks.
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '200': { $ref: '#/components/responses/Club' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    delete:
      operationId: dissolve
      responses: { '204': { $ref: '#/components/responses/Done' }, '401': { $ref: '#/components/responses/No' }, '403': { description: The caller is not a chair., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }, '404': { $ref: '#/components/responses/No' } }
  /clubs/{club_id}/members/{user_id}:
    parameters: [{ name: club_id, in: path, required: true, schema: { type: string } }, { name: user_id, in: path, required: true, schema: { type: string } }]
    put:
      operationId: admit
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [role], properties: { role: { $ref: '#/components/schemas/Role' } } } } } }
      responses: { '200': { $ref: '#/components/responses/Member' }, '201': { $ref: '#/components/responses/Member' }, '401': { $ref: '#/components/responses/No' }, '403': { description: Only chairs admit., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }, '404': { $ref: '#/components/responses/No' }, '409': { description: This would demote the last chair., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }, '422': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  responses:
    Club: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Club' } } } }
    Member: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Member' } } } }";

const SCHEMAS: &str = "
  schemas:
    Role: { type: string, enum: [chair, clerk, guest] }
    Member: { type: object, required: [user_id, role], properties: { user_id: { type: string }, role: { $ref: '#/components/schemas/Role' } } }
    Club:
      type: object
      required: [club_id, name, members]
      properties: { club_id: { type: string }, name: { type: string }, members: { type: array, items: { $ref: '#/components/schemas/Member' } } }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    GuestsRename,
    ClerksDissolve,
    DemotesLast,
    RoleStays,
    NobodyIsNew,
}

async fn run(fault: Fault, contract: &str) -> Run {
    Suite::of_components(contract, RESPONSES, SCHEMAS)
        .profile(ANNA_AND_BERT)
        .run_against(fault, respond)
        .await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let Some(caller) = request.token().filter(|one| ["anna", "bert"].contains(one)) else {
        return Answer::error(401).with("www-authenticate", "Bearer");
    };
    let Some(below) = request.below("/clubs") else {
        return match request.method.as_str() {
            "POST" if request.has_text("name") => {
                let id = store.uuid();
                let members = json!([{"user_id": caller, "role": "chair"}]);
                let club =
                    json!({"club_id": id, "name": request.json()["name"], "members": members});
                store.put(&id, club.clone());
                Answer::json(201, club)
            }
            "POST" => Answer::error(422),
            _ => Answer::error(405).with("allow", "POST"),
        };
    };
    let (id, user) = match below.split_once("/members/") {
        Some((id, user)) => (id.to_owned(), Some(user.to_owned())),
        None => (below, None),
    };
    let Some(mut club) = store.get(&id) else { return Answer::error(404) };
    let role_of = |club: &Value, user: &str| {
        let mut members = club["members"].as_array().into_iter().flatten();
        members.find(|one| one["user_id"] == user).map(|one| one["role"].clone())
    };
    let Some(role) = role_of(&club, caller) else { return Answer::error(404) };
    match (request.method.as_str(), user) {
        ("GET", None) => Answer::json(200, club),
        ("PATCH", None) if role == "guest" && fault != Fault::GuestsRename => Answer::error(403),
        ("PATCH", None) if request.has_text("name") => {
            club["name"] = request.json()["name"].clone();
            store.put(&id, club.clone());
            Answer::json(200, club)
        }
        ("PATCH", None) => Answer::error(422),
        ("DELETE", None)
            if role == "chair" || role == "clerk" && fault == Fault::ClerksDissolve =>
        {
            store.remove(&id);
            Answer::empty(204)
        }
        ("DELETE", None) => Answer::error(403),
        ("PUT", Some(_)) if role != "chair" => Answer::error(403),
        ("PUT", Some(user)) => {
            let given = request.json()["role"].clone();
            if !request.is_json() || !["chair", "clerk", "guest"].iter().any(|one| given == *one) {
                return Answer::error(422);
            }
            if !["anna", "bert"].contains(&user.as_str()) {
                return Answer::error(404);
            }
            let chairs = club["members"].as_array().into_iter().flatten();
            let is_last =
                chairs.filter(|one| one["role"] == "chair").all(|one| one["user_id"] == *user);
            if is_last && given != "chair" && fault != Fault::DemotesLast {
                return Answer::error(409);
            }
            let member = json!({"user_id": user, "role": given});
            let mut members: Vec<Value> = club["members"].as_array().cloned().unwrap_or_default();
            let before = members.len();
            members.retain(|one| one["user_id"] != member["user_id"]);
            let is_new = members.len() == before;
            members.push(member.clone());
            if is_new || fault != Fault::RoleStays {
                club["members"] = members.into();
                store.put(&id, club);
            }
            let status = if is_new && fault != Fault::NobodyIsNew { 201 } else { 200 };
            Answer::json(status, member)
        }
        (_, None) => Answer::error(405).with("allow", "GET, PATCH, DELETE"),
        _ => Answer::error(405).with("allow", "PUT"),
    }
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, CLUBS).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    // What somebody else has made is removed by them.
    assert!(!run.told.contains("cleaned-up"), "{}", run.told);
    for case in [
        "rename:403:law:role-is-refused:guest",
        "dissolve:403:law:role-is-refused:clerk",
        "admit:409:law:last-of-role-stays",
        "admit:200:law:another-role-is-kept",
    ] {
        assert_eq!(run.verdict(case), Some("passed"), "{case}: {}", run.told);
    }
}

#[tokio::test]
async fn a_role_that_may_not_is_refused() {
    for (fault, expected) in [
        (Fault::GuestsRename, "rename:200:role-is-refused"),
        (Fault::ClerksDissolve, "dissolve:204:role-is-refused"),
        (Fault::DemotesLast, "admit:200:last-of-role-stays"),
        (Fault::RoleStays, "written-is-read-back"),
        (Fault::NobodyIsNew, "admit:200:put-says-what-it-did"),
    ] {
        run(fault, CLUBS).await.assert_finds(fault, expected);
    }
}

/// Where nothing is said of roles, nothing is asked of them.
#[tokio::test]
async fn silence_forbids_nothing() {
    let silent = CLUBS.replace("By chairs and clerks.", "Gives it a name.");
    let run = run(Fault::GuestsRename, &silent).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
}
