//! Expressions lead to inputs that are declared and to outputs of earlier steps.

use indexmap::IndexMap;
use spec::{Finding, Origin};

use super::Workflow;
use crate::case::Criterion;
use crate::expression::Expression;

/// Each expression of a workflow that leads nowhere.
pub(super) fn dangling(workflow: &Workflow) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut outputs: IndexMap<&str, Vec<&str>> = IndexMap::new();
    for step in &workflow.steps {
        let parameters = step.parameters.iter().flat_map(|one| one.value.expressions());
        let body = step.body.iter().flat_map(|body| body.payload.expressions());
        let criteria = step.criteria.iter().flat_map(of_criterion);
        let all = parameters.chain(body).chain(criteria);
        found.extend(all.filter_map(|one| check(one, workflow, &outputs, &step.origin)));
        outputs.insert(&step.id, step.outputs.keys().map(String::as_str).collect());
    }
    let at = workflow.origin.child("outputs");
    let own = workflow.outputs.values();
    found.extend(own.filter_map(|one| check(one, workflow, &outputs, &at)));
    found
}

fn check(
    expression: &Expression,
    workflow: &Workflow,
    outputs: &IndexMap<&str, Vec<&str>>,
    at: &Origin,
) -> Option<Finding> {
    let message = match expression.root() {
        Expression::Input { name, .. } if !workflow.inputs.contains_key(name) => {
            format!("`{expression}` is no input of the workflow")
        }
        Expression::Output { step, name, .. } => match outputs.get(step.as_str()) {
            None => format!("`{expression}`: no earlier step is called `{step}`"),
            Some(names) if !names.contains(&name.as_str()) => {
                format!("`{expression}`: the step has no such output")
            }
            Some(_) => return None,
        },
        _ => return None,
    };
    Some(Finding::error("dangling-expression", at.clone(), message))
}

fn of_criterion(criterion: &Criterion) -> Vec<&Expression> {
    match criterion {
        Criterion::Condition(condition) => condition.expressions(),
        Criterion::Status(_) | Criterion::Relation(_) => Vec::new(),
    }
}
