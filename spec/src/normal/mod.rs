//! The normal form of schemas: any conjunction of them as one, from which comparing, sampling and lowering start.
//!
//! It is called *normal* and not *canonical*: two schemas that mean the same needn't have the same form, since that
//! can't be decided in general. What is promised is this:
//! - `allOf` is the sum of its branches and of what stands beside it, at any depth; so are `anyOf` and `oneOf` with a
//!   single alternative;
//! - "null or X" (`anyOf` or `oneOf` of X and `{type: null}`) is X with null;
//! - an `enum` spelled as alternatives that list values is one list;
//! - `additionalProperties` refuses what the `properties` and `patternProperties` beside it don't name, whatever other
//!   branches declare (JSON Schema 2020-12, core §10.3.2.3); `items` and `prefixItems` are taken branch by branch, too;
//! - two `multipleOf` are one where their least common multiple can be written exactly;
//! - what only says what is so anyway (`minLength: 0`, `pattern: .*`), and what limits values of types that aren't
//!   admitted, is absent;
//! - nothing is lost: what can't be folded is a [`Residue`] that must match as well. So the form, with its residue,
//!   admits just the values that the schemas admit ([`Normalizer::json_schema`] writes it down for validators).
//!
//! What other schemas a form leads to are [`Conjunction`]s, to be normalized in turn, so recursion is no special case.

mod absorb;
mod alternatives;
mod conjunction;
mod emit;
mod limits;
mod members;
mod normalizer;
mod settle;
mod steps;
#[cfg(test)]
mod tests;
mod values;

use indexmap::IndexMap;
use serde_json::{Number, Value};

pub use conjunction::Conjunction;
pub use limits::{Edge, Limit, compare_numbers};
pub use normalizer::Normalizer;
pub use values::{hash_value, same_value, type_of};

use crate::Direction;
use crate::model::{Applicators, Discriminator, JsonType, SchemaId, TypeSet};

/// What a keyword says, and the schema that says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sourced<T> {
    /// What is said.
    pub value: T,
    /// The schema that has the keyword.
    pub by: SchemaId,
}

/// What members may be that neither `properties` nor `patternProperties` name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// They must match this.
    Match(Conjunction),
    /// There must be none, as this schema says.
    Forbidden(SchemaId),
}

/// `anyOf` or `oneOf`, of two alternatives at least.
#[derive(Debug, Clone)]
pub struct Group<'a> {
    /// Whether exactly one must match: `oneOf`.
    pub exclusive: bool,
    /// The alternatives, as written.
    pub alternatives: Vec<SchemaId>,
    /// What tells them apart, where the document says so.
    pub discriminator: Option<&'a Discriminator>,
    /// The schema that has the keyword.
    pub by: SchemaId,
}

impl Group<'_> {
    /// As in a document.
    #[must_use]
    pub fn keyword(&self) -> &'static str {
        if self.exclusive { "oneOf" } else { "anyOf" }
    }
}

/// A keyword that can't be folded: the schema that has it must match as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Residue {
    /// The schema.
    pub by: SchemaId,
    /// As in a document.
    pub keyword: &'static str,
}

/// The annotations that say who may send a value.
#[derive(Debug, Clone, Copy, Default)]
pub struct Marks {
    /// The schema that says `readOnly`.
    pub read_only: Option<SchemaId>,
    /// The schema that says `writeOnly`.
    pub write_only: Option<SchemaId>,
    /// The schema that says `deprecated`.
    pub deprecated: Option<SchemaId>,
}

impl Marks {
    /// Whether messages of this direction carry the value. OAS 3.0.3 §4.7.24.2: a `readOnly` property is not sent in
    /// requests, a `writeOnly` one not in responses, and neither is required there. What is said to be both is neither.
    #[must_use]
    pub fn travels(&self, direction: Direction) -> bool {
        match direction {
            Direction::Request => self.read_only.is_none() || self.write_only.is_some(),
            Direction::Response => self.write_only.is_none() || self.read_only.is_some(),
        }
    }
}

