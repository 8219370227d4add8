//! Methods that a path doesn't document, where it documents a 405.

use spec::model::{Method, Operation};

use super::Refused;
use crate::case::{Case, Derivation};
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};

/// HEAD and OPTIONS are answered by many servers on their own; TRACE by few.
const PROBED: [Method; 5] = [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete];

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let documented = operation.responses.contains_key(&spec::model::Status::Code(405));
    if !documented {
        return Vec::new();
    }
    let Some(refused) = Refused::by(planner, operation, Derivation::Method, &[&[405]]) else {
        return Vec::new();
    };
    let mut cases = Vec::new();
    for method in undocumented(planner, operation) {
        let mut draft = Draft::new(planner);
        let Ok(path) = draft.path(operation, &Path::new()) else { break };
        let Ok(mut request) = draft.bare_request(operation, &path) else { break };
        request.method = method;
        let summary = format!("{method} is not a method of this path");
        let detail = method.as_key().to_owned();
        cases.push(refused.case(draft, request, detail, summary, operation.origin.clone()));
    }
    cases
}

/// The methods that a path doesn't have.
pub(super) fn undocumented<'p>(
    planner: &'p Planner<'_>,
    operation: &'p Operation,
) -> impl Iterator<Item = Method> + 'p {
    PROBED.into_iter().filter(|method| planner.on_path(operation, *method).is_none())
}
