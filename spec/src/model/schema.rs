use std::fmt;

use indexmap::{IndexMap, IndexSet};
use serde_json::{Number, Value};

use super::{Applied, Encoding, Example, Extensions, Xml, is_json};
use crate::Origin;
use crate::only::only;

/// A schema of a contract; two ids are equal exactly when they were read from one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaId(pub(crate) u32);

impl SchemaId {
    /// Where in the order of reading it stands, from 0: for tables beside [`Schemas`].
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// All schemas of a contract.
#[derive(Debug, Clone, Default)]
pub struct Schemas {
    pub(crate) all: Vec<Schema>,
}

impl Schemas {
    /// The schema behind an id of the same contract.
    #[must_use]
    pub fn get(&self, id: SchemaId) -> &Schema {
        &self.all[id.index()]
    }

    /// The schema behind an id of the same contract, to be changed.
    pub fn get_mut(&mut self, id: SchemaId) -> &mut Schema {
        &mut self.all[id.index()]
    }

    /// Adds a schema that was read nowhere: made of others.
    pub fn push(&mut self, schema: Schema) -> SchemaId {
        let id = SchemaId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.all.push(schema);
        id
    }

    /// Every schema with its id, in the order of reading.
    pub fn iter(&self) -> impl Iterator<Item = (SchemaId, &Schema)> {
        (0..).map(SchemaId).zip(&self.all)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

/// What a value may be: the keywords of a schema object, those of every version in one form.
///
/// A keyword constrains only values of its type, as in JSON Schema: `min_length` says nothing of a number.
#[derive(Debug, Clone)]
pub struct Schema {
    /// Its name among `components.schemas` (or its file's stem, for a file that is a schema).
    pub name: Option<String>,
    /// The types it admits; all of them where the document names none. `nullable` adds `null`.
    pub types: TypeSet,
    /// Whether no value at all matches: the schema `false` of 3.1.
    pub never: bool,
    /// The values it admits; in 3.1 `const` is such a list of one.
    pub enumeration: Option<Vec<Value>>,
    /// `format`, as written.
    pub format: Option<String>,

    /// The least number.
    pub minimum: Option<Bound>,
    /// The greatest number.
    pub maximum: Option<Bound>,
    /// What a number must be a multiple of.
    pub multiple_of: Option<Number>,

    /// Code points, at least.
    pub min_length: Option<u64>,
    /// Code points, at most.
    pub max_length: Option<u64>,
    /// An ECMA 262 regular expression that must match somewhere.
    pub pattern: Option<String>,
    /// 3.1: `contentEncoding`.
    pub content_encoding: Option<String>,
    /// 3.1: `contentMediaType`.
    pub content_media_type: Option<String>,

    /// What each item (behind `prefix_items`) must match.
    pub items: Option<SchemaId>,
    /// 3.1: what the first items must match.
    pub prefix_items: Vec<SchemaId>,
    /// Items, at least.
    pub min_items: Option<u64>,
    /// Items, at most.
    pub max_items: Option<u64>,
    /// Whether no two items may be equal.
    pub unique_items: bool,

    /// What the members of these names must match.
    pub properties: IndexMap<String, SchemaId>,
    /// The names that must be there; not all need be in `properties`.
    pub required: IndexSet<String>,
    /// What the members of other names must match.
    pub additional: Additional,
    /// 3.1: what members whose name matches must match.
    pub pattern_properties: IndexMap<String, SchemaId>,
    /// Members, at least.
    pub min_properties: Option<u64>,
    /// Members, at most.
    pub max_properties: Option<u64>,

    /// All of these must match.
    pub all_of: Vec<SchemaId>,
    /// At least one of these must match.
    pub any_of: Vec<SchemaId>,
    /// Exactly one of these must match.
    pub one_of: Vec<SchemaId>,
    /// This must not match.
    pub not: Option<SchemaId>,
    /// How it is written as XML.
    pub xml: Option<Box<Xml>>,
    /// What tells the alternatives apart.
    pub discriminator: Option<Discriminator>,
    /// 3.1: what only JSON Schema has.
    pub applicators: Applied,

    /// A short name for people.
    pub title: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// What an absent value means.
    pub default: Option<Value>,
    /// Values for people.
    pub examples: Vec<Example>,
    /// Sent by servers only.
    pub read_only: bool,
    /// Sent by clients only.
    pub write_only: bool,
    /// On its way out.
    pub deprecated: bool,
    /// Its extensions.
    pub extensions: Extensions,
    /// The schema object (behind its `$ref`).
    pub origin: Origin,
}

impl Schema {
    /// Whether a part of a multipart body is a file: binary by its schema, or by its media type (OAS 3.0.3 §4.7.14.2,
    /// OAS 3.1 §4.8.14.3) where no text stands for the bytes. `encoding` is what the body says of the part.
    #[must_use]
    pub fn is_file(&self, encoding: Option<&Encoding>) -> bool {
        if !self.types.contains(JsonType::String) || self.enumeration.is_some() {
            return false;
        }
        if self.format.as_deref() == Some("binary") {
            return true;
        }
        let told = encoding.and_then(|encoding| encoding.content_type.as_deref());
        let media_type = self.content_media_type.as_deref().or(told);
        // RFC 2045 §6.2: these say that nothing is done to the bytes.
        let is_plain = |encoding: &String| {
            ["binary", "8bit", "7bit"].iter().any(|plain| encoding.eq_ignore_ascii_case(plain))
        };
        self.content_encoding.as_ref().is_none_or(is_plain)
            && media_type.is_some_and(|told| !is_json(told) && !told.trim().starts_with("text/"))
    }

    /// A schema that admits every value.
    #[must_use]
    pub fn any(origin: Origin) -> Self {
        Self {
            name: None,
            xml: None,
            types: TypeSet::ALL,
            never: false,
            enumeration: None,
            format: None,
            minimum: None,
            maximum: None,
            multiple_of: None,
            min_length: None,
            max_length: None,
            pattern: None,
            content_encoding: None,
            content_media_type: None,
            items: None,
            prefix_items: Vec::new(),
            min_items: None,
            max_items: None,
            unique_items: false,
            properties: IndexMap::new(),
            required: IndexSet::new(),
            additional: Additional::Allowed,
            pattern_properties: IndexMap::new(),
            min_properties: None,
            max_properties: None,
            all_of: Vec::new(),
            any_of: Vec::new(),
            one_of: Vec::new(),
            not: None,
            discriminator: None,
            applicators: Applied::default(),
            title: None,
            description: None,
            default: None,
            examples: Vec::new(),
            read_only: false,
            write_only: false,
            deprecated: false,
            extensions: Extensions::new(),
            origin,
        }
    }

    /// Whether its types and `enum` admit null; what it is composed of may still refuse it.
    #[must_use]
    pub fn admits_null(&self) -> bool {
        self.types.contains(JsonType::Null)
            && self.enumeration.as_ref().is_none_or(|values| values.iter().any(Value::is_null))
    }

    /// Whether it is made of other schemas by `allOf`, `anyOf`, `oneOf` or `not`.
    #[must_use]
    pub fn is_composed(&self) -> bool {
        !self.all_of.is_empty()
            || !self.any_of.is_empty()
            || !self.one_of.is_empty()
            || self.not.is_some()
    }

    /// Every schema that it refers to directly.
    pub fn children(&self) -> impl Iterator<Item = SchemaId> + '_ {
        let additional = match self.additional {
            Additional::Schema(id) => Some(id),
            Additional::Allowed | Additional::Forbidden => None,
        };
        self.properties
            .values()
            .chain(self.pattern_properties.values())
            .chain(&self.prefix_items)
            .chain(&self.all_of)
            .chain(&self.any_of)
            .chain(&self.one_of)
            .copied()
            .chain(self.items)
            .chain(self.not)
            .chain(additional)
            .chain(self.applicators.children())
    }
}

/// `additionalProperties`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Additional {
    /// Absent or `true`.
    Allowed,
    /// `false`
    Forbidden,
    /// What their values must match.
    Schema(SchemaId),
}

/// The end of a range of numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// The end.
    pub value: Number,
    /// Whether the end itself is outside.
    pub exclusive: bool,
}

