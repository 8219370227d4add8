//! A failure of the server itself, from targets that can be asked for one.

use spec::Origin;
use spec::model::{Operation, Status};

use super::{CALL, tolerated, valid_call};
use crate::case::{Case, Criterion, Derivation, Pair, Text};
use crate::plan::Planner;
use crate::plan::draft::About;
use crate::sample::Extent;

const FAULT: Status = Status::Code(500);

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    if !planner.context.faults {
        return None;
    }
    match operation.responses.get(&FAULT) {
        Some(response) => provoked(planner, operation, response.origin.clone()),
        None => ignored(planner, operation),
    }
}

fn provoked(planner: &Planner<'_>, operation: &Operation, origin: Origin) -> Option<Case> {
    let (mut draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    request.headers.push(prefer());
    draft.push(operation, CALL, request, vec![Criterion::Status(vec![FAULT].into())]);
    Some(draft.finish(About {
        cell: (operation, FAULT),
        source: Derivation::Fault,
        detail: String::new(),
        summary: "`Prefer: code=500` is answered with a 500".to_owned(),
        origin,
    }))
}

/// RFC 7240 §2: a preference that a server doesn't know, or can't meet, is ignored.
fn ignored(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let wider = [Status::Range(5), Status::Default];
    if wider.iter().any(|status| operation.responses.contains_key(status)) {
        return None;
    }
    let told = [
        "preference-ignored",
        "header:prefer-ignored",
        "an operation that documents no 500 ignores `Prefer: code=500`",
    ];
    tolerated(planner, operation, told, &operation.origin, |request| {
        request.headers.push(prefer());
        Some(())
    })
}

fn prefer() -> Pair {
    Pair { name: "Prefer".to_owned(), value: Text::raw("code=500") }
}
