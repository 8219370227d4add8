//! Reads OpenAPI documents into one model of the contract.
//!
//! ```text
//! bytes ──load──▶ Document ──resolve──▶ Contract (model) ──▶ codegen, conformance, compare, lint
//! ```
//!
//! [`read`] does both steps. All IO goes through a [`Source`], so documents may come from files, from a git
//! revision or from memory. Problems are [`Finding`]s, collected in one pass. An error costs the operations that it
//! touches ([`Contract::left_out`]); only a document of which nothing can be read leaves no [`Contract`].

pub mod compare;
mod finding;
#[cfg(feature = "validate")]
pub mod implication;
mod json_schema;
pub mod lint;
mod load;
pub mod model;
pub mod names;
pub mod normal;
mod outline;
pub mod paging;
pub mod pointer;
pub mod problem;
mod resolve;
pub mod resources;
pub mod review;
mod source;
#[cfg(feature = "validate")]
pub mod validate;

pub use finding::{Finding, Findings, Severity};
pub use json_schema::{Direction, JsonSchema, JsonSchemas, integer_range, json_schema};
pub use load::References;
pub use model::{Contract, is_json};
pub use source::{FileId, FileSystem, Memory, Origin, Position, Source, Sources};

use std::path::Path;

/// What came of reading a document.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The contract, as far as it could be read: what is missing of it is in [`Contract::left_out`], each part with
    /// an error among the findings. `None` where nothing could be read: this is no OpenAPI document, or an error
    /// touches each of its operations.
    pub contract: Option<Contract>,
    /// Everything that was wrong or lost on the way, in the order of the document.
    pub findings: Findings,
}

/// Reads the document at `path`, and every local file that it refers to.
#[must_use]
pub fn read(path: &Path, source: &dyn Source) -> Reading {
    read_with(path, source, &References::default())
}

/// Reads the document at `path`, and every file that it refers to: local ones, and remote ones of which there are
/// local copies.
#[must_use]
pub fn read_with(path: &Path, source: &dyn Source, references: &References) -> Reading {
    resolve::resolve(load::load(path, source, references))
}

/// Reads a document of another kind (Arazzo, say) by the same rules, as written: what lies behind a `$ref` is left
/// to the caller. Its origins are those of [`FileId::ROOT`].
///
/// # Errors
/// Why it can't be read, with the place.
pub fn read_raw(
    path: &Path,
    source: &dyn Source,
) -> Result<(serde_json::Value, Sources), Findings> {
    let mut document = load::load(path, source, &References::default())?;
    let root = document.files.drain(..).next().unwrap_or_default();
    Ok((root, document.sources))
}
