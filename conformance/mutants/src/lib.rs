//! Sound servers with one promise broken at a time, and whether the conformance suite notices.
//!
//! ```text
//!                     ┌───────────── a mutant ─────────────┐
//! suite ─▶ HTTP ─▶ before ──▶ sound server, in process ──▶ after ─▶ HTTP ─▶ suite ─▶ found or missed
//!                     └────────────── Memory ──────────────┘
//! ```
//!
//! A [`Mutant`] is a row of a table: what the faulty server does, which promise it breaks, and how. [`wrap`] puts it
//! around a sound server, [`hold`] puts one server after another to the [`Suite`]. There are two subjects: the Workspace
//! API with its reference implementation ([`workspace`]), and the Depot API ([`depot`]), which is as unlike it as can be.
//! What they are may be known here; the suite itself knows them from their contracts alone.

pub mod depot;
pub mod exchange;
mod lines;
mod mutant;
mod server;
mod subject;
mod suite;
mod trial;
pub mod workspace;
mod wrap;

pub use lines::{failures, line, summary};
pub use mutant::{After, Before, Besides, Breaks, Group, Mutant};
pub use server::Server;
pub use subject::{Files, Memory, Sound, Subject};
pub use suite::{Failure, Run, Suite, Until};
pub use trial::{Plan, Trial, hold};
pub use wrap::wrap;
