//! Set-up and tear-down in memory: what a set-up gives, what becomes of it at the end, and runs that end early; where the
//! token of a workflow is shown.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use conformance::arazzo;
use conformance::judge::{Judge, Verdict};
use conformance::plan::{Plan, plan};
use conformance::profile::{Profile, read_text};
use conformance::run::{Options, Runner, Stop, not_judged};
use conformance::transport::{Exchange, HttpRequest, HttpResponse, Transport};
use indexmap::IndexMap;
use serde_json::{Value, json};
use spec::Memory;
use spec::model::Contract;

const CONTRACT: &str = r"
openapi: 3.0.3
info: { title: Rooms, version: '1' }
paths:
  /login:
    post:
      operationId: login
      responses: { '200': { $ref: '#/components/responses/Any' } }
  /houses:
    post:
      operationId: build
      requestBody: { content: { application/json: { schema: { type: object, properties: { street: { type: string } } } } } }
      responses: { '201': { description: Built., content: { application/json: { schema: { type: object, properties: { id: { type: string } } } } } } }
  /houses/{id}:
    delete:
      operationId: demolish
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { $ref: '#/components/responses/Any' }, '404': { $ref: '#/components/responses/Any' } }
  /houses/{house}/rooms:
    get:
      operationId: listRooms
      security: SECURITY
      parameters: [{ name: house, in: path, required: true, schema: { type: string } }]
      responses: { '200': { $ref: '#/components/responses/Any' }, '404': { $ref: '#/components/responses/Any' } }
  /farewell:
    post:
      operationId: farewell
      responses: { '200': { $ref: '#/components/responses/Any' } }
components:
  securitySchemes:
    bearer: { type: http, scheme: bearer }
    key: { type: apiKey, in: query, name: key }
    sid: { type: apiKey, in: cookie, name: sid }
  responses:
    Any: { description: An object., content: { application/json: { schema: { type: object } } } }
";

