//! A run of the binary, and what is to be said of its report.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::service::{Answer, Request, Service, Store};
use crate::valid::assert_valid;

/// What nearly every document needs.
const PARTS: &str = "
components:
  securitySchemes: { token: { type: http, scheme: bearer } }
  parameters:
    id: { name: id, in: path, required: true, schema: { type: string } }
    number: { name: id, in: path, required: true, schema: { type: integer } }
  requestBodies:
    New: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/New' } } } }
  responses:
    Thing: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
    Done: { description: Done. }
    No: { description: No., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
  schemas:
    New: { type: object, required: [name], properties: { name: { type: string } } }
    Thing: { type: object, required: [id, name], properties: { id: { type: [string, integer] }, name: { type: string } } }
    Error: { type: object, required: [error], properties: { error: { type: string } } }
";

/// Things that are made, looked at and removed.
pub(crate) const THINGS: &str = "
paths:
  /things:
    post:
      operationId: make
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '422': { $ref: '#/components/responses/No' } }
  /things/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: get
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
";

/// Two who may do everything that the document has.
pub(crate) const ANNA_AND_BERT: &str = "
[credentials.anna]
bearer = 'anna'
may = ['*']
[credentials.bert]
bearer = 'bert'
may = ['*']
";

/// What a service answers that keeps things, and has a fault.
type Respond<F> = fn(&Store, F, &Request) -> Answer;

/// A run to be: documents in a folder of its own, and flags.
pub(crate) struct Suite {
    folder: tempfile::TempDir,
    spec: PathBuf,
    profile: Option<PathBuf>,
    flags: Vec<String>,
}

impl Suite {
    /// For a document of which the paths stand here; [`PARTS`] are there to be referred to.
    pub(crate) fn of(paths: &str) -> Self {
        Self::of_parts(paths, |parts| parts)
    }

    /// The same, with other parts.
    pub(crate) fn of_parts(paths: &str, change: impl Fn(String) -> String) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let spec = folder.path().join("openapi.yaml");
        let head = "openapi: 3.1.0\ninfo: { title: a, version: '1' }\n";
        std::fs::write(&spec, format!("{head}{paths}{}", change(PARTS.to_owned())))
            .expect("written");
        Self { folder, spec, profile: None, flags: Vec::new() }
    }

    /// The same, with responses and schemas of its own among the parts.
    pub(crate) fn of_components(paths: &str, responses: &str, schemas: &str) -> Self {
        Self::of_parts(paths, |parts| {
            parts.replace("\n  responses:", responses).replace("\n  schemas:", schemas)
        })
    }

    /// For a document that stands in a file, and the profile beside it.
    pub(crate) fn of_files(spec: PathBuf, profile: PathBuf) -> Self {
        let profile = profile.is_file().then_some(profile);
        Self { folder: tempfile::tempdir().expect("a folder"), spec, profile, flags: Vec::new() }
    }

    pub(crate) fn profile(mut self, text: &str) -> Self {
        let path = self.folder.path().join("profile.toml");
        std::fs::write(&path, text).expect("written");
        self.profile = Some(path);
        self
    }

    /// With workflows (Arazzo).
    pub(crate) fn workflows(self, text: &str) -> Self {
        let path = self.folder.path().join("workflows.yaml");
        std::fs::write(&path, text).expect("written");
        let path = path.display().to_string();
        self.flags(&["--workflows", &path])
    }

    pub(crate) fn flags(mut self, flags: &[&str]) -> Self {
        self.flags.extend(flags.iter().map(|flag| (*flag).to_owned()));
        self
    }

    /// Of one operation alone: that which a check begins with; all of them where it begins with none.
    pub(crate) fn only(self, check: &str) -> Self {
        match check.split_once(':') {
            Some((operation, _)) => self.flags(&["--only", operation]),
            None => self,
        }
    }

    /// Where the run notes down what it made.
    pub(crate) fn journal(&self) -> PathBuf {
        self.folder.path().join("journal.jsonl")
    }

    pub(crate) fn command(&self, what: &str, url: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_conformance"));
        command.arg(what).arg("--spec").arg(&self.spec).args(["--url", url]);
        command.arg("--journal").arg(self.journal()).args(&self.flags);
        if let Some(profile) = &self.profile {
            command.arg("--profile").arg(profile);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// The run against a service of its own, which has kept nothing yet.
    pub(crate) async fn run_against<F: Copy + Send + Sync + 'static>(
        self,
        fault: F,
        respond: Respond<F>,
    ) -> Run {
        let store = Store::default();
        let service = Service::start(move |request| respond(&store, fault, request)).await;
        self.run(&service.url).await
    }

    /// Runs it while targets of this test go on answering.
    pub(crate) async fn run(&self, url: &str) -> Run {
        let report = self.folder.path().join("report.json");
        let mut command = self.command("run", url);
        command.arg("--report").arg(format!("json={}", report.display()));
        let output = output(command).await;
        Run { report: read(&report), code: output.status.code(), told: told(&output) }
    }
}

