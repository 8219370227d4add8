//! 14x: a request that is known again by its key makes nothing new.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite, THINGS};

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    KeysAreIgnored,
    /// Whatever the key, what is there is what was asked for.
    AnyKeyIsKnown,
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
    let is_there = |id: &Value| id.as_str().is_some_and(|id| things.get(id).is_some());
    let known = known.filter(|id| fault == Fault::None || is_there(id));
    let id = known.unwrap_or_else(|| json!(things.uuid()));
    keys.put(key, id.clone());
    things.make(request, id)
}

async fn run(fault: Fault) -> Run {
    let (things, keys) = (Store::default(), Store::default());
    let service = Service::start(move |request| respond(&things, &keys, fault, request)).await;
    let key = "operationId: make\n      parameters: [{ name: Idempotency-Key, in: header, required: true, example: abc, schema: { type: string, minLength: 1 } }]";
    let paths = THINGS.replace("operationId: make", key);
    let suite = Suite::of(&paths).profile("[levels]\nkey-makes-once = \"must\"\n");
    suite.flags(&["--workers", "1"]).run(&service.url).await
}

#[tokio::test]
async fn each_request_has_a_key_of_its_own_and_a_sound_service_is_left_alone() {
    let run = run(Fault::None).await;
    assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{}", run.told);
    for case in ["again", "another"] {
        let case = format!("make:201:law:key-makes-once:{case}");
        assert_eq!(run.verdict(&case), Some("passed"), "{}", run.told);
    }
}

#[tokio::test]
async fn keys_that_are_not_what_they_say_are_found() {
    for fault in [Fault::KeysAreIgnored, Fault::AnyKeyIsKnown] {
        let run = run(fault).await;
        let found = run.faults().iter().any(|one| one.contains("key-makes-once"));
        assert!(found, "{fault:?} is not found: {:?}\n{}", run.faults(), run.told);
    }
}
