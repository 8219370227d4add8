//! Several schemas that must all match, seen as one.
//!
//! `allOf` is followed all the way; of each `oneOf` and `anyOf` one branch is taken, as a [`Choice`] says. Where values
//! are to be made, `if` with `then` is one branch and `else` the other, and `dependentSchemas` match or aren't looked at.
//! What the keywords then say together is answered by methods: the greater of two minima, the types in both sets.

use indexmap::{IndexMap, IndexSet};
use serde_json::Value;
use spec::model::{Additional, JsonType, Schema, SchemaId, TypeSet};
use spec::{Contract, Direction};

/// Which branch of alternatives is taken: this one, counted around.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Choice(pub usize);

/// Schemas seen as one.
#[derive(Debug, Clone)]
pub struct Merged<'a> {
    /// The schemas, the first being the one that was asked for.
    pub parts: Vec<(SchemaId, &'a Schema)>,
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
        let mut seen = IndexSet::new();
        let (mut parts, mut tags) = (Vec::new(), Vec::new());
        let mut open: Vec<SchemaId> = ids.iter().rev().copied().collect();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let schema = contract.schema(id);
            parts.push((id, schema));
            for branches in [&schema.one_of, &schema.any_of] {
                if !branches.is_empty() {
                    let branch = branches[choice.0 % branches.len()];
                    open.push(branch);
                    tags.extend(tag(contract, schema, branch));
                }
            }
            if conditions {
                open.extend(conditional(schema, choice));
            }
            open.extend(schema.all_of.iter().rev());
        }
        Self { parts, tags, direction }
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

    fn schemas(&self) -> impl Iterator<Item = &'a Schema> + '_ {
        self.parts.iter().map(|(_, schema)| *schema)
    }

    /// The types that all admit.
    #[must_use]
    pub fn types(&self) -> TypeSet {
        self.schemas().fold(TypeSet::ALL, |types, schema| types.intersection(schema.types))
    }

    /// Whether one of them refuses every value.
    #[must_use]
    pub fn never(&self) -> bool {
        self.schemas().any(|schema| schema.never)
    }

    /// The values that all enumerations admit; `None` where there are none.
    #[must_use]
    pub fn enumeration(&self) -> Option<Vec<&'a Value>> {
        let mut lists = self.schemas().filter_map(|schema| schema.enumeration.as_ref());
        let first = lists.next()?;
        let others: Vec<_> = lists.collect();
        let in_all = |value: &&Value| others.iter().all(|list| list.contains(value));
        Some(first.iter().filter(in_all).collect())
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
        self.schemas().find_map(|schema| schema.format.as_deref())
    }

    /// The first pattern.
    #[must_use]
    pub fn pattern(&self) -> Option<&'a str> {
        self.schemas().find_map(|schema| schema.pattern.as_deref())
    }

    /// The greatest `minLength`.
    #[must_use]
    pub fn min_length(&self) -> u64 {
        self.schemas().filter_map(|schema| schema.min_length).max().unwrap_or(0)
    }

    /// The least `maxLength`.
    #[must_use]
    pub fn max_length(&self) -> Option<u64> {
        self.schemas().filter_map(|schema| schema.max_length).min()
    }

    /// The greatest `minItems`.
    #[must_use]
    pub fn min_items(&self) -> u64 {
        self.schemas().filter_map(|schema| schema.min_items).max().unwrap_or(0)
    }

    /// The least `maxItems`.
    #[must_use]
    pub fn max_items(&self) -> Option<u64> {
        self.schemas().filter_map(|schema| schema.max_items).min()
    }

    /// Whether items must differ.
    #[must_use]
    pub fn unique_items(&self) -> bool {
        self.schemas().any(|schema| schema.unique_items)
    }

    /// What the item at an index must match.
    #[must_use]
    pub fn item(&self, index: usize) -> Vec<SchemaId> {
        self.schemas()
            .filter_map(|schema| schema.prefix_items.get(index).copied().or(schema.items))
            .collect()
    }

    /// How many items have schemas of their own.
    #[must_use]
    pub fn prefix(&self) -> usize {
        self.schemas().map(|schema| schema.prefix_items.len()).max().unwrap_or(0)
    }

    /// Whether it is the other side that sends what this schema is of.
    fn is_of_the_other(&self, schema: &Schema) -> bool {
        match self.direction {
            Direction::Request => schema.read_only,
            Direction::Response => schema.write_only,
        }
    }

    /// The members that may be sent, each with all that it must match.
    #[must_use]
    pub fn properties(&self, contract: &Contract) -> IndexMap<&'a str, Vec<SchemaId>> {
        let mut properties: IndexMap<&str, Vec<SchemaId>> = IndexMap::new();
        for schema in self.schemas() {
            for (name, id) in &schema.properties {
                if !self.is_of_the_other(contract.schema(*id)) {
                    properties.entry(name).or_default().push(*id);
                }
            }
        }
        properties
    }

    /// The text that a member must be for the branch that was taken to be the one that is meant.
    #[must_use]
    pub fn tag(&self, member: &str) -> Option<&'a str> {
        self.tags.iter().find(|(name, _)| *name == member).map(|(_, text)| *text)
    }

    /// The members that must be there, but for those that only the other side sends.
    #[must_use]
    pub fn required(&self, contract: &Contract) -> IndexSet<&'a str> {
        let sent = |name: &&str| {
            let mut ids = self.schemas().filter_map(|schema| schema.properties.get(*name));
            !ids.any(|id| self.is_of_the_other(contract.schema(*id)))
        };
        self.schemas().flat_map(|s| s.required.iter().map(String::as_str)).filter(sent).collect()
    }

    /// What members of other names must match: `None`, they are forbidden.
    #[must_use]
    pub fn additional(&self) -> Option<Vec<SchemaId>> {
        let mut ids = Vec::new();
        for schema in self.schemas() {
            match schema.additional {
                Additional::Allowed => {}
                Additional::Forbidden => return None,
                Additional::Schema(id) => ids.push(id),
            }
        }
        Some(ids)
    }

    /// The greatest `minProperties`.
    #[must_use]
    pub fn min_properties(&self) -> u64 {
        self.schemas().filter_map(|schema| schema.min_properties).max().unwrap_or(0)
    }

    /// The greatest minimum, those of the integer formats included.
    pub(super) fn minimum(&self) -> Option<Limit> {
        let bounds = self.schemas().filter_map(|schema| schema.minimum.as_ref());
        let limits = bounds.filter_map(|bound| {
            Some(Limit { value: bound.value.as_f64()?, exclusive: bound.exclusive })
        });
        let format =
            self.integer_format().map(|(least, _)| Limit { value: least, exclusive: false });
        limits.chain(format).reduce(|a, b| if b.value > a.value { b } else { a })
    }

    /// The least maximum, those of the integer formats included.
    pub(super) fn maximum(&self) -> Option<Limit> {
        let bounds = self.schemas().filter_map(|schema| schema.maximum.as_ref());
        let limits = bounds.filter_map(|bound| {
            Some(Limit { value: bound.value.as_f64()?, exclusive: bound.exclusive })
        });
        let format = self.integer_format().map(|(_, most)| Limit { value: most, exclusive: false });
        limits.chain(format).reduce(|a, b| if b.value < a.value { b } else { a })
    }

    fn integer_format(&self) -> Option<(f64, f64)> {
        let integer = self.types().contains(JsonType::Integer);
        if !integer {
            return None;
        }
        match self.format()? {
            // Beyond 2^53 a double is not exact; the ends of int64 themselves are never asked for.
            "int64" => Some((-9.0e15, 9.0e15)),
            "uint64" | "uint" => Some((0.0, 9.0e15)),
            format => spec::integer_range(format).map(|(least, most)| (least as f64, most as f64)),
        }
    }

    /// The first `multipleOf`.
    pub(super) fn multiple_of(&self) -> Option<f64> {
        self.schemas().find_map(|schema| schema.multiple_of.as_ref()?.as_f64()).filter(|n| *n > 0.0)
    }

    /// The greatest integer that the limits admit, where they have one.
    #[must_use]
    pub fn largest_integer(&self) -> Option<i64> {
        let limit = self.maximum()?;
        let whole = limit.value.floor();
        let outside = limit.exclusive && whole >= limit.value;
        Some(if outside { whole as i64 - 1 } else { whole as i64 })
    }

    /// The value that an absent one means.
    #[must_use]
    pub fn default(&self) -> Option<&'a Value> {
        self.schemas().find_map(|schema| schema.default.as_ref())
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
