//! Why a cell has no case that asks for it.

use indexmap::IndexSet;
use spec::model::{Operation, Status};

use super::draft::{Draft, NOBODY_MAY, Path};
use super::guard::Refused;
use super::{Planner, Unprovoked};
use crate::case::{Case, Cell, Credentials};
use crate::sample::Extent;

/// The cells that no case asks for, each with the reason.
pub(super) fn list(
    planner: &Planner<'_>,
    cells: &[Cell],
    cases: &[Case],
    refused: &Refused,
) -> Vec<Unprovoked> {
    let provoked: IndexSet<&Cell> = cases
        .iter()
        .flat_map(|case| case.also.iter().chain([&case.cell]).map(move |cell| (case, cell)))
        .filter(|(case, cell)| !case.only_probes(&cell.operation_id))
        .map(|(_, cell)| cell)
        .collect();
    cells
        .iter()
        .filter(|cell| !provoked.contains(cell))
        .filter_map(|cell| {
            let operation = planner.contract.operation(&cell.operation_id)?;
            let left_out = refused.left_out.iter().find(|one| one.id == operation.id);
            let forbidden = refused.cells.get(cell).or(left_out.map(|one| &one.reason));
            let reason =
                forbidden.cloned().unwrap_or_else(|| reason(planner, operation, cell.status));
            Some(Unprovoked { cell: cell.clone(), reason })
        })
        .collect()
}

fn reason(planner: &Planner<'_>, operation: &Operation, status: Status) -> String {
    if status == Status::Code(500) && !planner.context.faults {
        return "a failure of the server can't be provoked from outside; a target that answers \
                `Prefer: code=500` with one says `faults = true` in its profile"
            .to_owned();
    }
    if let Some(reason) = no_request(planner, operation) {
        return reason;
    }
    if status == Status::Code(429)
        && let Some(most) = planner.resources.quota(operation)
        && planner.can_remove(operation)
    {
        let id = &operation.id;
        return format!(
            "it takes as many as there may be: `allow = [\"{id}\"]` in the profile lets {most} be made, one more be \
             asked for, and all be removed again, while nobody else gets one"
        );
    }
    let by_status = match status {
        Status::Code(401) if operation.is_public() => "the operation asks for no credentials",
        Status::Code(403) => {
            "every credential of the profile may call it; one that may not would do"
        }
        Status::Code(404) if operation.path.parameters().next().is_none() => {
            "the path names nothing that might not be there"
        }
        Status::Code(405) => "every method that is probed is documented for the path",
        Status::Code(400 | 422) => "the contract has no constraint that a request could violate",
        Status::Code(429) => {
            "nothing tells how many calls within which time are too many, or more than 60 are, or it takes longer than a \
             minute"
        }
        Status::Code(500..=599) | Status::Range(5) => {
            "a failure of the server can't be provoked from outside"
        }
        Status::Code(200..=299) | Status::Range(2) => "another success is documented before it",
        Status::Code(_) | Status::Range(_) | Status::Default => {
            "nothing in the contract tells how to provoke it"
        }
    };
    format!("{by_status}; a workflow (Arazzo) can provoke it")
}

/// Why no valid request can be made at all.
fn no_request(planner: &Planner<'_>, operation: &Operation) -> Option<String> {
    if !operation.is_public() && planner.credentials(operation) == Credentials::None {
        return Some(NOBODY_MAY.to_owned());
    }
    let mut draft = Draft::new(planner);
    let path = match draft.path(operation, &Path::new()) {
        Ok(path) => path,
        Err(reason) => return Some(reason),
    };
    draft.request(operation, &path, Extent::Minimal).err()
}
