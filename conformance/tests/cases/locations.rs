//! 9x: where answers lead is followed.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use crate::service::{Service, Store};
use crate::suite::{Run, Suite, THINGS};

/// Makes a thing and leads to this, with its id in place of `ID`. What else is asked for stays as it is.
async fn run(location: &'static str) -> (Run, BTreeSet<String>) {
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
            return things.make(request, id.into()).with("location", &location);
        };
        things.item(request, id)
    })
    .await;
    let made = "responses: { '201': { description: It., headers: { Location: { schema: { type: string } } }, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } },";
    let paths =
        THINGS.replace("responses: { '201': { $ref: '#/components/responses/Thing' },", made);
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

#[tokio::test]
async fn another_server_is_not_asked() {
    for location in ["http://127.0.0.1:9/api/things/ID", "/things/ID"] {
        let (run, seen) = run(location).await;
        assert_eq!(run.code, Some(0), "{location}: {}", run.told);
        assert!(seen.iter().all(|path| path.starts_with("/api/")), "{location}: {seen:?}");
    }
}
