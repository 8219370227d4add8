//! What a case asks for beyond the contract: criteria and relations as checks.

use crate::case::{Criterion, Place, Relation, Unmet};
use crate::expression::Context;
use crate::promise::Level;

use super::{Check, Verdict};

/// Judges the criteria of a step; `place` is what asks for them.
///
/// Where the status is not what the case asks for, that alone is told: what was to be true of another answer says
/// nothing about this one.
#[must_use]
pub fn judge_criteria(criteria: &[Criterion], context: &Context<'_>, place: &Place) -> Vec<Check> {
    let (statuses, others): (Vec<_>, Vec<_>) =
        criteria.iter().partition(|criterion| matches!(criterion, Criterion::Status(_)));
    let mut checks: Vec<_> =
        statuses.into_iter().map(|criterion| judge_criterion(criterion, context, place)).collect();
    if checks.iter().all(|check| check.verdict == Verdict::Passed) {
        checks.extend(others.into_iter().map(|one| judge_criterion(one, context, place)));
    }
    checks
}

/// Judges relations by themselves.
#[must_use]
pub fn judge_relations(relations: &[Relation], context: &Context<'_>, place: &Place) -> Vec<Check> {
    relations
        .iter()
        .map(|relation| {
            let unmet = relation.unmet(context);
            check(relation.law, relation.level, &relation.message, unmet, place)
        })
        .collect()
}

fn judge_criterion(criterion: &Criterion, context: &Context<'_>, place: &Place) -> Check {
    let unmet = criterion.unmet(context);
    match criterion {
        Criterion::Status(expected) => {
            let unmet = unmet.map(|unmet| Unmet {
                message: format!("answered {} instead of {}", unmet.got, unmet.expected),
                ..unmet
            });
            let promise = "the status is the one that the case asks for";
            check(expected.code, expected.level, promise, unmet, place)
        }
        Criterion::Condition(condition) => {
            check("criterion", Level::Must, &condition.to_string(), unmet, place)
        }
        Criterion::Relation(relation) => {
            check(relation.law, relation.level, &relation.message, unmet, place)
        }
    }
}

fn check(
    id: &'static str,
    level: Level,
    promise: &str,
    unmet: Option<Unmet>,
    place: &Place,
) -> Check {
    let Some(unmet) = unmet else { return Check { level, ..Check::passed(id, promise) } };
    Check {
        id,
        verdict: Verdict::Failed,
        level,
        message: unmet.message,
        expected: Some(unmet.expected),
        got: Some(unmet.got),
        pointer: unmet.pointer,
        place: Some(place.clone()),
    }
}
