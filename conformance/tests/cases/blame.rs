//! 1x: what fails is told once, of what it is about, and only where somebody promised it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::met::Met;
use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite, THINGS, list};
use crate::target::{RawTarget, answer, json as raw_json, read_request};

/// The Python services of 10 and 11 close the connection where a member is of another type: a fault, but of that kind
/// alone.
#[track_caller]
fn check_only_crashes(run: &Run, operation: &str) {
    assert_eq!(run.faults(), [format!("{operation}:closed-early:answered")], "{}", run.told);
    let told = run.causes("should").concat() + &run.causes("note").concat();
    assert!(!told.contains("written-is-answered"), "{told}");
}

#[tokio::test]
async fn sets_are_sets_and_ids_are_the_servers_own() {
    let Some(met) = Met::start("10-sets-and-server-made-ids") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(1, &["makeRule:201 skipped: nothing in the contract removes it again"]);
    assert_eq!(run.requests(), 0);
    let run = met.suite().profile("creates = [\"makeRule\"]\n").run(&met.url()).await;
    check_only_crashes(&run, "makeRule");
    let is_answered = |step: &Value| step["response"]["status"] == 201;
    let answered = list(&run.report["cases"]).flat_map(|case| list(&case["steps"]));
    assert!(answered.filter(|step| is_answered(step)).count() > 10, "it was tested");
}

#[tokio::test]
async fn a_post_that_asks_has_written_nothing() {
    let Some(met) = Met::start("11-post-that-writes-nothing") else { return };
    let run = met.suite().run(&met.url()).await;
    check_only_crashes(&run, "searchPost");
    let cells = run.cells();
    assert!(cells[0].starts_with("searchPost:200 failed"), "{cells:?}");
    assert_eq!(cells[1..], ["searchGet:200 passed"]);
    let both = list(&run.report["cases"]).filter(|case| {
        let mut ids = list(&case["steps"]).map(|step| step["operation_id"].as_str());
        let first = ids.next();
        ids.any(|id| Some(id) != first)
    });
    assert_eq!(both.count(), 0, "no search is read back by another");
}

#[tokio::test]
async fn what_there_was_no_time_for_is_skipped() {
    let Some(met) = Met::start("13-out-of-time-counts-as-failed") else { return };
    let run = met.suite().flags(&["--max-time", "1"]).run(&met.url()).await;
    assert_eq!(run.code, Some(1), "{}", run.told);
    let cells = run.cells();
    let count = |words: &str| cells.iter().filter(|cell| cell.contains(words)).count();
    assert_eq!(count(" failed"), 0, "{cells:?}");
    assert!(count(" skipped: the time for the whole run (`--max-time`) was over") > 9, "{cells:?}");
    assert!(run.report["ended"].as_str().is_some_and(|why| why.contains("--max-time")));
    assert!(run.told.contains("--max-time"), "{}", run.told);
}

#[tokio::test]
async fn a_target_that_went_down_is_asked_nothing_more_and_suspects_are_named() {
    let Some(met) = Met::start("14-target-goes-down") else { return };
    let run = met.suite().run(&met.url()).await;
    assert_eq!(run.code, Some(1), "{}", run.told);
    let ended = run.report["ended"].as_str().expect("it ended early");
    assert!(ended.contains("the target went down"), "{ended}");
    let suspects: Vec<_> = ended.lines().filter(|line| line.starts_with("  ")).collect();
    assert!(suspects.len() <= 8, "{ended}");
    assert!(suspects.iter().any(|one| one.contains("GET /a9/%")), "{ended}");
    let cells = run.cells();
    let failed: Vec<_> = cells.iter().filter(|cell| cell.contains(" failed")).collect();
    assert!(failed.iter().all(|cell| cell.starts_with("get9:")), "{failed:?}");
    for cell in cells.iter().filter(|cell| !cell.starts_with("get9:")) {
        let is_sound =
            cell.ends_with(" passed") || cell.ends_with(" skipped: the target went down");
        assert!(is_sound, "{cell}");
    }
    let skipped = |case: &&Value| case["reason"] == "the target went down";
    let left = list(&run.report["cases"]).filter(skipped).count();
    assert!(left > 0, "nothing was left to be asked");
    // Of a case that passed, how many steps it had; of any other, the steps.
    let steps = |case: &Value| match &case["steps"] {
        Value::Array(steps) => steps.len(),
        count => count.as_u64().and_then(|count| usize::try_from(count).ok()).unwrap_or_default(),
    };
    let begun: usize = list(&run.report["cases"]).filter(|case| !skipped(case)).map(steps).sum();
    let sent = usize::try_from(run.requests()).expect("a number");
    assert!(sent < begun + 50, "{sent} requests for {begun} steps, {left} cases not begun");
}

