//! What the runtime promises, tried on types written as the generator writes them.

mod charset;
mod client;
#[cfg(feature = "deep")]
mod deep;
mod exchange;
mod formats;
mod parameters;
mod parts;
mod schema;
mod server;
mod stream;
mod tables;
mod text;
mod text_format;