/// Performs a command while targets of this test go on answering.
pub(crate) async fn output(mut command: Command) -> Output {
    let done = tokio::task::spawn_blocking(move || command.output().expect("it runs"));
    done.await.expect("no panic")
}

pub(crate) fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn read(report: &Path) -> Value {
    let Ok(text) = std::fs::read_to_string(report) else { return Value::Null };
    let report = serde_json::from_str(&text).expect("JSON");
    assert_valid(&report);
    report
}

/// What came of a run.
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    /// What was printed.
    pub(crate) told: String,
    /// Null where there was no run.
    pub(crate) report: Value,
}

impl Run {
    /// The exit code, and every cell with its verdict and a part of its reason: `getPet:200 passed`, or
    /// `deletePet:204 skipped: did not make`.
    #[track_caller]
    pub(crate) fn check(&self, code: i32, cells: &[&str]) {
        assert_eq!(self.code, Some(code), "{}", self.told);
        let got = self.cells();
        let is = |got: &String, expected: &str| {
            let (start, reason) = expected.split_once(": ").unwrap_or((expected, ""));
            let rest = got.strip_prefix(start);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
                && got.contains(reason)
        };
        let right =
            got.len() == cells.len() && got.iter().zip(cells).all(|(got, one)| is(got, one));
        assert!(right, "expected {cells:#?}\ngot {got:#?}\n{}", self.told);
    }

    /// `getPet:200 passed`, `getPet:404 failed: why`.
    pub(crate) fn cells(&self) -> Vec<String> {
        let told = |cell: &Value| {
            let (id, status) = (text(&cell["operation_id"]), plain(&cell["status"]));
            let verdict = text(&cell["verdict"]);
            match cell["reason"].as_str() {
                Some(reason) => format!("{id}:{status} {verdict}: {reason}"),
                None => format!("{id}:{status} {verdict}"),
            }
        };
        list(&self.report["cells"]).map(told).collect()
    }

    /// What fails a run, each once: `getPet:404:status-documented`.
    pub(crate) fn faults(&self) -> Vec<&str> {
        self.causes("must")
    }

    /// That nothing is said against the service, and that these cases passed.
    #[track_caller]
    pub(crate) fn assert_sound(&self, cases: &[&str]) {
        assert_eq!(self.faults(), [""; 0], "{}", self.told);
        for case in cases {
            assert_eq!(self.verdict(case), Some("passed"), "{case}: {}", self.told);
        }
    }

    /// That a fault of the service is among what fails it, by how that begins, or by its code alone.
    #[track_caller]
    pub(crate) fn assert_finds(&self, fault: impl std::fmt::Debug, expected: &str) {
        let faults = self.faults();
        let is =
            |one: &&str| one.starts_with(expected) || one.split(':').any(|part| part == expected);
        let is_found = faults.iter().any(is);
        assert!(is_found, "{fault:?}: {faults:?}\n{}", self.told);
    }

    /// The causes of one level.
    pub(crate) fn causes(&self, level: &str) -> Vec<&str> {
        let causes = list(&self.report["causes"]).filter(|cause| cause["level"] == level);
        causes.map(|cause| text(&cause["cause"])).collect()
    }

    /// What came of a case.
    pub(crate) fn verdict(&self, case: &str) -> Option<&str> {
        let mut cases = list(&self.report["cases"]);
        cases.find(|one| one["id"] == case).and_then(|one| one["verdict"].as_str())
    }

    /// The operations that are left out, each with the reason.
    pub(crate) fn left_out(&self) -> Vec<(&str, &str)> {
        list(&self.report["left_out"]).map(|one| (text(&one["id"]), text(&one["reason"]))).collect()
    }

    /// Every exchange: the operation, the method, the path with its query, and the status that came.
    pub(crate) fn exchanges(&self) -> impl Iterator<Item = (&str, String, u64)> {
        list(&self.report["cases"]).flat_map(|case| list(&case["steps"])).map(|step| {
            let url = text(&step["request"]["url"]);
            let path = url.splitn(4, '/').nth(3).unwrap_or_default();
            let request = format!("{} /{path}", text(&step["request"]["method"]));
            (text(&step["operation_id"]), request, step["response"]["status"].as_u64().unwrap_or(0))
        })
    }

    /// What operations answered with this status, as JSON.
    pub(crate) fn answers(&self, operation: &str, status: u64) -> Vec<Value> {
        let steps = list(&self.report["cases"]).flat_map(|case| list(&case["steps"]));
        let meant = steps.filter(|step| {
            step["operation_id"] == operation && step["response"]["status"].as_u64() == Some(status)
        });
        let bodies = meant.filter_map(|step| step["response"]["body"].as_str());
        bodies.filter_map(|body| serde_json::from_str(body).ok()).collect()
    }

    pub(crate) fn requests(&self) -> u64 {
        self.report["summary"]["requests"].as_u64().unwrap_or(0)
    }
}

pub(crate) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
