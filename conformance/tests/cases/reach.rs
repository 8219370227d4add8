//! 2x: what a document and a profile tell reaches every operation, and nothing is left behind there.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use serde_json::json;

use crate::met::Met;
use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite, THINGS};

/// What is encoded in a segment of a path: all but what never needs to be.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[tokio::test]
async fn keys_passwords_and_cookies_are_shown() {
    let Some(met) = Met::start("20-api-key-and-basic") else { return };
    let cells = ["a:200", "a:401", "b:200", "b:401", "c:200", "c:401", "d:200", "d:401"];
    let none =
        cells.map(|cell| format!("{cell} skipped: no credential of the profile may call it"));
    let run = met.suite().run(&met.url()).await;
    run.check(1, &none.each_ref().map(String::as_str));
    assert!(run.told.contains("nothing could be judged"), "{}", run.told);
    let profile = "[credentials.key]\napi_key = \"s3cret\"\nmay = [\"a\", \"c\", \"d\"]\n\
                   [credentials.user]\nbasic = { username = \"u\", password = \"p\" }\nmay = [\"b\"]\n";
    let run = met.suite().profile(profile).run(&met.url()).await;
    run.check(0, &cells.map(|cell| format!("{cell} passed")).each_ref().map(String::as_str));
    let text = run.report.to_string() + &run.told;
    assert!(!text.contains("s3cret") && !text.contains("dTpw"), "a secret is told");
}

/// Whether nothing that was made is there any more, by what the answers called it.
#[track_caller]
fn check_gone(met: &Met, run: &Run, maker: &str, collection: &str, key: &str) {
    let made = run.answers(maker, 201);
    assert!(made.len() > 5, "things were made");
    for thing in made {
        let name = thing[key].as_str().expect("a name");
        let name = percent_encoding::utf8_percent_encode(name, ENCODED);
        assert_eq!(met.get(&format!("{collection}/{name}")).0, 404, "{name} is left");
    }
}

#[tokio::test]
async fn a_collection_may_end_with_a_slash() {
    let Some(met) = Met::start("21-trailing-slash-of-collections") else { return };
    let run = met.suite().run(&met.url()).await;
    let cells = ["make:201", "make:422", "get:200", "get:404", "get:422", "drop:204", "drop:404"];
    run.check(0, &cells.map(|cell| format!("{cell} passed")).each_ref().map(String::as_str));
    check_gone(&met, &run, "make", "/flows", "id");
}

#[tokio::test]
async fn the_profile_gives_queries_and_bodies() {
    let Some(met) = Met::start("22-inputs-for-query-and-body") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(
        0,
        &[
            "info:200 passed",
            "info:422 passed",
            "run:201 skipped: `creates = [\"run\"]`",
            "run:422 skipped: `creates = [\"run\"]`",
            "login:200 skipped: `allow = [\"login\"]`",
            "login:400 skipped: `allow = [\"login\"]`",
        ],
    );
    let profile = "creates = [\"run\"]\n\
                   [operations.info.query]\nurl = \"t.tif\"\n\
                   [operations.run.body]\nflow_id = \"11111111-1111-4111-8111-111111111111\"\n\
                   [operations.login.body]\nusername = \"me\"\npassword = \"pw\"\n";
    let run = met.suite().profile(profile).run(&met.url()).await;
    run.check(
        1,
        &[
            "info:200 passed",
            "info:422 passed",
            "run:201 passed",
            "run:422 passed",
            // The schema admits further members; the service that was met doesn't.
            "login:200 failed: login:200:boundary:body.unknown-member: answered 400 instead of 200",
            "login:400 passed",
        ],
    );
    assert_eq!(run.faults(), ["login:400:status-expected:boundary"]);
}

#[tokio::test]
async fn one_name_may_mean_several_things() {
    let Some(met) = Met::start("23-one-name-for-several-things") else { return };
    let profile = "[inputs]\nid = \"f1\"\n[operations.run.path]\nid = \"r1\"\n";
    let run = met.suite().profile(profile).run(&met.url()).await;
    run.check(0, &["flow:200 passed", "flow:404 passed", "run:200 passed", "run:404 passed"]);
}

#[tokio::test]
async fn what_can_be_read_of_a_document_is_tested() {
    let Some(met) = Met::start("26-documents-with-one-bad-spot") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(0, &["a:200 passed"]);
    let left_out = run.left_out();
    assert_eq!(left_out.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ["b", "c"]);
    assert!(left_out[0].1.contains("path parameter `name`"), "{left_out:?}");
    assert!(left_out[1].1.contains("https://schemas.example.org/common.yaml"), "{left_out:?}");
    let run = met.suite().flags(&["--strict"]).run(&met.url()).await;
    assert_eq!(run.code, Some(2), "{}", run.told);
}

