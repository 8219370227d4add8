//! What every generated client stands on: a call is put together, sent, and its answer judged by its status.
//!
//! ```text
//! Call ──request──▶ Request ──send──▶ Received ──decode──▶ Success, or Error<Failure>
//! ```
//!
//! Answers are bounded in size and time, redirects are not followed (so credentials go nowhere else), and nothing that
//! a server answers makes a client panic. Nothing here knows any contract.

mod call;
mod core;
mod credentials;
mod error;
mod pages;
mod received;
mod request;

pub use self::core::{ConfigurationError, Core};
pub use call::{Call, Operation, OperationInfo};
pub use credentials::Secret;
pub use error::{Error, Unanswered, Undecodable, Undocumented};
pub use pages::{Items, Paged, Pages};
pub use received::Received;
pub use request::{Payload, Request};
