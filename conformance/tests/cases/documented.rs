//! 13x: what a document says in passing: a quota in words, a 400 beside the 422, several media types of one answer.

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite, THINGS};

const TICKETS: &str = "
paths:
  /tickets:
    post:
      operationId: open
      description: Opens a ticket. There may be 40 of them at a time; more are refused (429) until one was closed.
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses:
        '201': { $ref: '#/components/responses/Thing' }
        '400': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
        '429': { $ref: '#/components/responses/No' }
  /tickets/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: get
      responses:
        '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } }, text/csv: {} } }
        '404': { $ref: '#/components/responses/No' }
        '406': { $ref: '#/components/responses/No' }
    delete:
      operationId: close
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    OneMoreFits,
    TooManyIs503,
    MalformedIs422,
    LinesAreNotAcceptable,
    LinesAreJson,
    OtherKindsAreTaken,
}

fn respond(tickets: &Store, fault: Fault, request: &Request) -> Answer {
    let Some(id) = request.below("/tickets") else {
        let most = if fault == Fault::OneMoreFits { 41 } else { 40 };
        if tickets.ids().len() >= most {
            return Answer::error(if fault == Fault::TooManyIs503 { 503 } else { 429 });
        }
        let is_json = serde_json::from_str::<serde_json::Value>(&request.body).is_ok();
        if !is_json && fault != Fault::MalformedIs422 {
            return Answer::error(400);
        }
        return tickets.make(request, tickets.uuid().into());
    };
    let Some(ticket) = tickets.get(&id).filter(|_| request.method == "GET") else {
        return tickets.item(request, &id);
    };
    let wanted = request.header("accept").first().copied().unwrap_or("*/*");
    let is_known = ["*/*", "application/json", "text/csv"].iter().any(|one| wanted.contains(one));
    let is_taken = fault == Fault::OtherKindsAreTaken && !wanted.starts_with("application/");
    let is_lines = wanted == "text/csv";
    match fault {
        _ if !is_known && !is_taken => Answer::error(406),
        Fault::LinesAreNotAcceptable if is_lines => Answer::error(406),
        Fault::LinesAreJson => Answer::json(200, ticket),
        _ if is_lines => Answer::text(200, "text/csv", "id,name\r\n"),
        _ => Answer::json(200, ticket),
    }
}

async fn run(fault: Fault, profile: &str, check: &str) -> Run {
    let tickets = Store::default();
    let service = Service::start(move |request| respond(&tickets, fault, request)).await;
    Suite::of(TICKETS)
        .profile(profile)
        .flags(&["--workers", "2"])
        .only(check)
        .run(&service.url)
        .await
}

const PROFILE: &str = "allow = [\"open\"]\n[levels]\nquota-is-kept = \"must\"\n\
                       malformed-is-400 = \"must\"\naccept-is-honoured = \"must\"\n";

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, PROFILE, "").await;
    assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{}", run.told);
    assert!(run.told.contains("9 of 9 cells passed"), "{}", run.told);
}

#[tokio::test]
async fn as_many_as_there_may_be_are_made_only_where_a_profile_allows_it() {
    let run = run(Fault::None, "", "").await;
    let told = run.cells().into_iter().find(|cell| cell.starts_with("open:429"));
    let told = told.expect("a cell");
    assert!(told.contains("allow = [\"open\"]"), "{told}");
    let refused = run.exchanges().filter(|(_, _, status)| *status == 429).count();
    assert_eq!(refused, 0, "{}", run.told);
}

#[tokio::test]
async fn what_is_not_as_documented_is_found() {
    for (fault, check) in [
        (Fault::OneMoreFits, "open:201:quota-is-kept"),
        (Fault::TooManyIs503, "open:503"),
        (Fault::MalformedIs422, "open:422:malformed-is-400"),
        (Fault::LinesAreNotAcceptable, "get:406:status-expected"),
        (Fault::LinesAreJson, "get:200:accept-is-honoured"),
        (Fault::OtherKindsAreTaken, "get:200:status-expected"),
    ] {
        run(fault, PROFILE, check).await.assert_finds(fault, check);
    }
}

#[tokio::test]
async fn what_was_removed_is_gone_where_that_is_documented() {
    let gone = "'404': { $ref: '#/components/responses/No' }, '410': { description: It was archived., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }";
    let plain = "get:\n      operationId: get\n      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' }";
    let paths =
        THINGS.replace(plain, &plain.replace("'404': { $ref: '#/components/responses/No' }", gone));
    assert_ne!(paths, THINGS);
    for (answer, found) in [(410, false), (404, true)] {
        let (store, removed) = (Store::default(), Store::default());
        let service = Service::start(move |request| {
            let Some(id) = request.below("/things") else {
                return store.make(request, store.uuid().into());
            };
            if let ("DELETE", Some(thing)) = (request.method.as_str(), store.get(&id)) {
                removed.put(&id, thing);
            }
            match (request.method.as_str(), removed.get(&id), store.get(&id)) {
                ("GET", Some(_), None) => Answer::error(answer),
                _ => store.item(request, &id),
            }
        })
        .await;
        let run = Suite::of(&paths).run(&service.url).await;
        let told = run.causes("must");
        assert_eq!(told.iter().any(|one| one.contains("deleted-is-gone")), found, "{}", run.told);
        assert!(found || run.faults().is_empty(), "{}", run.told);
    }
}
