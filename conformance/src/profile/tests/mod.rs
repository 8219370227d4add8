mod credentials;
mod known;

use std::path::Path;
use std::time::Duration;

use indexmap::{IndexMap, IndexSet};
use serde_json::json;
use spec::model::{Contract, Operation};

use super::{KnownWorkflow, May, Problem, Profile, Secret, closest, read_text, resource_input};
use crate::promise::Level;

fn read(text: &str) -> Result<Profile, Vec<Problem>> {
    read_text(Path::new("profile.toml"), text, |name| {
        (name == "TOKEN").then(|| "from-environment".to_owned())
    })
}

#[track_caller]
fn refused(text: &str, place: &str, words: &str) {
    let problems = read(text).expect_err("the profile is wrong");
    let shown: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert!(
        shown
            .iter()
            .any(|one| one.contains(&format!("--> profile.toml:{place}")) && one.contains(words)),
        "no problem at {place} with `{words}` in {shown:#?}"
    );
}

const SOUND: &str = r#"
url = "http://127.0.0.1:8080/"
faults = true

[inputs]
org_id = "11111111-1111-4111-8111-111111111111"
depth = 3

[credentials.zoe]
bearer = "zoe-token"
may = ["*"]

[credentials.anna]
bearer_env = "TOKEN"
may = ["listThings"]

[credentials.stranger]
bearer = "stranger-token"
may = []
"#;

#[test]
fn sound_profile_keeps_the_order_of_its_credentials() {
    let profile = read(SOUND).expect("sound");
    assert_eq!(profile.url.as_deref(), Some("http://127.0.0.1:8080"));
    assert!(profile.faults);
    assert_eq!(profile.inputs["depth"], serde_json::json!(3));
    assert_eq!(profile.credentials.keys().collect::<Vec<_>>(), ["zoe", "anna", "stranger"]);
    assert!(matches!(profile.credentials["zoe"].may, May::Everything));
    let anna = profile.credentials["anna"].bearer().map(Secret::expose);
    assert_eq!(anna, Some("from-environment"));
}

#[test]
fn secrets_stay_out_of_debug_output() {
    let shown = format!("{:?}", read(SOUND).expect("sound"));
    assert!(!shown.contains("zoe-token") && !shown.contains("from-environment"), "{shown}");
}

#[test]
fn mistakes_are_refused_with_their_place() {
    refused("urls = \"x\"", "1:1", "unknown field `urls`");
    refused("url = \"ftp://host\"", "1:7", "http://");
    refused("url = \"http://a/?b\"", "1:7", "query");
    refused("faults = \"yes\"", "1:10", "expected a boolean");
    refused("url = ", "1:", "");
    refused("[credentials.a]\nbearer = \"token\"\n", "1:", "doesn't say what it may call");
    refused("[credentials.a]\nmay = []\n", "1:", "shows nothing");
    refused("[credentials.a]\nbearer_env = \"NOT_SET\"\nmay = []\n", "2:14", "isn't set");
    refused(
        "[credentials.a]\nbearer = \"token\"\nbearer_env = \"TOKEN\"\nmay = []",
        "3:14",
        "both",
    );
    refused("[credentials.a]\nbearer = \"a b\"\nmay = []\n", "2:10", "visible ASCII");
    refused("[credentials.a]\nbearer = \"token\"\nmay = [\"*\", \"b\"]\n", "3:13", "adds nothing");
    refused("[credentials.a]\nbearer = \"token\"\nmay = \"*\"\n", "3:7", "sequence");
    refused("[credentials.a]\nbaerer = \"x\"\nmay = []\n", "2:1", "unknown field `baerer`");
    refused("[inputs]\na = nan\n", "2:5", "not a finite number");
}

#[test]
fn a_message_never_quotes_a_token() {
    let problems = read("[credentials.a]\nbearer = 123456789\nmay = []\n").expect_err("no text");
    let shown = problems[0].to_string();
    assert!(shown.contains("expected a string") && !shown.contains("123456789"), "{shown}");
}

#[test]
fn every_problem_is_told_at_once() {
    let problems = read("[credentials.a]\nmay = []\n[credentials.b]\nbearer = \"token\"\n");
    assert_eq!(problems.expect_err("two problems").len(), 2);
}

#[test]
fn a_slip_of_the_finger_is_recognised() {
    assert_eq!(closest("listThing", &["getThing", "listThings"]), Some("listThings"));
    assert_eq!(closest("remove", &["getThing", "listThings"]), None);
}

