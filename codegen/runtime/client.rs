//! What every generated client stands on: a call is put together, sent, and its answer judged by its status.
//!
//! ```text
//! Call ──request──▶ Request ──exchange──▶ Received ──decode──▶ Success, or Error<Failure>
//!                                 │ ▲
//!                             Transport: reqwest, or what is put in front of it
//! ```
//!
//! Answers are bounded in size and time, redirects are not followed (so credentials go nowhere else), and nothing that
//! a server answers makes a client panic. A client asks for answers that are not compressed, and one that comes compressed
//! all the same is [`Error::Undecodable`]; a [`Transport`] that undoes that, as `reqwest` does with its feature `gzip`, is
//! left to ask for it. Nothing here knows any contract.

#[macro_use]
mod call;
mod core;
mod credentials;
#[cfg(feature = "destinations")]
mod destination;
mod error;
mod exchange;
#[cfg(feature = "items")]
mod items;
#[cfg(feature = "other-methods")]
mod other_methods;
#[cfg(feature = "pages")]
#[macro_use]
mod pages;
#[cfg(feature = "multipart")]
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
#[cfg(feature = "destinations")]
pub use destination::Destination;
pub use error::{Cause, Error, Unanswered, Undecodable, Undocumented};
#[cfg(feature = "other-methods")]
pub use other_methods::method;
#[cfg(feature = "pages")]
pub use pages::{Items, Next, Paged, Pages};
#[cfg(feature = "multipart")]
pub use parts::{Parts, WriteParts};
pub use received::Received;
pub use request::{Payload, Request};
pub use retry::{Retry, read_retry_after};
pub use transport::{Carried, Transport};
