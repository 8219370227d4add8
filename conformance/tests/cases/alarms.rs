//! 0x: what is no fault of the server's isn't told as one.

use serde_json::json;

use crate::met::Met;
use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Suite, THINGS};

#[tokio::test]
async fn what_the_profile_names_is_neither_changed_nor_removed() {
    let Some(met) = Met::start("01-input-is-deleted-first") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(
        0,
        &[
            "getPet:200 passed",
            "getPet:404 passed",
            "deletePet:204 skipped: `pet` names, which the run did not make; `allow = [\"deletePet\"]`",
            "deletePet:404 passed",
        ],
    );
    assert_eq!(met.get("/pets/2"), (200, r#"{"id": "2", "name": "mine"}"#.to_owned()));
}

#[tokio::test]
async fn a_maker_that_refuses_what_it_should_take_is_the_only_one_to_blame() {
    let Some(met) = Met::start("02-failed-setup-blames-dependents") else { return };
    let run = met.suite().run(&met.url()).await;
    // Its names have no blanks, so that what depends on them is tested; the odd ones are refused, which is the fault that is
    // met here. That the server cuts the connection where a name is missing is another one, of PUT, too.
    run.check(
        1,
        &[
            "make:201 failed",
            "make:401 skipped: asks for no credentials",
            "get:200 passed",
            "get:404 passed",
            "put:200 failed: the target closed the connection without an answer",
            "put:404 passed",
            "drop:204 passed",
            "drop:404 passed",
        ],
    );
    let is_it = |cause: &&str| cause.starts_with("make:400:status-documented");
    assert!(run.faults().iter().any(is_it), "{:?}", run.faults());
}

#[tokio::test]
async fn nothing_is_sent_for_nobody() {
    let Some(met) = Met::start("04-laws-run-without-credentials") else { return };
    let run = met.suite().run(&met.url()).await;
    let cells = ["makeTag:201", "makeTag:401", "getTag:200", "getTag:404", "dropTag:204"];
    let cells =
        cells.map(|cell| format!("{cell} skipped: no credential of the profile may call it"));
    run.check(1, &cells.each_ref().map(String::as_str));
    assert_eq!(run.requests(), 0);
}

#[tokio::test]
async fn a_parameter_given_twice_is_no_fault() {
    let Some(met) = Met::start("05-parameter-given-twice") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(0, &["list:200 passed", "list:422 passed"]);
    assert_eq!(run.causes("note"), ["list:200:value-given-twice:violation"]);
}

#[tokio::test]
async fn integers_are_what_json_schema_calls_so() {
    let Some(met) = Met::start("06-integers-as-json-schema-has-them") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(0, &["list:200 passed", "list:400 passed"]);
    assert_eq!(run.causes("note"), ["list:200:integer-spelling:violation"]);
}

#[tokio::test]
async fn a_uuid_spelled_otherwise_may_be_taken() {
    let Some(met) = Met::start("07-uuid-spelled-otherwise") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(0, &["find:200 passed", "find:422 passed"]);
    assert_eq!(run.causes("note"), ["find:200:format-spelling:violation"]);
}

#[tokio::test]
async fn a_response_without_content_says_nothing_of_the_body() {
    let Some(met) = Met::start("08-body-without-documented-content") else { return };
    let run = met.suite().run(&met.url()).await;
    let nothing = "get:200 skipped: nothing tells what `id` names: no link or path leads to it from what an operation makes; give it under `[inputs]` of the profile, or as `[operations.get.path] id = …`";
    run.check(0, &[nothing, "get:404 passed"]);
    assert_eq!(run.causes("note"), ["get:404:no-body"]);
}

#[tokio::test]
async fn a_put_may_make_what_its_path_names() {
    let Some(met) = Met::start("09-put-creates") else { return };
    let run = met.suite().run(&met.url()).await;
    let skipped = "putDrive:204 skipped: `creates = [\"putDrive\"]` in the profile lets it be made";
    run.check(1, &[skipped, "putDrive:default skipped"]);
    let run = met.suite().profile("creates = [\"putDrive\"]\n").run(&met.url()).await;
    run.check(0, &["putDrive:204 passed", "putDrive:default passed"]);
    let fresh = run.report["cases"].as_array().expect("cases").iter();
    let fresh = fresh.filter(|case| case["source"] == "unknown-id").count();
    assert!(fresh == 0 || run.faults().is_empty());
}

const ORDERS: &str = "
paths:
  /orders/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: getOrder
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' } }
    put:
      operationId: replaceOrder
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    patch:
      operationId: changeOrder
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /orders/{id}/cancel:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: cancelOrder
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /orders/{id}/lines/{line}:
    parameters: [{ $ref: '#/components/parameters/id' }, { name: line, in: path, required: true, schema: { type: string } }]
    delete:
      operationId: deleteLine
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
";

/// Order 7 with its line 1, which are somebody's.
fn orders(store: &Store) -> impl Fn(&Request) -> Answer + Send + Sync + 'static {
    let store = store.clone();
    move |request| {
        let path = request.below("/orders").unwrap_or_default();
        match path.split_once('/') {
            None => store.item(request, &path),
            Some((order, _)) if store.get(order).is_none() => Answer::error(404),
            Some((order, "cancel")) => {
                store.remove(order);
                Answer::empty(204)
            }
            Some((_, line)) => match store.remove(line) {
                Some(_) => Answer::empty(204),
                None => Answer::error(404),
            },
        }
    }
}

fn my_orders() -> Store {
    let store = Store::with("7", json!({"id": "7", "name": "mine"}));
    store.put("lines/1", json!({"id": "1", "name": "a line of mine"}));
    store
}

#[tokio::test]
async fn whatever_the_method_what_the_profile_names_stays_as_it_is() {
    let store = my_orders();
    let service = Service::start(orders(&store)).await;
    let run =
        Suite::of(ORDERS).profile("[inputs]\nid = \"7\"\nline = \"1\"\n").run(&service.url).await;
    let kept = |what: &str| format!("the profile's `{what}` names, which the run did not make");
    run.check(
        0,
        &[
            "getOrder:200 passed",
            "getOrder:404 passed",
            &format!("replaceOrder:200 skipped: {}", kept("id")),
            "replaceOrder:404 passed",
            "replaceOrder:422 skipped",
            &format!("changeOrder:200 skipped: {}", kept("id")),
            "changeOrder:404 passed",
            "changeOrder:422 skipped",
            "cancelOrder:204 skipped",
            "cancelOrder:404 passed",
            "deleteLine:204 skipped",
            "deleteLine:404 passed",
        ],
    );
    assert_eq!(store.get("7"), Some(json!({"id": "7", "name": "mine"})));
    assert_eq!(store.ids().len(), 2);
}

#[tokio::test]
async fn the_profile_may_let_what_it_names_be_changed() {
    let store = my_orders();
    let service = Service::start(orders(&store)).await;
    let profile =
        "allow = [\"replaceOrder\", \"deleteLine\"]\n[inputs]\nid = \"7\"\nline = \"1\"\n";
    let run = Suite::of(ORDERS).profile(profile).run(&service.url).await;
    let writes = service.asked_to_write();
    assert!(writes.contains(&"PUT /orders/7".to_owned()), "{writes:?}");
    assert!(writes.contains(&"DELETE /orders/7/lines/1".to_owned()), "{writes:?}");
    assert!(!writes.contains(&"PATCH /orders/7".to_owned()), "{writes:?}");
    assert!(!writes.contains(&"POST /orders/7/cancel".to_owned()), "{writes:?}");
    let cells = run.cells();
    for cell in ["getOrder:200 passed", "replaceOrder:200 passed", "deleteLine:204 passed"] {
        assert!(cells.iter().any(|one| one == cell), "{cell}: {cells:?}");
    }
}

#[tokio::test]
async fn a_put_that_fails_as_set_up_is_the_only_one_to_blame() {
    let service = Service::start(|request| match request.method.as_str() {
        "PUT" => Answer::error(400),
        _ => Answer::error(404),
    })
    .await;
    let run = Suite::of(DRIVES).run(&service.url).await;
    let why = "what it needs could not be had: `putDrive` answered 400; see putDrive:201";
    run.check(
        1,
        &[
            "putDrive:201 failed: putDrive answers 400",
            &format!("getDrive:200 skipped: {why}"),
            "getDrive:404 passed",
            &format!("dropDrive:204 skipped: {why}"),
            "dropDrive:404 passed",
        ],
    );
}

const DRIVES: &str = "
paths:
  /drives/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    put:
      operationId: putDrive
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' } }
    get:
      operationId: getDrive
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: dropDrive
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
";

const MEMBERS: &str = "
paths:
  /teams:
    post:
      operationId: makeTeam
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '422': { $ref: '#/components/responses/No' } }
  /teams/{team_id}:
    parameters: [{ name: team_id, in: path, required: true, schema: { type: string } }]
    delete:
      operationId: dropTeam
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /teams/{team_id}/members:
    parameters: [{ name: team_id, in: path, required: true, schema: { type: string } }]
    post:
      operationId: makeMember
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /teams/{team_id}/members/{member_id}:
    parameters:
      - { name: team_id, in: path, required: true, schema: { type: string } }
      - { name: member_id, in: path, required: true, schema: { type: string } }
    get:
      operationId: getMember
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' } }
";

