//! A schema → a type, and what values must keep beside it.

use std::borrow::Cow;

use spec::Finding;
use spec::model::{JsonType, Schema, SchemaId, TypeSet};

use super::compose::is_bare;
use super::content::has_rules;
use super::enumeration::listed_by_alternatives;
use super::limits::with_limits;
use super::shape::{Shape, without_alternatives};
use super::{Hint, Lowerer, docs};
use crate::ir::TypeId;
use crate::ir::types::{Kind, Slot, Type};
use crate::names;

/// How deep schemas that were put together may nest: each level may have several alternatives.
pub(super) const COMPOSED: usize = 4;

/// What a schema is made of: itself alone, where it is one of the contract; or each an alternative of the one before.
/// Nothing, where no schema of the contract says just that.
pub(super) type Chain = [SchemaId];

impl<'c> Lowerer<'c> {
    /// The use of a schema.
    pub(super) fn slot(&mut self, id: SchemaId, hint: Hint<'_>) -> Slot {
        if let Some(slot) = self.known.get(&id) {
            return slot.clone();
        }
        let schema = self.contract.schema(id);
        if let Some(name) = &schema.name {
            let name = name.clone();
            self.reserve(id, &name);
            return self.known.get(&id).cloned().unwrap_or_else(|| Slot::plain(Type::Any));
        }
        if !self.open.insert(id) {
            self.note(
                Finding::warning(
                    "nameless-cycle",
                    schema.origin.clone(),
                    "this schema contains itself, but has no name, so it becomes any value here",
                )
                .help("move it to components.schemas"),
            );
            return Slot::plain(Type::Any);
        }
        let slot = match self.wrapped(id) {
            Some(inner) => match self.slot(inner, hint) {
                Slot { ty: Type::Nullable(value), .. } if !self.admits_null(id) => *value,
                slot => slot,
            },
            None => {
                let flat = self.flatten(id);
                let nullable = self.admits_null(id);
                self.inline(&flat, &[id], hint, nullable)
            }
        };
        self.open.remove(&id);
        self.known.insert(id, slot.clone());
        slot
    }

    /// The use of a schema that has no id of its own, or none yet.
    pub(super) fn inline(
        &mut self,
        schema: &Schema,
        chain: &Chain,
        hint: Hint<'_>,
        nullable: bool,
    ) -> Slot {
        // A schema that was put together has no id by which a cycle of such would be seen.
        let is_composed = chain.len() != 1;
        self.composed += usize::from(is_composed);
        let slot = if self.composed > COMPOSED {
            None
        } else {
            Some(self.inline_slot(schema, chain, hint, nullable))
        };
        self.composed -= usize::from(is_composed);
        let slot = slot.unwrap_or_else(|| self.endless(schema));
        // `Any` admits null by itself.
        self.nullable_if(nullable && slot.ty != Type::Any, slot)
    }

    fn inline_slot(
        &mut self,
        schema: &Schema,
        chain: &Chain,
        hint: Hint<'_>,
        nullable: bool,
    ) -> Slot {
        let shape = self.shape(schema);
        self.note_implied(schema, shape);
        self.plain(schema, chain, shape, hint).unwrap_or_else(|| {
            Slot::plain(Type::Named(self.declare_inline(schema, chain, shape, hint, nullable)))
        })
    }

    fn endless(&mut self, schema: &Schema) -> Slot {
        self.note(Finding::warning(
            "endless-alternatives",
            schema.origin.clone(),
            "alternatives stand within alternatives beside members, again and again, so this becomes any value",
        ));
        Slot::plain(Type::Any)
    }

    pub(super) fn nullable_if(&self, nullable: bool, slot: Slot) -> Slot {
        match slot.ty {
            Type::Nullable(_) | Type::Null => slot,
            _ if nullable => Slot::plain(Type::Nullable(Box::new(slot))),
            _ => slot,
        }
    }

    /// The type of a schema that needs no declaration.
    fn plain(
        &mut self,
        schema: &Schema,
        chain: &Chain,
        shape: Shape,
        hint: Hint<'_>,
    ) -> Option<Slot> {
        match shape {
            Shape::Nothing => Some(self.nothing(schema)),
            Shape::Any => Some(Slot::plain(Type::Any)),
            Shape::Listed => self.listed_without_enum(schema),
            Shape::Alternatives => self.only_alternative(schema, chain, hint),
            Shape::Mixed => None,
            Shape::Of(JsonType::Object) => self.map(schema, hint),
            Shape::Of(JsonType::Array) => Some(self.array(schema, hint)),
            Shape::Of(ty) => Some(self.scalar(schema, ty)),
        }
    }

