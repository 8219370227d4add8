use std::ops::Deref;
use std::sync::LazyLock;

use indexmap::{IndexMap, IndexSet};

use super::SchemaId;

/// The keywords of JSON Schema 2020-12 that OpenAPI 3.0 doesn't have, beside those that have fields of [`Schema`]
/// itself: few schemas have any of them.
///
/// [`Schema`]: super::Schema
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applicators {
    /// What some of the items must match.
    pub contains: Option<Contains>,
    /// What must be there where the property of this name is.
    pub dependent_required: IndexMap<String, IndexSet<String>>,
    /// What the object must match where the property of this name is there.
    pub dependent_schemas: IndexMap<String, SchemaId>,
    /// What the name of each property must match.
    pub property_names: Option<SchemaId>,
    /// `if`, `then` and `else`.
    pub condition: Option<Condition>,
    /// What items must match that no other keyword looks at.
    pub unevaluated_items: Option<SchemaId>,
    /// What properties must match that no other keyword looks at.
    pub unevaluated_properties: Option<SchemaId>,
    /// Whether `additionalProperties: true` is written, which admits no more than its absence does, but leaves nothing
    /// to `unevaluatedProperties`.
    pub additional_properties_written: bool,
}

/// The [`Applicators`] of a schema. Most schemas have none, and are the smaller for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied(Option<Box<Applicators>>);

impl Deref for Applied {
    type Target = Applicators;

    fn deref(&self) -> &Applicators {
        static NONE: LazyLock<Applicators> = LazyLock::new(Applicators::default);
        self.0.as_deref().unwrap_or_else(|| &NONE)
    }
}

impl From<Applicators> for Applied {
    fn from(applicators: Applicators) -> Self {
        let has_any = applicators != Applicators::default();
        Self(has_any.then(|| Box::new(applicators)))
    }
}

/// `contains`, with its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contains {
    /// What the items are counted by.
    pub schema: SchemaId,
    /// `minContains`; one where it is absent.
    pub min: Option<u64>,
    /// `maxContains`.
    pub max: Option<u64>,
}

/// `if`, with what follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// What is asked: `if`.
    pub condition: SchemaId,
    /// What must match where `condition` does: `then`.
    pub consequence: Option<SchemaId>,
    /// What must match where it does not: `else`.
    pub alternative: Option<SchemaId>,
}

impl Applicators {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keywords().next().is_none()
    }

    /// Those that are there, as in a document.
    pub fn keywords(&self) -> impl Iterator<Item = &'static str> {
        let contains = self.contains.as_ref();
        let condition = self.condition.as_ref();
        [
            ("contains", contains.is_some()),
            ("minContains", contains.is_some_and(|contains| contains.min.is_some())),
            ("maxContains", contains.is_some_and(|contains| contains.max.is_some())),
            ("dependentRequired", !self.dependent_required.is_empty()),
            ("dependentSchemas", !self.dependent_schemas.is_empty()),
            ("propertyNames", self.property_names.is_some()),
            ("if", condition.is_some()),
            ("then", condition.is_some_and(|condition| condition.consequence.is_some())),
            ("else", condition.is_some_and(|condition| condition.alternative.is_some())),
            ("unevaluatedItems", self.unevaluated_items.is_some()),
            ("unevaluatedProperties", self.unevaluated_properties.is_some()),
        ]
        .into_iter()
        .filter_map(|(keyword, is_there)| is_there.then_some(keyword))
    }

    /// Every schema that they refer to.
    pub fn children(&self) -> impl Iterator<Item = SchemaId> + '_ {
        let condition = self.condition.iter().flat_map(|condition| {
            [Some(condition.condition), condition.consequence, condition.alternative]
        });
        self.dependent_schemas
            .values()
            .copied()
            .chain(self.contains.map(|contains| contains.schema))
            .chain(self.property_names)
            .chain(condition.flatten())
            .chain(self.unevaluated_items)
            .chain(self.unevaluated_properties)
    }
}
