//! 4x: nobody's things, account or session are harmed unasked.

use std::time::Duration;

use serde_json::{Value, json};

use crate::met::Met;
use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite, THINGS, output, told};

#[tokio::test]
async fn nothing_destructive_is_called_unasked() {
    let Some(met) = Met::start("40-destructive-without-being-asked") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(
        1,
        &[
            "reset:200 skipped: `allow = [\"reset\"]`",
            "bulkDelete:200 skipped: `allow = [\"bulkDelete\"]`",
            "updateAll:200 skipped: `allow = [\"updateAll\"]`",
            "replaceSettings:200 skipped: `allow = [\"replaceSettings\"]`",
            "patchMe:200 skipped: `allow = [\"patchMe\"]`",
            "shutdown:200 skipped: `allow = [\"shutdown\"]`",
        ],
    );
    let state: Value = serde_json::from_str(&met.get("/state").1).expect("JSON");
    let as_it_was = json!({
        "items": ["mine 1", "mine 2"], "urls": ["json://mine"], "email": "me@example.org",
        "down": 0, "reset": 0,
    });
    assert_eq!(state, as_it_was);
}

#[tokio::test]
async fn no_session_is_ended_unasked() {
    let Some(met) = Met::start("41-logout-takes-the-users-token") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(
        0,
        &[
            "logout:204 skipped: `allow = [\"logout\"]`",
            "logout:401 skipped: `allow = [\"logout\"]`",
            "zz:200 passed",
            "zz:401 passed",
        ],
    );
    // Where it is asked for, it comes last.
    let profile =
        "allow = [\"logout\"]\n[credentials.me]\nbearer = \"tokentoken\"\nmay = [\"*\"]\n";
    let run = met.suite().profile(profile).run(&met.url()).await;
    run.check(0, &["logout:204 passed", "logout:401 passed", "zz:200 passed", "zz:401 passed"]);
}

#[tokio::test]
async fn nothing_of_a_whole_collection_is_changed_unasked() {
    let paths = "
paths:
  /items:
    get: { operationId: list, responses: { '200': { $ref: '#/components/responses/Done' } } }
    delete: { operationId: deleteItems, responses: { '204': { $ref: '#/components/responses/Done' } } }
    put: { operationId: replaceItems, requestBody: { $ref: '#/components/requestBodies/New' }, responses: { '200': { $ref: '#/components/responses/Done' } } }
  /items/purge:
    post: { operationId: purgeItems, responses: { '204': { $ref: '#/components/responses/Done' } } }
  /logout:
    get: { operationId: leave, responses: { '204': { $ref: '#/components/responses/Done' } } }
  /api/system/restart:
    post: { operationId: restart, responses: { '204': { $ref: '#/components/responses/Done' } } }
  /account:
    delete: { operationId: closeAccount, responses: { '204': { $ref: '#/components/responses/Done' } } }
";
    let service = Service::start(|_| Answer::empty(200)).await;
    let run = Suite::of(paths).run(&service.url).await;
    let left_out: Vec<_> = run.left_out().into_iter().map(|(id, _)| id).collect();
    let harmful = ["deleteItems", "replaceItems", "purgeItems", "leave", "restart", "closeAccount"];
    assert_eq!(left_out, harmful);
    for (id, reason) in run.left_out() {
        assert!(reason.contains(&format!("`allow = [\"{id}\"]`")), "{id}: {reason}");
    }
    assert!(service.asked().iter().all(|one| one.path == "/items"), "{:?}", service.asked());
    // One method that is undocumented is tried, with a body that can't be read.
    assert!(service.asked_to_write().iter().all(|one| one == "PATCH /items"));
    // Each is called once the profile allows it.
    let profile = "allow = [\"*\"]\n";
    let run = Suite::of(paths).profile(profile).run(&service.url).await;
    assert!(run.left_out().is_empty(), "{}", run.told);
    let asked = service.asked();
    let is_asked =
        |method: &str, path: &str| asked.iter().any(|one| one.method == method && one.path == path);
    assert!(is_asked("DELETE", "/items") && is_asked("GET", "/logout"), "{}", run.told);
}

/// Things with what can be done to them: `/{collection}/{id}/{action}`.
fn acting(collection: &str, action: &str) -> String {
    let paths = THINGS.replace("/things", &format!("/{collection}"));
    format!(
        "{paths}  /{collection}/{{id}}/{action}:
    post:
      operationId: act
      parameters: [{{ $ref: '#/components/parameters/id' }}]
      responses: {{ '204': {{ $ref: '#/components/responses/Done' }}, '404': {{ $ref: '#/components/responses/No' }} }}
"
    )
}

