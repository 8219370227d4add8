//! Complete values of schemas that don't admit all of their members at once: `not: {required: [a, b]}`, or one of two.

use spec::model::SchemaId;

use super::{Choice, Location, Sample, Sampler};

/// Members that are tried to be left out, at most.
const TRIES: usize = 64;

impl Sampler<'_> {
    /// A value without the members that keep the schema from admitting it; `is_kept` tells those that stay. Whether the first or
    /// the last of several goes differs with the choice.
    pub(super) fn reduced(
        &self,
        id: SchemaId,
        sample: &Sample,
        choice: Choice,
        is_kept: &dyn Fn(&Location) -> bool,
    ) -> Option<Sample> {
        let mut places = Vec::new();
        members(sample, &Location::default(), &mut places);
        places.retain(|place| !is_kept(place));
        if !choice.0.is_multiple_of(2) {
            places.reverse();
        }
        let mut sample = sample.clone();
        let mut violated = self.violated(id, &sample).len();
        for place in places.iter().take(TRIES) {
            let Some(less) = sample.without(place) else { continue };
            let left = self.violated(id, &less).len();
            if left < violated {
                (sample, violated) = (less, left);
            }
            if violated == 0 {
                return Some(sample);
            }
        }
        None
    }
}

/// Where the members of a value are, those of what is in it behind them.
fn members(sample: &Sample, at: &Location, found: &mut Vec<Location>) {
    match sample {
        Sample::Object(all) => {
            found.extend(all.keys().map(|name| at.member(name)));
            all.iter().for_each(|(name, member)| members(member, &at.member(name), found));
        }
        Sample::Array(items) => {
            items.iter().enumerate().for_each(|(n, item)| members(item, &at.item(n), found));
        }
        Sample::Value(_) | Sample::Fresh(_) | Sample::Known(..) => {}
    }
}
