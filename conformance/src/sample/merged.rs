//! Several schemas that must all match, seen as one.
//!
//! What they say together is their normal form ([`spec::normal`]), where of each `oneOf` and `anyOf` one branch is taken,
//! as a [`Choice`] says. Where values are to be made, `if` with `then` is one branch and `else` the other, and
//! `dependentSchemas` match or aren't looked at. Methods answer what samplers and plans ask.

use indexmap::{IndexMap, IndexSet};
use serde_json::Value;
use spec::model::{JsonType, Schema, SchemaId, TypeSet};
use spec::normal::{Conjunction, Edge, Limit as Keyword, Normal, Normalizer, Others, Sourced};
use spec::{Contract, Direction};

/// Which branch of alternatives is taken: this one, counted around.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Choice(pub usize);

/// Schemas seen as one.
#[derive(Debug, Clone)]
pub struct Merged<'a> {
    /// The schemas, the first being the one that was asked for.
    pub parts: Vec<(SchemaId, &'a Schema)>,
    normal: Normal<'a>,
    normalizer: Normalizer<'a>,
    /// Members that tell which branch was taken, each with the text that says so.
    tags: Vec<(&'a str, &'a str)>,
    /// Who sends the values.
    direction: Direction,
}

/// The least or greatest number, and whether it is itself outside.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Limit {
    pub(super) value: f64,
    pub(super) exclusive: bool,
}

impl<'a> Merged<'a> {
    /// What these schemas say together of values that clients send.
    #[must_use]
    pub fn of(contract: &'a Contract, ids: &[SchemaId], choice: Choice) -> Self {
        Self::gather(contract, ids, choice, (Direction::Request, false))
    }

    /// What these schemas say together of values that are to be made, and sent in a direction.
    #[must_use]
    pub fn toward(
        contract: &'a Contract,
        ids: &[SchemaId],
        choice: Choice,
        direction: Direction,
    ) -> Self {
        Self::gather(contract, ids, choice, (direction, true))
    }

