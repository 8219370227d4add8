//! What the entries of a log say.

use super::super::prose::{has, quoted};
use crate::names::{fold, words};
use crate::outline::Outline;

/// What the moment of an entry is called.
pub(super) const MOMENTS: [&str; 8] =
    ["at", "createdat", "time", "timestamp", "occurredat", "happenedat", "changedat", "date"];

/// The member that says who did it.
pub(super) fn actor(required: &[&str]) -> Option<String> {
    let is_it = |name: &&&str| {
        let own = words(name);
        own.first().is_some_and(|first| matches!(first.as_str(), "actor" | "author" | "by"))
            || fold(name) == "userid"
    };
    required.iter().find(is_it).map(|name| (*name).to_owned())
}

/// The members of an entry, each with the actions of which alone it is said to tell something.
pub(super) fn members(entry: &Outline<'_>, required: &[&str]) -> Vec<(String, Vec<String>)> {
    required.iter().map(|name| ((*name).to_owned(), only_of(entry, name))).collect()
}

/// The words that the description of a member names, where it is null otherwise.
fn only_of(entry: &Outline<'_>, member: &str) -> Vec<String> {
    let said = entry.description(&[member.to_owned()]).unwrap_or_default();
    let is_of_some = has(said, &["otherwise null", "else null", "null otherwise", "null for"]);
    quoted(said).filter(|_| is_of_some).map(str::to_owned).collect()
}
