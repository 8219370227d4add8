//! Who gets at a single thing, which no profile tells: by what descriptions say of who made it, and by what the service
//! itself says to the same caller elsewhere.
//!
//! ```text
//! a thing that one credential made ─┬─▶ author: the description lets nobody else at it
//!                                   ├─▶ words: who is refused by one operation has no right to others that say the same
//!                                   ├─▶ peers: the description refuses it to others of the same role
//!                                   ├─▶ owners: the description lets nobody else at it who it isn't for
//!                                   └─▶ granted: the description refuses it to a role that somebody else was given within it
//! ```

mod author;
mod granted;
mod owners;
mod peers;
mod words;

use spec::model::{Operation, Status};

use crate::case::Case;
use crate::plan::Planner;

const FORBIDDEN: Status = Status::Code(403);
const MISSING: Status = Status::Code(404);
/// Of so many credentials each is tried with each other one.
const MOST: usize = 4;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    if planner.context.credentials.len() < 2 {
        return Vec::new();
    }
    let mut cases = author::cases(planner, operation);
    cases.extend(words::cases(planner, operation));
    cases.extend(peers::cases(planner, operation));
    cases.extend(granted::cases(planner, operation));
    cases.extend(owners::cases(planner, operation));
    cases
}

/// Two credentials of one side, of which one may make such things, and both may call an operation; each with each.
fn pairs<'p>(
    planner: &'p Planner<'_>,
    operation: &Operation,
    maker: &Operation,
) -> Vec<(&'p str, &'p str)> {
    let side = planner.side_of(operation);
    let all = planner
        .context
        .credentials
        .iter()
        .filter(|(name, caller)| caller.calls(operation) && planner.side_with(name) == side);
    let all: Vec<_> = all.take(MOST).collect();
    let makes = |name: &str| {
        planner.context.credentials.get(name).is_some_and(|caller| caller.calls(maker))
    };
    let authors = all.iter().map(|(name, _)| name.as_str()).filter(|name| makes(name));
    let with_others = authors.flat_map(|author| {
        let others = all.iter().map(|(name, _)| name.as_str()).filter(move |one| *one != author);
        others.map(move |other| (author, other))
    });
    with_others.collect()
}
