//! What every generated client stands on: a call is put together, sent, and its answer judged by its status.
//!
//! ```text
//! Call ──request──▶ Request ──exchange──▶ Received ──decode──▶ Success, or Error<Failure>
//!                                 │ ▲
//!                             Transport: reqwest, or what is put in front of it
//! ```
//!
//! Answers are bounded in size and time, redirects are not followed (so credentials go nowhere else), and nothing that
//! a server answers makes a client panic. Nothing here knows any contract.

mod call;
mod core;
mod credentials;
mod destination;
mod error;
mod exchange;
mod items;
mod other_methods;
mod pages;
mod parts;
mod received;
mod request;
mod retry;
#[cfg(feature = "tracing")]
mod trace;
mod transport;

pub use self::core::{ConfigurationError, Core};
pub use call::{Answer, Call, Operation, OperationInfo};
pub use credentials::{Fetched, Place, Secret, Secrets};
pub use destination::Destination;
pub use error::{Cause, Error, Unanswered, Undecodable, Undocumented};
pub use other_methods::method;
pub use pages::{Items, Next, Paged, Pages};
pub use parts::{Parts, WriteParts};
pub use received::Received;
pub use request::{Payload, Request};
pub use retry::{Retry, read_retry_after};
pub use transport::{Carried, Transport};