    fn gather(
        contract: &'a Contract,
        ids: &[SchemaId],
        choice: Choice,
        (direction, conditions): (Direction, bool),
    ) -> Self {
        let mut tags = Vec::new();
        let mut take = |_, schema: &'a Schema| {
            let mut taken = Vec::new();
            for branches in [&schema.one_of, &schema.any_of] {
                if !branches.is_empty() {
                    let branch = branches[choice.0 % branches.len()];
                    taken.push(branch);
                    tags.extend(tag(contract, schema, branch));
                }
            }
            if conditions {
                taken.extend(conditional(schema, choice));
            }
            taken
        };
        let mut normalizer = Normalizer::new(contract);
        let normal = normalizer.normalize_taking(ids, &mut take);
        let parts = normal.parts.iter().map(|id| (*id, contract.schema(*id))).collect();
        Self { parts, normal, normalizer, tags, direction }
    }

    /// How many ways there are to choose that may differ.
    #[must_use]
    pub fn alternatives(&self) -> usize {
        let branches = |(_, schema): &(SchemaId, &Schema)| {
            let is_conditional = !conditional(schema, Choice(0)).is_empty();
            let conditions = if is_conditional { 2 } else { 0 };
            schema.one_of.len().max(schema.any_of.len()).max(conditions)
        };
        self.parts.iter().map(branches).max().unwrap_or(0).max(1)
    }

    /// The types that are admitted.
    #[must_use]
    pub fn types(&self) -> TypeSet {
        self.normal.types
    }

    /// Whether no value has an admitted type.
    #[must_use]
    pub fn never(&self) -> bool {
        self.normal.types == TypeSet::NONE
    }

    /// The values that all enumerations admit; `None` where there are none.
    #[must_use]
    pub fn enumeration(&self) -> Option<Vec<&'a Value>> {
        self.normal.values.as_ref().map(|values| values.value.clone())
    }

    /// The first of them that has something, and what it has.
    pub fn owner<T>(&self, has: impl Fn(&'a Schema) -> Option<T>) -> Option<(SchemaId, T)> {
        self.parts.iter().find_map(|(id, schema)| has(schema).map(|what| (*id, what)))
    }

    /// The schema to name where a keyword belongs to none in particular.
    #[must_use]
    pub fn first(&self) -> Option<SchemaId> {
        self.parts.first().map(|(id, _)| *id)
    }

    /// The format.
    #[must_use]
    pub fn format(&self) -> Option<&'a str> {
        let own = self.normal.formats.first().or_else(|| self.normal.content_encodings.first());
        own.map(|format| format.value)
    }

    /// Every pattern, with the schema that has it: a text must match them all.
    #[must_use]
    pub fn patterns(&self) -> &[Sourced<&'a str>] {
        &self.normal.patterns
    }

    /// The tightest end that a keyword sets, and the schema that says so.
    pub(super) fn limit(&self, keyword: Keyword) -> Option<&Sourced<Edge>> {
        self.normal.limit(keyword)
    }

    /// What a keyword that counts says, and the schema that says so.
    pub(super) fn count(&self, keyword: Keyword) -> Option<(SchemaId, u64)> {
        self.limit(keyword).and_then(|said| Some((said.by, said.value.value.as_u64()?)))
    }

    fn counted_to(&self, keyword: Keyword) -> Option<u64> {
        self.count(keyword).map(|(_, count)| count)
    }

    /// The greatest `minLength`.
    #[must_use]
    pub fn min_length(&self) -> u64 {
        self.counted_to(Keyword::MinLength).unwrap_or(0)
    }

    /// The least `maxLength`.
    #[must_use]
    pub fn max_length(&self) -> Option<u64> {
        self.counted_to(Keyword::MaxLength)
    }

    /// The greatest `minItems`.
    #[must_use]
    pub fn min_items(&self) -> u64 {
        self.counted_to(Keyword::MinItems).unwrap_or(0)
    }

    /// The least `maxItems`.
    #[must_use]
    pub fn max_items(&self) -> Option<u64> {
        self.counted_to(Keyword::MaxItems)
    }

    /// Whether items must differ.
    #[must_use]
    pub fn unique_items(&self) -> bool {
        self.normal.unique_items.is_some()
    }

    /// What the item at an index must match.
    #[must_use]
    pub fn item(&self, index: usize) -> Vec<SchemaId> {
        let own = self.normal.prefix_items.get(index).copied();
        self.normalizer.schemas(own.unwrap_or(self.normal.items))
    }

    /// How many items have schemas of their own.
    #[must_use]
    pub fn prefix(&self) -> usize {
        self.normal.prefix_items.len()
    }

    /// The members that may be sent, each with all that it must match.
    #[must_use]
    pub fn properties(&self) -> IndexMap<&'a str, Vec<SchemaId>> {
        let all = self.normal.properties.iter().map(|(name, member)| (*name, *member));
        let sent = all.filter(|(_, member)| self.is_sent(*member));
        sent.map(|(name, member)| (name, self.normalizer.schemas(member))).collect()
    }

    /// All members that are declared, each with what it must match, whoever sends them.
    #[must_use]
    pub fn declared(&self) -> IndexMap<&'a str, Vec<SchemaId>> {
        let mut members: IndexMap<&str, Vec<SchemaId>> = IndexMap::new();
        for (_, schema) in &self.parts {
            for (name, id) in &schema.properties {
                members.entry(name).or_default().push(*id);
            }
        }
        members
    }

    fn is_sent(&self, member: Conjunction) -> bool {
        self.normalizer.marks(member).travels(self.direction)
    }

    /// The text that a member must be for the branch that was taken to be the one that is meant.
    #[must_use]
    pub fn tag(&self, member: &str) -> Option<&'a str> {
        self.tags.iter().find(|(name, _)| *name == member).map(|(_, text)| *text)
    }

    /// The members that must be there, but for those that only the other side sends.
    #[must_use]
    pub fn required(&self) -> IndexSet<&'a str> {
        let names = self.normal.required.keys().copied();
        names.filter(|name| self.requires(name).is_some()).collect()
    }

    /// The schema that says that a member must be there.
    pub(super) fn requires(&self, name: &str) -> Option<SchemaId> {
        self.normalizer.requires(&self.normal, name, self.direction)
    }

    /// What members of other names must match: `None`, they are forbidden.
    #[must_use]
    pub fn additional(&self) -> Option<Vec<SchemaId>> {
        match self.normal.others {
            Others::Match(others) => Some(self.normalizer.schemas(others)),
            Others::Forbidden(_) => None,
        }
    }

    /// What a member that isn't declared must match, as far as it is known: its name may match a pattern.
    pub(super) fn undeclared(&self) -> Option<Vec<SchemaId>> {
        let by_pattern = !self.normal.pattern_properties.is_empty();
        self.additional().or_else(|| by_pattern.then(Vec::new))
    }

    /// The schema that forbids members of other names.
    pub(super) fn closed_by(&self) -> Option<SchemaId> {
        match self.normal.others {
            Others::Match(_) => None,
            Others::Forbidden(by) => Some(by),
        }
    }

    /// The greatest `minProperties`.
    #[must_use]
    pub fn min_properties(&self) -> u64 {
        self.counted_to(Keyword::MinProperties).unwrap_or(0)
    }

    /// The greatest minimum, those of the integer formats included.
    pub(super) fn minimum(&self) -> Option<Limit> {
        let format =
            self.integer_format().map(|(least, _)| Limit { value: least, exclusive: false });
        let written = self.bound(Keyword::Minimum).into_iter();
        written.chain(format).reduce(|a, b| if b.value > a.value { b } else { a })
    }

    /// The least maximum, those of the integer formats included.
    pub(super) fn maximum(&self) -> Option<Limit> {
        let format = self.integer_format().map(|(_, most)| Limit { value: most, exclusive: false });
        let written = self.bound(Keyword::Maximum).into_iter();
        written.chain(format).reduce(|a, b| if b.value < a.value { b } else { a })
    }

    fn bound(&self, keyword: Keyword) -> Option<Limit> {
        let edge = &self.limit(keyword)?.value;
        Some(Limit { value: edge.value.as_f64()?, exclusive: edge.exclusive })
    }

    fn integer_format(&self) -> Option<(f64, f64)> {
        let types = self.types();
        if !types.contains(JsonType::Integer) && !types.contains(JsonType::Number) {
            return None;
        }
        // Beyond 2^53 a double is not exact; the ends of int64 themselves are never asked for.
        let range = spec::integer_range(self.format()?);
        range.map(|(least, most)| ((least as f64).max(-9.0e15), (most as f64).min(9.0e15)))
    }

    /// What a number must be a multiple of. Where there are several without a common multiple that can be written, it is
    /// one of them, and the validator has the last word.
    pub(super) fn multiple_of(&self) -> Option<(SchemaId, f64)> {
        let steps = self.normal.multiple_of.iter();
        let mut steps = steps.filter_map(|step| Some((step.by, step.value.as_f64()?)));
        steps.find(|(_, step)| *step > 0.0)
    }

    /// The greatest integer that the limits admit, where they have one.
    #[must_use]
    pub fn largest_integer(&self) -> Option<i64> {
        let limit = self.maximum()?;
        let whole = limit.value.floor();
        let outside = limit.exclusive && whole >= limit.value;
        Some(if outside { whole as i64 - 1 } else { whole as i64 })
    }

    /// The least integer that the limits admit, where they have one.
    #[must_use]
    pub fn smallest_integer(&self) -> Option<i64> {
        let limit = self.minimum()?;
        let whole = limit.value.ceil();
        let outside = limit.exclusive && whole <= limit.value;
        Some(if outside { whole as i64 + 1 } else { whole as i64 })
    }

    /// The value that an absent one means.
    #[must_use]
    pub fn default(&self) -> Option<&'a Value> {
        self.normal.default.as_ref().map(|default| default.value)
    }
}

