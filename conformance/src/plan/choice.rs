//! Bodies have what goes with the value that they choose of a few, and nothing that goes with another one.

use serde_json::Value;
use spec::model::{Operation, SchemaId};
use spec::resources::GoesWith;

use super::Planner;
use crate::sample::{Choice, Extent, Fixed, Location, Merged, Sample};

impl Planner<'_> {
    /// The sample as descriptions say that it has to be with what it chooses; but for members that are given, with which it
    /// chooses what they go with.
    pub(super) fn as_chosen(
        &self,
        (operation, schema): (&Operation, SchemaId),
        mut sample: Sample,
        given: &Fixed,
    ) -> Sample {
        let place = |name: &String| Location::default().member(name);
        let is_given = |name: &String| given.keys().any(|one| one.0.starts_with(&place(name).0));
        let is_free = |name: &&String| !is_given(name);
        sample = self.choosing_for((operation, schema), sample, is_given);
        for choice in self.choices(operation) {
            if !is_made(&sample, choice) {
                continue;
            }
            let mut changed = sample.clone();
            for name in choice.lacks.iter().filter(is_free) {
                changed = changed.without(&place(name)).unwrap_or(changed);
            }
            for name in choice.has.iter().filter(is_free) {
                let there = changed.members().is_some_and(|members| members.contains_key(name));
                let value = || self.complete_member(schema, name);
                let with = (!there).then(value).flatten();
                changed =
                    with.and_then(|value| changed.with(&place(name), value)).unwrap_or(changed);
            }
            if self.is_as_valid(schema, &sample, &changed) {
                sample = changed;
            }
        }
        sample
    }

    /// The sample with another value chosen where one that is given doesn't go with the one that it has.
    fn choosing_for(
        &self,
        (operation, schema): (&Operation, SchemaId),
        sample: Sample,
        is_given: impl Fn(&String) -> bool,
    ) -> Sample {
        let choices = self.choices(operation);
        let is_unfit = |one: &&GoesWith| {
            is_made(&sample, one) && !is_given(&one.member) && one.lacks.iter().any(&is_given)
        };
        let Some(unfit) = choices.iter().find(is_unfit) else { return sample };
        let others = choices.iter().filter(|one| {
            one.member == unfit.member && one.value != unfit.value && one.has.iter().any(&is_given)
        });
        let place = Location::default().member(&unfit.member);
        let mut changed =
            others.filter_map(|one| sample.with(&place, Sample::Value(one.value.clone().into())));
        changed.find(|one| self.is_as_valid(schema, &sample, one)).unwrap_or(sample)
    }

    /// The sample with values that need nothing to be there, in the place of those that do; but for members that are given.
    pub(super) fn unconditioned(
        &self,
        (operation, schema): (&Operation, SchemaId),
        mut sample: Sample,
        given: &Fixed,
    ) -> Sample {
        for (member, conditioned) in self.conditioned(operation) {
            let place = Location::default().member(member);
            let drawn = sample.at(&place).map(Sample::stand_in);
            let is_one = |value: &Value| conditioned.iter().any(|one| value == one.as_str());
            if given.contains_key(&place) || !drawn.as_ref().is_some_and(is_one) {
                continue;
            }
            let others = self.values_of(schema, member).into_iter().filter(|one| !is_one(one));
            let mut changed = others.filter_map(|value| sample.with(&place, Sample::Value(value)));
            let fitting = changed.find(|one| self.is_as_valid(schema, &sample, one));
            sample = fitting.unwrap_or(sample);
        }
        sample
    }

    /// Whether a member has to be there for one of the values that another one may have.
    pub(super) fn goes_with_a_choice(&self, operation: &Operation, name: &str) -> bool {
        self.choices(operation).iter().any(|choice| choice.has.iter().any(|has| has == name))
    }

    /// The few values that a member of a body may have.
    fn values_of(&self, schema: SchemaId, member: &str) -> Vec<Value> {
        let body = Merged::of(self.contract, &[schema], Choice::default()).declared();
        let ids = body.get(member).map(Vec::as_slice).unwrap_or_default();
        let merged = Merged::of(self.contract, ids, Choice::default());
        merged.enumeration().into_iter().flatten().cloned().collect()
    }

    /// A member of a body that has all that it can have.
    pub(super) fn complete_member(&self, schema: SchemaId, name: &str) -> Option<Sample> {
        let (whole, _) = self.sampler.valid(schema, Extent::Complete, &Fixed::new())?;
        whole.members()?.get(name).cloned()
    }
}

/// Whether a body makes a choice.
fn is_made(sample: &Sample, choice: &GoesWith) -> bool {
    let chosen = sample.members().and_then(|members| members.get(&choice.member));
    chosen.is_some_and(|chosen| chosen.stand_in() == choice.value.as_str())
}
