//! The types of a contract in Rust.

use serde_json::{Number, Value};
use spec::Origin;

use super::Docs;
use super::schema::Keywords;

/// One of [`Api::types`](super::Api::types).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub u32);

/// A type that is declared.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its name: `CreatePetRequest`. Unique among types, and none of the prelude's.
    pub rust: String,
    /// The module under `types` that it is declared in: `create_pet`.
    pub file: String,
    /// What it is.
    pub docs: Docs,
    /// Whether it is on its way out.
    pub deprecated: bool,
    /// What it is made of.
    pub kind: Kind,
    /// What values must keep that the type doesn't say.
    pub schema: Keywords,
    /// Whether requests, responses or both carry it.
    pub used: Usage,
    /// The type that answers carry in its place, where this one is for requests alone.
    pub answered_by: Option<TypeId>,
    /// Whether it can be written as plain text: in a path, a query, a header.
    pub textual: bool,
    /// The schema.
    pub origin: Origin,
}

/// What a type is made of.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "most types are structs, the largest variant")]
pub enum Kind {
    /// An object with known members.
    Struct(Struct),
    /// One of a list of values.
    Enum(Enum),
    /// One of several types.
    Union(Union),
    /// A type of its own around another, for the sake of its rules: `pub struct PetName(pub String)`.
    Newtype(Slot),
    /// Another name.
    Alias(Slot),
}

/// Which way values of a type travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// A parameter or a request body contains it, or the answer to a callback.
    pub request: bool,
    /// A response contains it, or a callback.
    pub response: bool,
}

/// A use of a type, with what the contract demands of values there.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    /// The type.
    pub ty: Type,
    /// What values must keep beyond being of that type. The rules of a named type are its own, not here.
    pub rules: Rules,
}

impl Slot {
    /// A use without rules.
    #[must_use]
    pub fn plain(ty: Type) -> Self {
        Self { ty, rules: Rules::default() }
    }
}

/// A Rust type as used.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// A type of [`Api::types`](super::Api::types).
    Named(TypeId),
    /// `Box<T>`, where `T` would otherwise contain itself.
    Boxed(Box<Type>),
    /// `crate::runtime::Deep<T>`, where more types lie behind one another than the compiler follows.
    Deep(Box<Type>),
    /// `Option<T>`: null, or a value.
    Nullable(Box<Slot>),
    /// `Vec<T>`
    Array(Box<Slot>),
    /// `BTreeMap<String, T>`
    Map(Box<Slot>),
    /// `bool`
    Boolean,
    /// A machine integer.
    Integer(Integer),
    /// `f64`
    Number,
    /// `String`
    String,
    /// `uuid::Uuid`, hyphenated on the wire.
    Uuid,
    /// `time::OffsetDateTime`, RFC 3339 on the wire.
    DateTime,
    /// `time::Date`, RFC 3339 on the wire.
    Date,
    /// `crate::runtime::Uri`: an absolute URI (RFC 3986), its text as it came.
    Uri,
    /// `serde_json::Map<String, Value>`: any object.
    Object,
    /// `serde_json::Value`: anything, null too.
    Any,
    /// `()`: null and nothing else.
    Null,
}

/// The integers that formats and bounds choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "their names are Rust's")]
pub enum Integer {
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
}

impl Integer {
    /// As in Rust: `i32`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
        }
    }

    /// The least and the greatest.
    #[must_use]
    pub fn range(self) -> (i128, i128) {
        match self {
            Self::I8 => (i8::MIN.into(), i8::MAX.into()),
            Self::I16 => (i16::MIN.into(), i16::MAX.into()),
            Self::I32 => (i32::MIN.into(), i32::MAX.into()),
            Self::I64 => (i64::MIN.into(), i64::MAX.into()),
            Self::U8 => (0, u8::MAX.into()),
            Self::U16 => (0, u16::MAX.into()),
            Self::U32 => (0, u32::MAX.into()),
            Self::U64 => (0, u64::MAX.into()),
        }
    }

    /// A number as a value of the type; `None` where it isn't one.
    #[must_use]
    pub fn value(self, number: &Number) -> Option<i128> {
        let whole = digits(number).and_then(|digits| digits.parse().ok());
        let (least, most) = self.range();
        whole.filter(|whole| (least..=most).contains(whole))
    }
}

