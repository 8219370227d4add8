//! The `runtime` module of generated crates, as a crate of its own: here it is compiled, linted and tested.
//!
//! The generator copies every file but this one (`unit` and `tests` aside), so `crate::runtime::…` means the same in both places.

#[macro_use]
#[path = "mod.rs"]
pub mod runtime;

#[cfg(test)]
mod unit;
