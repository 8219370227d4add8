//! What a run has to tell, with secrets still in it: for [`crate::report`] alone.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::case::Cell;
use crate::judge::{Check, Verdict};
use crate::transport::{Exchange, Failure, HttpRequest};

/// How much of a body is kept.
const KEPT: usize = 32 * 1024;

/// What came of a case.
#[derive(Debug, Clone)]
pub struct CaseOutcome {
    /// The case's id.
    pub id: String,
    /// How it turned out.
    pub verdict: Verdict,
    /// Why, unless it passed.
    pub reason: Option<String>,
    /// Its exchanges, those that undid something included.
    pub steps: Vec<StepOutcome>,
    /// How long it took.
    pub elapsed: Duration,
    /// How often a failure was seen again, with the case performed alone; `None`: it didn't fail, or wasn't tried again.
    pub confirmed: Option<Confirmed>,
}

impl CaseOutcome {
    /// Whether all that was asked for was there.
    #[must_use]
    pub fn has_passed(&self) -> bool {
        self.verdict == Verdict::Passed
    }
}

/// How often a failure was seen again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Confirmed {
    /// How often it was seen again.
    pub seen: u32,
    /// Of how many times.
    pub of: u32,
}

/// What came of a step.
#[derive(Debug, Clone)]
pub struct StepOutcome {
    /// The step's id; a repeated one has its number behind it from the second time on.
    pub id: String,
    /// The operation that the answer was judged by.
    pub operation_id: String,
    /// What it was for.
    pub role: StepRole,
    /// What was sent, and what came.
    pub exchange: Kept,
    /// The judgements.
    pub checks: Vec<Check>,
    /// The cell that a failure of this step speaks against: its case's, or that of the operation that set something up.
    pub cell: Cell,
}

/// What a step is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepRole {
    /// It is part of the case.
    Case,
    /// It undoes what a step made.
    Cleanup,
}

/// An exchange, but for the rest of a long body.
#[derive(Debug, Clone)]
pub struct Kept {
    /// As sent.
    pub request: Arc<HttpRequest>,
    /// How long the whole body of the request was.
    pub request_length: usize,
    /// The answer, or why there is none.
    pub outcome: Result<KeptResponse, Failure>,
    /// When the request was sent.
    pub started: SystemTime,
    /// How long it took.
    pub elapsed: Duration,
}

/// A response, but for the rest of a long body.
#[derive(Debug, Clone)]
pub struct KeptResponse {
    /// The status.
    pub status: u16,
    /// Header fields, in order.
    pub headers: Vec<(String, String)>,
    /// The beginning of the body.
    pub body: Bytes,
    /// How long the whole body was.
    pub body_length: usize,
}

impl Kept {
    /// What is kept of an exchange that has just ended.
    pub(super) fn of(exchange: &Exchange) -> Self {
        let now = SystemTime::now();
        let started = now.checked_sub(exchange.elapsed).unwrap_or(now);
        let outcome = match &exchange.outcome {
            Ok(response) => Ok(KeptResponse {
                status: response.status,
                headers: response.headers.clone(),
                body: beginning(&response.body),
                body_length: response.body.len(),
            }),
            Err(failure) => Err(failure.clone()),
        };
        let request = Arc::clone(&exchange.request);
        let request_length = request.body.as_ref().map_or(0, Bytes::len);
        Self { request, request_length, outcome, started, elapsed: exchange.elapsed }
    }

    /// Whether only the beginning of the request's body is there.
    #[must_use]
    pub fn is_request_cut(&self) -> bool {
        self.request.body.as_ref().map_or(0, Bytes::len) < self.request_length
    }

    /// The answer's status.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.outcome.as_ref().ok().map(|response| response.status)
    }
}

/// A short body as it is, the beginning of a long one as a copy: a slice would keep the whole.
fn beginning(body: &Bytes) -> Bytes {
    match body.get(..KEPT) {
        Some(beginning) => Bytes::copy_from_slice(beginning),
        None => body.clone(),
    }
}