const CONTRACT: &str = r"
openapi: 3.1.0
info: { title: Flows, version: '1' }
paths:
  /flows/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getFlow
      tags: [flows]
      security: [{ oauth: [read] }, { key: [] }]
      parameters: [{ name: url, in: query, required: true, schema: { type: string } }]
      responses: { '200': { description: It. } }
    put:
      operationId: changeFlow
      security: [{ oauth: [write] }]
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties: { name: { type: string }, note: { type: string } }
      responses: { '200': { description: It. } }
  /runs/{flow_id}:
    parameters: [{ name: flow_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getRun
      security: [{ basic: [] }, { cookie: [], query: [] }]
      responses: { '200': { description: It. } }
components:
  securitySchemes:
    oauth: { type: oauth2, flows: { clientCredentials: { tokenUrl: /token, scopes: { read: '', write: '' } } } }
    key: { type: apiKey, in: header, name: X-Key }
    cookie: { type: apiKey, in: cookie, name: sid }
    query: { type: apiKey, in: query, name: token }
    basic: { type: http, scheme: basic }
";

fn contract() -> Contract {
    let source = spec::Memory::one("flows.yaml", CONTRACT);
    let reading = spec::read(Path::new("flows.yaml"), &source);
    assert!(!reading.findings.has_errors(), "{}", reading.findings.render());
    reading.contract.expect("a contract")
}

fn operation<'c>(contract: &'c Contract, id: &str) -> &'c Operation {
    contract.operation(id).expect("an operation")
}

