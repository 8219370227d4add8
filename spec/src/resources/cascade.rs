//! Whether what lies within a thing is removed with it, where the description of the removal says so: "Its moves and photos
//! go with it".

use super::prose::on_one_line;
use crate::model::Operation;
use crate::names::{fold, words};

/// How descriptions say it.
const SAYINGS: [&str; 11] = [
    "go with it",
    "goes with it",
    "gone with it",
    "cascad",
    "along with",
    "together with",
    "removed with it",
    "deleted with it",
    "are deleted as well",
    // Not "too many".
    " too.",
    " too,",
];

pub(super) fn says(remover: &Operation, part: &Operation) -> bool {
    let text = remover.told.as_deref().or(remover.summary.as_deref()).unwrap_or_default();
    let text = on_one_line(text).to_lowercase();
    let named = part.path.last_literal().is_some_and(|parts| words(&text).contains(&fold(parts)));
    named && SAYINGS.iter().any(|saying| text.contains(saying))
}
