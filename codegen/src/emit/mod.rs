//! [`Api`] → the files of a crate.

use crate::GeneratedFile;
use crate::ir::Api;

/// Writes every file of the crate, in the order of paths.
#[must_use]
pub fn emit(_api: &Api) -> Vec<GeneratedFile> {
    Vec::new()
}
