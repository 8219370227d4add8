//! Schemas of the model as documents of JSON Schema 2020-12, for validators.
//!
//! Each schema that is reachable becomes a member of `$defs`, named by its id, and refers to others by `$ref`: so
//! recursion needs no special case, and the place of a violated keyword (`/$defs/s12/maxLength`) names the
//! [`SchemaId`], hence the place in the contract; see [`JsonSchema::locate`].
//!
//! What OpenAPI adds is folded in: `null` is among the types, the integer formats are bounds, and what is required
//! depends on who sends the value (OAS 3.0.3 §4.7.24.2: a `readOnly` member is required of servers only, a
//! `writeOnly` one of clients only). A discriminator adds nothing that `oneOf` or `anyOf` doesn't say.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value, json};

use crate::model::{Additional, Applicators, Contract, JsonType, Schema, SchemaId, TypeSet};
use crate::normal::{Conjunction, Normalizer};

/// Who sends the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// A client.
    Request,
    /// A server.
    Response,
}

/// A schema of the contract as a document of its own.
#[derive(Debug, Clone)]
pub struct JsonSchema {
    /// The document, JSON Schema 2020-12.
    pub document: Value,
    ids: Vec<SchemaId>,
}

impl JsonSchema {
    /// The schema of the contract that a pointer into [`Self::document`] leads to, and what of the pointer lies
    /// behind it: `/$defs/s12/maxLength` is schema 12 and `/maxLength`.
    #[must_use]
    pub fn locate<'p>(&self, pointer: &'p str) -> Option<(SchemaId, &'p str)> {
        let rest = pointer.strip_prefix("/$defs/s")?;
        let end = rest.find('/').unwrap_or(rest.len());
        let index: usize = rest[..end].parse().ok()?;
        let id = self.ids.iter().find(|id| id.index() == index)?;
        Some((*id, &rest[end..]))
    }
}

/// The schema behind `id` as a JSON Schema document, for values that `direction` sends.
#[must_use]
pub fn json_schema(contract: &Contract, id: SchemaId, direction: Direction) -> JsonSchema {
    JsonSchemas::new(contract, direction).of(id)
}

/// The schemas of a contract as documents, each definition made once, however many documents have it.
#[derive(Debug, Clone)]
pub struct JsonSchemas<'a> {
    contract: &'a Contract,
    direction: Direction,
    definitions: RefCell<HashMap<SchemaId, Value>>,
}

impl<'a> JsonSchemas<'a> {
    /// Those of a contract, for values that `direction` sends.
    #[must_use]
    pub fn new(contract: &'a Contract, direction: Direction) -> Self {
        Self { contract, direction, definitions: RefCell::default() }
    }

    /// The contract.
    #[must_use]
    pub fn contract(&self) -> &'a Contract {
        self.contract
    }

    /// The direction.
    #[must_use]
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// The schema behind `id`.
    #[must_use]
    pub fn of(&self, id: SchemaId) -> JsonSchema {
        let ids = reachable(self.contract, id);
        let definitions: Map<String, Value> =
            ids.iter().map(|id| (name(*id), self.definition(*id))).collect();
        let document = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": format!("#/$defs/{}", name(id)),
            "$defs": definitions,
        });
        JsonSchema { document, ids: ids.into_iter().collect() }
    }

    /// Whether messages of the direction carry a member.
    #[cfg(feature = "validate")]
    pub(crate) fn is_sent(&self, member: SchemaId) -> bool {
        is_sent(self.contract, member, self.direction)
    }

    pub(crate) fn definition(&self, id: SchemaId) -> Value {
        let mut definitions = self.definitions.borrow_mut();
        let make = || definition(self.contract, self.contract.schema(id), self.direction);
        definitions.entry(id).or_insert_with(make).clone()
    }
}

fn reachable(contract: &Contract, id: SchemaId) -> BTreeSet<SchemaId> {
    let mut seen = BTreeSet::from([id]);
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        open.extend(contract.schema(id).children().filter(|child| seen.insert(*child)));
    }
    seen
}

