//! Reports: they add up, they hold no secret in any form, and what a target sends can't break out of them.

mod causes;
mod github;
mod har;
mod hints;
mod junit;
mod kinds;
mod known;
mod needs;
mod page;
mod schema;
mod shown;
mod size;
mod support;
#[path = "../valid/mod.rs"]
mod valid;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use conformance::case::{Case, Cell, Derivation, Isolation, Place};
use conformance::judge::{Check, Verdict};
use conformance::plan::{Plan, Unprovoked};
use conformance::profile::{Profile, read_text};
use conformance::report::{self, Facts, KnownFailures, Redactor, Report, SelectionReport};
use conformance::run::{CaseOutcome, Kept, KeptResponse, StepOutcome, StepRole};
use conformance::transport::HttpRequest;
use indexmap::IndexMap;
use spec::model::{Contract, Status};
use spec::{Memory, Origin};

const CONTRACT: &str = r"
openapi: 3.0.3
info: { title: 'Things & <more>', version: '1' }
paths:
  /things:
    get:
      operationId: listThings
      responses: { '200': { description: a }, '401': { description: b }, default: { description: c } }
    post:
      operationId: createThing
      responses: { '201': { description: a }, 4XX: { description: b } }
";

const SECRET: &str = "sEcr3t/t0ken+value";

fn contract() -> Contract {
    let reading = spec::read(Path::new("things.yaml"), &Memory::one("things.yaml", CONTRACT));
    reading.contract.expect("a contract")
}

fn profile() -> Profile {
    let text = format!(
        "[credentials.admin]\nbearer = \"{SECRET}\"\nmay = [\"*\"]\n[credentials.ops-2]\nbearer = \"{SECRET}-longer\"\nmay = []\n"
    );
    read_text(Path::new("profile.toml"), &text, |_| None).expect("a sound profile")
}

fn cell(operation_id: &str, status: Status) -> Cell {
    Cell { operation_id: operation_id.to_owned(), status }
}

fn case(id: &str, cell: Cell) -> Case {
    Case {
        id: id.to_owned(),
        cell,
        also: Vec::new(),
        source: Derivation::HappyPath,
        summary: "asks <b>nicely</b>".to_owned(),
        origin: Place::Contract(Origin::root("/paths/~1things/get")),
        inputs: IndexMap::new(),
        steps: vec![],
        cleanup: vec![],
        isolation: Isolation::Reads,
        undisturbed: vec![],
    }
}

fn outcome(id: &str, operation_id: &str, status: u16, body: &str, failed: bool) -> CaseOutcome {
    let request = HttpRequest {
        method: support::method_of(operation_id).to_owned(),
        target: format!("/things?token={SECRET}"),
        headers: vec![("authorization".to_owned(), format!("Bearer {SECRET}"))],
        body: Some(format!("it's {SECRET}").into()),
        identity: None,
        is_limited: false,
    };
    let mut check = Check::passed("body-schema", "the body matches its schema");
    if failed {
        check.verdict = Verdict::Failed;
        check.message = format!("`/a` violates <script>alert(1)</script> {SECRET}");
        check.got = Some(body.to_owned());
        check.pointer = Some("/a".to_owned());
        check.place = Some(Place::Contract(Origin::root("/paths/~1things/get")));
    }
    let response = KeptResponse {
        status,
        headers: vec![("x-echo".to_owned(), SECRET.to_owned())],
        body: body.to_owned().into(),
        body_length: body.len(),
    };
    let verdict = if failed { Verdict::Failed } else { Verdict::Passed };
    CaseOutcome {
        id: id.to_owned(),
        verdict,
        reason: failed.then(|| format!("it says {body}")),
        steps: vec![StepOutcome {
            id: "only".to_owned(),
            operation_id: operation_id.to_owned(),
            role: StepRole::Case,
            exchange: Kept {
                request_length: request.body.as_ref().map_or(0, |body| body.len()),
                request: Arc::new(request),
                outcome: Ok(response),
                started: SystemTime::UNIX_EPOCH,
                elapsed: Duration::from_millis(3),
            },
            checks: vec![check],
            cell: cell(operation_id, Status::Code(status)),
        }],
        elapsed: Duration::from_millis(3),
        confirmed: None,
    }
}

