//! Keys, what they open, and what is done for those who may not.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

/// Things that a writer makes; links to them may carry the key.
const THINGS: &str = "
paths:
  /things:
    get:
      operationId: list
      security: [{ key: [reader] }]
      responses:
        '200': { description: Them., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Thing' } } } } }
        '401': { $ref: '#/components/responses/No' }
    post:
      operationId: make
      security: [{ key: [writer] }]
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses:
        '201': { $ref: '#/components/responses/Thing' }
        '401': { $ref: '#/components/responses/No' }
        '403': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
  /things/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: get
      security: [{ key: [reader] }, { link: [reader] }]
      responses: { '200': { $ref: '#/components/responses/Thing' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
    put:
      operationId: change
      security: [{ key: [writer] }]
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses:
        '200': { $ref: '#/components/responses/Thing' }
        '401': { $ref: '#/components/responses/No' }
        '403': { $ref: '#/components/responses/No' }
        '404': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
    delete:
      operationId: drop
      security: [{ key: [writer] }]
      responses:
        '204': { $ref: '#/components/responses/Done' }
        '401': { $ref: '#/components/responses/No' }
        '403': { $ref: '#/components/responses/No' }
        '404': { $ref: '#/components/responses/No' }
";

const PROFILE: &str = "
[levels]
unlisted-scheme-refused = 'must'
alternative-suffices = 'must'
wrong-key-beside = 'must'
caller-comes-first = 'must'
refused-changes-nothing = 'must'
[credentials.writer]
api_key = 'writers-key'
scopes = ['reader', 'writer']
may = ['*']
[credentials.reader]
api_key = 'readers-key'
scopes = ['reader']
may = ['*']
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    EmptyKey,
    /// A key in the query opens what isn't a link.
    LinkOpensAll,
    LinkOpensNothing,
    WrongLinkBesideKey,
    BodyFirst,
    MakesForReaders,
    ChangesForReaders,
    DeletesForNobody,
    /// It finds out too late.
    MakesWhatIsWrong,
    ChangesWhatIsWrong,
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let writes = request.method != "GET";
    let id = request.below("/things");
    let is_link = !writes && id.is_some();
    let key = request.header("x-api-key").first().map(|key| (*key).to_owned());
    let link = request.query("key").first().map(|key| (*key).to_owned());
    let is_known = |key: &String| key == "writers-key" || key == "readers-key";
    if fault == Fault::WrongLinkBesideKey
        && is_link
        && link.as_ref().is_some_and(|it| !is_known(it))
    {
        return Answer::error(401);
    }
    let opens = match fault {
        Fault::LinkOpensAll => true,
        Fault::LinkOpensNothing => false,
        _ => is_link,
    };
    let empty = key.as_deref() == Some("") && fault == Fault::EmptyKey;
    let shown = key.filter(is_known).or_else(|| link.filter(|key| opens && is_known(key)));
    let shown = if empty { Some("readers-key".to_owned()) } else { shown };
    let act = || perform(store, request, id.as_deref());
    let Some(shown) = shown else {
        if fault == Fault::DeletesForNobody && request.method == "DELETE" {
            act();
        }
        return Answer::error(401);
    };
    let takes = matches!(request.method.as_str(), "POST" | "PUT");
    let has_size = request.json()["size"].as_f64().is_some_and(|size| size.fract() == 0.0);
    let is_wrong = takes && !(has_size && request.has_text("name"));
    if writes && shown != "writers-key" {
        match fault {
            Fault::BodyFirst if is_wrong => return Answer::error(422),
            Fault::MakesForReaders if request.method == "POST" => drop(act()),
            Fault::ChangesForReaders if request.method == "PUT" => drop(act()),
            _ => {}
        }
        return Answer::error(403);
    }
    if is_wrong {
        match fault {
            Fault::MakesWhatIsWrong if request.method == "POST" => drop(act()),
            Fault::ChangesWhatIsWrong if request.method == "PUT" => drop(act()),
            _ => {}
        }
        return Answer::error(422);
    }
    act()
}

fn perform(store: &Store, request: &Request, id: Option<&str>) -> Answer {
    match (request.method.as_str(), id) {
        ("GET", None) => {
            let all: Vec<Value> = store.ids().iter().filter_map(|id| store.get(id)).collect();
            Answer::json(200, json!(all))
        }
        ("POST", None) => store.make(request, store.uuid().into()),
        (_, Some(id)) => store.item(request, id),
        _ => Answer::error(405).with("allow", "GET, POST"),
    }
}

async fn run(fault: Fault, check: &str) -> Run {
    let suite = Suite::of_parts(THINGS, |parts| {
        let body =
            "New: { type: object, required: [name], properties: { name: { type: string } } }";
        let sized = "New: { type: object, required: [name, size], properties: { name: { type: string }, size: { type: integer } } }";
        parts.replace(body, sized).replace(
            "token: { type: http, scheme: bearer }",
            "key: { type: apiKey, in: header, name: X-Api-Key }, link: { type: apiKey, in: query, name: key }",
        )
    });
    suite.profile(PROFILE).only(check).run_against(fault, respond).await
}

#[tokio::test]
async fn a_service_that_looks_at_keys_first_is_sound() {
    let run = run(Fault::None, "").await;
    assert_eq!(run.code, Some(0), "{}", run.told);
    for case in [
        "list:401:security:empty",
        "list:401:security:unlisted:link",
        "get:200:security:scheme:link",
        "get:200:security:beside:link",
        "make:403:order:rights-before-body",
        "make:401:order:security-before-body",
        "make:403:law:refused-changes-nothing:rights",
        "change:403:law:refused-changes-nothing:rights",
        "drop:401:law:refused-changes-nothing:nobody",
        "make:422:law:refused-changes-nothing:invalid",
        "change:422:law:refused-changes-nothing:invalid",
    ] {
        assert_eq!(run.verdict(case), Some("passed"), "{case}: {}", run.told);
    }
}

#[tokio::test]
async fn what_opens_too_much_or_too_little_is_found() {
    for (fault, check) in [
        (Fault::EmptyKey, "list:200:status-expected"),
        (Fault::LinkOpensAll, "list:200:unlisted-scheme-refused"),
        (Fault::LinkOpensNothing, "get:401:alternative-suffices"),
        (Fault::WrongLinkBesideKey, "get:401:wrong-key-beside"),
        (Fault::BodyFirst, "make:422:caller-comes-first"),
        (Fault::MakesForReaders, "make:200:refused-changes-nothing"),
        (Fault::ChangesForReaders, "change:200:refused-changes-nothing"),
        (Fault::DeletesForNobody, "drop:404:refused-changes-nothing"),
        (Fault::MakesWhatIsWrong, "make:200:refused-changes-nothing"),
        (Fault::ChangesWhatIsWrong, "change:200:refused-changes-nothing"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}

const DOOR: &str = "
security: [{ door: [] }]
paths:
  /rooms:
    get:
      operationId: look
      responses:
        '200': { $ref: '#/components/responses/Done' }
        '401': { $ref: '#/components/responses/No' }
";

/// Whether a service that compares passwords in this way is found to be sound.
async fn is_sound(compare: fn(&str, &str) -> bool) -> bool {
    use base64::Engine as _;
    let service = Service::start(move |request| {
        let shown = request.header("authorization").first().copied().unwrap_or_default();
        let text = shown.strip_prefix("Basic ").unwrap_or_default();
        let decoded = base64::engine::general_purpose::STANDARD.decode(text).unwrap_or_default();
        let pair = String::from_utf8(decoded).unwrap_or_default();
        match pair.split_once(':') {
            Some(("anna", password)) if compare(password, "Sesame") => Answer::empty(200),
            _ => Answer::error(401).with("www-authenticate", "Basic"),
        }
    })
    .await;
    let suite = Suite::of_parts(DOOR, |parts| {
        parts
            .replace("token: { type: http, scheme: bearer }", "door: { type: http, scheme: basic }")
    });
    let profile = "[levels]\ncredentials-letter-case = 'must'\nmalformed-credentials = 'must'\n\
                   [credentials.anna]\nbasic = { username = 'anna', password = 'Sesame' }\nmay = ['*']\n";
    let run = suite.profile(profile).run(&service.url).await;
    assert!(!run.told.contains("Sesam") && !run.report.to_string().contains("Sesam"));
    run.code == Some(0)
}

#[tokio::test]
async fn passwords_are_compared_whole() {
    assert!(is_sound(|shown, own| shown == own).await);
    assert!(!is_sound(|shown, own| own.starts_with(shown)).await);
    assert!(!is_sound(|shown, own| shown.starts_with(own)).await);
    assert!(!is_sound(|shown, own| shown.eq_ignore_ascii_case(own)).await);
}

/// The code by which a service fails that lets in whoever shows a token of which this holds.
async fn told_of_tokens(admits: fn(&str) -> bool) -> Vec<String> {
    let service = Service::start(move |request| {
        let shown = request.header("authorization").first().copied().unwrap_or_default();
        let (scheme, token) = shown.split_once(' ').unwrap_or_default();
        match scheme.eq_ignore_ascii_case("bearer") && admits(token) {
            true => Answer::empty(200),
            false => Answer::error(401).with("www-authenticate", "Bearer"),
        }
    })
    .await;
    let profile = format!("[credentials.anna]\nbearer = '{SIGNED}'\nmay = ['*']\n");
    let run = Suite::of(&DOOR.replace("door", "token")).profile(&profile).run(&service.url).await;
    assert!(
        !run.report.to_string().contains("eyJhbm5hIjp0cnVlfQ"),
        "what is almost a secret is none to tell"
    );
    run.faults().into_iter().map(str::to_owned).collect()
}

/// `{"alg":"HS256"}`, `{"anna":true}` and some signature.
const SIGNED: &str = "eyJhbGciOiJIUzI1NiJ9.eyJhbm5hIjp0cnVlfQ.c2lnbmVkLWJ5LXVz";

#[tokio::test]
async fn signatures_are_verified() {
    assert_eq!(told_of_tokens(|token| token == SIGNED).await, [""; 0]);
    let told = told_of_tokens(|token| token == SIGNED || token.ends_with(".eyJhbm5hIjp0cnVlfQ."));
    assert_eq!(told.await, ["look:200:signature-verified:security"]);
    let told = told_of_tokens(|token| {
        let parts: Vec<&str> = token.split('.').collect();
        parts.len() == 3 && parts[1] == "eyJhbm5hIjp0cnVlfQ" && parts[2].ends_with("VkLWJ5LXVz")
    });
    assert_eq!(told.await, ["look:200:signature-verified:security"]);
}

/// Who may look at a visit by its operation may look at their own.
const VISITS: &str = "
security: [{ token: [] }]
paths:
  /visits:
    post:
      operationId: make
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /visits/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: get
      description: Guests may look at their own visits.
      responses: { '200': { $ref: '#/components/responses/Thing' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
";

#[tokio::test]
async fn who_may_call_an_operation_need_not_be_let_at_what_others_have_made() {
    let store = Store::default();
    let service = Service::start(move |request| {
        let shown = request.header("authorization").concat();
        let (scheme, shown) = shown.split_once(' ').unwrap_or_default();
        let is = |token: &str| scheme.eq_ignore_ascii_case("bearer") && shown == token;
        let (is_desk, is_guest) = (is("desk-token"), is("guest-token"));
        let refused = |status| Answer::error(status).with("www-authenticate", "Bearer");
        match request.below("/visits") {
            _ if !is_desk && !is_guest => refused(401),
            Some(id) if store.get(&id).is_none() => Answer::error(404),
            // No visit is the guest's own.
            _ if is_guest => Answer::error(403),
            Some(id) => store.item(request, &id),
            None => store.make(request, store.uuid().into()),
        }
    })
    .await;
    let profile = "[credentials.desk]\nbearer = 'desk-token'\nmay = ['*']\n\
                   [credentials.guest]\nbearer = 'guest-token'\nmay = ['get']\n";
    let run = Suite::of(VISITS).profile(profile).run(&service.url).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    assert_eq!(run.verdict("get:200:rights:guest"), Some("passed"), "{}", run.told);
    assert!(run.cells().iter().any(|cell| cell == "get:403 passed"), "{:?}", run.cells());
}

/// What guests may look at need not be there for them: what the desk makes is private.
#[tokio::test]
async fn what_another_has_made_need_not_be_there_for_who_may_call_an_operation() {
    for (status, is_right) in [(404, true), (403, false), (500, false)] {
        let store = Store::default();
        let service = Service::start(move |request| {
            let shown = request.header("authorization").concat();
            let (scheme, shown) = shown.split_once(' ').unwrap_or_default();
            let is = |token: &str| scheme.eq_ignore_ascii_case("bearer") && shown == token;
            match request.below("/visits") {
                _ if is("guest-token") => Answer::error(status),
                _ if !is("desk-token") => Answer::error(401).with("www-authenticate", "Bearer"),
                Some(id) if store.get(&id).is_none() => Answer::error(404),
                Some(id) => store.item(request, &id),
                None => store.make(request, store.uuid().into()),
            }
        })
        .await;
        let profile = "[credentials.desk]\nbearer = 'desk-token'\nmay = ['*']\n\
                       [credentials.guest]\nbearer = 'guest-token'\nmay = ['get']\n";
        let visits =
            VISITS.replace("      description: Guests may look at their own visits.\n", "");
        let run = Suite::of(&visits).profile(profile).run(&service.url).await;
        let verdict = if is_right { "passed" } else { "failed" };
        assert_eq!(run.verdict("get:200:rights:guest"), Some(verdict), "{status}: {}", run.told);
    }
}

const TWO_DOORS: &str = "
paths:
  /rooms:
    get:
      operationId: look
      security: [{ door: [] }, { window: [] }]
      responses:
        '200': { $ref: '#/components/responses/Done' }
        '401': { $ref: '#/components/responses/No' }
  /cellars:
    get:
      operationId: dig
      security: [{ door: [] }]
      responses:
        '200': { $ref: '#/components/responses/Done' }
        '401': { $ref: '#/components/responses/No' }
";

/// How a service fails in which the key to the window opens more than the window.
async fn told_of_windows(opens_cellars: bool) -> Vec<String> {
    let service = Service::start(move |request| {
        let has_key = request.header("x-key") == ["kkkkkkkkkkkk"];
        let is_window = opens_cellars || request.path == "/rooms";
        let is_seen = is_window && request.query("peep") == ["pppppppppppp"];
        match has_key || is_seen {
            true => Answer::empty(200),
            false => Answer::error(401).with("www-authenticate", "Key"),
        }
    })
    .await;
    let suite = Suite::of_parts(TWO_DOORS, |parts| {
        let schemes = "door: { type: apiKey, in: header, name: X-Key }, window: { type: apiKey, in: query, name: peep }";
        parts.replace("token: { type: http, scheme: bearer }", schemes)
    });
    let profile = "[credentials.owner]\napi_key = 'kkkkkkkkkkkk'\nscheme = ['door']\nmay = ['*']\n\
                   [credentials.guest]\napi_key = 'pppppppppppp'\nscheme = ['window']\nmay = ['look']\n";
    let run = suite.profile(profile).run(&service.url).await;
    run.faults().into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_credential_of_another_kind_opens_nothing() {
    assert_eq!(told_of_windows(false).await, [""; 0]);
    let told = told_of_windows(true).await;
    assert!(told.iter().any(|one| one.starts_with("dig:200:")), "{told:?}");
}