/// A conjunction of schemas as one.
#[derive(Debug, Clone)]
pub struct Normal<'a> {
    /// The schemas that were folded, those that were asked for first.
    pub parts: Vec<SchemaId>,
    /// The types that all admit.
    pub types: TypeSet,
    /// The first schema that says something of types.
    pub types_by: Option<SchemaId>,
    /// The values that all lists have, of types that are admitted.
    pub values: Option<Sourced<Vec<&'a Value>>>,
    /// Every `format`.
    pub formats: Vec<Sourced<&'a str>>,
    limits: [Option<Sourced<Edge>>; 8],
    /// What numbers must be multiples of.
    pub multiple_of: Vec<Sourced<Number>>,
    /// Every `pattern`: all must match.
    pub patterns: Vec<Sourced<&'a str>>,
    /// Every `contentEncoding`.
    pub content_encodings: Vec<Sourced<&'a str>>,
    /// Every `contentMediaType`.
    pub content_media_types: Vec<Sourced<&'a str>>,
    /// The schema that says that no two items are equal.
    pub unique_items: Option<SchemaId>,
    /// What each item behind `prefix_items` must match.
    pub items: Conjunction,
    /// What the first items must match.
    pub prefix_items: Vec<Conjunction>,
    /// What declared members must match. A member that one branch declares and another forbids isn't among them.
    pub properties: IndexMap<&'a str, Conjunction>,
    /// The members that must be there, in whichever direction they are sent (see [`Normalizer::requires`]).
    pub required: IndexMap<&'a str, SchemaId>,
    /// What members of other names must match.
    pub others: Others,
    /// What members must match whose names match.
    pub pattern_properties: IndexMap<&'a str, Conjunction>,
    /// Alternatives: of each group some must match.
    pub groups: Vec<Group<'a>>,
    /// What must not match.
    pub not: Vec<SchemaId>,
    /// What tells alternatives apart: of each schema that says so.
    pub discriminators: Vec<Sourced<&'a Discriminator>>,
    /// What only JSON Schema has, by each schema that has some. What it says of unevaluated properties and items is
    /// folded, or a residue.
    pub applicators: Vec<Sourced<&'a Applicators>>,
    /// The first `default`.
    pub default: Option<Sourced<&'a Value>>,
    /// Who may send it.
    pub marks: Marks,
    /// What must match as well.
    pub residue: Vec<Residue>,
}

impl Normal<'_> {
    fn anything(parts: Vec<SchemaId>) -> Self {
        Self {
            parts,
            types: TypeSet::ALL,
            types_by: None,
            values: None,
            formats: Vec::new(),
            limits: [const { None }; 8],
            multiple_of: Vec::new(),
            patterns: Vec::new(),
            content_encodings: Vec::new(),
            content_media_types: Vec::new(),
            unique_items: None,
            items: Conjunction::Anything,
            prefix_items: Vec::new(),
            properties: IndexMap::new(),
            required: IndexMap::new(),
            others: Others::Match(Conjunction::Anything),
            pattern_properties: IndexMap::new(),
            groups: Vec::new(),
            not: Vec::new(),
            discriminators: Vec::new(),
            applicators: Vec::new(),
            default: None,
            marks: Marks::default(),
            residue: Vec::new(),
        }
    }

    /// The end that a keyword sets: the tightest that is written.
    #[must_use]
    pub fn limit(&self, limit: Limit) -> Option<&Sourced<Edge>> {
        self.limits[limit as usize].as_ref()
    }

    /// Whether values of this type are admitted, as far as `type` tells; an integer is a number.
    #[must_use]
    pub fn admits(&self, ty: JsonType) -> bool {
        let types = self.types;
        types.contains(ty)
            || match ty {
                JsonType::Integer => types.contains(JsonType::Number),
                JsonType::Number => types.contains(JsonType::Integer),
                _ => false,
            }
    }

    /// Whether it says nothing, `anyOf` and `oneOf` aside.
    #[must_use]
    pub fn is_anything_but_groups(&self) -> bool {
        self.types.is_all() && self.values.is_none() && self.says_only_values()
    }

    /// Whether it admits every text.
    #[must_use]
    pub fn admits_any_text(&self) -> bool {
        self.types.contains(JsonType::String)
            && self.values.is_none()
            && self.groups.is_empty()
            && Limit::ALL
                .into_iter()
                .all(|limit| limit.limits() != JsonType::String || self.limit(limit).is_none())
            && self.formats.is_empty()
            && self.patterns.is_empty()
            && self.not.is_empty()
            && self.applicators.is_empty()
            && self.residue.is_empty()
    }

    /// Whether types, `enum`, `anyOf` and `oneOf` are all that it says.
    fn says_only_values(&self) -> bool {
        self.formats.is_empty()
            && self.limits.iter().all(Option::is_none)
            && self.multiple_of.is_empty()
            && self.patterns.is_empty()
            && self.content_encodings.is_empty()
            && self.content_media_types.is_empty()
            && self.unique_items.is_none()
            && self.items == Conjunction::Anything
            && self.prefix_items.is_empty()
            && self.properties.is_empty()
            && self.required.is_empty()
            && self.others == Others::Match(Conjunction::Anything)
            && self.pattern_properties.is_empty()
            && self.not.is_empty()
            && self.applicators.is_empty()
            && self.residue.is_empty()
    }
}
