//! What a body names of several that are there is what was named, and not the first of them.

use spec::model::{Method, Operation, RuntimeExpression};
use spec::pointer::escape;

use super::conflict::is_always_shown;
use super::{CALL, valid_call};
use crate::case::{
    Case, Criterion, Derivation, Operand, Relation, RelationKind, Request, Template,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{About, Draft};
use crate::sample::Extent;

const CODE: &str = "second-is-named";
/// The second of what a list shows, as an output of the step that looked.
const SECOND: &str = "second";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    if operation.method != Method::Post || !planner.resources.makes(operation) {
        return Vec::new();
    }
    let Ok((draft, request, _)) = valid_call(planner, operation, Extent::Complete) else {
        return Vec::new();
    };
    let names = request.members().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let cases = names
        .iter()
        .filter_map(|name| case(planner, operation, draft.clone(), request.clone(), name));
    cases.collect()
}

fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    mut draft: Draft<'_>,
    request: Request,
    name: &str,
) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    is_always_shown(planner, operation, name).then_some(())?;
    let (_, named) = request.members().find(|(one, _)| *one == name)?;
    let second = second_of(&mut draft, planner, named)?;
    let request = request.with_member(name, Template::Expression(second.clone()))?;
    let kind = RelationKind::Equal {
        got: Operand::expression(Expression::response_body(format!("/{}", escape(name)))),
        expected: Operand::expression(second),
    };
    let message = format!("`{name}` is the one that was named");
    let mut criteria = planner.succeeds(operation);
    criteria.push(Criterion::Relation(Relation::new(CODE, message, kind)));
    draft.push(operation, CALL, request, criteria);
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: format!("{CODE}:body.{name}"),
        summary: format!("`{name}` may be another one than the first"),
        origin: operation.origin.clone(),
    }))
}

/// Where a value is the first of what a list shows, the second; where there is none, what asks for it isn't sent.
pub(super) fn second_of(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    named: &Template,
) -> Option<Expression> {
    let Template::Expression(Expression::Output { step, name, pointer }) = named else {
        return None;
    };
    let looked = draft.step(step).filter(|_| pointer.is_empty())?;
    planner.operation(&looked.operation_id).ok().filter(|one| one.method.is_safe())?;
    let Expression::Exchange(RuntimeExpression::ResponseBody(first)) = looked.outputs.get(name)?
    else {
        return None;
    };
    let (list, id) = first.split_once("/0/")?;
    let second = Expression::response_body(format!("{list}/1/{id}"));
    let step = step.clone();
    draft.output(&step, SECOND, &second);
    Some(Expression::output(step, SECOND))
}
