//! What each object of OpenAPI may and must have, in which version: tables, and the one check that goes by them.
//!
//! The readers of this folder check each object as they come to it, so that an error costs the operations in whose
//! reading it is met, and no others. The check itself reports what leaves no gap; what can't be read in spite of it is
//! a gap because the reader that finds nothing says so, at the same place and in the same words (a repetition is
//! dropped at the end). Only fields that contradict each other, so that nobody knows what is meant, are
//! [gaps](Exclusive::gap) by themselves.

mod check;
mod description;
mod messages;
mod parameters;
mod schemas;

pub(super) use check::missing;
pub(super) use description::*;
pub(super) use messages::*;
pub(crate) use parameters::is_token;
pub(super) use schemas::*;

use crate::model::Version;

/// One kind of object of the specification.
pub(super) struct Object {
    /// For messages: `a parameter`.
    what: &'static str,
    /// Its section, which is the last number of the clause in every version: OAS 3.0.3 §4.7.12, 3.1.1 §4.8.12.
    section: u8,
    fields: &'static [Field],
    /// Fields that must not stand beside each other.
    exclusive: &'static [Exclusive],
    /// Of these there must be one, since the version.
    one_of: Option<(Version, &'static [&'static str])>,
    /// Whether a field that it doesn't have is an error, or only likely to be a slip of the pen.
    is_closed: bool,
}

/// A field of such an object.
#[derive(Clone, Copy)]
pub(super) struct Field {
    name: &'static str,
    value: Expected,
    since: Version,
    /// The last version that has it, where later ones refuse it.
    until: Option<Version>,
    /// The last version that requires it.
    required: Option<Version>,
}

/// What a field holds, as far as nobody else checks it.
#[derive(Clone, Copy)]
enum Expected {
    /// Anything, or what its reader checks.
    Any,
    Text,
    Flag,
    List,
    Map,
    /// An object that nothing which is sent depends on, and that has no reader.
    Leaf(&'static Object),
    /// One of these words.
    Word(&'static [&'static str]),
}

/// Two fields, one of which must go.
struct Exclusive {
    one: &'static str,
    other: &'static str,
    since: Version,
    /// Whether nobody knows what is meant where both are there.
    gap: bool,
}

const fn field(name: &'static str, value: Expected) -> Field {
    Field { name, value, since: Version::V3_0, until: None, required: None }
}

const fn any(name: &'static str) -> Field {
    field(name, Expected::Any)
}

const fn text(name: &'static str) -> Field {
    field(name, Expected::Text)
}

const fn flag(name: &'static str) -> Field {
    field(name, Expected::Flag)
}

const fn list(name: &'static str) -> Field {
    field(name, Expected::List)
}

const fn map(name: &'static str) -> Field {
    field(name, Expected::Map)
}

const fn leaf(name: &'static str, object: &'static Object) -> Field {
    field(name, Expected::Leaf(object))
}

impl Field {
    const fn required(self) -> Self {
        self.required_until(Version::V3_2)
    }

    const fn required_until(self, last: Version) -> Self {
        Self { required: Some(last), ..self }
    }

    const fn since(self, first: Version) -> Self {
        Self { since: first, ..self }
    }

    const fn until(self, last: Version) -> Self {
        Self { until: Some(last), ..self }
    }
}

const fn exclusive(one: &'static str, other: &'static str) -> Exclusive {
    Exclusive { one, other, since: Version::V3_0, gap: false }
}

impl Exclusive {
    const fn since(self, first: Version) -> Self {
        Self { since: first, ..self }
    }

    const fn gap(self) -> Self {
        Self { gap: true, ..self }
    }
}
