//! Valid requests: with only what is required, with everything, and with ids that nobody may go by.

use spec::model::Operation;

use super::{CALL, call_as_it_is, read_back, valid_call};
use crate::case::{Case, Derivation, Request};
use crate::plan::Planner;
use crate::plan::draft::{About, Draft};
use crate::sample::Extent;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let valid = |extent| {
        let (draft, request, _) = valid_call(planner, operation, extent).ok()?;
        Some((draft, request))
    };
    let minimal = valid(Extent::Minimal).and_then(|call| {
        case(call, operation, "minimal", "a request with only what is required succeeds")
    });
    if operation.body.is_none() {
        return minimal.into_iter().collect();
    }
    let complete = valid(Extent::Complete).and_then(|call| {
        case(call, operation, "complete", "a request whose body has every member succeeds")
    });
    let made_up = made_up(planner, operation).and_then(|call| {
        let summary = "a request that names what may not be there is answered as told";
        case(call, operation, "made-up", summary)
    });
    minimal.into_iter().chain(complete).chain(made_up).collect()
}

/// With the ids that the request can do without, where nothing makes what they would name: somebody may go by them.
fn made_up<'p>(planner: &'p Planner<'p>, operation: &Operation) -> Option<(Draft<'p>, Request)> {
    let (known, ..) = valid_call(planner, operation, Extent::Complete).ok()?;
    let mut draft = Draft::for_call(planner, operation);
    draft.keep_made_up();
    let (mut draft, request, _) = call_as_it_is(draft, operation, Extent::Complete).ok()?;
    draft.bring_named(operation, &request);
    (draft.has_made_up(operation) && !known.has_made_up(operation)).then_some((draft, request))
}

fn case(
    (mut draft, request): (Draft<'_>, Request),
    operation: &Operation,
    detail: &str,
    summary: &str,
) -> Option<Case> {
    let planner = draft.planner();
    let (status, _) = planner.success(operation)?;
    draft.push(operation, CALL, request, planner.succeeds(operation));
    read_back::follow(&mut draft, planner, operation);
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::HappyPath,
        detail: detail.to_owned(),
        summary: summary.to_owned(),
        origin: operation.origin.clone(),
    }))
}
