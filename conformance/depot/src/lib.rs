//! A service of the Depot API (`depot.yaml`) in memory, for the tests of the conformance suite.
//!
//! The contract is made to be as unlike the Workspace API as can be: keys and roles, ids made by the server and ids
//! chosen by clients, nested things, patches, entity tags, conflicts, uploads, three kinds of paging. The service keeps
//! all of its promises; [`State`] is open, so that whoever tries the suite can break one.

mod service;
pub mod state;

pub use service::{Depot, app};
pub use state::{KEYS, Role, State};
