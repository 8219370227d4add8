//! Moments of a body that have to lie between those of the thing that the request is about: as the case has made it.

use serde_json::Value;
use spec::model::Operation;

use super::Draft;
use crate::case::{Request, Template};
use crate::plan::moment::{behind, is_drawn};

impl Draft<'_> {
    /// Puts moments that were drawn, and that nothing else depends on, between those that the thing was made with.
    pub(super) fn within_thing_period(&self, operation: &Operation, request: &mut Request) {
        for told in self.planner.thing_periods(operation) {
            let sent = request.members().find(|(name, _)| **name == told.member);
            // What a violation is about stays as it is.
            let is_free =
                sent.is_some_and(|(_, value)| matches!(value, Template::Value(v) if is_drawn(v)));
            let made = self.made_with(request, &told.maker).filter(|_| is_free);
            let Some(made) = made else { continue };
            let of = |name: &Option<String>| {
                let name = name.as_ref()?;
                made.members().find(|(one, _)| *one == name).map(|(_, value)| value.clone())
            };
            let is_there = |value: &Template| !matches!(value, Template::Value(Value::Null));
            // At the end it lies within; without one, right behind the beginning.
            let end = of(&told.end).filter(is_there);
            let within = end.or_else(|| behind(of(&told.begin)?));
            let within = within.and_then(|one| request.clone().with_member(&told.member, one));
            if let Some(changed) = within {
                *request = changed;
            }
        }
    }

    /// The request by which what a request is about was made by an operation.
    fn made_with(&self, request: &Request, maker: &str) -> Option<&Request> {
        let (_, text) = request.path_parameters.last()?;
        let step = text.expressions().next()?.step()?;
        let step = self.step(step).filter(|step| step.operation_id == maker)?;
        Some(&step.request)
    }
}