/// What matches as well where the conditions of a schema are met, and where they are not.
fn conditional(schema: &Schema, choice: Choice) -> Vec<SchemaId> {
    let written = &schema.applicators;
    let is_met = choice.0.is_multiple_of(2);
    let mut ids = Vec::new();
    if is_met {
        ids.extend(written.dependent_schemas.values());
    }
    if let Some(condition) = &written.condition {
        match is_met {
            true => {
                ids.push(condition.condition);
                ids.extend(condition.consequence);
            }
            false => ids.extend(condition.alternative),
        }
    }
    ids
}

/// What the discriminator of a schema says of a branch. Where the branch lists values of its own these decide, as the
/// schema must match.
fn tag<'a>(
    contract: &'a Contract,
    schema: &'a Schema,
    branch: SchemaId,
) -> Option<(&'a str, &'a str)> {
    let discriminator = schema.discriminator.as_ref()?;
    let branch_schema = contract.schema(branch);
    let member = branch_schema.properties.get(&discriminator.property);
    let listed = member.and_then(|id| contract.schema(*id).enumeration.as_ref());
    let mut mapped = discriminator.mapping.iter().filter(|(_, id)| **id == branch);
    let fits = |text: &String| {
        listed.is_none_or(|values| values.iter().any(|value| value.as_str() == Some(text)))
    };
    let (text, _) = mapped.find(|(text, _)| fits(text))?;
    Some((&discriminator.property, text))
}
