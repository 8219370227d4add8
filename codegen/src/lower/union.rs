//! `oneOf`, `anyOf` and lists of types: enums, with what tells the alternatives apart decided here.

use std::borrow::Cow;
use std::cmp::Reverse;

use serde_json::Value;
use spec::Finding;
use spec::model::{JsonType, Schema, SchemaId, TypeSet};

use super::compose::{has_no_members, is_bare};
use super::schema::Chain;
use super::shape::{Shape, is_closed};
use super::{Hint, Lowerer, docs, enumeration, order};
use crate::ir::types::{Constant, Holds, Kind, Slot, Tag, Type, Union, UnionVariant};
use crate::names::{Scope, pascal};

/// An alternative, as one schema.
struct Alternative<'c> {
    /// The schema that it is, where nothing stands beside it.
    id: Option<SchemaId>,
    chain: Vec<SchemaId>,
    schema: Cow<'c, Schema>,
}

impl<'c> Lowerer<'c> {
    /// The type of a schema whose alternatives come down to one; `None` where they are several.
    pub(super) fn only_alternative(
        &mut self,
        schema: &Schema,
        chain: &Chain,
        hint: Hint<'_>,
    ) -> Option<Slot> {
        let ids = self.alternative_ids(schema);
        match ids.as_slice() {
            [] => Some(Slot::plain(Type::Null)),
            [id] if is_bare(schema) => {
                let slot = self.slot(*id, hint);
                Some(if let Type::Nullable(inner) = slot.ty { *inner } else { slot })
            }
            [id] => {
                let mut merged = self.flatten_alternative(chain, *id);
                merged.types = merged.types.without(JsonType::Null);
                Some(self.inline(&merged, &[chain, &[*id]].concat(), hint, false))
            }
            _ => None,
        }
    }

    /// Those that are more than null.
    fn alternative_ids(&mut self, schema: &Schema) -> Vec<SchemaId> {
        if !schema.one_of.is_empty() && !schema.any_of.is_empty() {
            self.note(Finding::warning(
                "one-of-and-any-of",
                schema.origin.clone(),
                "the type is made of `oneOf`; `anyOf` beside it is checked, not said by the type",
            ));
        }
        let ids = if schema.one_of.is_empty() { &schema.any_of } else { &schema.one_of };
        let mut kept = Vec::new();
        for id in ids {
            let alternative = self.flatten(*id);
            let is_null = self.shape(&alternative) == Shape::Nothing && !alternative.never;
            if !is_null && !kept.contains(id) {
                kept.push(*id);
            }
        }
        kept
    }

    /// Whether all alternatives only tell which members must come together, which no type says.
    pub(super) fn has_only_requirements(&self, schema: &Schema) -> bool {
        let mut ids = schema.one_of.iter().chain(&schema.any_of).peekable();
        ids.peek().is_some() && !has_no_members(schema) && ids.all(|id| self.only_requires(*id))
    }

    /// Whether an alternative names required members, and nothing more.
    fn only_requires(&self, id: SchemaId) -> bool {
        let schema = self.contract.schema(id);
        let mut rest = schema.clone();
        rest.required.clear();
        schema.name.is_none()
            && is_bare(&rest)
            && !rest.is_composed()
            && rest.applicators.is_empty()
    }

    /// A union of the alternatives of `oneOf` or `anyOf`.
    pub(super) fn alternatives(&mut self, schema: &Schema, chain: &Chain, rust: &str) -> Kind {
        let is_plain = is_bare(schema);
        let mut alternatives = Vec::new();
        for id in self.alternative_ids(schema) {
            alternatives.push(if is_plain {
                Alternative { id: Some(id), chain: vec![id], schema: self.flatten(id) }
            } else {
                let mut merged = self.flatten_alternative(chain, id);
                merged.title = None;
                merged.name.clone_from(&self.contract.schema(id).name);
                Alternative { id: None, chain: [chain, &[id]].concat(), schema: Cow::Owned(merged) }
            });
        }
        self.union(schema, rust, alternatives)
    }

