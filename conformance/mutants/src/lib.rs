//! The reference implementation with one promise broken at a time, and whether the conformance suite notices.
//!
//! ```text
//!                     ┌───────────── a mutant ─────────────┐
//! suite ─▶ HTTP ─▶ before ─▶ reference, sound, in process ─▶ after ─▶ HTTP ─▶ suite ─▶ found or missed
//!                     └────────────── Memory ──────────────┘
//! ```
//!
//! A [`Mutant`] is a row of a table: what the faulty server does, which promise it breaks, and how. [`wrap`] puts it
//! around a sound server, [`hold`] puts one server after another to the [`Suite`]. What the Workspace API is may be
//! known here; the suite itself knows it from the contract alone.

pub mod exchange;
mod lines;
pub mod memory;
mod mutant;
mod refusal;
mod sound;
mod suite;
mod table;
mod trial;
mod wrap;

pub use lines::{failures, line, summary};
pub use mutant::{After, Before, Breaks, Group, Mutant};
pub use sound::{Server, sound};
pub use suite::{Failure, Run, Suite, Until};
pub use table::{all, beyond};
pub use trial::{Plan, Trial, hold};
pub use wrap::wrap;