fn sound(text: &str) -> Profile {
    read(text).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

#[test]
fn everything_that_a_profile_may_hold_is_read() {
    let profile = sound(
        r#"
        base_path = "/api/v1/"
        allow = ["resetAll", "PUT /settings", "tag:admin"]
        creates = true
        exclude = ["logout"]
        read_only = true
        settle = 0.5
        rate = 20
        workers = 4
        [headers]
        X-Tenant = "acme"
        X-Gateway = { env = "TOKEN" }
        [levels]
        no-body = "must"
        [operations.placeOrder.path]
        item = 3
        [operations.placeOrder.body]
        item = { env = "TOKEN" }
        lines = [{ sku = "a" }]
        [operations.placeOrder.levels]
        status-expected = "should"
        [resources.flow]
        id = "f1"
        [references]
        "https://schemas.example.org/" = "schemas/"
        [workflows]
        setup = ["login"]
        "#,
    );
    assert_eq!(profile.base_path.as_deref(), Some("/api/v1"));
    assert_eq!(profile.permissions.allow.0.len(), 3);
    assert_eq!(profile.permissions.creates.0[0].to_string(), "*");
    assert!(profile.permissions.read_only && profile.permissions.only.is_empty());
    assert_eq!(profile.settle, Duration::from_millis(500));
    assert_eq!((profile.rate, profile.workers), (Some(20.0), Some(4)));
    assert_eq!(profile.headers["X-Gateway"].expose(), "from-environment");
    assert_eq!(profile.levels.of("a", "no-body", Level::Note), Level::Must);
    assert_eq!(profile.levels.of("placeOrder", "status-expected", Level::Must), Level::Should);
    let order = &profile.operations["placeOrder"];
    assert_eq!(order.path["item"], json!(3));
    assert_eq!(order.body["lines"], json!([{"sku": "a"}]));
    assert_eq!(order.body["item"], json!("from-environment"));
    assert_eq!(profile.references["https://schemas.example.org/"], Path::new("schemas/"));
    assert!(profile.workflows.setup.contains_key("login"));
    let shown = format!("{profile:?}");
    assert!(!shown.contains("from-environment"), "{shown}");
    assert!(profile.secrets().iter().any(|(name, _)| name == "TOKEN"));
}

#[test]
fn what_a_key_may_not_hold_is_refused_with_its_place() {
    refused("base_path = \"api\"", "1:13", "/api/v1");
    refused("allow = 3", "1:9", "sequence of strings");
    refused("allow = [\"PUT settings\"]", "1:10", "no path");
    refused("only = true", "1:8", "sequence");
    refused("rate = 0", "1:8", "a number from");
    refused("workers = 1.5", "1:11", "a whole number from 1 to 1000");
    refused("settle = -1", "1:10", "a number from 0 to 3600");
    refused("[levels]\nno-bodi = \"must\"", "2:1", "did you mean `no-body`?");
    refused("[levels]\nno-body = \"loud\"", "2:11", "expected must, should, note or off");
    refused("[operations.a]\nquerry = {}", "2:1", "did you mean `query`?");
    refused("[operations.a.query]\nb = { env = \"NOT_SET\" }", "2:13", "isn't set");
    refused("[headers]\n\"a b\" = \"x\"", "2:1", "no name of a header");
    refused("[headers]\nContent-Length = \"1\"", "2:1", "by the run itself");
    refused("[headers]\nA = \"ä\"", "2:5", "visible ASCII");
    refused("[references]\nschemas = \"x\"", "2:1", "no beginning of a URL");
    refused("[workflows]\nsetup = [\"a\", \"b\", \"a\"]", "2:20", "names the workflow `a` twice");
    refused(
        "[headers]\nA = { workflow = \"a\" }",
        "2:5",
        "the workflow of header `A` lacks `output`",
    );
    refused("[headers]\nA = { workflow = \"a\", id = \"b\" }", "2:23", "unknown field `id`");
    let both = "[credentials.a]\nmay = []\noauth2 = { flow = \"refresh_token\", refresh_token = \"toktok\" }\n\
                workflow = { id = \"a\", output = \"b\" }";
    refused(both, "4:12", "two ways to get its token");
    refused("[workflows]\nsetpu = []", "2:1", "did you mean `setup`?");
}

#[test]
fn files_and_proxies_that_are_none_are_refused_with_their_place() {
    refused("ca = \"nowhere/ca.pem\"", "1:6", "can't read `nowhere/ca.pem`");
    refused("proxy = \"https://127.0.0.1:3128\"", "1:9", "only proxies behind `http://` work");
    refused("proxy = \"http://u:hunter2@h\"", "1:9", "user information");
    refused("client_certificate = { key = \"k.pem\" }", "1:22", "no `certificate` is named");
    let credential = "[credentials.a]\nmay = []\nclient_certificate = { certificate = \"c.pem\" }";
    refused(credential, "3:38", "can't read `c.pem`");
}

#[test]
fn what_contradicts_the_contract_is_an_error_and_what_it_cannot_use_a_warning() {
    let profile = sound(
        r#"
allow = ["tag:admin", "getFlow"]
[inputs]
id = "1"
url = "u"
name = "n"
depth = 3
flow = 1
[operations.getFlow.query]
ulr = "x"
[operations.changeFlow.body]
note = "x"
nmae = "x"
[operations.getFlwo.path]
id = "1"
[resources.flow]
id = "f1"
name = "x"
[credentials.a]
bearer = "tokentoken"
scheme = "oath"
may = ["getFlw", "tag:none"]
[credentials.b]
header = { name = "X-Other", value = "secret" }
may = ["*"]
"#,
    );
    let contract = contract();
    let told = |problems: Vec<Problem>| -> Vec<String> {
        problems.iter().map(ToString::to_string).collect()
    };
    let errors = told(profile.check_against(&contract));
    assert_eq!(errors.len(), 2, "{errors:#?}");
    assert!(errors[0].contains("may call `getFlw`") && errors[0].contains("profile.toml:22:8"));
    assert!(errors[1].contains("`oath`") && errors[1].contains("did you mean `oauth`?"));

    let workflow_inputs = IndexSet::from(["depth".to_owned()]);
    let warnings = told(profile.unused(&contract, &workflow_inputs));
    let expected = [
        (2, 10, "`allow` names `tag:admin`"),
        (8, 1, "input `flow`"),
        (10, 1, "`getFlow` has no query parameter `ulr`"),
        (13, 1, "`changeFlow` has no property of its body `nmae`"),
        (14, 13, "there is no operation `getFlwo`"),
        (18, 1, "no path parameter is `name` of a `flow`"),
        (22, 18, "may call `tag:none`"),
        (23, 14, "credential `b` fits none"),
    ];
    assert_eq!(warnings.len(), expected.len() + 1, "{warnings:#?}");
    for (line, column, words) in expected {
        let place = format!("profile.toml:{line}:{column}");
        let met = warnings.iter().any(|one| one.contains(words) && one.contains(&place));
        assert!(met, "no `{words}` at {place} in {warnings:#?}");
    }
}

#[test]
fn a_resource_names_its_path_parameters() {
    let contract = contract();
    let inputs = IndexMap::from([("id".to_owned(), json!("f1"))]);
    let resources = IndexMap::from([("flow".to_owned(), inputs)]);
    let of = |id, parameter| resource_input(&resources, operation(&contract, id), parameter);
    assert_eq!(of("getFlow", "id"), Some(&json!("f1")));
    assert_eq!(of("getRun", "flow_id"), Some(&json!("f1")));
    assert_eq!(of("getRun", "id"), None);
}

#[test]
fn workflows_that_are_not_there_are_mistakes() {
    let profile = sound("[workflows]\nsetup = [\"login\"]\nteardown = [\"lgoout\"]\n");
    let known = |id| KnownWorkflow { id, ..KnownWorkflow::default() };
    let told = profile.check_workflows(&[known("login"), known("logout")]);
    assert_eq!(told.len(), 1, "{told:#?}");
    let told = told[0].to_string();
    assert!(
        told.contains("profile.toml:3:13") && told.contains("did you mean `logout`?"),
        "{told}"
    );
    assert_eq!(profile.check_workflows(&[]).len(), 2);
    let left_out = KnownWorkflow { is_left_out: true, ..known("login") };
    let told = profile.check_workflows(&[left_out, known("lgoout")])[0].to_string();
    assert!(told.contains("the workflow `login` is left out"), "{told}");
}

#[test]
fn a_credential_that_nobody_asks_for_is_a_warning() {
    let profile = sound("[credentials.a]\nbearer = \"tokentoken\"\nmay = [\"*\"]\n");
    let text = "openapi: 3.1.0\ninfo: { title: a, version: '1' }\npaths: { /a: { get: { responses: { '200': \
                { description: a } } } } }";
    let reading = spec::read(Path::new("a.yaml"), &spec::Memory::one("a.yaml", text));
    let contract = reading.contract.expect("a contract");
    let told = profile.unused(&contract, &IndexSet::new());
    assert!(told[0].to_string().contains("`a` is never shown"), "{told:#?}");
}