#[tokio::test]
async fn a_pool_name_is_the_name_of_a_pool() {
    let Some(met) = Met::start("27-pool-name-is-the-name-of-a-pool") else { return };
    let run = met.suite().run(&met.url()).await;
    let cells = [
        "makePool:201",
        "makePool:422",
        "getPool:200",
        "getPool:404",
        "dropPool:204",
        "dropPool:404",
    ];
    run.check(0, &cells.map(|cell| format!("{cell} passed")).each_ref().map(String::as_str));
    check_gone(&met, &run, "makePool", "/pools", "name");
}

/// Makes and keeps things as a collection under this path does.
fn collection(
    store: &Store,
    path: &'static str,
) -> impl Fn(&Request) -> Answer + Send + Sync + 'static {
    let store = store.clone();
    move |request| match request.below(path).filter(|id| !id.is_empty()) {
        None => store.make(request, store.uuid().into()),
        Some(id) => store.item(request, id.trim_end_matches('/')),
    }
}

#[tokio::test]
async fn one_of_several_ways_to_show_who_one_is_is_enough() {
    let paths = "
paths:
  /a:
    get:
      operationId: a
      security: [{ key: [] }, { token: [] }]
      responses: { '200': { $ref: '#/components/responses/Done' }, '401': { $ref: '#/components/responses/No' } }
";
    let service = Service::start(|request| {
        let has_key = request.header("x-key") == ["s3cret"];
        match has_key || request.has_token() {
            true => Answer::empty(200),
            false => Answer::error(401).with("www-authenticate", "Bearer"),
        }
    })
    .await;
    let schemes = "securitySchemes: { key: { type: apiKey, in: header, name: X-Key }, ";
    for credential in [
        "bearer = \"tokentoken\"",
        "api_key = \"s3cret\"",
        "header = { name = \"X-Key\", value = \"s3cret\" }",
    ] {
        let profile = format!("[credentials.me]\n{credential}\nmay = [\"*\"]\n");
        let suite = Suite::of_parts(paths, |parts| parts.replace("securitySchemes: { ", schemes));
        let run = suite.profile(&profile).run(&service.url).await;
        run.check(0, &["a:200 passed", "a:401 passed"]);
    }
}

#[tokio::test]
async fn both_a_collection_and_its_things_may_end_with_a_slash() {
    let store = Store::default();
    let service = Service::start(collection(&store, "/things")).await;
    let paths = THINGS.replace("/things:", "/things/:").replace("/things/{id}:", "/things/{id}/:");
    let run = Suite::of(&paths).run(&service.url).await;
    check_all_passed(&run);
    assert!(service.asked().iter().all(|one| one.path.ends_with('/')), "as the document writes it");
    assert_eq!(store.ids(), [""; 0], "nothing is left");
}

#[track_caller]
fn check_all_passed(run: &Run) {
    assert_eq!(run.code, Some(0), "{}", run.told);
    let cells = run.cells();
    assert!(cells.iter().all(|cell| cell.ends_with(" passed")), "{cells:?}\n{}", run.told);
}

