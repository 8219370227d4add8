//! The eight keywords that set an end to a range, ordered by one rule: an absent end is the widest.

use std::cmp::Ordering;

use serde_json::Number;

use crate::model::{Bound, JsonType, Schema};

/// A keyword that limits values of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "their names are JSON Schema's")]
pub enum Limit {
    Minimum,
    Maximum,
    MinLength,
    MaxLength,
    MinItems,
    MaxItems,
    MinProperties,
    MaxProperties,
}

/// The end of a range.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// The end.
    pub value: Number,
    /// Whether the end itself is outside.
    pub exclusive: bool,
}

impl Limit {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Minimum,
        Self::Maximum,
        Self::MinLength,
        Self::MaxLength,
        Self::MinItems,
        Self::MaxItems,
        Self::MinProperties,
        Self::MaxProperties,
    ];

    /// As in a document.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::MinLength => "minLength",
            Self::MaxLength => "maxLength",
            Self::MinItems => "minItems",
            Self::MaxItems => "maxItems",
            Self::MinProperties => "minProperties",
            Self::MaxProperties => "maxProperties",
        }
    }

    /// The type whose values it limits; a number stands for integers, too.
    #[must_use]
    pub fn limits(self) -> JsonType {
        match self {
            Self::Minimum | Self::Maximum => JsonType::Number,
            Self::MinLength | Self::MaxLength => JsonType::String,
            Self::MinItems | Self::MaxItems => JsonType::Array,
            Self::MinProperties | Self::MaxProperties => JsonType::Object,
        }
    }

    fn is_upper(self) -> bool {
        matches!(self, Self::Maximum | Self::MaxLength | Self::MaxItems | Self::MaxProperties)
    }

    /// What a schema says by this keyword; nothing where it only says what is so anyway (`minLength: 0`).
    #[must_use]
    pub fn of(self, schema: &Schema) -> Option<Edge> {
        let count = match self {
            Self::Minimum => return schema.minimum.as_ref().map(Edge::of),
            Self::Maximum => return schema.maximum.as_ref().map(Edge::of),
            Self::MinLength => schema.min_length,
            Self::MaxLength => schema.max_length,
            Self::MinItems => schema.min_items,
            Self::MaxItems => schema.max_items,
            Self::MinProperties => schema.min_properties,
            Self::MaxProperties => schema.max_properties,
        }?;
        let says_nothing = count == 0 && !self.is_upper();
        (!says_nothing).then(|| Edge { value: count.into(), exclusive: false })
    }

    /// How two ends lie on the number line; `None` is the widest, at infinity.
    #[must_use]
    pub fn compare(self, a: Option<&Edge>, b: Option<&Edge>) -> Ordering {
        let upper = self.is_upper();
        let (present, absent) = if upper {
            (Ordering::Less, Ordering::Greater)
        } else {
            (Ordering::Greater, Ordering::Less)
        };
        match (a, b) {
            (None, None) => Ordering::Equal,
            (Some(_), None) => present,
            (None, Some(_)) => absent,
            // An exclusive end is the tighter one: below for a maximum, above for a minimum.
            (Some(a), Some(b)) => compare_numbers(&a.value, &b.value).then_with(|| {
                let order = a.exclusive.cmp(&b.exclusive);
                if upper { order.reverse() } else { order }
            }),
        }
    }

    /// The tighter of two ends: both must be kept to.
    #[must_use]
    pub fn is_tighter(self, a: &Edge, b: &Edge) -> bool {
        let order = self.compare(Some(a), Some(b));
        if self.is_upper() { order == Ordering::Less } else { order == Ordering::Greater }
    }
}

impl Edge {
    fn of(bound: &Bound) -> Self {
        Self { value: bound.value.clone(), exclusive: bound.exclusive }
    }

    /// As in a message.
    #[must_use]
    pub fn describe(edge: Option<&Self>) -> String {
        match edge {
            None => "none".to_owned(),
            Some(Self { value, exclusive: false }) => value.to_string(),
            Some(Self { value, exclusive: true }) => format!("{value} (exclusive)"),
        }
    }
}

/// Numbers by value, whole ones exactly.
#[must_use]
pub fn compare_numbers(a: &Number, b: &Number) -> Ordering {
    match (whole(a), whole(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => {
            let float = |number: &Number| number.as_f64().unwrap_or_default();
            float(a).total_cmp(&float(b))
        }
    }
}

fn whole(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}
