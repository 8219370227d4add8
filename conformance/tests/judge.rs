//! The judge: a sound answer raises nothing, and each way of being wrong is told by exactly its own check.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use conformance::judge::{Check, Judge, Verdict};
use conformance::transport::{Exchange, Failure, FailureKind, HttpRequest, HttpResponse};
use spec::model::{Contract, Status};
use spec::{FileSystem, Memory};

const CONTRACT: &str = r##"
openapi: 3.0.3
info: { title: Things, version: '1' }
security: [{ bearer: [] }]
paths:
  /things/{id}:
    parameters:
      - { name: id, in: path, required: true, schema: { type: string } }
    get:
      operationId: getThing
      responses:
        '200':
          description: The thing.
          headers:
            X-Count: { required: true, schema: { type: integer, minimum: 0 } }
            X-Note: { schema: { type: string, maxLength: 3 } }
          content:
            application/json:
              schema: { $ref: '#/components/schemas/Thing' }
        '202': { description: Words., content: { text/plain: { schema: { type: string, maxLength: 4 } } } }
        '204': { description: Nothing to show. }
        '401':
          description: Who are you?
          content:
            application/problem+json:
              schema: { type: object, required: [status], properties: { status: { type: integer, enum: [401] } } }
        '404':
          description: Nothing.
          content: { application/problem+json: { schema: { type: object, properties: { status: { type: integer } } } } }
        '405': { description: Not that way. }
        '503': { description: Later. }
    delete:
      operationId: deleteThing
      responses:
        '200': { description: Gone. }
components:
  securitySchemes:
    bearer: { type: http, scheme: bearer }
  schemas:
    Thing:
      type: object
      required: [id, name, secret]
      properties:
        id: { type: string, format: uuid }
        name: { type: string, maxLength: 5 }
        note: { type: string, nullable: true }
        made: { type: string, format: date-time }
        link: { type: string, format: uri }
        small: { type: integer, format: int32 }
        secret: { type: string, writeOnly: true }
        parent: { $ref: '#/components/schemas/Thing' }
        kind: { oneOf: [{ type: integer }, { type: object, required: [a], properties: { a: { type: string } } }] }
"##;

fn contract() -> Contract {
    let reading = spec::read(Path::new("things.yaml"), &Memory::one("things.yaml", CONTRACT));
    assert!(!reading.findings.has_errors(), "{}", reading.findings.render());
    reading.contract.expect("a contract")
}

struct Answer {
    method: &'static str,
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    body: Vec<u8>,
    wanted: Vec<Status>,
}

