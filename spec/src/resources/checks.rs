//! In which order a request is looked at, as the document says of all operations: "The first check that fails gives the answer:
//! 1. authentication (401), 2. role (403) …", a numbered list of which each item has the status of its refusal.

use super::prose::{has, mentions, sentences};
use super::told::statuses;
use crate::model::{Contract, Operation};

/// The statuses of an operation's refusals, the first check first; none where nothing is said, or the operation has an order of its
/// own.
pub(super) fn order(contract: &Contract, operation: &Operation) -> Vec<u16> {
    const OWN: [&str; 5] =
        ["the order is", "order of checks", "order of the checks", "in this order", "checked in "];
    let Some(general) = contract.info.description.as_deref() else { return Vec::new() };
    let deviates = sentences(general)
        .any(|one| mentions(one, &operation.id) && has(one, &["deviates", "differs", "except"]));
    let own = operation.told.as_deref().unwrap_or_default();
    if deviates || has(own, &OWN) { Vec::new() } else { listed(general) }
}

/// The statuses of the first numbered list that stands below a line which speaks of an order, or of the first that fails.
fn listed(text: &str) -> Vec<u16> {
    const ORDER: [&str; 4] = ["order", "first check", "first that", "in turn"];
    const LEAST: usize = 3;
    let mut lines = text.lines().map(str::trim).skip_while(|line| !has(line, &ORDER));
    let mut all: Vec<u16> = Vec::new();
    let mut is_begun = false;
    for line in lines.by_ref() {
        match item(line) {
            Some(item) => {
                is_begun = true;
                let status = statuses(item).next();
                all.extend(status.filter(|status| !all.contains(status)));
            }
            None if is_begun && line.is_empty() => break,
            // An item goes on.
            None => {}
        }
    }
    if all.len() >= LEAST { all } else { Vec::new() }
}

/// "1. authentication (401)" without its number.
fn item(line: &str) -> Option<&str> {
    let (number, item) = line.split_once(['.', ')'])?;
    let is_number = !number.is_empty() && number.bytes().all(|one| one.is_ascii_digit());
    is_number.then(|| item.trim())
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn checks_are_heard_in_their_order() {
        let told = "# Order of checks\n\nThe first check that fails gives the answer:\n\n1. authentication (401)\n2. role (403)\n3. what the path names (404)\n4. the body (400,\n   for uploads 415)\n5. state (409)\n\nIt is so for all.\n\n6. no (418)";
        assert_eq!(listed(told), [401, 403, 404, 400, 409]);
        assert!(listed("In this order:\n\n1. one (401)\n2. two (403)\n").is_empty());
        assert!(listed("1. one (401)\n2. two (403)\n3. three (404)").is_empty());
    }
}