    /// A union of the types of a schema that admits several.
    pub(super) fn mixed(&mut self, schema: &Schema, rust: &str) -> Kind {
        let mut types = schema.types.without(JsonType::Null);
        if types.contains(JsonType::Number) {
            types = types.without(JsonType::Integer);
        }
        let of = |ty| {
            let mut one = schema.clone();
            one.types = TypeSet::only(ty);
            one.title = None;
            Alternative { id: None, chain: Vec::new(), schema: Cow::Owned(one) }
        };
        let alternatives = types.iter().map(of).collect();
        self.union(schema, rust, alternatives)
    }

    fn union(
        &mut self,
        schema: &Schema,
        rust: &str,
        mut alternatives: Vec<Alternative<'c>>,
    ) -> Kind {
        let tag = self.tag(schema, &mut alternatives);
        let mut scope = Scope::with(&["Self"]);
        let mut variants = Vec::new();
        for (at, alternative) in alternatives.iter().enumerate() {
            let name = scope.take(self.variant_name(alternative, &tag, at));
            let holds = match self.constants(&alternative.schema, &tag) {
                Some(constants) => constants,
                None => Holds::Value(Box::new(self.alternative(alternative, rust, &name))),
            };
            let text = alternative.schema.description.as_deref();
            let mut docs = docs::docs([text.or(alternative.schema.title.as_deref())]);
            if docs.is_empty() {
                docs = docs::line(match &holds {
                    Holds::Constants { members, .. } => value_docs(members),
                    Holds::Value(_) => self.variant_docs(alternative),
                });
            }
            variants.push(UnionVariant { rust: name, holds, docs });
        }
        Kind::Union(Union { variants, tag })
    }

    /// What an alternative is in Rust.
    fn alternative(&mut self, alternative: &Alternative<'_>, owner: &str, role: &str) -> Slot {
        let hint = Hint { owner, role };
        let slot = match alternative.id {
            Some(id) => self.slot(id, hint),
            None => {
                let mut named = alternative.schema.clone().into_owned();
                named.types = named.types.without(JsonType::Null);
                self.inline(&named, &alternative.chain, hint, false)
            }
        };
        if let Type::Nullable(inner) = slot.ty { *inner } else { slot }
    }

    /// An alternative that is told by one of its members, and has but one value, is no more than its name.
    fn constants(&mut self, schema: &Schema, tag: &Tag) -> Option<Holds> {
        let is_told =
            matches!(tag, Tag::Property { name, .. } if schema.properties.contains_key(name));
        let is_in_place = schema.name.is_none() && !schema.is_composed();
        let is_object = self.shape(schema) == Shape::Of(JsonType::Object);
        if !(is_told && is_in_place && is_object) {
            return None;
        }
        let members = self.only_constants(schema)?;
        Some(Holds::Constants { members, closed: is_closed(schema) })
    }

    fn variant_docs(&self, alternative: &Alternative<'_>) -> String {
        match (&alternative.schema.name, self.shape(&alternative.schema)) {
            (Some(name), _) => format!("`{}`", name.replace('`', "'")),
            (None, Shape::Of(ty)) => format!("A value of type `{}`.", ty.as_str()),
            _ => "Another alternative.".to_owned(),
        }
    }