#[tokio::test]
async fn a_set_up_of_two_levels_blames_the_one_that_failed() {
    let store = Store::default();
    let teams = store.clone();
    let service = Service::start(move |request| match request.below("/teams") {
        None => teams.make(request, teams.uuid().into()),
        Some(path) => match path.split_once('/') {
            None => teams.item(request, &path),
            Some((team, _)) if teams.get(team).is_none() => Answer::error(404),
            Some((_, "members")) if !request.has_text("name") => Answer::error(422),
            Some((_, "members")) => Answer::error(500),
            Some(_) => Answer::error(404),
        },
    })
    .await;
    let run = Suite::of(MEMBERS).run(&service.url).await;
    run.check(
        1,
        &[
            "makeTeam:201 passed",
            "makeTeam:422 passed",
            "dropTeam:204 passed",
            "dropTeam:404 passed",
            "makeMember:201 failed: the target failed",
            "makeMember:404 skipped: `creates = [\"makeMember\"]`",
            "makeMember:422 passed",
            "getMember:200 skipped: what it needs could not be had: `makeMember` answered 500; see makeMember:201",
            "getMember:404 passed",
        ],
    );
    assert_eq!(run.faults(), ["makeMember:500:no-server-error"]);
    assert_eq!(store.ids(), [""; 0], "nothing is left");
}

