//! Values that a contract lists: strings, or integers.

use std::fmt;

use serde::{Deserializer, Serializer};

use super::json::{ReadScalar, Shape, read_scalar, wrong_type};
use super::rules::{Number, Rules};
use super::validation::{Code, Report};

/// An enum of the contract.
pub trait Enum: Clone + 'static {
    /// Whether its values are integers, and not strings.
    const IS_INTEGER: bool;

    /// The listed values, in the order of the contract.
    const LISTED: &'static [Self];

    /// What a value is in JSON.
    fn value(&self) -> EnumValue<'_>;

    /// The variant of a value that isn't listed, where there is one.
    fn unlisted(_value: EnumValue<'_>) -> Option<Self> {
        None
    }
}

/// A value of an enum as it is in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnumValue<'v> {
    /// A string.
    Text(&'v str),
    /// An integer.
    Integer(i64),
}

impl fmt::Display for EnumValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Integer(value) => value.fmt(f),
        }
    }
}

/// The variant of a listed value.
#[must_use]
pub fn listed<T: Enum>(value: EnumValue<'_>) -> Option<T> {
    T::LISTED.iter().find(|listed| listed.value() == value).cloned()
}

fn read<T: Enum>(value: EnumValue<'_>, report: &mut Report) -> Option<T> {
    let unlisted = || if report.is_strict() { None } else { T::unlisted(value) };
    listed(value).or_else(unlisted).or_else(|| not_listed::<T>(report))
}

fn not_listed<T: Enum>(report: &mut Report) -> Option<T> {
    let listed: Vec<_> = T::LISTED.iter().map(|listed| listed.value().to_string()).collect();
    report.add(Code::NotListed, format!("must be one of: {}", listed.join(", ")));
    None
}

impl<T: Enum> ReadScalar for T {
    const EXPECTED: &'static str = if T::IS_INTEGER { "an integer" } else { "a string" };

    fn from_text(text: &str, rules: &Rules, report: &mut Report) -> Option<Self> {
        if T::IS_INTEGER {
            let value = i64::from_text(text, rules, report)?;
            return read(EnumValue::Integer(value), report);
        }
        read(EnumValue::Text(text), report)
    }

    fn from_number(number: Number, rules: &Rules, report: &mut Report) -> Option<Self> {
        if !T::IS_INTEGER {
            return wrong_type(Self::EXPECTED, report);
        }
        let value = i64::from_number(number, rules, report)?;
        read(EnumValue::Integer(value), report)
    }
}

/// The shape of every [`Enum`].
#[derive(Debug, Clone, Copy)]
pub struct EnumShape;

impl<T: Enum> Shape<T> for EnumShape {
    fn read<'de, D: Deserializer<'de>>(
        input: D,
        rules: &Rules,
        report: &mut Report,
    ) -> Result<Option<T>, D::Error> {
        read_scalar(input, rules, report)
    }

    fn write<S: Serializer>(value: &T, output: S) -> Result<S::Ok, S::Error> {
        match value.value() {
            EnumValue::Text(text) => output.serialize_str(text),
            EnumValue::Integer(value) => output.serialize_i64(value),
        }
    }

    fn check(value: &T, _rules: &Rules, report: &mut Report) {
        if listed::<T>(value.value()).is_none() {
            not_listed::<T>(report);
        }
    }
}
