//! What no two things may have alike: each of several members by itself, or several together, and in whatever letter case where
//! that is said to make no difference.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const PLACES: &str = "
paths:
  /kinds:
    post:
      operationId: makeKind
      requestBody:
        required: true
        content: { application/json: { schema: { type: object, required: [code, name], properties: { code: { type: string, minLength: 6, maxLength: 40 }, name: { type: string, minLength: 6, maxLength: 40 } } } } }
      responses:
        '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
        '409': { description: 'Another kind has this code already, or has the same name. Names that differ in case only are the same.', content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
        '422': { $ref: '#/components/responses/No' }
  /kinds/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    delete:
      operationId: dropKind
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /halls:
    post:
      operationId: makeHall
      requestBody:
        required: true
        content: { application/json: { schema: { type: object, required: [city, name], properties: { city: { type: string, minLength: 6, maxLength: 40 }, name: { type: string, minLength: 6, maxLength: 40 } } } } }
      responses:
        '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
        '409': { description: The city has a hall of that name already., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
        '422': { $ref: '#/components/responses/No' }
  /halls/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    delete:
      operationId: dropHall
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    CodesAreShared,
    NamesAreShared,
    CaseTellsNamesApart,
}

async fn run(fault: Fault) -> Run {
    Suite::of(PLACES).run_against(fault, respond).await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let (things, id) = match request.path.split('/').skip(1).collect::<Vec<_>>().as_slice() {
        [things @ ("kinds" | "halls")] => ((*things).to_owned(), None),
        [things, id] => ((*things).to_owned(), Some((*id).to_owned())),
        _ => return Answer::error(404),
    };
    match (request.method.as_str(), id) {
        ("POST", None) => make(store, fault, &things, request),
        ("DELETE", Some(id)) => match store.remove(&id) {
            Some(_) => Answer::empty(204),
            None => Answer::error(404),
        },
        (_, None) => Answer::error(405).with("allow", "POST"),
        _ => Answer::error(405).with("allow", "DELETE"),
    }
}

fn make(store: &Store, fault: Fault, things: &str, request: &Request) -> Answer {
    let other = if things == "kinds" { "code" } else { "city" };
    let body = request.json();
    let fits = |name: &str| {
        let length = body[name].as_str().map(|text| text.chars().count());
        request.has_text(name) && length.is_some_and(|length| (6..=40).contains(&length))
    };
    if !fits("name") || !fits(other) {
        return Answer::error(422);
    }
    let lower = |value: &Value| value.as_str().unwrap_or_default().to_lowercase();
    let is_there = |one: &Value| {
        let same = |name: &str| match fault {
            Fault::CaseTellsNamesApart => one[name] == body[name],
            _ => lower(&one[name]) == lower(&body[name]),
        };
        one["of"] == things
            && match (things, fault) {
                ("halls", _) => same("name") && same(other),
                (_, Fault::CodesAreShared) => same("name"),
                (_, Fault::NamesAreShared) => one[other] == body[other],
                _ => same("name") || one[other] == body[other],
            }
    };
    if store.values().iter().any(is_there) {
        return Answer::error(409);
    }
    let id = store.uuid();
    store.put(&id, json!({"of": things, "name": body["name"], other: body[other]}));
    Answer::json(201, json!({"id": id, "name": body["name"]}))
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    for case in [
        "makeKind:409:law:key-is-alone:body.code",
        "makeKind:409:law:key-is-alone:body.name",
        "makeKind:409:law:key-is-alone:body.name:capitals",
        "makeHall:409:law:key-is-alone:body.name+city",
    ] {
        let told = run.told.as_str();
        let other = case.replace("name+city", "city+name");
        let verdict = run.verdict(case).or_else(|| run.verdict(&other));
        assert_eq!(verdict, Some("passed"), "{case}\n{told}");
    }
}

#[tokio::test]
async fn what_may_not_be_alike_is_found_to_be() {
    for fault in [Fault::CodesAreShared, Fault::NamesAreShared, Fault::CaseTellsNamesApart] {
        let run = run(fault).await;
        assert_eq!(run.faults(), ["makeKind:201:key-is-alone:law"], "{fault:?}\n{}", run.told);
    }
}
