//! What a run may do beyond what it does unasked.

use crate::selection::Patterns;

/// Which operations are called, and which may do what harms where it isn't wanted.
///
/// Unasked, a run changes and removes only what it made itself, and makes only what it can remove again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permissions {
    /// Operations that may act on what the run didn't make: everything, the caller's account, settings, the process.
    pub allow: Patterns,
    /// Operations that may make what can't be removed again.
    pub creates: Patterns,
    /// Operations that are not called.
    pub exclude: Patterns,
    /// The only operations that are called; empty: all.
    pub only: Patterns,
    /// Whether nothing but safe methods (RFC 9110 §9.2.1) is sent.
    pub read_only: bool,
}
