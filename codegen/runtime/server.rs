//! What every generated server stands on: the steps that a request passes before a handler sees it.
//!
//! [`Route`] gathers the operations of one path, [`serve`] takes one request through one [`Operation`]:
//!
//! ```text
//! authenticate ─▶ admit ─▶ parameters ─▶ authorize ─▶ body ─▶ handler
//!      401       429 500      422        403 404     413 415 422
//! ```
//!
//! A step that refuses answers with what the operation documents for it (the operation's `refuse`, which asks the
//! implementor's hooks); only where nothing fits does the bare [`problem`] document go out.
//! Nothing here knows any contract, and nothing that a client sends makes it panic.

mod answer;
mod body;
mod context;
mod credentials;
mod document;
mod fallback;
mod input;
#[cfg(feature = "items")]
mod items;
#[cfg(feature = "multipart-server")]
mod parts;
mod path;
mod refusal;
mod route;
mod serve;

pub use answer::{Answer, Reply, Unanswerable};
pub use body::{Body, Content, Refused};
pub use context::{Context, OperationInfo};
pub use credentials::{
    api_key_cookie, api_key_header, api_key_query, authorization, basic, bearer,
};
pub use document::serve_document;
pub use fallback::{not_found, problem};
pub use input::Input;
#[cfg(feature = "multipart-server")]
pub use parts::{Parts, ReadParts};
pub use path::Piece;
pub use refusal::{AuthenticationError, Interruption, Reason, Refusal};
pub use route::{Limits, Options, Pieces, Route, choose, spelled};
pub use serve::{Operation, serve};