#[tokio::test]
async fn what_a_credential_may_not_call_no_law_calls() {
    let store = Store::default();
    let things = store.clone();
    let service = Service::start(move |request| match request.below("/things") {
        _ if !request.has_token() => Answer::error(401).with("www-authenticate", "Bearer"),
        None => things.make(request, things.uuid().into()),
        Some(id) => things.item(request, &id),
    })
    .await;
    let paths = THINGS.replace("paths:", "security: [{ token: [] }]\npaths:");
    let profile = "creates = [\"make\"]\n[credentials.me]\nbearer = \"tokentoken\"\nmay = [\"make\", \"get\"]\n";
    let run = Suite::of(&paths).profile(profile).run(&service.url).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    let writes = service.asked_to_write();
    assert!(writes.iter().any(|one| one == "POST /things"), "{writes:?}");
    assert!(!writes.iter().any(|one| one.starts_with("DELETE")), "{writes:?}");
}

const LIST: &str = "
paths:
  /items:
    get:
      operationId: list
      parameters: [PARAMETER]
      responses:
        '200': { description: All., content: { application/json: { schema: { type: array } } } }
        '400': { $ref: '#/components/responses/No' }
";

#[tokio::test]
async fn a_header_field_given_twice_is_no_fault_either() {
    for first in [true, false] {
        let service = Service::start(move |request| {
            let values = request.header("x-limit");
            let value = if first { values.first() } else { values.last() };
            match value.is_none_or(|value| matches!(value.parse(), Ok(1..=9)) && value.len() == 1) {
                true => Answer::json(200, json!([])),
                false => Answer::error(400),
            }
        })
        .await;
        let parameter =
            "{ name: X-Limit, in: header, schema: { type: integer, minimum: 1, maximum: 9 } }";
        let run = Suite::of(&LIST.replace("PARAMETER", parameter)).run(&service.url).await;
        run.check(0, &["list:200 passed", "list:400 passed"]);
    }
}

