//! Workflows that count, guarded against the writes of others.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::case::{Case, Criterion, Operand, Relation, RelationKind, Step};
use crate::expression::Expression;

/// Brackets a case that counts with the first of its reads: if that finds something else at the end than before, either
/// the case left something behind or somebody else wrote meanwhile, and what it counted says nothing.
pub(super) fn bracket(case: &mut Case) {
    const BEFORE: &str = "before";
    const AFTER: &str = "after";
    let reads = |step: &&Arc<Step>| step.request.method.is_safe() && succeeds(step);
    let Some(read) = case.steps.iter().find(reads).cloned() else { return };
    let from_inputs = |expression: &&Expression| matches!(expression, Expression::Input { .. });
    if !read.request.expressions().iter().all(from_inputs) {
        return;
    }
    let again = |id: &str| Step {
        id: id.to_owned(),
        criteria: read
            .criteria
            .iter()
            .filter(|one| matches!(one, Criterion::Status(_)))
            .cloned()
            .collect(),
        outputs: IndexMap::from([("answer".to_owned(), Expression::response_body(""))]),
        ..Step::clone(&read)
    };
    for step in &mut case.steps {
        for criterion in &mut Arc::make_mut(step).criteria {
            if let Criterion::Condition(condition) = criterion {
                let message = format!("the workflow's criterion `{condition}` holds");
                let kind = RelationKind::Holds(condition.clone());
                *criterion =
                    Criterion::Relation(Relation::new("workflow-criterion", message, kind));
            }
        }
    }
    case.steps.insert(0, again(BEFORE).into());
    case.steps.push(again(AFTER).into());
    let answer = |step: &str| Operand::expression(Expression::output(step, "answer"));
    let kind = RelationKind::Equal { got: answer(AFTER), expected: answer(BEFORE) };
    let message = "the same read finds the same at the end as before".to_owned();
    case.undisturbed = vec![Relation::new("reads-are-stable", message, kind)];
}

/// Whether a step wants a success.
fn succeeds(step: &Step) -> bool {
    step.criteria.iter().any(|criterion| match criterion {
        Criterion::Status(expected) => expected.any_of.iter().all(|status| status.is_success()),
        Criterion::Condition(_) | Criterion::Relation(_) => false,
    })
}
