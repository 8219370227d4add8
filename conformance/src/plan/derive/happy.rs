//! Valid requests: with only what is required, and with everything.

use spec::model::Operation;

use super::{CALL, read_back, valid_call};
use crate::case::{Case, Derivation};
use crate::plan::Planner;
use crate::plan::draft::About;
use crate::sample::Extent;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (extent, detail, what) in [
        (Extent::Minimal, "minimal", "a request with only what is required succeeds"),
        (Extent::Complete, "complete", "a request whose body has every member succeeds"),
    ] {
        if extent == Extent::Complete && operation.body.is_none() {
            continue;
        }
        let Some((status, _)) = planner.success(operation) else { continue };
        let Ok((mut draft, request, _)) = valid_call(planner, operation, extent) else { continue };
        draft.push(operation, CALL, request, planner.succeeds(operation));
        read_back::follow(&mut draft, planner, operation);
        cases.push(draft.finish(About {
            cell: (operation, status),
            source: Derivation::HappyPath,
            detail: detail.to_owned(),
            summary: what.to_owned(),
            origin: operation.origin.clone(),
        }));
    }
    cases
}
