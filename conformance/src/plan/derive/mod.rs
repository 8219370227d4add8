//! Cases from the contract: one module a derivation. Each looks at one operation and gives what it finds there.

mod body;
mod fault;
mod happy;
mod law;
mod method;
mod order;
mod parameter;
mod read_back;
mod rights;
mod security;
mod unknown_id;
mod variant;

use spec::Origin;
use spec::model::{Operation, Status};

use super::Planner;
use super::draft::{About, Call, Draft, Path, Reason};
use crate::case::{Case, Credentials, Criterion, Derivation, Request};
use crate::sample::Extent;

/// Every case that follows from the contract, operation by operation.
pub(super) fn cases(planner: &Planner<'_>) -> Vec<Case> {
    let mut cases = Vec::new();
    for operation in &planner.contract.operations {
        cases.extend(happy::cases(planner, operation));
        cases.extend(rights::cases(planner, operation));
        cases.extend(security::cases(planner, operation));
        cases.extend(unknown_id::cases(planner, operation));
        cases.extend(parameter::cases(planner, operation));
        cases.extend(body::cases(planner, operation));
        cases.extend(method::cases(planner, operation));
        cases.extend(fault::cases(planner, operation));
        cases.extend(order::cases(planner, operation));
        cases.extend(law::cases(planner, operation));
    }
    cases
}

/// The id of the step that provokes the cell.
const CALL: &str = "call";

/// A draft with a valid request to the operation, not yet sent. Each operation has many cases that begin like this, so
/// it is made once and copied.
fn valid_call<'p>(
    planner: &'p Planner<'p>,
    operation: &Operation,
    extent: Extent,
) -> Result<(Draft<'p>, Request, Path), Reason> {
    let key = (operation.id.clone(), extent);
    let known = planner.calls.borrow().get(&key).cloned();
    let call = known.unwrap_or_else(|| {
        let made = make_call(planner, operation, extent);
        planner.calls.borrow_mut().insert(key, made.clone());
        made
    })?;
    Ok((Draft::from_parts(planner, call.parts), call.request, call.path))
}

fn make_call(planner: &Planner<'_>, operation: &Operation, extent: Extent) -> Result<Call, Reason> {
    if planner.credentials(operation) == Credentials::None && !operation.is_public() {
        return Err("no credential of the profile may call it".to_owned());
    }
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new())?;
    let request = draft.request(operation, &path, extent)?;
    Ok(Call { parts: draft.into_parts(), request, path })
}

/// A call with something about it that changes nothing: it succeeds all the same. `change` puts it there, if it can.
fn tolerated(
    planner: &Planner<'_>,
    operation: &Operation,
    [detail, summary]: [&str; 2],
    origin: &Origin,
    change: impl FnOnce(&mut Request) -> Option<()>,
) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let (mut draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    change(&mut request)?;
    draft.push(operation, CALL, request, planner.succeeds(operation));
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Boundary,
        detail: detail.to_owned(),
        summary: summary.to_owned(),
        origin: origin.clone(),
    }))
}

/// The rest of an [`About`], for the ways to be refused.
struct Refused<'o> {
    operation: &'o Operation,
    cell: Status,
    any_of: Vec<Status>,
    source: Derivation,
}

impl<'o> Refused<'o> {
    /// `None` where no documented status fits.
    fn by(
        planner: &Planner<'_>,
        operation: &'o Operation,
        source: Derivation,
        groups: &[&[u16]],
    ) -> Option<Self> {
        let (cell, any_of) = planner.refusal(operation, groups)?;
        Some(Self { operation, cell, any_of, source })
    }

    /// Sends the request as the last step and finishes the case.
    fn case(
        &self,
        mut draft: Draft<'_>,
        request: Request,
        detail: String,
        summary: String,
        origin: spec::Origin,
    ) -> Case {
        draft.push(
            self.operation,
            CALL,
            request,
            vec![Criterion::Status(self.any_of.clone().into())],
        );
        draft.finish(About {
            cell: (self.operation, self.cell),
            source: self.source,
            detail,
            summary,
            origin,
        })
    }
}