/// The digits of a whole number, also where it is written `1.0`; `None` for any other.
#[must_use]
pub fn digits(number: &Number) -> Option<String> {
    match number.as_f64().filter(|_| number.is_f64()) {
        None => Some(number.to_string()),
        // The integers of 64 bits, and somewhat more: a double has few digits, but those exactly.
        Some(value) => (value.fract() == 0.0 && value.abs() < 2e19).then(|| format!("{value:.0}")),
    }
}

/// What a value must keep beyond being of its type; a rule speaks only of values it makes sense for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rules {
    /// Code points, at least.
    pub min_length: Option<u64>,
    /// Code points, at most.
    pub max_length: Option<u64>,
    /// A format that has no type of its own.
    pub format: Option<TextFormat>,
    /// Regular expressions in the syntax of the `regex` crate, translated from ECMA 262: a text must match them all.
    pub patterns: Vec<Pattern>,
    /// The least number, and whether it is itself outside.
    pub minimum: Option<(Number, bool)>,
    /// The greatest number, and whether it is itself outside.
    pub maximum: Option<(Number, bool)>,
    /// What a number must be a multiple of.
    pub multiple_of: Option<Number>,
    /// Items, at least.
    pub min_items: Option<u64>,
    /// Items, at most.
    pub max_items: Option<u64>,
    /// Whether no two items may be equal.
    pub unique_items: bool,
    /// Members, at least.
    pub min_properties: Option<u64>,
    /// Members, at most.
    pub max_properties: Option<u64>,
}

impl Rules {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A format of text that stays text, by its name in the runtime's `Format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "their names are JSON Schema's")]
pub enum TextFormat {
    Email,
    IdnEmail,
    Hostname,
    Ipv4,
    Ipv6,
    Iri,
    Time,
    Duration,
    Base64,
    Base64Url,
    Base32,
    Base16,
}

impl TextFormat {
    /// The format of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "email" => Self::Email,
            "idn-email" => Self::IdnEmail,
            "hostname" => Self::Hostname,
            "ipv4" => Self::Ipv4,
            "ipv6" => Self::Ipv6,
            "iri" => Self::Iri,
            "time" => Self::Time,
            "duration" => Self::Duration,
            "byte" => Self::Base64,
            _ => return None,
        })
    }

    /// The format of a text in this `contentEncoding`; none of those of RFC 2045 that say only what may be between bytes.
    #[must_use]
    pub fn of_encoding(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "base64" => Self::Base64,
            "base64url" => Self::Base64Url,
            "base32" => Self::Base32,
            "base16" => Self::Base16,
            _ => return None,
        })
    }
}

/// A pattern that text must match somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// As written, for messages.
    pub written: String,
    /// For the `regex` crate.
    pub regex: String,
}

/// An object with known members.
#[derive(Debug, Clone)]
pub struct Struct {
    /// The members: the required ones in the order of `required`, then the others by name.
    pub fields: Vec<Field>,
    /// The required members that have one possible value: no field holds them, they are written and checked.
    pub constants: Vec<Constant>,
    /// The field for members of other names.
    pub additional: Option<AdditionalField>,
    /// Whether members of other names are refused (`additionalProperties: false`); else they are ignored.
    pub closed: bool,
    /// `minProperties` and `maxProperties`; else empty.
    pub rules: Rules,
}

/// A member of an object.
#[derive(Debug, Clone)]
pub struct Field {
    /// The name of the field.
    pub rust: String,
    /// The name of the member.
    pub wire: String,
    /// What it holds when it is there and not null.
    pub slot: Slot,
    /// Whether it may be absent or null.
    pub presence: Presence,
    /// What it is where nobody says: a value that servers take for granted, and a good one to begin with. Of a member that
    /// unions tell the type by, the value that they know it by.
    pub default: Option<Value>,
    /// Who sends it.
    pub sender: Sender,
    /// What it is.
    pub docs: Docs,
    /// Whether it is on its way out.
    pub deprecated: bool,
    /// The schema.
    pub origin: Origin,
}

/// Whether a member may be absent or null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Presence {
    /// `T`
    Required,
    /// `Option<T>`: null is a value, absence is refused.
    RequiredNullable,
    /// `Option<T>`: absence is a value, null is refused.
    Optional,
    /// `crate::runtime::Field<T>`: absent, null and a value are three things.
    OptionalNullable,
}

