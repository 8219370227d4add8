//! What lies within a thing goes with it, where the description of the removal says so: by its own path nothing is found any
//! more. Elsewhere what is left behind could be reached, and removed, by nobody.
//!
//! Where the removal of a thing that has parts is refused, its parts may be there still.

use spec::model::{Method, Operation, RuntimeExpression, Status};
use spec::resources::Maker;

use super::super::CALL;
use crate::case::{Case, Criterion, Derivation, Relation, RelationKind};
use crate::expression::{Condition, Expression};
use crate::plan::Planner;
use crate::plan::draft::{About, Draft, Path, STATUS};
use crate::sample::Extent;

const CODE: &str = "parts-go-with-it";
const CONFLICT: u16 = 409;
/// What is answered where nothing is found.
const GONE: [u16; 2] = [404, 410];
/// The step that removes the thing, and its output.
const REMOVE: &str = "remove";

/// For an operation that reads a part.
pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    operation.path.item_parameter().filter(|_| operation.method == Method::Get)?;
    let (cell, gone) = planner.refusal(operation, &[&GONE])?;
    let response = operation.responses.get(&cell).filter(|_| matches!(cell, Status::Code(_)))?;
    let mut draft = Draft::new(planner);
    let path = draft.path(operation, &Path::new()).ok()?;
    let remover = owner_remover(planner, operation, &draft)?;
    planner.resources.cascades(remover, operation).then_some(())?;
    let there = draft.path(remover, &Path::new()).ok()?;
    let remove = draft.request(remover, &there, Extent::Minimal).ok()?;
    let conflict = Status::Code(CONFLICT);
    let may_refuse = remover.responses.contains_key(&conflict);
    let removed = planner.success(remover).map(|(_, any)| any).unwrap_or_default();
    let any_of = removed.into_iter().chain(may_refuse.then_some(conflict)).collect::<Vec<_>>();
    draft.push(remover, REMOVE, remove, vec![Criterion::Status(any_of.into())]);
    draft.status_of(REMOVE);
    let read = draft.bare_request(operation, &path).ok()?;
    let found = planner.success(operation).map(|(_, any)| any).unwrap_or_default();
    let any_of = gone.into_iter().chain(found).collect::<Vec<_>>();
    let answered =
        |code: u16| Condition::equal(Expression::Exchange(RuntimeExpression::StatusCode), code);
    let refused = Condition::equal(Expression::output(REMOVE, STATUS), CONFLICT);
    let is_gone = GONE.into_iter().map(answered).fold(refused, Condition::or);
    let message = "what lies within a thing that was removed is not found";
    let relation = Relation::new(CODE, message, RelationKind::Holds(is_gone));
    let criteria = vec![Criterion::Status(any_of.into()), Criterion::Relation(relation)];
    draft.push(operation, CALL, read, criteria);
    Some(draft.finish(About {
        cell: (operation, cell),
        source: Derivation::Law,
        detail: CODE.to_owned(),
        summary: "what lies within a thing is gone with it".to_owned(),
        origin: response.origin.clone(),
    }))
}

/// Who removes what the part lies in, where the draft has made that.
fn owner_remover<'p>(
    planner: &'p Planner<'p>,
    operation: &Operation,
    draft: &Draft<'_>,
) -> Option<&'p Operation> {
    let parameters: Vec<&str> = operation.path.parameters().collect();
    let [.., outer, _] = parameters.as_slice() else { return None };
    let has_made =
        |maker: &&Maker| draft.steps.iter().any(|step| step.operation_id == maker.operation_id);
    let owner = planner.resources.makers(operation, outer).iter().find(has_made)?;
    let remover = planner.resources.remover(&owner.operation_id)?;
    planner.operation(&remover.operation_id).ok()
}
