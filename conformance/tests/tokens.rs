//! Credentials whose tokens are had at run time: from a token endpoint, by discovery, renewed when they are refused.

mod bench;
mod target;

use std::sync::{Arc, Mutex};

use bench::{Bench, code, text};
use serde_json::{Value, json};
use target::{RawTarget, answer, read_request};

const CONTRACT: &str = r"
openapi: 3.0.3
info: { title: Things, version: '1' }
security: [{ oauth: [read] }]
paths:
  /things:
    get:
      operationId: listThings
      responses:
        '200': { description: All., content: { application/json: { schema: { type: object } } } }
        '401': { $ref: '#/components/responses/Unauthorized' }
  /others:
    get:
      operationId: listOthers
      responses:
        '200': { description: All., content: { application/json: { schema: { type: object } } } }
        '401': { $ref: '#/components/responses/Unauthorized' }
components:
  securitySchemes:
    oauth: { type: oauth2, flows: { clientCredentials: { tokenUrl: /oauth/token, scopes: { read: Read. } } } }
  responses:
    Unauthorized: { description: Who?, content: { application/json: { schema: { type: object } } } }
";

/// An authorization server and the service that trusts its tokens.
#[derive(Default)]
struct Service {
    /// Forms that were posted to the token endpoint, each with its `Authorization`.
    asked: Vec<(String, Option<String>)>,
    /// How many tokens were given; the latest is the only one that is good.
    given: usize,
    /// How often a token may be used before it is revoked.
    uses: Option<usize>,
    used: usize,
    /// The whole answer of the token endpoint, instead of a token.
    refusal: Option<String>,
}

impl Service {
    fn token(&self) -> String {
        format!("access-{:04}-of-service", self.given)
    }