fn report_of(body: &str) -> Report {
    let contract = contract();
    let profile = profile();
    let cells = [
        cell("listThings", Status::Code(200)),
        cell("listThings", Status::Code(401)),
        cell("listThings", Status::Default),
        cell("createThing", Status::Code(201)),
        cell("createThing", Status::Range(4)),
    ];
    let unprovoked =
        Unprovoked { cell: cells[2].clone(), reason: "nothing provokes it".to_owned() };
    let cases = vec![
        case("listThings:200:a", cells[0].clone()),
        case("listThings:200:b", cells[0].clone()),
        case("listThings:401:none", cells[1].clone()),
        case("createThing:201:a", cells[3].clone()),
        case("createThing:4XX:a", cells[4].clone()),
    ];
    let outcomes = [
        outcome("listThings:200:a", "listThings", 200, body, true),
        outcome("listThings:200:b", "listThings", 200, body, true),
        outcome("listThings:401:none", "listThings", 401, body, false),
        outcome("createThing:201:a", "createThing", 201, body, false),
        outcome("createThing:4XX:a", "createThing", 422, body, false),
    ];
    let unprovoked = vec![unprovoked];
    let plan = Plan { cells: cells.to_vec(), cases, unprovoked, ..Plan::default() };
    let redactor = Redactor::new(&profile);
    let facts = Facts {
        contract: &contract,
        plan: &plan,
        workflows: None,
        url: "http://target",
        redactor: &redactor,
        variables: &IndexMap::new(),
        known: KnownFailures { contract: &contract, entries: &[], today: support::today() },
        selection: SelectionReport::default(),
        requests: 5,
        learned: vec![],
        started: SystemTime::UNIX_EPOCH,
        elapsed: Duration::from_millis(1234),
        interrupted: false,
        ended: None,
    };
    report::build(&facts, outcomes.into())
}

