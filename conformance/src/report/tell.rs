//! A case and its exchanges as data without secrets.

use std::time::{Duration, SystemTime};

use indexmap::IndexMap;
use time::{OffsetDateTime, UtcOffset};

use super::build::{Facts, Performed};
use super::causes::{Marked, Names, is_flaky};
use super::curl::curl;
use super::model::{CaseReport, CheckReport, RequestReport, ResponseReport, StatusKey, StepReport};
use crate::judge::{Check, Verdict};
use crate::run::{CaseOutcome, Kept, KeptResponse, StepOutcome, StepRole};
use crate::transport::Failure;

impl Facts<'_> {
    /// What came of a case; `marks` say which of its checks have which cause.
    pub(super) fn case(&self, one: &Performed<'_>, marks: &[Marked], names: &Names) -> CaseReport {
        let Performed { case, outcome } = one;
        let mut steps: Vec<_> = outcome.steps.iter().map(|step| self.step(step)).collect();
        for mark in marks {
            let Some((step, checks)) = &mark.at else { continue };
            for check in checks {
                if let Some(check) = steps.get_mut(*step).and_then(|one| one.checks.get_mut(*check))
                {
                    check.cause = names.of(mark).cloned();
                }
            }
        }
        CaseReport {
            id: case.id.clone(),
            operation_id: case.cell.operation_id.clone(),
            status: StatusKey(case.cell.status),
            source: case.source.as_str().into(),
            verdict: outcome.verdict,
            known: is_known(outcome, marks),
            reason: self.optional(outcome.reason.as_deref()),
            summary: self.redacted(&case.summary),
            place: self.place(&case.origin),
            duration_ms: milliseconds(outcome.elapsed),
            confirmed: outcome.confirmed,
            flaky: outcome.confirmed.is_some_and(is_flaky),
            cause: marks.first().and_then(|mark| names.of(mark)).cloned(),
            steps,
        }
    }

    fn step(&self, step: &StepOutcome) -> StepReport {
        let Kept { request, request_length, outcome, started, elapsed } = &step.exchange;
        let url = format!("{}{}", self.url, request.target);
        let (response, error) = self.answer(outcome);
        StepReport {
            id: step.id.clone(),
            operation_id: step.operation_id.clone(),
            cleanup: step.role == StepRole::Cleanup,
            started: moment(*started),
            request: RequestReport {
                method: request.method.clone(),
                url: self.redacted(&url),
                headers: self.headers(&request.headers),
                body: request.body.as_ref().map(|body| self.body(body, *request_length)),
                body_length: *request_length,
            },
            response,
            error,
            duration_ms: milliseconds(*elapsed),
            checks: step.checks.iter().map(|check| self.check(check)).collect(),
            curl: if step.exchange.is_request_cut() {
                String::new()
            } else {
                curl(request, &url, self.redactor)
            },
        }
    }

    /// What came, as far as it came, and what kept the rest from coming.
    fn answer(
        &self,
        outcome: &Result<KeptResponse, Failure>,
    ) -> (Option<ResponseReport>, Option<String>) {
        let failure = match outcome {
            Ok(response) => return (Some(self.response(response)), None),
            Err(failure) => failure,
        };
        let head = failure.head.as_deref().map(|head| KeptResponse {
            status: head.status,
            headers: head.headers.clone(),
            body: head.body.clone(),
            body_length: head.body.len(),
        });
        (head.map(|head| self.response(&head)), Some(self.redacted(&failure.to_string())))
    }

    fn response(&self, response: &KeptResponse) -> ResponseReport {
        ResponseReport {
            status: response.status,
            headers: self.headers(&response.headers),
            body: self.body(&response.body, response.body_length),
            body_length: response.body_length,
        }
    }

    /// A body as text, or the beginning of it where the whole is longer.
    fn body(&self, body: &[u8], length: usize) -> String {
        let text = String::from_utf8_lossy(body);
        match length > body.len() {
            true => self.redactor.beginning(&text),
            false => self.redacted(&text),
        }
    }

    fn headers(&self, fields: &[(String, String)]) -> IndexMap<String, String> {
        let mut headers: IndexMap<String, String> = IndexMap::new();
        for (name, value) in fields {
            let (name, value) = (self.redacted(name), self.redacted(value));
            headers
                .entry(name)
                .and_modify(|present| {
                    present.push_str(", ");
                    present.push_str(&value);
                })
                .or_insert(value);
        }
        headers
    }

    fn check(&self, check: &Check) -> CheckReport {
        CheckReport {
            id: check.id.into(),
            verdict: check.verdict,
            level: check.level,
            cause: None,
            message: self.redacted(&check.message),
            pointer: self.optional(check.pointer.as_deref()),
            expected: self.optional(check.expected.as_deref()),
            got: self.optional(check.got.as_deref()),
            place: check.place.as_ref().map(|place| self.place(place)),
        }
    }
}

/// Whether a case failed over nothing but what the profile knows.
fn is_known(outcome: &CaseOutcome, marks: &[Marked]) -> bool {
    let mut firm = marks.iter().filter(|mark| mark.is_firm).peekable();
    outcome.verdict == Verdict::Failed && firm.peek().is_some() && firm.all(|mark| mark.known)
}

/// A time in UTC with its milliseconds: the same length each time, so that the order of texts is that of times.
pub(super) fn moment(time: SystemTime) -> String {
    let time = OffsetDateTime::from(time).to_offset(UtcOffset::UTC);
    let (hour, minute, second, millisecond) = time.to_hms_milli();
    let date = time.date();
    format!("{date}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z")
}

pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