/// Who sends a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sender {
    /// Clients and servers.
    Both,
    /// Servers only (`readOnly`): where requests carry the type, the member is never required.
    Server,
    /// Clients only (`writeOnly`): where responses carry the type, the member is never required.
    Client,
}

/// A required member that can only have one value.
#[derive(Debug, Clone)]
pub struct Constant {
    /// The name of the associated constant: `STATUS_CODE`.
    pub rust: String,
    /// The name of the member.
    pub wire: String,
    /// A string, a number or a boolean.
    pub value: Value,
    /// What it is.
    pub docs: Docs,
}

/// A field that holds the members whose names the contract doesn't list.
#[derive(Debug, Clone)]
pub struct AdditionalField {
    /// The name of the field; it is a `BTreeMap<String, T>`.
    pub rust: String,
    /// What each of the members holds.
    pub slot: Slot,
}

/// One of a list of values.
///
/// Strict readers (a server, of requests) refuse what is not listed; lenient ones (a client, of responses) keep it in `unknown`.
#[derive(Debug, Clone)]
pub struct Enum {
    /// The listed values: all strings, or all integers.
    pub variants: Vec<EnumVariant>,
    /// Whether the values are integers.
    pub base: EnumBase,
    /// The variant for a value that isn't listed, where responses carry the type: `Unknown(String)`.
    pub unknown: Option<String>,
    /// The index of the schema's `default`.
    pub default: Option<usize>,
}

impl Enum {
    /// The variant of a value, where it is listed.
    #[must_use]
    pub fn variant(&self, value: &Value) -> Option<&EnumVariant> {
        self.variants.iter().find(|variant| variant.value == *value)
    }
}

/// What the values of an enum are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnumBase {
    /// Strings.
    String,
    /// Integers that an `i64` holds.
    Integer,
}

/// One of the values of an enum.
#[derive(Debug, Clone)]
pub struct EnumVariant {
    /// The name of the variant.
    pub rust: String,
    /// The value: a string or an integer, as the enum's base says.
    pub value: Value,
    /// What it means; empty where the contract doesn't say.
    pub docs: Docs,
}

/// One of several types.
#[derive(Debug, Clone)]
pub struct Union {
    /// The alternatives; each becomes `Name(T)`, or `Name` alone.
    pub variants: Vec<UnionVariant>,
    /// What tells them apart.
    pub tag: Tag,
}

/// An alternative.
#[derive(Debug, Clone)]
pub struct UnionVariant {
    /// The name of the variant.
    pub rust: String,
    /// What it holds.
    pub holds: Holds,
    /// What it is.
    pub docs: Docs,
}

impl UnionVariant {
    /// The value that it holds, where there is more to it than its name.
    #[must_use]
    pub fn slot(&self) -> Option<&Slot> {
        match &self.holds {
            Holds::Value(slot) => Some(slot),
            Holds::Constants { .. } => None,
        }
    }
}

/// What an alternative holds.
#[derive(Debug, Clone)]
pub enum Holds {
    /// A value.
    Value(Box<Slot>),
    /// Nothing: the contract writes it in place as an object of these members alone, and the name says them all.
    Constants {
        /// The members.
        members: Vec<Constant>,
        /// Whether members of other names are refused.
        closed: bool,
    },
}

/// What tells the alternatives of a union apart; variants are named by their index.
#[derive(Debug, Clone, PartialEq)]
pub enum Tag {
    /// The value of a member; each variant may have several.
    Property {
        /// The member.
        name: String,
        /// Value and variant.
        values: Vec<(Value, usize)>,
        /// The variant that is meant where the member is absent, or says something else.
        otherwise: Option<usize>,
    },
    /// The JSON type of the value: each variant has its own.
    JsonType(Vec<(spec::model::JsonType, usize)>),
    /// The JSON type of a member that all variants require.
    MemberType {
        /// The member.
        name: String,
        /// Types and variants; each variant may have several.
        kinds: Vec<(spec::model::JsonType, usize)>,
    },
    /// A member that only this variant requires; the variant without one, if any, is the rest.
    UniqueMember {
        /// Member and variant.
        members: Vec<(String, usize)>,
        /// The variant that is meant where none of the members is there.
        otherwise: Option<usize>,
        /// Whether no value may fit several variants.
        is_exclusive: bool,
    },
    /// Nothing does: of those that fit the one is taken that knows most of the value.
    InOrder,
}
