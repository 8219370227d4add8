//! Reads OpenAPI documents into one model of the contract.
//!
//! ```text
//! bytes ──load──▶ Document ──resolve──▶ Contract (model) ──▶ codegen, conformance, compare, lint
//! ```
//!
//! [`read`] does both steps. All IO goes through a [`Source`], so documents may come from files, from a git
//! revision or from memory. Problems are [`Finding`]s, collected in one pass. An error costs the operations that it
//! touches ([`Contract::left_out`]); only a document of which nothing can be read leaves no [`Contract`].

mod check_digit;
pub mod compare;
mod error_codes;
mod finding;
#[cfg(feature = "validate")]
pub mod implication;
mod json_schema;
pub mod lint;
mod load;
pub mod model;
pub mod names;
pub mod normal;
mod only;
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

pub use check_digit::CheckDigit;
pub use error_codes::ErrorCodes;
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
    let mut reading = resolve::resolve(load::load(path, source, references));
    reading.contract.iter_mut().for_each(resources::settle_rules);
    reading
}

/// Reads a document of another kind (Arazzo, say) by the same rules, as written, and the documents that it names:
/// `named` tells how. What lies behind a `$ref` is left to the caller.
///
/// # Errors
/// Why the first one can't be read, with the place.
pub fn read_raw(
    path: &Path,
    source: &dyn Source,
    named: &dyn Fn(&serde_json::Value) -> Vec<String>,
) -> Result<RawDocuments, Findings> {
    load::load_named(path, source, &References::default(), named).map(RawDocuments)
}

/// Documents as they are written, the one that was asked for first.
#[derive(Debug)]
pub struct RawDocuments(load::Document);

impl RawDocuments {
    /// A document; null where there is no such file.
    #[must_use]
    pub fn document(&self, file: FileId) -> &serde_json::Value {
        self.0.files.get(file.0 as usize).unwrap_or(&serde_json::Value::Null)
    }

    /// The document that a reference names, seen from another one.
    ///
    /// # Errors
    /// Why there is none.
    pub fn file(&self, from: FileId, reference: &str) -> Result<FileId, String> {
        self.0.file(from, reference).map_err(|unreadable| unreadable.message)
    }

    /// The files that they were read from.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        &self.0.sources
    }
}
