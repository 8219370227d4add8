//! Versions that a body has to name, so that nobody overwrites what they haven't seen: that which the thing was last told to have.

use std::ops::RangeInclusive;
use std::sync::Arc;

use serde_json::Value;
use spec::model::{JsonType, Operation};
use spec::pointer::escape;
use spec::resources::is_version;

use super::Draft;
use crate::case::{Criterion, Request, Step, Template};
use crate::expression::Expression;
use crate::sample::{Choice, Merged};

/// The values that bodies have where nothing depends on them.
const SMALL: RangeInclusive<i64> = 1..=9;

impl Draft<'_> {
    /// Where a body names the version of what it is about, and says nothing of its own by it: the present one.
    pub(super) fn with_current_version(&mut self, operation: &Operation, request: &mut Request) {
        let Some((name, step)) = self.version_told(operation, request) else { return };
        self.output(&step, &name, &Expression::response_body(format!("/{}", escape(&name))));
        let present = Template::Expression(Expression::output(&step, &name));
        if let Some(changed) = request.clone().with_member(&name, present) {
            *request = changed;
        }
    }

    /// The member of the body, and the last step that told it of what the request names.
    fn version_told(&self, operation: &Operation, request: &Request) -> Option<(String, String)> {
        let name = request.members().map(|(name, _)| name).find(|name| is_version(name))?;
        let body =
            Merged::of(self.planner.contract, &[operation.body_schema()?], Choice::default());
        let own = body.declared().get(name.as_str())?.clone();
        let is_small = |value: &Value| value.as_i64().is_some_and(|number| SMALL.contains(&number));
        let is_right =
            |value: &Value| own.iter().all(|id| self.planner.sampler.admits_value(*id, value));
        // What a violation is about stays as it is.
        request.members().find(|(one, value)| {
            let Template::Value(value) = value else { return false };
            *one == name && is_small(value) && is_right(value)
        })?;
        let named = request.path_parameters.last().map(|(_, text)| text)?;
        let made = named.expressions().next()?.step()?;
        let tells = |step: &&Arc<Step>| {
            let is_it = step.request.path_parameters.last().map(|(_, text)| text) == Some(named);
            // A refusal tells no version.
            step.criteria.iter().any(Criterion::may_succeed)
                && (step.id == made || is_it)
                && self.tells_version(&step.operation_id, name)
        };
        let step = self.steps.iter().rev().find(tells)?;
        Some((name.clone(), step.id.clone()))
    }

    fn tells_version(&self, operation: &str, name: &str) -> bool {
        let schema = self.planner.operation(operation).ok().and_then(Operation::answer_schema);
        schema.is_some_and(|schema| {
            let answer = Merged::of(self.planner.contract, &[schema], Choice::default());
            let is_whole = |ids: &Vec<_>| {
                let member = Merged::of(self.planner.contract, ids, Choice::default());
                member.types().contains(JsonType::Integer)
            };
            answer.required().contains(&name) && answer.declared().get(name).is_some_and(is_whole)
        })
    }
}
