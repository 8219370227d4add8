//! The id of what was removed is not that of what is made next: who still knows it would find another thing.

use spec::model::{Method, Operation, RuntimeExpression};

use super::super::CALL;
use crate::case::{Case, Criterion, Derivation, Isolation, Operand, Relation, RelationKind};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{About, Draft, Path};
use crate::promise::{self, Level};
use crate::sample::Extent;

const CODE: &str = "ids-are-not-reused";
/// The step that makes what is removed.
const FIRST: &str = "first";
/// Its output.
const ID: &str = "id";

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let remover = planner.resources.remover(&operation.id)?;
    let RuntimeExpression::ResponseBody(pointer) = &remover.maker.id else { return None };
    let name = pointer.rsplit('/').next().unwrap_or_default();
    let is_told = planner.resources.says_ids_given_once(operation, name);
    let level = if is_told { Level::Must } else { promise::level(CODE) };
    if operation.method != Method::Post || !planner.can_remove(operation) {
        return None;
    }
    let id: Expression = remover.maker.id.clone().into();
    let remover = planner.operation(&remover.operation_id).ok()?;
    let mut draft = Draft::new(planner);
    let path = draft.path(operation, &Path::new()).ok()?;
    draft.bring_around(operation, &path);
    let first = draft.request_of_its_own(operation, &path, Extent::Minimal, FIRST).ok()?;
    draft.push(operation, FIRST, first, planner.succeeds(operation));
    draft.output(FIRST, ID, &id);
    let there = draft.path_to(remover, FIRST)?;
    let remove = draft.request(remover, &there, Extent::Minimal).ok()?;
    draft.push(remover, "remove", remove, planner.succeeds(remover));
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    let kind = RelationKind::Differ {
        got: Operand::expression(id),
        from: Operand::expression(Expression::output(FIRST, ID)),
    };
    let message = "what is made has another id than what was removed before";
    let mut criteria = planner.succeeds(operation);
    criteria.push(Criterion::Relation(Relation::new(CODE, message, kind).at(level)));
    draft.push(operation, CALL, request, criteria);
    let mut case = draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: CODE.to_owned(),
        summary: "an id is given once".to_owned(),
        origin: operation.origin.clone(),
    });
    // Beside others, one of them would get it.
    case.isolation = Isolation::Apart;
    Some(case)
}
