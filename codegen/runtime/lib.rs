//! What generated code stands on and no contract decides.
//!
//! - [`json`]: how values are read and written, with every violation of the contract found in one pass;
//! - [`validation`]: what a violation is, and the rules that values keep;
//! - [`field`]: absent, null and a value told apart.
//!
//! A generated crate shows it as its module `runtime`. It depends on this crate, with the features that its contract
//! has a use for; or it carries a copy of these files, without what those features would have left out.

// Copied into a crate, the tables are its own: its contract may need any of them, or none.
#[allow(unused_macros)]
#[macro_use]
mod tables;
#[cfg(feature = "schema")]
#[allow(unused_macros)]
#[macro_use]
pub mod schema;
#[cfg(feature = "client")]
#[allow(unused_macros)]
#[macro_use]
pub mod client;

pub mod charset;
pub mod constants;
pub mod containers;
#[cfg(feature = "deep")]
pub mod deep;
pub mod enums;
pub mod field;
pub mod formats;
#[cfg(feature = "items")]
pub mod items;
pub mod json;
pub mod media;
#[cfg(feature = "multipart")]
pub mod multipart;
pub mod newtype;
pub mod object;
pub mod pattern;
pub mod rules;
#[cfg(feature = "server")]
pub mod server;
pub mod status;
pub mod stream;
pub mod text;
pub mod text_format;
pub mod union;
pub mod uri;
pub mod validation;

#[cfg(feature = "deep")]
pub use deep::Deep;
pub use field::Field;
#[cfg(feature = "items")]
pub use items::{Event, ItemStream};
pub use json::{Json, Unreadable, Wire};
pub use media::Media;
#[cfg(feature = "multipart")]
pub use multipart::FilePart;
pub use stream::{ByteStream, StreamError};
pub use uri::Uri;
pub use validation::Violation;

#[cfg(test)]
mod unit;
