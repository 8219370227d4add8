//! Ideas that are voted for, and a log of who did what: a PUT that is sent twice counts once, what two have made is told apart, and
//! a list that is empty before the run is looked at once there is something in it.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{ANNA_AND_BERT, Run, Suite};

const PATHS: &str = "
security: [{ token: [] }]
paths:
  /ideas:
    get:
      operationId: ideas
      parameters: [{ name: author_id, in: query, description: Only those that this person had., schema: { type: string } }]
      responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Idea' } } } } }, '401': { $ref: '#/components/responses/No' } }
    post:
      operationId: have
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [title], properties: { title: { type: string, minLength: 1 } } } } } }
      responses: { '201': { $ref: '#/components/responses/Idea' }, '401': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /ideas/{idea_id}:
    parameters: [{ name: idea_id, in: path, required: true, schema: { type: integer, minimum: 1 } }]
    get:
      operationId: idea
      responses: { '200': { $ref: '#/components/responses/Idea' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: forget
      responses: { '204': { description: Gone. }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
  /ideas/{idea_id}/vote:
    parameters: [{ name: idea_id, in: path, required: true, schema: { type: integer, minimum: 1 } }]
    put:
      operationId: vote
      responses: { '204': { description: It counts. }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
  /log:
    get:
      operationId: log
      parameters: [{ name: actor_id, in: query, description: Only what this person did., schema: { type: string } }]
      responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Entry' } } } } }, '401': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  responses:
    Idea: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Idea' } } } }";

const SCHEMAS: &str = "
  schemas:
    Idea: { type: object, required: [id, title, author_id, votes, voters], properties: { id: { type: integer }, title: { type: string }, author_id: { type: string }, votes: { type: integer }, voters: { type: array, items: { type: string } } } }
    Entry: { type: object, required: [number, actor_id, did], properties: { number: { type: integer }, actor_id: { type: string }, did: { type: string } } }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// A second vote counts.
    Twice,
    /// A second vote takes the first one back.
    Toggles,
    /// `author_id` is ignored.
    AnyAuthor,
    /// `actor_id` is ignored.
    AnyActor,
}

async fn run(fault: Fault) -> Run {
    Suite::of_components(PATHS, RESPONSES, SCHEMAS)
        .profile(ANNA_AND_BERT)
        .run_against(fault, respond)
        .await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let path: Vec<&str> = request.path.split('/').skip(1).collect();
    let allow = match path.as_slice() {
        ["ideas"] => "GET, POST",
        ["ideas", _] => "GET, DELETE",
        ["ideas", _, "vote"] => "PUT",
        ["log"] => "GET",
        _ => return Answer::error(404),
    };
    if !allow.split(", ").any(|method| method == request.method) {
        return Answer::error(405).with("allow", allow);
    }
    let Some(who) = request.token().filter(|who| ["anna", "bert"].contains(who)) else {
        return Answer::error(401).with("www-authenticate", "Bearer");
    };
    let asked = |name: &str, is_ignored: bool| {
        let asked = request.query(name).first().map(|one| (*one).to_owned());
        move |one: &Value, member: &str| {
            is_ignored || asked.as_ref().is_none_or(|asked| one[member] == **asked)
        }
    };
    let all = |member: &str| -> Vec<Value> {
        let values = store.values().into_iter();
        values.filter(|one| one.get(member).is_some()).collect()
    };
    match (path.as_slice(), request.method.as_str()) {
        (["log"], _) => {
            let fits = asked("actor_id", fault == Fault::AnyActor);
            Answer::json(200, all("did").into_iter().filter(|one| fits(one, "actor_id")).collect())
        }
        (["ideas"], "GET") => {
            let fits = asked("author_id", fault == Fault::AnyAuthor);
            Answer::json(
                200,
                all("votes").into_iter().filter(|one| fits(one, "author_id")).collect(),
            )
        }
        (["ideas"], _) => {
            if !request.has_text("title") || request.json()["title"] == "" {
                return Answer::error(422);
            }
            let (id, title) = (store.serial(), request.json()["title"].clone());
            let idea =
                json!({"id": id, "title": title, "author_id": who, "votes": 0, "voters": []});
            store.put(&format!("ideas/{id}"), idea.clone());
            note(store, who, "had");
            Answer::json(201, idea)
        }
        (["ideas", id, rest @ ..], method) => {
            match (store.get(&format!("ideas/{id}")), rest, method) {
                (None, ..) => Answer::error(404),
                (Some(idea), [], "GET") => Answer::json(200, idea),
                (Some(_), [], _) => {
                    store.remove(&format!("ideas/{id}"));
                    Answer::empty(204)
                }
                (Some(idea), ..) => {
                    store.put(&format!("ideas/{id}"), voted(idea, who, fault));
                    note(store, who, "voted");
                    Answer::empty(204)
                }
            }
        }
        _ => Answer::error(404),
    }
}

fn note(store: &Store, who: &str, did: &str) {
    let number = store.serial();
    store.put(&format!("log/{number}"), json!({"number": number, "actor_id": who, "did": did}));
}

fn voted(mut idea: Value, who: &str, fault: Fault) -> Value {
    let mut voters = idea["voters"].as_array().cloned().unwrap_or_default();
    let has_voted = voters.iter().any(|one| *one == *who);
    match fault {
        Fault::Toggles if has_voted => voters.retain(|one| *one != *who),
        Fault::Twice => voters.push(who.into()),
        _ if !has_voted => voters.push(who.into()),
        _ => {}
    }
    idea["votes"] = voters.len().into();
    idea["voters"] = voters.into();
    idea
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None).await;
    run.assert_sound(&[
        "vote:204:law:put-twice-is-once",
        "ideas:200:law:filter-is-kept:query.author_id:other",
        "log:200:law:filter-is-kept:query.actor_id:first",
    ]);
}

#[tokio::test]
async fn a_vote_counts_once_and_everybody_is_told_apart() {
    for (fault, expected) in [
        (Fault::Twice, "vote:200:put-twice-is-once:/votes"),
        (Fault::Toggles, "vote:200:put-twice-is-once:/votes"),
        (Fault::AnyAuthor, "ideas:200:filter-is-kept:law"),
        (Fault::AnyActor, "log:200:filter-is-kept:law"),
    ] {
        run(fault).await.assert_finds(fault, expected);
    }
}
