//! A failure of the server itself, from targets that can be asked for one.

use spec::model::{Operation, Status};

use super::{CALL, valid_call};
use crate::case::{Case, Criterion, Derivation, Pair, Text};
use crate::plan::Planner;
use crate::plan::draft::About;
use crate::sample::Extent;

const FAULT: Status = Status::Code(500);

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let response = operation.responses.get(&FAULT).filter(|_| planner.context.faults)?;
    let (mut draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    request.headers.push(Pair { name: "Prefer".to_owned(), value: Text::raw("code=500") });
    draft.push(operation, CALL, request, vec![Criterion::Status(vec![FAULT])]);
    Some(draft.finish(About {
        cell: (operation, FAULT),
        source: Derivation::Fault,
        detail: String::new(),
        summary: "`Prefer: code=500` is answered with a 500".to_owned(),
        origin: response.origin.clone(),
    }))
}
