//! A PUT that may make what its path names: 201 for what wasn't there, another success for what was.

use spec::model::{Method, Operation, Status};

use super::{CALL, read_back, valid_call};
use crate::case::{Case, Criterion, Derivation, Expected};
use crate::plan::Planner;
use crate::plan::draft::About;
use crate::promise;
use crate::sample::Extent;
use spec::resources::may_create;

const CODE: &str = "put-says-what-it-did";
const MADE: Status = Status::Code(201);

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    if operation.method != Method::Put
        || !may_create(operation)
        || !operation.responses.contains_key(&MADE)
    {
        return Vec::new();
    }
    [made(planner, operation), replaced(planner, operation)].into_iter().flatten().collect()
}

fn made(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    draft.push(operation, CALL, request, vec![answered(vec![MADE])]);
    let summary = "what wasn't there is made, and the answer says so";
    Some(draft.finish(about(operation, MADE, summary)))
}

fn replaced(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (_, success) = planner.success(operation)?;
    let others: Vec<Status> = success.into_iter().filter(|status| *status != MADE).collect();
    let status = *others.first()?;
    let (mut draft, first, path) = valid_call(planner, operation, Extent::Complete).ok()?;
    draft.push(operation, "first", first, planner.succeeds(operation));
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    draft.push(operation, CALL, request, vec![answered(others)]);
    read_back::follow(&mut draft, planner, operation);
    let summary = "what was there is replaced, and the answer says so";
    Some(draft.finish(about(operation, status, summary)))
}

fn answered(any_of: Vec<Status>) -> Criterion {
    Criterion::Status(Expected { any_of, code: CODE, level: promise::level(CODE) })
}

fn about<'o>(operation: &'o Operation, status: Status, summary: &str) -> About<'o> {
    About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: CODE.to_owned(),
        summary: summary.to_owned(),
        origin: operation.origin.clone(),
    }
}
