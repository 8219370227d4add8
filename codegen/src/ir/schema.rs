//! What values must keep that no type says, by the names that the runtime has for it.

use serde_json::Value;
use spec::model::JsonType;

use super::types::{Pattern, Rules};

/// All that is asked of a value: each of these. None: any value will do.
pub type Keywords = Vec<Keyword>;

/// A keyword of JSON Schema 2020-12. Those that look at what others have left stand behind them.
#[derive(Debug, Clone, PartialEq)]
pub enum Keyword {
    /// The schema `false`.
    Never,
    /// `type`
    Type(Vec<JsonType>),
    /// `enum`
    Enum(Vec<Value>),
    /// What one value alone must keep.
    Rules(Rules),
    /// A format that has a type.
    Format(Format),
    /// `required`
    Required(Vec<String>),
    /// `properties`
    Properties(Vec<(String, Keywords)>),
    /// `patternProperties`
    PatternProperties(Vec<(Pattern, Keywords)>),
    /// `additionalProperties`
    AdditionalProperties(Keywords),
    /// `propertyNames`
    PropertyNames(Keywords),
    /// `dependentRequired`
    DependentRequired(Vec<(String, Vec<String>)>),
    /// `dependentSchemas`
    DependentSchemas(Vec<(String, Keywords)>),
    /// `prefixItems`
    PrefixItems(Vec<Keywords>),
    /// `items`
    Items(Keywords),
    /// `contains`, how often at least and at most.
    Contains(Keywords, u64, Option<u64>),
    /// `allOf`
    AllOf(Vec<Keywords>),
    /// `anyOf`
    AnyOf(Vec<Keywords>),
    /// `oneOf`
    OneOf(Vec<Keywords>),
    /// `not`
    Not(Keywords),
    /// `if`, `then`, `else`
    If(Keywords, Keywords, Keywords),
    /// What a [`SharedSchema`] of this name asks.
    Ref(String),
    /// `unevaluatedItems`
    UnevaluatedItems(Keywords),
    /// `unevaluatedProperties`
    UnevaluatedProperties(Keywords),
}

impl Keyword {
    /// Whether it is about what other keywords of the same schema look at.
    #[must_use]
    pub fn looks_beside(&self) -> bool {
        matches!(
            self,
            Self::Properties(_)
                | Self::PatternProperties(_)
                | Self::AdditionalProperties(_)
                | Self::PrefixItems(_)
                | Self::Items(_)
                | Self::UnevaluatedItems(_)
                | Self::UnevaluatedProperties(_)
        )
    }

    /// Whether it asks of an object only which members it has.
    #[must_use]
    pub fn is_of_names(&self) -> bool {
        match self {
            Self::Never
            | Self::Required(_)
            | Self::DependentRequired(_)
            | Self::PropertyNames(_) => true,
            Self::Type(types) => types.contains(&JsonType::Object),
            Self::Rules(rules) => {
                let (min_properties, max_properties) = (rules.min_properties, rules.max_properties);
                *rules == Rules { min_properties, max_properties, ..Rules::default() }
            }
            Self::Properties(all) => all.iter().all(|(_, schema)| schema.is_empty()),
            Self::AllOf(_)
            | Self::AnyOf(_)
            | Self::OneOf(_)
            | Self::DependentSchemas(_)
            | Self::Not(_)
            | Self::If(..) => self.in_place().into_iter().flatten().all(Self::is_of_names),
            _ => false,
        }
    }

    /// The schemas that look at the same value as this keyword does.
    #[must_use]
    pub fn in_place(&self) -> Vec<&Keywords> {
        match self {
            Self::AllOf(all) | Self::AnyOf(all) | Self::OneOf(all) => all.iter().collect(),
            Self::DependentSchemas(all) => all.iter().map(|(_, schema)| schema).collect(),
            Self::Not(schema) => vec![schema],
            Self::If(condition, consequence, alternative) => {
                vec![condition, consequence, alternative]
            }
            _ => Vec::new(),
        }
    }

    /// [`in_place`](Self::in_place), to be changed.
    pub fn in_place_mut(&mut self) -> Vec<&mut Keywords> {
        match self {
            Self::AllOf(all) | Self::AnyOf(all) | Self::OneOf(all) => all.iter_mut().collect(),
            Self::DependentSchemas(all) => all.iter_mut().map(|(_, schema)| schema).collect(),
            Self::Not(schema) => vec![schema],
            Self::If(condition, consequence, alternative) => {
                vec![condition, consequence, alternative]
            }
            _ => Vec::new(),
        }
    }
}

/// A format that has a type, and is text nevertheless where no type is made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "their names are JSON Schema's")]
pub enum Format {
    Uuid,
    DateTime,
    Date,
    Uri,
}

/// A schema that several places refer to, or that refers to itself.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedSchema {
    /// The name of its static: `PET`.
    pub rust: String,
    /// What it asks.
    pub keywords: Keywords,
}