async fn act(collection: &'static str, action: &'static str, profile: &str) -> (Run, Vec<String>) {
    let store = Store::default();
    let kept = store.clone();
    let service = Service::start(move |request| {
        let path = request.below(&format!("/{collection}")).unwrap_or_default();
        match path.split_once('/') {
            None if path.is_empty() => kept.make(request, kept.uuid().into()),
            None => kept.item(request, &path),
            Some((id, _)) if kept.get(id).is_none() => Answer::error(404),
            Some(_) => Answer::empty(204),
        }
    })
    .await;
    let run = Suite::of(&acting(collection, action)).profile(profile).run(&service.url).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    assert_eq!(store.ids(), [""; 0], "nothing is left");
    let acted = service.asked_to_write().into_iter().filter(|one| one.ends_with(action)).collect();
    (run, acted)
}

#[tokio::test]
async fn a_thing_of_the_runs_own_may_be_reset_but_people_are_left_alone() {
    for (collection, action) in [("orders", "reset"), ("jobs", "restart"), ("carts", "clear")] {
        let (run, acted) = act(collection, action, "").await;
        assert!(run.cells().contains(&"act:204 passed".to_owned()), "{}", run.told);
        assert!(!acted.is_empty(), "{collection} {action}");
        assert!(run.left_out().is_empty(), "{}", run.told);
    }
    for (collection, action) in [("users", "invite"), ("campaigns", "send"), ("orders", "emails")] {
        let (run, acted) = act(collection, action, "").await;
        assert_eq!(acted, [""; 0], "{collection} {action}");
        let left_out = run.left_out();
        assert_eq!(left_out[0].0, "act", "{left_out:?}");
        assert!(left_out[0].1.contains("people, by mail or message"), "{left_out:?}");
        let (run, acted) = act(collection, action, "allow = [\"act\"]\n").await;
        assert!(!acted.is_empty(), "{collection} {action}: {}", run.told);
    }
}

#[tokio::test]
async fn what_is_chosen_not_to_be_called_is_not_called() {
    // The flags, the profile, and what may be asked.
    for (flags, profile, may) in [
        (&["--exclude", "drop"][..], "creates = true\n", &["GET", "POST", "PUT"][..]),
        (&["--exclude", "DELETE /things/{id}"], "creates = true\n", &["GET", "POST", "PUT"]),
        (&[], "exclude = [\"drop\", \"make\"]\n", &["GET", "PUT"]),
        (&[], "only = [\"get\"]\n", &["GET", "PUT"]),
        (&["--read-only"], "", &["GET"]),
        (&["--read-only"], "allow = true\ncreates = true\n", &["GET"]),
        (&[], "read_only = true\n", &["GET"]),
    ] {
        let store = Store::default();
        let kept = store.clone();
        let service = Service::start(move |request| match request.below("/things") {
            None => kept.make(request, kept.uuid().into()),
            Some(id) => kept.item(request, &id),
        })
        .await;
        let run = Suite::of(THINGS).profile(profile).flags(flags).run(&service.url).await;
        assert_eq!(run.faults(), [""; 0], "{flags:?}, {profile}: {}", run.told);
        let asked = service.asked();
        let is_chosen = |one: &&Request| may.contains(&one.method.as_str());
        assert!(asked.iter().all(|one| is_chosen(&one)), "{flags:?}, {profile}: {asked:?}");
        assert!(!asked.is_empty(), "{flags:?}, {profile}: {}", run.told);
    }
}

const LOGOUT: &str = "
security: [{ token: [] }]
paths:
  /logout:
    post: { operationId: logout, responses: { '204': { $ref: '#/components/responses/Done' }, '401': { $ref: '#/components/responses/No' } } }
";

