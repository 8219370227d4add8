//! The Workspace API for real, on the generated server trait.
//!
//! ```text
//! request ─▶ request_log ─▶ generated router ─▶ api (the handlers) ─▶ Store ─▶ SQLite
//!                            parses, validates    │
//!                                                 └─▶ Authenticator, Orgs ◀─ Directory ◀─ TOML
//! ```
//!
//! Three parts can be exchanged without the others noticing: where workspaces are kept ([`store::Store`]), how a token
//! becomes a caller ([`authenticator::Authenticator`]) and which organizations there are ([`directory::Orgs`]).

pub mod access;
pub mod api;
pub mod authenticator;
pub mod config;
pub mod directory;
pub mod request_log;
pub mod server;
pub mod store;
pub mod workspace;

pub use crate::api::{Settings, WorkspaceService, app};
