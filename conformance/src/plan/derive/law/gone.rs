//! What was deleted is gone: on the path that the DELETE is on, every other method finds nothing from then on. Not asked
//! of a DELETE that empties a list or only is_soft_delete, nor of a PUT that may make the thing anew. Where a 410 is documented as
//! the answer to what was removed, it is that.

use spec::model::{Method, Operation, Status};

use super::super::refused::Refused;
use crate::case::{Case, Derivation};
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path, same_path};
use crate::sample::Extent;
use spec::resources::{is_soft_delete, may_create};

const CODE: &str = "deleted-is-gone";
const PROBED: [Method; 4] = [Method::Get, Method::Put, Method::Patch, Method::Delete];

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let below = below(planner, operation).and_then(|remover| case(planner, operation, remover));
    if below.is_some() {
        return below.into_iter().collect();
    }
    // A PUT that makes what its path names makes it anew.
    let puts_elsewhere = operation
        .path
        .item_parameter()
        .is_some_and(|name| !planner.named_elsewhere(operation, name).is_empty());
    let makes = may_create(operation) || planner.resources.chooses(operation) || puts_elsewhere;
    let is_probed = PROBED.contains(&operation.method) && !makes;
    let remover = planner.on_path(operation, Method::Delete);
    let Some(remover) = remover.filter(|_| is_probed) else { return Vec::new() };
    if remover.path.item_parameter().is_none() || is_soft_delete(remover) {
        return Vec::new();
    }
    case(planner, operation, remover).into_iter().collect()
}

/// What removes the thing that an operation makes something within, where the operation says that the thing may be gone.
fn below<'p>(planner: &Planner<'p>, operation: &Operation) -> Option<&'p Operation> {
    let makes = operation.method == Method::Post && planner.resources.makes(operation);
    operation.responses.get(&Status::Code(410)).filter(|_| makes)?;
    let around = operation.path.parameters().last()?;
    planner.resources.at(&operation.path.shape_to(around)?, Method::Delete)
}

fn case(planner: &Planner<'_>, operation: &Operation, remover: &Operation) -> Option<Case> {
    let is_told = planner.resources.says_gone(operation);
    let statuses: &[u16] = if is_told { &[410] } else { &[404, 410] };
    let refused = Refused::by(planner, operation, Derivation::Law, &[statuses])?;
    let refused = refused.or_any(CODE).or_forbidden().weighing(Some(CODE));
    let mut draft = Draft::new(planner);
    let path = draft.path(remover, &Path::new()).ok()?;
    // Without having made it, it may not be deleted.
    draft.steps.last()?;
    let remove = draft.request(remover, &path, Extent::Minimal).ok()?;
    draft.push(remover, "delete", remove.clone(), planner.succeeds(remover));
    let there = same_path(operation, (remover, &path))?;
    let mut request = draft.request(operation, &there, Extent::Minimal).ok()?;
    let written = operation.path.parameters().zip(remove.path_parameters.into_values());
    request.path_parameters = written.map(|(ours, text)| (ours.to_owned(), text)).collect();
    Some(refused.case(
        draft,
        request,
        "gone-after-delete".to_owned(),
        "what was deleted is not found any more".to_owned(),
        remover.origin.clone(),
    ))
}