const WORKFLOWS: &str = "
arazzo: 1.0.1
info: { title: Around, version: '1' }
sourceDescriptions: [{ name: rooms, url: ./rooms.yaml, type: openapi }]
workflows:
  - workflowId: street
    steps: [{ stepId: a, operationId: build, requestBody: { payload: { street: x } }, outputs: { first: $response.body#/id } }]
  - workflowId: house
    inputs: { type: object, properties: { first: { type: string } } }
    steps:
      - { stepId: b, operationId: build, requestBody: { payload: { street: $inputs.first } }, outputs: { house: $response.body#/id } }
  - workflowId: bye
    inputs: { type: object, properties: { house: { type: string } } }
    steps:
      - { stepId: a, operationId: farewell, requestBody: { payload: { was: $inputs.house } } }
  - workflowId: login
    steps: [{ stepId: a, operationId: login, outputs: { token: $response.body#/token, cookie: $response.header.Set-Cookie } }]
";

struct Bed {
    contract: Contract,
    profile: Profile,
    plan: Plan,
}

/// A plan; `security` is what listing asks for.
fn bed(security: &str, profile: &str) -> Bed {
    let text = CONTRACT.replace("SECURITY", security);
    let reading = spec::read(Path::new("rooms.yaml"), &Memory::one("rooms.yaml", &text));
    let contract = reading.contract.expect("a contract");
    let around = Memory::one("around.yaml", WORKFLOWS);
    let reading = arazzo::read(Path::new("around.yaml"), &around, &contract);
    assert!(reading.findings.list.is_empty(), "{}", reading.findings.render());
    let profile = read_text(Path::new("profile.toml"), profile, |_| None).expect("a profile");
    let plan = plan(&contract, reading.workflows.as_ref(), &profile.plan_context(&contract));
    assert_eq!(plan.routines.unrunnable, []);
    Bed { contract, profile, plan }
}

/// A target in memory: what it was asked, with the body and what was shown.
struct Fake<'s> {
    asked: RefCell<Vec<String>>,
    /// Asked to stop with this request.
    stops_at: &'static str,
    stop: &'s Stop,
    answer: fn(&HttpRequest, usize) -> (u16, Value),
}

impl Transport for Fake<'_> {
    async fn exchange(&self, request: HttpRequest, _: Duration) -> Exchange {
        let body = request.body.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
        let shown = |(name, _): &&(String, String)| name == "Authorization" || name == "cookie";
        let shown: Vec<_> =
            request.headers.iter().filter(shown).map(|(_, value)| value.as_str()).collect();
        let line = format!("{} {} {body}{}", request.method, request.target, shown.join(""));
        let number = self.asked.borrow().iter().filter(|one| one.starts_with("POST")).count();
        if !self.stops_at.is_empty() && line.contains(self.stops_at) {
            self.stop.ask();
        }
        self.asked.borrow_mut().push(line.trim_end().to_owned());
        let (status, body) = (self.answer)(&request, number);
        let headers = vec![
            ("content-type".to_owned(), "application/json".to_owned()),
            ("set-cookie".to_owned(), "sid=s3ss10n; Path=/; HttpOnly".to_owned()),
        ];
        let body = body.to_string().into();
        let outcome = Ok(HttpResponse { status, headers, body });
        Exchange { request: Arc::new(request), outcome, elapsed: Duration::ZERO }
    }
}

fn sound(request: &HttpRequest, number: usize) -> (u16, Value) {
    match request.target.as_str() {
        "/houses" => (201, json!({"id": format!("h{number}")})),
        "/login" => (200, json!({"token": format!("token-{number}")})),
        target if target.contains("rooms") && !target.contains("/h1/") => (404, json!({})),
        _ => (200, json!({})),
    }
}

fn fake(stop: &Stop) -> Fake<'_> {
    Fake { asked: RefCell::default(), stops_at: "", stop, answer: sound }
}

/// Performs a plan as a command does; what set-ups gave, why not, and the verdicts of set-ups and tear-downs.
async fn perform(
    bed: &Bed,
    fake: &Fake<'_>,
) -> (IndexMap<String, Value>, Option<String>, Vec<Verdict>) {
    let judge = Judge::new(&bed.contract).expect("a judge");
    let options = Options {
        workers: 1,
        timeout: Duration::from_secs(5),
        deadline: Instant::now() + Duration::from_secs(30),
        url: "http://target".to_owned(),
        seed: 1,
    };
    let routines = &bed.plan.routines;
    let runner = Runner::new(&judge, &bed.profile, fake, fake.stop, options);
    let runner = runner.with_sources(&routines.sources);
    let set_up = runner.set_up(&routines.setup).await;
    let (given, failed) = (set_up.values().clone(), set_up.failed().map(str::to_owned));
    let listing = bed.plan.cases.iter().filter(|case| case.id.starts_with("listRooms:200:happy"));
    let cases: Vec<_> = listing.cloned().collect();
    assert!(!cases.is_empty(), "{:#?}", bed.plan.unprovoked);
    let outcomes = match &failed {
        Some(reason) => not_judged(&cases, reason),
        None => runner.run(&cases, &|_| ()).await,
    };
    assert_eq!(outcomes.len(), cases.len());
    let around = runner.tear_down(&routines.teardown, set_up).await;
    (given, failed, around.iter().map(|outcome| outcome.verdict).collect())
}

const AROUND: &str = "[workflows]\nsetup = [\"street\", \"house\"]\nteardown = [\"bye\"]\n";

#[tokio::test]
async fn set_ups_come_first_give_inputs_and_are_undone_last() {
    let bed = bed("[]", AROUND);
    let stop = Stop::default();
    let fake = fake(&stop);
    let (given, failed, verdicts) = perform(&bed, &fake).await;
    assert_eq!(failed, None);
    assert_eq!(verdicts, [Verdict::Passed; 3]);
    assert_eq!(
        given,
        IndexMap::from([("first".into(), json!("h0")), ("house".into(), json!("h1"))])
    );
    assert_eq!(
        fake.asked.borrow().as_slice(),
        [
            r#"POST /houses {"street":"x"}"#,
            r#"POST /houses {"street":"h0"}"#,
            "GET /houses/h1/rooms",
            r#"POST /farewell {"was":"h1"}"#,
            "DELETE /houses/h1",
            "DELETE /houses/h0",
        ]
    );
}

#[tokio::test]
async fn a_run_that_is_interrupted_is_torn_down_all_the_same() {
    let bed = bed("[]", AROUND);
    for (stops_at, left_out) in [("street", 2), ("rooms", 0)] {
        let stop = Stop::default();
        let fake = Fake { stops_at, ..fake(&stop) };
        let (_, failed, _) = perform(&bed, &fake).await;
        assert_eq!(failed, None, "the cases say by themselves why they weren't performed");
        let asked = fake.asked.borrow();
        assert!(asked.iter().any(|one| one == "DELETE /houses/h0"), "{asked:#?}");
        let torn_down = asked.iter().any(|one| one.starts_with("POST /farewell"));
        // What a set-up would have given isn't there.
        assert_eq!(torn_down, left_out == 0, "{asked:#?}");
    }
}

#[tokio::test]
async fn a_set_up_that_fails_is_undone_and_told() {
    let bed = bed("[]", AROUND);
    let stop = Stop::default();
    let answer = |request: &HttpRequest, number| match (request.target.as_str(), number) {
        ("/houses", 1) => (500, json!({})),
        _ => sound(request, number),
    };
    let fake = Fake { answer, ..fake(&stop) };
    let (given, failed, verdicts) = perform(&bed, &fake).await;
    let failed = failed.expect("it failed");
    assert!(
        failed.starts_with("the set-up workflow `house` failed: step `b` (`build`)"),
        "{failed}"
    );
    assert_eq!(given.len(), 1);
    assert_eq!(verdicts, [Verdict::Passed, Verdict::Failed, Verdict::Skipped]);
    let asked = fake.asked.borrow();
    assert_eq!(asked.last().map(String::as_str), Some("DELETE /houses/h0"), "{asked:#?}");
    assert!(!asked.iter().any(|one| one.contains("rooms")), "{asked:#?}");
}

#[tokio::test]
async fn an_output_that_no_answer_has_fails_the_set_up() {
    let bed = bed("[]", AROUND);
    let stop = Stop::default();
    let fake = Fake { answer: |_, _| (201, json!({"name": "x"})), ..fake(&stop) };
    let (_, failed, _) = perform(&bed, &fake).await;
    let failed = failed.expect("it failed");
    assert!(failed.contains("`street` failed: no answer has what its output `first`"), "{failed}");
}

#[tokio::test]
async fn a_token_is_shown_where_the_scheme_wants_it() {
    for (scheme, output, shown) in [
        ("bearer", "token", "GET /houses/h1/rooms Bearer token-0"),
        ("key", "token", "GET /houses/h1/rooms?key=token-0"),
        ("sid", "token", "GET /houses/h1/rooms sid=token-0"),
        ("sid", "cookie", "GET /houses/h1/rooms sid=s3ss10n"),
    ] {
        let profile = format!(
            "[inputs]\nhouse = \"h1\"\n[credentials.guest]\nmay = [\"*\"]\n\
             workflow = {{ id = \"login\", output = \"{output}\" }}\n"
        );
        let bed = bed(&format!("[{{ {scheme}: [] }}]"), &profile);
        let stop = Stop::default();
        let fake = fake(&stop);
        perform(&bed, &fake).await;
        assert_eq!(fake.asked.borrow().as_slice(), ["POST /login", shown]);
        let secrets = bed.profile.secrets();
        let secrets: Vec<_> =
            secrets.iter().map(|(name, one)| (name.as_str(), one.expose())).collect();
        let secret = shown.rsplit([' ', '=']).next().unwrap_or_default();
        assert_eq!(secrets, [("guest", secret)]);
    }
}

#[test]
fn workflows_with_a_part_of_their_own_are_no_cases() {
    let bed = bed("[]", "[workflows]\nsetup = [\"house\"]\n");
    let workflows = bed.plan.cases.iter().filter(|case| case.id.contains(":workflow:"));
    let ids: Vec<_> =
        workflows.map(|case| case.id.rsplit(':').next().unwrap_or_default()).collect();
    assert!(!ids.contains(&"house"), "{ids:?}");
    let gives: Vec<_> = bed.plan.routines.setup[0].outputs.keys().map(String::as_str).collect();
    assert_eq!(gives, ["house"]);
}
