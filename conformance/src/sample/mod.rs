//! Values made from schemas.

pub mod pattern;
mod random;

pub use random::Random;