/// OAS 3.0.3 §4.7.25.
#[derive(Debug, Clone)]
pub struct Discriminator {
    /// The member whose value names the schema.
    pub property: String,
    /// Value to schema: what `mapping` says, then each alternative's own component name.
    pub mapping: IndexMap<String, SchemaId>,
    /// The schema of values that say none of these names, if there is one. From 3.2 on, documents may say it.
    pub default_mapping: Option<SchemaId>,
}

/// The types of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "their names are JSON Schema's")]
pub enum JsonType {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

impl JsonType {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Null,
        Self::Boolean,
        Self::Integer,
        Self::Number,
        Self::String,
        Self::Array,
        Self::Object,
    ];

    /// As in a document: `string`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }

    /// The type of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ty| ty.as_str() == text)
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of types.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TypeSet(u8);

impl TypeSet {
    /// No type: no value matches.
    pub const NONE: Self = Self(0);
    /// Every type: no constraint.
    pub const ALL: Self = Self(0x7f);

    /// This type alone.
    #[must_use]
    pub fn only(ty: JsonType) -> Self {
        Self(ty.bit())
    }

    /// This set and the type.
    #[must_use]
    pub fn with(self, ty: JsonType) -> Self {
        Self(self.0 | ty.bit())
    }

    /// This set but the type.
    #[must_use]
    pub fn without(self, ty: JsonType) -> Self {
        Self(self.0 & !ty.bit())
    }

    /// What is in both; an integer is a number.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        let widen = |set: Self| {
            if set.contains(JsonType::Number) { set.with(JsonType::Integer) } else { set }
        };
        let both = Self(widen(self).0 & widen(other).0);
        let redundant = both.contains(JsonType::Number) && !both.is_all();
        if redundant { both.without(JsonType::Integer) } else { both }
    }

    /// Whether the type is in it.
    #[must_use]
    pub fn contains(self, ty: JsonType) -> bool {
        self.0 & ty.bit() != 0
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_all(self) -> bool {
        self == Self::ALL
    }

    /// Its types, in the order of [`JsonType::ALL`].
    pub fn iter(self) -> impl Iterator<Item = JsonType> {
        JsonType::ALL.into_iter().filter(move |ty| self.contains(*ty))
    }

    /// The one type beside `null`, where there is just one.
    #[must_use]
    pub fn single(self) -> Option<JsonType> {
        only(self.without(JsonType::Null).iter())
    }
}

impl fmt::Debug for TypeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(JsonType::as_str)).finish()
    }
}
