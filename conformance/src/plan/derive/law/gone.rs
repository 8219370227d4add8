//! What was deleted is gone: on the path that the DELETE is on, every other method finds nothing from then on. Not asked
//! of a DELETE that empties a list, nor of a PUT that may make the thing anew.

use spec::model::{Method, Operation};

use super::super::refused::Refused;
use crate::case::{Case, Derivation};
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};
use crate::sample::Extent;
use spec::resources::may_create;

const CODE: &str = "deleted-is-gone";
const PROBED: [Method; 4] = [Method::Get, Method::Put, Method::Patch, Method::Delete];

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    // A PUT that makes what its path names makes it anew.
    let is_probed = PROBED.contains(&operation.method) && !may_create(operation);
    let remover = planner.on_path(operation, Method::Delete);
    let Some(remover) = remover.filter(|_| is_probed) else { return Vec::new() };
    if remover.path.item_parameter().is_none() {
        return Vec::new();
    }
    case(planner, operation, remover).into_iter().collect()
}

fn case(planner: &Planner<'_>, operation: &Operation, remover: &Operation) -> Option<Case> {
    let refused = Refused::by(planner, operation, Derivation::Law, &[&[404, 410]])?;
    let refused = refused.or_any(CODE).or_forbidden().weighing(Some(CODE));
    let mut draft = Draft::new(planner);
    let path = draft.path(remover, &Path::new()).ok()?;
    // Without having made it, it may not be deleted.
    draft.steps.last()?;
    let remove = draft.request(remover, &path, Extent::Minimal).ok()?;
    draft.push(remover, "delete", remove.clone(), planner.succeeds(remover));
    let mut request = draft.request(operation, &path, Extent::Minimal).ok()?;
    request.path_parameters = remove.path_parameters;
    Some(refused.case(
        draft,
        request,
        "gone-after-delete".to_owned(),
        "what was deleted is not found any more".to_owned(),
        remover.origin.clone(),
    ))
}
