//! What an answer is worth: the contract and one exchange in, checks out. Pure.
//!
//! ```text
//! (operation, exchange) ──Judge──▶ checks, one or more for each row of CHECKS that applies
//! (criteria, context)   ──judge_criteria──▶ checks
//! ```
//!
//! Each row of the table `CHECKS` is one promise that any answer must keep, with a stable id; what a case asks for beyond
//! them are its criteria. A failed check says what was expected, what came instead, where in the body, and which
//! place of the contract asks for it.

mod body;
mod criteria;
mod error_code;
mod headers;
mod media_type;
mod records;
mod schema;
mod status;
mod write_only;

pub use criteria::{judge_criteria, judge_relations};
pub use media_type::essence;

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use spec::model::{Contract, MediaType, Operation, Response, SchemaId, Status};
use spec::{ErrorCodes, Finding, Origin};

use crate::case::Place;
use crate::promise::{self, Level};
use crate::text::cut;
use crate::transport::{Exchange, HttpResponse};
use schema::Schemas;

/// How something turned out.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As promised.
    Passed,
    /// Not as promised.
    Failed,
    /// Not told, with a reason.
    Skipped,
}

impl Verdict {
    /// In lower case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// One judgement of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Stable, kebab-case, never reused.
    pub id: &'static str,
    /// How it turned out.
    pub verdict: Verdict,
    /// How much it weighs when it fails.
    pub level: Level,
    /// What is promised, or what is wrong.
    pub message: String,
    /// What had to be; only with a failure.
    pub expected: Option<String>,
    /// What was; only with a failure.
    pub got: Option<String>,
    /// The place in the answer's body.
    pub pointer: Option<String>,
    /// The place that asks for it.
    pub place: Option<Place>,
}

impl Check {
    /// A promise kept.
    #[must_use]
    pub fn passed(id: &'static str, message: impl Into<String>) -> Self {
        Self {
            id,
            verdict: Verdict::Passed,
            level: promise::level(id),
            message: message.into(),
            expected: None,
            got: None,
            pointer: None,
            place: None,
        }
    }
}

/// A promise broken.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fault {
    message: String,
    expected: Option<String>,
    got: Option<String>,
    pointer: Option<String>,
    origin: Option<Origin>,
    is_told: bool,
}

impl Fault {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    fn got(mut self, got: impl Into<String>) -> Self {
        self.got = Some(got.into());
        self
    }

    /// Where the document says so outright, it is a promise, whatever it is as a rule.
    fn told(mut self, is_told: bool) -> Self {
        self.is_told = is_told;
        self
    }

    fn at(mut self, origin: &Origin) -> Self {
        self.origin = Some(origin.clone());
        self
    }
}

/// What a row says of an answer: `None` where it doesn't apply, else what is wrong.
type Judged = Option<Vec<Fault>>;

/// A promise that any answer must keep.
struct Row {
    id: &'static str,
    promise: &'static str,
    judge: fn(&Subject<'_>) -> Judged,
}

/// Every promise, in the order in which they are told.
const CHECKS: &[Row] = &[
    Row { id: "status-documented", promise: "the status is documented", judge: status::documented },
    Row { id: "no-server-error", promise: "it is no 5xx", judge: status::no_server_error },
    Row {
        id: "media-type",
        promise: "the media type is documented",
        judge: media_type::documented,
    },
    Row { id: "no-body", promise: "no body where none is documented", judge: body::absent },
    Row { id: "body-present", promise: "a body where one is documented", judge: body::present },
    Row { id: "body-json", promise: "the body is JSON in UTF-8", judge: body::is_json },
    Row { id: "body-schema", promise: "the body matches its schema", judge: body::matches },
    Row { id: "json-lines", promise: "each line is one JSON value", judge: records::are_json },
    Row {
        id: "body-schema",
        promise: "each line matches its schema",
        judge: records::match_schema,
    },
    Row {
        id: "csv-well-formed",
        promise: "each record has as many fields as the first",
        judge: records::are_even,
    },
    Row { id: "csv-line-ends", promise: "each line ends with CR and LF", judge: records::end_well },
    Row {
        id: "problem-status",
        promise: "a problem repeats the status",
        judge: body::problem_status,
    },
    Row { id: "error-code", promise: "an error has a code of its status", judge: error_code::fits },
    Row {
        id: "write-only-hidden",
        promise: "what only clients send is not shown",
        judge: write_only::hidden,
    },
    Row {
        id: "header-required",
        promise: "required header fields are there",
        judge: headers::required,
    },
    Row {
        id: "header-schema",
        promise: "header fields match their schemas",
        judge: headers::matches,
    },
    Row {
        id: "www-authenticate",
        promise: "a 401 carries `WWW-Authenticate`",
        judge: headers::www_authenticate,
    },
    Row {
        id: "retry-after",
        promise: "`Retry-After` is a time to wait, or a date",
        judge: headers::retry_after,
    },
    Row { id: "allow", promise: "a 405 carries `Allow`", judge: headers::allow },
    Row {
        id: "allow-complete",
        promise: "`Allow` lists what is documented",
        judge: headers::allow_complete,
    },
];

/// One answer, with what the contract says of it.
struct Subject<'a> {
    judge: &'a Judge<'a>,
    operation: &'a Operation,
    request_method: &'a str,
    response: &'a HttpResponse,
    documented: Option<&'a Response>,
    media_type: Option<&'a MediaType>,
    /// The statuses that the case asks for here.
    wanted: &'a [Status],
    json: OnceCell<Result<Value, String>>,
}

