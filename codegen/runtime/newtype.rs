//! Types around one other type.

use std::ops::Deref;

use serde::{Deserializer, Serializer};

use super::json::{Json, Shape};
use super::rules::Rules;
use super::validation::Report;

/// A type of the contract that holds one value, with rules of its own.
pub trait Newtype: From<Self::Inner> + Deref<Target = Self::Inner> {
    /// What it holds.
    type Inner: Json;

    /// What the value must keep.
    const RULES: &'static Rules;
}

/// The shape of every [`Newtype`].
#[derive(Debug, Clone, Copy)]
pub struct NewtypeShape;

impl<T: Newtype> Shape<T> for NewtypeShape {
    const TAKES_NULL: bool = <T::Inner as Json>::Shape::TAKES_NULL;

    fn read<'de, D: Deserializer<'de>>(
        input: D,
        _rules: &Rules,
        report: &mut Report,
    ) -> Result<Option<T>, D::Error> {
        Ok(T::Inner::read(input, T::RULES, report)?.map(T::from))
    }

    fn write<S: Serializer>(value: &T, output: S) -> Result<S::Ok, S::Error> {
        value.deref().write(output)
    }

    fn check(value: &T, _rules: &Rules, report: &mut Report) {
        value.deref().check(T::RULES, report);
    }
}
