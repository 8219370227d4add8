//! Objects: structs, maps, and objects of which nothing is known.

use serde_json::Value;
use spec::model::{Additional, Schema, SchemaId};
use spec::normal::{Conjunction, Normalizer};
use spec::{Finding, Origin};

use super::limits::with_limits;
use super::shape::{Shape, is_closed};
use super::{Hint, Lowerer, docs, enumeration, order};
use crate::ir::types::{
    AdditionalField, Constant, Field, Kind, Presence, Sender, Slot, Struct, Type,
};
use crate::names::{Scope, screaming, snake};

impl Lowerer<'_> {
    /// The type of an object without known members; `None` where there are some.
    pub(super) fn map(&mut self, schema: &Schema, hint: Hint<'_>) -> Option<Slot> {
        if !schema.properties.is_empty() || !schema.required.is_empty() {
            return None;
        }
        let rules = self.member_rules(schema);
        let by_pattern = schema.pattern_properties.values().next().copied();
        let values = match (schema.additional, by_pattern) {
            (Additional::Schema(id), None) => Some(id),
            // What additional members are is not what those by pattern are.
            (Additional::Schema(_), Some(_)) => None,
            (_, Some(id)) if schema.pattern_properties.len() == 1 => Some(id),
            (Additional::Forbidden, _) => return None,
            (Additional::Allowed, _) => None,
        };
        let ty = match values {
            Some(id) => Type::Map(Box::new(self.slot(id, Hint { role: "value", ..hint }))),
            None => Type::Object,
        };
        Some(Slot { ty, rules })
    }

    /// A struct.
    pub(super) fn object(&mut self, schema: &Schema, rust: &str) -> Kind {
        let mut scope = Scope::default();
        let mut fields = Vec::new();
        let mut constants = Vec::new();
        let mut constant_scope = Scope::with(&["RULES"]);
        for (name, id) in order::properties(schema) {
            if let Some(constant) = self.constant_member(schema, name, id, &mut constant_scope) {
                constants.push(constant);
            } else {
                let rust_name = scope.take(snake(name, "value"));
                let required = schema.required.contains(name);
                fields.push(self.field(name, id, rust_name, required, rust));
            }
        }
        for name in schema.required.iter().filter(|name| !schema.properties.contains_key(*name)) {
            fields.push(unspoken(name, scope.take(snake(name, "value")), &schema.origin));
        }
        let additional = self
            .other_members(schema, rust)
            .map(|slot| AdditionalField { rust: scope.take("additional".to_owned()), slot });
        Kind::Struct(Struct {
            fields,
            constants,
            additional,
            closed: is_closed(schema),
            rules: self.member_rules(schema),
        })
    }

    /// What members hold whose names the schema doesn't list, where they are kept: those by pattern, and those that
    /// `additionalProperties` describes.
    fn other_members(&mut self, schema: &Schema, rust: &str) -> Option<Slot> {
        let hint = Hint { owner: rust, role: "additional" };
        let mut by_pattern = schema.pattern_properties.values();
        let of_pattern = (by_pattern.next().copied(), by_pattern.next());
        match (schema.additional, of_pattern) {
            (Additional::Schema(id), (None, _)) | (Additional::Forbidden, (Some(id), None)) => {
                Some(self.slot(id, hint))
            }
            (_, (Some(_), _)) => {
                self.note(Finding::note(
                    "pattern-properties",
                    schema.origin.child("patternProperties"),
                    "members by pattern are kept as any value beside known members, and checked",
                ));
                Some(Slot::plain(Type::Any))
            }
            (Additional::Allowed | Additional::Forbidden, (None, _)) => None,
        }
    }

    /// The members of an object that has but one value; `None` where values differ.
    pub(super) fn only_constants(&mut self, schema: &Schema) -> Option<Vec<Constant>> {
        let is_whole = schema.required.iter().all(|name| schema.properties.contains_key(name))
            && !matches!(schema.additional, Additional::Schema(_))
            && schema.pattern_properties.is_empty()
            && self.member_rules(schema).is_empty();
        if !is_whole {
            return None;
        }
        let mut scope = Scope::default();
        let members = order::properties(schema).into_iter();
        members.map(|(name, id)| self.constant_member(schema, name, id, &mut scope)).collect()
    }

    /// A member that is always there, and has but one value.
    fn constant_member(
        &mut self,
        schema: &Schema,
        name: &str,
        id: SchemaId,
        scope: &mut Scope,
    ) -> Option<Constant> {
        // What only one side sends may be absent, which only a field can say.
        let is_always_there = schema.required.iter().any(|required| required == name)
            && self.sender(id) == Sender::Both;
        let value = self.constant(id).filter(|_| is_always_there)?;
        Some(Constant {
            rust: scope.take(screaming(name, "CONSTANT")),
            wire: name.to_owned(),
            value,
            docs: self.member_docs(name, id, None),
        })
    }

    fn field(
        &mut self,
        name: &str,
        id: SchemaId,
        rust: String,
        required: bool,
        owner: &str,
    ) -> Field {
        let slot = self.slot(id, Hint { owner, role: name });
        let (slot, nullable) = match slot.ty {
            Type::Nullable(inner) => (*inner, true),
            _ => (slot, false),
        };
        let schema = self.contract.schema(id);
        let docs = self.member_docs(name, id, Some(&slot));
        Field {
            rust,
            wire: name.to_owned(),
            slot,
            presence: presence(required, nullable),
            default: schema.default.clone().filter(|default| !default.is_null()),
            sender: self.sender(id),
            docs,
            deprecated: schema.deprecated,
            origin: schema.origin.clone(),
        }
    }

    /// What is said of a schema: by itself, or by the only one that it is made of beside null.
    fn spoken(&self, mut id: SchemaId) -> Option<&str> {
        // A schema may be made of itself.
        for _ in 0..4 {
            let schema = self.contract.schema(id);
            let text = schema.description.as_deref().or(schema.title.as_deref());
            if text.is_some() {
                return text;
            }
            let parts = [&schema.one_of, &schema.any_of, &schema.all_of];
            let mut parts = parts
                .into_iter()
                .flatten()
                .copied()
                .filter(|part| self.shape(self.contract.schema(*part)) != Shape::Nothing);
            id = match (parts.next(), parts.next()) {
                (Some(only), None) => only,
                _ => return None,
            };
        }
        None
    }

    /// What a member is: its description, its limits, and what its absence means.
    pub(super) fn member_docs(
        &self,
        name: &str,
        id: SchemaId,
        slot: Option<&Slot>,
    ) -> crate::ir::Docs {
        let schema = self.contract.schema(id);
        let mut docs = docs::docs([self.spoken(id)]);
        if docs.is_empty() {
            docs = docs::line(format!("`{}`", name.replace(['`', '\n', '\r'], " ")));
        }
        if let Some(slot) = slot {
            docs = with_limits(docs, slot);
        }
        match self.sender(id) {
            Sender::Both => {}
            Sender::Server => docs = docs::with_note(docs, "Only servers send it.".to_owned()),
            Sender::Client => docs = docs::with_note(docs, "Only clients send it.".to_owned()),
        }
        match &schema.default {
            Some(default) if !default.is_null() => {
                docs::with_note(docs, format!("Default: {}", docs::code(default)))
            }
            _ => docs,
        }
    }

    /// Who sends a member, as its schema says, or what that is made of.
    pub(super) fn sender(&self, id: SchemaId) -> Sender {
        let marks = Normalizer::new(self.contract).marks(Conjunction::One(id));
        match (marks.read_only, marks.write_only) {
            (Some(_), None) => Sender::Server,
            (None, Some(_)) => Sender::Client,
            _ => Sender::Both,
        }
    }

    /// The one value that a schema admits.
    pub(super) fn constant(&mut self, id: SchemaId) -> Option<Value> {
        let flat = self.flatten(id);
        let values = flat.enumeration.as_ref()?;
        if values.len() != 1 || flat.is_composed() {
            return None;
        }
        match enumeration::listed(&flat).as_slice() {
            [value @ (Value::String(_) | Value::Bool(_))] => Some((*value).clone()),
            [value] if value.as_i64().is_some() => Some((*value).clone()),
            _ => None,
        }
    }
}

/// A member that is required, but of which the contract says nothing else.
pub(super) fn unspoken(name: &str, rust: String, origin: &Origin) -> Field {
    Field {
        rust,
        wire: name.to_owned(),
        slot: Slot::plain(Type::Any),
        presence: Presence::Required,
        default: None,
        sender: Sender::Both,
        docs: docs::line(format!("`{}`", name.replace(['`', '\n', '\r'], " "))),
        deprecated: false,
        origin: origin.clone(),
    }
}

fn presence(required: bool, nullable: bool) -> Presence {
    match (required, nullable) {
        (true, false) => Presence::Required,
        (true, true) => Presence::RequiredNullable,
        (false, false) => Presence::Optional,
        (false, true) => Presence::OptionalNullable,
    }
}
