//! Values for the comparison, from the sampler of the conformance suite.

use std::collections::HashSet;

use conformance::fresh::FreshSource;
use conformance::sample::{Extent, Fixed, Sampler};
use serde_json::Value;
use spec::implication::{self, Sampling};
use spec::model::SchemaId;
use spec::{Contract, Direction};

/// The suite's sampler.
pub(super) struct Suite;

impl Sampling for Suite {
    fn sampler<'c>(
        &self,
        contract: &'c Contract,
        direction: Direction,
    ) -> Box<dyn implication::Sampler + 'c> {
        let apart = contract.components.values().copied().collect();
        Box::new(Values { sampler: Sampler::toward(contract, direction), apart })
    }
}

struct Values<'c> {
    sampler: Sampler<'c>,
    /// Components within others, which are asked by themselves.
    apart: HashSet<SchemaId>,
}

impl implication::Sampler for Values<'_> {
    fn few(&self, schema: SchemaId) -> Vec<Value> {
        let (source, fixed) = (FreshSource::new(0), Fixed::new());
        let extents = [Extent::Minimal, Extent::Complete].into_iter();
        let samples = extents.filter_map(|extent| self.sampler.valid(schema, extent, &fixed));
        samples.map(|(sample, _)| sample.concrete(&source)).collect()
    }

    fn many(&self, schema: SchemaId) -> Vec<Value> {
        let drawn = self.sampler.thorough(schema, &self.apart);
        drawn.into_iter().map(|drawn| drawn.value).collect()
    }
}
