//! Replays every documented status of a contract against a running implementation.
//!
//! ```text
//! Contract ─┐
//! Arazzo   ─┼─ plan ──▶ cases ── run ──▶ exchanges ── judge ──▶ verdicts ── report
//! profile  ─┘
//! ```
//!
//! Every step is a module of its own, and what passes between them is plain data: a [`case::Case`] is the same
//! thing whether it came from a schema, a security requirement, a law or a workflow. Nothing in here knows any
//! implementation, nor any particular API.

pub mod arazzo;
pub mod case;
pub mod cli;
pub mod context;
pub mod exit;
pub mod expression;
pub mod fresh;
pub mod judge;
mod link;
pub mod plan;
pub mod profile;
pub mod promise;
pub mod report;
pub mod run;
pub mod sample;
pub mod selection;
pub mod shard;
mod text;
pub mod tokens;
pub mod transport;
