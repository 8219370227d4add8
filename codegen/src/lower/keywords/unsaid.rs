//! What a schema asks beyond what its type says.

use std::borrow::Cow;

use spec::model::{Additional, JsonType, Schema, SchemaId};

use crate::ir::schema::{Keyword, Keywords};
use crate::ir::types::{Kind, Rules, Sender, Type};
use crate::lower::compose::is_bare;
use crate::lower::enumeration::{listed, unlisted};
use crate::lower::schema::COMPOSED;
use crate::lower::{Lowerer, order};

/// What is known of the type that a schema and the parts of its `allOf` are one in.
#[derive(Debug, Clone)]
struct Whole {
    /// The alternatives that it is made of: `oneOf`, and where there is none, `anyOf`.
    alternatives: Vec<SchemaId>,
    /// Whether nothing stands beside them, so that each has a type of its own.
    is_plain: bool,
    /// Whether the first items have schemas of their own, so that the type says nothing of any.
    has_prefix: bool,
    /// Whether `unevaluated…` keywords must know what is looked at.
    is_seen: bool,
}

impl Lowerer<'_> {
    /// What a part of a value is asked for beyond its type; nothing where that is a type of its own, which asks itself.
    pub(in crate::lower) fn unsaid_of_part(&mut self, id: SchemaId) -> Keywords {
        // Most parts are of one plain type, which says all of them.
        if self.declared.contains_key(&id) || self.is_plain(id) {
            return Vec::new();
        }
        // What contains itself and has no name is of a type that says nothing.
        if self.unsaid_open.contains(&id) { self.whole(id) } else { self.unsaid(id) }
    }

    /// Whether a schema asks for nothing but one plain type and its limits.
    fn is_plain(&self, id: SchemaId) -> bool {
        let schema = self.contract.schema(id);
        let mut types = schema.types.without(JsonType::Null).iter();
        let is_scalar = match (types.next(), types.next()) {
            (Some(one), None) => !matches!(one, JsonType::Object | JsonType::Array),
            _ => false,
        };
        is_scalar
            && !schema.never
            && !schema.is_composed()
            && schema.enumeration.is_none()
            && schema.applicators.is_empty()
            && !self.lost_steps.contains(&id)
    }

    /// What a schema asks beyond its type.
    pub(in crate::lower) fn unsaid(&mut self, id: SchemaId) -> Keywords {
        self.unsaid_open.push(id);
        let keywords = self.unsaid_of_open(id);
        self.unsaid_open.pop();
        keywords
    }

    fn unsaid_of_open(&mut self, id: SchemaId) -> Keywords {
        let schema = self.contract.schema(id);
        let merged = if schema.all_of.is_empty() {
            Cow::Borrowed(schema)
        } else if let Some(inner) = self.wrapped(id) {
            return self.unsaid_of_part(inner);
        } else {
            Cow::Owned(self.merge_all(id))
        };
        if self.is_any(id) {
            return if is_mistaken(&merged) { Vec::new() } else { self.everything(id) };
        }
        let alternatives =
            if merged.one_of.is_empty() { merged.any_of.clone() } else { merged.one_of.clone() };
        let only_require = self.has_only_requirements(&merged);
        let whole = Whole {
            alternatives: if only_require { Vec::new() } else { alternatives },
            is_plain: is_bare(&merged),
            has_prefix: !merged.prefix_items.is_empty(),
            is_seen: false,
        };
        self.unsaid_within(id, &whole, &mut Vec::new())
    }

    /// Whether the type of a schema is any value.
    fn is_any(&self, id: SchemaId) -> bool {
        let slot = match self.declared.get(&id).map(|ty| &self.types[ty.0 as usize].kind) {
            Some(Kind::Alias(slot) | Kind::Newtype(slot)) => Some(slot),
            Some(_) => None,
            None => self.known.get(&id),
        };
        match slot.map(|slot| &slot.ty) {
            Some(Type::Nullable(inner)) => inner.ty == Type::Any,
            ty => ty == Some(&Type::Any),
        }
    }

    /// What a schema asks beyond its type, of which it may be a part by `allOf`.
    fn unsaid_within(
        &mut self,
        id: SchemaId,
        whole: &Whole,
        parts: &mut Vec<SchemaId>,
    ) -> Keywords {
        if parts.contains(&id) {
            return Vec::new();
        }
        let schema = self.contract.schema(id);
        let applicators = &schema.applicators;
        let looks = [applicators.unevaluated_items, applicators.unevaluated_properties];
        let is_seen =
            whole.is_seen || looks.into_iter().flatten().any(|rest| !self.whole(rest).is_empty());
        let whole = Whole { is_seen, ..whole.clone() };
        let mut all = Vec::new();
        if schema.never {
            all.push(Keyword::Never);
        }
        all.extend(unlisted(schema).map(Keyword::Enum));
        if self.lost_steps.contains(&id) {
            let multiple_of = schema.multiple_of.clone();
            all.push(Keyword::Rules(Rules { multiple_of, ..Rules::default() }));
        }
        self.unsaid_of_members(schema, is_seen, &mut all);
        self.unsaid_of_items(schema, &whole, &mut all);
        self.of_applicators(schema, &mut all);
        parts.push(id);
        let of_parts: Vec<Keywords> =
            schema.all_of.iter().map(|part| self.unsaid_within(*part, &whole, parts)).collect();
        parts.pop();
        add_parts(of_parts, &mut all);
        if self.asks_alternatives(&schema.any_of, &whole) {
            all.push(Keyword::AnyOf(self.wholes(&schema.any_of)));
        }
        if self.asks_alternatives(&schema.one_of, &whole) {
            all.push(Keyword::OneOf(self.wholes(&schema.one_of)));
        }
        self.of_the_rest(schema, is_seen, &mut all);
        all
    }

    /// Whether the type doesn't say, or not all, what these alternatives do.
    fn asks_alternatives(&mut self, ids: &[SchemaId], whole: &Whole) -> bool {
        let is_said = ids == whole.alternatives && !whole.is_seen;
        let asks = |this: &mut Self, id: &SchemaId| match whole.is_plain {
            true => !this.unsaid_of_part(*id).is_empty(),
            false => this.asks_beside(*id),
        };
        !ids.is_empty() && (!is_said || ids.iter().any(|id| asks(self, id)))
    }

    /// Whether an alternative that isn't a type by itself, as something stands beside it, asks what no type says.
    fn asks_beside(&mut self, id: SchemaId) -> bool {
        if self.composed >= COMPOSED {
            // So deep within others it became any value.
            return true;
        }
        self.composed += 1;
        let asks = !self.unsaid_open.contains(&id) && !self.unsaid(id).is_empty();
        self.composed -= 1;
        asks
    }

    fn unsaid_of_members(&mut self, schema: &Schema, is_seen: bool, all: &mut Keywords) {
        let by_pattern = !schema.pattern_properties.is_empty();
        let needs_all = by_pattern || is_seen;
        let additional = match schema.additional {
            Additional::Schema(id) if by_pattern => Some(self.whole(id)),
            Additional::Schema(id) => {
                Some(self.unsaid_of_part(id)).filter(|asked| needs_all || !asked.is_empty())
            }
            Additional::Forbidden => needs_all.then(|| vec![Keyword::Never]),
            Additional::Allowed => {
                let is_written = schema.applicators.additional_properties_written;
                (is_written && is_seen).then(Vec::new)
            }
        };
        let needs_names = needs_all || additional.is_some();
        let asks = |this: &mut Self, id: &SchemaId| !this.unsaid_of_part(*id).is_empty();
        let mut properties = Vec::new();
        let is_asked = needs_names || schema.properties.values().any(|id| asks(self, id));
        let named = if is_asked { order::properties(schema) } else { Default::default() };
        for (name, id) in named {
            let mut asked = self.unsaid_of_part(id);
            if !asked.is_empty() && self.is_constant(schema, name, id) {
                asked.clear();
            }
            if needs_names || !asked.is_empty() {
                properties.push((name.clone(), asked));
            }
        }
        if !properties.is_empty() {
            all.push(Keyword::Properties(properties));
        }
        self.of_patterns(schema, additional, all);
    }

    /// Whether a member has but one value, which the table of its object says.
    fn is_constant(&mut self, schema: &Schema, name: &str, id: SchemaId) -> bool {
        schema.required.contains(name)
            && self.sender(id) == Sender::Both
            && self.constant(id).is_some()
    }

    fn unsaid_of_items(&mut self, schema: &Schema, whole: &Whole, all: &mut Keywords) {
        if !schema.prefix_items.is_empty() {
            let prefix = self.wholes(&schema.prefix_items);
            all.push(Keyword::PrefixItems(prefix));
        }
        if let Some(items) = schema.items {
            let asked =
                if whole.has_prefix { self.whole(items) } else { self.unsaid_of_part(items) };
            if whole.is_seen || !asked.is_empty() {
                all.push(Keyword::Items(asked));
            }
        }
    }
}

/// Adds what the parts of an `allOf` ask: as parts where they look at what is beside them.
fn add_parts(parts: Vec<Keywords>, all: &mut Keywords) {
    let (looking, alone): (Vec<_>, Vec<_>) =
        parts.into_iter().partition(|part| part.iter().any(Keyword::looks_beside));
    all.extend(alone.into_iter().flatten());
    if !looking.is_empty() {
        all.push(Keyword::AllOf(looking));
    }
}

/// Whether no value fits a schema, though nobody says so: its author can't mean that.
fn is_mistaken(merged: &Schema) -> bool {
    let is_without_type = merged.types.without(JsonType::Null).iter().next().is_none();
    let is_without_value = merged.enumeration.is_some() && listed(merged).is_empty();
    !merged.never && (is_without_type || is_without_value)
}
