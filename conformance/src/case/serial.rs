//! How the model's types appear in a serialized case.

use std::fmt::Display;

use serde::Serializer;
use spec::Origin;

/// As it prints.
pub(super) fn display<T: Display, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(value)
}

/// As its JSON pointer; which file it lies in is not told.
pub(super) fn pointer<S: Serializer>(origin: &Origin, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&origin.pointer)
}

/// A list, each item as it prints.
pub(super) fn display_all<T: Display, S: Serializer>(
    values: &[T],
    to: S,
) -> Result<S::Ok, S::Error> {
    to.collect_seq(values.iter().map(ToString::to_string))
}

/// As how many bytes there are.
pub(super) fn length<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&format_args!("{} bytes", bytes.len()))
}
