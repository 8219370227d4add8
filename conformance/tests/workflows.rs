//! Workflows with a part of their own in a run, end to end: a set-up, a login whose token expires, a header that a workflow
//! gives, a tear-down.

mod bench;
mod target;

use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use bench::{Bench, code, text};
use serde_json::{Value, json};
use target::{RawTarget, answer, read_request};

const CONTRACT: &str = r"
openapi: 3.0.3
info: { title: Orgs, version: '1' }
security: [{ session: [] }]
paths:
  /login:
    post:
      operationId: login
      security: []
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [user, password], properties: { user: { type: string }, password: { type: string } } } } } }
      responses: { '200': { $ref: '#/components/responses/Any' }, '401': { $ref: '#/components/responses/Any' } }
  /csrf:
    get:
      operationId: csrf
      responses: { '200': { $ref: '#/components/responses/Any' }, '401': { $ref: '#/components/responses/Any' } }
  /orgs:
    post:
      operationId: createOrg
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [name], properties: { name: { type: string, maxLength: 30 } } } } } }
      responses: { '201': { description: Made., content: { application/json: { schema: { $ref: '#/components/schemas/Org' } } } }, '401': { $ref: '#/components/responses/Any' } }
  /orgs/{org_id}:
    parameters: [{ name: org_id, in: path, required: true, schema: { type: string, format: uuid } }]
    delete:
      operationId: deleteOrg
      responses: { '200': { $ref: '#/components/responses/Any' }, '401': { $ref: '#/components/responses/Any' }, '404': { $ref: '#/components/responses/Any' } }
  /orgs/{org_id}/things:
    parameters: [{ name: org_id, in: path, required: true, schema: { type: string, format: uuid } }]
    get:
      operationId: listThings
      responses: { '200': { $ref: '#/components/responses/Any' }, '401': { $ref: '#/components/responses/Any' }, '404': { $ref: '#/components/responses/Any' } }
  /goodbye:
    post:
      operationId: goodbye
      responses: { '200': { $ref: '#/components/responses/Any' }, '401': { $ref: '#/components/responses/Any' } }
components:
  securitySchemes: { session: { type: apiKey, in: header, name: X-Session } }
  schemas:
    Org: { type: object, required: [org_id], properties: { org_id: { type: string, format: uuid } } }
  responses:
    Any: { description: Some object., content: { application/json: { schema: { type: object } } } }
";

