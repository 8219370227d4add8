//! What faults of one cause have in common, and what causes of one kind have.

use spec::Origin;
use spec::model::{Contract, Operation};

use super::faults::{BREAKDOWNS, Fault, is_about_status, is_asked_by};
use super::pointers::{declared, without_indices};
use crate::case::Place;
use crate::promise::{self, Level};

/// What faults of one cause have in common.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Key<'a> {
    operation_id: &'a str,
    pub(super) check: &'static str,
    pub(super) level: Level,
    /// The status that came, or what came instead of an answer.
    came: String,
    /// The place in the answer, without what only data names.
    pub(super) pointer: Option<String>,
    reason: Reason<'a>,
}

/// What asks for the check.
#[derive(PartialEq, Eq, Hash)]
enum Reason<'a> {
    /// Every answer has to keep it.
    Always,
    /// A place of a document.
    Place(&'a Origin),
    /// Cases of this kind, and what they say is wrong.
    Cases(&'static str, &'a str),
}

impl<'a> Key<'a> {
    /// `operation` is the one that the answer was judged by.
    pub(super) fn of(
        fault: &Fault<'a>,
        contract: &Contract,
        operation: Option<&Operation>,
    ) -> Self {
        let pointer = fault.check().and_then(|check| check.pointer.as_deref());
        let status = fault.step().and_then(|step| step.exchange.status());
        let pointer = pointer.map(|pointer| match fault.id() {
            "body-schema" => declared(contract, operation, status, pointer),
            _ => without_indices(pointer),
        });
        Self {
            operation_id: &fault.cell.operation_id,
            check: fault.id(),
            level: fault.level,
            came: came(fault),
            reason: reason(fault, pointer.is_some()),
            pointer,
        }
    }

    /// A name that people can read: `getPet:500:no-server-error`.
    pub(super) fn name(&self) -> String {
        let mut name = format!("{}:{}:{}", self.operation_id, self.came, self.check);
        let further = match self.reason {
            Reason::Always => None,
            Reason::Place(_) => self.keyword(),
            Reason::Cases(source, _) => Some(source),
        };
        // A remark may be about the same as a failure.
        let level = (self.level != promise::level(self.check)).then(|| self.level.as_str());
        for part in [self.pointer.as_deref(), further, level].into_iter().flatten() {
            name.push(':');
            name.push_str(part);
        }
        name
    }

    /// Of a place in a schema the keyword.
    fn keyword(&self) -> Option<&'a str> {
        match self.reason {
            Reason::Place(place) if self.pointer.is_some() => place.pointer.rsplit('/').next(),
            Reason::Always | Reason::Place(_) | Reason::Cases(..) => None,
        }
    }

    /// What the same fault of other operations is called, too: `body-schema:null`, `allow:405`.
    pub(super) fn kind(&self, example: &Fault<'_>) -> String {
        let check = self.check;
        let source = example.case.source.as_str();
        let got = example.check().and_then(|check| check.got.as_deref()).unwrap_or_default();
        match (&self.reason, self.keyword()) {
            (_, Some(_)) if got == "null" => format!("{check}:null"),
            (_, Some("type")) => format!("{check}:type:{}", json_type(got)),
            (_, Some(keyword)) => format!("{check}:{keyword}"),
            (Reason::Cases(source, _), _) => format!("{check}:{}:{source}", self.came),
            _ if BREAKDOWNS.contains(&check) => format!("{check}:{}:{source}", self.came),
            _ => format!("{check}:{}", self.came),
        }
    }
}

fn came(fault: &Fault<'_>) -> String {
    let Some(step) = fault.step() else { return "none".to_owned() };
    match (step.exchange.status(), fault.check().and_then(|check| check.got.as_deref())) {
        (Some(status), _) => status.to_string(),
        (None, Some(got)) => got.to_owned(),
        (None, None) => "none".to_owned(),
    }
}

fn reason<'a>(fault: &Fault<'a>, has_pointer: bool) -> Reason<'a> {
    let source = fault.case.source.as_str();
    let Some(check) = fault.check() else { return Reason::Cases(source, fault.message()) };
    match &check.place {
        // A place in the answer says as much as the kind of case.
        _ if is_asked_by(fault.case, check) && has_pointer => Reason::Always,
        _ if is_asked_by(fault.case, check) => Reason::Cases(source, &check.message),
        _ if is_about_status(check) => Reason::Always,
        Some(Place::Contract(origin) | Place::Workflows(origin)) => Reason::Place(origin),
        None => Reason::Always,
    }
}

/// The type of a value by the beginning of its JSON.
fn json_type(text: &str) -> &'static str {
    match text.bytes().next() {
        Some(b'{') => "object",
        Some(b'[') => "array",
        Some(b'"') => "string",
        Some(b't' | b'f') => "boolean",
        Some(b'n') => "null",
        _ => "number",
    }
}
