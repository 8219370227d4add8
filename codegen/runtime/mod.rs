//! What generated code stands on and no contract decides: copied as it is, in source form.
//!
//! - [`json`]: how values are read and written, with every violation of the contract found in one pass;
//! - [`validation`]: what a violation is, and the rules that values keep;
//! - [`field`]: absent, null and a value told apart.

// A contract may need any of the tables, or none.
#[allow(unused_macros)]
#[macro_use]
mod tables;

pub mod constants;
pub mod containers;
pub mod enums;
pub mod field;
pub mod formats;
pub mod items;
pub mod json;
pub mod media;
pub mod multipart;
pub mod newtype;
pub mod object;
pub mod pattern;
pub mod rules;
pub mod schema;
pub mod status;
pub mod stream;
pub mod text_format;
pub mod union;
pub mod uri;
pub mod validation;

pub mod text;

#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "server")]
pub mod server;

pub use field::Field;
pub use items::{Event, ItemStream};
pub use json::{Json, Unreadable, Wire};
pub use media::Media;
pub use multipart::FilePart;
pub use stream::{ByteStream, StreamError};
pub use uri::Uri;
pub use validation::Violation;
