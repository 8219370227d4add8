//! How values are read, written and checked.
//!
//! Reading makes one pass over the input, builds the Rust value and notes *every* violation in a [`Report`], so that an
//! answer can name them all. Only what isn't JSON at all is an error of the deserializer. What is read may be JSON
//! text, a [`Value`](serde_json::Value) or, with [`Report::of_text`], the plain text of a parameter:
//!
//! ```text
//! bytes ──from_slice──▶ Json::read ──▶ T, or Unreadable::{Malformed, Invalid(violations)}
//! ```
//!
//! `Deserialize` of generated types is lenient: it refuses other types, not broken rules, and keeps enum values that
//! aren't listed. [`validate`] looks at the rules of a value that is already there.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde::{Deserialize, Serialize, Serializer};

use super::rules::{Number, Rules};
use super::validation::{Code, Report, Strictness, Violation};

/// A type of the contract.
///
/// Its [`Shape`] does the work: what is alike in all objects is then compiled once, and not for each of them.
pub trait Json: Sized {
    /// How its values are read, written and checked.
    type Shape: Shape<Self>;

    /// Reads a value; `None` where `report` was told why there is none.
    ///
    /// # Errors
    /// Where the input is malformed.
    fn read<'de, D: Deserializer<'de>>(
        input: D,
        rules: &Rules,
        report: &mut Report,
    ) -> Result<Option<Self>, D::Error> {
        Self::Shape::read(input, rules, report)
    }

    /// Writes the value.
    ///
    /// # Errors
    /// Where the serializer has one.
    fn write<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        Self::Shape::write(self, output)
    }

    /// Looks at the rules, those of every part too.
    fn check(&self, rules: &Rules, report: &mut Report) {
        Self::Shape::check(self, rules, report);
    }
}

/// How values of one kind are read, written and checked.
pub trait Shape<T> {
    /// Whether null may be a value.
    const TAKES_NULL: bool = false;

    /// Reads a value; `None` where `report` was told why there is none.
    ///
    /// # Errors
    /// Where the input is malformed.
    fn read<'de, D: Deserializer<'de>>(
        input: D,
        rules: &Rules,
        report: &mut Report,
    ) -> Result<Option<T>, D::Error>;

    /// Writes the value.
    ///
    /// # Errors
    /// Where the serializer has one.
    fn write<S: Serializer>(value: &T, output: S) -> Result<S::Ok, S::Error>;

    /// Looks at the rules, those of every part too.
    fn check(value: &T, rules: &Rules, report: &mut Report);
}

/// The shape of a type that has no likes.
#[derive(Debug, Clone, Copy)]
pub struct Own;

/// Why bytes are not a value of the contract.
#[derive(Debug)]
pub enum Unreadable {
    /// They are not JSON.
    Malformed(serde_json::Error),
    /// They are JSON that violates the contract.
    Invalid(Vec<Violation>),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => error.fmt(f),
            Self::Invalid(violations) => f.write_str(&summary(violations)),
        }
    }
}

impl std::error::Error for Unreadable {}

/// Reads the whole of `bytes` as one value, strictly: for what a server is sent.
///
/// # Errors
/// Where the bytes are not JSON, or the value violates the contract.
pub fn from_slice<T: Json>(bytes: &[u8]) -> Result<T, Unreadable> {
    let mut report = Report::new(Strictness::Strict);
    let mut input = serde_json::Deserializer::from_slice(bytes);
    let value = T::read(&mut input, &Rules::NONE, &mut report).map_err(Unreadable::Malformed)?;
    input.end().map_err(Unreadable::Malformed)?;
    match value {
        Some(value) if report.is_empty() => Ok(value),
        _ => Err(Unreadable::Invalid(report.into_violations())),
    }
}

/// Every rule that the value breaks.
#[must_use]
pub fn validate<T: Json>(value: &T) -> Vec<Violation> {
    let mut report = Report::new(Strictness::Strict);
    value.check(&Rules::NONE, &mut report);
    report.into_violations()
}

/// `Deserialize` for a type of the contract.
///
/// # Errors
/// Where the input is malformed or of another type.
pub fn deserialize<'de, T: Json, D: Deserializer<'de>>(input: D) -> Result<T, D::Error> {
    let mut report = Report::new(Strictness::Lenient);
    match T::read(input, &Rules::NONE, &mut report)? {
        Some(value) if report.is_empty() => Ok(value),
        _ => Err(D::Error::custom(summary(report.violations()))),
    }
}

fn summary(violations: &[Violation]) -> String {
    let all: Vec<_> = violations.iter().map(ToString::to_string).collect();
    all.join("; ")
}

/// Any type of the contract as serde sees it, those of other crates in the contract's form too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wire<T>(pub T);

