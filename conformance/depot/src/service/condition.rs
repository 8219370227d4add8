//! Preconditions (RFC 9110 §13.1).

use crate::state::Item;

/// Whether `If-Match` names the item as it is: strongly compared.
pub(super) fn matches(if_match: &str, item: &Item) -> bool {
    let etag = item.etag();
    tags(if_match).any(|tag| tag == "*" || tag == etag)
}

/// Whether `If-None-Match` names the item as it is: weakly compared.
pub(super) fn has_already(if_none_match: &str, item: &Item) -> bool {
    let etag = item.etag();
    tags(if_none_match).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// The tags of a list. Those of this service have no commas in them.
fn tags(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim)
}
