//! How values are read, written and checked.
//!
//! Reading makes one pass over the input, builds the Rust value and notes *every* violation in a [`Report`], so that an
//! answer can name them all. Only what isn't JSON at all is an error of the deserializer. What is read may be JSON
//! text, a [`Value`] or, with [`Report::of_text`], the plain text of a parameter:
//!
//! ```text
//! bytes ──from_slice──▶ Json::read ──▶ T, or Unreadable::{Malformed, Invalid(violations)}
//! ```
//!
//! `Deserialize` of generated types is lenient: it refuses other types, not broken rules, and keeps enum values that
//! aren't listed. [`validate`] looks at the rules of a value that is already there.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::rules::{Number, Rules};
use super::validation::{Code, Report, Strictness, Violation};

/// A type of the contract.
pub trait Json: Sized {
    /// Reads a value; `None` where `report` was told why there is none.
    ///
    /// # Errors
    /// Where the input is malformed.
    fn read<'de, D: Deserializer<'de>>(
        input: D,
        rules: &Rules,
        report: &mut Report,
    ) -> Result<Option<Self>, D::Error>;

    /// Writes the value.
    ///
    /// # Errors
    /// Where the serializer has one.
    fn write<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error>;

    /// Looks at the rules, those of every part too.
    fn check(&self, rules: &Rules, report: &mut Report);
}

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
    rules: &'r Rules,
    report: &'r mut Report,
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
        T::read(input, self.rules, self.report)
    }
}

/// A type whose values are no arrays and no objects.
pub trait Scalar: Sized {
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
pub fn read_scalar<'de, T: Scalar, D: Deserializer<'de>>(
    input: D,
    rules: &Rules,
    report: &mut Report,
) -> Result<Option<T>, D::Error> {
    input.deserialize_any(ScalarVisitor(Part::new(rules, report)))
}

struct ScalarVisitor<'r, T>(Part<'r, T>);

impl<'de, T: Scalar> Visitor<'de> for ScalarVisitor<'_, T> {
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
            Ok($crate::runtime::json::wrong_type($expected, self.report))
        }

        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok($crate::runtime::json::wrong_type($expected, self.report))
        }

        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok($crate::runtime::json::wrong_type($expected, self.report))
        }

        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok($crate::runtime::json::wrong_type($expected, self.report))
        }

        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
            Ok($crate::runtime::json::wrong_type($expected, self.report))
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($crate::runtime::json::wrong_type($expected, self.report))
        }

        $(refuse_others!(@ $kind $expected);)*
    };
    (@ seq $expected:expr) => {
        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
            while items.next_element::<serde::de::IgnoredAny>()?.is_some() {}
            Ok($crate::runtime::json::wrong_type($expected, self.report))
        }
    };
    (@ map $expected:expr) => {
        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
            while members.next_entry::<serde::de::IgnoredAny, serde::de::IgnoredAny>()?.is_some() {}
            Ok($crate::runtime::json::wrong_type($expected, self.report))
        }
    };
}
pub(super) use refuse_others;

impl<T: Json> Json for Vec<T> {
    fn read<'de, D: Deserializer<'de>>(
        input: D,
        rules: &Rules,
        report: &mut Report,
    ) -> Result<Option<Self>, D::Error> {
        if report.is_text() {
            // Whether text is a list is for the type to say that is asked for.
            return input.deserialize_seq(Part::<Self>::new(rules, report));
        }
        input.deserialize_any(Part::<Self>::new(rules, report))
    }

    fn write<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        let mut items = output.serialize_seq(Some(self.len()))?;
        for item in self {
            items.serialize_element(&Wire(item))?;
        }
        items.end()
    }

    fn check(&self, rules: &Rules, report: &mut Report) {
        check_list(self, self.len(), rules, report);
        for (index, item) in self.iter().enumerate() {
            report.within(index, |report| item.check(rules.of_items(), report));
        }
    }
}

fn check_list<T: Json>(items: &[T], count: usize, rules: &Rules, report: &mut Report) {
    rules.check_items(count, report);
    if rules.wants_unique_items() && report.is_strict() {
        let mut seen = HashSet::new();
        let is_new = |item| serde_json::to_string(&Wire(item)).is_ok_and(|text| seen.insert(text));
        if !items.iter().all(is_new) {
            report.add(Code::DuplicateItems, "must not have two equal items");
        }
    }
}

impl<'de, T: Json> Visitor<'de> for Part<'_, Vec<T>> {
    type Value = Option<Vec<T>>;

    refuse_others!("an array"; map);

    fn visit_seq<A: SeqAccess<'de>>(self, mut input: A) -> Result<Self::Value, A::Error> {
        let Self { rules, report, .. } = self;
        let mut items = Vec::new();
        for index in 0.. {
            let part = |report: &mut Report| {
                input.next_element_seed(Part::<T>::new(rules.of_items(), report))
            };
            match report.within(index, part)? {
                Some(item) => items.push(item),
                None => break,
            }
        }
        let count = items.len();
        let good: Vec<T> = items.into_iter().flatten().collect();
        check_list(&good, count, rules, report);
        Ok((good.len() == count).then_some(good))
    }
}