impl Subject<'_> {
    /// The body as JSON, or why it is none.
    fn json(&self) -> Result<&Value, &str> {
        self.json.get_or_init(|| body::parse(&self.response.body)).as_ref().map_err(String::as_str)
    }

    fn status(&self) -> u16 {
        self.response.status
    }

    /// Whether the answer is to the operation itself rather than to a probe with another method.
    fn is_probe(&self) -> bool {
        self.request_method != self.operation.method.as_str()
    }

    /// Whether HTTP lets this answer have content at all (RFC 9110 §6.4.1).
    fn may_have_body(&self) -> bool {
        self.request_method != "HEAD" && !matches!(self.status(), 204 | 304)
    }
}

/// What was seen of an answer while it was judged.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// Every check that applied.
    pub checks: Vec<Check>,
    /// The body, where it is JSON, or nearly so: then a check has failed.
    pub json: Option<Value>,
}

/// Judges answers by a contract; its schemas are compiled once.
pub struct Judge<'c> {
    contract: &'c Contract,
    schemas: Schemas<'c>,
    /// The schemas with members that no answer shows.
    hiding: HashSet<SchemaId>,
    /// The codes of the errors of each schema that has any.
    codes: HashMap<SchemaId, ErrorCodes>,
}

impl<'c> Judge<'c> {
    /// A judge for the operations of this contract.
    ///
    /// # Errors
    /// The schemas that no validator can be made of: a pattern that is no regular expression, say.
    pub fn new(contract: &'c Contract) -> Result<Self, Vec<Finding>> {
        let schemas = Schemas::of_responses(contract)?;
        Ok(Self {
            contract,
            schemas,
            hiding: write_only::hiding(contract),
            codes: error_code::all(contract),
        })
    }

    /// The contract that it judges by.
    pub(crate) fn contract(&self) -> &'c Contract {
        self.contract
    }

    /// The operation of an id.
    pub(crate) fn operation(&self, id: &str) -> Option<&'c Operation> {
        self.contract.operation(id)
    }

    /// Judges one exchange of an operation; `wanted` are the statuses that the case asks for, where it asks for any.
    ///
    /// An operation that the contract doesn't have promises nothing.
    #[must_use]
    pub fn judge(&self, operation_id: &str, exchange: &Exchange, wanted: &[Status]) -> Judgement {
        let Some(operation) = self.contract.operation(operation_id) else {
            return Judgement { checks: Vec::new(), json: None };
        };
        let response = match &exchange.outcome {
            Ok(response) => response,
            Err(failure) => {
                let fault = Fault::new(failure.to_string())
                    .expected("an answer")
                    .got(failure.kind.id())
                    .at(&operation.origin);
                return Judgement { checks: vec![failed("answered", fault)], json: None };
            }
        };
        let documented = operation.response_for(response.status);
        let subject = Subject {
            judge: self,
            operation,
            request_method: &exchange.request.method,
            response,
            documented,
            media_type: documented.and_then(|documented| media_type::find(documented, response)),
            wanted,
            json: OnceCell::new(),
        };
        let mut checks = vec![Check::passed("answered", "the target answers")];
        for row in CHECKS {
            match (row.judge)(&subject) {
                None => {}
                Some(faults) if faults.is_empty() => {
                    checks.push(Check::passed(row.id, row.promise));
                }
                Some(faults) => {
                    checks.extend(faults.into_iter().map(|fault| failed(row.id, fault)));
                }
            }
        }
        let json = match (records::read(&subject), subject.json()) {
            (Some(records), _) => records.ok(),
            (None, Ok(json)) => Some(json.clone()),
            (None, Err(_)) => body::salvage(&response.body),
        };
        Judgement { checks, json }
    }
}

fn failed(id: &'static str, fault: Fault) -> Check {
    Check {
        id,
        verdict: Verdict::Failed,
        level: if fault.is_told { Level::Must } else { promise::level(id) },
        message: fault.message,
        expected: fault.expected,
        got: fault.got,
        pointer: fault.pointer,
        place: fault.origin.map(Place::Contract),
    }
}

/// A text as a message can carry it: short, and without control characters.
pub(crate) fn shorten(text: &str) -> String {
    const MOST: usize = 200;
    cut(text, MOST).chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
