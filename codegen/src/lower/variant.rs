//! What the alternatives of a union are called: by words of the contract, and by numbers only where it has none.

use std::collections::HashMap;

use serde_json::Value;
use spec::model::{Additional, JsonType, Schema, SchemaId};

use super::shape::Shape;
use super::tag::own_members;
use super::union::Alternative;
use super::{Lowerer, enumeration, order};
use crate::ir::types::{Tag, Type};
use crate::names::{Scope, pascal};

impl Lowerer<'_> {
    /// The name of each alternative.
    pub(super) fn variant_names(&self, alternatives: &[Alternative<'_>], tag: &Tag) -> Vec<String> {
        let own = own_members(alternatives);
        let mut names: Vec<String> = alternatives
            .iter()
            .enumerate()
            .map(|(at, one)| self.variant_name(&one.schema, own[at].as_deref(), tag, at))
            .collect();
        let mut alike: HashMap<String, usize> = HashMap::new();
        for name in &names {
            *alike.entry(name.to_lowercase()).or_default() += 1;
        }
        for (at, name) in names.iter_mut().enumerate() {
            let schema = &alternatives[at].schema;
            if alike[&name.to_lowercase()] > 1
                && schema.name.is_none()
                && let Some(words) = self.distinction(alternatives, own[at].as_deref(), tag, at)
            {
                *name = pascal(&words, "Variant");
            }
        }
        let mut scope = Scope::with(&["Self"]);
        names.into_iter().map(|name| scope.take(name)).collect()
    }

    fn variant_name(&self, schema: &Schema, own: Option<&str>, tag: &Tag, at: usize) -> String {
        if let Some(name) = &schema.name {
            return pascal(name, "Variant");
        }
        let told = match tag {
            Tag::Property { values, .. } => value_of(values, at).or(own),
            Tag::UniqueMember { members, .. } => {
                members.iter().find(|(_, variant)| *variant == at).map(|(member, _)| &**member)
            }
            Tag::JsonType(_) | Tag::MemberType { .. } | Tag::InOrder => None,
        };
        let title = schema.title.as_deref().filter(|title| title.len() <= 40);
        if let Some(name) = told.or(title) {
            return pascal(name, "Variant");
        }
        match self.shape(schema) {
            Shape::Of(ty) => match schema.format.as_deref() {
                // A moment is no string.
                Some(format) if ty == JsonType::String && self.text(format) != Type::String => {
                    pascal(format, "Variant")
                }
                _ => pascal(ty.as_str(), "Variant"),
            },
            Shape::Listed => "Listed".to_owned(),
            Shape::Mixed => {
                let types: Vec<&str> = schema.types.iter().map(JsonType::as_str).collect();
                pascal(&types.join(" or "), "Variant")
            }
            Shape::Alternatives => "Either".to_owned(),
            Shape::Any => "Any".to_owned(),
            Shape::Nothing => "Nothing".to_owned(),
        }
    }

    /// What an alternative has that tells it from others of its name, in words.
    fn distinction(
        &self,
        alternatives: &[Alternative<'_>],
        own: Option<&str>,
        tag: &Tag,
        at: usize,
    ) -> Option<String> {
        let schema = &alternatives[at].schema;
        let others = || alternatives.iter().enumerate().filter(|(other, _)| *other != at);
        let mut known = order::properties(schema).into_iter().map(|(name, _)| name);
        let known =
            known.find(|name| others().all(|(_, one)| !one.schema.properties.contains_key(*name)));
        let mut required = schema.required.iter();
        let required =
            required.find(|name| others().all(|(_, one)| !one.schema.required.contains(*name)));
        if let Some(alone) = own.or(known.or(required).map(String::as_str)) {
            return Some(alone.to_owned());
        }
        match tag {
            Tag::Property { name, values, .. } => {
                let mut values = values.iter().filter(|(_, variant)| *variant == at);
                return values.next().map(|(value, _)| format!("{name} {value}"));
            }
            Tag::MemberType { name, kinds } => {
                let kinds = kinds.iter().filter(|(_, variant)| *variant == at);
                let kinds: Vec<&str> = kinds.map(|(ty, _)| ty.as_str()).collect();
                return Some(format!("{name} {}", kinds.join(" or ")));
            }
            Tag::JsonType(_) | Tag::UniqueMember { .. } | Tag::InOrder => {}
        }
        if let [Value::String(only)] = enumeration::listed(schema).as_slice() {
            return Some(only.clone());
        }
        let of = |held: SchemaId, how: &str| Some(format!("{} {how}", self.spoken_type(held)?));
        match (self.shape(schema), &schema.additional, schema.items) {
            (Shape::Of(JsonType::Array), _, Some(items)) => of(items, "array"),
            (Shape::Of(JsonType::Object), Additional::Schema(held), _) => of(*held, "map"),
            _ => schema.format.clone(),
        }
    }

    /// A schema by its name, or its type.
    fn spoken_type(&self, id: SchemaId) -> Option<String> {
        let schema = self.contract.schema(id);
        match (&schema.name, self.shape(schema)) {
            (Some(name), _) => Some(name.clone()),
            (None, Shape::Of(ty)) => Some(ty.as_str().to_owned()),
            _ => None,
        }
    }
}

/// The text that tells an alternative, if there is one.
fn value_of(values: &[(Value, usize)], at: usize) -> Option<&str> {
    let mut own = values.iter().filter(|(_, variant)| *variant == at);
    match (own.next(), own.next()) {
        (Some((Value::String(text), _)), None) => Some(text),
        _ => None,
    }
}