#[tokio::test]
async fn what_lies_within_what_was_made_may_end_with_a_slash() {
    let paths = "
paths:
  /flows/:
    post:
      operationId: makeFlow
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '422': { $ref: '#/components/responses/No' } }
  /flows/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    delete:
      operationId: dropFlow
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /flows/{id}/runs/:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: makeRun
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /flows/{id}/runs/{run_id}:
    parameters: [{ $ref: '#/components/parameters/id' }, { name: run_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getRun
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: dropRun
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
";
    let (flows, runs) = (Store::default(), Store::default());
    let (kept, within) = (flows.clone(), runs.clone());
    let service = Service::start(move |request| {
        let path = request.below("/flows").unwrap_or_default();
        match path.split_once("/runs/") {
            None if path.is_empty() => kept.make(request, kept.uuid().into()),
            None => kept.item(request, &path),
            Some((flow, _)) if kept.get(flow).is_none() => Answer::error(404),
            Some((_, "")) => within.make(request, within.uuid().into()),
            Some((_, run)) => within.item(request, run),
        }
    })
    .await;
    check_all_passed(&Suite::of(paths).run(&service.url).await);
    assert_eq!((flows.ids(), runs.ids()), (vec![], vec![]), "nothing is left");
}

#[tokio::test]
async fn the_profile_gives_header_fields_and_cookies() {
    let paths = "
paths:
  /info:
    get:
      operationId: info
      parameters:
        - { name: X-Tenant, in: header, required: true, schema: { type: string } }
        - { name: lab, in: cookie, required: true, schema: { type: string } }
      responses: { '200': { $ref: '#/components/responses/Done' } }
";
    let service = Service::start(|request| {
        let is_known =
            request.header("x-tenant") == ["acme"] && request.header("cookie") == ["lab=seven"];
        if is_known { Answer::empty(200) } else { Answer::error(400) }
    })
    .await;
    let profile = "[operations.info.headers]\nX-Tenant = \"acme\"\n[operations.info.cookies]\nlab = \"seven\"\n";
    let run = Suite::of(paths).profile(profile).run(&service.url).await;
    let cells = run.cells();
    assert!(cells[0].starts_with("info:200"), "{cells:?}");
    let happy: Vec<_> = run.exchanges().filter(|(_, _, status)| *status == 200).collect();
    assert!(!happy.is_empty(), "{}", run.told);
    assert!(!run.faults().iter().any(|one| one.contains("happy-path")), "{}", run.told);
}

#[tokio::test]
async fn a_resource_has_one_id_wherever_it_is_named() {
    let one = |path: &str, name: &str, id: &str| {
        format!(
            "  {path}:\n    get:\n      operationId: {id}\n      parameters: [{{ name: {name}, in: path, required: true, schema: {{ type: string }} }}]\n      \
             responses: {{ '200': {{ $ref: '#/components/responses/Done' }}, '404': {{ $ref: '#/components/responses/No' }} }}\n"
        )
    };
    let paths = "paths:\n".to_owned()
        + &one("/flows/{id}", "id", "flow")
        + &one("/flows/{id}/runs", "id", "flowRuns")
        + &one("/graphs/{flow_id}", "flow_id", "graph")
        + &one("/runs/{id}", "id", "run")
        + &one("/histories/{id}", "id", "history");
    let service = Service::start(|request| {
        let is_there = ["/flows/f1", "/flows/f1/runs", "/graphs/f1", "/runs/r1", "/histories/h1"];
        if is_there.contains(&request.path.as_str()) {
            Answer::empty(200)
        } else {
            Answer::error(404)
        }
    })
    .await;
    let profile = "[resources.flow]\nid = \"f1\"\n[resources.run]\nid = \"r1\"\n[resources.history]\nid = \"h1\"\n";
    check_all_passed(&Suite::of(&paths).profile(profile).run(&service.url).await);
}

#[tokio::test]
async fn an_operation_that_cannot_be_read_leaves_the_others() {
    let bad = [
        (
            "type: bytes",
            "responses: { '200': { description: a, content: { application/json: { schema: { type: bytes } } } } }",
        ),
        (
            "a reference to nothing",
            "responses: { '200': { $ref: '#/components/responses/Missing' } }",
        ),
        (
            "a parameter of nowhere",
            "parameters: [{ name: a, in: nowhere, schema: {} }]\n      responses: { '200': { description: a } }",
        ),
    ];
    for (what, operation) in bad {
        let paths = format!(
            "paths:\n  /a:\n    get: {{ operationId: a, responses: {{ '200': {{ $ref: '#/components/responses/Done' }} }} }}\n  \
             /b:\n    get:\n      operationId: b\n      {operation}\n"
        );
        let service = Service::start(|_| Answer::empty(200)).await;
        let run = Suite::of(&paths).run(&service.url).await;
        run.check(0, &["a:200 passed"]);
        assert_eq!(run.left_out().len(), 1, "{what}: {}", run.told);
        assert_eq!(run.left_out()[0].0, "b", "{what}");
        assert!(service.asked().iter().all(|one| one.path == "/a"), "{what}");
        let strict = Suite::of(&paths).flags(&["--strict"]).run(&service.url).await;
        assert_eq!(strict.code, Some(2), "{what}: {}", strict.told);
    }
}

/// Variables, whose id is called `{property}` in bodies and `{parameter}` in paths.
fn variables(property: &str, parameter: &str) -> String {
    let schema = format!(
        "{{ type: object, required: [{property}, value], properties: {{ {property}: {{ type: string }}, value: {{ type: string }} }} }}"
    );
    let answer =
        format!("{{ description: It., content: {{ application/json: {{ schema: {schema} }} }} }}");
    format!(
        "
paths:
  /variables:
    post:
      operationId: make
      requestBody: {{ required: true, content: {{ application/json: {{ schema: {schema} }} }} }}
      responses: {{ '201': {{ $ref: '#/components/responses/Done' }}, '422': {{ $ref: '#/components/responses/No' }} }}
  /variables/{{{parameter}}}:
    parameters: [{{ name: {parameter}, in: path, required: true, schema: {{ type: string }} }}]
    get:
      operationId: get
      responses: {{ '200': {answer}, '404': {{ $ref: '#/components/responses/No' }} }}
    delete:
      operationId: drop
      responses: {{ '204': {{ $ref: '#/components/responses/Done' }}, '404': {{ $ref: '#/components/responses/No' }} }}
"
    )
}

#[tokio::test]
async fn what_is_made_is_known_by_what_only_the_request_says() {
    for (property, parameter) in
        [("key", "variable_key"), ("key", "key"), ("variableName", "variable_name")]
    {
        let store = Store::default();
        let kept = store.clone();
        let service = Service::start(move |request| match request.below("/variables") {
            Some(id) => kept.item(request, &id),
            None if request.has_text(property) && request.has_text("value") => {
                let body = request.json();
                let id = body[property].as_str().unwrap_or_default();
                kept.put(id, json!({property: id, "value": body["value"]}));
                Answer::empty(201)
            }
            None => Answer::error(422),
        })
        .await;
        let run = Suite::of(&variables(property, parameter)).run(&service.url).await;
        check_all_passed(&run);
        assert_eq!(store.ids(), [""; 0], "{property}, {parameter}: nothing is left");
    }
}

#[tokio::test]
async fn a_uuid_of_the_answer_is_the_uuid_of_the_path() {
    let paths = THINGS.replace("parameters: [{ $ref: '#/components/parameters/id' }]", "parameters: [{ name: uuid, in: path, required: true, schema: { type: string, format: uuid } }]");
    let paths = paths.replace("{id}", "{uuid}");
    let store = Store::default();
    let kept = store.clone();
    let service = Service::start(move |request| match request.below("/things") {
        Some(id) => kept.item(request, &id.to_lowercase()),
        None if request.has_text("name") => {
            let id = kept.uuid();
            let thing = json!({"uuid": id, "name": request.json()["name"]});
            kept.put(&id, thing.clone());
            Answer::json(201, thing)
        }
        None => Answer::error(422),
    })
    .await;
    let parts = |parts: String| {
        parts.replace(
            "required: [id, name], properties: { id: { type: [string, integer] }",
            "required: [uuid, name], properties: { uuid: { type: string, format: uuid }",
        )
    };
    check_all_passed(&Suite::of_parts(&paths, parts).run(&service.url).await);
    assert_eq!(store.ids(), [""; 0], "nothing is left");
}

/// A thing lies within another one whose body may name the first: neither can be made before the other.
#[tokio::test]
async fn things_that_need_each_other_are_not_made_forever() {
    let paths = "
paths:
  /boards:
    post:
      operationId: makeBoard
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [name, card_id], properties: { name: { type: string }, card_id: { type: string } } } } } }
      responses: { '201': { $ref: '#/components/responses/Thing' } }
  /boards/{board_id}:
    parameters: [{ name: board_id, in: path, required: true, schema: { type: string } }]
    delete: { operationId: dropBoard, responses: { '204': { $ref: '#/components/responses/Done' } } }
  /boards/{board_id}/cards:
    parameters: [{ name: board_id, in: path, required: true, schema: { type: string } }]
    post:
      operationId: makeCard
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' } }
  /boards/{board_id}/cards/{card_id}:
    parameters:
      - { name: board_id, in: path, required: true, schema: { type: string } }
      - { name: card_id, in: path, required: true, schema: { type: string } }
    get: { operationId: getCard, responses: { '200': { $ref: '#/components/responses/Thing' } } }
    delete: { operationId: dropCard, responses: { '204': { $ref: '#/components/responses/Done' } } }
";
    let store = Store::default();
    let things = store.clone();
    let service = Service::start(move |request| match request.path.rsplit('/').next() {
        Some("boards" | "cards") => things.make(request, things.uuid().into()),
        Some(id) => things.item(request, id),
        None => Answer::error(404),
    })
    .await;
    let run = Suite::of(paths).run(&service.url).await;
    assert!(run.cells().iter().any(|cell| cell == "makeBoard:201 passed"), "{}", run.told);
    assert_eq!(store.ids(), [""; 0]);
}