fn all_formats(report: &Report) -> [(&'static str, String); 7] {
    [
        ("json", report::json(report)),
        ("junit", report::junit(report)),
        ("html", report::html(report)),
        ("markdown", report::markdown(report)),
        ("terminal", report::terminal(report)),
        ("har", report::har(report)),
        ("github", report::github(report, None)),
    ]
}

#[test]
fn a_report_adds_up() {
    let report = report_of("{}");
    let summary = &report.summary;
    assert_eq!(summary.cells_documented, 5);
    assert_eq!((summary.passed, summary.failed, summary.skipped), (3, 1, 1));
    assert_eq!(summary.cells_exercised, 4);
    let json: serde_json::Value = serde_json::from_str(&report::json(&report)).expect("JSON");
    assert_eq!(json["cells"][0]["status"], 200);
    assert_eq!(json["cells"][0]["method"], "GET");
    assert_eq!(json["cells"][0]["path"], "/things");
    assert_eq!(json["cells"][2]["status"], "default");
    assert_eq!(json["cells"][2]["reason"], "nothing provokes it");
    assert_eq!(json["cells"][4]["status"], "4XX");
    assert_eq!(
        json["cells"][0]["cases"],
        serde_json::json!(["listThings:200:a", "listThings:200:b"])
    );
    assert_eq!(json["summary"]["requests"], 5);
    assert_eq!(json["summary"]["duration_ms"], 1234);
    let step = &json["cases"][0]["steps"][0];
    assert_eq!(step["request"]["method"], "GET");
    assert_eq!(step["response"]["status"], 200);
    assert_eq!(step["checks"][0]["verdict"], "failed");
    assert_eq!(json["cases"][0]["source"], "happy-path");
}

/// The secret, however a target may spell it.
fn spellings() -> Vec<String> {
    let base64 = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    vec![
        SECRET.to_owned(),
        format!("{SECRET}-longer"),
        "sEcr3t%2Ft0ken%2Bvalue".to_owned(),
        base64(SECRET),
        base64(&format!("user:{SECRET}")),
        base64(&format!("a:{SECRET}:more")),
        base64(&format!("{{\"token\":\"{SECRET}\"}}")),
        SECRET.bytes().map(|byte| format!("{byte:02x}")).collect(),
    ]
}

#[test]
fn no_format_holds_a_secret_in_any_spelling() {
    for spelling in spellings() {
        let report = report_of(&format!("{{\"echo\": \"{spelling}\"}}"));
        // What of a base64 text depends on what stands around the secret may stay; its middle may not.
        let middle = &spelling[spelling.len() / 3..spelling.len() * 2 / 3];
        for (format, text) in all_formats(&report) {
            assert!(!text.contains(SECRET), "{format} holds the secret");
            assert!(!text.contains(middle), "{format} holds {spelling}");
            assert!(text.contains("TOKEN_ADMIN") || text.contains("TOKEN_OPS_2"), "{format}");
        }
    }
}

#[test]
fn no_part_of_a_secret_stays_where_a_body_was_cut() {
    let redactor = Redactor::new(&profile());
    assert_eq!(redactor.beginning(&format!("abc {}", &SECRET[..9])), "abc ");
    assert_eq!(redactor.beginning(&format!("abc {SECRET} def")), "abc $TOKEN_ADMIN def");
}

#[test]
fn a_curl_line_leaves_secrets_to_the_shell() {
    let report = report_of("{}");
    let curl = &report.cases[0].steps[0].curl;
    assert!(curl.contains(r#"-H 'authorization: Bearer '"$TOKEN_ADMIN" "#), "{curl}");
    let script = format!("TOKEN_ADMIN={SECRET}; curl() {{ printf '%s\\n' \"$@\"; }}; {curl}");
    let output = std::process::Command::new("sh").arg("-c").arg(script).output().expect("a shell");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    let arguments: Vec<_> = printed.lines().collect();
    assert!(
        arguments.contains(&format!("http://target/things?token={SECRET}").as_str()),
        "{printed}"
    );
    assert!(arguments.contains(&format!("authorization: Bearer {SECRET}").as_str()), "{printed}");
    assert!(arguments.contains(&format!("it's {SECRET}").as_str()), "{printed}");
}

const HOSTILE: &str = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&\u{0}\u{1b}[2J\u{202e}]]>|`\n# x";

#[test]
fn what_a_target_sends_stays_text() {
    let report = report_of(HOSTILE);
    let html = report::html(&report);
    assert_eq!(html.matches("<script>").count(), 1, "only the page's own");
    assert!(!html.contains("<img") && !html.contains("<b>nicely"), "escaped");
    assert!(html.contains("&lt;script&gt;alert(1)"));
    assert!(!html.contains(['\u{0}', '\u{1b}', '\u{202e}']));
    assert!(html.contains("Things &amp; &lt;more&gt;"));

    let junit = report::junit(&report);
    assert!(!junit.contains(['\u{0}', '\u{1b}']) && !junit.contains("<script"));
    // Within code spans, which the hostile text's own backticks don't end, Markdown takes nothing for HTML.
    let markdown = report::markdown(&report);
    assert!(
        markdown.lines().filter(|line| line.contains("<script")).all(|line| line.contains("``"))
    );
    assert!(
        !markdown.lines().any(|line| line.starts_with("<details>") && line.contains("<script"))
    );
    let terminal = report::terminal(&report);
    assert!(!terminal.contains('\u{0}') && !terminal.contains("\u{1b}[2J"));
}

#[test]
fn one_fault_is_told_once() {
    let report = report_of("{}");
    let terminal = report::terminal(&report);
    assert_eq!(terminal.matches("body-schema").count(), 1, "{terminal}");
    assert!(terminal.contains("in listThings:200:b"), "{terminal}");
    assert!(terminal.contains("things.yaml:"), "{terminal}");
}

#[test]
fn report_targets_are_read() {
    let read = |text: &str| text.parse::<report::Target>().map_err(|error| error.to_string());
    assert_eq!(read("html=a=b.html").map(|target| target.path), Ok("a=b.html".into()));
    for (text, words) in [
        ("html", "FORMAT=PATH"),
        ("html=", "FORMAT=PATH"),
        ("pdf=x", "json, junit, html, markdown, har, github"),
    ] {
        assert!(read(text).expect_err(text).contains(words), "{text}");
    }
}

#[test]
fn a_report_is_written_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new/report.json");
    let target = format!("json={}", path.display()).parse().expect("a target");
    report::write(&report_of("{}"), &target).expect("written");
    let text = std::fs::read_to_string(&path).expect("a file");
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    let others = std::fs::read_dir(folder.path().join("new")).expect("the folder").count();
    assert_eq!(others, 1, "no temporary file stays");
}