#[tokio::test]
async fn integers_of_a_body_and_a_path_are_what_json_schema_calls_so() {
    let paths = "
paths:
  /sums/{id}:
    parameters: [{ $ref: '#/components/parameters/number' }]
    get:
      operationId: sum
      responses: { '200': { $ref: '#/components/responses/Done' }, '422': { $ref: '#/components/responses/No' } }
  /sums/search:
    post:
      operationId: search
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [n], properties: { n: { type: integer } } } } } }
      responses: { '200': { $ref: '#/components/responses/Done' }, '422': { $ref: '#/components/responses/No' } }
";
    let is_integer = |text: &str| {
        let (whole, rest) = text.split_once(['.', 'e', 'E']).unwrap_or((text, "0"));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let whole = whole.strip_prefix('-').unwrap_or(whole);
        !whole.is_empty()
            && digits(whole)
            && (rest.bytes().all(|byte| byte == b'0') || text.contains(['e', 'E']))
    };
    let service = Service::start(move |request| {
        let json = request.json();
        let is_right = match request.below("/sums") {
            Some(path) if path == "search" => {
                let is_json = request.header("content-type") == ["application/json"];
                is_json && json["n"].as_f64().is_some_and(|n| n.fract() == 0.0)
            }
            Some(path) => is_integer(&path),
            None => false,
        };
        if is_right { Answer::empty(200) } else { Answer::error(422) }
    })
    .await;
    let run = Suite::of(paths).run(&service.url).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    assert_eq!(run.code, Some(0), "{}", run.told);
}

#[tokio::test]
async fn no_status_without_content_says_anything_of_the_body() {
    let paths = "
security: [{ token: [] }]
paths:
  /items:
    post:
      operationId: make
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { description: Made. }, '401': { description: Who? }, '422': { description: No. } }
";
    let service = Service::start(|request| {
        let body = json!({"message": "whatever"});
        match request.has_token() {
            false => Answer::json(401, body).with("www-authenticate", "Bearer"),
            true if request.has_text("name") => Answer::json(201, body),
            true => Answer::json(422, body),
        }
    })
    .await;
    let profile =
        "creates = [\"make\"]\n[credentials.me]\nbearer = \"tokentoken\"\nmay = [\"*\"]\n";
    let run = Suite::of(paths).profile(profile).run(&service.url).await;
    run.check(0, &["make:201 passed", "make:401 passed", "make:422 passed"]);
    assert_eq!(run.causes("note"), ["make:422:no-body", "make:201:no-body", "make:401:no-body"]);
}

#[tokio::test]
async fn what_a_put_makes_is_removed_again() {
    for parameter in ["id", "number"] {
        let store = Store::default();
        let drives = store.clone();
        let service = Service::start(move |request| {
            let id = request.below("/drives").unwrap_or_default();
            match request.method.as_str() {
                "PUT" if parameter == "number" && id.parse::<i64>().is_err() => Answer::error(422),
                "PUT" if drives.get(&id).is_none() => drives.make(request, id.into()),
                _ => drives.item(request, &id),
            }
        })
        .await;
        let paths = DRIVES.replace("parameters/id", &format!("parameters/{parameter}"));
        let more = "responses: { '200': { $ref: '#/components/responses/Thing' }, '422': { $ref: '#/components/responses/No' }, '201'";
        let paths = paths.replacen("responses: { '201'", more, 1);
        let run = Suite::of(&paths).run(&service.url).await;
        assert_eq!(run.faults(), [""; 0], "{parameter}: {}", run.told);
        let cells = run.cells();
        for cell in
            ["putDrive:201", "getDrive:200", "getDrive:404", "dropDrive:204", "dropDrive:404"]
        {
            let cell = format!("{cell} passed");
            assert!(cells.contains(&cell), "{parameter}: {cell}: {cells:?}");
        }
        assert_eq!(store.ids(), [""; 0], "nothing is left");
    }
}