pub(crate) fn name(id: SchemaId) -> String {
    format!("s{}", id.index())
}

pub(crate) fn reference(id: SchemaId) -> Value {
    json!({ "$ref": format!("#/$defs/{}", name(id)) })
}

fn references(ids: &[SchemaId]) -> Option<Value> {
    (!ids.is_empty()).then(|| ids.iter().map(|id| reference(*id)).collect())
}

fn definition(contract: &Contract, schema: &Schema, direction: Direction) -> Value {
    if schema.never || schema.types == TypeSet::NONE {
        return Value::Bool(false);
    }
    let mut keywords = Map::new();
    any_keywords(schema, &mut keywords);
    number_keywords(schema, &mut keywords);
    string_keywords(schema, &mut keywords);
    array_keywords(schema, &mut keywords);
    object_keywords(contract, schema, direction, &mut keywords);
    applicators(&schema.applicators, &mut reference, &mut keywords);
    Value::Object(keywords)
}

pub(crate) fn put(
    keywords: &mut Map<String, Value>,
    keyword: &str,
    value: Option<impl Into<Value>>,
) {
    if let Some(value) = value {
        keywords.insert(keyword.to_owned(), value.into());
    }
}

fn any_keywords(schema: &Schema, keywords: &mut Map<String, Value>) {
    if !schema.types.is_all() {
        let names: Vec<Value> = schema.types.iter().map(|ty| ty.as_str().into()).collect();
        keywords.insert("type".to_owned(), names.into());
    }
    put(keywords, "enum", schema.enumeration.clone());
    put(keywords, "format", schema.format.clone());
    put(keywords, "allOf", references(&schema.all_of));
    put(keywords, "anyOf", references(&schema.any_of));
    put(keywords, "oneOf", references(&schema.one_of));
    put(keywords, "not", schema.not.map(reference));
}

fn number_keywords(schema: &Schema, keywords: &mut Map<String, Value>) {
    for (bound, inclusive, exclusive) in [
        (&schema.minimum, "minimum", "exclusiveMinimum"),
        (&schema.maximum, "maximum", "exclusiveMaximum"),
    ] {
        if let Some(bound) = bound {
            let keyword = if bound.exclusive { exclusive } else { inclusive };
            keywords.insert(keyword.to_owned(), Value::Number(bound.value.clone()));
        }
    }
    put(keywords, "multipleOf", schema.multiple_of.clone().map(Value::Number));
    if let Some((least, greatest)) = integer_format(schema) {
        // The schema's own bounds win: written ones are the tighter ones wherever they make sense.
        keywords.entry("minimum").or_insert(least);
        keywords.entry("maximum").or_insert(greatest);
    }
}

pub(crate) fn integer_format(schema: &Schema) -> Option<(Value, Value)> {
    if !schema.types.contains(JsonType::Integer) {
        return None;
    }
    let (least, greatest) = integer_range(schema.format.as_deref()?)?;
    Some((i64::try_from(least).ok()?.into(), u64::try_from(greatest).ok()?.into()))
}

