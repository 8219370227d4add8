//! Once something was done, other things than the one that it was done to are in the state that is told: what is lent is on loan.

use spec::model::{Operation, Status};
use spec::pointer::escape;
use spec::resources::{Brought, Sign};

use super::super::{CALL, told, valid_call, was_answered};
use crate::case::{Case, Criterion, Operand, Relation, RelationKind, Request};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::Draft;
use crate::sample::Extent;

const CODE: &str = "others-follow";
const READ: &str = "read";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let brought = planner.resources.brought(operation);
    brought.iter().filter_map(|one| case(planner, operation, one)).collect()
}

fn case(planner: &Planner<'_>, operation: &Operation, brought: &Brought<'_>) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let Status::Code(done) = status else { return None };
    let life = planner.resources.lifecycle(brought.reader)?;
    let Sign::Is(value) = life.sign(&brought.state) else { return None };
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let thing = the_only_one(&draft, planner, brought.reader, steps_of(&request))?;
    draft.push(operation, CALL, request, planner.succeeds(operation));
    draft.status_of(CALL);
    let path = draft.path_to(brought.reader, &thing)?;
    let read = draft.bare_request(brought.reader, &path).ok()?;
    let member = Expression::response_body(format!("/{}", escape(&life.member)));
    let kind = RelationKind::Equal {
        got: Operand::expression(member),
        expected: Operand::constant(value),
    };
    let message = format!("`{}` is `{}` then", life.member, brought.state);
    let is_there = Criterion::Relation(Relation::new(CODE, message, kind));
    let criteria = planner.succeeds(brought.reader).into_iter().chain([is_there]).collect();
    draft.push(brought.reader, READ, read, criteria);
    let premise = was_answered(CODE, CALL, done, "it is done");
    draft.last_step()?.premises.push(premise);
    let detail = format!("{CODE}:{}", brought.reader.id);
    let summary = format!("what `{}` shows becomes `{}`", brought.reader.id, brought.state);
    Some(told(draft, operation, status, (&detail, &summary)))
}

fn steps_of(request: &Request) -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    for step in request.expressions().into_iter().filter_map(Expression::step) {
        if steps.iter().all(|known| known != step) {
            steps.push(step.to_owned());
        }
    }
    steps
}

/// The step that made the one thing of its kind that a request names, or that is named by what it names.
fn the_only_one(
    draft: &Draft<'_>,
    planner: &Planner<'_>,
    reader: &Operation,
    mut named: Vec<String>,
) -> Option<String> {
    let mut next = 0;
    while let Some(step) = named.get(next).and_then(|step| draft.step(step)) {
        let mut more = steps_of(&step.request);
        more.retain(|one| !named.contains(one));
        named.extend(more);
        next += 1;
    }
    let makes = |step: &&String| {
        let made = draft.step(step).and_then(|step| planner.operation(&step.operation_id).ok());
        made.is_some_and(|maker| planner.resources.shown_by(maker).any(|one| one.id == reader.id))
    };
    let mut all = named.iter().filter(makes);
    let found = all.next()?;
    all.next().is_none().then(|| found.clone())
}