    /// Declares the type of a schema without a name.
    fn declare_inline(
        &mut self,
        schema: &Schema,
        chain: &Chain,
        shape: Shape,
        hint: Hint<'_>,
        nullable: bool,
    ) -> TypeId {
        let rust = self.inline_name(schema, hint);
        let empty = Kind::Alias(Slot::plain(Type::Any));
        let ty = self.declare(rust, empty, docs::docs([]), &schema.origin);
        if let [id] = *chain {
            let slot = self.nullable_if(nullable, Slot::plain(Type::Named(ty)));
            self.known.insert(id, slot);
            self.declared.insert(id, ty);
        }
        self.fill(ty, schema, chain, shape);
        ty
    }

    /// A title that is free, else the owner's name and the role.
    fn inline_name(&mut self, schema: &Schema, hint: Hint<'_>) -> String {
        let title = schema.title.as_deref().unwrap_or_default();
        let is_name = !title.is_empty()
            && title.len() <= 40
            && title.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | '-'));
        let titled = names::pascal(title, "Type");
        if is_name && title.chars().any(char::is_alphabetic) && self.scope.insert(&titled) {
            return titled;
        }
        self.scope.take(hint.name())
    }

    /// Gives a declared type what its schema says.
    pub(super) fn convert(&mut self, id: SchemaId, ty: TypeId) {
        let schema = self.contract.schema(id);
        if let Some(inner) = self.wrapped(id) {
            let rust = self.item(ty).rust.clone();
            let slot = self.slot(inner, Hint { owner: &rust, role: "value" });
            let slot = if let Type::Nullable(inner) = slot.ty { *inner } else { slot };
            let kind = if has_rules(&slot) { Kind::Newtype(slot) } else { Kind::Alias(slot) };
            self.describe(ty, schema, kind);
            return;
        }
        let flat = self.flatten(id);
        let shape = self.shape(&flat);
        self.note_implied(&flat, shape);
        self.fill(ty, &flat, &[id], shape);
    }

    fn fill(&mut self, ty: TypeId, schema: &Schema, chain: &Chain, shape: Shape) {
        let rust = self.item(ty).rust.clone();
        let kind = self.kind(schema, chain, shape, &rust);
        self.describe(ty, schema, kind);
    }

    fn describe(&mut self, ty: TypeId, schema: &Schema, kind: Kind) {
        let item = self.item(ty);
        let rust = item.rust.clone();
        item.kind = kind;
        item.docs = docs::docs([schema.title.as_deref(), schema.description.as_deref()]);
        item.deprecated = schema.deprecated;
        if item.docs.is_empty() {
            item.docs = docs::line(format!(
                "`{}` of the contract.",
                schema.name.as_deref().unwrap_or(&rust)
            ));
        }
        if let Kind::Newtype(slot) = &item.kind {
            item.docs = with_limits(std::mem::take(&mut item.docs), slot);
        }
    }

    fn kind(&mut self, schema: &Schema, chain: &Chain, shape: Shape, rust: &str) -> Kind {
        let hint = Hint { owner: rust, role: "value" };
        if let Some(slot) = self.plain(schema, chain, shape, Hint { role: "item", ..hint }) {
            return if has_rules(&slot) { Kind::Newtype(slot) } else { Kind::Alias(slot) };
        }
        match shape {
            Shape::Listed => self.enumeration(schema, rust),
            Shape::Alternatives => self.alternatives(schema, chain, rust),
            Shape::Mixed => self.mixed(schema, rust),
            _ => self.object(schema, rust),
        }
    }

    /// No value matches: what can't be can be anything.
    fn nothing(&mut self, schema: &Schema) -> Slot {
        let only_null = schema.types.contains(JsonType::Null)
            || schema.enumeration.as_ref().is_some_and(|values| values.iter().any(|v| v.is_null()));
        if only_null && !schema.never {
            return Slot::plain(Type::Null);
        }
        self.note(Finding::warning(
            "unsatisfiable-schema",
            schema.origin.clone(),
            "no value matches this schema, so it becomes any value",
        ));
        Slot::plain(Type::Any)
    }

    /// What a flattened schema says values are.
    pub(super) fn shape(&self, schema: &Schema) -> Shape {
        let types = schema.types.without(JsonType::Null);
        if schema.never || types == TypeSet::NONE {
            return Shape::Nothing;
        }
        if let Some(values) = &schema.enumeration {
            if values.iter().all(serde_json::Value::is_null) {
                return Shape::Nothing;
            }
            return Shape::Listed;
        }
        if !schema.one_of.is_empty() || !schema.any_of.is_empty() {
            return Shape::Alternatives;
        }
        if types == TypeSet::ALL.without(JsonType::Null) {
            return schema.implied_type().map_or(Shape::Any, Shape::Of);
        }
        let numbers = TypeSet::only(JsonType::Number).with(JsonType::Integer);
        if types == numbers {
            return Shape::Of(JsonType::Number);
        }
        types.single().map_or(Shape::Mixed, Shape::Of)
    }

    /// Whether null is among the values of a schema, whatever it is composed of.
    pub(super) fn admits_null(&self, id: SchemaId) -> bool {
        self.admits_null_within(id, 0)
    }

    fn admits_null_within(&self, id: SchemaId, depth: usize) -> bool {
        let schema = self.contract.schema(id);
        let is_excluded = schema.not.is_some_and(|not| takes_null(self.contract.schema(not)));
        if depth > 16 || schema.never || !schema.admits_null() || is_excluded {
            return false;
        }
        let admits = |id: &SchemaId| self.admits_null_within(*id, depth + 1);
        if !schema.is_composed() && schema.types.is_all() && schema.enumeration.is_none() {
            // Without a type anything goes; but one who tells of members doesn't mean null.
            return schema.implied_type().is_none();
        }
        let mut alternatives = schema.one_of.iter().chain(&schema.any_of).peekable();
        // A part of an `allOf` that leaves the type to its siblings leaves null to them, too.
        let mut parts = schema.all_of.iter().filter(|id| !self.leaves_type(**id)).peekable();
        let is_said = !schema.types.is_all() || parts.peek().is_some() || schema.all_of.is_empty();
        // So does an alternative, where they say it.
        let leaves = |id: &SchemaId| !schema.types.is_all() && self.leaves_type(*id);
        let is_one =
            alternatives.peek().is_none() || alternatives.any(|id| leaves(id) || admits(id));
        is_said && parts.all(admits) && is_one
    }

    /// Whether a schema speaks of values of one type without saying that they must be of it.
    fn leaves_type(&self, id: SchemaId) -> bool {
        let schema = self.contract.schema(id);
        schema.types.is_all()
            && schema.enumeration.is_none()
            && !schema.is_composed()
            && schema.implied_type().is_some()
    }

    /// The schema with what `allOf` says made its own, and without alternatives that no type says or that list values.
    pub(super) fn flatten(&mut self, id: SchemaId) -> Cow<'c, Schema> {
        let schema = self.contract.schema(id);
        let flat = match schema.all_of.is_empty() {
            true => Cow::Borrowed(schema),
            false => Cow::Owned(self.merge_all(id)),
        };
        self.settle_alternatives(flat)
    }

    /// The same of an alternative, with what stands beside it.
    pub(super) fn flatten_alternative(&mut self, beside: &Chain, id: SchemaId) -> Schema {
        let merged = Cow::Owned(self.merge_alternative(beside, id));
        self.settle_alternatives(merged).into_owned()
    }

    fn settle_alternatives(&self, flat: Cow<'c, Schema>) -> Cow<'c, Schema> {
        if let Some(listed) = listed_by_alternatives(self.contract, &flat) {
            return Cow::Owned(listed);
        }
        if !self.has_only_requirements(&flat) {
            return flat;
        }
        Cow::Owned(without_alternatives(&flat))
    }

    /// Says so where a schema without a type is taken to be of one.
    fn note_implied(&mut self, schema: &Schema, shape: Shape) {
        let Shape::Of(ty) = shape else { return };
        if schema.types.without(JsonType::Null) == TypeSet::ALL.without(JsonType::Null) {
            self.note(Finding::note(
                "implied-type",
                schema.origin.clone(),
                format!(
                    "there is no `type`, but what is said is of values of type {0}, so others are refused",
                    ty.as_str()
                ),
            ));
        }
    }

    /// The one schema that an `allOf` comes down to: its other parts, and what stands beside it, only describe. What a
    /// discriminator names is a type of its own, which knows its name.
    pub(super) fn wrapped(&self, id: SchemaId) -> Option<SchemaId> {
        let schema = self.contract.schema(id);
        if schema.all_of.is_empty() {
            return None;
        }
        let says_nothing = |schema: &Schema| {
            is_bare(schema) && !schema.is_composed() && schema.applicators.is_empty()
        };
        let mut rest = schema.clone();
        rest.all_of.clear();
        let mut parts = schema.all_of.iter().filter(|id| !says_nothing(self.contract.schema(**id)));
        let only = parts.next().filter(|_| parts.next().is_none())?;
        let inner = self.contract.schema(*only);
        let is_one = inner.one_of.is_empty() && inner.any_of.is_empty();
        let is_own = is_one && self.discriminated.contains(&id);
        (says_nothing(&rest) && !is_own).then_some(*only)
    }
}

/// Whether a schema is certain to admit null: it says nothing but types and values.
fn takes_null(schema: &Schema) -> bool {
    schema.admits_null() && !schema.never && !schema.is_composed() && schema.applicators.is_empty()
}
