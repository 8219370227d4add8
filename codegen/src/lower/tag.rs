//! What tells the alternatives of `oneOf` and `anyOf` apart: a value that they list, a type, or a member that only one has.

use std::cmp::Reverse;

use serde_json::Value;
use spec::Finding;
use spec::model::{JsonType, Schema, TypeSet};

use super::shape::{Shape, is_closed};
use super::union::Alternative;
use super::{Lowerer, enumeration, order};
use crate::ir::types::Tag;

impl<'c> Lowerer<'c> {
    /// What tells the alternatives apart. Where nothing does they are put in the order of trying.
    pub(super) fn tag(&mut self, schema: &Schema, alternatives: &mut [Alternative<'c>]) -> Tag {
        let is_any = schema.one_of.is_empty();
        let found = self
            .by_discriminator(schema, alternatives)
            .or_else(|| self.by_constant(alternatives))
            .or_else(|| self.by_type(alternatives))
            .or_else(|| by_member(alternatives, is_any))
            .or_else(|| self.by_type_of_member(alternatives));
        self.tell_overlaps(schema, found.as_ref(), alternatives);
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

    /// Tells where a value may fit several alternatives and is read as one.
    fn tell_overlaps(
        &mut self,
        schema: &Schema,
        tag: Option<&Tag>,
        alternatives: &[Alternative<'_>],
    ) {
        const LOSS: &str = "may lose what the others know of it";
        let (keyword, outcome) = match (schema.one_of.is_empty(), schema.any_of.is_empty()) {
            (false, _) => ("oneOf", "isn't refused"),
            (true, false) => ("anyOf", LOSS),
            (true, true) => return,
        };
        let why = match tag {
            None => "nothing tells the alternatives apart",
            Some(Tag::UniqueMember { is_exclusive: false, members, .. })
                if may_come_together(members, alternatives) =>
            {
                "what tells the alternatives apart may be there for several"
            }
            Some(_) => return,
        };
        self.note(Finding::note(
            "overlapping-alternatives",
            schema.origin.child(keyword),
            format!(
                "{why}, so a value that fits several is read as the one that knows most of it, and {outcome}"
            ),
        ));
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
                    && listed.iter().all(|value| is_scalar(value));
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
            if kinds.iter().any(|(other, _)| overlaps(ty, *other)) {
                return None;
            }
            kinds.push((ty, at));
        }
        Some(Tag::JsonType(kinds))
    }

    /// A member that all require, of other types in each alternative.
    fn by_type_of_member(&mut self, alternatives: &[Alternative<'c>]) -> Option<Tag> {
        let first = alternatives.first()?;
        let names: Vec<String> = first.schema.required.iter().cloned().collect();
        names.into_iter().find_map(|name| {
            let mut kinds: Vec<(JsonType, usize)> = Vec::new();
            for (at, alternative) in alternatives.iter().enumerate() {
                let id = *alternative.schema.properties.get(&name)?;
                let member = self.flatten(id);
                let types = types_of(&member);
                let is_told = |ty: JsonType| kinds.iter().any(|(other, _)| overlaps(ty, *other));
                let is_fit = alternative.schema.required.contains(&name)
                    && self.shape(&alternative.schema) == Shape::Of(JsonType::Object)
                    && !types.is_all()
                    && !types.iter().any(is_told);
                if !is_fit {
                    return None;
                }
                kinds.extend(types.iter().map(|ty| (ty, at)));
            }
            Some(Tag::MemberType { name, kinds })
        })
    }
}

/// The types that a schema's values are of, null among them.
fn types_of(schema: &Schema) -> TypeSet {
    let Some(listed) = &schema.enumeration else { return schema.types };
    let of = listed.iter().map(|value| match value {
        Value::Null => JsonType::Null,
        Value::Bool(_) => JsonType::Boolean,
        Value::Number(_) => JsonType::Number,
        Value::String(_) => JsonType::String,
        Value::Array(_) => JsonType::Array,
        Value::Object(_) => JsonType::Object,
    });
    of.fold(TypeSet::NONE, TypeSet::with).intersection(schema.types)
}

fn is_scalar(value: &Value) -> bool {
    value.is_string() || value.is_boolean() || value.is_i64()
}

fn overlaps(ty: JsonType, other: JsonType) -> bool {
    let pair = [ty, other];
    ty == other || pair.contains(&JsonType::Integer) && pair.contains(&JsonType::Number)
}

/// The members that only one alternative requires, and no other knows, each with its alternative; `None` for those that
/// have none.
pub(super) fn own_members(alternatives: &[Alternative<'_>]) -> Vec<Option<String>> {
    let own = |at: usize| {
        alternatives[at].schema.required.iter().find(|name| {
            alternatives.iter().enumerate().all(|(other, schema)| {
                other == at
                    || !schema.schema.properties.contains_key(*name)
                        && !schema.schema.required.contains(*name)
            })
        })
    };
    (0..alternatives.len()).map(|at| own(at).cloned()).collect()
}

/// A member that only one alternative requires, and no other knows; one alternative may be without.
fn by_member(alternatives: &[Alternative<'_>], is_any: bool) -> Option<Tag> {
    let is_object = |alternative: &Alternative<'_>| {
        !alternative.schema.properties.is_empty() && !alternative.schema.is_composed()
    };
    if !alternatives.iter().all(is_object) {
        return None;
    }
    let mut members = Vec::new();
    let mut otherwise = None;
    for (at, own) in own_members(alternatives).into_iter().enumerate() {
        match own {
            Some(name) => members.push((name, at)),
            None if otherwise.is_none() => otherwise = Some(at),
            None => return None,
        }
    }
    Some(Tag::UniqueMember { members, otherwise, is_exclusive: !is_any })
}

/// Whether a value may have the members of two alternatives, or one of them and what only the rest knows.
fn may_come_together(members: &[(String, usize)], alternatives: &[Alternative<'_>]) -> bool {
    let is_open = |at: usize| !is_closed(&alternatives[at].schema);
    let is_told = |at: usize| members.iter().any(|(_, told)| *told == at);
    let knows_more = |at: usize| {
        let known = &alternatives[at].schema.properties;
        let of_rest = (0..alternatives.len()).filter(|rest| !is_told(*rest) && is_open(*rest));
        of_rest.into_iter().any(|rest| {
            alternatives[rest].schema.properties.keys().any(|name| !known.contains_key(name))
        })
    };
    let open: Vec<usize> = members.iter().map(|(_, at)| *at).filter(|at| is_open(*at)).collect();
    open.len() > 1 || open.into_iter().any(knows_more)
}
