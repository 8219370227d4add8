//! 14x: a request that is known again by its key makes nothing new.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{ANNA_AND_BERT, Run, Suite, THINGS};

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    KeysAreIgnored,
    /// Whatever the key, what is there is what was asked for.
    AnyKeyIsKnown,
    /// Whatever is asked for with a key is answered with what was made first.
    KeysAreOfAnyRequest,
}

fn respond(things: &Store, keys: &Store, fault: Fault, request: &Request) -> Answer {
    if let Some(id) = request.below("/things") {
        return things.item(request, &id);
    }
    let given = request.header("idempotency-key").first().copied().unwrap_or_default();
    if given.is_empty() || !request.has_text("name") {
        return Answer::error(422);
    }
    let key = match fault {
        Fault::AnyKeyIsKnown => "",
        _ => given,
    };
    let known = keys.get(key).filter(|_| fault != Fault::KeysAreIgnored);
    let known = known.map(|known| (known[0].clone(), known[1].clone()));
    let is_there = |id: &Value| id.as_str().is_some_and(|id| things.get(id).is_some());
    let is_strict = matches!(fault, Fault::None | Fault::KeysAreOfAnyRequest);
    let known = known.filter(|(id, _)| is_strict || is_there(id));
    let name = request.json()["name"].clone();
    if fault == Fault::None && known.as_ref().is_some_and(|(_, first)| *first != name) {
        return Answer::error(409);
    }
    let (id, first) = known.unwrap_or_else(|| (json!(things.uuid()), name));
    keys.put(key, json!([id, first]));
    things.make(request, id)
}

async fn run(fault: Fault) -> Run {
    let (things, keys) = (Store::default(), Store::default());
    let service = Service::start(move |request| respond(&things, &keys, fault, request)).await;
    let key = "operationId: make\n      description: With an `Idempotency-Key`, a repeated request makes nothing new. The same key with another body is a 409.\n      parameters: [{ name: Idempotency-Key, in: header, required: true, example: abc, schema: { type: string, minLength: 1 } }]";
    let refusals = "'409': { $ref: '#/components/responses/No' }, '422'";
    let paths = THINGS.replace("operationId: make", key).replace("'422'", refusals);
    Suite::of(&paths).flags(&["--workers", "1"]).run(&service.url).await
}

#[tokio::test]
async fn each_request_has_a_key_of_its_own_and_a_sound_service_is_left_alone() {
    let run = run(Fault::None).await;
    assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{}", run.told);
    for case in [
        "201:law:key-makes-once:again",
        "201:law:key-makes-once:another",
        "409:law:key-is-of-one-request",
    ] {
        let case = format!("make:{case}");
        assert_eq!(run.verdict(&case), Some("passed"), "{}", run.told);
    }
}

#[tokio::test]
async fn keys_that_are_not_what_they_say_are_found() {
    for (fault, check) in [
        (Fault::KeysAreIgnored, "key-makes-once"),
        (Fault::AnyKeyIsKnown, "key-makes-once"),
        (Fault::KeysAreOfAnyRequest, "key-is-of-one-request"),
    ] {
        let run = run(fault).await;
        let found = run.faults().iter().any(|one| one.contains(check));
        assert!(found, "{fault:?} is not found: {:?}\n{}", run.faults(), run.told);
    }
}

const ORDERS: &str = "
security: [{ token: [] }]
paths:
  /orders:
    post:
      operationId: order
      description: The first answer to a key is given again. Keys of different callers have nothing to do with each other.
      parameters: [{ name: Idempotency-Key, in: header, schema: { type: string, minLength: 1 } }]
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses:
        '201':
          description: It is there.
          headers: { Idempotency-Replayed: { required: true, schema: { type: boolean } } }
          content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } }
        '401': { $ref: '#/components/responses/No' }
        '409': { description: The key came with a different body before., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
        '422': { $ref: '#/components/responses/No' }
  /orders/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Confusion {
    None,
    /// Of callers.
    OfCallers,
    /// Of what is told for the first time and again.
    OfAnswers,
    /// Of bodies.
    OfBodies,
}

async fn run_orders(confusion: Confusion) -> Run {
    let (orders, keys) = (Store::default(), Store::default());
    let service = Service::start(move |request| {
        let Some(caller) = request.token().filter(|one| ["anna", "bert"].contains(one)) else {
            return Answer::error(401).with("www-authenticate", "Bearer");
        };
        if let Some(id) = request.below("/orders") {
            let own = orders.get(&id).filter(|order| order["of"] == caller);
            return match (request.method.as_str(), own) {
                ("DELETE", Some(_)) => {
                    orders.remove(&id);
                    Answer::empty(204)
                }
                ("DELETE", None) => Answer::error(404),
                _ => Answer::error(405).with("allow", "DELETE"),
            };
        }
        if request.method != "POST" {
            return Answer::error(405).with("allow", "POST");
        }
        let given = request.header("idempotency-key").first().copied();
        if !request.has_text("name") || given == Some("") {
            return Answer::error(422);
        }
        let whose = if confusion == Confusion::OfCallers { "" } else { caller };
        let key = given.map(|given| format!("{whose} {given}"));
        let known = key.as_deref().and_then(|key| keys.get(key));
        let name = request.json()["name"].clone();
        if let Some(known) = known {
            if known["name"] != name && confusion != Confusion::OfBodies {
                return Answer::error(409);
            }
            let told = if confusion == Confusion::OfAnswers { "false" } else { "true" };
            return Answer::json(201, known).with("idempotency-replayed", told);
        }
        let id = orders.uuid();
        let order = json!({"id": id, "name": name});
        orders.put(&id, json!({"of": caller}));
        if let Some(key) = key {
            keys.put(&key, order.clone());
        }
        Answer::json(201, order).with("idempotency-replayed", "false")
    })
    .await;
    Suite::of(ORDERS).profile(ANNA_AND_BERT).run(&service.url).await
}

#[tokio::test]
async fn keys_are_those_of_one_caller_and_one_request() {
    let run = run_orders(Confusion::None).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    for detail in ["another-caller", "told"] {
        let case = format!("order:201:law:key-makes-once:{detail}");
        assert_eq!(run.verdict(&case), Some("passed"), "{}", run.told);
    }
    for (confusion, check) in [
        (Confusion::OfCallers, "key-makes-once"),
        (Confusion::OfAnswers, "key-makes-once"),
        (Confusion::OfBodies, "key-is-of-one-request"),
    ] {
        let run = run_orders(confusion).await;
        let found = run.faults().iter().any(|one| one.contains(check));
        assert!(found, "{confusion:?} is not found: {:?}\n{}", run.faults(), run.told);
    }
}
