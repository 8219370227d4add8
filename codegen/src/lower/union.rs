//! `oneOf`, `anyOf` and lists of types: enums, with what tells the alternatives apart decided here.

use std::borrow::Cow;

use serde_json::Value;
use spec::Finding;
use spec::model::{JsonType, Schema, SchemaId, TypeSet};

use super::compose::{has_no_members, is_bare};
use super::schema::Chain;
use super::shape::{Shape, is_closed};
use super::{Hint, Lowerer, docs};
use crate::ir::types::{Constant, Holds, Kind, Slot, Tag, Type, Union, UnionVariant};

/// An alternative, as one schema.
pub(super) struct Alternative<'c> {
    /// The schema that it is, where nothing stands beside it.
    pub(super) id: Option<SchemaId>,
    chain: Vec<SchemaId>,
    pub(super) schema: Cow<'c, Schema>,
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
        let names = self.variant_names(&alternatives, &tag);
        let mut variants = Vec::new();
        for (alternative, name) in alternatives.iter().zip(names) {
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
}

/// The one value of an alternative.
fn value_docs(members: &[Constant]) -> String {
    let members = members.iter().map(|member| (member.wire.clone(), member.value.clone()));
    docs::code(&Value::Object(members.collect()))
}
