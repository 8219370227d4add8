//! 9x: where answers lead is followed.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::service::{Answer, Service, Store};
use crate::suite::{Run, Suite, THINGS};

/// Makes a thing and leads to this, with its id in place of `ID`. What else is asked for stays as it is.
async fn run(location: &'static str) -> (Run, BTreeSet<String>) {
    run_with(201, location).await
}

/// The same with another status for what was made.
async fn run_with(status: u16, location: &'static str) -> (Run, BTreeSet<String>) {
    let things = Store::default();
    let seen: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let log = Arc::clone(&seen);
    let first = things.uuid();
    things.put(&first, serde_json::json!({"id": first, "name": "another"}));
    let service = Service::start(move |request| {
        log.lock().expect("no panic").insert(request.path.clone());
        let path = request.path.strip_prefix("/api").unwrap_or("nowhere");
        let Some(id) = path.strip_prefix("/things/") else {
            let id = things.uuid();
            let location = location.replace("ID", &id).replace("FIRST", &first);
            let refused = things.make(request, id.clone().into());
            let Some(made) = things.get(&id) else { return refused };
            return Answer::json(status, made).with("location", &location);
        };
        things.item(request, id)
    })
    .await;
    let made = "responses: { 'STATUS': { description: It., headers: { Location: { schema: { type: string } } }, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } },";
    let made = made.replace("STATUS", &status.to_string());
    let paths =
        THINGS.replace("responses: { '201': { $ref: '#/components/responses/Thing' },", &made);
    assert!(paths.contains("Location"));
    let run = Suite::of(&paths).run(&format!("{}/api", service.url)).await;
    let seen = seen.lock().expect("no panic").clone();
    (run, seen)
}

#[tokio::test]
async fn a_location_leads_to_what_was_made() {
    for location in ["/api/things/ID", "things/ID", "./things/ID"] {
        let (run, _) = run(location).await;
        assert_eq!((run.code, run.faults().len()), (Some(0), 0), "{location}: {}", run.told);
    }
    // What was only accepted is looked at again, by its id.
    let (run, _) = run_with(202, "/api/things/ID").await;
    assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{}", run.told);
}

#[tokio::test]
async fn a_location_that_leads_elsewhere_is_a_fault() {
    for (location, fault) in [
        ("/api/things/no", "404:made-is-at-location"),
        ("/api/things/FIRST", "200:read-is-what-was-asked-for"),
    ] {
        let (run, _) = run(location).await;
        assert_eq!(run.code, Some(1), "{location}: {}", run.told);
        assert!(
            run.faults().iter().any(|one| one.contains(fault)),
            "{location}: {:?}",
            run.faults()
        );
    }
}

const PUT: &str = "
paths:
  /jobs/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string, pattern: '^[a-z]{3,12}$' } }]
    put:
      operationId: start
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses:
        STATUS: { description: It., headers: { Location: { schema: { type: string } } }, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
        '422': { $ref: '#/components/responses/No' }
    get:
      operationId: state
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
";

/// Puts a thing, which the third look finds otherwise than the document has it where that is asked for.
async fn put(status: u16, location: &'static str, breaks: bool) -> Run {
    let (jobs, looks) = (Store::default(), Store::default());
    let service = Service::start(move |request| {
        let id = request.below("/jobs").unwrap_or_default();
        if !(3..=12).contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Answer::error(422);
        }
        match request.method.as_str() {
            "PUT" => {
                let made = jobs.make(request, id.clone().into());
                let text = if jobs.get(&id).is_some() { status } else { 422 };
                let body = request.json();
                if !request.has_text("name") {
                    return made;
                }
                let body = json!({"id": id, "name": body["name"]});
                Answer::json(text, body).with("location", &location.replace("ID", &id))
            }
            "GET" if jobs.get(&id).is_some() => {
                let mut job = jobs.get(&id).unwrap_or_default();
                let seen = looks.get(&id).and_then(|it| it.as_u64()).unwrap_or(0) + 1;
                looks.put(&id, seen.into());
                if breaks && seen > 2 {
                    job["name"] = 5.into();
                }
                Answer::json(200, job)
            }
            _ => jobs.item(request, &id),
        }
    })
    .await;
    Suite::of(&PUT.replace("STATUS", &format!("'{status}'"))).run(&service.url).await
}

#[tokio::test]
async fn what_a_put_made_is_at_its_location() {
    for status in [201, 202] {
        let run = put(status, "/jobs/ID", false).await;
        assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{status}: {}", run.told);
    }
    let run = put(201, "/jobs", false).await;
    assert!(run.faults().iter().any(|one| one.contains("made-is-at-location")), "{}", run.told);
}

#[tokio::test]
async fn what_was_accepted_is_looked_at_until_it_is_done() {
    let run = put(202, "/jobs/ID", true).await;
    let found = run.faults().iter().any(|one| one.starts_with("state:200:body-schema"));
    assert!(found, "{:?}", run.faults());
}

#[tokio::test]
async fn another_server_is_not_asked() {
    for location in ["http://127.0.0.1:9/api/things/ID", "/things/ID"] {
        let (run, seen) = run(location).await;
        assert_eq!(run.code, Some(0), "{location}: {}", run.told);
        assert!(seen.iter().all(|path| path.starts_with("/api/")), "{location}: {seen:?}");
    }
}
