//! What a method does in the one place and not in the other: a DELETE that leaves the thing there, a PUT or a POST that makes one.

use crate::model::{Method, Operation};
use crate::names::words;

/// Whether a DELETE leaves to be looked at what it is called for, as far as its name says: `cancelJob` ends it, and
/// `archiveTitle` puts it aside.
#[must_use]
pub fn is_soft_delete(operation: &Operation) -> bool {
    const LEAVING: [&str; 14] = [
        "cancel",
        "cancels",
        "abort",
        "aborts",
        "archive",
        "archives",
        "deactivate",
        "deactivates",
        "disable",
        "disables",
        "retire",
        "retires",
        "suspend",
        "suspends",
    ];
    let summary = operation.summary.as_deref().unwrap_or_default();
    let first = summary.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let named = words(&operation.id).into_iter().next().into_iter().chain([first.to_lowercase()]);
    let is_named = || named.into_iter().any(|word| LEAVING.contains(&word.as_str()));
    operation.method == Method::Delete && is_named()
}

/// Whether a PUT or POST may make what its path names: it documents a 201; or it is a PUT that doesn't document that
/// nothing may be there.
#[must_use]
pub fn may_create(operation: &Operation) -> bool {
    let documents = |code| operation.documents(code);
    let may = match operation.method {
        Method::Put => documents(201) || !documents(404),
        Method::Post => documents(201),
        _ => false,
    };
    may && operation.path.item_parameter().is_some()
}
