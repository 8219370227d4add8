//! Bodies have what goes with the value that they choose of a few, and nothing that goes with another one.

use spec::model::{Operation, SchemaId};
use spec::resources::GoesWith;

use super::Planner;
use crate::sample::{Extent, Fixed, Location, Sample};

impl Planner<'_> {
    /// The sample as descriptions say that it has to be with what it chooses; but for members that are given.
    pub(super) fn as_chosen(
        &self,
        (operation, schema): (&Operation, SchemaId),
        mut sample: Sample,
        given: &Fixed,
    ) -> Sample {
        for choice in self.choices(operation) {
            if !is_made(&sample, choice) {
                continue;
            }
            let place = |name: &String| Location::default().member(name);
            let is_free = |name: &&String| !given.contains_key(&place(name));
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
