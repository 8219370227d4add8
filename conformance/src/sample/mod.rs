//! Values made from schemas: valid ones, ones at the very edge of what is valid, ones with one thing wrong.
//!
//! Whatever is made is held against the schema by a validator that knows nothing of how it was made: what claims to
//! be valid is, and a violation breaks the one keyword that it names, at the one place. What can't be made (a
//! contradiction, an expression nobody can satisfy) is `None` or left out, never wrong.

mod applicators;
mod boundary;
mod checked;
mod format;
mod merged;
mod reduced;
mod stand_in;
mod text;
mod thorough;
mod tree;
mod valid;
mod violation;

pub use merged::{Choice, Merged};
pub(crate) use stand_in::StandIn;
pub use thorough::Drawn;
pub use tree::{Location, Sample, Segment};
pub use valid::Extent;
pub(crate) use valid::is_quantity;

use std::rc::Rc;

use indexmap::IndexMap;
use spec::model::{SchemaId, Schemas};
use spec::validate::Validators;
use spec::{Contract, Direction};

/// Makes values from the schemas of one contract, as one side sends them.
#[derive(Debug)]
pub struct Sampler<'a> {
    contract: &'a Contract,
    direction: Direction,
    validators: Validators<'a>,
}

/// One value with one thing wrong, or one thing at its limit.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// The keyword it violates or exhausts, in kebab case: `max-length`.
    pub keyword: &'static str,
    /// Tells variants of one keyword apart: `supplementary`; may be empty.
    pub detail: String,
    /// Where in the value.
    pub location: Location,
    /// The schema that has the keyword.
    pub schema: SchemaId,
    /// The value of the whole.
    pub sample: Sample,
    /// The valid value that it differs from there.
    pub base: Rc<Sample>,
    /// The keywords that the whole violates, each with the place.
    pub(crate) violated: Vec<String>,
}

impl Variant {
    /// `tags.0:max-length:supplementary`, unique among the variants of one kind of one schema.
    #[must_use]
    pub fn name(&self) -> String {
        let location = self.location.to_string();
        let parts = [location.as_str(), self.keyword, self.detail.as_str()];
        let named: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        named.join(":")
    }
}

/// Values that are known by other means, by location: they stand in every sample, but for
/// those that violate something just there.
pub type Fixed = IndexMap<Location, Sample>;

impl<'a> Sampler<'a> {
    /// A sampler over a contract, of what clients send.
    #[must_use]
    pub fn new(contract: &'a Contract) -> Self {
        Self::toward(contract, Direction::Request)
    }

    /// A sampler over a contract, of what is sent in a direction.
    #[must_use]
    pub fn toward(contract: &'a Contract, direction: Direction) -> Self {
        let validators = Validators::new(contract, direction);
        Self { contract, direction, validators }
    }

    /// Schemas seen as one, for values of this sampler.
    fn merged(&self, ids: &[SchemaId], choice: Choice) -> Merged<'a> {
        Merged::toward(self.contract, ids, choice, self.direction)
    }

    /// The schemas that it makes values from.
    #[must_use]
    pub fn schemas(&self) -> &'a Schemas {
        &self.contract.schemas
    }

    /// Whether the schema admits a sample.
    #[must_use]
    pub fn admits(&self, id: SchemaId, sample: &Sample) -> bool {
        self.validators.is_valid(id, &sample.stand_in())
    }

    /// Whether the schema admits a value.
    #[must_use]
    pub fn admits_value(&self, id: SchemaId, value: &serde_json::Value) -> bool {
        self.validators.is_valid(id, value)
    }

    /// The keywords that a sample violates with something else at a place, or with nothing there, each with the place. `None`
    /// where the place can't be reached.
    pub(crate) fn violated_with(
        &self,
        id: SchemaId,
        sample: &mut StandIn,
        place: &Location,
        there: Option<&Sample>,
    ) -> Option<Vec<String>> {
        sample.with(place, there, |value| self.validators.violated(id, value))
    }

    /// The keywords that a sample violates, each with the place; empty: it is valid.
    pub(crate) fn violated(&self, id: SchemaId, sample: &Sample) -> Vec<String> {
        self.validators.violated(id, &sample.stand_in())
    }
}

#[cfg(test)]
mod tests;