#[tokio::test]
async fn a_session_is_ended_where_the_profile_allows_it() {
    let service = Service::start(|request| match request.has_token() {
        true => Answer::empty(204),
        false => Answer::error(401).with("www-authenticate", "Bearer"),
    })
    .await;
    let me = "[credentials.me]\nbearer = \"tokentoken\"\nmay = [\"*\"]\n";
    let run = Suite::of(LOGOUT).profile(me).run(&service.url).await;
    run.check(1, &["logout:204 skipped: `allow = [\"logout\"]`", "logout:401 skipped"]);
    assert!(service.asked().is_empty(), "{:?}", service.asked());
    let profile = format!("allow = [\"logout\"]\n{me}");
    let run = Suite::of(LOGOUT).profile(&profile).run(&service.url).await;
    run.check(0, &["logout:204 passed", "logout:401 passed"]);
}

#[tokio::test]
async fn a_read_only_run_sends_no_post_though_it_may_only_ask() {
    let paths = "
paths:
  /search:
    post: { operationId: search, requestBody: { $ref: '#/components/requestBodies/New' }, responses: { '200': { $ref: '#/components/responses/Done' } } }
";
    let service = Service::start(|_| Answer::empty(200)).await;
    let run = Suite::of(paths).flags(&["--read-only"]).run(&service.url).await;
    run.check(1, &["search:200 skipped: it may write, and the run is read-only"]);
    assert!(service.asked().is_empty(), "{:?}", service.asked());
}

/// Waits until something is so.
async fn until(mut is_so: impl FnMut() -> bool) {
    for _ in 0..1000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came to that");
}

#[tokio::test]
async fn what_a_killed_run_left_is_removed_by_its_journal() {
    let store = Store::with("mine", json!({"id": "mine", "name": "mine"}));
    let kept = store.clone();
    let service = Service::start_slow(Duration::from_millis(60), move |request| {
        match request.below("/things") {
            None => kept.make(request, kept.uuid().into()),
            Some(id) => kept.item(request, &id),
        }
    })
    .await;
    let suite = Suite::of(THINGS);
    let mut child = suite.command("run", &service.url).spawn().expect("it runs");
    // It is noted down before it is removed.
    let journal = suite.journal();
    until(|| store.ids().len() > 3 && journal.is_file()).await;
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    until(|| service.is_idle()).await;
    let left = store.ids().len();
    assert!(left > 1, "it had no time to clean up");
    let noted = std::fs::read_to_string(&journal).expect("a journal");
    let cleaned = output(suite.command("clean", &service.url)).await;
    assert!(!journal.exists() || cleaned.status.code() != Some(0), "{}", told(&cleaned));
    // What was on its way as the run was killed nobody could note down.
    let unknown: Vec<_> =
        store.ids().into_iter().filter(|id| noted.contains(id.as_str())).collect();
    assert_eq!(unknown, [""; 0], "{}", told(&cleaned));
    assert!(store.ids().contains(&"mine".to_owned()), "what is somebody's stays");
    assert_eq!(cleaned.status.code(), Some(0), "{}", told(&cleaned));
    let again = output(suite.command("run", &service.url)).await;
    assert_eq!(again.status.code(), Some(0), "{}", told(&again));
}

