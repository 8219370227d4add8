//! JSON patches (RFC 6902).

use depot_api::types::{JsonPatch, Supplier, SupplierRequest};
use json_patch::{Patch, PatchErrorKind};

/// Why a patch changes nothing.
#[derive(Debug)]
pub(super) enum Unpatched {
    /// It doesn't fit what is there.
    Conflict(String),
    /// It is no patch, or what comes out is no supplier.
    Invalid(String),
}

/// What is said of a supplier once all operations are carried out.
pub(super) fn patched(before: &Supplier, patch: &JsonPatch) -> Result<SupplierRequest, Unpatched> {
    let invalid = |error: serde_json::Error| Unpatched::Invalid(error.to_string());
    let operations: Patch =
        serde_json::to_value(patch).and_then(serde_json::from_value).map_err(invalid)?;
    let mut document = serde_json::to_value(before).map_err(invalid)?;
    json_patch::patch(&mut document, &operations).map_err(|error| match error.kind {
        PatchErrorKind::TestFailed => Unpatched::Conflict("a test doesn't hold".to_owned()),
        kind => Unpatched::Conflict(kind.to_string()),
    })?;
    let after: SupplierRequest = serde_json::from_value(document).map_err(invalid)?;
    match after.validate().first() {
        Some(violation) => Err(Unpatched::Invalid(violation.to_string())),
        None => Ok(after),
    }
}
