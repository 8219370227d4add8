//! What planning has to know of a target, and a profile says: values, rights and permissions, and no credentials.
//!
//! It stands between the two, so that neither knows the other: a [profile](crate::profile) gives it, a
//! [plan](crate::plan) is made from it.

mod caller;
mod permissions;
mod resource;
mod roles;

use indexmap::IndexMap;
use serde_json::Value;

pub use caller::{Caller, Rights};
pub use permissions::Permissions;
pub(crate) use resource::names_resource;
pub use resource::resource_input;
pub use roles::{Roles, SourceRole};

/// What planning has to know of the profile. There are no secrets in it, but for inputs that are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlanContext {
    /// The profile's `[inputs]`: path parameters and workflow inputs by name.
    pub inputs: IndexMap<String, Value>,
    /// Values for one operation alone, by its id.
    pub operations: IndexMap<String, OperationInputs>,
    /// Values by resource: see [`resource_input`].
    pub resources: IndexMap<String, IndexMap<String, Value>>,
    /// Its credentials by name, in order: the first that may call an operation is used where any would do.
    pub credentials: IndexMap<String, Caller>,
    /// Whether the target honours `Prefer: code=500`.
    pub faults: bool,
    /// What may be done beyond what a run does unasked.
    pub permissions: Permissions,
    /// The workflows with a part of their own.
    pub roles: Roles,
    /// Who is let call an operation, by its id, where the target refuses whoever would be asked first.
    pub senders: IndexMap<String, String>,
}

/// Values for one operation, by where they go and by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OperationInputs {
    /// Path parameters.
    pub path: IndexMap<String, Value>,
    /// Query parameters, required or not.
    pub query: IndexMap<String, Value>,
    /// Header fields.
    pub headers: IndexMap<String, Value>,
    /// Cookies.
    pub cookies: IndexMap<String, Value>,
    /// Properties of the body, by name.
    pub body: IndexMap<String, Value>,
}

impl OperationInputs {
    /// The parts, as a profile calls them.
    pub(crate) fn parts_mut(&mut self) -> [(&'static str, &mut IndexMap<String, Value>); 5] {
        [
            ("path", &mut self.path),
            ("query", &mut self.query),
            ("headers", &mut self.headers),
            ("cookies", &mut self.cookies),
            ("body", &mut self.body),
        ]
    }
}