impl<T: Json> Serialize for Wire<&T> {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        self.0.write(output)
    }
}

impl<'de, T: Json> Deserialize<'de> for Wire<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        deserialize(input).map(Self)
    }
}

/// Reads a part of a value, where serde wants a seed.
#[derive(Debug)]
pub(super) struct Part<'r, T> {
    pub(super) rules: &'r Rules,
    pub(super) report: &'r mut Report,
    read: PhantomData<T>,
}

impl<'r, T> Part<'r, T> {
    pub(super) fn new(rules: &'r Rules, report: &'r mut Report) -> Self {
        Self { rules, report, read: PhantomData }
    }
}

impl<'de, T: Json> DeserializeSeed<'de> for Part<'_, T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Option<T>, D::Error> {
        if self.report.has_failed() {
            return IgnoredAny::deserialize(input).map(|_| None);
        }
        T::read(input, self.rules, self.report)
    }
}

/// A type whose values are no arrays and no objects.
pub trait ReadScalar: Sized {
    /// What it is, behind "must be": `a string`.
    const EXPECTED: &'static str;

    /// Reads a string.
    fn from_text(_text: &str, _rules: &Rules, report: &mut Report) -> Option<Self> {
        wrong_type(Self::EXPECTED, report)
    }

    /// Reads a string that may be kept.
    fn from_string(text: String, rules: &Rules, report: &mut Report) -> Option<Self> {
        Self::from_text(&text, rules, report)
    }

    /// Reads a boolean.
    fn from_boolean(_value: bool, report: &mut Report) -> Option<Self> {
        wrong_type(Self::EXPECTED, report)
    }

    /// Reads a number.
    fn from_number(_value: Number, _rules: &Rules, report: &mut Report) -> Option<Self> {
        wrong_type(Self::EXPECTED, report)
    }
}

/// Notes that a value is of another type.
pub fn wrong_type<T>(expected: &str, report: &mut Report) -> Option<T> {
    report.add(Code::WrongType, format!("must be {expected}"));
    None
}

/// Reads a scalar.
///
/// # Errors
/// Where the input is malformed.
pub fn read_scalar<'de, T: ReadScalar, D: Deserializer<'de>>(
    input: D,
    rules: &Rules,
    report: &mut Report,
) -> Result<Option<T>, D::Error> {
    input.deserialize_any(ScalarVisitor(Part::new(rules, report)))
}

struct ScalarVisitor<'r, T>(Part<'r, T>);

impl<'de, T: ReadScalar> Visitor<'de> for ScalarVisitor<'_, T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Option<T>, E> {
        Ok(T::from_boolean(value, self.0.report))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Option<T>, E> {
        Ok(T::from_number(Number::Integer(value.into()), self.0.rules, self.0.report))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Option<T>, E> {
        Ok(T::from_number(Number::Integer(value.into()), self.0.rules, self.0.report))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Option<T>, E> {
        Ok(T::from_number(Number::Float(value), self.0.rules, self.0.report))
    }

    fn visit_str<E>(self, value: &str) -> Result<Option<T>, E> {
        Ok(T::from_text(value, self.0.rules, self.0.report))
    }

    fn visit_string<E>(self, value: String) -> Result<Option<T>, E> {
        Ok(T::from_string(value, self.0.rules, self.0.report))
    }

    fn visit_unit<E>(self) -> Result<Option<T>, E> {
        Ok(wrong_type(T::EXPECTED, self.0.report))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Option<T>, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(wrong_type(T::EXPECTED, self.0.report))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Option<T>, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(wrong_type(T::EXPECTED, self.0.report))
    }
}

/// What a visitor of arrays or objects says to all else.
macro_rules! refuse_others {
    ($expected:expr; $($kind:ident)*) => {
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str($expected)
        }

        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($crate::json::wrong_type($expected, self.report))
        }

        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok($crate::json::wrong_type($expected, self.report))
        }

        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok($crate::json::wrong_type($expected, self.report))
        }

        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok($crate::json::wrong_type($expected, self.report))
        }

        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
            Ok($crate::json::wrong_type($expected, self.report))
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($crate::json::wrong_type($expected, self.report))
        }

        $(refuse_others!(@ $kind $expected);)*
    };
    (@ seq $expected:expr) => {
        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
            while items.next_element::<serde::de::IgnoredAny>()?.is_some() {}
            Ok($crate::json::wrong_type($expected, self.report))
        }
    };
    (@ map $expected:expr) => {
        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
            while members.next_entry::<serde::de::IgnoredAny, serde::de::IgnoredAny>()?.is_some() {}
            Ok($crate::json::wrong_type($expected, self.report))
        }
    };
}
pub(super) use refuse_others;