/// Things under names of the client's choosing, whose DELETE only stops them unless its body says otherwise.
const JOBS: &str = "
paths:
  /jobs/{name}:
    parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
    post:
      operationId: make
      responses: { '201': { $ref: '#/components/responses/Done' }, '409': { $ref: '#/components/responses/No' } }
    get:
      operationId: get
      responses: { '200': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
    patch:
      operationId: change
      requestBody: { content: { application/json: { schema: { type: object, properties: { name: { type: string } } } } } }
      responses: { '200': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      requestBody: { content: { application/json: { schema: { type: object, properties: { remove: { type: boolean } } } } } }
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
";

fn jobs(store: &Store, request: &Request, stops: bool) -> Answer {
    let name = request.below("/jobs").unwrap_or_default();
    match request.method.as_str() {
        "POST" if store.get(&name).is_some() => Answer::error(409),
        "POST" => {
            store.put(&name, json!({}));
            Answer::empty(201)
        }
        _ if store.get(&name).is_none() => Answer::error(404),
        "GET" => Answer::empty(200),
        "PATCH" => {
            // Another name is another path.
            let renamed = request.json()["name"].as_str().map(str::to_owned);
            let thing = store.remove(&name).unwrap_or_default();
            store.put(&renamed.unwrap_or(name), thing);
            Answer::empty(200)
        }
        "DELETE" if stops && request.json()["remove"] != true => Answer::empty(204),
        "DELETE" => {
            store.remove(&name);
            Answer::empty(204)
        }
        _ => Answer::error(405).with("allow", "GET, POST, PATCH, DELETE"),
    }
}

#[tokio::test]
async fn what_a_post_makes_under_a_name_of_ours_is_removed_again() {
    let store = Store::default();
    let those = store.clone();
    let service = Service::start(move |request| jobs(&those, request, false)).await;
    let run = Suite::of(JOBS).run(&service.url).await;
    let cells = [
        "make:201 passed",
        "make:409 passed",
        "get:200 passed",
        "get:404 passed",
        "change:200 passed",
        "change:404 passed",
        "drop:204 passed",
        "drop:404 passed",
    ];
    run.check(0, &cells);
    assert_eq!(store.ids(), [""; 0]);
    let asked = service.asked();
    let names =
        asked.iter().filter(|one| one.method == "POST").filter_map(|one| one.below("/jobs"));
    for name in names.filter(|name| name.len() > 20) {
        assert!(name.starts_with("conformance-"), "{name}");
    }
}

#[tokio::test]
async fn what_a_delete_only_stops_is_not_made_again_and_again() {
    let store = Store::default();
    let those = store.clone();
    let service = Service::start(move |request| jobs(&those, request, true)).await;
    let run = Suite::of(JOBS).run(&service.url).await;
    assert!(run.causes("must").iter().any(|one| one.ends_with(":cleaned-up")), "{}", run.told);
    assert!(run.told.contains("is there still"), "{}", run.told);
    assert!(run.told.contains("`make` isn't called any more"), "{}", run.told);
    assert!(store.ids().len() <= 3, "{:?}", store.ids());

    // The profile says what it takes to remove it.
    store.ids().iter().for_each(|id| drop(store.remove(id)));
    let profile = "[operations.drop.body]\nremove = true\n";
    let run = Suite::of(JOBS).profile(profile).run(&service.url).await;
    assert!(!run.causes("must").iter().any(|one| one.ends_with(":cleaned-up")), "{}", run.told);
    assert_eq!(store.ids(), [""; 0], "{}", run.told);
}

#[tokio::test]
async fn what_was_deleted_is_not_deleted_again_as_its_id_may_be_given_again() {
    let store = Store::default();
    let those = store.clone();
    // The lowest number that is free.
    let service = Service::start(move |request| match request.below("/things") {
        Some(id) => those.item(request, &id),
        None => {
            let free = (1..).map(|n: u64| n.to_string()).find(|id| those.get(id).is_none());
            those.make(request, free.unwrap_or_default().into())
        }
    })
    .await;
    let run = Suite::of(THINGS).flags(&["--workers", "1"]).run(&service.url).await;
    run.check(
        0,
        &[
            "make:201 passed",
            "make:422 passed",
            "get:200 passed",
            "get:404 passed",
            "drop:204 passed",
            "drop:404 passed",
        ],
    );
    let cases = run.report["cases"].as_array().cloned().unwrap_or_default();
    for case in
        cases.iter().filter(|case| case["id"].as_str().is_some_and(|id| id.starts_with("drop:204")))
    {
        let steps = case["steps"].as_array().cloned().unwrap_or_default();
        let deleted = steps.iter().filter(|step| step["operation_id"] == "drop");
        let deleted: Vec<_> = deleted.map(|step| step["request"]["url"].to_string()).collect();
        let once: std::collections::BTreeSet<_> = deleted.iter().collect();
        assert!(!deleted.is_empty() && once.len() == deleted.len(), "{deleted:?}: {case}");
    }
}

#[tokio::test]
async fn what_an_update_renames_is_told_and_soon_not_made_any_more() {
    let store = Store::default();
    let those = store.clone();
    // It takes any update for another name, which nobody can know.
    let service = Service::start(move |request| match request.method.as_str() {
        "PATCH" if those.get(&request.below("/jobs").unwrap_or_default()).is_some() => {
            those.remove(&request.below("/jobs").unwrap_or_default());
            those.put(&format!("lost-{}", those.serial()), json!({}));
            Answer::empty(200)
        }
        _ => jobs(&those, request, false),
    })
    .await;
    let run = Suite::of(JOBS).run(&service.url).await;
    assert!(run.told.contains("an update may have given it another name"), "{}", run.told);
    assert!(!run.causes("must").iter().any(|one| one.contains("cleaned-up")), "{}", run.told);
    // Those under way at a time, beyond the few that are let go.
    assert!(store.ids().len() <= 14, "{:?}", store.ids());
}