#[tokio::test]
async fn a_busy_target_is_asked_again_before_it_counts() {
    let Some(met) = Met::start("15-busy-is-not-a-fault") else { return };
    let suite = met.suite().profile("creates = [\"*\"]\n").flags(&["--workers", "8"]);
    let run = suite.run(&met.url()).await;
    let cells = [0, 1, 2, 3].map(|n| [201, 422].map(|status| format!("w{n}:{status} passed")));
    let cells: Vec<_> = cells.iter().flatten().map(String::as_str).collect();
    run.check(0, &cells);
}

#[tokio::test]
async fn another_media_type_may_be_taken_where_415_is_not_documented() {
    let Some(met) = Met::start("17-other-json-media-type") else { return };
    let run = met.suite().profile("creates = [\"make\"]\n").run(&met.url()).await;
    run.check(0, &["make:201 passed", "make:422 passed"]);
    assert_eq!(run.causes("note"), ["make:201:media-type-refused:violation"]);
}

const RULES: &str = "
paths:
  /rules:
    post:
      operationId: makeRule
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/x-rule' } } } }
      responses: { '201': { description: It., content: { application/json: { schema: { $ref: '#/x-rule' } } } }, '422': { $ref: '#/components/responses/No' } }
  /rules/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: getRule
      responses: { '200': { description: It., content: { application/json: { schema: { $ref: '#/x-rule' } } } }, '404': { $ref: '#/components/responses/No' } }
    put:
      operationId: putRule
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/x-rule' } } } }
      responses: { '200': { description: It., content: { application/json: { schema: { $ref: '#/x-rule' } } } }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    delete:
      operationId: dropRule
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
x-rule:
  type: object
  required: [name, after, steps]
  properties:
    id: { type: string, format: uuid }
    name: { type: string }
    after: { type: array, uniqueItems: true, items: { type: string } }
    steps: { type: array, items: { type: object, required: [kind], properties: { id: { type: string, format: uuid }, kind: { type: string } } } }
";

/// A rule as the service keeps it: sets in an order of its own, ids of its own; `None`: it isn't one.
fn rule(store: &Store, request: &Request, id: &str) -> Option<Value> {
    let body = request.json();
    let texts = |value: &Value| {
        value.as_array()?.iter().map(|one| one.as_str().map(str::to_owned)).collect()
    };
    let after: Option<Vec<String>> = texts(&body["after"]);
    let mut after =
        after.filter(|after| (1..after.len()).all(|n| !after[n..].contains(&after[n - 1])))?;
    after.sort();
    after.reverse();
    let is_uuid = |value: &Value| {
        let groups = value.as_str().map(|text| text.split('-').map(str::len).collect::<Vec<_>>());
        let digits = |c: char| c == '-' || c.is_ascii_hexdigit();
        groups == Some(vec![8, 4, 4, 4, 12])
            && value.as_str().is_some_and(|text| text.chars().all(digits))
    };
    let is_id = |value: Option<&Value>| value.is_none_or(is_uuid);
    let step = |step: &Value| {
        let is_step = step["kind"].is_string() && is_id(step.get("id"));
        is_step.then(|| json!({"id": store.uuid(), "kind": step["kind"]}))
    };
    let steps = body["steps"].as_array()?.iter().map(step).collect::<Option<Vec<_>>>()?;
    let is_rule = request.has_text("name") && is_id(body.get("id"));
    is_rule.then(|| json!({"id": id, "name": body["name"], "after": after, "steps": steps}))
}

#[tokio::test]
async fn sets_are_sets_and_ids_the_servers_own_when_they_are_read_back() {
    let store = Store::default();
    let rules = store.clone();
    let service = Service::start(move |request| {
        let id = request.below("/rules");
        let is_there = id.as_ref().is_none_or(|id| rules.get(id).is_some());
        if !is_there || !matches!(request.method.as_str(), "POST" | "PUT") {
            return rules.item(request, &id.unwrap_or_default());
        }
        let status = if id.is_some() { 200 } else { 201 };
        let id = id.unwrap_or_else(|| rules.uuid());
        let Some(rule) = rule(&rules, request, &id) else { return Answer::error(422) };
        rules.put(&id, rule.clone());
        Answer::json(status, rule)
    })
    .await;
    let run = Suite::of(RULES).run(&service.url).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    assert_eq!(run.code, Some(0), "{}", run.told);
    assert_eq!(store.ids(), [""; 0], "nothing is left");
}

#[tokio::test]
async fn whatever_a_post_asks_for_it_has_written_nothing() {
    for path in ["/predictions", "/documents/validate", "/shipping/estimate"] {
        let paths = format!(
            "
paths:
  {path}:
    post:
      operationId: ask
      requestBody: {{ required: true, content: {{ application/json: {{ schema: {{ type: object, required: [name], properties: {{ name: {{ type: string }}, count: {{ type: integer }} }} }} }} }} }}
      responses:
        '200': {{ description: It., content: {{ application/json: {{ schema: {{ type: object, properties: {{ name: {{ type: string }}, count: {{ type: integer }} }} }} }} }} }}
        '422': {{ $ref: '#/components/responses/No' }}
"
        );
        let service = Service::start(|request| {
            let count = &request.json()["count"];
            let is_count = count.is_null() && !request.body.contains("null")
                || count.as_f64().is_some_and(|count| count.fract() == 0.0);
            match request.has_text("name") && is_count {
                true => Answer::json(200, json!({"name": "an answer", "count": 0})),
                false => Answer::error(422),
            }
        })
        .await;
        let run = Suite::of(&paths).run(&service.url).await;
        run.check(0, &["ask:200 passed", "ask:422 passed"]);
    }
}

#[tokio::test]
async fn what_was_made_is_removed_though_the_time_is_over() {
    let store = Store::default();
    let things = store.clone();
    let service = Service::start_slow(Duration::from_millis(120), move |request| {
        match request.below("/things") {
            None => things.make(request, things.uuid().into()),
            Some(id) => things.item(request, &id),
        }
    })
    .await;
    let run = Suite::of(THINGS).flags(&["--max-time", "0.6"]).run(&service.url).await;
    assert_eq!(run.code, Some(1), "{}", run.told);
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    assert!(run.report["ended"].is_string(), "{}", run.told);
    assert!(service.asked_to_write().iter().any(|one| one == "POST /things"));
    assert_eq!(store.ids(), [""; 0], "nothing is left");
}

#[tokio::test]
async fn a_request_that_takes_the_target_down_is_named_as_the_one_that_did() {
    let target: Arc<Mutex<Option<RawTarget>>> = Arc::default();
    let kept = Arc::clone(&target);
    let started = RawTarget::start(move |mut stream| {
        let kept = Arc::clone(&kept);
        async move {
            while let Some(request) = read_request(&mut stream).await {
                if request.starts_with("GET /things/deadly") {
                    drop(kept.lock().expect("no panic").take());
                    return;
                }
                answer(&mut stream, raw_json(404, r#"{"error":"no"}"#)).await;
            }
        }
    })
    .await;
    let url = started.url.clone();
    *target.lock().expect("no panic") = Some(started);
    let paths = "
paths:
  /before/{id}:
    get: { operationId: before, parameters: [{ $ref: '#/components/parameters/id' }], responses: { '404': { $ref: '#/components/responses/No' } } }
  /things/{id}:
    get: { operationId: get, parameters: [{ $ref: '#/components/parameters/id' }], responses: { '404': { $ref: '#/components/responses/No' }, '200': { $ref: '#/components/responses/Thing' } } }
  /after/{id}:
    get: { operationId: after, parameters: [{ $ref: '#/components/parameters/id' }], responses: { '404': { $ref: '#/components/responses/No' } } }
";
    let suite = Suite::of(paths).profile("[operations.get.path]\nid = \"deadly\"\n");
    let run = suite.flags(&["--workers", "1"]).run(&url).await;
    run.check(
        1,
        &[
            "before:404 passed",
            "get:404 skipped: the target went down",
            "get:200 failed: the target went down",
            "after:404 skipped: the target went down",
        ],
    );
    let ended = run.report["ended"].as_str().expect("it ended early");
    assert!(ended.contains("GET /things/deadly (get:200:happy-path:minimal)"), "{ended}");
    assert!(!ended.contains("/before"), "{ended}");
}

#[tokio::test]
async fn a_target_that_is_busy_without_saying_how_long_is_asked_again() {
    for status in [429, 503] {
        let (store, count) = (Store::default(), AtomicUsize::new(0));
        let things = store.clone();
        let service = Service::start(move |request| {
            if count.fetch_add(1, Ordering::Relaxed) % 16 == 5 {
                return Answer::error(status);
            }
            match request.below("/things") {
                None => things.make(request, things.uuid().into()),
                Some(id) => things.item(request, &id),
            }
        })
        .await;
        let run = Suite::of(THINGS).run(&service.url).await;
        let cells = ["make:201", "make:422", "get:200", "get:404", "drop:204", "drop:404"];
        run.check(0, &cells.map(|cell| format!("{cell} passed")).each_ref().map(String::as_str));
        assert_eq!(store.ids(), [""; 0], "nothing is left");
    }
}

#[tokio::test]
async fn another_media_type_is_refused_where_415_is_documented() {
    let paths = "
paths:
  /things:
    post:
      operationId: make
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '415': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
";
    let store = Store::default();
    let service = Service::start(move |request| match request.json()["name"].as_str() {
        Some(name) => Answer::json(201, json!({"id": store.uuid(), "name": name})),
        None => Answer::error(422),
    })
    .await;
    let run = Suite::of(paths).profile("creates = true\n").run(&service.url).await;
    run.check(
        1,
        &["make:201 passed", "make:415 failed: answered 201 instead of 415", "make:422 passed"],
    );
}

#[tokio::test]
async fn a_member_of_another_shape_hides_no_wrong_status() {
    let store = Store::default();
    let (those, gone) = (store.clone(), Store::default());
    let service = Service::start(move |request| match request.below("/things") {
        // To remove it again is as good, it says; the document has a 404 for that.
        Some(id) if request.method == "DELETE" && gone.get(&id).is_some() => Answer::empty(204),
        Some(id) if request.method == "DELETE" && those.get(&id).is_some() => {
            gone.put(&id, json!({}));
            those.item(request, &id)
        }
        Some(id) => those.item(request, &id),
        None if !request.has_text("name") => Answer::error(422),
        None => {
            let id = those.uuid();
            those.put(&id, json!({ "id": id, "name": request.json()["name"] }));
            Answer::json(201, json!({ "id": id, "name": null }))
        }
    })
    .await;
    let run = Suite::of(THINGS).run(&service.url).await;
    assert_eq!(run.code, Some(1));
    let causes = run.causes("must");
    assert!(causes.iter().any(|one| one.starts_with("make:201:body-schema")), "{causes:?}");
    assert!(causes.iter().any(|one| one.starts_with("drop:")), "{causes:?}");
    assert_eq!(store.ids(), [""; 0]);
}