#[tokio::test]
async fn what_the_profile_lets_be_removed_is_removed_last() {
    let paths =
        THINGS.replace("/things/{id}:", "/pets/{id}:").replacen("  /things:", "  /toys:", 1);
    let store = Store::with("2", json!({"id": "2", "name": "mine"}));
    let pets = store.clone();
    let service = Service::start(move |request| match request.below("/pets") {
        Some(id) => pets.item(request, &id),
        None => Answer::error(404),
    })
    .await;
    let profile = "exclude = [\"make\"]\nallow = [\"drop\"]\n[inputs]\nid = \"2\"\n";
    let run = Suite::of(&paths).profile(profile).run(&service.url).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    let cells = run.cells();
    for cell in ["get:200 passed", "get:404 passed", "drop:204 passed", "drop:404 passed"] {
        assert!(cells.iter().any(|one| one == cell), "{cell}: {cells:?}");
    }
    assert_eq!(store.ids(), [""; 0], "it is gone, as was asked");
}

/// The schema admits any text; that it has to be the id of something nobody can make, only the server knows.
#[tokio::test]
async fn an_id_that_nothing_makes_may_be_refused() {
    let paths = "
paths:
  /things:
    post:
      operationId: make
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [name, policy_id], properties: { name: { type: string }, policy_id: { type: string } } } } } }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '422': { $ref: '#/components/responses/No' } }
  /things/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    delete: { operationId: drop, responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } } }
";
    let store = Store::default();
    let things = store.clone();
    let service = Service::start(move |request| match request.below("/things") {
        Some(id) => things.item(request, &id),
        None if request.json()["policy_id"] != "p-1" => Answer::error(422),
        None => things.make(request, things.uuid().into()),
    })
    .await;
    let run = Suite::of(paths).run(&service.url).await;
    assert_eq!(run.causes("must"), [""; 0], "{}", run.told);
    assert!(run.causes("should").iter().any(|one| one.contains("made-up-id")), "{}", run.told);

    let profile = "[operations.make.body]\npolicy_id = \"p-1\"\n";
    let run = Suite::of(paths).profile(profile).run(&service.url).await;
    assert!(run.cells().iter().any(|cell| cell == "make:201 passed"), "{}", run.told);
    assert_eq!(store.ids(), [""; 0]);
}

/// What else a body has shows without such an id, where it can do without; with it, the request may be refused.
#[tokio::test]
async fn an_id_that_nothing_makes_is_left_out_where_it_can_be() {
    let paths = "
paths:
  /things:
    post:
      operationId: make
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [name], properties: { name: { type: string }, note: { type: string }, policy_id: { type: string } } } } } }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '422': { $ref: '#/components/responses/No' } }
  /things/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    delete: { operationId: drop, responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } } }
";
    for (is_noted, verdict) in [(true, "passed"), (false, "failed")] {
        let things = Store::default();
        let service = Service::start(move |request| {
            let body = request.json();
            let is_refused =
                body.get("policy_id").is_some() || body.get("note").is_some() && !is_noted;
            match request.below("/things") {
                Some(id) => things.item(request, &id),
                None if is_refused => Answer::error(422),
                None => things.make(request, things.uuid().into()),
            }
        })
        .await;
        let run = Suite::of(paths).only("make").run(&service.url).await;
        assert_eq!(run.verdict("make:201:happy-path:complete"), Some(verdict), "{}", run.told);
        assert!(run.verdict("make:201:happy-path:made-up").is_some(), "{}", run.told);
        let is_remarked = run.causes("should").iter().any(|one| one.contains("made-up-id"));
        assert!(is_remarked, "{}", run.told);
    }
}