/// The least and the greatest integer of a format: those of the OpenAPI Format Registry (`int8` to `uint64`, `double-int`),
/// other widths from 8 to 64 bits by the same pattern (`uint24`), and `uint`, which is 64 bits where it is used.
#[must_use]
pub fn integer_range(format: &str) -> Option<(i128, i128)> {
    const WIDTHS: std::ops::RangeInclusive<u32> = 8..=64;
    // What a double holds without loss.
    const DOUBLE: i128 = (1 << 53) - 1;
    let width = |prefix: &str| {
        let digits = format.strip_prefix(prefix)?;
        let width = digits.parse().ok().filter(|width| WIDTHS.contains(width));
        width.filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    match format {
        "double-int" => Some((-DOUBLE, DOUBLE)),
        "uint" => Some((0, u64::MAX.into())),
        _ => {
            let signed = width("int").map(|width| (-(1 << (width - 1)), (1 << (width - 1)) - 1));
            signed.or_else(|| width("uint").map(|width| (0, (1 << width) - 1)))
        }
    }
}

fn string_keywords(schema: &Schema, keywords: &mut Map<String, Value>) {
    put(keywords, "minLength", schema.min_length);
    put(keywords, "maxLength", schema.max_length);
    put(keywords, "pattern", schema.pattern.clone());
    put(keywords, "contentEncoding", schema.content_encoding.clone());
    put(keywords, "contentMediaType", schema.content_media_type.clone());
}

fn array_keywords(schema: &Schema, keywords: &mut Map<String, Value>) {
    put(keywords, "prefixItems", references(&schema.prefix_items));
    put(keywords, "items", schema.items.map(reference));
    put(keywords, "minItems", schema.min_items);
    put(keywords, "maxItems", schema.max_items);
    put(keywords, "uniqueItems", schema.unique_items.then_some(true));
}

fn object_keywords(
    contract: &Contract,
    schema: &Schema,
    direction: Direction,
    keywords: &mut Map<String, Value>,
) {
    let named = |members: &indexmap::IndexMap<String, SchemaId>| -> Option<Value> {
        (!members.is_empty())
            .then(|| members.iter().map(|(name, id)| (name.clone(), reference(*id))).collect())
    };
    let required: Vec<Value> = schema
        .required
        .iter()
        .filter(|name| is_required(contract, schema, name, direction))
        .map(|name| Value::from(name.as_str()))
        .collect();
    put(keywords, "properties", named(&schema.properties));
    put(keywords, "required", (!required.is_empty()).then_some(required));
    put(keywords, "patternProperties", named(&schema.pattern_properties));
    put(
        keywords,
        "additionalProperties",
        match schema.additional {
            Additional::Allowed => {
                schema.applicators.additional_properties_written.then_some(Value::Bool(true))
            }
            Additional::Forbidden => Some(Value::Bool(false)),
            Additional::Schema(id) => Some(reference(id)),
        },
    );
    put(keywords, "minProperties", schema.min_properties);
    put(keywords, "maxProperties", schema.max_properties);
}

/// The keywords that few schemas have.
pub(crate) fn applicators(
    written: &Applicators,
    reference: &mut dyn FnMut(SchemaId) -> Value,
    keywords: &mut Map<String, Value>,
) {
    if let Some(contains) = written.contains {
        put(keywords, "contains", Some(reference(contains.schema)));
        put(keywords, "minContains", contains.min);
        put(keywords, "maxContains", contains.max);
    }
    if let Some(condition) = written.condition {
        put(keywords, "if", Some(reference(condition.condition)));
        put(keywords, "then", condition.consequence.map(&mut *reference));
        put(keywords, "else", condition.alternative.map(&mut *reference));
    }
    let required: Map<String, Value> = written
        .dependent_required
        .iter()
        .map(|(name, others)| (name.clone(), others.iter().map(String::as_str).collect()))
        .collect();
    let schemas: Map<String, Value> =
        written.dependent_schemas.iter().map(|(name, id)| (name.clone(), reference(*id))).collect();
    put(keywords, "dependentRequired", (!required.is_empty()).then_some(required));
    put(keywords, "dependentSchemas", (!schemas.is_empty()).then_some(schemas));
    put(keywords, "propertyNames", written.property_names.map(&mut *reference));
    put(keywords, "unevaluatedItems", written.unevaluated_items.map(&mut *reference));
    put(keywords, "unevaluatedProperties", written.unevaluated_properties.map(&mut *reference));
}

/// Whether `required` holds for this member in this direction.
fn is_required(contract: &Contract, schema: &Schema, member: &str, direction: Direction) -> bool {
    schema.properties.get(member).is_none_or(|id| is_sent(contract, *id, direction))
}

fn is_sent(contract: &Contract, member: SchemaId, direction: Direction) -> bool {
    Normalizer::new(contract).marks(Conjunction::One(member)).travels(direction)
}
