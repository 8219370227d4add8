//! What values look like at first sight: their type, their members, their items. Of alternatives the first is taken that
//! isn't just `null`.
//!
//! That is enough to tell what a list or an id is. What a value must be in full is its normal form ([`crate::normal`]).

use indexmap::IndexMap;

use crate::Direction;
use crate::model::{Contract, JsonType, Schema, SchemaId, TypeSet, implied_type};
use crate::normal::{Limit, Normal, Normalizer};
use crate::only::only;

/// What values look like that match all of some schemas.
pub(crate) struct Outline<'a> {
    normal: Normal<'a>,
    normalizer: Normalizer<'a>,
}

impl<'a> Outline<'a> {
    pub(crate) fn of(contract: &'a Contract, schemas: &[SchemaId]) -> Self {
        let mut normalizer = Normalizer::new(contract);
        let mut take = |_, schema: &'a Schema| {
            let groups = [&schema.one_of, &schema.any_of];
            groups.into_iter().filter_map(|group| first(contract, group)).collect()
        };
        let normal = normalizer.normalize_taking(schemas, &mut take);
        Self { normal, normalizer }
    }

    fn within(&self, schemas: &[SchemaId]) -> Self {
        Self::of(self.normalizer.contract, schemas)
    }

    /// The types of values, null aside: where none is given, the one that is implied.
    fn types(&self) -> TypeSet {
        let types = self.normal.types.without(JsonType::Null);
        let parts = self.normal.parts.iter().map(|id| self.normalizer.schema(*id));
        let is_given = types != TypeSet::ALL.without(JsonType::Null);
        let implied = if is_given { None } else { implied_type(parts) };
        implied.map_or(types, TypeSet::only)
    }

    /// Whether values are of this type, null aside.
    pub(crate) fn is(&self, ty: JsonType) -> bool {
        self.types().single() == Some(ty)
    }

    /// Whether values are numbers, whole or not, null aside.
    pub(crate) fn is_number(&self) -> bool {
        self.is(JsonType::Integer) || self.is(JsonType::Number)
    }

    /// Whether a member is there that is a number.
    pub(crate) fn has_number(&self, name: &str) -> bool {
        self.member(name).is_some_and(|member| member.is_number())
    }

    /// Whether values can be written as plain text: they are no arrays or objects.
    pub(crate) fn is_scalar(&self) -> bool {
        let types = self.types();
        let is_listed = self.normal.values.as_ref().is_some_and(|values| {
            values.value.iter().all(|value| !value.is_array() && !value.is_object())
        });
        let by_type = !types.contains(JsonType::Array) && !types.contains(JsonType::Object);
        types != TypeSet::NONE && (by_type || is_listed)
    }

    /// The members, those included that only one side sends, with what each must match.
    pub(crate) fn members(&self) -> IndexMap<&'a str, Vec<SchemaId>> {
        let all = self.normal.properties.iter();
        all.map(|(name, member)| (*name, self.normalizer.schemas(*member))).collect()
    }

    /// Whether any member is declared.
    pub(crate) fn has_members(&self) -> bool {
        !self.normal.properties.is_empty()
    }

    /// A member.
    pub(crate) fn member(&self, name: &str) -> Option<Self> {
        let member = self.normal.properties.get(name)?;
        Some(self.within(&self.normalizer.schemas(*member)))
    }

    /// The member that names lead to, one within the other.
    pub(crate) fn at(&self, way: &[String]) -> Option<Self> {
        let (first, rest) = way.split_first()?;
        rest.iter().try_fold(self.member(first)?, |within, name| within.member(name))
    }

    /// The names that lead to each member, and behind it to those of a member of this kind.
    pub(crate) fn ways(&self, is_entered: impl Fn(&str) -> bool) -> Vec<Vec<String>> {
        let way = |name: &str| {
            let inner = self.member(name).filter(|_| is_entered(name));
            let within = inner.into_iter().flat_map(|one| one.members().into_keys());
            let within = within.map(|inner| vec![name.to_owned(), inner.to_owned()]);
            std::iter::once(vec![name.to_owned()]).chain(within).collect::<Vec<_>>()
        };
        self.members().into_keys().flat_map(way).collect()
    }

    /// What is said of the member that these names lead to.
    pub(crate) fn description(&self, way: &[String]) -> Option<&'a str> {
        let (name, rest) = way.split_first()?;
        if !rest.is_empty() {
            return self.member(name)?.description(rest);
        }
        let member = self.normal.properties.get(name.as_str())?;
        let mut schemas = self.normalizer.schemas(*member).into_iter();
        schemas.find_map(|id| self.normalizer.schema(id).description.as_deref())
    }

    /// Whether the member that these names lead to is in all that is sent in a direction.
    pub(crate) fn requires(&self, way: &[String], direction: Direction) -> bool {
        let Some((name, rest)) = way.split_first() else { return true };
        self.required(direction).any(|required| required == name)
            && self.member(name).is_some_and(|member| member.requires(rest, direction))
    }

    /// The list of this name, or the only one, with what its items must match; of a list itself, that, without a name.
    pub(crate) fn list(&self, name: Option<&str>) -> Option<(Option<&'a str>, Vec<SchemaId>)> {
        if self.is(JsonType::Array) {
            return Some((None, self.item()));
        }
        let all = self.normal.properties.keys().copied();
        let wanted = all.filter(|own| name.is_none_or(|name| name == *own));
        let outlined = wanted.filter_map(|own| Some((own, self.member(own)?)));
        let (name, list) = only(outlined.filter(|(_, member)| member.is(JsonType::Array)))?;
        Some((Some(name), list.item()))
    }

    /// Whether null is a value, by itself or as one of several alternatives.
    pub(crate) fn admits_null(&self) -> bool {
        let parts = self.normal.parts.iter().map(|id| self.normalizer.schema(*id));
        let mut alternatives = parts.flat_map(|part| part.one_of.iter().chain(&part.any_of));
        self.normal.types.contains(JsonType::Null)
            || alternatives.any(|id| is_null(self.normalizer.contract, *id))
    }

    /// The names of the members that are sent in a direction.
    pub(crate) fn sent(&self, direction: Direction) -> impl Iterator<Item = &'a str> {
        let all = self.normal.properties.iter();
        all.filter(move |(_, member)| self.normalizer.marks(**member).travels(direction))
            .map(|(name, _)| *name)
    }

    /// The names of the members that must be sent in a direction.
    pub(crate) fn required(&self, direction: Direction) -> impl Iterator<Item = &'a str> {
        let all = self.normal.required.keys().copied();
        all.filter(move |name| self.normalizer.requires(&self.normal, name, direction).is_some())
    }

    /// How texts are written, where that is said: their `format`, else their `pattern`.
    pub(crate) fn spelling(&self) -> Option<&'a str> {
        let format = self.normal.formats.first().map(|format| format.value);
        format.or_else(|| self.normal.patterns.first().map(|pattern| pattern.value))
    }

    /// The integers that are listed.
    pub(crate) fn integers(&self) -> Vec<i64> {
        let values = self.normal.values.iter().flat_map(|values| values.value.iter());
        values.filter_map(|value| value.as_i64()).collect()
    }

    /// The texts that values are one of, where that is said.
    pub(crate) fn texts(&self) -> Vec<String> {
        let values = self.normal.values.iter().flat_map(|values| values.value.iter());
        values.filter_map(|value| value.as_str().map(str::to_owned)).collect()
    }

    /// What the first item must match.
    fn item(&self) -> Vec<SchemaId> {
        let first = self.normal.prefix_items.first().copied();
        self.normalizer.schemas(first.unwrap_or(self.normal.items))
    }

    /// The integer that an absent value stands for, else the least one, as far as either is written.
    pub(crate) fn first_integer(&self) -> Option<i64> {
        let default = self.normal.default.as_ref().and_then(|default| default.value.as_i64());
        let least = self.normal.limit(Limit::Minimum).filter(|least| !least.value.exclusive);
        default.or_else(|| least.and_then(|least| least.value.value.as_i64()))
    }
}

/// The first alternative that isn't just `null`.
fn first(contract: &Contract, group: &[SchemaId]) -> Option<SchemaId> {
    group.iter().find(|id| !is_null(contract, **id)).or(group.first()).copied()
}

fn is_null(contract: &Contract, id: SchemaId) -> bool {
    contract.schema(id).types == TypeSet::only(JsonType::Null)
}