impl Answer {
    fn new(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Self {
        Self {
            method: "GET",
            status,
            headers: headers.to_vec(),
            body: body.as_bytes().to_vec(),
            wanted: vec![Status::Code(200)],
        }
    }

    /// The right answer but for its body.
    fn body(body: &str) -> Self {
        Self::new(200, &[("content-type", "application/json"), ("x-count", "1")], body)
    }

    fn judged(self) -> Vec<Check> {
        let contract = contract();
        let judge = Judge::new(&contract).expect("sound schemas");
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let request = HttpRequest {
            method: self.method.to_owned(),
            target: "/things/1".to_owned(),
            headers: vec![],
            body: None,
            identity: None,
            is_limited: false,
        };
        let response = HttpResponse {
            status: self.status,
            headers: self.headers.iter().map(own).collect(),
            body: self.body.into(),
        };
        let exchange =
            Exchange { request: Arc::new(request), outcome: Ok(response), elapsed: Duration::ZERO };
        judge.judge("getThing", &exchange, &self.wanted).checks
    }

    #[track_caller]
    fn fails(self, id: &str) -> Check {
        let failed: Vec<_> =
            self.judged().into_iter().filter(|check| check.verdict == Verdict::Failed).collect();
        assert_eq!(failed.len(), 1, "{failed:#?}");
        assert_eq!(failed[0].id, id, "{failed:#?}");
        failed[0].clone()
    }

    #[track_caller]
    fn passes(self) {
        let failed: Vec<_> =
            self.judged().into_iter().filter(|check| check.verdict != Verdict::Passed).collect();
        assert!(failed.is_empty(), "{failed:#?}");
    }
}

const ID: &str = r#""id":"3fa85f64-5717-4562-b3fc-2c963f66afa6""#;

fn thing(members: &str) -> Answer {
    Answer::body(&format!("{{{ID},\"name\":\"abc\"{members}}}"))
}

#[test]
fn sound_answers_raise_nothing() {
    thing("").passes();
    thing(r#","note":null,"made":"2025-01-01T00:00:00Z","link":"http://a/b","small":-5,"more":1"#)
        .passes();
    thing(&format!(r#","parent":{{{ID},"name":"ab"}},"kind":{{"a":"x"}}"#)).passes();
    let mut charset = thing("");
    charset.headers[0].1 = "Application/JSON; charset=utf-8";
    charset.passes();
    Answer::new(204, &[], "").passes();
    Answer::new(202, &[("content-type", "text/plain")], "abcd").passes();
}

#[test]
fn each_way_of_being_wrong_has_its_own_check() {
    Answer::new(418, &[], "").fails("status-documented");
    Answer::new(302, &[("location", "http://elsewhere/")], "").fails("status-documented");
    Answer::new(503, &[], "").fails("no-server-error");
    Answer::new(200, &[("x-count", "1"), ("content-type", "text/plain")], "{}").fails("media-type");
    Answer::new(200, &[("x-count", "1")], "{}").fails("media-type");
    Answer::body("").fails("body-present");
    Answer::new(204, &[], "oops").fails("no-body");
    Answer::body("{\"id\":").fails("body-json");
    Answer::body("NaN").fails("body-json");
    Answer::new(200, &[("content-type", "application/json")], &format!("{{{ID},\"name\":\"\"}}"))
        .fails("header-required");
    let head = [("content-type", "application/json"), ("x-count", "-1")];
    Answer::new(200, &head, &format!("{{{ID},\"name\":\"\"}}")).fails("header-schema");
    let head = [("content-type", "application/json"), ("x-count", "1"), ("x-note", "long")];
    Answer::new(200, &head, &format!("{{{ID},\"name\":\"\"}}")).fails("header-schema");
    let mut broken = thing("");
    broken.body.push(0xff);
    let check = broken.fails("body-json");
    assert!(check.message.contains("UTF-8"), "{}", check.message);
}

#[test]
fn a_problem_repeats_the_status() {
    let problem = |body| Answer::new(404, &[("content-type", "application/problem+json")], body);
    for body in ["{}", r#"{"status":404}"#, r#"{"status":404.0}"#] {
        problem(body).passes();
    }
    assert_eq!(problem(r#"{"status":400}"#).fails("problem-status").got.as_deref(), Some("400"));
}

#[test]
fn a_time_to_wait_is_one() {
    let later = |wait| {
        Answer::new(
            404,
            &[("retry-after", wait), ("content-type", "application/problem+json")],
            "{}",
        )
    };
    for wait in ["0", "120", "Wed, 21 Oct 2015 07:28:00 GMT"] {
        later(wait).passes();
    }
    for wait in ["-1", "1.5", "soon", "", "2015-10-21T07:28:00Z", "Wed, 21 Oct 2015 07:28:00 +0000"]
    {
        later(wait).fails("retry-after");
    }
}

#[test]
fn schemas_are_judged_with_formats_and_directions() {
    for members in [
        r#","note":5"#,
        r#","made":"2025-01-01 00:00""#,
        r#","link":"not absolute""#,
        r#","small":2147483648"#,
        r#","parent":{"name":"a"}"#,
        r#","kind":{"a":1}"#,
    ] {
        thing(members).fails("body-schema");
    }
    Answer::body(r#"{"id":"5","name":"abc"}"#).fails("body-schema");
    Answer::body("[]").fails("body-schema");
    Answer::new(202, &[("content-type", "text/plain")], "abcde").fails("body-schema");
}

#[test]
fn a_failed_check_tells_what_where_and_by_whose_word() {
    let check =
        thing(&format!(r#","parent":{{{ID},"name":"much too long"}}"#)).fails("body-schema");
    assert_eq!(check.pointer.as_deref(), Some("/parent/name"));
    assert_eq!(check.expected.as_deref(), Some("5 characters or fewer"));
    assert_eq!(check.got.as_deref(), Some("\"much too long\""));
    let Some(conformance::case::Place::Contract(origin)) = check.place else {
        panic!("a place in the contract: {check:#?}")
    };
    assert_eq!(origin.pointer, "/components/schemas/Thing/properties/name/maxLength");
    assert!(contract().sources.describe(&origin).starts_with("things.yaml:"));
}

#[test]
fn a_server_error_that_the_case_asks_for_is_right() {
    let mut asked_for = Answer::new(503, &[], "");
    asked_for.wanted = vec![Status::Code(503)];
    asked_for.passes();
}

#[test]
fn http_asks_for_more_than_the_contract_says() {
    let head = [("content-type", "application/problem+json")];
    let answer =
        |head: &[(&'static str, &'static str)]| Answer::new(401, head, r#"{"status":401}"#);
    answer(&head).fails("www-authenticate");
    answer(&[head[0], ("www-authenticate", "Bearer")]).passes();
    let check = Answer::new(401, &[head[0], ("www-authenticate", "Bearer")], r#"{"status":403}"#)
        .fails("body-schema");
    assert_eq!(check.expected.as_deref(), Some("the value 401"));

    let probe = |allow: &[(&'static str, &'static str)]| {
        let mut answer = Answer::new(405, allow, "");
        answer.method = "PATCH";
        answer.wanted = vec![Status::Code(405)];
        answer
    };
    probe(&[]).fails("allow");
    probe(&[("allow", "GET")]).fails("allow-complete");
    probe(&[("allow", "GET, DELETE, PATCH")]).fails("allow-complete");
    probe(&[("allow", "GET, HEAD"), ("allow", "DELETE")]).passes();
}

#[test]
fn a_probe_that_is_answered_as_the_operation_is_not_held_to_its_promises() {
    let mut probe = Answer::new(200, &[("content-type", "text/html")], "<p>");
    probe.method = "PATCH";
    probe.wanted = vec![Status::Code(405)];
    let failed: Vec<_> = probe
        .judged()
        .into_iter()
        .filter(|check| check.verdict == Verdict::Failed)
        .map(|check| check.id)
        .collect();
    assert!(!failed.contains(&"media-type") && !failed.contains(&"body-schema"), "{failed:?}");
}

#[test]
fn no_answer_is_a_failed_check() {
    let contract = contract();
    let judge = Judge::new(&contract).expect("sound schemas");
    let request = HttpRequest {
        method: "GET".into(),
        target: "/things/1".into(),
        headers: vec![],
        body: None,
        identity: None,
        is_limited: false,
    };
    let failure = Failure::from(FailureKind::Timeout(Duration::from_secs(10)));
    let exchange =
        Exchange { request: Arc::new(request), outcome: Err(failure), elapsed: Duration::ZERO };
    let checks = judge.judge("getThing", &exchange, &[]).checks;
    assert_eq!(checks.len(), 1);
    assert_eq!((checks[0].id, checks[0].verdict), ("answered", Verdict::Failed));
    assert_eq!(checks[0].message, "no answer within 10 s");
}

#[test]
fn a_schema_that_cannot_be_used_is_told_with_its_place() {
    let text = CONTRACT.replace("maxLength: 5", "pattern: '('");
    let reading = spec::read(Path::new("things.yaml"), &Memory::one("things.yaml", &text));
    let contract = reading.contract.expect("a contract");
    let findings = Judge::new(&contract).err().expect("the pattern is none");
    assert_eq!(findings[0].at.pointer, "/components/schemas/Thing/properties/name/pattern");
}

/// Real documents, where they are at hand: none may keep the judge from being made without a word, or make it panic.
#[test]
fn real_documents_make_a_judge() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let Ok(files) = std::fs::read_dir(&corpus) else {
        eprintln!("SKIPPED: {} is not there", corpus.display());
        return;
    };
    for file in
        files.filter_map(Result::ok).filter(|file| file.metadata().is_ok_and(|m| m.len() < 300_000))
    {
        let Some(contract) = spec::read(&file.path(), &FileSystem).contract else { continue };
        if let Err(findings) = Judge::new(&contract) {
            for finding in findings {
                assert!(!finding.message.is_empty(), "{}", finding.render(&contract.sources));
            }
        }
    }
}