    fn respond(&mut self, request: &str) -> String {
        let (head, body) = request.split_once("\r\n\r\n").unwrap_or((request, ""));
        let authorization = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("authorization").then(|| value.to_owned())
        });
        let path = head.split(' ').nth(1).unwrap_or_default();
        match path.split('?').next().unwrap_or_default() {
            "/oauth/token" => self.give(body, authorization),
            "/.well-known/openid-configuration" => {
                let host = head.lines().find_map(|line| {
                    let (name, value) = line.split_once(": ")?;
                    name.eq_ignore_ascii_case("host").then_some(value)
                });
                let url = format!("http://{}/oauth/token", host.unwrap_or_default());
                reply(200, &json!({"token_endpoint": url}))
            }
            _ => self.serve(authorization.as_deref()),
        }
    }

    fn give(&mut self, form: &str, authorization: Option<String>) -> String {
        self.asked.push((form.to_owned(), authorization));
        if let Some(refusal) = &self.refusal {
            return refusal.clone();
        }
        self.given += 1;
        self.used = 0;
        reply(
            200,
            &json!({
                "access_token": self.token(),
                "token_type": "Bearer",
                "expires_in": 3600,
                "refresh_token": format!("refresh-{:04}", self.given),
            }),
        )
    }

    fn serve(&mut self, authorization: Option<&str>) -> String {
        let shown = authorization.and_then(|value| value.split_once(' '));
        let good = shown.is_some_and(|(scheme, token)| {
            scheme.eq_ignore_ascii_case("bearer") && token == self.token()
        });
        if !good || self.uses.is_some_and(|uses| self.used >= uses) {
            let refused = reply(401, &json!({"seen": authorization}));
            return refused.replacen("\r\n", "\r\nwww-authenticate: Bearer\r\n", 1);
        }
        self.used += 1;
        reply(200, &json!({"token": self.token()}))
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

fn bench(credential: &str) -> Bench {
    let bench = Bench::new();
    bench.write("things.yaml", CONTRACT);
    bench.write("profile.toml", &format!("[credentials.robot]\nmay = [\"*\"]\n{credential}\n"));
    bench
}

const CLIENT: &str = "oauth2 = { flow = \"client_credentials\", client_id = \"it's me\", client_secret = \
                      \"client:s3cret\", scopes = [\"read\", \"write\"] }";

/// Runs against a service: every cell passes, and nothing that is written holds a secret.
async fn conforms(credential: &str, service: Service) -> Vec<(String, Option<String>)> {
    let (target, service) = start(service).await;
    let bench = bench(credential);
    let formats = ["json", "junit", "html", "markdown"];
    // One after the other: how often a token is used before it is revoked is counted.
    let flags = ["--url", &target.url, "--require-all", "--workers", "1"];
    let mut flags: Vec<_> = flags.iter().map(|flag| (*flag).to_owned()).collect();
    for format in formats {
        flags.extend(["--report".to_owned(), format!("{format}=r.{format}")]);
    }
    let flags: Vec<_> = flags.iter().map(String::as_str).collect();
    let output = bench.run(&flags).await;
    assert_eq!(code(&output), 0, "{}", text(&output));
    for format in formats {
        let written = bench.read(&format!("r.{format}"));
        for secret in ["-of-service", "s3cret", "pass word", "refresh-"] {
            assert!(!written.contains(secret), "{format} holds `{secret}`: {written}");
        }
    }
    let service = service.lock().expect("no panic");
    service.asked.clone()
}

#[tokio::test]
async fn a_client_gets_its_token_where_the_contract_says() {
    let asked = conforms(CLIENT, Service::default()).await;
    let form = "grant_type=client_credentials&scope=read%20write";
    // The base64 of `it%27s%20me:client%3As3cret`.
    let basic = "Basic aXQlMjdzJTIwbWU6Y2xpZW50JTNBczNjcmV0";
    assert_eq!(asked, [(form.to_owned(), Some(basic.to_owned()))], "once for all requests");
}

#[tokio::test]
async fn a_token_that_is_revoked_in_the_middle_is_renewed() {
    let asked = conforms(CLIENT, Service { uses: Some(3), ..Service::default() }).await;
    assert!(asked.len() > 2, "{asked:?}");
}

#[tokio::test]
async fn a_user_s_password_and_a_discovered_endpoint_do() {
    let (target, service) = start(Service::default()).await;
    let credential = format!(
        "openid_connect = {{ issuer = \"{}\", flow = \"password\", username = \"u\", \
         password = \"pass word\", client_id = \"app\" }}",
        target.url
    );
    let bench = bench(&credential);
    let output = bench.run(&["--url", &target.url, "--require-all"]).await;
    assert_eq!(code(&output), 0, "{}", text(&output));
    let form = "grant_type=password&username=u&password=pass%20word&client_id=app";
    let service = service.lock().expect("no panic");
    assert_eq!(service.asked, [(form.to_owned(), None)]);
}

#[tokio::test]
async fn a_newer_refresh_token_takes_the_place_of_the_profile_s() {
    let credential = "oauth2 = { flow = \"refresh_token\", refresh_token = \"refresh-first\" }";
    let asked = conforms(credential, Service { uses: Some(3), ..Service::default() }).await;
    let forms: Vec<_> = asked.iter().map(|(form, _)| form.as_str()).collect();
    assert_eq!(forms[0], "grant_type=refresh_token&refresh_token=refresh-first");
    assert_eq!(forms[1], "grant_type=refresh_token&refresh_token=refresh-0001");
}

#[tokio::test]
async fn a_token_that_can_t_be_had_skips_what_needs_it() {
    let echo = json!({"error": "invalid_client", "error_description": "no client:s3cret here"});
    for (refusal, words) in [
        (reply(400, &echo), "the token endpoint answered 400 (invalid_client)"),
        (reply(200, &json!({"token": 1})), "the token endpoint gave no `access_token`"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n<p>".into(), "something else than JSON"),
        ("HTTP/1.1 302 X\r\nlocation: /\r\ncontent-length: 0\r\n\r\n".into(), "answered 302"),
    ] {
        let service = Service { refusal: Some(refusal), ..Service::default() };
        let (target, service) = start(service).await;
        let bench = bench(CLIENT);
        let flags = ["--url", &target.url, "--report", "json=r.json", "--require-all"];
        let output = bench.run(&flags).await;
        assert_eq!(code(&output), 1, "{}", text(&output));
        let report = bench.read("r.json");
        assert!(!report.contains("s3cret") && !text(&output).contains("s3cret"));
        let report: Value = serde_json::from_str(&report).expect("JSON");
        assert_eq!(report["summary"]["failed"], 0, "{}", text(&output));
        let cells = report["cells"].as_array().expect("cells");
        let told = cells.iter().filter_map(|cell| cell["reason"].as_str());
        let told: Vec<_> = told.filter(|reason| reason.contains(words)).collect();
        assert!(!told.is_empty(), "no `{words}` in {cells:#?}");
        assert!(told.iter().all(|reason| reason.contains("credential `robot` can't be had")));
        let asked = service.lock().expect("no panic").asked.len();
        assert!((1..=3).contains(&asked), "asked {asked} times");
    }
}

#[tokio::test]
async fn a_place_that_nobody_names_is_a_mistake() {
    let bench = bench(CLIENT);
    let plain = CONTRACT.replace("{ type: oauth2, flows: { clientCredentials: { tokenUrl: /oauth/token, scopes: { read: Read. } } } }", "{ type: http, scheme: bearer }");
    bench.write("things.yaml", &plain);
    let output = bench.run(&["--url", "http://127.0.0.1:1"]).await;
    assert_eq!(code(&output), 2, "{}", text(&output));
    let told = text(&output);
    assert!(
        told.contains("doesn't say where its token is had") && told.contains("profile.toml:3:10")
    );
    assert!(told.contains("add `token_url`"), "{told}");
}