impl<T: Json> Json for BTreeMap<String, T> {
    fn read<'de, D: Deserializer<'de>>(
        input: D,
        rules: &Rules,
        report: &mut Report,
    ) -> Result<Option<Self>, D::Error> {
        input.deserialize_any(Part::<Self>::new(rules, report))
    }

    fn write<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        let mut members = output.serialize_map(Some(self.len()))?;
        for (name, value) in self {
            members.serialize_entry(name, &Wire(value))?;
        }
        members.end()
    }

    fn check(&self, rules: &Rules, report: &mut Report) {
        rules.check_members(self.len(), report);
        for (name, value) in self {
            report.within(name.clone(), |report| value.check(rules.of_items(), report));
        }
    }
}

impl<'de, T: Json> Visitor<'de> for Part<'_, BTreeMap<String, T>> {
    type Value = Option<BTreeMap<String, T>>;

    refuse_others!("an object"; seq);

    fn visit_map<A: MapAccess<'de>>(self, mut input: A) -> Result<Self::Value, A::Error> {
        let Self { rules, report, .. } = self;
        let mut members = BTreeMap::new();
        while let Some(name) = input.next_key::<String>()? {
            let part = |report: &mut Report| {
                input.next_value_seed(Part::<T>::new(rules.of_items(), report))
            };
            let value = report.within(name.clone(), part)?;
            members.insert(name, value);
        }
        rules.check_members(members.len(), report);
        Ok(members.into_iter().map(|(name, value)| Some((name, value?))).collect())
    }
}

impl<T: Json> Json for Option<T> {
    fn read<'de, D: Deserializer<'de>>(
        input: D,
        rules: &Rules,
        report: &mut Report,
    ) -> Result<Option<Self>, D::Error> {
        input.deserialize_option(NullableVisitor(Part::<T>::new(rules, report)))
    }

    fn write<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => value.write(output),
            None => output.serialize_unit(),
        }
    }

    fn check(&self, rules: &Rules, report: &mut Report) {
        if let Some(value) = self {
            value.check(rules, report);
        }
    }
}

struct NullableVisitor<'r, T>(Part<'r, T>);

impl<'de, T: Json> Visitor<'de> for NullableVisitor<'_, T> {
    type Value = Option<Option<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("null or a value")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Some(None))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Some(None))
    }

    fn visit_some<D: Deserializer<'de>>(self, input: D) -> Result<Self::Value, D::Error> {
        Ok(self.0.deserialize(input)?.map(Some))
    }

    // The deserializers of plain text don't know about null.
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.0.deserialize(serde::de::value::StrDeserializer::<E>::new(text))?.map(Some))
    }
}

impl<T: Json> Json for Box<T> {
    fn read<'de, D: Deserializer<'de>>(
        input: D,
        rules: &Rules,
        report: &mut Report,
    ) -> Result<Option<Self>, D::Error> {
        Ok(T::read(input, rules, report)?.map(Self::new))
    }

    fn write<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        (**self).write(output)
    }

    fn check(&self, rules: &Rules, report: &mut Report) {
        (**self).check(rules, report);
    }
}

impl Json for Value {
    fn read<'de, D: Deserializer<'de>>(
        input: D,
        _rules: &Rules,
        _report: &mut Report,
    ) -> Result<Option<Self>, D::Error> {
        Self::deserialize(input).map(Some)
    }

    fn write<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        self.serialize(output)
    }

    fn check(&self, _rules: &Rules, _report: &mut Report) {}
}

impl Json for Map<String, Value> {
    fn read<'de, D: Deserializer<'de>>(
        input: D,
        rules: &Rules,
        report: &mut Report,
    ) -> Result<Option<Self>, D::Error> {
        match Value::deserialize(input)? {
            Value::Object(members) => {
                rules.check_members(members.len(), report);
                Ok(Some(members))
            }
            _ => Ok(wrong_type("an object", report)),
        }
    }

    fn write<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        self.serialize(output)
    }

    fn check(&self, rules: &Rules, report: &mut Report) {
        rules.check_members(self.len(), report);
    }
}

impl Json for () {
    fn read<'de, D: Deserializer<'de>>(
        input: D,
        _rules: &Rules,
        report: &mut Report,
    ) -> Result<Option<Self>, D::Error> {
        match Value::deserialize(input)? {
            Value::Null => Ok(Some(())),
            _ => Ok(wrong_type("null", report)),
        }
    }

    fn write<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        output.serialize_unit()
    }

    fn check(&self, _rules: &Rules, _report: &mut Report) {}
}

/// Notes that a value is none of those listed.
pub fn not_listed<T>(listed: &[&str], report: &mut Report) -> Option<T> {
    report.add(Code::NotListed, format!("must be one of: {}", listed.join(", ")));
    None
}