const WORKFLOWS: &str = "
arazzo: 1.0.1
info: { title: Around, version: '1' }
sourceDescriptions: [{ name: orgs, url: ./orgs.yaml, type: openapi }]
workflows:
  - workflowId: sign-in
    inputs: { type: object, properties: { user: { type: string }, password: { type: string } } }
    steps:
      - stepId: login
        operationId: login
        requestBody: { payload: { user: $inputs.user, password: $inputs.password } }
        outputs: { token: $response.body#/token }
  - workflowId: protect
    steps:
      - stepId: ask
        operationId: csrf
        outputs: { value: $response.body#/value }
  - workflowId: make-org
    summary: An organization of the run's own
    inputs: { type: object, properties: { name: { type: string, minLength: 8, maxLength: 20 } } }
    steps:
      - stepId: make
        operationId: createOrg
        requestBody: { payload: { name: $inputs.name } }
        successCriteria: [{ condition: $statusCode == 201 }]
        outputs: { made: $response.body#/org_id }
    outputs: { org_id: $steps.make.outputs.made }
  - workflowId: leave
    steps:
      - stepId: bye
        operationId: goodbye
";

const PROFILE: &str = r#"
creates = ["goodbye"]
[credentials.user]
workflow = { id = "sign-in", output = "token", inputs = { user = "me", password = "hunter-two" } }
may = ["*"]
[headers]
X-CSRF-Token = { workflow = "protect", output = "value" }
[workflows]
setup = ["make-org"]
teardown = ["leave"]
"#;

/// A service with sessions that end after a few requests.
#[derive(Default)]
struct Service {
    /// What was asked, in order.
    asked: Vec<String>,
    /// How often somebody logged in; only the latest session is good.
    sessions: usize,
    used: usize,
    /// How often a session may be used.
    uses: Option<usize>,
    orgs: Vec<String>,
    /// Organizations aren't made.
    refuses_orgs: bool,
}

impl Service {
    fn respond(&mut self, request: &str) -> String {
        let (head, body) = request.split_once("\r\n\r\n").unwrap_or((request, ""));
        let field = |wanted: &str| {
            head.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case(wanted).then_some(value)
            })
        };
        let mut words = head.split(' ');
        let (method, path) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let session = format!("session-{:03}", self.sessions);
        if (method, path) == ("POST", "/login") {
            return self.login(body);
        }
        if path == "/" {
            return reply(404, &json!({}));
        }
        if field("x-session") != Some(&session) || self.uses.is_some_and(|uses| self.used >= uses) {
            return reply(401, &json!({}));
        }
        self.used += 1;
        let protected = format!("csrf-{:03}", self.sessions);
        if (method, path) == ("GET", "/csrf") {
            return reply(200, &json!({"value": protected}));
        }
        if method != "GET" && field("x-csrf-token") != Some(&protected) {
            return reply(403, &json!({"csrf": "stale"}));
        }
        self.asked.push(format!("{method} {path}"));
        self.serve(method, path)
    }

    fn login(&mut self, body: &str) -> String {
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        if body != json!({"user": "me", "password": "hunter-two"}) {
            return reply(401, &json!({}));
        }
        self.sessions += 1;
        self.used = 0;
        self.asked.push("login".to_owned());
        reply(200, &json!({"token": format!("session-{:03}", self.sessions)}))
    }

    fn serve(&mut self, method: &str, path: &str) -> String {
        let segments: Vec<_> = path.split('/').skip(1).collect();
        match (method, segments.as_slice()) {
            ("POST", ["orgs"]) if self.refuses_orgs => reply(401, &json!({"no": "more"})),
            ("POST", ["orgs"]) => {
                let id = format!("{:08x}-0000-4000-8000-000000000000", self.asked.len());
                self.orgs.push(id.clone());
                reply(201, &json!({"org_id": id}))
            }
            ("POST", ["goodbye"]) => reply(200, &json!({})),
            (_, ["orgs", id, ..]) if !self.orgs.iter().any(|one| one == id) => {
                reply(404, &json!({}))
            }
            ("DELETE", ["orgs", id]) => {
                self.orgs.retain(|one| one != id);
                reply(200, &json!({}))
            }
            ("GET", ["orgs", _, "things"]) => reply(200, &json!({})),
            _ => reply(404, &json!({})),
        }
    }
}

fn reply(status: u16, body: &Value) -> String {
    target::json(status, &body.to_string())
}

async fn start(service: Service) -> (RawTarget, Arc<Mutex<Service>>) {
    let service = Arc::new(Mutex::new(service));
    let shared = Arc::clone(&service);
    let target = RawTarget::start(move |mut stream| {
        let service = Arc::clone(&shared);
        async move {
            while let Some(request) = read_request(&mut stream).await {
                let response = service.lock().expect("no panic").respond(&request);
                answer(&mut stream, response).await;
            }
        }
    })
    .await;
    (target, service)
}

fn bench(profile: &str) -> Bench {
    let bench = Bench::new();
    bench.write("things.yaml", CONTRACT);
    bench.write("around.yaml", WORKFLOWS);
    bench.write("profile.toml", profile);
    bench
}

#[tokio::test]
async fn a_run_sets_up_logs_in_again_and_tears_down() {
    let (target, service) = start(Service { uses: Some(60), ..Service::default() }).await;
    let bench = bench(PROFILE);
    let mut flags = vec!["--url", &target.url, "--workflows", "around.yaml", "--workers", "1"];
    flags.extend(["--report", "json=r.json", "--report", "html=r.html"]);
    let output = bench.run(&flags).await;
    let told = text(&output);
    assert_eq!(code(&output), 0, "{told}");
    assert!(told.contains("sets up by workflow: make-org"), "{told}");
    assert!(told.contains("tears down by workflow: leave"), "{told}");
    for report in ["r.json", "r.html"] {
        let written = bench.read(report);
        for secret in ["session-0", "csrf-0", "hunter-two"] {
            assert!(!written.contains(secret), "{report} holds `{secret}`");
        }
    }
    let report: Value = serde_json::from_str(&bench.read("r.json")).expect("JSON");
    let cases = report["cases"].as_array().expect("cases");
    let ids: Vec<_> = cases.iter().filter_map(|case| case["id"].as_str()).collect();
    assert_eq!(ids.first(), Some(&"createOrg:201:workflow:make-org"), "{ids:#?}");
    assert_eq!(ids.last(), Some(&"goodbye:200:workflow:leave"), "{ids:#?}");
    assert!(!ids.iter().any(|id| id.contains(":workflow:sign-in")), "{ids:#?}");
    let listed = report["cells"].as_array().expect("cells").iter();
    let listed: Vec<_> = listed.filter(|cell| cell["operation_id"] == "listThings").collect();
    assert!(listed.iter().all(|cell| cell["verdict"] == "passed"), "{listed:#?}");

    let service = service.lock().expect("no panic");
    assert_eq!(service.orgs, [""; 0], "nothing is left: {:#?}", service.asked);
    assert!(service.sessions > 2, "the session ended again and again: {:#?}", service.asked);
    let asked: Vec<_> = service.asked.iter().filter(|one| *one != "login").collect();
    assert_eq!(asked[0], "POST /orgs");
    let last = &asked[asked.len() - 2..];
    assert_eq!(last[0], "POST /goodbye");
    assert!(last[1].starts_with("DELETE /orgs/"), "{last:?}");
}

#[tokio::test]
async fn a_set_up_that_fails_skips_everything_but_the_tear_down() {
    let (target, service) = start(Service { refuses_orgs: true, ..Service::default() }).await;
    let bench = bench(PROFILE);
    let flags = ["--url", &target.url, "--workflows", "around.yaml", "--report", "json=r.json"];
    let output = bench.run(&flags).await;
    let told = text(&output);
    assert_eq!(code(&output), 1, "{told}");
    let words = "the set-up workflow `make-org` failed: step `make` (`createOrg`): answered 401";
    assert!(told.contains(words), "{told}");
    let report: Value = serde_json::from_str(&bench.read("r.json")).expect("JSON");
    for cell in report["cells"].as_array().expect("cells") {
        let (id, status) = (cell["operation_id"].as_str(), cell["status"].as_str());
        if matches!(id, Some("createOrg" | "goodbye")) {
            continue;
        }
        assert_eq!(cell["verdict"], "skipped", "{id:?} {status:?}");
    }
    let reasons = report["cells"].to_string();
    assert!(reasons.contains("the set-up workflow `make-org` failed"), "{reasons}");
    let failed = report["cases"][0].clone();
    assert_eq!((&failed["source"], &failed["verdict"]), (&json!("workflow"), &json!("failed")));
    assert_eq!(
        service.lock().expect("no panic").asked.last().map(String::as_str),
        Some("POST /goodbye")
    );
}

#[tokio::test]
async fn a_set_up_is_replayed_by_itself() {
    let (target, service) = start(Service::default()).await;
    let bench = bench(PROFILE);
    let case = "createOrg:201:workflow:make-org";
    let flags = ["--url", &target.url, "--workflows", "around.yaml", "--case", case];
    let output = bench.run(&flags).await;
    assert_eq!(code(&output), 0, "{}", text(&output));
    let asked = service.lock().expect("no panic").asked.clone();
    assert_eq!(asked[..3], ["login", "POST /orgs", "POST /goodbye"]);
    assert_eq!(asked.len(), 4, "{asked:#?}");
}

#[tokio::test]
async fn a_login_that_fails_skips_what_needs_it() {
    let (target, service) = start(Service::default()).await;
    let profile = PROFILE.replace("hunter-two", "hunter-ten");
    let (profile, _) = profile.split_once("[headers]").expect("header fields");
    let bench = bench(profile);
    let flags = ["--url", &target.url, "--workflows", "around.yaml", "--require-all"];
    let output = bench.run(&flags).await;
    let told = text(&output);
    assert_eq!(code(&output), 1, "{told}");
    let words = "credential `user` can't be had: the workflow `sign-in` failed: step `login`";
    assert!(told.contains(words) && !told.contains("hunter-ten"), "{told}");
    assert_eq!(service.lock().expect("no panic").sessions, 0);
}

#[test]
fn a_plan_shows_what_is_around_the_cases() {
    let bench = bench(PROFILE);
    let mut command = Command::new(env!("CARGO_BIN_EXE_conformance"));
    command.current_dir(bench.folder.path()).stdin(Stdio::null());
    command.args(["plan", "--spec", "things.yaml", "--profile", "profile.toml"]);
    let output = command.args(["--workflows", "around.yaml"]).output().expect("it runs");
    let told = text(&output);
    assert_eq!(code(&output), 0, "{told}");
    assert!(!told.contains("hunter-two"), "{told}");
    let places = [
        "sets up by workflow: make-org\ngets tokens and header fields by workflows: sign-in, protect\n",
        "\nset-up: workflow make-org\n  An organization of the run's own\n  make: POST /orgs  as user",
        "  gives made, org_id\n",
        "\nwhenever it is needed: workflow sign-in\n",
        "\nlistThings:200:happy-path:minimal\n",
        "GET /orgs/{$inputs.org_id}/things  as user",
        "\ntear-down: workflow leave\n",
    ];
    let mut rest = told.as_str();
    for words in places {
        let Some((_, behind)) = rest.split_once(words) else {
            panic!("no `{words}` in its place in {told}")
        };
        rest = behind;
    }
}

#[tokio::test]
async fn what_no_workflow_bears_out_is_a_mistake_with_its_place() {
    let cases = [
        (("output = \"token\"", "output = \"tokn\""), ":4:39", "did you mean `token`?"),
        (("output = \"value\"", "output = \"x\""), ":7:49", "outputs: value"),
        (("user = \"me\"", "usr = \"me\""), ":4:19", "has no input `usr`"),
        (
            ("\"make-org\"]", "\"make-org\", \"make-org\"]"),
            ":9:22",
            "names the workflow `make-org` twice",
        ),
        (("\"leave\"]", "\"leaf\"]"), ":10:13", "there is no workflow `leaf`"),
        (("\ncreates = [\"goodbye\"]", "\nread_only = true"), ":9:10", "the run is read-only"),
    ];
    for ((from, to), place, words) in cases {
        let bench = bench(&PROFILE.replace(from, to));
        let flags = ["--url", "http://127.0.0.1:1", "--workflows", "around.yaml"];
        let output = bench.run(&flags).await;
        let told = text(&output);
        assert_eq!(code(&output), 2, "{told}");
        assert!(told.contains(words) && told.contains(&format!("profile.toml{place}")), "{told}");
    }
}
