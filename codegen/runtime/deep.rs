//! A box that the compiler doesn't look into.
//!
//! Whether a value may go to another thread is found out through all types that it is made of, and the compiler gives up
//! where more than 128 lie behind one another. This one may always go, since only what may is put into it.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::{Deserializer, Serializer};

use super::json::{Json, Own, Shape};
use super::rules::Rules;
use super::validation::Report;

/// A value behind which the contract has a long chain of types: made by `into()`, and used as it is.
pub struct Deep<T>(Box<dyn Hold<T> + Send + Sync>);

/// What holds a value, of which nothing else is known.
trait Hold<T> {
    fn held(&self) -> &T;
    fn held_mut(&mut self) -> &mut T;
    fn let_go(self: Box<Self>) -> T;
}

impl<T> Hold<T> for T {
    fn held(&self) -> &T {
        self
    }

    fn held_mut(&mut self) -> &mut T {
        self
    }

    fn let_go(self: Box<Self>) -> T {
        *self
    }
}

impl<T> Deep<T> {
    /// The value by itself.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.0.let_go()
    }
}

impl<T: Send + Sync + 'static> From<T> for Deep<T> {
    fn from(value: T) -> Self {
        Self(Box::new(value))
    }
}

impl<T> Deref for Deep<T> {
    type Target = T;

    fn deref(&self) -> &T {
        (*self.0).held()
    }
}

impl<T> DerefMut for Deep<T> {
    fn deref_mut(&mut self) -> &mut T {
        (*self.0).held_mut()
    }
}

impl<T: Clone + Send + Sync + 'static> Clone for Deep<T> {
    fn clone(&self) -> Self {
        Self::from(T::clone(self))
    }
}

impl<T: PartialEq> PartialEq for Deep<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: fmt::Debug> fmt::Debug for Deep<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: Json + Send + Sync + 'static> Json for Deep<T> {
    type Shape = Own;
}

impl<T: Json + Send + Sync + 'static> Shape<Deep<T>> for Own {
    const TAKES_NULL: bool = T::Shape::TAKES_NULL;

    fn read<'de, D: Deserializer<'de>>(
        input: D,
        rules: &Rules,
        report: &mut Report,
    ) -> Result<Option<Deep<T>>, D::Error> {
        Ok(T::read(input, rules, report)?.map(Deep::from))
    }

    fn write<S: Serializer>(deep: &Deep<T>, output: S) -> Result<S::Ok, S::Error> {
        (**deep).write(output)
    }

    fn check(deep: &Deep<T>, rules: &Rules, report: &mut Report) {
        (**deep).check(rules, report);
    }
}
