//! Members of bodies that move a thing from one state to another: only some values are right in a state, which no schema
//! says. Most bodies leave them as they are; what each of their values does is a law of its own.

use serde_json::Value;
use spec::model::{Operation, SchemaId};
use spec::resources::{Lifecycle, Resources};

use super::Planner;
use crate::sample::{Choice, Fixed, Location, Merged, Sample};

/// A member that moves a thing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Steering {
    place: Location,
    /// Where it moves a thing to that is in the nearest state in which it can, as far as that is known.
    first: Option<Value>,
}

/// Those of an operation's body.
pub(super) fn of(resources: &Resources<'_>, operation: &Operation) -> Vec<Steering> {
    let lives = resources.lifecycles(operation).into_iter();
    lives.filter_map(|life| Steering::in_life(life, operation)).collect()
}

impl Steering {
    fn in_life(life: &Lifecycle<'_>, operation: &Operation) -> Option<Self> {
        let by = life.moves_of(operation).find_map(|one| one.by.as_deref())?;
        let first = life.first_steered(operation).and_then(|(one, _)| life.value(one));
        Some(Self { place: Location::default().member(by), first })
    }
}

impl Planner<'_> {
    /// Whether a place of a body moves the thing that it is about.
    pub(super) fn is_steering(&self, operation: &Operation, place: &Location) -> bool {
        self.steering(operation).iter().any(|one| one.place == *place)
    }

    /// Whether an operation's body may choose the state that the thing is to go to.
    pub(super) fn steers(&self, operation: &Operation) -> bool {
        !self.steering(operation).is_empty()
    }

    /// Whether a body has to name the state that the thing is to go to.
    pub(super) fn must_steer(&self, operation: &Operation, schema: SchemaId) -> bool {
        let steering = self.steering(operation);
        let required = || Merged::of(self.contract, &[schema], Choice::default()).required();
        !steering.is_empty()
            && required().into_iter().any(|name| {
                steering.iter().any(|one| one.place == Location::default().member(name))
            })
    }

    /// The sample without what would move the thing, or, where it has to be there, with what moves it as it may; but for
    /// members that are given. What it violates, it still does.
    pub(super) fn without_steering(
        &self,
        operation: &Operation,
        schema: SchemaId,
        mut sample: Sample,
        given: &Fixed,
    ) -> Sample {
        for Steering { place, first } in self.steering(operation) {
            if given.contains_key(place) || sample.at(place).is_none() {
                continue;
            }
            let without = sample.without(place);
            let moved = || sample.with(place, Sample::Value(first.clone()?));
            let violated = self.sampler.violated(schema, &sample);
            let is_right = |changed: &Sample| self.sampler.violated(schema, changed) == violated;
            let right = without.filter(is_right).or_else(|| moved().filter(is_right));
            sample = right.unwrap_or(sample);
        }
        sample
    }
}
