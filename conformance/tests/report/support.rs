//! Runs made up of a few words: cases, what their steps were answered with, and which checks failed.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::valid::assert_valid;
use conformance::case::{
    Case, Cell, Credentials, Derivation, Isolation, Lenience, Place, Request, Step,
};
use conformance::judge::{Check, Verdict};
use conformance::plan::{LeftOut, Plan, Unprovoked};
use conformance::profile::Known;
use conformance::promise::Level;
use conformance::report::{self, Facts, KnownFailures, Redactor, Report, SelectionReport};
use conformance::run::{CaseOutcome, Confirmed, Kept, KeptResponse, StepOutcome, StepRole};
use conformance::transport::HttpRequest;
use indexmap::IndexMap;
use spec::model::{Contract, Method, Status};
use spec::{Memory, Origin};

/// A cell by its name: `getThing:4XX`.
pub(crate) fn cell(name: &str) -> Cell {
    let (operation_id, status) = name.rsplit_once(':').expect("operation:status");
    Cell { operation_id: operation_id.to_owned(), status: status.parse().expect("a status") }
}

/// One case and what came of it.
#[derive(Clone)]
pub(crate) struct One {
    pub(crate) case: Case,
    pub(crate) outcome: CaseOutcome,
}

/// A case `getThing:404:name` that passed, as yet without steps.
pub(crate) fn case(id: &str) -> One {
    let mut parts = id.splitn(3, ':');
    let name = format!("{}:{}", parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let case = Case {
        id: id.to_owned(),
        cell: cell(&name),
        also: Vec::new(),
        source: Derivation::Violation,
        summary: format!("a request for {name}"),
        origin: Place::Contract(Origin::root("/paths/~1things/get")),
        inputs: IndexMap::new(),
        steps: vec![],
        cleanup: vec![],
        isolation: Isolation::Reads,
        undisturbed: vec![],
    };
    let outcome = CaseOutcome {
        id: id.to_owned(),
        verdict: Verdict::Passed,
        reason: None,
        steps: vec![],
        elapsed: Duration::from_millis(3),
        confirmed: None,
    };
    One { case, outcome }
}

impl One {
    pub(crate) fn source(mut self, source: Derivation) -> Self {
        self.case.source = source;
        self
    }

    pub(crate) fn also(mut self, name: &str) -> Self {
        self.case.also.push(cell(name));
        self
    }

    /// A step of an operation that was answered with this status, and passed.
    pub(crate) fn step(self, operation_id: &str, status: u16) -> Self {
        let response = KeptResponse {
            status,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: "{\"name\": \"x\"}".into(),
            body_length: 13,
        };
        self.exchange(operation_id, Ok(response))
    }

    /// A step of an operation that was not answered.
    pub(crate) fn unanswered(self, operation_id: &str) -> Self {
        let failure = conformance::transport::FailureKind::Timeout(Duration::from_secs(10)).into();
        self.exchange(operation_id, Err(failure))
    }

    fn exchange(
        mut self,
        operation_id: &str,
        outcome: Result<KeptResponse, conformance::transport::Failure>,
    ) -> Self {
        let request = HttpRequest {
            method: method_of(operation_id).to_owned(),
            target: format!("/things/{}", self.outcome.id),
            headers: vec![("accept".to_owned(), "application/json".to_owned())],
            body: None,
            identity: None,
            is_limited: false,
        };
        self.outcome.steps.push(StepOutcome {
            id: format!("step-{}", self.outcome.steps.len() + 1),
            operation_id: operation_id.to_owned(),
            role: StepRole::Case,
            exchange: Kept {
                request: Arc::new(request),
                request_length: 0,
                outcome,
                started: SystemTime::UNIX_EPOCH,
                elapsed: Duration::from_millis(3),
            },
            checks: vec![Check::passed("answered", "the target answers")],
            cell: self.case.cell.clone(),
        });
        self
    }

    /// The latest step only undoes something.
    pub(crate) fn cleanup(mut self) -> Self {
        self.latest().role = StepRole::Cleanup;
        self
    }

    /// The latest step speaks against another cell than the case's.
    pub(crate) fn against(mut self, name: &str) -> Self {
        self.latest().cell = cell(name);
        self
    }

    /// The latest step was sent as somebody: so it was planned.
    pub(crate) fn sent_as(mut self, credentials: Credentials) -> Self {
        let (id, operation_id) = (self.latest().id.clone(), self.latest().operation_id.clone());
        let request = Request {
            method: Method::Get,
            path: "/things".to_owned(),
            path_parameters: IndexMap::new(),
            query: vec![],
            headers: vec![],
            body: None,
            credentials,
        };
        let step = Step {
            id,
            operation_id,
            request,
            criteria: vec![],
            outputs: IndexMap::new(),
            lenience: Lenience::None,
            premises: Vec::new(),
            concurrent: false,
            flow: None,
            timeout: None,
            pause: None,
            follows: None,
            envelope: None,
            repeat: None,
        };
        self.case.steps.push(step.into());
        self
    }

    /// The latest step was answered with content of this type.
    pub(crate) fn of_type(mut self, content_type: &str) -> Self {
        if let Ok(response) = &mut self.latest().exchange.outcome {
            response.headers = vec![("content-type".to_owned(), content_type.to_owned())];
        }
        self
    }

    /// A failed check of the latest step; the case fails where it is a failure.
    pub(crate) fn fails(self, id: &'static str) -> Self {
        self.fails_at(id, None)
    }

    /// A failed check of the latest step about a place in its body.
    pub(crate) fn fails_at(self, id: &'static str, pointer: Option<&str>) -> Self {
        let level = conformance::promise::level(id);
        self.fails_as(id, level, pointer)
    }

    fn fails_as(mut self, id: &'static str, level: Level, pointer: Option<&str>) -> Self {
        let asked = matches!(id, "status-expected" | "refused-by-default");
        let status = self.latest().exchange.status();
        let status = status.map_or("timeout".to_owned(), |status| status.to_string());
        let check = Check {
            verdict: Verdict::Failed,
            level,
            message: format!("{id} is broken"),
            expected: Some("something else".to_owned()),
            got: Some(status),
            pointer: pointer.map(str::to_owned),
            place: asked.then(|| self.case.origin.clone()),
            ..Check::passed(id, "")
        };
        self.latest().checks.push(check);
        if level == Level::Must {
            self.ends(Verdict::Failed, Some(&format!("{id} is broken")))
        } else {
            self
        }
    }

    /// A keyword that rejects a value of the latest step's body.
    pub(crate) fn rejects(
        mut self,
        pointer: &str,
        keyword: &str,
        expected: &str,
        got: &str,
    ) -> Self {
        let place = Origin::root(format!("/components/schemas/Thing/{keyword}"));
        let check = Check {
            verdict: Verdict::Failed,
            message: format!("`{pointer}` violates `{keyword}`: expected {expected}"),
            expected: Some(expected.to_owned()),
            got: Some(got.to_owned()),
            pointer: Some(pointer.to_owned()),
            place: Some(Place::Contract(place)),
            ..Check::passed("body-schema", "")
        };
        self.latest().checks.push(check);
        self.ends(Verdict::Failed, Some("the body violates its schema"))
    }

    pub(crate) fn ends(mut self, verdict: Verdict, reason: Option<&str>) -> Self {
        self.outcome.verdict = verdict;
        self.outcome.reason = reason.map(str::to_owned);
        self
    }

    pub(crate) fn skipped(self, reason: &str) -> Self {
        self.ends(Verdict::Skipped, Some(reason))
    }

    pub(crate) fn seen_again(mut self, seen: u32, of: u32) -> Self {
        self.outcome.confirmed = Some(Confirmed { seen, of });
        self
    }

    fn latest(&mut self) -> &mut StepOutcome {
        self.outcome.steps.last_mut().expect("a step")
    }
}

/// A contract, and what is planned of it.
pub(crate) struct World {
    pub(crate) contract: Contract,
    pub(crate) unprovoked: Vec<Unprovoked>,
    pub(crate) left_out: Vec<LeftOut>,
    pub(crate) interrupted: bool,
    pub(crate) variables: IndexMap<String, Vec<String>>,
    pub(crate) known: Vec<Known>,
    pub(crate) selection: SelectionReport,
}

/// The day of every report of these tests.
pub(crate) fn today() -> time::Date {
    time::Date::from_calendar_date(2030, time::Month::June, 15).expect("a day")
}

impl World {
    pub(crate) fn new(document: &str) -> Self {
        let reading = spec::read(Path::new("things.yaml"), &Memory::one("things.yaml", document));
        assert!(!reading.findings.has_errors(), "{}", reading.findings.render());
        let contract = reading.contract.expect("a contract");
        Self {
            contract,
            unprovoked: vec![],
            left_out: vec![],
            interrupted: false,
            variables: IndexMap::new(),
            known: vec![],
            selection: SelectionReport::default(),
        }
    }

    /// Every cell of the contract.
    pub(crate) fn cells(&self) -> Vec<Cell> {
        let cells = self.contract.operations.iter().flat_map(|operation| {
            let cell =
                |status: &Status| Cell { operation_id: operation.id.clone(), status: *status };
            operation.responses.keys().map(cell)
        });
        cells.collect()
    }

    pub(crate) fn report(&self, run: Vec<One>) -> Report {
        self.report_of(self.cells(), run)
    }

    /// A report about these cells alone.
    pub(crate) fn report_of(&self, cells: Vec<Cell>, run: Vec<One>) -> Report {
        let (cases, outcomes): (Vec<_>, Vec<_>) =
            run.into_iter().map(|one| (one.case, one.outcome)).unzip();
        let plan = Plan {
            cells,
            cases,
            unprovoked: self.unprovoked.clone(),
            left_out: self.left_out.clone(),
            ..Plan::default()
        };
        let facts = Facts {
            contract: &self.contract,
            plan: &plan,
            workflows: None,
            url: "http://target",
            redactor: &Redactor::default(),
            variables: &self.variables,
            known: KnownFailures { contract: &self.contract, entries: &self.known, today: today() },
            selection: self.selection.clone(),
            requests: outcomes.iter().map(|one| one.steps.len() as u64).sum(),
            learned: vec![],
            started: SystemTime::UNIX_EPOCH,
            elapsed: Duration::from_millis(1234),
            interrupted: self.interrupted,
            ended: None,
        };
        let report = report::build(&facts, outcomes);
        // So that every report of these tests is held against the schema, but for those that are made to be huge.
        if report.cases.len() < 500 {
            assert_valid(&serde_json::to_value(&report).expect("JSON"));
        }
        report
    }
}

/// The method of an operation of the tests' contracts.
pub(crate) fn method_of(operation_id: &str) -> &'static str {
    match operation_id.split_at(operation_id.find(char::is_uppercase).unwrap_or(0)).0 {
        "create" | "make" => "POST",
        "delete" | "drop" => "DELETE",
        "update" => "PUT",
        _ => "GET",
    }
}