    fn variant_name(&mut self, alternative: &Alternative<'_>, tag: &Tag, at: usize) -> String {
        let schema = &alternative.schema;
        if let Some(name) = &schema.name {
            return pascal(name, "Variant");
        }
        if let Tag::Property { values, .. } = tag {
            let mut own = values.iter().filter(|(_, variant)| *variant == at);
            if let (Some((Value::String(text), _)), None) = (own.next(), own.next()) {
                return pascal(text, "Variant");
            }
        }
        if let Tag::UniqueMember { members, .. } = tag
            && let Some((member, _)) = members.iter().find(|(_, variant)| *variant == at)
        {
            return pascal(member, "Variant");
        }
        if let Some(title) = schema.title.as_deref().filter(|title| title.len() <= 40) {
            return pascal(title, "Variant");
        }
        match self.shape(schema) {
            Shape::Of(ty) => pascal(ty.as_str(), "Variant"),
            Shape::Listed => "Listed".to_owned(),
            _ => format!("Variant{}", at + 1),
        }
    }

    /// What tells the alternatives apart. Where nothing does they are put in the order of trying.
    fn tag(&mut self, schema: &Schema, alternatives: &mut [Alternative<'c>]) -> Tag {
        let found = self
            .by_discriminator(schema, alternatives)
            .or_else(|| self.by_constant(alternatives))
            .or_else(|| self.by_type(alternatives))
            .or_else(|| by_member(alternatives));
        let several = match (schema.one_of.is_empty(), schema.any_of.is_empty()) {
            (false, _) => Some(("oneOf", "isn't refused")),
            (true, false) => Some(("anyOf", "may lose what the others know of it")),
            (true, true) => None,
        };
        if let Some((keyword, outcome)) = several.filter(|_| found.is_none()) {
            self.note(Finding::note(
                "overlapping-alternatives",
                schema.origin.child(keyword),
                format!(
                    "nothing tells the alternatives apart, so a value that fits several is read as the one that \
                     knows most of it, and {outcome}"
                ),
            ));
        }
        found.unwrap_or_else(|| {
            // The more an alternative demands the less is lost when it fits.
            alternatives.sort_by_key(|alternative| {
                let schema = &alternative.schema;
                let is_open = schema.types.is_all() && schema.enumeration.is_none();
                let is_listed = schema.enumeration.is_some();
                (
                    is_open,
                    !is_listed,
                    Reverse(schema.required.len()),
                    Reverse(schema.properties.len()),
                )
            });
            Tag::InOrder
        })
    }

    /// The member that the discriminator names. An alternative that lists values for it must match, so where it lists
    /// none of the names that the discriminator has for it, its own are meant.
    fn by_discriminator(
        &mut self,
        schema: &Schema,
        alternatives: &[Alternative<'_>],
    ) -> Option<Tag> {
        let discriminator = schema.discriminator.as_ref()?;
        let mut values: Vec<(Value, usize)> = Vec::new();
        let mut is_contradicted = false;
        let mut otherwise = None;
        for (at, alternative) in alternatives.iter().enumerate() {
            if alternative.id.is_some() && alternative.id == discriminator.default_mapping {
                otherwise = Some(at);
            }
            let mapped = order::sorted(&discriminator.mapping);
            let mapped = mapped.into_iter().filter(|(_, id)| alternative.id == Some(**id));
            let mapped: Vec<Value> = mapped.map(|(name, _)| Value::from(name.as_str())).collect();
            let listed = self.listed_texts(&alternative.schema, &discriminator.property);
            let both = mapped.iter().filter(|name| listed.contains(name));
            let meant: Vec<Value> = match (listed.is_empty(), both.clone().next().is_some()) {
                (true, _) => mapped,
                (false, true) => both.cloned().collect(),
                (false, false) => {
                    is_contradicted |= !mapped.is_empty();
                    listed
                }
            };
            let is_new = |name: &Value| values.iter().all(|(known, _)| known != name);
            if meant.is_empty() && otherwise == Some(at) {
                continue;
            }
            if meant.is_empty() || !meant.iter().all(is_new) {
                return None;
            }
            values.extend(meant.into_iter().map(|name| (name, at)));
        }
        if is_contradicted {
            self.note(Finding::warning(
                "contradicted-discriminator",
                schema.origin.child("discriminator"),
                "alternatives list other values than the discriminator has for them; theirs are taken",
            ));
        }
        Some(Tag::Property { name: discriminator.property.clone(), values, otherwise })
    }

    /// The values that a schema lists for a member, if they are texts.
    fn listed_texts(&mut self, schema: &Schema, member: &str) -> Vec<Value> {
        let Some(id) = schema.properties.get(member) else { return Vec::new() };
        let member = self.flatten(*id);
        let listed = enumeration::listed(&member).into_iter();
        listed.filter(|value| value.is_string()).cloned().collect()
    }

    /// A required member with listed values, different in each alternative.
    fn by_constant(&mut self, alternatives: &[Alternative<'c>]) -> Option<Tag> {
        let first = alternatives.first()?;
        let properties = order::properties(&first.schema);
        let names: Vec<String> = properties.iter().map(|(name, _)| (*name).clone()).collect();
        names.into_iter().find_map(|name| {
            let mut values: Vec<(Value, usize)> = Vec::new();
            for (at, alternative) in alternatives.iter().enumerate() {
                let id = *alternative.schema.properties.get(&name)?;
                let member = self.flatten(id);
                let listed = enumeration::listed(&member);
                let is_fit = alternative.schema.required.contains(&name)
                    && !listed.is_empty()
                    && member.enumeration.as_ref().is_some_and(|all| all.len() == listed.len())
                    && listed.iter().all(|value| value.is_string());
                if !is_fit {
                    return None;
                }
                for value in listed {
                    if values.iter().any(|(known, _)| known == value) {
                        return None;
                    }
                    values.push((value.clone(), at));
                }
            }
            Some(Tag::Property { name, values, otherwise: None })
        })
    }

    fn by_type(&self, alternatives: &[Alternative<'c>]) -> Option<Tag> {
        let mut kinds: Vec<(JsonType, usize)> = Vec::new();
        for (at, alternative) in alternatives.iter().enumerate() {
            let ty = match self.shape(&alternative.schema) {
                Shape::Of(ty) => ty,
                Shape::Listed => {
                    let values = enumeration::listed(&alternative.schema);
                    if values.iter().all(|value| value.is_string()) {
                        JsonType::String
                    } else if values.iter().all(|value| value.as_i64().is_some()) {
                        JsonType::Integer
                    } else {
                        return None;
                    }
                }
                _ => return None,
            };
            let overlaps = |other: JsonType| {
                let pair = [ty, other];
                ty == other || pair.contains(&JsonType::Integer) && pair.contains(&JsonType::Number)
            };
            if kinds.iter().any(|(other, _)| overlaps(*other)) {
                return None;
            }
            kinds.push((ty, at));
        }
        Some(Tag::JsonType(kinds))
    }
}

/// The one value of an alternative.
fn value_docs(members: &[Constant]) -> String {
    let members = members.iter().map(|member| (member.wire.clone(), member.value.clone()));
    docs::code(&Value::Object(members.collect()))
}

/// A member that only one alternative requires, and no other knows; one alternative may be without.
fn by_member(alternatives: &[Alternative<'_>]) -> Option<Tag> {
    let is_object = |alternative: &Alternative<'_>| {
        !alternative.schema.properties.is_empty() && !alternative.schema.is_composed()
    };
    if !alternatives.iter().all(is_object) {
        return None;
    }
    let mut members = Vec::new();
    let mut otherwise = None;
    for (at, alternative) in alternatives.iter().enumerate() {
        let own = alternative.schema.required.iter().find(|name| {
            alternatives.iter().enumerate().all(|(other, schema)| {
                other == at
                    || !schema.schema.properties.contains_key(*name)
                        && !schema.schema.required.contains(*name)
            })
        });
        match own {
            Some(name) => members.push((name.clone(), at)),
            None if otherwise.is_none() => otherwise = Some(at),
            None => return None,
        }
    }
    Some(Tag::UniqueMember { members, otherwise })
}
